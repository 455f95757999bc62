"""What names mean: imports, variables one step away, attributes of `self`, and what is bound where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import libcst as cst
from libcst.metadata import Access, Assignment, MetadataWrapper, Scope, ScopeProvider

from iacfix.languages.python.changes import CHANGEABLE, Changes
from iacfix.languages.python.tree import below, inside, parents_of

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


class Names:
    """Name resolution for one module; asks LibCST's scope analysis and adds Pulumi programs' habits."""

    def __init__(self, module: cst.Module) -> None:
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.module = module
        self.parents: Mapping[cst.CSTNode, cst.CSTNode] = parents_of(module)
        self._scopes: Mapping[cst.CSTNode, Scope | None] = wrapper.resolve(ScopeProvider)
        self.changes = Changes(self)
        self._attributes: dict[cst.ClassDef, dict[str, list[cst.BaseExpression | None]]] = {}
        self._following: set[cst.CSTNode] = set()

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The node's parents, the nearest first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def scope(self, node: cst.CSTNode) -> Scope:
        """The scope an expression is evaluated in."""
        for around in (node, *self.ancestors(node)):
            if (scope := self._scopes.get(around)) is not None:
                return scope
        raise LookupError("a module has a scope")

    @cached_property
    def scopes(self) -> frozenset[Scope]:
        return frozenset(scope for scope in self._scopes.values() if scope is not None)

    def statement(self, node: cst.CSTNode) -> Statement:
        """The innermost statement around an expression that stands on lines of its own."""
        for around in (node, *self.ancestors(node)):
            if isinstance(around, cst.SimpleStatementLine | cst.BaseCompoundStatement):
                return around
        raise LookupError("an expression stands in a statement")

    def following(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The next statement of the same body."""
        block = self.parents[statement]
        body = list[cst.CSTNode](block.body) if isinstance(block, cst.Module | cst.IndentedBlock) else []
        index = body.index(statement) + 1 if statement in body else len(body)
        return body[index] if index < len(body) else None

    def qualified(self, node: cst.CSTNode) -> str | None:
        """The dotted name an expression is imported by, or None where it is not or two things could be meant."""
        path: list[str] = []
        root = node
        while isinstance(root, cst.Attribute):
            path.insert(0, root.attr.value)
            root = root.value
        if not isinstance(root, cst.Name):
            return None
        found = self.scope(root).get_qualified_names_for(node)
        names = {name.name for name in found if name.source.name == "IMPORT"}
        if not names:
            head = self._aliased(root)
            return ".".join([head, *path]) if head is not None else None
        return names.pop() if len(names) == 1 and len(found) == 1 else None

    def _aliased(self, name: cst.Name) -> str | None:
        """The dotted name of the one imported thing that a variable stands for."""
        bound = self.assignment(name)
        value = assigned_value(self.parents, bound.node) if bound is not None else None
        if bound is None or bound.node in self._following or not isinstance(value, cst.Name | cst.Attribute):
            return None
        self._following.add(bound.node)
        head = self.qualified(value)
        self._following.discard(bound.node)
        return head

    def assignment(self, name: cst.Name) -> Assignment | None:
        """The one place of this file that binds a name, or None where there are more."""
        found = self.scope(name)[name.value]
        bound = next(iter(found)) if len(found) == 1 and name.value not in self._matched else None
        return bound if isinstance(bound, Assignment) else None

    @cached_property
    def _matched(self) -> frozenset[str]:
        """What `match` patterns bind; LibCST's scopes do not know them."""
        names = [found.name for found in inside(self.module, cst.MatchAs)]
        names += [found.name for found in inside(self.module, cst.MatchStar)]
        names += [found.rest for found in inside(self.module, cst.MatchMapping)]
        return frozenset(name.value for name in names if name is not None)

    def bound_at(self, name: str, at: cst.CSTNode) -> cst.CSTNode | None:
        """The target that binds a name as it is seen from a place, where it is the only one."""
        found = self.scope(at)[name]
        bound = next(iter(found)) if len(found) == 1 else None
        return bound.node if isinstance(bound, Assignment) else None

    def definition(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """What a variable or `self.x` is set to, where it is set once and its shape is not changed later."""
        match node:
            case cst.Name():
                bound = self.assignment(node)
                value = assigned_value(self.parents, bound.node) if bound else None
                if bound is None or value is None:
                    return None
                changed = isinstance(value, CHANGEABLE) and self.changes.of(bound)
                return None if changed or self.changes.sets_fields(bound) else value
            case cst.Attribute(value=cst.Name("self"), attr=attr):
                value = self.attribute(node, attr.value)
                changed = isinstance(value, CHANGEABLE) and self.changes.of_field(attr.value)
                return None if changed else value
            case _:
                return None

    def function(self, node: cst.BaseExpression) -> cst.FunctionDef | None:
        """The function of this file that a name stands for."""
        bound = self.assignment(node) if isinstance(node, cst.Name) else None
        if bound is not None and isinstance(bound.node, cst.FunctionDef):
            return bound.node
        return None

    @staticmethod
    def is_own_method(func: cst.BaseExpression) -> bool:
        """`self.x` as it is called."""
        return isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name) and func.value.value == "self"

    def is_sole(self, name: cst.BaseExpression) -> bool:
        """The name is the only one to read its variable, which no annotation describes."""
        bound = self.assignment(name) if isinstance(name, cst.Name) else None
        if bound is None or not isinstance(self.parents.get(bound.node), cst.AssignTarget):
            return False
        assign = self.parents[self.parents[bound.node]]
        alone = isinstance(assign, cst.Assign) and len(assign.targets) == 1
        return alone and [access.node for access in bound.references] == [name]

    def is_shared(self, node: cst.CSTNode) -> bool:
        """The node is part of a list or mapping kept in a variable that more than one place reads."""
        for around in self.ancestors(node):
            match around:
                case cst.Dict() | cst.DictElement() | cst.List() | cst.Element() | cst.BaseString():
                    continue
                case (
                    cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)])
                    | cst.AnnAssign(target=cst.Name() as target)
                ):
                    return len(self.uses(target)) > 1
                case _:
                    return False
        return False

    def is_boolean(self, name: cst.Name) -> bool:
        """The name is a parameter annotated as plainly `bool`."""
        bound = self.assignment(name)
        parameter = self.parents.get(bound.node) if bound is not None and isinstance(bound.node, cst.Name) else None
        if bound is not None and isinstance(bound.node, cst.Param):
            parameter = bound.node
        match parameter:
            case cst.Param(annotation=cst.Annotation(annotation=cst.Name("bool"))):
                return True
            case _:
                return False

    def uses(self, name: cst.Name) -> list[cst.CSTNode]:
        """Every place that reads the variable bound by this target."""
        return [
            access.node
            for bound in self.scope(name)[name.value]
            if isinstance(bound, Assignment) and bound.node is name
            for access in bound.references
        ]

    def uses_of_function(self, function: cst.FunctionDef) -> list[cst.CSTNode]:
        """Every place that names a function of this file."""
        return [
            access.node
            for bound in self.scope(function)[function.name.value]
            if isinstance(bound, Assignment) and bound.node is function
            for access in bound.references
        ]

    def attribute(self, near: cst.CSTNode, attr: str) -> cst.BaseExpression | None:
        """What `self.attr` is set to in the class around `near`, where it is set once."""
        if (owner := self.owner(near)) is None:
            return None
        if owner not in self._attributes:
            self._attributes[owner] = _self_assignments(owner)
        values = self._attributes[owner].get(attr, [])
        return values[0] if len(values) == 1 else None

    def owner(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The class around a node."""
        return next((around for around in self.ancestors(node) if isinstance(around, cst.ClassDef)), None)

    def outer_function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function or method around a node that is not itself inside another function."""
        functions = [around for around in self.ancestors(node) if isinstance(around, cst.FunctionDef)]
        return functions[-1] if functions else None

    def is_bound(self, name: str, function: cst.FunctionDef | None) -> bool:
        """A new variable of this name would meet another one: in the function, or anywhere in the file where None."""
        if function is not None:
            return any(found.value == name for found in inside(function, cst.Name))
        return self.count_bound(name) > 0

    def count_here(self, name: cst.Name) -> int:
        """How often the scope around a name binds it."""
        return len(self.scope(name)[name.value])

    def count_bound(self, name: str) -> int:
        """How many things of the file bind a name, in whatever scope."""
        bound = sum(bound.name == name for scope in self.scopes for bound in scope.assignments)
        return bound + (name in self._matched) + (self._has_star and name in self._names)

    @cached_property
    def _has_star(self) -> bool:
        """A star import may bind any name."""
        return bool(inside(self.module, cst.ImportStar))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name.value for name in inside(self.module, cst.Name))

    def is_written(self, name: str) -> bool:
        """The name stands anywhere in the file: as a variable, an attribute, a method."""
        return name in self._names

    def unbound(self) -> frozenset[str]:
        """Names that are used and bound nowhere, or for the type checker only."""
        return frozenset(
            access.node.value
            for scope in self.scopes
            for access in scope.accesses
            if isinstance(access.node, cst.Name) and self._is_unbound(access)
        )

    def _is_unbound(self, access: Access) -> bool:
        if any(not isinstance(bound, Assignment) or not self.is_of_types(bound.node) for bound in access.referents):
            return False
        in_type = access.is_annotation or access.is_type_hint or self.is_of_types(access.node)
        return not (access.referents and in_type)

    def is_of_types(self, node: cst.CSTNode) -> bool:
        """The node stands below `if TYPE_CHECKING:`, which is never entered when the program runs."""
        if not self._checked:
            return False
        around = (node, *self.ancestors(node))
        return any(inner in self._checked for inner in around)

    @cached_property
    def _checked(self) -> frozenset[cst.CSTNode]:
        """What is only there for the type checker."""
        tests = [found for found in inside(self.module, cst.If) if last_name(found.test) == "TYPE_CHECKING"]
        return frozenset(found.body for found in tests)


def assigned_value(parents: Mapping[cst.CSTNode, cst.CSTNode], target: cst.CSTNode) -> cst.BaseExpression | None:
    """The right side of `target = value`, None for any other way to bind a name."""
    match parents.get(target):
        case cst.AssignTarget() as assign_target:
            assign = parents[assign_target]
            return assign.value if isinstance(assign, cst.Assign) else None
        case cst.AnnAssign(value=value):
            return value
        case _:
            return None


def _self_assignments(owner: cst.ClassDef) -> dict[str, list[cst.BaseExpression | None]]:
    """The values each `self.x` of a class is set to; None stands for one that cannot be seen."""
    found: dict[str, list[cst.BaseExpression | None]] = {}

    def add(target: cst.BaseExpression, value: cst.BaseExpression | None) -> None:
        match target:
            case cst.Attribute(value=cst.Name("self"), attr=attr):
                found.setdefault(attr.value, []).append(value)
            case cst.Subscript(value=cst.Attribute(value=cst.Name("self"), attr=attr)):
                found.setdefault(attr.value, []).append(None)
            case cst.Tuple(elements=elements):
                for element in elements:
                    add(element.value, None)
            case _:
                pass

    for node in below(owner):
        match node:
            case cst.Assign(targets=targets, value=value):
                for target in targets:
                    add(target.target, value)
            case cst.AnnAssign(target=target, value=cst.BaseExpression() as value):
                add(target, value)
            case cst.AugAssign(target=target):
                add(target, None)
            case _:
                pass
    return found


def last_name(node: object) -> str | None:
    """`data` of `data`, `self.data` and `storage.data`."""
    match node:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
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
