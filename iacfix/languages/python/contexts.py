"""Which provider a resource, or a piece of code, belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from iacfix.errors import CannotFix
from iacfix.languages.python.read import PythonProgram
from iacfix.model import Fields, Null, Resource


@dataclass(frozen=True)
class Context:
    """Which provider a call asks: `parent` or `provider` with its expression, or the default one."""

    kind: str = ""
    code: str = ""


@dataclass(frozen=True)
class Contexts:
    """Reads the contexts of one program."""

    program: PythonProgram

    def around(self, at: cst.CSTNode) -> Context:
        """Code that belongs to no resource asks the component it is written in, if any."""
        names = self.program.names
        owner, function = names.owner(at), names.outer_function(at)
        bases = {names.qualified(base.value) for base in owner.bases} if owner is not None else set[str | None]()
        if "pulumi.ComponentResource" not in bases or function is None:
            return Context()
        if not (own := own_name(function)):
            raise CannotFix("the method belongs to no object whose provider could be asked")
        return Context("parent", own)

    def is_in_component(self, at: cst.CSTNode) -> bool:
        """Other resources of the class around this place have it as their parent."""
        owner = self.program.names.owner(at)
        return owner is not None and any(
            owner in self.program.names.ancestors(resource.node) and self.is_own(self.of(resource), resource.node)
            for resource in self.program.resources()
            if isinstance(resource.options, Fields) and not resource.options.is_open
        )

    def of(self, host: Resource) -> Context:
        """What the host's options say of its provider, through parents that are resources of this file."""
        if host.options is None or isinstance(host.options, Null):
            return Context()
        options = host.options
        if not isinstance(options, Fields) or options.is_open:
            raise CannotFix("the options of the resource cannot be seen, nor its provider")
        if options.has("providers"):
            raise CannotFix("the resource names its provider in a list")
        if (provider := options.get("provider")) is not None and not isinstance(provider, Null):
            return Context("provider", provider.code)
        parent = options.get("parent")
        if parent is None or isinstance(parent, Null):
            return Context()
        owner = self.program.referent(parent)
        return self.of(owner) if owner is not None else Context("parent", parent.code)

    def is_own(self, context: Context, at: cst.CSTNode) -> bool:
        """The parent is the object whose method this is."""
        function = self.program.names.outer_function(at)
        own = own_name(function) if function is not None else ""
        return bool(own) and context == Context("parent", own) and self.program.names.owner(at) is not None


def own_name(function: cst.FunctionDef) -> str:
    """What a method calls its object; nothing for static and class methods."""
    params = [*function.params.posonly_params, *function.params.params]
    decorators = {
        decorator.decorator.value for decorator in function.decorators if isinstance(decorator.decorator, cst.Name)
    }
    return params[0].name.value if params and not decorators & {"staticmethod", "classmethod"} else ""
