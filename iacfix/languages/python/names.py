"""What is bound where: scopes, and the functions, classes and statements around a node."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from iacfix.languages.python import syntax
from iacfix.languages.python.parsed import annotation
from iacfix.languages.python.scopes import (
    Access,
    Assignment,
    BaseAssignment,
    ImportAssignment,
    QualifiedName,
    Scope,
    scopes_of,
)
from iacfix.languages.python.tree import inside

ADDING = frozenset({"append", "add", "insert", "appendleft"})
"""Methods that put their last argument into a list or a set."""
RERUN = (syntax.For, syntax.While, syntax.Try, syntax.TryStar)
"""Statements of which any part may have run before any other."""
Statement = syntax.SimpleStatementLine | syntax.BaseCompoundStatement
_Set = tuple[syntax.Node | None, dict[syntax.Node, list[syntax.Node]]]
"""The function in which a name is set, and the places that set it inside each node."""


class Names:
    """Name resolution for one module; asks the scopes and adds Pulumi programs' habits."""

    def __init__(self, module: syntax.Module) -> None:
        self.module = module
        self._scopes = scopes_of(module, annotation)
        self._inside: dict[syntax.FunctionDef, frozenset[str]] = {}
        """The names inside the functions that were asked about."""
        self._put: dict[syntax.Name, list[syntax.BaseExpression]] = {}
        """What is put into the lists and mappings that were asked about."""
        self._set: dict[tuple[Scope, str], _Set | None] = {}
        """Where the names that were asked about are set."""

    @staticmethod
    def ancestors(node: syntax.Node) -> Iterator[syntax.Node]:
        """The node's parents, the nearest first."""
        return node.ancestors()

    def release(self) -> None:
        """Forget what the nodes are in, and the scopes what they hold."""
        for node in syntax.below(self.module):
            node.parent = None
        for scope in self.scopes:
            vars(scope).clear()

    def scope(self, node: syntax.Node) -> Scope:
        """The scope an expression is evaluated in."""
        return self._scopes.of(node)

    def imported(self, node: syntax.Node) -> set[QualifiedName]:
        """What an expression may be by the imports and the bindings of its first name."""
        return self._scopes.qualified(node)

    def may_be_imported(self, name: syntax.Name) -> bool:
        """An import is among what binds a name."""
        scope = self.scope(name)
        holder = scope.holder(name.value, scope)
        return holder is not None and any(isinstance(bound, ImportAssignment) for bound in holder.distinct(name.value))

    def of_module(self, name: str) -> Sequence[Assignment]:
        """The places of the file that bind a name, outside its functions."""
        return [found for found in self._scopes.module[name] if isinstance(found, Assignment)]

    @property
    def scopes(self) -> list[Scope]:
        return self._scopes.every

    def statement(self, node: syntax.Node) -> Statement:
        """The innermost statement around an expression that stands on lines of its own."""
        for around in (node, *self.ancestors(node)):
            if isinstance(around, syntax.SimpleStatementLine | syntax.BaseCompoundStatement):
                return around
        raise LookupError("an expression stands in a statement")

    def previous(self, statement: syntax.Node) -> syntax.Node | None:
        """The statement before one in the same body."""
        block = statement.parent
        body = list[syntax.Node](block.body) if isinstance(block, syntax.Module | syntax.IndentedBlock) else []
        return body[body.index(statement) - 1] if statement in body[1:] else None

    def following(self, statement: syntax.Node) -> syntax.Node | None:
        """The next statement of the same body."""
        block = statement.parent
        body = list[syntax.Node](block.body) if isinstance(block, syntax.Module | syntax.IndentedBlock) else []
        index = body.index(statement) + 1 if statement in body else len(body)
        return body[index] if index < len(body) else None

    def assignment(self, name: syntax.Name) -> Assignment | None:
        """The one place of this file that binds a name, or None where there are more."""
        found = self.scope(name)[name.value]
        bound = next(iter(found)) if len(found) == 1 else None
        return bound if isinstance(bound, Assignment) else None

    def set_above(self, name: syntax.Name) -> syntax.BaseExpression | None:
        """What a name that is set in several places is set to where it is read: the nearest statement above sets it, in
        the same block or one around it, and nothing between the two may."""
        scope = self.scope(name)
        holder = scope.holder(name.value, scope)
        if holder is None:
            return None
        key = holder, name.value
        if key not in self._set:
            self._set[key] = _set_by(holder.bound[name.value])
        function, within = self._set[key] or (name, {})
        if function is not _function_of(name):
            return None
        for node in (name, *self.ancestors(name)):
            if isinstance(node, RERUN) and node in within:
                return None
            block = node.parent
            if isinstance(block, syntax.Module | syntax.IndentedBlock):
                statements = list[syntax.Node](block.body)
                for above in reversed(statements[: statements.index(node)]):
                    if above in within:
                        is_plain = isinstance(above, syntax.SimpleStatementLine) and len(within[above]) == 1
                        return assigned_value(within[above][0]) if is_plain else None
        return None

    def bound_at(self, name: str, at: syntax.Node) -> syntax.Node | None:
        """The target that binds a name as it is seen from a place, where it is the only one."""
        found = self.scope(at)[name]
        bound = next(iter(found)) if len(found) == 1 else None
        return bound.node if isinstance(bound, Assignment) else None

    def function(self, node: syntax.BaseExpression) -> syntax.FunctionDef | None:
        """The function of this file that a name stands for."""
        bound = self.assignment(node) if isinstance(node, syntax.Name) else None
        if bound is not None and isinstance(bound.node, syntax.FunctionDef):
            return bound.node
        return None

    @staticmethod
    def is_own_method(func: syntax.BaseExpression) -> bool:
        """`self.x` as it is called."""
        return isinstance(func, syntax.Attribute) and isinstance(func.value, syntax.Name) and func.value.value == "self"

    def is_boolean(self, name: syntax.Name) -> bool:
        """The name is a parameter annotated as plainly `bool`."""
        bound = self.assignment(name)
        parameter = bound.node.parent if bound is not None and isinstance(bound.node, syntax.Name) else None
        if bound is not None and isinstance(bound.node, syntax.Param):
            parameter = bound.node
        match parameter:
            case syntax.Param(annotation=syntax.Annotation(annotation=syntax.Name(value="bool"))):
                return True
            case _:
                return False

    def uses(self, name: syntax.Name) -> list[syntax.Node]:
        """Every place that reads the variable bound by this target."""
        bound = self._bound_by(name, name.value, name)
        return [access.node for access in bound.references] if bound is not None else []

    def put_into(self, target: syntax.Name) -> list[syntax.BaseExpression]:
        """What is put later into the list or mapping that this target binds."""
        if target not in self._put:
            self._put[target] = list(filter(None, map(_put_by, self.uses(target))))
        return self._put[target]

    def uses_of_function(self, function: syntax.FunctionDef) -> list[syntax.Node]:
        """Every place that names a function of this file."""
        bound = self._bound_by(function, function.name.value, function)
        return [access.node for access in bound.references] if bound is not None else []

    def _bound_by(self, at: syntax.Node, name: str, node: syntax.Node) -> Assignment | None:
        """The assignment of a name that a node makes, as it is seen from a place."""
        scope = self.scope(at)
        holder = scope.holder(name, scope)
        found = holder.bound_by(name, node) if holder is not None else None
        return found if found is not None and found.node is node else None

    def owner(self, node: syntax.Node) -> syntax.ClassDef | None:
        """The class around a node."""
        return next((around for around in self.ancestors(node) if isinstance(around, syntax.ClassDef)), None)

    def holders(self, node: syntax.Node) -> tuple[str, ...]:
        """The names of the functions around a node, and of the outermost function or class, which comes last; nothing
        where that extends another class."""
        around = [found for found in self.ancestors(node) if isinstance(found, syntax.FunctionDef | syntax.ClassDef)]
        if not around or getattr(around[-1], "bases", ()):
            return ()
        inner = [
            found
            for found, outer in pairwise(around)
            if isinstance(found, syntax.FunctionDef) and isinstance(outer, syntax.FunctionDef)
        ]
        return tuple(found.name.value for found in (*inner, around[-1]))

    def outer_function(self, node: syntax.Node) -> syntax.FunctionDef | None:
        """The function or method around a node that is not itself inside another function."""
        functions = [around for around in self.ancestors(node) if isinstance(around, syntax.FunctionDef)]
        return functions[-1] if functions else None

    def is_at_import(self, node: syntax.Node) -> bool:
        """The node is evaluated when the module is imported, not when something of it is called."""
        return not any(isinstance(around, syntax.FunctionDef | syntax.Lambda) for around in self.ancestors(node))

    def is_bound(self, name: str, function: syntax.FunctionDef | None) -> bool:
        """A new variable of this name would meet another one: in the function, or anywhere in the file where None."""
        if function is None:
            return self.count_bound(name) > 0
        if function not in self._inside:
            self._inside[function] = frozenset(found.value for found in inside(function, syntax.Name))
        return name in self._inside[function]

    def is_global(self, name: str) -> bool:
        """The file itself binds the name, outside its functions."""
        return name in self._scopes.module

    def count_here(self, name: syntax.Name) -> int:
        """How often the scope around a name binds it."""
        return len(self.scope(name)[name.value])

    def count_bound(self, name: str) -> int:
        """How many things of the file bind a name, in whatever scope."""
        return self._bound[name] + (self._has_star and name in self._names)

    @cached_property
    def _bound(self) -> Counter[str]:
        return Counter(bound.name for scope in self.scopes for bound in scope.assignments)

    @cached_property
    def _has_star(self) -> bool:
        """A star import may bind any name."""
        return bool(inside(self.module, syntax.ImportStar))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name.value for name in inside(self.module, syntax.Name))

    def is_written(self, name: str) -> bool:
        """The name stands anywhere in the file: as a variable, an attribute, a method."""
        return name in self._names

    def unbound(self) -> frozenset[str]:
        """Names that are used and bound nowhere, or for the type checker only."""
        return frozenset(
            access.node.value
            for scope in self.scopes
            for name, reads in scope.reads.items()
            for access in (reads if self._checked else scope.early(name))
            if isinstance(access.node, syntax.Name) and self._is_unbound(access)
        )

    def _is_unbound(self, access: Access) -> bool:
        bound = None
        for bound in access.referents:
            if not isinstance(bound, Assignment) or not self.is_of_types(bound.node):
                return False
        in_type = access.is_annotation or access.is_type_hint or self.is_of_types(access.node)
        return bound is None or not in_type

    def is_of_types(self, node: syntax.Node) -> bool:
        """The node stands below `if TYPE_CHECKING:`, which is never entered when the program runs."""
        if not self._checked:
            return False
        around = (node, *self.ancestors(node))
        return any(inner in self._checked for inner in around)

    @cached_property
    def _checked(self) -> frozenset[syntax.Node]:
        """What is only there for the type checker."""
        tests = [found for found in inside(self.module, syntax.If) if last_name(found.test) == "TYPE_CHECKING"]
        return frozenset(found.body for found in tests)


def _set_by(every: Sequence[BaseAssignment]) -> _Set | None:
    """Where a name is set, if several assignments in one function do, and nothing else does."""
    bound = [found.node for found in every if isinstance(found, Assignment)]
    functions = {_function_of(node) for node in bound}
    if len(every) < 2 or len(bound) < len(every) or len(functions) > 1:
        return None
    within = defaultdict[syntax.Node, list[syntax.Node]](list)
    for node in bound:
        for around in node.ancestors():
            within[around].append(node)
    return functions.pop(), within


def _put_by(use: syntax.Node) -> syntax.BaseExpression | None:
    """What a use of a list or a mapping puts into it."""
    match use.parent:
        case syntax.Subscript(value=held, parent=syntax.AssignTarget(parent=syntax.Assign(value=value))) if held is use:
            return value
        case syntax.Attribute(attr=syntax.Name(value=method), parent=syntax.Call(args=[*_, last])) if method in ADDING:
            return last.value
        case _:
            return None


def _function_of(node: syntax.Node) -> syntax.Node | None:
    return next((found for found in node.ancestors() if isinstance(found, syntax.FunctionDef | syntax.Lambda)), None)


def assigned_value(target: syntax.Node) -> syntax.BaseExpression | None:
    """The right side of `target = value`, None for any other way to bind a name."""
    match target.parent:
        case syntax.AssignTarget() as assign_target:
            assign = assign_target.parent
            return assign.value if isinstance(assign, syntax.Assign) else None
        case syntax.AnnAssign(value=value):
            return value
        case _:
            return None


def text_of(node: syntax.BaseExpression) -> str | None:
    """The text of a plain string literal."""
    value = (
        node.raw_value if isinstance(node, syntax.SimpleString) and not set(node.prefix.lower()) & {"b", "r"} else None
    )
    return value if value is not None and "\\" not in value else None


def dotted(node: syntax.BaseExpression) -> str:
    """The text of a dotted name."""
    match node:
        case syntax.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr.value}"
        case syntax.Name(value=value):
            return value
        case _:
            return ""


def last_name(node: object) -> str | None:
    """`data` of `data`, `self.data` and `storage.data`."""
    match node:
        case syntax.Name(value=name) | syntax.Attribute(attr=syntax.Name(value=name)):
            return name
        case _:
            return None


def snake(name: str) -> str:
    """`treatMissingData` as Pulumi spells it in Python: `treat_missing_data`."""
    out = ""
    for index, letter in enumerate(name):
        if letter.isupper():
            before, after = name[index - 1 : index], name[index + 1 : index + 2]
            if index and (not before.isupper() or (after and after.islower())):
                out += "_"
        out += letter.lower()
    return f"{out}_" if out in RESERVED else out


def camel(name: str) -> str:
    """The schema name of a Python input name; a name in schema spelling stays as it is."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


RESERVED = frozenset(
    {"and", "or", "not", "is", "in", "from", "lambda", "class", "import", "global", "return", "if", "else"}
)
