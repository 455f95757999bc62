"""Provider lookups: reuse one that is in scope and asks the same provider, else place a new one.

A new call stands where it would stand whichever rule asked first: after the imports, or at the start of a component's
method, so that the order of rules never shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, count

from iacfix import reasons
from iacfix.edit import Lookup
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.imports import Imports, python_name
from iacfix.languages.python.insertion_points import (
    Body,
    after_imports,
    after_super,
    binds,
    calls_base,
    import_run,
    imports,
)
from iacfix.languages.python.lookup_scope import LookupScopes, calls_self
from iacfix.languages.python.names import camel, snake
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.lookups import Context, context_of
from iacfix.model import Fields, Resource


@dataclass(frozen=True)
class Existing:
    """A variable that holds a lookup's answer, or one field of it."""

    target: syntax.BaseExpression
    statement: syntax.SimpleStatementLine
    function: str
    field: str | None
    context: Context


@dataclass(frozen=True)
class NewLookup:
    """A lookup statement to be inserted before `before` (at the end of the body where None)."""

    name: str
    function: str
    code: str
    body: Body
    index: int
    loose: bool


@dataclass
class Lookups:
    """The lookups that the edits of one write ask for."""

    program: PythonProgram
    imports: Imports
    new: dict[tuple[str, Context, syntax.Node | None], NewLookup] = field(
        default_factory=dict[tuple[str, Context, syntax.Node | None], NewLookup]
    )

    def __post_init__(self) -> None:
        self.contexts = LookupScopes(self.program)

    def expression(self, lookup: Lookup, at: syntax.Node) -> str:
        """The code that reads the lookup's field at this place."""
        context = self._context(lookup.host, at)
        if any(self._context(reader, at) != context for reader in lookup.readers):
            raise CannotFix(reasons.SEVERAL_PROVIDERS)
        is_loose = context == Context() and self.contexts.is_in_component(at)
        owner = self.program.names.owner(at)
        fields = (lookup.field, *lookup.same)
        for found in _existing(self.program):
            if is_loose and self.program.names.owner(found.statement) is not owner:
                continue
            if found.function == lookup.function and self._serves(found, context, at):
                if found.field is None:
                    return f"{self.program.code(found.target)}.{snake(lookup.field)}"
                if found.field in fields:
                    return self.program.code(found.target)
        if is_loose:
            raise CannotFix(reasons.NO_PARENT)
        if lookup.readers and (context == Context() or self.contexts.is_own(context, at)):
            return f"{self._inline(lookup, context, at)}.{snake(lookup.field)}"
        return f"{self._placed(lookup, context, at).name}.{snake(lookup.field)}"

    def _context(self, host: Resource | None, at: syntax.Node) -> Context:
        return context_of(self.program, host) if host is not None else self.contexts.around(at)

    def _inline(self, lookup: Lookup, context: Context, at: syntax.Node) -> str:
        """The call where a constant is set: the constant holds the answer, no other variable is needed."""
        function = self.program.names.outer_function(at) or self._function(context, at)
        if context != Context():
            self._function(context, at)
        body = self._body(function)
        index, _ = self._index(body, context, function, lookup.function)
        if not self._reached(body, index, at):
            raise CannotFix(reasons.LOOKUP_TOO_EARLY)
        return self._call(lookup, context)

    # what is there

    def _serves(self, found: Existing, context: Context, at: syntax.Node) -> bool:
        """The variable is set before this place on every way to it, and asks the provider that is meant."""
        names = self.program.names
        if not self._same_provider(found, context, at):
            return False
        if isinstance(found.target, syntax.Attribute):
            return self._attribute_serves(found, at)
        assert isinstance(found.target, syntax.Name)
        if any(isinstance(use.parent, syntax.Del) for use in names.uses(found.target)):
            return False
        return names.bound_at(found.target.value, at) is found.target and self._precedes(found.statement, at)

    def _same_provider(self, found: Existing, context: Context, at: syntax.Node) -> bool:
        names = self.program.names
        if found.context == context:
            root = context.code.partition(".")[0]
            same = names.bound_at(root, found.statement) is names.bound_at(root, at) if root else True
            return same or (self.contexts.is_own(context, at) and names.owner(at) is names.owner(found.statement))
        if not self.contexts.is_own(context, at) or found.context != Context():
            return False
        owner = self.program.names.owner(at)
        if owner is None or owner is self.program.names.owner(found.statement):
            return owner is not None
        return isinstance(found.target, syntax.Name) and any(
            owner in self.program.names.ancestors(use) for use in self.program.names.uses(found.target)
        )

    def _attribute_serves(self, found: Existing, at: syntax.Node) -> bool:
        """`self.x` serves below its assignment; in other methods where `__init__` sets it before it calls any."""
        names = self.program.names
        owner, setter = names.owner(found.statement), names.outer_function(found.statement)
        assert isinstance(found.target, syntax.Attribute)
        if (
            owner is None
            or owner is not names.owner(at)
            or self.program.definitions.field(at, found.target.attr.value) is None
        ):
            return False
        if setter is names.outer_function(at):
            return self._precedes(found.statement, at)
        if setter is None or setter.name.value != "__init__" or found.statement not in setter.body.body:
            return False
        before = setter.body.body[: list(setter.body.body).index(found.statement)]
        bases = {self.program.qualified(base.value) for base in owner.bases}
        if bases - {"pulumi.ComponentResource"} and any(
            isinstance(line, syntax.SimpleStatementLine) and calls_base((line,)) for line in before
        ):
            return False  # a base of this file's own may call a method that reads it
        return not any(calls_self(statement) for statement in before)

    def _precedes(self, statement: syntax.SimpleStatementLine, at: syntax.Node) -> bool:
        names = self.program.names
        block = statement.parent
        body = list[syntax.Node](block.body) if isinstance(block, syntax.Module | syntax.IndentedBlock) else []
        around = next((node for node in (at, *names.ancestors(at)) if node in body), None)
        return around is not None and body.index(statement) < body.index(around)

    # what has to be added

    def _placed(self, lookup: Lookup, context: Context, at: syntax.Node) -> NewLookup:
        function = self._function(context, at)
        key = (lookup.function, context, function)
        self.imports.attribution.record(key)
        if key in self.new:
            self._call(lookup, context)  # whose imports this place asks for too
        else:
            self.new[key] = self._made(lookup, context, function, at)
        return self.new[key]

    def _function(self, context: Context, at: syntax.Node) -> syntax.FunctionDef | None:
        """The function a new lookup belongs in; None for the module. The provider must mean the same in both places."""
        if context == Context():
            runs = any(name.startswith(("pulumi.automation", "pulumi.provider")) for name in self.imports.bound)
            if runs or self.program.names.is_written("set_mocks"):
                raise CannotFix(reasons.AUTOMATION_PROGRAM)
            return self._of_library(at) if not self.program.deploys else None
        if not context.code.replace(".", "").replace("_", "").isalnum():
            raise CannotFix(reasons.PROVIDER_EXPRESSION.of(code=context.code))
        names = self.program.names
        function = names.outer_function(at)
        bound = names.bound_at(context.code.partition(".")[0], at)
        if function is not None and bound in _parameters(function):
            self.contexts.refuse_early(context, function)
            self.contexts.refuse_late(context, function, at)
            return function
        if isinstance(bound, syntax.Import | syntax.ImportFrom | syntax.ImportAlias):
            if names.statement(bound) not in self.program.module.body:
                raise CannotFix(reasons.PROVIDER_IMPORTED_LATER)
            return None
        if "." in context.code:
            raise CannotFix(reasons.MAY_BE_UNDEFINED.of(name=context.code))
        plain = isinstance(bound, syntax.Name) and isinstance(bound.parent, syntax.AssignTarget | syntax.AnnAssign)
        statement = names.statement(bound) if bound is not None and plain else None
        if function is not None and statement in function.body.body:
            return function
        if statement in self.program.module.body and isinstance(statement, syntax.SimpleStatementLine):
            return None
        raise CannotFix(reasons.PROVIDER_DEFINED_LATER)

    def _of_library(self, at: syntax.Node) -> syntax.FunctionDef:
        """The function that a lookup of a module belongs in which others import, maybe where Pulumi does not run."""
        function = self.program.names.outer_function(at)
        if function is None:
            raise CannotFix(reasons.LIBRARY_FILE)
        return function

    def _made(
        self, lookup: Lookup, context: Context, function: syntax.FunctionDef | None, at: syntax.Node
    ) -> NewLookup:
        name = self._name(lookup, context, function, at)
        body = self._body(function)
        index, loose = self._index(body, context, function, lookup.function)
        if not self._reached(body, index, at):
            raise CannotFix(reasons.LOOKUP_TOO_EARLY)
        return NewLookup(name, lookup.function, f"{name} = {self._call(lookup, context)}", body, index, loose)

    def _call(self, lookup: Lookup, context: Context) -> str:
        package = self.program.package
        callee = self.imports.spelled(
            python_name(package.packages["python"], package.name, _python_function(lookup.function))
        )
        given = f"{context.kind}={context.code}"
        options = f"opts={self.imports.spelled('pulumi.InvokeOptions')}({given})" if context.kind else ""
        return f"{callee}({options})"

    def _name(self, lookup: Lookup, context: Context, function: syntax.FunctionDef | None, at: syntax.Node) -> str:
        """`current_region`; for a provider or parent that is not the default or the component, after its name; where
        that is taken, after whose it is (`cloud_region`), and last with a number."""
        base = snake(lookup.name)
        if context != Context() and not self.contexts.is_own(context, at):
            owner = context.code.rpartition(".")[2]
            base = f"{owner.removesuffix('_provider') or owner}_{base.rpartition('_')[2]}"
        taken = {new.name for key, new in self.new.items() if key[2] is function}
        owned = f"{self.program.package.name}_{base.removeprefix('current_')}"
        names = chain([base, owned], (f"{base}_{number}" for number in count(2)))
        return next(name for name in names if name not in taken and not self._is_taken(name, function, lookup.function))

    def _is_taken(self, name: str, function: syntax.FunctionDef | None, wanted: str) -> bool:
        """The name is bound where it would matter; the same lookup inside a component does not."""
        if function is not None:
            return self.program.names.is_bound(name, function)
        own = [found for found in _existing(self.program) if found.function == wanted and found.context != Context()]
        local = [found for found in own if self.program.names.outer_function(found.target) is not None]
        inner = sum(self.program.code(found.target) == name for found in local)
        return self.program.names.count_bound(name) > inner

    def _body(self, function: syntax.FunctionDef | None) -> Body:
        if function is None:
            return tuple(self.program.module.body)
        if not isinstance(function.body, syntax.IndentedBlock):
            raise CannotFix(reasons.ONE_LINE_FUNCTION)
        return tuple(function.body.body)

    def _index(
        self, body: Body, context: Context, function: syntax.FunctionDef | None, wanted: str
    ) -> tuple[int, bool]:
        """Where a new lookup goes in a body, and whether blank lines set it apart."""
        start = after_super(body)
        if (
            function is not None
            and function.name.value == "__init__"
            and context.kind == "parent"
            and not calls_base(body)
        ):
            raise CannotFix(reasons.NO_SUPER_STATEMENT)
        if function is None:
            needed = {"pulumi", self.program.package.packages["python"]}
            last = max([0, *(index + 1 for index, line in enumerate(body) if imports(line) & needed)])
            start = max(after_imports(body), import_run(body, last))
        loose = function is None or start > 0
        for index, statement in enumerate(body):
            if context.code and binds(self.program, statement, context.code):
                start, loose = max(start, index + 1), True
        while start < len(body) and (name := self.lookup_name(body[start])) is not None and name <= wanted:
            start += 1
        return start, loose

    def lookup_name(self, statement: syntax.BaseStatement) -> str | None:
        """The function that a statement of the form `x = <lookup>()` calls."""
        match statement:
            case syntax.SimpleStatementLine(body=[syntax.Assign(value=syntax.Call() as call)]):
                return self.program.function_of(call)
            case _:
                return None

    def _reached(self, body: Body, index: int, at: syntax.Node) -> bool:
        around = next((node for node in (at, *self.program.names.ancestors(at)) if node in body), None)
        return isinstance(around, syntax.BaseStatement) and body.index(around) >= index

    def inserted(self) -> Iterator[tuple[Body, int, str, bool]]:
        """The new statements in the order they are to stand, each written as asked by all that did: body, index, code,
        set apart."""
        for key, new in sorted(self.new.items(), key=lambda item: item[1].function):
            self.imports.attribution.current = self.imports.attribution.of(key)
            yield new.body, new.index, new.code, new.loose


def _python_function(name: str) -> str:
    path, _, last = name.rpartition(".")
    return f"{path}.{snake(last)}"


def _parameters(function: syntax.FunctionDef) -> set[syntax.Node]:
    """The parameters of a function, as nodes and as names."""
    params = function.params
    found = [*params.posonly_params, *params.params, *params.kwonly_params]
    return {*found, *(param.name for param in found)}


@lru_cache(maxsize=2)
def _existing(program: PythonProgram) -> tuple[Existing, ...]:
    """Every lookup of a program that a variable holds; edits ask for it one by one, so the latest are kept."""
    return tuple(_held_ones(program))


def _held_ones(program: PythonProgram) -> Iterator[Existing]:
    for call in inside(program.module, syntax.Call):
        function = program.function_of(call)
        if function is None or _is_output(program, call) or program.keywords(call).entries:
            continue
        found = _held(program, call, function)
        if found is not None:
            yield found


def _is_output(program: PythonProgram, call: syntax.Call) -> bool:
    return (program.qualified(call.func) or "").endswith("_output")


def _held(program: PythonProgram, call: syntax.Call, function: str) -> Existing | None:
    value: syntax.Node = call
    name = None
    if isinstance(parent := call.parent, syntax.Attribute):
        value, name = parent, camel(parent.attr.value)
    assign = value.around
    statement = assign.parent
    if not isinstance(assign, syntax.Assign | syntax.AnnAssign) or not isinstance(
        statement, syntax.SimpleStatementLine
    ):
        return None
    target = assign.targets[0].target if isinstance(assign, syntax.Assign) else assign.target
    context = _call_context(program, call)
    if context is None or not isinstance(target, syntax.Name | syntax.Attribute):
        return None
    return Existing(target, statement, function, name, context)


def _call_context(program: PythonProgram, call: syntax.Call) -> Context | None:
    given = [arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "opts"]
    given = given or [arg.value for arg in call.args if arg.keyword is None]
    if not given:
        return Context()
    options = program.options(given[0])
    if not isinstance(options, Fields) or len(options.entries) != 1:
        return None
    (entry,) = options.entries
    return Context(entry.key, entry.value.code) if entry.key in {"parent", "provider"} else None
