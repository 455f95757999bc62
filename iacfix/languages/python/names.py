"""What names mean: imports, variables one step away, attributes of `self`, and what is bound where."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from iacfix.languages.python import syntax
from iacfix.languages.python.changes import CHANGEABLE, Changes
from iacfix.languages.python.parsed import annotation
from iacfix.languages.python.scopes import Access, Assignment, ImportAssignment, Scope, scopes_of
from iacfix.languages.python.syntax import below
from iacfix.languages.python.tree import inside

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
COLLECTIONS = (syntax.Dict, syntax.List, syntax.Tuple, syntax.Set)
REFERENCES = (syntax.Name, syntax.Attribute, syntax.Call, syntax.Subscript)
Statement = syntax.SimpleStatementLine | syntax.BaseCompoundStatement


class Names:
    """Name resolution for one module; asks the scopes and adds Pulumi programs' habits."""

    def __init__(self, module: syntax.Module) -> None:
        self.module = module
        self._scopes = scopes_of(module, annotation)
        self.changes = Changes(self)
        self._attributes: dict[syntax.ClassDef, dict[str, list[syntax.BaseExpression | None]]] = {}
        self._following: set[syntax.Node] = set()

    @staticmethod
    def ancestors(node: syntax.Node) -> Iterator[syntax.Node]:
        """The node's parents, the nearest first."""
        return node.ancestors()

    def scope(self, node: syntax.Node) -> Scope:
        """The scope an expression is evaluated in."""
        return self._scopes.of(node)

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

    def qualified(self, node: syntax.Node) -> str | None:
        """The dotted name an expression is imported by, or None where it is not or two things could be meant."""
        path: list[str] = []
        root = node
        while isinstance(root, syntax.Attribute):
            path.insert(0, root.attr.value)
            root = root.value
        match root:
            case syntax.Name(value="self") if path:
                return self._followed(self.attribute(root, path[0]), path[1:])
            case syntax.Name():
                imported = self._imported(root, node)
                if imported is not None or not self.scope(root)[root.value]:
                    return imported or self._starred(root, path)
                return self._followed(self._value(root), path)
            case syntax.Call():
                return self._called(root, path)
            case syntax.Subscript():
                return self._followed(self._entry(root), path)
            case _:
                return None

    def _imported(self, root: syntax.Name, node: syntax.Node) -> str | None:
        """The one name that imports give an expression; what stands in for a package that is missing is no other."""
        found = self._scopes.qualified(node)
        names = {name.name for name in found if name.is_imported}
        others = sum(not name.is_imported for name in found)
        is_missing = others == 1 and all(
            isinstance(bound, ImportAssignment) or self._is_nothing(bound.node)
            for bound in self.scope(root)[root.value]
            if isinstance(bound, Assignment)
        )
        return names.pop() if len(names) == 1 and (others == 0 or is_missing) else None

    def _is_nothing(self, target: syntax.Node) -> bool:
        """`except ImportError: cloud = None`"""
        value = assigned_value(target)
        around = any(isinstance(found, syntax.ExceptHandler) for found in self.ancestors(target))
        return around and isinstance(value, syntax.Name) and value.value == "None"

    def _starred(self, root: syntax.Name, path: list[str]) -> str | None:
        """The name that a star import gives, where only one can."""
        modules = self.stars_of(root.value)
        return ".".join([modules[0], root.value, *path]) if len(modules) == 1 else None

    def stars_of(self, name: str) -> list[str]:
        """The modules one of which gives a name by a star import; Pulumi's own names are known."""
        if PULUMI in self._stars and name in NAMES_OF_PULUMI:
            return [PULUMI]
        return [module for module in self._stars if module != PULUMI]

    @cached_property
    def _stars(self) -> list[str]:
        """The modules whose names are all imported."""
        found = [star for star in inside(self.module, syntax.ImportFrom) if isinstance(star.names, syntax.ImportStar)]
        return ["." * star.relative + (dotted(star.module) if star.module else "") for star in found]

    def _value(self, name: syntax.Name) -> syntax.BaseExpression | None:
        """What a variable is set to, in the one place that binds it."""
        bound = self.assignment(name)
        return assigned_value(bound.node) if bound is not None else None

    def _followed(self, value: syntax.BaseExpression | None, path: list[str]) -> str | None:
        """The name of what a variable, an attribute or an entry stands for, where that is one imported thing."""
        if value is None or not isinstance(value, REFERENCES) or value in self._following:
            return None
        self._following.add(value)
        head = self.qualified(value)
        self._following.discard(value)
        return ".".join([head, *path]) if head is not None else None

    def _called(self, call: syntax.Call, path: list[str]) -> str | None:
        """`getattr(cloud.storage, "Bucket")` and `importlib.import_module("pulumi_cloud")`."""
        given = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        texts = [text_of(value) for value in given]
        match call.func, texts:
            case syntax.Name(value="getattr"), [_, str(key), *_]:
                return self._followed(given[0], [key, *path])
            case syntax.Name(value="__import__"), [str(module)] if "." not in module:
                return ".".join([module, *path])
            case syntax.Name() | syntax.Attribute(), [str(module)] if last_name(call.func) == "import_module":
                is_known = self.qualified(call.func) == "importlib.import_module"
                return ".".join([module, *path]) if is_known else None
            case _:
                return None

    def _entry(self, node: syntax.Subscript) -> syntax.BaseExpression | None:
        """What a mapping that is kept in a variable has at a key that is written there."""
        match node.slice:
            case [syntax.SubscriptElement(slice=syntax.Index(value=index))]:
                key = text_of(index)
            case _:
                key = None
        held = self.definition(node.value) if isinstance(node.value, syntax.Name | syntax.Attribute) else node.value
        if key is None or not isinstance(held, syntax.Dict):
            return None
        found = [each for each in held.elements if isinstance(each, syntax.DictElement)]
        values = [each.value for each in found if text_of(each.key) == key]
        is_plain = len(found) == len(held.elements) and all(text_of(each.key) is not None for each in found)
        return values[0] if is_plain and len(values) == 1 else None

    def choices(self, node: syntax.BaseExpression, deep: int = DEEP) -> Iterator[syntax.BaseExpression]:
        """The expressions one of which a place stands for, as far as they are written; itself where it has none."""
        others = [found for found in self._others(node) if found is not node] if deep else []
        if not others:
            yield node
        for found in others:
            yield from self.choices(found, deep - 1)

    def _others(self, node: syntax.BaseExpression) -> Iterator[syntax.BaseExpression]:
        match node:
            case syntax.IfExp(body=body, orelse=orelse):
                yield from (body, orelse)
            case syntax.BooleanOperation(left=left, right=right):
                yield from (left, right)
            case syntax.Subscript(value=held):
                yield from self._elements(held)
            case syntax.Call(func=syntax.Attribute(value=held, attr=syntax.Name(value="get")), args=[_, *default]):
                yield from self._elements(held)
                yield from (arg.value for arg in default)
            case syntax.Name():
                for bound in self.scope(node)[node.value]:
                    if isinstance(bound, Assignment) and not isinstance(bound, ImportAssignment):
                        value = assigned_value(bound.node)
                        yield from [value] if value is not None else self._iterated(bound.node)
            case _:
                pass

    def _elements(self, node: syntax.BaseExpression) -> Iterator[syntax.BaseExpression]:
        """The elements of a list or the values of a mapping, in a variable or at the place."""
        match (
            node if isinstance(node, syntax.Dict | syntax.List | syntax.Tuple | syntax.Set) else self.definition(node)
        ):
            case syntax.Dict(elements=entries):
                yield from (entry.value for entry in entries)
            case syntax.List(elements=listed) | syntax.Tuple(elements=listed) | syntax.Set(elements=listed):
                yield from (element.value for element in listed)
            case _:
                pass

    def _iterated(self, target: syntax.Node) -> Iterator[syntax.BaseExpression]:
        """What a loop or a comprehension goes through."""
        around = next(
            (found for found in self.ancestors(target) if not isinstance(found, syntax.Tuple | syntax.Element)), None
        )
        if not isinstance(around, syntax.For | syntax.CompFor):
            return
        through = around.iter
        if isinstance(through, syntax.Call) and last_name(through.func) in ("items", "values", "enumerate", "zip"):
            owner = through.func.value if isinstance(through.func, syntax.Attribute) else None
            through = owner or (through.args[0].value if through.args else through)
        for element in self._elements(through):
            yield from (each.value for each in element.elements) if isinstance(element, syntax.Tuple) else [element]

    def assignment(self, name: syntax.Name) -> Assignment | None:
        """The one place of this file that binds a name, or None where there are more."""
        found = self.scope(name)[name.value]
        bound = next(iter(found)) if len(found) == 1 else None
        return bound if isinstance(bound, Assignment) else None

    def bound_at(self, name: str, at: syntax.Node) -> syntax.Node | None:
        """The target that binds a name as it is seen from a place, where it is the only one."""
        found = self.scope(at)[name]
        bound = next(iter(found)) if len(found) == 1 else None
        return bound.node if isinstance(bound, Assignment) else None

    def definition(self, node: syntax.BaseExpression) -> syntax.BaseExpression | None:
        """What a variable or `self.x` is set to, where it is set once and its shape is not changed later."""
        match node:
            case syntax.Name():
                bound = self.assignment(node)
                value = assigned_value(bound.node) if bound else None
                if bound is None or value is None:
                    return None
                changed = isinstance(value, CHANGEABLE) and self.changes.of(bound)
                return None if changed or self.changes.sets_fields(bound) else value
            case syntax.Attribute(value=syntax.Name(value="self"), attr=attr):
                value = self.attribute(node, attr.value)
                changed = isinstance(value, CHANGEABLE) and self.changes.of_field(attr.value)
                return None if changed else value
            case _:
                return None

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

    def is_sole(self, name: syntax.BaseExpression) -> bool:
        """The name is the only one to read its variable, which no annotation describes."""
        bound = self.assignment(name) if isinstance(name, syntax.Name) else None
        if bound is None or not isinstance(bound.node.parent, syntax.AssignTarget):
            return False
        assign = bound.node.around.around
        alone = isinstance(assign, syntax.Assign) and len(assign.targets) == 1
        return alone and [access.node for access in bound.references] == [name]

    def is_shared(self, node: syntax.Node) -> bool:
        """The node is part of a list or mapping kept in a variable that more than one place reads."""
        for around in self.ancestors(node):
            match around:
                case syntax.Dict() | syntax.DictElement() | syntax.List() | syntax.Element() | syntax.BaseString():
                    continue
                case (
                    syntax.Assign(targets=[syntax.AssignTarget(target=syntax.Name() as target)])
                    | syntax.AnnAssign(target=syntax.Name() as target)
                ):
                    return len(self.uses(target)) > 1
                case _:
                    return False
        return False

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
        return [
            access.node
            for bound in self.scope(name)[name.value]
            if isinstance(bound, Assignment) and bound.node is name
            for access in bound.references
        ]

    def uses_of_function(self, function: syntax.FunctionDef) -> list[syntax.Node]:
        """Every place that names a function of this file."""
        return [
            access.node
            for bound in self.scope(function)[function.name.value]
            if isinstance(bound, Assignment) and bound.node is function
            for access in bound.references
        ]

    def attribute(self, near: syntax.Node, attr: str) -> syntax.BaseExpression | None:
        """What `self.attr` is set to in the class around `near`, where it is set once."""
        if (owner := self.owner(near)) is None:
            return None
        if owner not in self._attributes:
            self._attributes[owner] = _self_assignments(owner)
        values = self._attributes[owner].get(attr, [])
        return values[0] if len(values) == 1 else None

    def owner(self, node: syntax.Node) -> syntax.ClassDef | None:
        """The class around a node."""
        return next((around for around in self.ancestors(node) if isinstance(around, syntax.ClassDef)), None)

    def holder(self, node: syntax.Node) -> str:
        """The name of the outermost function or class around a node, nothing where that extends another class."""
        around = [found for found in self.ancestors(node) if isinstance(found, syntax.FunctionDef | syntax.ClassDef)]
        return "" if not around or getattr(around[-1], "bases", ()) else around[-1].name.value

    def outer_function(self, node: syntax.Node) -> syntax.FunctionDef | None:
        """The function or method around a node that is not itself inside another function."""
        functions = [around for around in self.ancestors(node) if isinstance(around, syntax.FunctionDef)]
        return functions[-1] if functions else None

    def is_at_import(self, node: syntax.Node) -> bool:
        """The node is evaluated when the module is imported, not when something of it is called."""
        return not any(isinstance(around, syntax.FunctionDef | syntax.Lambda) for around in self.ancestors(node))

    def is_bound(self, name: str, function: syntax.FunctionDef | None) -> bool:
        """A new variable of this name would meet another one: in the function, or anywhere in the file where None."""
        if function is not None:
            return any(found.value == name for found in inside(function, syntax.Name))
        return self.count_bound(name) > 0

    def is_global(self, name: str) -> bool:
        """The file itself binds the name, outside its functions."""
        return name in self._scopes.module

    def count_here(self, name: syntax.Name) -> int:
        """How often the scope around a name binds it."""
        return len(self.scope(name)[name.value])

    def count_bound(self, name: str) -> int:
        """How many things of the file bind a name, in whatever scope."""
        bound = sum(bound.name == name for scope in self.scopes for bound in scope.assignments)
        return bound + (self._has_star and name in self._names)

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
            for access in scope.accesses
            if isinstance(access.node, syntax.Name) and self._is_unbound(access)
        )

    def _is_unbound(self, access: Access) -> bool:
        if any(not isinstance(bound, Assignment) or not self.is_of_types(bound.node) for bound in access.referents):
            return False
        in_type = access.is_annotation or access.is_type_hint or self.is_of_types(access.node)
        return not (access.referents and in_type)

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


def _self_assignments(owner: syntax.ClassDef) -> dict[str, list[syntax.BaseExpression | None]]:
    """The values each `self.x` of a class is set to; None stands for one that cannot be seen."""
    found: dict[str, list[syntax.BaseExpression | None]] = {}

    def add(target: syntax.BaseExpression, value: syntax.BaseExpression | None) -> None:
        match target:
            case syntax.Attribute(value=syntax.Name(value="self"), attr=attr):
                found.setdefault(attr.value, []).append(value)
            case syntax.Subscript(value=syntax.Attribute(value=syntax.Name(value="self"), attr=attr)):
                found.setdefault(attr.value, []).append(None)
            case syntax.Tuple(elements=elements):
                for element in elements:
                    add(element.value, None)
            case _:
                pass

    for node in below(owner):
        match node:
            case syntax.Assign(targets=targets, value=value):
                for target in targets:
                    add(target.target, value)
            case syntax.AnnAssign(target=target, value=syntax.BaseExpression() as value):
                add(target, value)
            case syntax.AugAssign(target=target):
                add(target, None)
            case _:
                pass
    return found


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
