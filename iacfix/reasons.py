"""Why something is not fixed: one table, each reason with a way out."""

from __future__ import annotations


class Reason(str):
    """A text that says why, as part of a sentence; `id` is what it is known by when the words change, `remedy` what to
    do about it."""

    id: str
    remedy: str

    def __new__(cls, id: str, text: str, remedy: str) -> Reason:
        made = super().__new__(cls, text)
        made.id, made.remedy = id, remedy
        return made

    def of(self, **blanks: object) -> Reason:
        """The same with its blanks filled."""
        return Reason(self.id, self.format(**blanks), self.remedy.format(**blanks))


# How edits meet

SAME_PLACE = Reason("same-place", "another fix changes the same code", "apply the other fix, then run iacfix again")
SAME_OPTIONS = Reason(
    "same-options", "another fix copies the options that this one changes", "apply the other fix, then run iacfix again"
)
CODE_AROUND_CHANGES = Reason(
    "code-around-changes", "another fix changes the code around it", "apply the other fix, then run iacfix again"
)
NOTHING_CHANGES = Reason("nothing-changes", "the fix would change nothing", "please report it")
JSON_SYNTAX = Reason(
    "json-syntax",
    "the fix changes a file in JSON syntax, which is only read",
    "fix it by hand, or write the file in HCL",
)
OTHER_FILE_OF_MODULE = Reason(
    "other-file-of-module",
    "the fix changes another file of the module, which is not part of this run",
    "run iacfix on the folder of the module",
)

# Arguments and values

ARGUMENTS_NOT_LITERAL = Reason("arguments-not-literal", "the arguments are not a literal object", "write them as one")
LIST_NOT_LITERAL = Reason("list-not-literal", "the value is not a literal list", "write it as one")
MAY_BE_SET = Reason("may-be-set", "{key} may be set already", "write out all the arguments in the call")
SET_TWICE = Reason("set-twice", "{new} is set as well as {old}", "drop one of the two")
NOT_SET_ONCE = Reason("not-set-once", "{key} is not set exactly once", "set {key} once, in the call")
NO_ANCHOR = Reason("no-anchor", "there is no {key} that the new argument could follow", "write {key} in the call")
SHARED_VARIABLE = Reason(
    "shared-variable", "the value comes from a variable that is also used elsewhere", "give it a variable of its own"
)
CHANGING_VARIABLE = Reason(
    "changing-variable",
    "the value comes from a variable, and what it is made of changes in between",
    "write the value in the call",
)
VARIABLE_OF_OTHER_SCOPE = Reason(
    "variable-of-other-scope", "the value comes from a variable of another scope", "write the value in the call"
)
CONCATENATED = Reason("concatenated", "the string is concatenated from several parts", "write it as one string")
NOT_A_LITERAL_STRING = Reason(
    "not-a-literal-string", "the text is not a plain string literal", "write it as one string"
)
NOT_READ_BY_NAME = Reason(
    "not-read-by-name", "the output is not read by a plain attribute", "read it as an attribute of the resource"
)
COMPUTED_NAME = Reason(
    "computed-name", "its logical name is an expression that no suffix can be added to", "assign the name to a variable"
)
NOT_IN_F_STRING = Reason(
    "not-in-f-string", "a part of the new text cannot go into an f-string", "assign that part to a variable first"
)
HOLES_IN_LIST = Reason("holes-in-list", "the list has empty slots", "write undefined there, or remove them")
SUBCLASS = Reason("subclass", "it is configured in a subclass of the provider's class", "change the subclass by hand")
NEW_RESOURCE_OF = Reason(
    "new-resource-of",
    "a new resource would depend on {resource}, and {why}",
    "write {resource} as a plain call of its class",
)
ASSIGNS_ON_THE_WAY = Reason(
    "assigns-on-the-way", "a value that would move assigns a variable", "assign it in a statement of its own first"
)
REORDERED_CALLS = Reason(
    "reordered-calls", "its arguments contain calls whose order would change", "assign their results to variables first"
)
COPIED_SIDE_EFFECTS = Reason(
    "copied-side-effects", "code that would be copied has side effects", "assign its result to a variable first"
)

# Comments and layout

COMMENT_WITHOUT_PLACE = Reason(
    "comment-without-place", "a comment could not be kept next to its code", "move the comment above the statement"
)
COPIED_COMMENT = Reason(
    "copied-comment", "code that would be copied contains a comment", "move the comment above the statement"
)
PRAGMA = Reason("pragma", "the comment {comment} would be separated from its code", "move the comment first")
LEADING_COMMA = Reason("leading-comma", "a line starts with a comma", "end the line above with it")
SHARED_LINE = Reason("shared-line", "several statements are on its line", "give each statement a line of its own")
NO_BLOCK = Reason(
    "no-block", "there is no block that new statements could go into", "write the code in a block of its own"
)
DECLARED_TOGETHER = Reason("declared-together", "one declaration declares several variables", "declare each by itself")

# Resources in larger expressions

NESTED_RESOURCE = Reason(
    "nested-resource", "the resource is created inside a larger expression", "create it in a statement of its own"
)
CLASS_FIELD = Reason("class-field", "the resource is created in the field of a class", "create it in the constructor")
NESTED_BROKEN_CLASS = Reason(
    "nested-broken-class",
    "the resource is created inside a larger expression, and the name of its class spans lines",
    "assign it to a variable first",
)
NESTED_IN_CLASS_BODY = Reason(
    "nested-in-class-body",
    "the resource is created inside a larger expression in the body of a class",
    "assign it to a variable first",
)
NESTED_REORDERED = Reason(
    "nested-reordered",
    "the resource is created inside a larger expression, and the code before it there might run later than now",
    "assign it to a variable first",
)
NEW_AT_LINE_END = Reason(
    "new-at-line-end", "`new` is at the end of a line and its class on the next one", "write them on one line"
)
UNBINDABLE = Reason(
    "unbindable", "the resource cannot be assigned to a variable there", "create it in a statement of its own"
)

# New resources

NO_LOGICAL_NAME = Reason(
    "no-logical-name",
    "the resource has no logical name that the new one could be named after",
    "give it a name as its first argument",
)
NAME_FROM_CALL = Reason(
    "name-from-call",
    "its logical name comes from a call, which may return another name the next time",
    "assign the name to a variable",
)
NAME_WITH_SIDE_EFFECTS = Reason(
    "name-with-side-effects", "its logical name has side effects (`:=`, `await`)", "assign the name to a variable"
)
SLOTS = Reason(
    "slots",
    "its class has `__slots__`, so the new resource cannot become an attribute",
    "split it by hand, or remove `__slots__`",
)
WAITS_FOR_OTHER_SCOPE = Reason(
    "waits-for-other-scope",
    "the new resource has to depend on a resource that is created elsewhere",
    "create both in one function",
)
CODE_BETWEEN = Reason(
    "code-between",
    "other code than resources is between it and what a new resource has to depend on",
    "move the two resources next to each other",
)
WAITS_OUT_OF_SCOPE = Reason(
    "waits-out-of-scope",
    "{resource} has to depend on the new {name}, which is not in scope there",
    "create both in one function",
)
OUTPUT_DESTRUCTURED = Reason(
    "output-destructured",
    "an output that moves is destructured together with others",
    "read it by a statement of its own",
)
OUTPUT_OUT_OF_SCOPE = Reason(
    "output-out-of-scope",
    "an output that moves is read where the new resource is not in scope",
    "read it where the resource is created",
)
NAME_TAKEN = Reason(
    "name-taken", "the name {name} is already used for something else in this file", "rename the other {name}"
)

# Options of resources

UNREADABLE_OPTIONS = Reason(
    "unreadable-options", "the options of the resource are not a literal", "write them out in the call"
)
UNREADABLE_OPTIONS_OF = Reason(
    "unreadable-options-of", "the options of {resource} are not a literal", "write them out in the call"
)
WAITS_WITH_UNREADABLE_OPTIONS = Reason(
    "waits-with-unreadable-options",
    "{resource} has to depend on a new resource, and its options are not a literal",
    "write its options out in the call",
)
UNKNOWN_OPTION = Reason("unknown-option", "the option {option} may not be right for a new resource", "split it by hand")
CALL_IN_OPTION = Reason(
    "call-in-option", "an option that would be copied contains a call", "assign its result to a variable first"
)
DEPENDS_ON_NOT_LITERAL = Reason("depends-on-not-literal", "its dependsOn is not a literal list", "write it as one")
OPTION_SET_TOO = Reason("option-set-too", "its options set {option} as well", "set {option} in one place")

# Lookups

STATIC_METHOD = Reason(
    "static-method", "a static method has no component whose provider could be used", "pass the value in as a parameter"
)
FOREIGN_BASE_CLASS = Reason(
    "foreign-base-class",
    "a base class from another file may be a component with a provider of its own",
    "look the value up by hand, with the right provider",
)
PROVIDER_OF_OTHER_PACKAGE = Reason(
    "provider-of-other-package",
    "its provider option is the provider of another package",
    "set the provider of this package",
)
EARLY_METHOD = Reason(
    "early-method", "the method may run before its component is constructed", "pass the value in as a parameter"
)
MAY_BE_UNDEFINED = Reason(
    "may-be-undefined", "{name} may be undefined where the lookup would go", "define {name} earlier"
)
SET_UNDER_CONDITION = Reason("set-under-condition", "{name} is only set under a condition", "set {name} in every case")
SET_BY_OTHER_METHOD = Reason("set-by-other-method", "{name} is set in another method", "set {name} in the constructor")
PROVIDER_DEFINED_LATER = Reason(
    "provider-defined-later",
    "the provider is defined after the point where the lookup would go",
    "define the provider earlier",
)
PROVIDER_IMPORTED_LATER = Reason(
    "provider-imported-later",
    "the provider is imported after the point where the lookup would go",
    "move the import to the top of the file",
)
PROVIDER_SHARES_LINE = Reason(
    "provider-shares-line",
    "several statements are on the line of the provider",
    "give each statement a line of its own",
)
PROVIDER_EXPRESSION = Reason(
    "provider-expression", "the provider is an expression: {code}", "assign the provider to a variable"
)
UNKNOWN_PROVIDER = Reason(
    "unknown-provider",
    "the options of the resource are not a literal, so its provider is unknown",
    "write its options out in the call",
)
PROVIDERS_LIST = Reason("providers-list", "the resource takes its provider from a list", "set the option provider")
SEVERAL_PROVIDERS = Reason(
    "several-providers", "the code that reads it uses several providers", "use one value for each provider"
)
OTHER_PROVIDER = Reason(
    "other-provider", "the code that reads it uses another provider", "use a value of its own there"
)
NO_PARENT = Reason(
    "no-parent",
    "it is created in a component without a parent, so its provider may not be the component's",
    "set its parent or its provider",
)
PARENT_LEFT_OUT = Reason(
    "parent-left-out",
    "it does not set the parent that its component sets for others, so its provider is unclear",
    "set its parent or its provider",
)
LOOKUP_TOO_EARLY = Reason(
    "lookup-too-early",
    "the code runs before the point where the lookup can go",
    "move it below the imports, the provider and the constructor call of the base class",
)
LIBRARY_FILE = Reason(
    "library-file",
    "the file creates no resources when it is imported, so a lookup at module level would run wherever that is",
    "move the code into a function, or pass the value in",
)
ONE_LINE_FUNCTION = Reason(
    "one-line-function", "the body of the function is on the line of its header", "put the body on a line of its own"
)
NO_SUPER_STATEMENT = Reason(
    "no-super-statement",
    "the constructor call of the base class is not a separate statement",
    "make it a statement of its own",
)
AUTOMATION_PROGRAM = Reason(
    "automation-program",
    "the file runs Pulumi itself, so a lookup at module level would run too early",
    "look the value up in the program function",
)
NO_BLOCK_FOR_LOOKUP = Reason(
    "no-block-for-lookup",
    "there is no block that the lookup could go into",
    "write the body of the arrow function in braces",
)
LOOKUP_IN_FIELD = Reason(
    "lookup-in-field", "the field of a class is set before a lookup could run", "set it in the constructor"
)
NO_STATEMENT_FOR_LOOKUP = Reason(
    "no-statement-for-lookup", "there is no statement that the lookup could precede", "look the value up by hand"
)

# Imports

NOT_IMPORTED = Reason("not-imported", "the imports of this file do not provide {name}", "import its package")
NO_IMPORTS = Reason(
    "no-imports", "the file has no import to place the new code after", "import the package at the top of the file"
)
ORPHANED_IMPORT_COMMENT = Reason(
    "orphaned-import-comment", "an import that would become unused has a comment", "move the comment first"
)
LONE_IMPORT = Reason(
    "lone-import", "its import is the only statement of its block", "import the right class there by hand"
)
IMPORT_SHARES_LINE = Reason(
    "import-shares-line", "another statement is on the line of its import", "give each statement a line of its own"
)
RUNS_BEFORE_IMPORT = Reason(
    "runs-before-import", "the code runs before the imports that it would need", "move it below the imports"
)
IMPORTED_IN_FUNCTION = Reason(
    "imported-in-function", "{package} is only imported inside a function", "import it at the top of the file"
)
IMPORTED_AS_TYPE = Reason("imported-as-type", "{name} is imported as a type only", "import it as a value")
IMPORTED_BY_ADDRESS = Reason(
    "imported-by-address",
    "the file imports packages by their URLs, and {package} is not among them",
    "import {package} first",
)
AWAITED_IMPORTS = Reason("awaited-imports", "the file uses dynamic imports (`await import`)", "import {package} first")

# Classes that change

RETURNED_RESOURCE = Reason(
    "returned-resource",
    "a function returns the resource, and its callers may expect the old class",
    "change the class and all references to it by hand",
)
PASSED_RESOURCE = Reason(
    "passed-resource",
    "the resource is passed to code that may expect the old class",
    "change the class and all references to it by hand",
)
EXPORTED_RESOURCE = Reason(
    "exported-resource",
    "other files may use the resource and expect the old class",
    "change the class and all references to it by hand",
)
IMPORTABLE_RESOURCE = Reason(
    "importable-resource",
    "another file may import it and expect the old class",
    "change the class and all references to it by hand",
)
PUBLIC_ATTRIBUTE = Reason(
    "public-attribute",
    "its attribute is public, and other code may expect the old class",
    "make the attribute private, or change the class by hand",
)
UNREADABLE_ARGUMENTS = Reason(
    "unreadable-arguments",
    "some of its arguments are not literals and may have types of the old class",
    "write them out in the call",
)
ARGUMENTS_OF_OLD_CLASS = Reason(
    "arguments-of-old-class", "its arguments use a type of the old class", "change that type by hand"
)
TYPE_ANNOTATION = Reason(
    "type-annotation", "a type annotation names {name}", "change the class and all references to it by hand"
)
CLASS_AS_VALUE = Reason(
    "class-as-value",
    "the class {name} is used without being called",
    "change the class and all references to it by hand",
)
REEXPORTED_CLASS = Reason(
    "reexported-class",
    "{path} re-exports its class, and other files may import it from there",
    "re-export the right class there",
)
METHOD_OF_OLD_CLASS = Reason(
    "method-of-old-class", "the new class has no {method}", "change the class and all references to it by hand"
)
COMMENT_IN_CLASS_NAME = Reason(
    "comment-in-class-name", "a comment is inside the name of its class", "move the comment in front of the name"
)
CLASS_BY_NAME = Reason(
    "class-by-name", "its class is imported by name, not through its module", "refer to it through its module"
)

# Outputs

PLAIN_VALUE_NEEDED = Reason(
    "plain-value-needed", "a plain value is needed there, not an output", "wait for the output with apply"
)
TAKES_NO_OUTPUT = Reason(
    "takes-no-output",
    "a plain value is needed there, but the lookup returns an output",
    "look the value up by hand, inside apply",
)
UNKNOWN_POSITION = Reason(
    "unknown-position", "it is unknown whether an output is accepted there", "look the value up by hand if it is"
)
PLAIN_IN_COMPONENT = Reason(
    "plain-in-component", "it is passed to a component, which may need a plain value", "wait for the output with apply"
)
PLAIN_IN_CALLBACK = Reason(
    "plain-in-callback", "it is in a callback, which gets plain values", "pass the output in with {all}"
)
UNRESOLVING_FUNCTION = Reason(
    "unresolving-function", "{name} does not take outputs", "wait for them with apply, or join them with {concat}"
)
PERCENT_FORMAT = Reason(
    "percent-format", "it is formatted with %, which does not take outputs", "use pulumi.Output.format"
)
OUTPUT_AS_NAME = Reason(
    "output-as-name",
    "a logical name or an option cannot be an output",
    "use a value that is known before the deployment",
)
OUTPUT_AS_KEY = Reason("output-as-key", "an output cannot be a key", "use a key that is known before the deployment")
PLAIN_INVOKE = Reason("plain-invoke", "{function} takes plain values only", "call {output_form}, which takes outputs")
DECLARED_TYPE = Reason(
    "declared-type", "its declared type does not allow an output", "declare it as an output or an input"
)
ASSERTED_TYPE = Reason("asserted-type", "a type assertion does not allow an output", "remove the assertion")
CUSTOM_ENCODER = Reason("custom-encoder", "the JSON is made with a custom encoder", "make the JSON inside apply")
JSON_LAYOUT = Reason(
    "json-layout",
    "the JSON is made with arguments that pulumi.jsonStringify does not take",
    "drop the arguments, or make the JSON inside apply",
)
READ_BY_OTHER_FILES = Reason(
    "read-by-other-files", "other files may read the variable", "wait for the output in the files that read it"
)
EXPORTED_CONSTANT = Reason(
    "exported-constant",
    "the constant is exported, and other files may expect plain text",
    "look the value up where it is used",
)
RETURNED_TEXT = Reason(
    "returned-text",
    "a function of the program returns it, and its callers may need plain text",
    "wait for the output in the callers",
)
OUTPUT_RETURNED = Reason(
    "output-returned",
    "a function of the program would return an output in place of text",
    "pass the value in as a parameter",
)
ADDED_TO_TEXT = Reason("added-to-text", "an output cannot be joined to a string with +", "use a template string")
PARTS_MAY_BE_OUTPUTS = Reason(
    "parts-may-be-outputs", "the other parts of the text may be outputs", "use pulumi.interpolate"
)
PROMISE_USED_PLAIN = Reason(
    "promise-used-plain", "the result of the promise is used as a plain value", "look the value up by hand, inside then"
)
CALLBACK_VALUES = Reason(
    "callback-values",
    "the values that the callback is applied to are not a literal object",
    "write them as an object with a name for each",
)
CALLBACK_PARAMETER = Reason(
    "callback-parameter", "the callback does not take exactly one parameter", "give it one parameter"
)
CALLBACK_GAPS = Reason("callback-gaps", "the callback does not name all of its values", "give each value a name")
CALLBACK_PASSES_ALL = Reason(
    "callback-passes-all", "the callback passes all of its values on together", "destructure them"
)
CALLBACK_TYPE = Reason(
    "callback-type", "the declared type of the callback's parameter would no longer fit", "remove the type annotation"
)
COMPUTED_FORMAT_ARGUMENTS = Reason(
    "computed-format-arguments", "the arguments of format are not literal", "write them out in the call"
)
NESTED_STRING = Reason(
    "nested-string", "one formatted string is nested in another", "assign the inner one to a variable first"
)
SELF_NAMING_PART = Reason("self-naming-part", "a part of the f-string ends in `=`", "write the name as text")
COMPUTED_FORMAT = Reason("computed-format", "the format of a part is computed", "write the format out")
BRACKETS_IN_SUM = Reason("brackets-in-sum", "the concatenation contains parentheses", "remove the parentheses")

# Python as LibCST reads it

UNKNOWN_SYNTAX = Reason(
    "unknown-syntax", "LibCST, which writes the fixes, does not know the syntax of this file", "fix it by hand"
)
READ_DIFFERENTLY = Reason(
    "read-differently",
    "LibCST, which writes the fixes, parses this statement differently",
    "write it more plainly, or fix it by hand",
)
NOT_REPRODUCED = Reason(
    "not-reproduced", "LibCST does not reproduce this file byte for byte", "format the file, or fix it by hand"
)

# Terraform

DATA_SOURCE_TAKEN = Reason("data-source-taken", "the module already has another data source {type}.{name}", "rename it")
NO_RESOURCE_IN_MODULE = Reason(
    "no-resource-in-module",
    "the module creates no resource that a data source could precede",
    "add the data source by hand",
)
ADDRESS_TAKEN = Reason("address-taken", "the module already has a {type}.{name}", "rename it")
ADDRESS_MOVED = Reason(
    "address-moved",
    "a moved or removed block names {type}.{name}",
    "drop that block once it is applied everywhere",
)
READ_AS_A_WHOLE_RESOURCE = Reason(
    "read-as-a-whole-resource",
    "{resource} is read as a whole, with an attribute that moves",
    "read single attributes of it",
)
READ_AS_A_WHOLE = Reason("read-as-a-whole", "it is read as a whole", "read single attributes of it")
SHARED_LINES = Reason(
    "shared-lines", "other code is on the lines that would be removed", "give each argument a line of its own"
)
SOME_COMMENTS_MOVE = Reason(
    "some-comments-move", "only some of the comments above it would move", "move them by hand first"
)
ARGUMENT_IS_READ = Reason(
    "argument-is-read", "the module also refers to {name} elsewhere", "rename it and all references to it by hand"
)
BLOCK_TAKES_ITS_PLACE = Reason("block-takes-its-place", "a block replaces it", "write the block by hand")
NOT_SUPPORTED = Reason("not-supported", "this change is not supported for Terraform yet", "fix it by hand")
INVALID_HCL = Reason(
    "invalid-hcl",
    "Terraform does not accept its block: an attribute is set twice, or a line does not end where it has to",
    "correct it first; terraform fmt names the line",
)
UNREADABLE_NAME = Reason(
    "unreadable-name", "no code can read {resource} by this name", "give it a name of letters, digits, _ and -"
)
MADE_SEVERAL_TIMES = Reason("made-several-times", "{resource} uses count or for_each", "fix it by hand")
IN_SEVERAL_PLACES = Reason("in-several-places", "a part of it is written in several places", "write it in one place")
SHARED_LOCAL = Reason(
    "shared-local", "the value comes from a local that is also used elsewhere", "give it a local of its own"
)
OBJECT_NOT_LITERAL = Reason("object-not-literal", "some keys of the object are not literal", "write them out")
DEPENDS_ON_OF_NOT_LITERAL = Reason(
    "depends-on-of-not-literal", "the depends_on of {resource} is not a literal list", "write it as one"
)

# What cannot be read

NOT_TEXT = Reason("not-text", "it is not a string", "write it as one")
EMPTY_TEXT = Reason("empty-text", "it is an empty string", "write the document")
JSON_AS_TEXT = Reason("json-as-text", "it is JSON in a string", "write it as an object, and serialise that")
SERIALISED_ELSEWHERE = Reason("serialised-elsewhere", "what is serialised is not a literal", "write it as a literal")
SERIALISED_UNTRACED = Reason(
    "serialised-untraced", "what is serialised cannot be traced to a literal", "write it as a literal"
)
UNTRACED = Reason("untraced", "it cannot be traced to a literal", "write it as a literal")
TOO_MANY_HOPS = Reason("too-many-hops", "it passes through too many variables", "write it as a literal")
FROM_FUNCTION = Reason("from-function", "a function builds it", "write it as a literal")
FROM_EXPRESSION = Reason("from-expression", "an expression builds it", "write it as a literal")
FROM_UNKNOWN = Reason("from-unknown", "it comes from {origin} and is not statically known", "write it as a literal")
OTHER_DATA_SOURCE = Reason("other-data-source", "another data source builds it", "write it as a literal")
JOINED_DOCUMENTS = Reason("joined-documents", "it is joined with other documents", "write it as one document")
INPUT_UNKNOWN = Reason(
    "input-unknown", "its {input} comes from {origin} and is not statically known", "write {input} out in the call"
)
INPUT_BUILT_BY_CODE = Reason("input-built-by-code", "its {input} is built by code", "write {input} out in the call")
INPUT_SET_TWICE = Reason("input-set-twice", "its {input} is set twice", "drop one of the two")
INPUTS_UNKNOWN = Reason(
    "inputs-unknown", "some of its inputs come from {origin} and are not statically known", "write them out in the call"
)
INPUTS_NOT_LITERAL = Reason("inputs-not-literal", "some of its inputs are not literal", "write them out in the call")
PART_UNKNOWN = Reason(
    "part-unknown",
    "a part of its {input} comes from {origin} and is not statically known",
    "write {input} out in the call",
)
PART_NOT_LITERAL = Reason("part-not-literal", "a part of its {input} is not literal", "write {input} out in the call")
INDIRECT_CLASS = Reason(
    "indirect-class", "its class is {how}, and only direct calls of a class are rewritten", "call the class directly"
)
BEING_IMPORTED = Reason(
    "being-imported",
    "it is being imported, and its inputs have to match the deployed resource",
    "finish the import first",
)

# Checks of the run itself

FAILED_CHECK = Reason(
    "failed-check", "the fix failed its own check: {wrong}", "please report it; fix it by hand meanwhile"
)
NOT_ENCODABLE = Reason("not-encodable", "the file {problem}", "save the file as UTF-8")
OVER_LIMIT = Reason("over-limit", "it was not checked", "raise {setting}, split the file, or exclude it")
UNKNOWN_MAJOR = Reason("unknown-major", "iacfix knows the majors {known}", "upgrade first, or set --provider-version")
INVALID_SUPPRESSION = Reason("invalid-suppression", "the comment suppresses nothing", "correct the comment")
SUPPRESSED = Reason("suppressed", "suppressed by {check}", "remove the comment to have it reported")
UNUSED_SUPPRESSION = Reason("unused-suppression", "no such finding is left there", "remove the comment")
RULE_INPUT_UNKNOWN = Reason(
    "rule-input-unknown",
    "its {input} is computed, so it is unknown whether it is weak",
    "write {input} out in the call",
)
RULE_INPUT_SPREAD = Reason("rule-input-spread", "its {input} comes from a spread", "set {input} in the call")
RULE_INPUT_NOT_WRITTEN = Reason(
    "rule-input-not-written", "its {input} is not written among its inputs", "set {input} in the call"
)
