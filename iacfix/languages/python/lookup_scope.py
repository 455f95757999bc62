"""Which provider a resource, or a piece of code, belongs to, and whether it is there where a lookup would stand."""

from __future__ import annotations

from dataclasses import dataclass

from iacfix import reasons
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.insertion_points import after_super, calls_base, targets
from iacfix.languages.python.names import last_name
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.lookups import Context, context_below, context_by, context_of
from iacfix.model import Fields, Value

UNKNOWN = "unknown"
PLAIN_BASES = ("abc.", "typing.", "typing_extensions.", "enum.", "collections.", "pydantic.")
"""Where bases come from that make no component."""


@dataclass(frozen=True)
class LookupScopes:
    """Reads the contexts of one program."""

    program: PythonProgram

    def around(self, at: syntax.Node) -> Context:
        """Code that belongs to no resource asks the component it is given to, else the one it is written in, if any."""
        names = self.program.names
        for call in (node for node in names.ancestors(at) if isinstance(node, syntax.Call)):
            if (asked := self._beside(call)) is not None:
                return asked
        owner, function = names.owner(at), names.outer_function(at)
        if owner is None or function is None or not (kind := self._is_component(owner)):
            return Context()
        if kind is UNKNOWN:
            raise CannotFix(reasons.FOREIGN_BASE_CLASS)
        if not (own := own_name(function)):
            raise CannotFix(reasons.STATIC_METHOD)
        return Context("parent", own)

    def _beside(self, call: syntax.Call) -> Context | None:
        """Whom a call asks that makes something by its `opts`; None where they say nothing of the provider."""
        given = next((arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "opts"), None)
        name = self.program.qualified(call.func) or last_name(call.func) or ""
        package, _, rest = name.partition(".")
        if given is None or not (package.startswith("pulumi_") or (rest or package).rpartition(".")[2][:1].isupper()):
            return None
        options = self.program.options(given)
        if package.startswith("pulumi_") and not self.program.package.is_made_by(package):
            return context_below(self.program, options)
        context = context_by(self.program, options)
        if context.kind == "provider" and not self._is_provider(options, is_known=package.startswith("pulumi_")):
            raise CannotFix(reasons.PROVIDER_OF_OTHER_PACKAGE)
        return context

    def _is_provider(self, options: Value | None, *, is_known: bool) -> bool:
        """The provider that options name is of this package, by where it is made, else as it is known of the call."""
        given = options.get("provider") if isinstance(options, Fields) else None
        made = self.program.definitions.of(given.place) if given is not None else None
        if not isinstance(made, syntax.Call):
            return is_known
        return self.program.type_of(made) == f"{self.program.package.name}.Provider"

    def _is_component(self, owner: syntax.ClassDef) -> bool | str:
        """The class is a component by its bases, as far as they are in this file; UNKNOWN where they lead elsewhere."""
        found: bool | str = False
        for base in owner.bases:
            name = self.program.definitions.qualified(base.value)
            bound = self.program.names.assignment(base.value) if isinstance(base.value, syntax.Name) else None
            if name == "pulumi.ComponentResource":
                return True
            if bound is not None and isinstance(bound.node, syntax.ClassDef) and bound.node is not owner:
                found = self._is_component(bound.node) or found
            elif name is not None and not name.startswith(PLAIN_BASES):
                found = found or UNKNOWN
        return found

    def is_in_component(self, at: syntax.Node) -> bool:
        """The class around this place is a component, or is the parent of other resources in it."""
        names = self.program.names
        owner = names.owner(at)
        if owner is None:
            return False
        return self._is_component(owner) is True or any(
            self.is_own(context_of(self.program, resource), resource.node)
            for resource in self.program.resources()
            if owner in names.ancestors(resource.node)
            and isinstance(resource.options, Fields)
            and not resource.options.is_open
            and not resource.options.has("providers")
        )

    def is_own(self, context: Context, at: syntax.Node) -> bool:
        """The parent is the object whose method this is."""
        function = self.program.names.outer_function(at)
        own = own_name(function) if function is not None else ""
        return bool(own) and context == Context("parent", own) and self.program.names.owner(at) is not None

    def refuse_early(self, context: Context, function: syntax.FunctionDef) -> None:
        """A method that may run before its object is set up."""
        name = function.name.value
        if context.code.partition(".")[0] != own_name(function) or name == "__init__":
            return
        owner = self.program.names.owner(function.body)
        methods = inside(owner, syntax.FunctionDef) if owner is not None else []
        blocks = [method.body for method in methods if is_initialiser(method)]
        body = tuple(blocks[0].body) if blocks and isinstance(blocks[0], syntax.IndentedBlock) else ()
        early = body[: after_super(body)]
        if name.startswith("__") or any(calls_self(line) for line in early if not calls_base((line,))):
            raise CannotFix(reasons.EARLY_METHOD)
        base = [line for line in early if calls_base((line,))]
        if any(calls_self(arg) for line in base for call in inside(line, syntax.Call) for arg in call.args):
            raise CannotFix(reasons.EARLY_METHOD)

    def refuse_late(self, context: Context, function: syntax.FunctionDef, at: syntax.Node) -> None:
        """An attribute that is not certainly there where the lookup would stand."""
        root, _, attribute = context.code.partition(".")
        if not attribute:
            return
        if root != own_name(function):
            raise CannotFix(reasons.MAY_BE_UNDEFINED.of(name=root))
        names = self.program.names
        owner = names.owner(at)
        setters = [
            names.statement(node)
            for node in (inside(owner, syntax.Assign) + inside(owner, syntax.AnnAssign) if owner is not None else [])
            if any(self.program.code(target) == context.code for target in targets(node))
        ]
        mine = [setter for setter in setters if names.outer_function(setter) is function]
        first = [setter for setter in setters if is_initialiser(names.outer_function(setter))]
        if mine and not all(setter in function.body.body for setter in mine):
            raise CannotFix(reasons.SET_UNDER_CONDITION.of(name=context.code))
        if setters and not mine and (is_initialiser(function) or not first):
            raise CannotFix(reasons.SET_BY_OTHER_METHOD.of(name=context.code))


def own_name(function: syntax.FunctionDef) -> str:
    """What a method calls its object; nothing for static and class methods."""
    params = [*function.params.posonly_params, *function.params.params]
    decorators = {
        decorator.decorator.value for decorator in function.decorators if isinstance(decorator.decorator, syntax.Name)
    }
    return params[0].name.value if params and not decorators & {"staticmethod", "classmethod"} else ""


def is_initialiser(function: syntax.FunctionDef | None) -> bool:
    return function is not None and function.name.value == "__init__"


def calls_self(statement: syntax.Node) -> bool:
    """The statement calls a method of its own object."""
    for call in inside(statement, syntax.Call):
        match call.func:
            case syntax.Attribute(value=syntax.Name(value="self")):
                return True
            case _:
                pass
    return False
