"""What names mean: imports, variables one step away, attributes of `self`, and what is bound where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import libcst as cst
from libcst.metadata import (
    Access,
    Assignment,
    GlobalScope,
    ImportAssignment,
    MetadataWrapper,
    QualifiedNameSource,
    Scope,
    ScopeProvider,
)

from iacfix.languages.python.changes import CHANGEABLE, Changes
from iacfix.languages.python.tree import below, inside, parents_of

DEEP = 4
"""More steps than any real program has between a choice and what is chosen."""
PULUMI = "pulumi"
# fmt: off
NAMES_OF_PULUMI = frozenset({
    "Alias", "Archive", "Asset", "AssetArchive", "ComponentResource", "Config", "CustomResource",
    "CustomTimeouts", "FileArchive", "FileAsset", "Input", "InputType", "Inputs", "InvokeOptions",
    "InvokeOutputOptions", "Output", "ProviderResource", "RemoteArchive", "RemoteAsset", "Resource",
    "ResourceHook", "ResourceHookBinding", "ResourceOptions", "ResourceTransformation",
    "ResourceTransformationArgs", "ResourceTransformationResult", "RunError", "StackReference", "StringAsset",
    "automation", "contains_unknowns", "debug", "deferred_output", "dynamic", "error", "export", "get",
    "get_organization", "get_project", "get_root_directory", "get_stack", "getter", "info", "input_type", "log",
    "output_type", "policy", "property", "require_pulumi_version", "runtime", "set", "type_token", "warn",
})
# fmt: on
"""What `from pulumi import *` binds."""
REFERENCES = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)
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

    def previous(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The statement before one in the same body."""
        block = self.parents[statement]
        body = list[cst.CSTNode](block.body) if isinstance(block, cst.Module | cst.IndentedBlock) else []
        return body[body.index(statement) - 1] if statement in body[1:] else None

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
        match root:
            case cst.Name("self") if path:
                return self._followed(self.attribute(root, path[0]), path[1:])
            case cst.Name():
                imported = self._imported(root, node)
                if imported is not None or not self.scope(root)[root.value]:
                    return imported or self._starred(root, path)
                return self._followed(self._value(root), path)
            case cst.Call():
                return self._called(root, path)
            case cst.Subscript():
                return self._followed(self._entry(root), path)
            case _:
                return None

    def _imported(self, root: cst.Name, node: cst.CSTNode) -> str | None:
        """The one name that imports give an expression; what stands in for a package that is missing is no other."""
        found = self.scope(root).get_qualified_names_for(node)
        names = {name.name for name in found if name.source is QualifiedNameSource.IMPORT}
        others = sum(name.source is not QualifiedNameSource.IMPORT for name in found)
        is_missing = others == 1 and all(
            isinstance(bound, ImportAssignment) or self._is_nothing(bound.node)
            for bound in self.scope(root)[root.value]
            if isinstance(bound, Assignment)
        )
        return names.pop() if len(names) == 1 and (others == 0 or is_missing) else None

    def _is_nothing(self, target: cst.CSTNode) -> bool:
        """`except ImportError: cloud = None`"""
        value = assigned_value(self.parents, target)
        around = any(isinstance(found, cst.ExceptHandler) for found in self.ancestors(target))
        return around and isinstance(value, cst.Name) and value.value == "None"

    def _starred(self, root: cst.Name, path: list[str]) -> str | None:
        """The name that a star import gives, where only one can."""
        modules = [] if root.value in self._matched else self.stars_of(root.value)
        return ".".join([modules[0], root.value, *path]) if len(modules) == 1 else None

    def stars_of(self, name: str) -> list[str]:
        """The modules one of which gives a name by a star import; Pulumi's own names are known."""
        if PULUMI in self._stars and name in NAMES_OF_PULUMI:
            return [PULUMI]
        return [module for module in self._stars if module != PULUMI]

    @cached_property
    def _stars(self) -> list[str]:
        """The modules whose names are all imported."""
        found = [star for star in inside(self.module, cst.ImportFrom) if isinstance(star.names, cst.ImportStar)]
        return ["." * len(star.relative) + (dotted(star.module) if star.module else "") for star in found]

    def _value(self, name: cst.Name) -> cst.BaseExpression | None:
        """What a variable is set to, in the one place that binds it."""
        bound = self.assignment(name)
        return assigned_value(self.parents, bound.node) if bound is not None else None

    def _followed(self, value: cst.BaseExpression | None, path: list[str]) -> str | None:
        """The name of what a variable, an attribute or an entry stands for, where that is one imported thing."""
        if value is None or not isinstance(value, REFERENCES) or value in self._following:
            return None
        self._following.add(value)
        head = self.qualified(value)
        self._following.discard(value)
        return ".".join([head, *path]) if head is not None else None

    def _called(self, call: cst.Call, path: list[str]) -> str | None:
        """`getattr(cloud.storage, "Bucket")` and `importlib.import_module("pulumi_cloud")`."""
        given = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        texts = [text_of(value) for value in given]
        match call.func, texts:
            case cst.Name("getattr"), [_, str(key), *_]:
                return self._followed(given[0], [key, *path])
            case cst.Name("__import__"), [str(module)] if "." not in module:
                return ".".join([module, *path])
            case cst.Name() | cst.Attribute(), [str(module)] if last_name(call.func) == "import_module":
                is_known = self.qualified(call.func) == "importlib.import_module"
                return ".".join([module, *path]) if is_known else None
            case _:
                return None

    def _entry(self, node: cst.Subscript) -> cst.BaseExpression | None:
        """What a mapping that is kept in a variable has at a key that is written there."""
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=index))]:
                key = text_of(index)
            case _:
                key = None
        held = self.definition(node.value) if isinstance(node.value, cst.Name | cst.Attribute) else node.value
        if key is None or not isinstance(held, cst.Dict):
            return None
        found = [each for each in held.elements if isinstance(each, cst.DictElement)]
        values = [each.value for each in found if text_of(each.key) == key]
        is_plain = len(found) == len(held.elements) and all(text_of(each.key) is not None for each in found)
        return values[0] if is_plain and len(values) == 1 else None

    def choices(self, node: cst.BaseExpression, deep: int = DEEP) -> Iterator[cst.BaseExpression]:
        """The expressions one of which a place stands for, as far as they are written; itself where it has none."""
        others = [found for found in self._others(node) if found is not node] if deep else []
        if not others:
            yield node
        for found in others:
            yield from self.choices(found, deep - 1)

    def _others(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        match node:
            case cst.IfExp(body=body, orelse=orelse):
                yield from (body, orelse)
            case cst.BooleanOperation(left=left, right=right):
                yield from (left, right)
            case cst.Subscript(value=held):
                yield from self._elements(held)
            case cst.Call(func=cst.Attribute(value=held, attr=cst.Name("get")), args=[_, *default]):
                yield from self._elements(held)
                yield from (arg.value for arg in default)
            case cst.Name():
                for bound in self.scope(node)[node.value]:
                    if isinstance(bound, Assignment) and not isinstance(bound, ImportAssignment):
                        value = assigned_value(self.parents, bound.node)
                        yield from [value] if value is not None else self._iterated(bound.node)
            case _:
                pass

    def _elements(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """The elements of a list or the values of a mapping, in a variable or at the place."""
        match node if isinstance(node, cst.Dict | cst.List | cst.Tuple | cst.Set) else self.definition(node):
            case cst.Dict(elements=entries):
                yield from (entry.value for entry in entries)
            case cst.List(elements=listed) | cst.Tuple(elements=listed) | cst.Set(elements=listed):
                yield from (element.value for element in listed)
            case _:
                pass

    def _iterated(self, target: cst.CSTNode) -> Iterator[cst.BaseExpression]:
        """What a loop or a comprehension goes through."""
        around = next(
            (found for found in self.ancestors(target) if not isinstance(found, cst.Tuple | cst.Element)), None
        )
        if not isinstance(around, cst.For | cst.CompFor):
            return
        through = around.iter
        if isinstance(through, cst.Call) and last_name(through.func) in ("items", "values", "enumerate", "zip"):
            owner = through.func.value if isinstance(through.func, cst.Attribute) else None
            through = owner or (through.args[0].value if through.args else through)
        for element in self._elements(through):
            yield from (each.value for each in element.elements) if isinstance(element, cst.Tuple) else [element]

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

    def holder(self, node: cst.CSTNode) -> str:
        """The name of the outermost function or class around a node, nothing where that extends another class."""
        around = [found for found in self.ancestors(node) if isinstance(found, cst.FunctionDef | cst.ClassDef)]
        return "" if not around or getattr(around[-1], "bases", ()) else around[-1].name.value

    def outer_function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function or method around a node that is not itself inside another function."""
        functions = [around for around in self.ancestors(node) if isinstance(around, cst.FunctionDef)]
        return functions[-1] if functions else None

    def is_at_import(self, node: cst.CSTNode) -> bool:
        """The node is evaluated when the module is imported, not when something of it is called."""
        return not any(isinstance(around, cst.FunctionDef | cst.Lambda) for around in self.ancestors(node))

    def is_bound(self, name: str, function: cst.FunctionDef | None) -> bool:
        """A new variable of this name would meet another one: in the function, or anywhere in the file where None."""
        if function is not None:
            return any(found.value == name for found in inside(function, cst.Name))
        return self.count_bound(name) > 0

    def is_global(self, name: str) -> bool:
        """The file itself binds the name, outside its functions."""
        return any(name in scope for scope in self.scopes if isinstance(scope, GlobalScope)) or name in self._matched

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


def text_of(node: cst.BaseExpression) -> str | None:
    """The text of a plain string literal."""
    value = node.raw_value if isinstance(node, cst.SimpleString) and not set(node.prefix.lower()) & {"b", "r"} else None
    return value if value is not None and "\\" not in value else None


def dotted(node: cst.BaseExpression) -> str:
    """The text of a dotted name."""
    match node:
        case cst.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr.value}"
        case cst.Name(value=value):
            return value
        case _:
            return ""


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
