"""Why something is not fixed, where AWS or the provider is the reason."""

from __future__ import annotations

from iacfix.reasons import Reason

# Inputs that the provider does not have

NO_SUCH_NAME = Reason(
    "no-such-name", "pulumi-aws {version} has no such name there{nearest}", "write the name that is meant"
)
NO_SUCH_ARGUMENT = Reason(
    "no-such-argument",
    "version {version} of the provider has no such name there{nearest}",
    "write the name that is meant",
)
ONLY_READ = Reason(
    "only-read", "version {version} of the provider only gives it out", "drop it, and read it where it is needed"
)
ONLY_IN_MAJOR = Reason(
    "only-in-major", "only major {major} has it", "write it for the major of this program, or change the major"
)
HAS_OTHER_NAMES = Reason("has-other-names", "it is {right}, whose object has other names", "write {right} by hand")
TAKES_ONE_VALUE = Reason("takes-one-value", "it is {right}, which takes one value", "choose the one value")
MAYBE_A_LIST = Reason(
    "maybe-a-list", "it is {right}, and it is unknown whether the value is a list", "write {right} with a literal list"
)
SEVERAL_TRANSITIONS = Reason(
    "several-transitions",
    "EFS takes one transition in each entry of lifecyclePolicies, and several are written together here",
    "write an entry for each transition",
)
RESOURCE_OF_ITS_OWN = Reason("resource-of-its-own", "it is a resource of its own, {type}", "add an {type}")
BLOCK_MAY_BE_SET = Reason(
    "block-may-be-set",
    "it belongs in {type}, and the program may set one for the bucket already",
    "move it there by hand",
)
BLOCK_MAY_BE_SET_ELSEWHERE = Reason(
    "block-may-be-set-elsewhere",
    "it belongs in {type}, and {path} may set one for the bucket already",
    "move it there by hand",
)
NOTHING_REPLACES_IT = Reason(
    "nothing-replaces-it", "no successor is known{nearest}", "drop it, or write the input that is meant"
)
NO_SUCH_TYPE = Reason(
    "no-such-type", "version {version} of the provider has no such type{nearest}", "write the name that is meant"
)
TYPE_OF_MAJOR = Reason(
    "type-of-major", "version {major} of the provider is the first that has it", "upgrade the provider"
)
TYPE_ENDED = Reason(
    "type-ended",
    "version {last} of the provider was the last that had it",
    "take it out of the module, or stay with that version",
)
TYPE_MEANT = Reason("type-meant", "it is {meant}, whose arguments cannot be compared", "write {meant} by hand")
TYPE_WITHOUT_ARGUMENT = Reason(
    "type-without-argument", "it is {meant}, which has no argument {path}", "write {meant} by hand"
)
TYPE_WITHOUT_OUTPUT = Reason(
    "type-without-output", "it is {meant}, of which {name} cannot be read", "write {meant} by hand, and what reads it"
)
NO_SUCH_OUTPUT = Reason(
    "no-such-output", "version {version} of the provider does not give it out{nearest}", "read the name that is meant"
)
NEITHER_MAJOR_NEAREST = Reason(
    "neither-major-nearest", "neither major has it; the closest is {nearest}", "write the class that is meant"
)
NEITHER_MAJOR = Reason("neither-major", "neither major has it, nor one like it", "write the class that is meant")
CLASS_WITHOUT_INPUT = Reason(
    "class-without-input", "it is {right}, which has no {path}{nearest}", "write {right} by hand"
)
NAME_MEANT = Reason("name-meant", "{right} is meant", "write that instead, or remove the name")
MODULE_MEANT = Reason("module-meant", "what is meant is in {modules}", "write that instead, or remove the name")
LIFECYCLE_OPTIONS = Reason(
    "lifecycle-options",
    "resource options say this in Pulumi",
    "use the options protect, ignoreChanges or deleteBeforeReplace",
)
UNKNOWN_VALUE = Reason("unknown-value", "AWS knows {values}", "write one of these")
POLICY_WITHDRAWN = Reason("policy-withdrawn", "AWS no longer has it{instead}", "attach another policy")
POLICY_MEANT = Reason("policy-meant", "{alike} may be meant", "write {alike}")
POLICY_NEVER_EXISTED = Reason("policy-never-existed", "there never was such a policy", "write a policy for the role")
SPREAD_VARIABLE = Reason("spread-variable", "it comes from a spread", "drop it where it is written")
UPGRADE_ADVICE = Reason("upgrade-advice", "{advice}", "change it by hand, and read the preview")
SUCCESSOR = Reason("successor", "{advice}", "change it by hand, and read the preview")
OTHER_PACKAGE = Reason("other-package", "{advice}", "use that package")
DROP_FOR_MODE = Reason("drop-for-mode", "the mode is {mode}", "drop it")
WRITE_LOWER_CASE = Reason("write-lower-case", "write {word}", "change it by hand, and read the preview")

# Stages of API Gateway

CANARY_SETTINGS = Reason("canary-settings", "canary settings belong to a stage of its own", "write the stage by hand")
STAGE_UNKNOWN = Reason(
    "stage-unknown",
    "it is unknown whether stage {stage} belongs to this deployment",
    "set its deployment to a resource of the file",
)
STAGE_OF_OTHER_NAME = Reason(
    "stage-of-other-name", "stage {stage} of the deployment has another name", "drop one of the two"
)
STAGE_OUTPUT_READ = Reason(
    "stage-output-read", "{output} is read from the deployment, and stage {stage} has it", "read it from the stage"
)
STAGE_ELSEWHERE = Reason(
    "stage-elsewhere",
    "{path} has a stage that may belong to this deployment",
    "drop the stage here, or write it by hand",
)
STAGE_IN_MAJOR_6 = Reason("stage-in-major-6", "major 7 removes it", "make the stage a resource of its own")
REST_API_UNKNOWN = Reason("rest-api-unknown", "its restApi is not literal", "set restApi in the call")

# Dashboards

HALF_PLACED = Reason(
    "half-placed", "some widgets have a position, and the others might overlap them", "place the others by hand"
)
WIDGET_NOT_LITERAL = Reason(
    "widget-not-literal", "a part of a widget is not literal", "write the widget out in the dashboard"
)
WIDGET_TWICE = Reason("widget-twice", "one widget is shown twice", "write it twice, each with its own position")
WIDGET_TYPE = Reason("widget-type", "no size is known for a widget of this type", "place it by hand")
WIDGET_SIZE = Reason("widget-size", "the size of a widget is computed", "write the size out")
PROPERTIES_NOT_LITERAL = Reason(
    "properties-not-literal", "some of its properties are not literal", "write them out in the widget"
)
WIDGETS_BUILT_BY_CODE = Reason(
    "widgets-built-by-code", "its widgets are built by code", "write them out in the dashboard"
)
OPTIONS_NOT_LAST = Reason(
    "options-not-last",
    "it is ambiguous where the options of the row are",
    "write the options as one object after the dimensions",
)
DIMENSION_IN_OPTIONS = Reason(
    "dimension-in-options",
    "it is ambiguous which keys of the row are dimensions",
    "write each dimension as name and value before the options",
)

# Alarms

MATH_DECIDES = Reason(
    "math-decides",
    "a metric expression decides what missing data means",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)
ACTS_ON_INSTANCE = Reason(
    "acts-on-instance",
    "the alarm acts on an instance",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)
LESS_THAN = Reason(
    "less-than",
    "a less-than alarm may be meant for missing data",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)
UNKNOWN_COMPARISON = Reason(
    "unknown-comparison",
    "the comparison operator is not literal",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)
OTHER_COMPARISON = Reason(
    "other-comparison",
    "the comparison operator is neither a greater-than nor a less-than",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)
STEADY_METRIC = Reason(
    "steady-metric",
    "{metric} is published all the time, so missing data may be the failure",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)
UNKNOWN_METRIC = Reason(
    "unknown-metric",
    "the metric is not literal",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)
MAYBE_SPARSE = Reason(
    "maybe-sparse",
    "it is unknown whether {metric} is sparse",
    "set notBreaching if missing data is normal, breaching if it is the failure",
)

# Logs, queues, keys, tables and machines

KEPT_ON_PURPOSE = Reason("kept-on-purpose", "0 means for ever, on purpose", "choose the days to keep")
DELETION_SKIPPED = Reason(
    "deletion-skipped", "its deletion is skipped, so its events may have to be kept", "choose the days to keep"
)
EVIDENCE = Reason("evidence", "its name says that its events are evidence", "choose the days to keep")
ENCRYPTION_OFF = Reason("encryption-off", "encryption is switched off explicitly", "switch it on, or set a key")
ROTATION_OFF = Reason(
    "rotation-off", "rotation is switched off explicitly", "switch it on, unless the key material must stay"
)
UNKNOWN_KEY_KIND = Reason(
    "unknown-key-kind",
    "its {input} is not literal, and only symmetric keys rotate",
    "write {input} out in the call, or set enableKeyRotation",
)
STORAGE_REPLACED = Reason(
    "storage-replaced",
    "switching encryption on replaces it, with all that is stored",
    "restore it from an encrypted copy of a snapshot",
)
NEW_TEMPLATE_VERSION = Reason(
    "new-template-version",
    "encryption makes a new version of the template, and its machines take it up when they are replaced",
    "set encrypted in ebs, then replace the machines",
)
TOKENS_UNSET = Reason("tokens-unset", "its metadata options do not set httpTokens", "set httpTokens to required")
TOKENS_OPTIONAL = Reason("tokens-optional", "httpTokens is optional explicitly", "set httpTokens to required")
ASKS_WITHOUT_TOKEN = Reason(
    "asks-without-token",
    "its user data uses the metadata service without a token",
    "request a token in the user data first",
)
USER_DATA_UNKNOWN = Reason(
    "user-data-unknown",
    "its user data is not literal, and containers need one more hop",
    "set metadataOptions, with httpPutResponseHopLimit for containers",
)
TEMPLATE_DECIDES = Reason(
    "template-decides", "its launch template, which is not in this file, decides", "set it in the launch template"
)
CONFIGURATION_REPLACED = Reason(
    "configuration-replaced", "any change replaces a launch configuration", "use a launch template"
)
LAMBDA_SETS_IT = Reason(
    "lambda-sets-it", "Lambda sets it itself", "give it another name, and have the handler read that"
)
MAY_BE_OTHER_REGION = Reason(
    "may-be-other-region", "{value} may be another region", "give it another name, and have the handler read that"
)
FUNCTION_ELSEWHERE = Reason(
    "function-elsewhere",
    "the function may be in another region than {value}",
    "give it another name, and have the handler read that",
)
MAYBE_OTHER_READ = Reason(
    "maybe-other-read",
    "it may be read from something else as well, which is passed in, set more than once or asked what it has",
    "read the new name where the lookup is made",
)
UNKNOWN_OUTPUT = Reason(
    "unknown-output",
    "it is unknown whether it is an output",
    "make the text inside apply, or with what waits for outputs",
)
INGRESS_UNKNOWN = Reason(
    "ingress-unknown",
    "the program does not say who needs access",
    "name addresses or a security group, or use Session Manager",
)
LIFECYCLE_RULE_UNSEEN = Reason(
    "lifecycle-rule-unseen",
    "the rule is built by code",
    "make sure it sets filter (an empty prefix covers all objects)",
)
DISK_NOT_LITERAL = Reason(
    "disk-not-literal", "its disks are not literal", "write each of them out, or make sure that they set encrypted"
)
ADDRESSES_COMPUTED = Reason(
    "addresses-computed",
    "the addresses are computed, and may include the whole internet",
    "name addresses or a security group, or use Session Manager",
)
PORT_COMPUTED = Reason(
    "port-computed", "the port is computed, and may be any", "write the port out, or name who may connect"
)
PORT_MAY_BE = Reason(
    "port-may-be", "the port is computed, and may be that one", "write the port out, or name who may connect"
)
ZONES = Reason("zones", "how many zones to use, and which, is a design decision", "use getAvailabilityZones")

# Build variables

VARIABLES_ELSEWHERE = Reason(
    "variables-elsewhere", "the list of variables is built elsewhere", "set a type where they are written"
)
FIELDS_NOT_LITERAL = Reason("fields-not-literal", "some of its fields are not literal", "write them out")
SECRET_UNKNOWN_NAME = Reason(
    "secret-unknown-name",
    "its name is not literal, so it may be a secret",
    "use SECRETS_MANAGER or PARAMETER_STORE, or set PLAINTEXT explicitly",
)
SECRET_NAME = Reason(
    "secret-name", "its name looks like a secret", "use SECRETS_MANAGER or PARAMETER_STORE, or set PLAINTEXT explicitly"
)
SECRET_VALUE = Reason(
    "secret-value", "its value is a secret", "use SECRETS_MANAGER or PARAMETER_STORE, or set PLAINTEXT explicitly"
)
STORED_VALUE = Reason(
    "stored-value",
    "its value looks like a stored parameter or secret",
    "use SECRETS_MANAGER or PARAMETER_STORE, or set PLAINTEXT explicitly",
)
STORED_VALUE_OF = Reason(
    "stored-value-of",
    "its value comes from {resource}, which is a stored parameter or secret",
    "use SECRETS_MANAGER or PARAMETER_STORE, or set PLAINTEXT explicitly",
)
SECRET_LOOKING_VALUE = Reason(
    "secret-looking-value",
    "its value looks like a secret",
    "use SECRETS_MANAGER or PARAMETER_STORE, or set PLAINTEXT explicitly",
)

# Policies

POLICY_UNREADABLE = Reason("policy-unreadable", "the policy cannot be checked: {why}", "write the policy as a literal")
POLICIES_UNREADABLE = Reason(
    "policies-unreadable", "the policies are not statically known", "write the policies as literals"
)
POLICY_UNCHANGEABLE = Reason(
    "policy-unchangeable", "the policy cannot be changed: {why}", "write the policy as a literal"
)
STATEMENTS_NOT_LITERAL = Reason(
    "statements-not-literal", "its statements are not all literal", "write the statements out"
)
STATEMENTS_BUILT_BY_CODE = Reason(
    "statements-built-by-code", "its statements are built by code", "write the statements out"
)
ACTIONS_NEEDED = Reason(
    "actions-needed", "the program does not say what it is for", "name the actions that are called, and the resources"
)
STATEMENT_SHARED = Reason(
    "statement-shared", "the statement is also for roles of other services", "write a statement of its own"
)
OBJECTS_ONLY = Reason(
    "objects-only", "the statement covers only the objects of the bucket", "add the ARN of the bucket itself"
)
LISTS_ONLY = Reason(
    "lists-only", "its condition holds for list calls only", "allow the reads in a statement of their own"
)
CONDITION_UNKNOWN = Reason(
    "condition-unknown", "its condition is not literal and may hold for list calls only", "write the condition out"
)
ACTIONS_NOT_LITERAL = Reason(
    "actions-not-literal", "the actions are in a variable or built by code", "write the actions out in the statement"
)
OTHER_PARTITION = Reason(
    "other-partition", "the region may be in another partition", "write the condition by hand, with the right partition"
)
SERVICE_UNKNOWN = Reason(
    "service-unknown", "the name of the service is not literal", "write the name of the service out"
)
SERVICE_BUILT = Reason("service-built", "the name of the service is built by code", "write the name of the service out")
DELIVERY_SERVICE = Reason(
    "delivery-service",
    "delivery.logs is another service, whose requests carry no log group",
    "restrict it by aws:SourceAccount",
)
OTHER_PRINCIPALS = Reason(
    "other-principals",
    "the statement has other principals, which the condition would lock out",
    "split the statement first",
)
SERVICE_REGION_OUTPUT = Reason(
    "service-region-output",
    "the region in the name of the service may not be plain text",
    "write it as plain text in the policy",
)
STATEMENT_CONDITION_UNKNOWN = Reason(
    "statement-condition-unknown",
    "the condition of the statement is not literal",
    "write the condition out in the statement",
)
CONDITION_ELSEWHERE = Reason(
    "condition-elsewhere",
    "the condition of the statement is written elsewhere, and may be shared",
    "write the condition out in the statement",
)
KEY_SETS_REGION = Reason(
    "key-sets-region", "the key sets a region of its own", "write the condition by hand, with that region"
)
KEY_MAY_SET_REGION = Reason(
    "key-may-set-region",
    "some inputs of the key are not literal, and it may set a region of its own",
    "write them out in the call",
)
KEYS_SHARE_POLICY = Reason(
    "keys-share-policy", "keys with options of their own share the policy", "give each key a policy of its own"
)
SEVERAL_KEYS = Reason("several-keys", "several keys share the policy", "give each key a policy of its own")
KEY_POLICY_RESOURCE = Reason(
    "key-policy-resource",
    "its policy is a resource of its own, which the log group has to depend on as well",
    "add the statement there, and dependsOn to the log group",
)
KEY_INPUTS_UNKNOWN = Reason(
    "key-inputs-unknown", "some inputs of the key are not literal", "write them out in the call"
)
KEY_STATEMENTS_NOT_LITERAL = Reason(
    "key-statements-not-literal", "the statements of its policy are not all literal", "write the statements out"
)
KEY_FOR_EVERYBODY = Reason(
    "key-for-everybody",
    "its policy has a statement for everybody, or for principals that are not literal",
    "name the principals",
)
KEY_OR_GROUP_APART = Reason(
    "key-or-group-apart",
    "the key or the log group sets a provider or a region of its own",
    "add the statement by hand, with the right region",
)
KEY_ONE_OF_SEVERAL = Reason(
    "key-one-of-several",
    "it is one of several keys that are created together, and the others may not be for log groups",
    "give the log group a key of its own, or add the statement for all of them by hand",
)

# Regions

NAMED_AFTER_CONSTANT = Reason(
    "named-after-constant", "a resource is named after the constant", "look the region up where it is used"
)
OPTION_FROM_CONSTANT = Reason(
    "option-from-constant", "an option is set to the constant", "look the region up where it is used"
)
DEFAULT_FROM_CONSTANT = Reason(
    "default-from-constant",
    "the constant is a default, or sets up the provider",
    "look the region up where it is used",
)
COMPARED_CONSTANT = Reason(
    "compared-constant", "the constant is compared with something", "look the region up where it is used"
)
PROVIDER_FROM_CONSTANT = Reason(
    "provider-from-constant", "a provider is configured with the constant", "look the region up where it is used"
)
CONSTANT_MADE_INTO = Reason(
    "constant-made-into",
    "what is built from the constant may be about another region",
    "look the region up where it is used",
)
CONSTANT = Reason(
    "constant",
    "a constant may be used as a default, in a comparison or for a provider",
    "look the region up where it is used",
)
OF_CLOUDFRONT = Reason("of-cloudfront", "what CloudFront uses is in us-east-1, wherever the stack is", "suppress it")
REGION_BESIDE = Reason(
    "region-beside", "the object around it sets a region of its own", "suppress it, or take that region here too"
)
BETWEEN_REGIONS = Reason(
    "between-regions", "{type} connects two regions", "look up the region that is meant, or suppress it"
)
MAY_BE_ELSEWHERE = Reason(
    "may-be-elsewhere", "{name} may be in another region", "look up the region that is meant, or suppress it"
)
MAY_BE_ABOUT_ANOTHER = Reason(
    "may-be-about-another", "{name} may be about another region", "look up the region that is meant, or suppress it"
)
OTHER_EVENT_BUS = Reason(
    "other-event-bus", "another event bus may be in another region", "look up the region that is meant, or suppress it"
)
BESIDE_PROVIDER = Reason(
    "beside-provider",
    "the file does not use the provider, so it is unknown whose region is meant",
    "pass the region in",
)
ACL_UNKNOWN = Reason(
    "acl-unknown",
    "it is unknown whose ACL it is, and what CloudFront uses is in us-east-1",
    "suppress it if it is of CloudFront, else look the region up",
)
EDGE_FUNCTION = Reason(
    "edge-function", "what edgelambda.amazonaws.com serves is in us-east-1, wherever the stack is", "suppress it"
)
OF_OTHER_STACK = Reason(
    "of-other-stack",
    "it is about an output of another stack, which may be in another region",
    "export the whole text from that stack",
)
OF_OTHER_ACCOUNT = Reason(
    "of-other-account",
    "the account {account} is hardcoded too, so it may be another account's",
    "look up both, if it is this account",
)
ONE_OF_SEVERAL_ACCOUNTS = Reason(
    "one-of-several-accounts",
    "{name} is one of several accounts, so it may be another account's",
    "look up both, if it is this account",
)
NAMED_AFTER_OTHER_ACCOUNT = Reason(
    "named-after-other-account",
    "{name} is another account by its name, whose region may be another",
    "look up both, if it is this account",
)
ARN_OF_OTHER_ACCOUNT = Reason(
    "arn-of-other-account",
    "the account {account} is hardcoded too, so the ARN may be another account's",
    "look up both, if it is this account",
)
TOLD_REGION = Reason("told-region", "what it is about is given the region {region}", "look up the region that is meant")
OF_OTHER_PROVIDER = Reason(
    "of-other-provider", "it is about something with another provider", "look the region up with that provider"
)
ELSEWHERE_APART = Reason(
    "elsewhere-apart",
    "{path} gives resources a provider or a region of their own",
    "look the region up with the provider that is meant",
)
ABOUT_ELSEWHERE_APART = Reason(
    "about-elsewhere-apart",
    "it is about {name}, which {path} gives a provider or a region of its own",
    "look the region up with that provider",
)
USED_APART = Reason(
    "used-apart",
    "{path} uses {name} where another provider or region may be meant",
    "look the region up with the provider that is meant",
)
ABOUT_REGION_OF_ITS_OWN = Reason(
    "about-region-of-its-own", "it is about {resource}, which sets a region of its own", "use that region"
)
ABOUT_OTHER_PROVIDER = Reason(
    "about-other-provider",
    "it is about {resource}, which has another provider",
    "look the region up with that provider",
)
ABOUT_UNKNOWN_PROVIDER = Reason(
    "about-unknown-provider",
    "it is about {resource}, whose provider is not literal",
    "look the region up with the provider that is meant",
)
FILE_SETS_UP_PROVIDER = Reason(
    "file-sets-up-provider",
    "the file configures a provider of its own, so the default region may not be meant",
    "look the region up with the provider that is meant",
)
RESOURCE_SETS_REGION = Reason("resource-sets-region", "the resource sets a region of its own", "use that region")
SEVERAL_REGIONS = Reason(
    "several-regions", "the file names several regions ({regions})", "look up those that are the stack's own"
)
FILE_SETS_REGIONS = Reason(
    "file-sets-regions",
    "resources of the file set a region of their own, so the default region may not be meant",
    "look up the region that is meant",
)
FILE_NAMES_PROVIDER = Reason(
    "file-names-provider",
    "resources of the file set a provider, so the default region may not be meant",
    "look the region up with the provider that is meant",
)
PROVIDER_IN_OTHER_REGION = Reason(
    "provider-in-other-region",
    "the provider of the resource is in {region}",
    "write the region that is meant, or look it up with the provider",
)
STRUCTURED_TEXT = Reason(
    "structured-text", "a script or JSON in a string is not rewritten", "put the region in by hand"
)
BUCKET_ELSEWHERE = Reason(
    "bucket-elsewhere",
    "the bucket is hardcoded too, so it may be in another region",
    "look the region up, if it is in this one",
)
BUCKET_LOOKED_UP = Reason(
    "bucket-looked-up",
    "the bucket is looked up by its name, so it may be in another region",
    "use the region that the lookup returns",
)
NAMED_ELSEWHERE = Reason(
    "named-elsewhere",
    "what it names is hardcoded too, so it may be in another region",
    "look the region up, if it is in this one",
)
WEBSITE_ENDPOINT = Reason(
    "website-endpoint", "website endpoints differ from region to region", "read the endpoint from the website"
)
ENDPOINT_OF_OTHER_PARTITION = Reason(
    "endpoint-of-other-partition", "the endpoint is in another partition", "suppress it"
)
REGION_TWICE = Reason(
    "region-twice", "the text contains the region twice, and the second may be part of a name", "look it up by hand"
)
CERTIFICATE_ARN = Reason(
    "certificate-arn",
    "the ARN of a certificate belongs to the region it was created in",
    "read it from the configuration",
)
LAYER_ARN = Reason(
    "layer-arn", "the ARN of a layer belongs to the region it was published in", "read it from the configuration"
)
NAME_OF_REGION = Reason("name-of-region", "the name contains more that belongs to its region", "look it up by hand")
VARIABLE_OF_WHOM = Reason(
    "variable-of-whom",
    "the name of the variable does not say whose region it is",
    "look the region up, if it is the stack's own",
)
METRICS_AT_HOME = Reason(
    "metrics-at-home", "the metrics of {namespace} are in {region}, wherever the stack is", "write {region}"
)
METRICS_UNKNOWN = Reason(
    "metrics-unknown",
    "the metrics are not literal, and some exist in one region only",
    "write the metrics out, or look the region up",
)
OUTPUT_ON_PURPOSE = Reason(
    "output-on-purpose", "an output may name another region on purpose", "look the region up, if it is the stack's own"
)
ARGUMENT_UNKNOWN = Reason(
    "argument-unknown",
    "it is unknown what the function does with its argument",
    "look the region up, if it is the stack's own",
)
ONE_OF_CHOICES = Reason(
    "one-of-choices",
    "it is one of several choices and may be meant as it is",
    "look the region up, if it is the stack's own",
)
TEMPLATE_FILLED_LATER = Reason(
    "template-filled-later", "the text is a template that is filled in later", "fill the region in there"
)
KEY_LOOKED_UP = Reason(
    "key-looked-up", "a key may be looked up elsewhere by the same text", "change both, if it is the stack's own"
)
REGION_OF_OTHER_PARTITION = Reason(
    "region-of-other-partition",
    "the region is in another partition, whose other names would stay",
    "look up the partition as well",
)

# Buckets

SPLIT_FIRST = Reason("split-first", "its inline settings come first", "fix inline-bucket-config first")
MOVE_FIRST = Reason("move-first", "its inputs about public access come first", "fix unknown-input first")
SERVES_WEBSITE = Reason(
    "serves-website",
    "it serves a website, which is public unless something is in front of it",
    "block public access if a distribution is in front of it",
)
GRANTS_OPEN = Reason(
    "grants-open", "its grants may allow public access", "block public access unless it is meant to be public"
)
ACL_OPEN = Reason("acl-open", "its ACL may allow public access", "block public access unless it is meant to be public")
ENDPOINT_READ = Reason(
    "endpoint-read", "a website endpoint is read that may be its own", "block public access, if it is not"
)
SIDE_WEBSITE = Reason(
    "side-website",
    "{resource} makes it a website, which is public unless something is in front of it",
    "block public access if a distribution is in front of it",
)
SIDE_OPEN = Reason(
    "side-open", "{resource} may allow public access", "block public access unless it is meant to be public"
)
READ_ANONYMOUSLY = Reason(
    "read-anonymously",
    "{resource} may read it without credentials",
    "give the distribution an origin access control, then block public access",
)
TOLD_PUBLIC = Reason(
    "told-public", "the program uses the ACL {acl}", "block public access, if it is not for this bucket"
)
OPENING_POLICY_UNKNOWN = Reason(
    "opening-policy-unknown", "{name} cannot be checked: {why}", "write the policy as a literal"
)
HANDED_TO = Reason(
    "handed-to",
    "the bucket is passed to {name}, where it may be opened or have a block already",
    "block public access here unless that is so",
)
OPENED_ELSEWHERE = Reason("opened-elsewhere", "{why}, in {path}", "block public access unless it is meant to be public")
ACL_COMPUTED = Reason(
    "acl-computed",
    "the ACL {code} is computed, and may be private or null",
    "write the setting out in the call, or move it by hand",
)
GRANT_INCOMPLETE = Reason("grant-incomplete", "a grant has no type or no permissions", "complete the grant")
PERMISSIONS_COMPUTED = Reason("permissions-computed", "the permissions of a grant are computed", "write them out")
NOT_A_LIST_OF_ONE = Reason(
    "not-a-list-of-one",
    "its {word} is not a literal list of one",
    "write the setting out in the call, or move it by hand",
)
OUTPUT_READ_ELSEWHERE = Reason(
    "output-read-elsewhere",
    "{path} reads {bucket}.{output}, which may be empty after the split",
    "read it from the new resource",
)
VALUE_READ_ELSEWHERE = Reason(
    "value-read-elsewhere", "{path} reads {code}, which may be empty after the split", "read it from the new resource"
)
OUTPUT_READ = Reason(
    "output-read",
    "the program reads its `{output}` output, which is empty after the split",
    "read it from the new resource",
)
ALL_OUTPUTS_READ = Reason(
    "all-outputs-read",
    "the program hands all of its outputs on, among them `{output}`, which is empty after the split",
    "hand on what is needed",
)
WEBSITE_OUTPUT_READ = Reason(
    "website-output-read",
    "{path} reads a website output, and it is unknown of which bucket",
    "read it from the website",
)
OWNERSHIP_UNKNOWN = Reason("ownership-unknown", "{resource} may disable ACLs", "set objectOwnership in {resource}")
PUBLIC_ACLS_BLOCKED = Reason(
    "public-acls-blocked",
    "{resource} may block public ACLs",
    "set blockPublicAcls and ignorePublicAcls to false in {resource}",
)
SET_BESIDE = Reason("set-beside", "{resource} already sets its {word}", "drop one of the two")
MAY_BE_SET_BESIDE = Reason(
    "may-be-set-beside",
    "{resource} may already set its {word}",
    "set the bucket of {resource} to a resource of the file",
)
SET_BESIDE_ELSEWHERE = Reason(
    "set-beside-elsewhere", "{resource} in {path} already sets its {word}", "drop one of the two"
)
MAY_BE_SET_BESIDE_ELSEWHERE = Reason(
    "may-be-set-beside-elsewhere",
    "{resource} in {path} may already set its {word}",
    "if it does not, add the separate resource by hand",
)
NAMESAKE = Reason("namesake", "the {word} of another bucket is already called {resource}", "rename {resource}")
NAMESAKE_ELSEWHERE = Reason(
    "namesake-elsewhere", "the {word} of another bucket is already called {resource}, in {path}", "rename {resource}"
)
BUCKET_NAMESAKE = Reason(
    "bucket-namesake",
    "another bucket has the same logical name, so their new resources would too",
    "rename one of the two",
)
REPLICATION_MAY_WAIT = Reason(
    "replication-may-wait",
    "the replication of {resource} may have to depend on its versioning",
    "split it by hand, with dependsOn",
)
RULE_WITHOUT_ENABLED = Reason("rule-without-enabled", "a lifecycle rule does not set enabled", "set it")
ZERO_DAYS = Reason(
    "zero-days", "a lifecycle rule sets 0 days, which was ignored until now", "drop it, or set the days that are meant"
)
EMPTY_EXPIRATION = Reason(
    "empty-expiration", "a lifecycle rule has an empty expiration", "drop it, or set the days that are meant"
)
SEVERAL_EXPIRATIONS = Reason(
    "several-expirations",
    "a lifecycle rule has several kinds of expiration, of which only one counts",
    "drop the others",
)
NONCURRENT_WITHOUT_DAYS = Reason(
    "noncurrent-without-days", "a lifecycle rule does not set the days for noncurrent versions", "set them"
)
SWITCH_NOT_BOOLEAN = Reason(
    "switch-not-boolean", "the switch of {word} is neither true nor false", "write true or false"
)
SETTING_NOT_LITERAL = Reason(
    "setting-not-literal", "its {word} is not fully literal", "write the setting out in the call, or move it by hand"
)
SETTING_SHARED = Reason(
    "setting-shared",
    "its {word} is in a variable that other code may read, or that has a declared type",
    "write it in the call",
)
SETTING_IN_VARIABLE = Reason("setting-in-variable", "a part of its {word} is in a variable", "write it in the call")
DATE_COMPUTED = Reason("date-computed", "a lifecycle date is computed", "write it out")
UNKNOWN_PART = Reason("unknown-part", "its {word} has no {key}", "drop it, or write the name that is meant")
PART_MAY_BE_NULL = Reason(
    "part-may-be-null",
    "{key} of its {word} is computed, and may be null",
    "write it out; in Terraform coalesce with a default will do",
)
SETTING_MAY_BE_NULL = Reason(
    "setting-may-be-null",
    "its {word} is computed, and may be null",
    "write the setting out in the call, or move it by hand",
)
REPLICATION_INCOMPLETE = Reason("replication-incomplete", "its replication has no role or no rules", "complete it")
REPLICATION_RULE_INCOMPLETE = Reason(
    "replication-rule-incomplete", "a replication rule has no destination or no status", "complete it"
)
FILTER_AND_PREFIX = Reason(
    "filter-and-prefix", "a replication rule has both a filter and a prefix", "move the prefix into the filter"
)
NO_DESTINATION_BUCKET = Reason("no-destination-bucket", "a replication rule has no destination bucket", "set it")
ENCRYPTED_OBJECTS_UNKNOWN = Reason(
    "encrypted-objects-unknown",
    "its replication does not say whether encrypted objects are replicated",
    "set enabled in sseKmsEncryptedObjects",
)
MFA_COMPUTED = Reason("mfa-computed", "mfaDelete is computed", "write true or false")
MFA_WITHOUT_VERSIONING = Reason(
    "mfa-without-versioning", "MFA delete is on while versioning is off", "switch versioning on, or MFA delete off"
)
NO_ALGORITHM = Reason("no-algorithm", "its encryption sets no sseAlgorithm", "set it")
SEVERAL_LOGGINGS = Reason("several-loggings", "only one of several loggings was ever used", "drop the others")
NO_TARGET_BUCKET = Reason("no-target-bucket", "its logging sets no targetBucket", "set it")
LOCK_COMPUTED = Reason("lock-computed", "objectLockEnabled is computed", "write it out")
TWO_SETTINGS_ONE_RESOURCE = Reason(
    "two-settings-one-resource", "two of its settings would become its {name}", "drop one of the two"
)
SETTING_SPREAD = Reason("setting-spread", "its {key} comes from a variable that is spread", "write it in the call")
INPUTS_IN_VARIABLE = Reason("inputs-in-variable", "its inputs are in a variable", "write them in the call")
SETTING_TWICE = Reason("setting-twice", "its {name} is set twice", "drop one of the two")
OUTPUT_CHANGES_SHAPE = Reason(
    "output-changes-shape",
    "the program reads an output that has another shape on the new class",
    "change the class by hand, with what reads it",
)
NO_BUCKET_INPUT = Reason(
    "no-bucket-input", "a bucket has no input {key} in major {major}", "drop it, or write the name that is meant"
)
LOCK_NOT_ENABLED = Reason("lock-not-enabled", "nothing enables its object lock", "set objectLockEnabled")
LOCK_ENABLED_TWICE = Reason("lock-enabled-twice", "its object lock is enabled in two places", "drop one of the two")
MAY_IGNORE_CHANGES = Reason(
    "may-ignore-changes", "ignoreChanges may contain a setting that would move", "write ignoreChanges as a literal list"
)
IGNORES_PART = Reason(
    "ignores-part",
    "ignoreChanges contains {name}, a part of a setting that would move",
    "ignore the whole setting, or split it by hand",
)
OPTIONS_IN_VARIABLE = Reason(
    "options-in-variable",
    "its options are in a variable, and ignoreChanges contains a setting that would move",
    "write the options in the call",
)
REGION_FROM_CALL = Reason(
    "region-from-call",
    "its region comes from a call, which may return another one the next time",
    "assign the region to a variable",
)
EMPTY_POLICY = Reason("empty-policy", "its policy is an empty string", "drop it")
EMPTY_WEBSITE = Reason("empty-website", "its website block is empty", "drop it, or set an index document")
REDIRECT_COMPUTED = Reason(
    "redirect-computed", "the target of its redirect is computed", "write it out, or move the website by hand"
)
ROUTING_RULE_INCOMPLETE = Reason("routing-rule-incomplete", "a routing rule has no redirect", "complete it")
ROUTING_RULES_NOT_LITERAL = Reason(
    "routing-rules-not-literal",
    "its routing rules are not fully literal",
    "write the setting out in the call, or move it by hand",
)
UNKNOWN_ROUTING_PART = Reason(
    "unknown-routing-part", "its routing rules have no {key}", "drop it, or write the name that is meant"
)
ROUTING_PART_COMPUTED = Reason(
    "routing-part-computed", "a part of its routing rules is computed, and may not be a string", "write it out"
)
ROUTING_RULES_MAYBE_LIST = Reason(
    "routing-rules-maybe-list",
    "its routing rules may be a list instead of one JSON string",
    "write them out, or move the website by hand",
)
ARGS_OF_OTHER_NAME = Reason(
    "args-of-other-name",
    "its inputs are {name}Args, which has another name on the new class",
    "change the class by hand",
)
READ_OF_OTHER_SHAPE = Reason(
    "read-of-other-shape",
    "{output} is read from it, and has another shape on the new class",
    "change the class by hand, with what reads it",
)
