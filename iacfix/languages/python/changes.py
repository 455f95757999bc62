"""Whether a list or mapping that a variable was made with is still what the variable holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from iacfix.languages.python import syntax
from iacfix.languages.python.names import Names
from iacfix.languages.python.scopes import Assignment
from iacfix.languages.python.tree import inside

CHANGEABLE = (syntax.Dict, syntax.List)
REACHING = frozenset({"get"})
MUTATORS = frozenset(
    {"append", "extend", "insert", "update", "setdefault", "pop", "remove", "clear", "sort", "reverse"}
)


@dataclass(frozen=True)
class Changes:
    """Looks at every use of a variable for one that changes what it holds."""

    names: Names
    qualified: Callable[[syntax.Node], str | None]
    """The dotted name an expression is imported by."""
    _set_fields: dict[Assignment, bool] = field(default_factory=dict[Assignment, bool])

    def of(self, bound: Assignment) -> bool:
        return any(self._changes(access.node) for access in bound.references)

    def sets_fields(self, bound: Assignment) -> bool:
        """`x.field = ...`: what the variable was made with is not all it has."""
        if bound not in self._set_fields:
            around = [access.node.parent for access in bound.references]
            fields = [node for node in around if isinstance(node, syntax.Attribute)]
            self._set_fields[bound] = any(isinstance(node.parent, syntax.AssignTarget) for node in fields)
        return self._set_fields[bound]

    def of_field(self, attribute: str) -> bool:
        """Somewhere in the file an attribute of this name is changed, of whatever object."""
        return any(
            self._changes(node)
            for node in inside(self.names.module, syntax.Attribute)
            if node.attr.value == attribute
            and not (
                isinstance(node.parent, syntax.AssignTarget | syntax.AnnAssign)
                and isinstance(node.value, syntax.Name)
                and node.value.value == "self"
            )
        )

    def _changes(self, access: syntax.Node) -> bool:
        """A list or mapping is changed in place here, or handed to something that can only be there to change it."""
        node, parent = self._reached(access)
        match parent:
            case syntax.Attribute(attr=syntax.Name(value=method)) if method in MUTATORS:
                return isinstance(parent.parent, syntax.Call)
            case syntax.AssignTarget() | syntax.AugAssign() | syntax.Del():
                return True
            case syntax.Assign(value=value, targets=[syntax.AssignTarget(target=syntax.Name() as other)]) if (
                value is node
            ):
                return self._is_target_changed(other)
            case (syntax.For() | syntax.CompFor()) as loop if loop.iter is node:
                target = loop.target
                return any(self._is_target_changed(name) for name in inside(target, syntax.Name))
            case syntax.Arg():
                return self._hands_over(parent)
            case _:
                return False

    def _is_target_changed(self, target: syntax.Name) -> bool:
        return any(self._changes(use) for use in self.names.uses(target))

    def _reached(self, access: syntax.Node) -> tuple[syntax.Node, syntax.Node]:
        """The part that an access reaches by `[...]` and `.get(...)`, and what stands around it."""
        node, parent = access, access.around
        while True:
            around = parent.parent
            if isinstance(parent, syntax.Subscript) and parent.value is node and around is not None:
                node, parent = parent, around
            elif (
                isinstance(parent, syntax.Attribute)
                and parent.attr.value in REACHING
                and isinstance(around, syntax.Call)
            ):
                node, parent = around, around.around
            else:
                return node, parent

    def _hands_over(self, arg: syntax.Arg) -> bool:
        """A call that may change the list: its result is not used, or it is this file's own and changes its parameter;
        or a loop over what a call makes of the list."""
        call = arg.parent
        if not isinstance(call, syntax.Call):
            return False
        around = call.parent
        if isinstance(around, syntax.For | syntax.CompFor) and around.iter is call:
            return any(self._is_target_changed(name) for name in inside(around.target, syntax.Name))
        if (function := self.names.function(call.func)) is not None and self._changes_parameter(function, call, arg):
            return True
        if not isinstance(around, syntax.Expr) or (self.qualified(call.func) or "").startswith("pulumi"):
            return False
        name = call.func.attr.value if isinstance(call.func, syntax.Attribute) else ""
        return name != "register_outputs" and not (isinstance(call.func, syntax.Name) and call.func.value == "print")

    def _changes_parameter(self, function: syntax.FunctionDef, call: syntax.Call, arg: syntax.Arg) -> bool:
        params = function.params.params
        if arg.keyword is not None:
            named = [param for param in params if param.name.value == arg.keyword.value]
        else:
            index = [other for other in call.args if other.keyword is None].index(arg)
            named = list(params[index : index + 1])
        wanted = {*named, *(param.name for param in named)}
        return any(
            self._changes(access.node)
            for scope in self.names.scopes
            for bound in scope.assignments
            if isinstance(bound, Assignment) and bound.node in wanted
            for access in bound.references
        )
