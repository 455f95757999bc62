"""Which expressions are outputs, and the text and JSON that plain Python makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from iacfix.languages.python import syntax
from iacfix.languages.python.choices import annotated, choices, kept_choices
from iacfix.languages.python.definitions import REFERENCES
from iacfix.languages.python.documents import ResourceAt, results
from iacfix.languages.python.names import Names, assigned_value
from iacfix.languages.python.provider_names import ProviderNames
from iacfix.languages.python.scopes import Assignment, ImportAssignment
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.choices import CALLED, Choices, Path, shown
from iacfix.languages.shared.natures import Nature, declared, joined

PROVIDERS = frozenset(
    {"pulumi_awsx", "pulumi_command", "pulumi_docker", "pulumi_docker_build", "pulumi_eks", "pulumi_kubernetes"}
    | {"pulumi_random", "pulumi_tls", "pulumi_cloudflare", "pulumi_github", "pulumi_gcp", "pulumi_azure_native"}
)
"""Packages beside the provider's whose classes have outputs."""
OF_CONFIG = frozenset(
    {"require_secret", "get_secret"}
    | {f"{verb}_secret_{kind}" for verb in ("get", "require") for kind in ("bool", "int", "float", "object")}
)
OF_STACK = frozenset({"get_output", "require_output"})
PLAIN_CALLS = frozenset({"json.dumps", "os.getenv", "os.environ.get", "pulumi.get_stack", "pulumi.get_project"})
TEXTS = (syntax.FormattedString, syntax.ConcatenatedString)
MAKING = (*TEXTS, syntax.BinaryOperation, syntax.Call)
"""What makes a text of its parts."""
INSPECTING = frozenset({"hasattr", "isinstance"})
SHOWING = frozenset({"str", "repr", "format", "ascii"})
"""Functions of Python that make text of whatever they are given."""
PRIVATE = ("_", "pulumi_resource_")
"""How the names of what is no output of a resource begin."""
JOINING = frozenset({"join", "format_map", "replace"})
"""Methods of texts that put what they are given into a text."""


@dataclass
class Outputs:
    """The outputs of one program."""

    provider: ProviderNames
    resource_at: ResourceAt
    _asked: set[syntax.Node] = field(default_factory=set[syntax.Node])

    # what an expression is

    def nature(self, node: syntax.Node) -> Nature:
        if node in self._asked or self._is_inspected(node):
            return Nature.UNKNOWN
        self._asked.add(node)
        try:
            found = self._nature(node)
            return self._behind(node) if found is Nature.UNKNOWN and isinstance(node, REFERENCES) else found
        finally:
            self._asked.discard(node)

    def _is_inspected(self, node: syntax.Node) -> bool:
        """The function asks whether it is an output, and goes on accordingly: `hasattr(arn, "apply")`."""
        code = self.provider.definitions.names.module.code
        return bool(self._inspected) and _function_around(node) in self._inspected.get(code(node), ())

    @cached_property
    def _inspected(self) -> dict[str, list[syntax.Node | None]]:
        """What is asked for its type or its members, as it is written, with the functions that ask."""
        found = dict[str, list[syntax.Node | None]]()
        module = self.provider.definitions.names.module
        for call in inside(module, syntax.Call):
            if call.args and isinstance(call.func, syntax.Name) and call.func.value in INSPECTING:
                found.setdefault(module.code(call.args[0].value), []).append(_function_around(call))
        return found

    def _nature(self, node: syntax.Node) -> Nature:
        match node:
            case syntax.BaseString() | syntax.BaseNumber() | syntax.Comparison():
                return Nature.PLAIN
            case syntax.Name():
                return self._named(node)
            case syntax.Attribute(value=owner):
                return self._member(node, owner)
            case syntax.Subscript(value=owner):
                return Nature.OUTPUT if self.nature(owner) is Nature.OUTPUT else Nature.UNKNOWN
            case syntax.Call():
                return self._called(node)
            case syntax.IfExp(body=body, orelse=orelse):
                return joined((self.nature(body), self.nature(orelse)))
            case syntax.BooleanOperation(left=left, right=right):
                return joined((self.nature(left), self.nature(right)))
            case _:
                return Nature.UNKNOWN

    def _member(self, node: syntax.Attribute, owner: syntax.BaseExpression) -> Nature:
        if self._is_own_field(node):
            value = self.provider.definitions.field(node, node.attr.value)
            return self.nature(value) if value is not None else Nature.UNKNOWN
        is_own = node.attr.value.startswith(PRIVATE)
        has_outputs = not is_own and self._has_outputs(owner)
        return Nature.OUTPUT if has_outputs else self._declared(self._annotation(node))

    @staticmethod
    def _is_own_field(node: syntax.Attribute) -> bool:
        return isinstance(node.value, syntax.Name) and node.value.value == "self"

    def _has_outputs(self, owner: syntax.BaseExpression) -> bool:
        """What is read of it is an output: it is one itself, or a resource."""
        return self.nature(owner) is Nature.OUTPUT or self._is_resource(owner)

    def _behind(self, node: syntax.BaseExpression) -> Nature:
        """The nature of all that a name, a member or a result stands for, however the file gets it there."""
        return self._chosen(choices(self.provider.definitions, node))

    def keeps_output(self, path: Sequence[str]) -> bool:
        """What the file keeps at a path of names is an output."""
        return self._chosen(kept_choices(self.provider.definitions, path)) is Nature.OUTPUT

    def _chosen(self, found: Choices[syntax.Call]) -> Nature:
        if found.is_open or found.literals:
            return Nature.UNKNOWN
        natures = {self._kept(name) for name in found.imported if CALLED not in name.split(".")}
        natures |= {self._made(call, ()) for call in found.calls}
        natures |= {self._made(call, path) for call, path in found.reads}
        return natures.pop() if len(natures) == 1 else Nature.UNKNOWN

    def _made(self, call: syntax.Call, path: Path) -> Nature:
        """The nature of what a call gives, or of what is read of that."""
        if path and self._is_resource(call):
            is_read = isinstance(path[0], str) and not path[0].startswith(PRIVATE)
            return Nature.OUTPUT if is_read else Nature.UNKNOWN
        name = self.provider.definitions.qualified(call.func)
        kept = self._kept(".".join([name, CALLED, *shown(path)])) if name is not None else Nature.UNKNOWN
        return self.nature(call) if kept is Nature.UNKNOWN and not path else kept

    def _kept(self, name: str) -> Nature:
        """What another file of the project keeps is seen as far as that goes, so that no edit rests on it."""
        return Nature.GIVEN if self.provider.keeps_output(name) else Nature.UNKNOWN

    def _is_resource(self, node: syntax.BaseExpression) -> bool:
        if (resource := self.resource_at(node)) is not None:
            return self.provider.type_named(resource.node.func) is not None
        if self.provider.type_named(self._annotation(node)) is not None:
            return True
        made = self.provider.definitions.of(node) or node
        if isinstance(made, syntax.Call) and isinstance(made.func, syntax.Attribute) and made.func.attr.value == "get":
            return self.provider.type_named(made.func.value) is not None
        package, _, rest = (self._qualified(made) if isinstance(made, syntax.Call) else "").partition(".")
        return package in PROVIDERS and rest.rpartition(".")[2][:1].isupper() and not rest.endswith("Args")

    def _qualified(self, call: syntax.Call) -> str:
        return self.provider.qualified(call.func) or ""

    def _called(self, call: syntax.Call) -> Nature:
        name = self._qualified(call)
        method = call.func.attr.value if isinstance(call.func, syntax.Attribute) else ""
        if self.provider.function_of(call) is not None:
            return Nature.OUTPUT if name.endswith("_output") else Nature.PLAIN
        if name.startswith("pulumi.Output."):
            return Nature.OUTPUT
        if name in PLAIN_CALLS:
            return Nature.PLAIN
        if not isinstance(call.func, syntax.Attribute):
            return self._given(call)
        owner = call.func.value
        if method in OF_CONFIG and self._is_made_by(owner, "pulumi.Config"):
            return Nature.OUTPUT
        if method in OF_STACK and self._is_made_by(owner, "pulumi.StackReference"):
            return Nature.OUTPUT
        if method == "apply" and len(call.args) >= 1 and self._has_outputs(owner):
            return Nature.OUTPUT
        if method == "apply" and len(call.args) >= 1 and _takes_function(call):
            return Nature.GIVEN  # of whatever is not known here: a table has such a method too
        return Nature.PLAIN if self._is_made_by(owner, "pulumi.Config") else Nature.UNKNOWN

    def _is_made_by(self, owner: syntax.BaseExpression, name: str) -> bool:
        made = self.provider.definitions.of(owner) or owner
        return isinstance(made, syntax.Call) and self._qualified(made) == name

    def _given(self, call: syntax.Call) -> Nature:
        """What a function of the file gives."""
        if isinstance(call.func, syntax.Name) and call.func.value in (*SHOWING, "len", "int"):
            return Nature.PLAIN
        function = self.provider.definitions.names.function(call.func)
        found = results(function) if function is not None else []
        return joined(map(self.nature, found)) if found else Nature.UNKNOWN

    def _named(self, name: syntax.Name) -> Nature:
        found = list(self.provider.definitions.names.scope(name)[name.value])
        if any(isinstance(bound, ImportAssignment) or not isinstance(bound, Assignment) for bound in found):
            return Nature.UNKNOWN
        natures = [self._bound(bound.node) for bound in found if isinstance(bound, Assignment)]
        return natures[0] if len(set(natures)) == 1 else Nature.UNKNOWN

    def _bound(self, target: syntax.Node) -> Nature:
        if (value := assigned_value(target)) is not None:
            return self.nature(value)
        param = target if isinstance(target, syntax.Param) else target.parent
        if not isinstance(param, syntax.Param):
            return Nature.UNKNOWN
        if callback_of(self.provider.definitions.names, param) is not None:
            return Nature.PLAIN
        return self._declared(param.annotation.annotation if param.annotation is not None else None)

    def _declared(self, annotation: syntax.BaseExpression | None) -> Nature:
        code = self.provider.definitions.names.module.code
        return declared(code(annotation)) if annotation is not None else Nature.UNKNOWN

    def _annotation(self, node: syntax.BaseExpression) -> syntax.BaseExpression | None:
        """The annotation of a parameter, or that of a field in the class that a parameter is annotated with."""
        names = self.provider.definitions.names
        match node:
            case syntax.Name():
                bound = names.assignment(node)
                target = bound.node if bound is not None else None
                param = target if isinstance(target, syntax.Param) or target is None else target.parent
                told = param.annotation if isinstance(param, syntax.Param) else None
                return told.annotation if told is not None else None
            case syntax.Attribute(value=syntax.Name() as owner, attr=attr):
                kind = self._annotation(owner)
                bound = names.assignment(kind) if isinstance(kind, syntax.Name) else None
                made = bound.node if bound is not None else None
                return annotated(made, attr.value) if isinstance(made, syntax.ClassDef) else None
            case _:
                return None

    # what plain code makes of them

    def unresolved(self) -> Iterator[tuple[syntax.Node, list[syntax.Node]]]:
        """The expressions that make text or JSON, each with what is computed in it."""
        module = self.provider.definitions.names.module
        for node in inside(module, MAKING):
            if not isinstance(node.parent, syntax.ConcatenatedString | syntax.Expr):
                parts = list[syntax.Node](self.parts(node))
                if parts:
                    yield node, parts

    def parts(self, node: syntax.BaseExpression) -> Iterator[syntax.BaseExpression]:
        """What is computed in a text, or stands in what a serialiser is given."""
        match node:
            case syntax.FormattedString() | syntax.ConcatenatedString():
                for piece in node.pieces if isinstance(node, syntax.ConcatenatedString) else [node]:
                    written = piece.parts if isinstance(piece, syntax.FormattedString) else ()
                    yield from (
                        part.expression for part in written if isinstance(part, syntax.FormattedStringExpression)
                    )
            case syntax.BinaryOperation(operator=syntax.Add()) if not _is_added(node):
                terms = list(operands(node))
                if any(isinstance(term, syntax.BaseString) for term in terms):
                    yield from (term for term in terms if not isinstance(term, syntax.BaseString))
            case syntax.BinaryOperation(operator=syntax.Modulo(), left=syntax.BaseString(), right=right):
                yield from [each.value for each in right.elements] if isinstance(right, syntax.Tuple) else [right]
            case syntax.Call(func=syntax.Attribute(value=syntax.BaseString(), attr=syntax.Name(value="format"))):
                yield from (arg.value for arg in node.args)
            case syntax.Call() if self._qualified(node) == "json.dumps":
                given = serialised(node)
                yield from self._leaves(given, set()) if given is not None else ()
            case syntax.Call(func=syntax.Name(value=name), args=[arg, *_]) if name in SHOWING:
                yield from [] if self.provider.definitions.names.count_bound(name) else [arg.value]
            case syntax.Call(func=syntax.Attribute(value=text, attr=syntax.Name(value=name))) if name in JOINING:
                if self._is_text(text):
                    yield from (leaf for arg in node.args for leaf in self._leaves(arg.value, set()))
            case _:
                pass

    def _is_text(self, node: syntax.BaseExpression) -> bool:
        made = self.provider.definitions.of(node) or node
        return isinstance(made, syntax.BaseString)

    def _leaves(self, node: syntax.BaseExpression, seen: set[syntax.Node]) -> Iterator[syntax.BaseExpression]:
        """What stands at the ends of mappings and lists, in variables of the file too."""
        if node in seen:
            return
        seen.add(node)
        match node:
            case syntax.Dict(elements=elements):
                for element in elements:
                    yield from self._leaves(element.value, seen)
            case syntax.List(elements=elements) | syntax.Tuple(elements=elements):
                for element in elements:
                    yield from self._leaves(element.value, seen)
            case syntax.ListComp(elt=inner) | syntax.GeneratorExp(elt=inner):
                yield from self._leaves(inner, seen)
            case syntax.Call(
                func=syntax.Name(value="map"), args=[syntax.Arg(value=syntax.Name(value=name)), *given]
            ) if name in SHOWING:
                for arg in given:
                    yield from self._leaves(arg.value, seen)
            case syntax.Name() if isinstance(
                made := self.provider.definitions.of(node), syntax.Dict | syntax.List | syntax.Tuple | syntax.ListComp
            ):
                yield from self._leaves(made, seen)
            case _:
                yield node


def _function_around(node: syntax.Node) -> syntax.Node | None:
    return next((around for around in node.ancestors() if isinstance(around, syntax.FunctionDef)), None)


def serialised(call: syntax.Call) -> syntax.BaseExpression | None:
    """What a serialiser is given."""
    given = (arg.value for arg in call.args if not arg.star and (arg.keyword is None or arg.keyword.value == "obj"))
    return next(given, None)


def operands(node: syntax.BaseExpression) -> Iterator[syntax.BaseExpression]:
    """The terms of a sum, the first first."""
    if isinstance(node, syntax.BinaryOperation) and isinstance(node.operator, syntax.Add):
        yield from operands(node.left)
        yield from operands(node.right)
    else:
        yield node


def _is_added(node: syntax.Node) -> bool:
    """The sum is a term of a larger one."""
    around = node.parent
    return isinstance(around, syntax.BinaryOperation) and isinstance(around.operator, syntax.Add)


def _takes_function(call: syntax.Call) -> bool:
    return isinstance(call.args[0].value, syntax.Lambda)


def callback_of(names: Names, param: syntax.Param) -> syntax.Node | None:
    """The call of `apply` that hands its value to the function of a parameter."""
    function = next((node for node in param.ancestors() if isinstance(node, syntax.Lambda | syntax.FunctionDef)), None)
    uses: list[syntax.Node] = []
    if isinstance(function, syntax.Lambda):
        uses = [function]
    elif function is not None:
        uses = names.uses_of_function(function)
    return next((call for use in uses if (call := applied(use)) is not None), None)


def applied(function: syntax.Node) -> syntax.Call | None:
    """The call of `apply` that is handed a function."""
    call = function.parent.parent if isinstance(function.parent, syntax.Arg) else None
    match call:
        case syntax.Call(func=syntax.Attribute(attr=syntax.Name(value="apply"))):
            return call
        case _:
            return None
