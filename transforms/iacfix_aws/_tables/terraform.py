"""What Terraform's provider calls things: types, data sources and arguments, and which rules hold for its modules.

Its majors are the schema's less one: version 6 of the provider is what version 7 of Pulumi's is made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from iacfix.registry import Argument
from iacfix_aws import _schema
from iacfix_aws._tables.majors import BUCKET_CLASS, MAJORS, SIDE_ENDING, SIDE_RESOURCES
from iacfix_aws._tables.terraform_declared import classes
from iacfix_aws._tables.terraform_types import known

NUMBERING = {4: 6, 5: 6, 6: 7}
"""The majors of the provider; what 4 has otherwise than 5 is a table of its own."""

RULES = frozenset(
    {
        "endless-log-group",
        "hardcoded-region",
        "inline-bucket-config",
        "misplaced-dimension",
        "missing-bucket-reads",
        "open-ingress",
        "optional-metadata-token",
        "outdated-input",
        "outdated-region-name",
        "reserved-lambda-variable",
        "unblocked-bucket",
        "unconditioned-logs-grant",
        "unencrypted-queue",
        "unencrypted-storage",
        "unfiltered-lifecycle-rule",
        "ungranted-log-key",
        "unknown-input",
        "unknown-managed-policy",
        "unknown-output",
        "unknown-resource",
        "unplaced-widget",
        "unrecoverable-table",
        "unrotated-key",
        "unset-missing-data",
        "untyped-build-variable",
        "wildcard-grant",
    }
)

PREFIX = "aws_"
TYPES = {
    "alb": "aws.alb.LoadBalancer",
    "bcmdataexports_export": "aws.bcmdata.Export",
    "cloudtrail": "aws.cloudtrail.Trail",
    "codepipeline": "aws.codepipeline.Pipeline",
    "elb": "aws.elb.LoadBalancer",
    "lb": "aws.lb.LoadBalancer",
    "s3_bucket_analytics_configuration": "aws.s3.AnalyticsConfiguration",
    "s3_bucket_inventory": "aws.s3.Inventory",
    "s3_bucket_replication_configuration": "aws.s3.BucketReplicationConfig",
    "s3_object": "aws.s3.BucketObjectv2",
}
"""Types whose names do not follow from their parts."""
MODULES = {"db": "rds", "config": "cfg"}
"""Modules that the provider calls otherwise."""
DEFAULT_MODULE = "ec2"
"""The module of types that name none."""

FUNCTIONS = {
    "caller_identity": "aws.getCallerIdentity",
    "canonical_user_id": "aws.s3.getCanonicalUserId",
    "iam_policy_document": "aws.iam.getPolicyDocument",
    "partition": "aws.getPartition",
    "region": "aws.getRegion",
}
SPELLED = {"routingRuleDetails": "routing_rules"}
"""Arguments whose names do not follow from the schema's."""
PLURAL_BLOCKS = frozenset({"principals", "not_principals"})
"""Blocks that are called as if they held several."""
STATEMENT = "aws.iam.getPolicyDocument#statement"
OF_FUNCTIONS: Mapping[str, Mapping[str, Argument]] = {
    "aws.iam.getPolicyDocument": {"statement": Argument("statements", STATEMENT, is_list=True)},
    STATEMENT: {
        "condition": Argument("conditions", f"{STATEMENT}#condition", is_list=True),
        "principals": Argument("principals", f"{STATEMENT}#principals", is_list=True),
        "not_principals": Argument("notPrincipals", f"{STATEMENT}#principals", is_list=True),
    },
}
"""Arguments of data sources, which the schema does not have."""

EVERYWHERE = frozenset({"id", "tags_all", "timeouts"})
"""Arguments that the schema has of no type."""
WRITE_ONLY = ("_wo", "_wo_version")
"""Endings of arguments that Pulumi takes as secrets."""
OTHERWISE_NAMED = frozenset(
    {
        "aws_api_gateway_authorizer.rest_api_id",
        "aws_api_gateway_base_path_mapping.api_id",
        "aws_api_gateway_deployment.rest_api_id",
        "aws_api_gateway_integration.rest_api_id",
        "aws_api_gateway_integration_response.rest_api_id",
        "aws_api_gateway_method.rest_api_id",
        "aws_api_gateway_method_response.rest_api_id",
        "aws_api_gateway_method_settings.rest_api_id",
        "aws_api_gateway_model.rest_api_id",
        "aws_api_gateway_request_validator.rest_api_id",
        "aws_api_gateway_resource.rest_api_id",
        "aws_api_gateway_stage.deployment_id",
        "aws_api_gateway_stage.rest_api_id",
        "aws_api_gateway_vpc_link.target_arns",
        "aws_cloudwatch_log_subscription_filter.log_group_name",
        "aws_cloudwatch_metric_alarm.alarm_name",
        "aws_elastic_beanstalk_environment.version_label",
        "aws_glue_catalog_table.partition_index",
        "aws_iot_topic_rule.kinesis",
        "aws_lambda_function.filename",
        "aws_lambda_function.function_name",
        "aws_lambda_layer_version.filename",
        "aws_lambda_permission.function_name",
        "aws_quicksight_analysis.definition",
        "aws_quicksight_dashboard.definition",
        "aws_quicksight_template.definition",
        "aws_sns_topic_subscription.topic_arn",
    }
)
"""Arguments whose names in the schema do not follow from these."""


class Terraform:
    """The vocabulary of Terraform's provider."""

    rules = RULES
    joins = frozenset({"source_policy_documents", "override_policy_documents", "source_json", "override_json"})

    def resource(self, name: str, major: int) -> str:
        return classes().get(name) or named(name, major)

    def named(self, type: str) -> str:
        return next((names[type] for major in reversed(MAJORS) if type in (names := resources(major))), type)

    def function(self, name: str) -> str:
        rest = name.removeprefix(PREFIX)
        return FUNCTIONS.get(rest, f"aws.get{_pascal(rest)}")

    def source(self, function: str) -> str:
        return PREFIX + next(name for name, known in FUNCTIONS.items() if known == function)

    def argument(self, owner: str, name: str, major: int) -> Argument:
        if (told := OF_FUNCTIONS.get(owner, {}).get(name)) is not None:
            return told
        inputs, spelled = arguments(owner, major), spellings(name)
        found = next((each for each in spelled if each in inputs), None)
        if found is None:
            return Argument(spelled[0])
        declared = inputs[found]
        inner = f"{owner.partition('#')[0]}#{declared.nested}" if declared.nested is not None else None
        return Argument(found, inner, declared.is_list)

    def spelled(self, key: str) -> str:
        return SPELLED.get(key) or "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)

    def block(self, key: str) -> str:
        spelled = self.spelled(key)
        if spelled in PLURAL_BLOCKS:
            return spelled
        return f"{spelled[:-3]}y" if spelled.endswith("ies") else spelled.removesuffix("s")


VOCABULARY = Terraform()


def arguments(owner: str, major: int) -> Mapping[str, _schema.Declared]:
    """What the schema declares of an owner."""
    type, _, nested = owner.partition("#")
    if nested:
        return _schema.nested_of(type, nested, major)
    declared = _schema.type_of(type, major)
    return declared.inputs if declared is not None else {}


@cache
def resources(major: int) -> Mapping[str, str]:
    """The name of each resource by its class."""
    names = (name for number, facts in NUMBERING.items() if facts == major for name in known(number))
    return {VOCABULARY.resource(name, major): name for name in sorted(names) if not name.startswith("data.")}


def spellings(name: str) -> tuple[str, ...]:
    """What the schema may call an argument or an output, which is often in the plural."""
    pascal = _pascal(name)
    camel = pascal[:1].lower() + pascal[1:]
    return camel, f"{camel}s", f"{camel[:-1]}ies" if camel.endswith("y") else camel, f"{camel}es"


@cache
def named(name: str, major: int) -> str:
    """The class that the parts of a resource's name tell."""
    rest = name.removeprefix(PREFIX)
    if rest in TYPES:
        return TYPES[rest]
    if rest == "s3_bucket":
        return BUCKET_CLASS[major]
    parts = rest.split("_")
    for length in range(1, len(parts)):
        first = "".join(parts[:length])
        if found := _class(MODULES.get(first, first), "".join(parts[length:]), major):
            return found
    return _class(DEFAULT_MODULE, "".join(parts), major) or f"aws.{rest}"


def _class(module: str, name: str, major: int) -> str | None:
    """The class of a module whatever the case of its letters, the newer one where two differ by their ending."""
    known = _schema.names_in(module, major)
    newer = known.get(f"{name}{SIDE_ENDING[major].lower()}")
    found = newer if newer is not None and newer.removesuffix(SIDE_ENDING[major]) in SIDE_RESOURCES else known.get(name)
    return f"aws.{module}.{found}" if found is not None else None


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
