"""What names stand for: what a variable or `self.x` is set to, where that is all it has, and the import it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from iacfix.languages.python import syntax
from iacfix.languages.python.changes import CHANGEABLE, Changes
from iacfix.languages.python.names import Names, assigned_value, dotted, last_name, text_of
from iacfix.languages.python.scopes import Assignment, ImportAssignment
from iacfix.languages.python.tree import inside

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
ASSIGNING = (syntax.Assign, syntax.AnnAssign, syntax.AugAssign)
REFERENCES = (syntax.Name, syntax.Attribute, syntax.Call, syntax.Subscript)


class Definitions:
    """Follows the names of one module."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.changes = Changes(names, self.qualified)
        self._fields: dict[syntax.ClassDef, dict[str, list[syntax.BaseExpression | None]]] = {}
        self._following: set[syntax.Node] = set()
        self._qualified: dict[syntax.Node, str | None] = {}

    def of(self, node: syntax.Node) -> syntax.BaseExpression | None:
        """What a variable or `self.x` is set to, where it is set once and its shape is not changed later."""
        match node:
            case syntax.Name():
                bound = self.names.assignment(node)
                value = assigned_value(bound.node) if bound else None
                if bound is None or value is None:
                    return None
                changed = isinstance(value, CHANGEABLE) and self.changes.of(bound)
                return None if changed or self.changes.sets_fields(bound) else value
            case syntax.Attribute(value=syntax.Name(value="self"), attr=attr):
                value = self.field(node, attr.value)
                changed = isinstance(value, CHANGEABLE) and self.changes.of_field(attr.value)
                return None if changed else value
            case _:
                return None

    def field(self, near: syntax.Node, attr: str) -> syntax.BaseExpression | None:
        """What `self.attr` is set to in the class around `near`, where it is set once."""
        owner = self.names.owner(near)
        values = self.field_values(owner, attr) if owner is not None else ()
        return values[0] if len(values) == 1 else None

    def field_values(self, owner: syntax.ClassDef, attr: str) -> Sequence[syntax.BaseExpression | None]:
        """What `self.attr` is set to in a class; None stands for what cannot be seen."""
        if owner not in self._fields:
            self._fields[owner] = self._self_assignments(owner)
        return self._fields[owner].get(attr, [])

    def qualified(self, node: syntax.Node) -> str | None:
        """The dotted name an expression is imported by, or None where it is not or two things could be meant."""
        if node not in self._qualified:
            found = self._imported_by(node)
            if self._following:  # of variables that name each other it may be half the answer
                return found
            self._qualified[node] = found
        return self._qualified[node]

    def _imported_by(self, node: syntax.Node) -> str | None:
        path: list[str] = []
        root = node
        while isinstance(root, syntax.Attribute):
            path.insert(0, root.attr.value)
            root = root.value
        match root:
            case syntax.Name(value="self") if path:
                return self._followed(self.field(root, path[0]), path[1:])
            case syntax.Name():
                imported = self._imported(root, node)
                if imported is not None or not self.names.scope(root)[root.value]:
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
        found = self.names.imported(node)
        names = {name.name for name in found if name.is_imported}
        others = sum(not name.is_imported for name in found)
        is_missing = others == 1 and all(
            isinstance(bound, ImportAssignment) or self._is_nothing(bound.node)
            for bound in self.names.scope(root)[root.value]
            if isinstance(bound, Assignment)
        )
        return names.pop() if len(names) == 1 and (others == 0 or is_missing) else None

    def _is_nothing(self, target: syntax.Node) -> bool:
        """`except ImportError: cloud = None`"""
        value = assigned_value(target)
        is_none = isinstance(value, syntax.Name) and value.value == "None"
        return is_none and any(isinstance(found, syntax.ExceptHandler) for found in self.names.ancestors(target))

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
        found = [
            star for star in inside(self.names.module, syntax.ImportFrom) if isinstance(star.names, syntax.ImportStar)
        ]
        return ["." * star.relative + (dotted(star.module) if star.module else "") for star in found]

    def _value(self, name: syntax.Name) -> syntax.BaseExpression | None:
        """What a variable is set to, in the one place that binds it."""
        bound = self.names.assignment(name)
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
            case syntax.Name(value="__import__"), [str(module)]:
                return ".".join([module.partition(".")[0], *path])
            case syntax.Name() | syntax.Attribute(), [str(module), *package] if last_name(call.func) == "import_module":
                is_known = self.qualified(call.func) == "importlib.import_module"
                begin = "".join(map(str, package)) if module.startswith(".") else ""
                return ".".join([begin + module, *path]) if is_known else None
            case _:
                return None

    def _entry(self, node: syntax.Subscript) -> syntax.BaseExpression | None:
        """What a mapping that is kept in a variable has at a key that is written there."""
        match node.slice:
            case [syntax.SubscriptElement(slice=syntax.Index(value=index))]:
                key = text_of(index)
            case _:
                key = None
        if key is None or node in self._following:
            return None
        self._following.add(node)  # whether the mapping changes may hang on what its entries are called for
        held = self.of(node.value) if isinstance(node.value, syntax.Name | syntax.Attribute) else node.value
        self._following.discard(node)
        if not isinstance(held, syntax.Dict):
            return None
        found = [each for each in held.elements if isinstance(each, syntax.DictElement)]
        values = [each.value for each in found if text_of(each.key) == key]
        is_plain = len(found) == len(held.elements) and all(text_of(each.key) is not None for each in found)
        return values[0] if is_plain and len(values) == 1 else None

    def is_sole(self, name: syntax.BaseExpression) -> bool:
        """The name is the only one to read its variable, which no annotation describes."""
        bound = self.names.assignment(name) if isinstance(name, syntax.Name) else None
        if bound is None or not isinstance(bound.node.parent, syntax.AssignTarget):
            return False
        assign = bound.node.around.around
        alone = isinstance(assign, syntax.Assign) and len(assign.targets) == 1
        return alone and [access.node for access in bound.references] == [name]

    def is_shared(self, node: syntax.Node) -> bool:
        """The node is part of a list or mapping kept in a variable that more than one place reads."""
        for around in self.names.ancestors(node):
            match around:
                case syntax.Dict() | syntax.DictElement() | syntax.List() | syntax.Element() | syntax.BaseString():
                    continue
                case (
                    syntax.Assign(targets=[syntax.AssignTarget(target=syntax.Name() as target)])
                    | syntax.AnnAssign(target=syntax.Name() as target)
                ):
                    return len(self.names.uses(target)) > 1
                case _:
                    return False
        return False

    def _self_assignments(self, owner: syntax.ClassDef) -> dict[str, list[syntax.BaseExpression | None]]:
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

        for node in self._assignments.get(owner, ()):
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

    @cached_property
    def _assignments(self) -> dict[syntax.ClassDef, list[syntax.Node]]:
        """The assignments inside each class."""
        found: dict[syntax.ClassDef, list[syntax.Node]] = {}
        for node in [node for kind in ASSIGNING for node in inside(self.names.module, kind)]:
            for around in node.ancestors():
                if isinstance(around, syntax.ClassDef):
                    found.setdefault(around, []).append(node)
        return found
