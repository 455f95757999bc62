"""Another class for a resource: the type annotations that go with it, and where the class itself is named."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from iacfix import reasons
from iacfix.edit import Append, Edit, Inputs, Rename, Replace, Retype, SetField
from iacfix.errors import CannotFix
from iacfix.languages.python import syntax
from iacfix.languages.python.imports import python_name
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.retyped import parts, refuse_re_exported, refuse_unseen
from iacfix.model import Entry, Fields, Items, Opaque, Resource

INPUTS = ("Args", "ArgsDict")


def refuse_old_classes(edits: Sequence[Edit]) -> None:
    """Raises CannotFix where an edit writes a class of inputs that belongs to the old class of a resource: the resource
    gets its new class first."""
    old = {edit.resource.type for edit in edits if isinstance(edit, Retype)}
    for edit in edits:
        match edit:
            case (
                SetField(new=Inputs(type=type))
                | Append(new=Inputs(type=type))
                | Replace(new=Inputs(type=type))
                | Rename(value=Inputs(type=type))
            ) if any(type.startswith(each) and type[len(each) :][:1].isupper() for each in old):
                raise CannotFix(reasons.SAME_PLACE)
            case _:
                pass


class Retyping:
    """Where a file names the class of a resource."""

    def __init__(self, program: PythonProgram) -> None:
        self.program = program
        self._standing: dict[str, dict[Resource, list[syntax.Node]]] = {}
        self._of_inputs: dict[str, list[tuple[int, int, syntax.Call, str]]] = {}
        self._annotated: dict[str, Mapping[syntax.Node, Sequence[syntax.BaseExpression]] | str] = {}
        self._given_back: dict[syntax.FunctionDef, set[Resource]] = {}

    @cached_property
    def _made(self) -> set[syntax.Node]:
        """The calls that construct resources."""
        return {resource.node for resource in self.program.resources()}

    @cached_property
    def _named(self) -> Mapping[str, Sequence[syntax.BaseExpression]]:
        """The names, then the attributes, by their last word."""
        found = defaultdict[str, list[syntax.BaseExpression]](list)
        for name in inside(self.program.module, syntax.Name):
            found[name.value].append(name)
        for attribute in inside(self.program.module, syntax.Attribute):
            found[attribute.attr.value].append(attribute)
        return found

    def places(self, host: Resource, type: str, gone: Container[syntax.Node]) -> dict[syntax.BaseExpression, str]:
        """What names the class and those of its inputs, with what each names now, and the annotations that go with it;
        raises CannotFix where others name it. What is `gone` leaves the resource with other edits."""
        call = host.node
        assert isinstance(call, syntax.Call)
        refuse_re_exported(self.program.re_exporting_file(host))
        self._refuse_imported(host, call)
        refuse_unseen(host)
        if host.args.node is not call and isinstance(host.args.node, syntax.Call) and not host.args.is_direct:
            raise CannotFix(reasons.ARGUMENTS_OF_OLD_CLASS)
        wanted: dict[syntax.BaseExpression, str] = {}
        for place, ending in self._inputs(host, gone):
            wanted[place] = self._python(f"{type}{ending}")
        for place in (call.func, *self._annotations(host)):
            wanted[place] = self._python(type)
        return wanted

    def _inputs(self, host: Resource, gone: Container[syntax.Node]) -> Iterator[tuple[syntax.BaseExpression, str]]:
        """The classes of its inputs, which begin with its name, and their endings."""
        names = self.program.names
        kept = [value for value in parts(host.args) if not self._is_in(value.place, gone)]
        elsewhere = {value.node: value.is_own for value in kept if not value.is_direct}
        mine = {host.node, *elsewhere}
        computed = [entry.key for entry in self._computed(host, gone)]
        around = [self.program.module] if computed else mine
        for call, ending in self._calls_of_inputs(host.type, around):
            if self._is_in(call, gone):
                continue
            chain = (call, *names.ancestors(call))
            holder = next((node for node in chain if node in mine or node in self._made), None)
            if holder in mine:
                if not elsewhere.get(holder, True):
                    raise CannotFix(reasons.ARGUMENTS_OF_OLD_CLASS)
                yield call.func, ending
            elif holder is None and any(_may_hold(key, ending) for key in computed):
                raise CannotFix(reasons.UNREADABLE_ARGUMENTS)

    def _calls_of_inputs(self, type: str, around: Iterable[syntax.Node]) -> Iterator[tuple[syntax.Call, str]]:
        """The calls of classes of inputs of a type inside some nodes, with the endings of the classes."""
        if type not in self._of_inputs:
            begin = self._python(type)
            calls = inside(self.program.module, syntax.Call)
            found = ((at, call, self._ending(call.func, begin)) for at, call in enumerate(calls))
            self._of_inputs[type] = sorted((call.start, at, call, ending) for at, call, ending in found if ending)
        known = self._of_inputs[type]
        ranges = [(bisect_left(known, (node.start,)), bisect_right(known, (node.end,))) for node in around]
        for _, call, ending in sorted({known[at][1:] for first, stop in ranges for at in range(first, stop)}):
            yield call, ending

    def _computed(self, host: Resource, gone: Container[syntax.Node]) -> Iterator[Entry]:
        """The inputs whose values cannot be seen through."""
        for value in parts(host.args):
            for entry in value.entries if isinstance(value, Fields) else ():
                is_hidden = isinstance(entry.value, Opaque) or (isinstance(entry.value, Items) and entry.value.is_open)
                if is_hidden and not self._is_in(entry.value.place, gone):
                    yield entry

    def _is_in(self, node: syntax.Node, gone: Container[syntax.Node]) -> bool:
        return any(around in gone for around in (node, *self.program.names.ancestors(node)))

    def _ending(self, place: syntax.BaseExpression, begin: str) -> str | None:
        """What the name of a class of inputs has behind the name of the resource's class."""
        name = self.program.qualified(place) or ""
        ending = name.removeprefix(begin)
        is_theirs = name.startswith(begin) and ending.endswith(INPUTS) and ending[:1].isupper()
        return ending if is_theirs else None

    def _refuse_imported(self, host: Resource, call: syntax.Call) -> None:
        """Another file may get the resource: it imports what holds it, or a function of its own is called with it."""
        names, may_import = self.program.names, self.program.neighbours.may_import
        match call.parent:
            case syntax.Assign(targets=[syntax.AssignTarget(target=syntax.Name(value=name)), *_]) if (
                names.outer_function(call) is None
            ):
                if may_import(name):
                    raise CannotFix(reasons.IMPORTABLE_RESOURCE)
            case syntax.Assign(
                targets=[syntax.AssignTarget(target=syntax.Attribute(value=syntax.Name(value="self"), attr=attr)), *_]
            ):
                owner = names.owner(call)
                if owner is not None and not attr.value.startswith("_") and may_import(owner.name.value):
                    raise CannotFix(reasons.PUBLIC_ATTRIBUTE)
            case _:
                pass
        for use in self._uses(host, call):
            holder = use.parent
            function = next((node for node in names.ancestors(use) if isinstance(node, syntax.FunctionDef)), None)
            if isinstance(holder, syntax.Return) and function is not None and may_import(function.name.value):
                raise CannotFix(reasons.RETURNED_RESOURCE)
            called = holder.parent if isinstance(holder, syntax.Arg) else None
            if isinstance(called, syntax.Call) and self._is_foreign(called.func):
                raise CannotFix(reasons.PASSED_RESOURCE)

    def _uses(self, host: Resource, call: syntax.Call) -> Iterator[syntax.Node]:
        """Where the resource stands as a whole: the call itself, and what holds it."""
        yield call
        if host.binding is None:
            return
        if host.binding not in self._standing:
            found = self._standing[host.binding] = {}
            for node in self._named.get(host.binding, ()):
                if (resource := self.program.resource_at(node)) is not None:
                    found.setdefault(resource, []).append(node)
        yield from self._standing[host.binding].get(host, ())

    def _is_foreign(self, function: syntax.BaseExpression) -> bool:
        """The function comes from another file, and not from Pulumi."""
        module = (self.program.definitions.qualified(function) or "").partition(".")[0]
        return bool(module) and not module.startswith("pulumi")

    def _python(self, type: str) -> str:
        package = self.program.package
        return python_name(package.packages["python"], package.name, type)

    def _annotations(self, host: Resource) -> Sequence[syntax.BaseExpression]:
        """The type annotations that go with the resource; raises CannotFix where one may be about any of them."""
        if host.type not in self._annotated:
            try:
                self._annotated[host.type] = self._annotations_of(host.type)
            except CannotFix as refusal:
                self._annotated[host.type] = refusal.reason
        if isinstance(found := self._annotated[host.type], str):
            raise CannotFix(found)
        return found.get(host.node, ())

    def _annotations_of(self, type: str) -> Mapping[syntax.Node, Sequence[syntax.BaseExpression]]:
        """The annotations that go with each resource of a type."""
        old = type.rpartition(".")[2]
        named = [
            (annotation, node)
            for annotation in inside(self.program.module, syntax.Annotation)
            for node in _named_in(annotation, old)
            if self.program.type_named(node) == type
        ]
        owners = defaultdict[syntax.Node, list[syntax.Node]](list)
        for resource in self.program.resources(type):
            for annotation in self._owned(resource):
                owners[annotation].append(resource.node)
        found = defaultdict[syntax.Node, list[syntax.BaseExpression]](list)
        for annotation, node in named:
            if annotation not in owners:
                raise CannotFix(reasons.TYPE_ANNOTATION.of(name=self.program.code(node)))
            for owner in owners[annotation]:
                found[owner].append(node)
        self._refuse_mentions(type, old, {node for _, node in named})
        return found

    def _refuse_mentions(self, type: str, old: str, annotated: set[syntax.BaseExpression]) -> None:
        """Where the class itself is handed on or asked about, a new class would change what that means."""
        mentions = self._named.get(old, ())
        for node in sorted(mentions, key=lambda node: not isinstance(node, syntax.Attribute)):
            around = node.parent
            if node in annotated or (isinstance(around, syntax.Attribute) and around.attr is node):
                continue
            if (
                not isinstance(around, syntax.ImportAlias | syntax.Call | syntax.Attribute)
                and self.program.type_named(node) == type
            ):
                raise CannotFix(reasons.CLASS_AS_VALUE.of(name=self.program.code(node)))
        for text in inside(self.program.module, syntax.SimpleString):
            if (
                isinstance(text.parent, syntax.Annotation | syntax.SubscriptElement | syntax.Index)
                and old in text.value
            ):
                raise CannotFix(reasons.TYPE_ANNOTATION.of(name=text.value))

    def _owned(self, resource: Resource) -> set[syntax.Node]:
        """The annotations of what holds the resource: its variable or attribute, and the function that returns it."""
        names, call = self.program.names, resource.node
        statement = call.parent
        function = next((node for node in names.ancestors(call) if isinstance(node, syntax.FunctionDef)), None)
        returns = function.returns if function is not None else None
        match statement:
            case syntax.AnnAssign():
                found: set[syntax.Node] = {statement.annotation}
            case syntax.Assign(
                targets=[syntax.AssignTarget(target=syntax.Attribute(value=syntax.Name(value="self"), attr=attr))]
            ):
                found = self._declared(names.owner(call), attr.value)
            case _:
                found = set()
        if function is None or returns is None:
            return found
        is_returned = isinstance(statement, syntax.Return) or resource in self._returned(function)
        return found | ({returns} if is_returned else set())

    def _returned(self, function: syntax.FunctionDef) -> set[Resource]:
        """The resources whose names stand behind a `return` of a function."""
        if function not in self._given_back:
            values = (node.value for node in inside(function, syntax.Return) if isinstance(node.value, syntax.Name))
            found = map(self.program.resource_at, values)
            self._given_back[function] = {resource for resource in found if resource is not None}
        return self._given_back[function]

    def _declared(self, owner: syntax.ClassDef | None, attribute: str) -> set[syntax.Node]:
        """The annotation of an attribute in the body of its class."""
        lines = owner.body.body if owner is not None else ()
        return {
            small.annotation
            for line in lines
            if isinstance(line, syntax.SimpleStatementLine)
            for small in line.body
            if isinstance(small, syntax.AnnAssign)
            and isinstance(small.target, syntax.Name)
            and small.target.value == attribute
        }


@lru_cache(maxsize=4)
def retyping_of(program: PythonProgram) -> Retyping:
    """What a program says of its classes, asked for each fix: the latest are kept, as many as originals are."""
    return Retyping(program)


def _may_hold(key: str, ending: str) -> bool:
    """A class of inputs may be that of what an input holds: `rules` holds `RuleArgs`."""
    return ending.lower().startswith(key.lower().removesuffix("s"))


def _named_in(annotation: syntax.Annotation, last: str) -> list[syntax.BaseExpression]:
    """The names and dotted names in an annotation that end in `last`."""
    found: list[syntax.BaseExpression] = []
    stack: list[syntax.Node] = [annotation]
    while stack:
        node = stack.pop()
        if isinstance(node, syntax.Attribute):
            found += [node] if node.attr.value == last else []
        elif isinstance(node, syntax.Name):
            found += [node] if node.value == last else []
        else:
            stack.extend(node.children())
    return found
