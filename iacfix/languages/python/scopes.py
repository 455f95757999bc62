"""Which place binds a name and which places read it, with the answers that LibCST's scope analysis gives.

What `match` patterns bind is bound here too. One walk finds everything; what reads a binding is looked up when asked.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, NamedTuple

from iacfix.languages.python import syntax
from iacfix.languages.python.syntax import Node

HINTS = frozenset({"typing.NewType", "typing.TypeVar"})
TYPING = ("typing", "typing_extensions")


class QualifiedName(NamedTuple):
    """A dotted name, and whether an import gives it."""

    name: str
    is_imported: bool


class Access:
    """A place that reads a name: the name itself, the attribute that an import of a dotted module names, or the string
    of an annotation."""

    __slots__ = ("index", "is_annotation", "is_type_hint", "name", "node", "scope")

    def __init__(self, node: Node, name: str, scope: Scope, *, is_annotation: bool, is_type_hint: bool) -> None:
        self.node, self.name, self.scope, self.index = node, name, scope, scope.count
        self.is_annotation, self.is_type_hint = is_annotation, is_type_hint

    @property
    def referents(self) -> Iterator[BaseAssignment]:
        """What it may read: in its own scope what is bound before, otherwise all that a scope around binds."""
        return self._among(lambda holder: holder.bound[self.name])

    @property
    def distinct(self) -> Iterator[BaseAssignment]:
        """The same without those that are called as another one is."""
        return self._among(lambda holder: holder.distinct(self.name))

    def _among(self, bound_in: Callable[[Scope], Sequence[BaseAssignment]]) -> Iterator[BaseAssignment]:
        scope = self.scope
        holder = scope.holder(self.name, scope)
        if holder is scope:
            found = bound_in(scope)
            if found[0].index < self.index:
                yield from takewhile(lambda bound: bound.index < self.index, found)
                return
            holder = scope.parent.holder(self.name, scope) if scope.parent is not None else None
        if holder is not None:
            yield from bound_in(holder)


class BaseAssignment:
    """Something that gives a name its meaning."""

    __slots__ = ("_references", "index", "name", "scope")

    def __init__(self, name: str, scope: Scope, index: int) -> None:
        self.name, self.scope, self.index = name, scope, index
        self._references: Sequence[Access] | None = None

    @property
    def references(self) -> Sequence[Access]:
        """The places that read it, in source order."""
        if self._references is None:
            found: dict[Access, None] = {}
            for scope, accesses in self.scope.readers.get(self.name, ()):
                for access in accesses:
                    if scope is not self.scope or self.index < access.index:
                        found[access] = None
            self._references = tuple(found)
        return self._references

    def qualified(self, full_name: str) -> set[QualifiedName]:
        return {QualifiedName(f"builtins.{self.name}", is_imported=False)}


class BuiltinAssignment(BaseAssignment):
    """A name that Python itself gives."""

    __slots__ = ()


class Assignment(BaseAssignment):
    """A place of the file that binds a name: a name, a parameter, a function, a class or an import."""

    __slots__ = ("node",)

    def __init__(self, name: str, scope: Scope, index: int, node: Node) -> None:
        super().__init__(name, scope, index)
        self.node = node

    def qualified(self, full_name: str) -> set[QualifiedName]:
        prefix = self.scope.prefix
        return {QualifiedName(f"{prefix}.{full_name}" if prefix else full_name, is_imported=False)}


class ImportAssignment(Assignment):
    """A name that an import binds; `node` is the whole statement."""

    __slots__ = ()
    node: syntax.Import | syntax.ImportFrom

    def qualified(self, full_name: str) -> set[QualifiedName]:
        names = self.node.names
        return (
            {found for name in names if (found := self._named(name, full_name))} if isinstance(names, list) else set()
        )

    def _named(self, alias: syntax.ImportAlias, full_name: str) -> QualifiedName | None:
        """The name by one alias of the import; of a dotted one by its longest part that the name begins with."""
        parts = whole_name(alias.name).split(".")
        module = self._module()
        for stop in range(len(parts), 0, -1):
            real = ".".join(parts[:stop])
            given = real
            if alias.asname is not None and isinstance(alias.asname.name, syntax.Name):
                given = alias.asname.name.value
            if module:
                real = f"{module}{real}" if module.endswith(".") else f"{module}.{real}"
            if full_name == given or full_name.startswith(f"{given}."):
                return QualifiedName(real + full_name[len(given) :], is_imported=True)
        return None

    def _module(self) -> str:
        if not isinstance(self.node, syntax.ImportFrom):
            return ""
        return "." * self.node.relative + (whole_name(self.node.module) if self.node.module is not None else "")


class Scope:
    """The names of a module, a function, a class, a comprehension or a list of type parameters."""

    def __init__(self, parent: Scope | None, prefix: str = "") -> None:
        self.parent = parent
        self.prefix = prefix
        self.count = 0
        self.bound: dict[str, list[BaseAssignment]] = {}
        self.reads: dict[str, list[Access]] = {}
        self.readers: dict[str, list[tuple[Scope, Sequence[Access]]]] = {}
        self.elsewhere: dict[str, Scope] = {}
        self._distinct: dict[str, list[BaseAssignment]] = {}
        self._by_node: dict[str, dict[Node, Assignment]] = {}

    def __getitem__(self, name: str) -> Sequence[BaseAssignment]:
        """What binds a name as it is seen from here."""
        return self.resolve(name, self)

    def __contains__(self, name: str) -> bool:
        return bool(self.resolve(name, self))

    @property
    def assignments(self) -> Iterator[BaseAssignment]:
        for found in self.bound.values():
            yield from found

    def is_visible_from(self, scope: Scope) -> bool:
        return True

    def visible(self, scope: Scope) -> Scope:
        """This scope, or the first around it whose names another scope sees."""
        found = self
        while not found.is_visible_from(scope):
            assert found.parent is not None
            found = found.parent
        return found

    def resolve(self, name: str, scope: Scope) -> Sequence[BaseAssignment]:
        """What binds a name as another scope sees it, through this one."""
        holder = self.holder(name, scope)
        return holder.bound[name] if holder is not None else ()

    def holder(self, name: str, scope: Scope) -> Scope | None:
        """The scope that binds a name."""
        found: Scope | None = self
        while found is not None:
            if name in found.elsewhere:
                found = found.elsewhere[name].visible(scope)
            elif name in found.bound:
                return found
            elif isinstance(found, BuiltinScope):
                return found.given(name)
            else:
                found = found.parent.visible(scope) if found.parent is not None else None
        return None

    def distinct(self, name: str) -> Sequence[BaseAssignment]:
        """What binds a name here; of those that are no imports, and so are all called alike, the first."""
        if name not in self._distinct:
            plain = next((bound for bound in self.bound[name] if not isinstance(bound, ImportAssignment)), None)
            found = (bound for bound in self.bound[name] if bound is plain or isinstance(bound, ImportAssignment))
            self._distinct[name] = list(found)
        return self._distinct[name]

    def bound_by(self, name: str, node: Node) -> Assignment | None:
        """The assignment that a node here makes, by itself or as part of an import."""
        if name not in self._by_node:
            known = self._by_node[name] = {}
            for bound in (bound for bound in self.bound[name] if isinstance(bound, Assignment)):
                for part in _parts(bound.node):
                    known.setdefault(part, bound)
        return self._by_node[name].get(node)

    def early(self, name: str) -> list[Access]:
        """The places here that read a name before it is bound here; all of them where nothing binds it."""
        holder = self.holder(name, self)
        if holder is None:
            return self.reads[name]
        if holder is not self:
            return []
        first = min(bound.index for bound in self.bound[name])
        return [access for access in self.reads[name] if access.index <= first]

    def target(self, name: str) -> Scope:
        """The scope where an assignment in this one binds a name."""
        found = self
        while name in found.elsewhere:
            found = found.elsewhere[name].visible(found)
        return found

    def qualified(self, node: Node, access: Access | None) -> set[QualifiedName]:
        """The names that a dotted expression may stand for."""
        if access is not None:
            return {name for bound in access.distinct for name in bound.qualified(bound.name)}
        full_name = prefix = whole_name(node)
        while prefix and prefix not in self:
            prefix = prefix.rpartition(".")[0]
        holder = self.holder(prefix, self) if prefix else None
        if holder is None:
            return set()
        if (bound := holder.bound_by(prefix, node)) is not None:
            return bound.qualified(full_name)
        return {name for bound in holder.distinct(prefix) for name in bound.qualified(full_name)}


class BuiltinScope(Scope):
    def given(self, name: str) -> Scope | None:
        """This scope, where Python itself has the name."""
        if not hasattr(builtins, name):
            return None
        self.bound[name] = [BuiltinAssignment(name, self, -1)]
        return self


class GlobalScope(Scope):
    pass


class FunctionScope(Scope):
    pass


class ClassScope(Scope):
    def is_visible_from(self, scope: Scope) -> bool:
        return scope.parent is self and isinstance(scope, AnnotationScope)


class ComprehensionScope(Scope):
    pass


class AnnotationScope(Scope):
    """Type parameters, and what a type alias stands for."""


def whole_name(node: Node | None) -> str:
    """The text of a dotted name; of a call or a subscript that of what is called or indexed."""
    path: list[str] = []
    while True:
        match node:
            case syntax.Name(value=name):
                return ".".join([name, *path])
            case syntax.Attribute(value=value, attr=attr):
                path.insert(0, attr.value)
                node = value
            case syntax.Call(func=value) | syntax.Subscript(value=value):
                node = value
            case _:
                return ""


def _parts(bound: Node) -> Iterator[Node]:
    """The nodes that bind a name: the whole one and, of an import, those that it names."""
    yield bound
    if isinstance(bound, syntax.Import | syntax.ImportFrom) and isinstance(bound.names, list):
        for alias in bound.names:
            yield alias.name
            if alias.asname is not None:
                yield alias.asname.name


def _is_root(name: syntax.Name, top: syntax.Attribute) -> bool:
    """A dotted name begins with the name."""
    node: Node = top
    while isinstance(node, syntax.Attribute):
        node = node.value
    return node is name


@dataclass
class Scopes:
    """The scopes of one module."""

    module: GlobalScope
    every: list[Scope]
    accesses: dict[Node, Access]
    entered: dict[Node, Scope] = field(repr=False)

    def of(self, node: Node) -> Scope:
        """The scope an expression is evaluated in."""
        access = self.accesses.get(node)
        if access is not None and not isinstance(node, syntax.BaseString):
            return access.scope
        around: Node | None = node
        while around is not None:
            if (scope := self.entered.get(around)) is not None:
                return scope
            around = around.parent
        return self.module

    def qualified(self, node: Node) -> set[QualifiedName]:
        """The names that a dotted expression may stand for."""
        return self.of(node).qualified(node, self.accesses.get(node))


def scopes_of(module: syntax.Module, parsed: Callable[[str], syntax.Module | None]) -> Scopes:
    """The scopes of a module; `parsed` reads the text of an annotation that is written as a string."""
    walk = _Walk(parsed)
    for statement in module.body:
        walk.visit(statement)
    return walk.scopes()


class _Walk:
    """One walk through a module in the order in which LibCST visits it."""

    def __init__(self, parsed: Callable[[str], syntax.Module | None]) -> None:
        self.parsed = parsed
        self.module = GlobalScope(BuiltinScope(None))
        self.scope: Scope = self.module
        self.every: list[Scope] = [self.module]
        self.entered: dict[Node, Scope] = {}
        self.found: list[Access] = []
        self.stores = False
        self.annotates = False
        self.hints = False
        self.literal = 0
        self.string: Node | None = None
        self.top: syntax.Attribute | None = None
        self.has_typing = False
        self.dotted: list[tuple[Access, syntax.Attribute]] = []
        self.has_dotted = False

    def scopes(self) -> Scopes:
        accesses: dict[Node, Access] = {}
        for access, top in self.dotted if self.has_dotted else ():
            self._widen(access, top)
        groups: dict[tuple[Scope, str], list[Access]] = {}
        for access in self.found:
            accesses[access.node] = access
            groups.setdefault((access.scope, access.name), []).append(access)
        for (scope, name), group in groups.items():
            scope.reads[name] = group
            self._link(scope, name, group)
        return Scopes(self.module, self.every, accesses, self.entered)

    @staticmethod
    def _link(scope: Scope, name: str, group: list[Access]) -> None:
        """Who reads a name, told to the scope that binds it; what reads it before it is bound reads that of a scope
        around as well."""
        holder = scope.holder(name, scope)
        if holder is None:
            return
        holder.readers.setdefault(name, []).append((scope, group))
        if holder is scope and scope.parent is not None:
            last = max(bound.index for bound in scope.bound[name])
            early = [access for access in group if access.index <= last]
            around = scope.parent.holder(name, scope.parent) if early else None
            if around is not None:
                around.readers.setdefault(name, []).append((scope, early))

    @staticmethod
    def _widen(access: Access, top: syntax.Attribute) -> None:
        """`import a.b` binds `a.b` too: the longest part of a dotted name that is bound is what is read."""
        node: Node = top
        while isinstance(node, syntax.Attribute):
            if (name := whole_name(node)) in access.scope:
                access.node, access.name = (access.node if isinstance(access.node, syntax.BaseString) else node), name
                return
            node = node.value

    def visit(self, node: Node) -> None:
        visit = VISITS.get(type(node))
        if visit is not None:
            visit(self, node)
        else:
            for child in node.children():
                self.visit(child)

    def many(self, nodes: Sequence[Node | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def bind(self, name: str, node: Node, kind: type[Assignment] = Assignment) -> None:
        scope = self.scope.target(name)
        scope.bound.setdefault(name, []).append(kind(name, scope, scope.count, node))

    def inside(self, scope: Scope, *nodes: Node | None) -> None:
        """Nodes that are evaluated in another scope."""
        before, self.scope = self.scope, scope
        for node in nodes:
            if node is not None:
                self.entered[node] = scope
                self.visit(node)
        self.scope = before

    def new(self, kind: type[Scope], name: str = "") -> Scope:
        scope = kind(self.scope, ".".join(filter(None, (self.scope.prefix, name))))
        self.every.append(scope)
        return scope

    # names

    def name(self, node: syntax.Name) -> None:
        if self.stores and self.string is None:
            self.bind(node.value, node)
            return
        access = Access(
            self.string or node, node.value, self.scope, is_annotation=self.annotates, is_type_hint=self.hints
        )
        self.found.append(access)
        if self.top is not None and _is_root(node, self.top):
            self.dotted.append((access, self.top))

    def attribute(self, node: syntax.Attribute) -> None:
        top, stores = self.top, self.stores
        if top is None:
            self.top = node
        self.stores = False
        self.visit(node.value)
        self.top, self.stores = top, stores

    def subscript(self, node: syntax.Subscript) -> None:
        stores, hints, literal = self.stores, self.hints, self.literal
        self.stores = self.hints = False
        if self.has_typing and isinstance(node.value, syntax.Name):
            names = {found.name for found in self.scope.qualified(node.value, None)}
            self.hints = any(name.startswith(("typing.", "typing_extensions.")) for name in names)
            self.literal += bool(names & {"typing.Literal", "typing_extensions.Literal"})
        self.visit(node.value)
        self.many(node.slice)
        self.stores, self.hints, self.literal = stores, hints, literal

    def call(self, node: syntax.Call) -> None:
        top, hints = self.top, self.hints
        self.top, self.hints = None, False
        names = {found.name for found in self.scope.qualified(node, None)} if self.has_typing else set[str]()
        self.visit(node.func)
        args = node.args
        if names & HINTS:
            self.hints = True
            args = args[1:]
        elif "typing.cast" in names and args:
            self.hints = True
            self.visit(args[0].value)
            self.hints = False
            args = args[1:]
        for arg in args:
            self.visit(arg.value)
        self.top, self.hints = top, hints

    def arg(self, node: syntax.Arg) -> None:
        self.visit(node.value)

    def named(self, node: syntax.NamedExpr) -> None:
        self.stored(node.target)
        self.visit(node.value)
        self.scope.count += 1

    def stored(self, *nodes: Node | None) -> None:
        before, self.stores = self.stores, True
        self.many(nodes)
        self.stores = before

    def loaded(self, *nodes: Node | None) -> None:
        before, self.stores = self.stores, False
        self.many(nodes)
        self.stores = before

    def if_exp(self, node: syntax.IfExp) -> None:
        self.many((node.body, node.test, node.orelse))

    # annotations

    def annotation(self, node: syntax.Annotation) -> None:
        before, self.annotates = self.annotates, True
        self.visit(node.annotation)
        self.annotates = before

    def simple_string(self, node: syntax.SimpleString) -> None:
        self._is_annotation(node)

    def concatenated(self, node: syntax.ConcatenatedString) -> None:
        if not self._is_annotation(node):
            self.many(node.pieces)

    def _is_annotation(self, node: syntax.SimpleString | syntax.ConcatenatedString) -> bool:
        """A string that stands for a type is read as one."""
        if not (self.hints or self.annotates) or self.literal or not (text := node.evaluated_value):
            return False
        module = self.parsed(text) if isinstance(text, str) else None
        if module is not None:
            before, self.string = self.string, self.string or node
            top, self.top = self.top, None
            self.many(module.body)
            self.string, self.top = before, top
        return True

    # assignments and imports

    def assign(self, node: syntax.Assign) -> None:
        self.stored(*node.targets)
        self.visit(node.value)
        self.scope.count += 1

    def ann_assign(self, node: syntax.AnnAssign) -> None:
        self.stored(node.target)
        self.visit(node.annotation)
        self.many((node.value,))
        self.scope.count += 1

    def aug_assign(self, node: syntax.AugAssign) -> None:
        self.stored(node.target)
        self.visit(node.value)
        self.scope.count += 1

    def as_name(self, node: syntax.AsName) -> None:
        self.stored(node.name)
        self.scope.count += 1

    def with_item(self, node: syntax.WithItem) -> None:
        self.many((node.item, node.asname))
        self.scope.count += 1

    def imported(self, node: syntax.Import | syntax.ImportFrom) -> None:
        if isinstance(node.names, list):
            for alias in node.names:
                name = whole_name(alias.asname.name if alias.asname is not None else alias.name)
                self.has_dotted = self.has_dotted or "." in name
                while name:
                    self.bind(name, node, ImportAssignment)
                    name = name.rpartition(".")[0]
            sources = [node.module] if isinstance(node, syntax.ImportFrom) else [alias.name for alias in node.names]
            self.has_typing = self.has_typing or any(
                whole_name(source).partition(".")[0] in TYPING for source in sources
            )
        self.scope.count += 1

    def shared(self, node: syntax.Global | syntax.Nonlocal) -> None:
        scope = self.scope
        if scope is not self.module and scope.parent is not None:
            for item in node.names:
                is_global = isinstance(node, syntax.Global)
                scope.elsewhere[item.name.value] = self.module if is_global else scope.parent
        scope.count += 1

    # functions, classes and comprehensions

    def function(self, node: syntax.FunctionDef) -> None:
        self.bind(node.name.value, node)
        outer = self.scope
        if node.type_parameters is not None:
            scope = self.new(AnnotationScope)
            self.inside(scope, node.type_parameters)
            self.scope = scope
        scope = self.new(FunctionScope, f"{node.name.value}.<locals>")
        self.inside(scope, node.params, node.body)
        if self.scope is not outer:
            self.inside(self.scope, *node.decorators, node.returns)
        else:
            self.many((*node.decorators, node.returns))
        self.scope = outer
        outer.count += 1

    def lambda_(self, node: syntax.Lambda) -> None:
        self.inside(self.new(FunctionScope, "<locals>"), node.params, node.body)

    def parameters(self, node: syntax.Parameters) -> None:
        self.many((*node.posonly_params, *node.params, node.star_arg, *node.kwonly_params, node.star_kwarg))
        self.scope.count += 1

    def param(self, node: syntax.Param) -> None:
        self.bind(node.name.value, node)
        assert self.scope.parent is not None
        self.inside(self.scope.parent, node.default, node.annotation)

    def class_(self, node: syntax.ClassDef) -> None:
        self.bind(node.name.value, node)
        self.many(node.decorators)
        outer = self.scope
        if node.type_parameters is not None:
            self.scope = self.new(AnnotationScope)
            self.inside(self.scope, node.type_parameters)
        if self.scope is not outer:
            self.inside(self.scope, *node.bases, *node.keywords)
        else:
            self.many((*node.bases, *node.keywords))
        self.inside(self.new(ClassScope, node.name.value), *node.body.body)
        self.scope = outer
        outer.count += 1

    def comprehension(self, node: syntax.BaseSimpleComp | syntax.DictComp | syntax.StarredDictComp) -> None:
        loop = node.for_in
        self.visit(loop.iter)
        scope = self.new(ComprehensionScope, "<comprehension>")
        before, self.stores = self.stores, True
        self.inside(scope, loop.target)
        self.stores = before
        scope.count += 1
        made = (node.key, node.value) if isinstance(node, syntax.DictComp) else (node.children()[0],)
        self.inside(scope, *loop.ifs, loop.inner_for_in, *made)

    def comp_for(self, node: syntax.CompFor) -> None:
        self.stored(node.target)
        self.many((node.iter, *node.ifs, node.inner_for_in))
        self.scope.count += 1

    def for_(self, node: syntax.For) -> None:
        self.stored(node.target)
        self.scope.count += 1
        self.many((node.iter, node.body, node.orelse))

    def handler(self, node: syntax.ExceptHandler | syntax.ExceptStarHandler) -> None:
        self.many((node.type, node.name, node.body))

    # types and patterns

    def type_alias(self, node: syntax.TypeAlias) -> None:
        self.bind(node.name.value, node)
        self.inside(self.new(AnnotationScope), node.type_parameters, node.value)
        self.scope.count += 1

    def type_var(self, node: syntax.TypeVar) -> None:
        self.bind(node.name.value, node)
        self.many((node.bound,))
        self.scope.count += 1

    def type_name(self, node: syntax.TypeVarTuple | syntax.ParamSpec) -> None:
        self.bind(node.name.value, node)
        self.scope.count += 1

    def match_case(self, node: syntax.MatchCase) -> None:
        self.visit(node.pattern)
        self.scope.count += 1
        self.many((node.guard, node.body))

    def match_as(self, node: syntax.MatchAs) -> None:
        self.many((node.pattern,))
        self.stored(node.name)

    def match_star(self, node: syntax.MatchStar) -> None:
        self.stored(node.name)

    def match_mapping(self, node: syntax.MatchMapping) -> None:
        self.many(node.elements)
        self.stored(node.rest)

    def match_keyword(self, node: syntax.MatchKeywordElement) -> None:
        self.visit(node.pattern)


W = _Walk
VISITS: dict[type[Node], Callable[[_Walk, Any], None]] = {
    syntax.Name: W.name,
    syntax.Attribute: W.attribute,
    syntax.Subscript: W.subscript,
    syntax.Call: W.call,
    syntax.Arg: W.arg,
    syntax.NamedExpr: W.named,
    syntax.IfExp: W.if_exp,
    syntax.Annotation: W.annotation,
    syntax.SimpleString: W.simple_string,
    syntax.ConcatenatedString: W.concatenated,
    syntax.Assign: W.assign,
    syntax.AnnAssign: W.ann_assign,
    syntax.AugAssign: W.aug_assign,
    syntax.AsName: W.as_name,
    syntax.WithItem: W.with_item,
    syntax.Import: W.imported,
    syntax.ImportFrom: W.imported,
    syntax.LazyImport: W.imported,
    syntax.LazyImportFrom: W.imported,
    syntax.Global: W.shared,
    syntax.Nonlocal: W.shared,
    syntax.FunctionDef: W.function,
    syntax.Lambda: W.lambda_,
    syntax.Parameters: W.parameters,
    syntax.Param: W.param,
    syntax.ClassDef: W.class_,
    syntax.GeneratorExp: W.comprehension,
    syntax.ListComp: W.comprehension,
    syntax.SetComp: W.comprehension,
    syntax.DictComp: W.comprehension,
    syntax.StarredDictComp: W.comprehension,
    syntax.CompFor: W.comp_for,
    syntax.For: W.for_,
    syntax.ExceptHandler: W.handler,
    syntax.ExceptStarHandler: W.handler,
    syntax.TypeAlias: W.type_alias,
    syntax.TypeVar: W.type_var,
    syntax.TypeVarTuple: W.type_name,
    syntax.ParamSpec: W.type_name,
    syntax.MatchCase: W.match_case,
    syntax.MatchAs: W.match_as,
    syntax.MatchStar: W.match_star,
    syntax.MatchMapping: W.match_mapping,
    syntax.MatchKeywordElement: W.match_keyword,
}
