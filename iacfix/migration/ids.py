"""Import ids of new resources, made from the state of the deployed resource they are split from."""

from __future__ import annotations

import re

from iacfix.migration.state import Deployed, is_secret
from iacfix.registry import Imports

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"\{(\w+)\}")


class NoId(Exception):
    """The id is not known; the text tells why, as a manual case shows it."""


def import_id(type: str, deployed: Deployed, provider: Deployed | None, imports: Imports, beside: str) -> str:
    """The import id of a new resource of a type, split from a deployed one of the type `beside`. Raises NoId."""
    template = imports.ids.get(type)
    if template is None:
        raise NoId(f"iacfix does not know what {type} is imported by")

    def text(name: str) -> str | None:
        if name == imports.named_by.get(beside):
            if is_secret(deployed.inputs.get(name)) or is_secret(deployed.outputs.get(name)):
                raise NoId(f"its {name} is a secret in the state, and the id would show it")
            return deployed.id
        value = deployed.inputs.get(name)
        if is_secret(value):
            raise NoId(f"its {name} is a secret in the state, and the id would show it")
        return value if isinstance(value, str) and value.isprintable() else None

    def optional(part: re.Match[str]) -> str:
        values = {name: text(name) for name in _NAME.findall(part[1])}
        own = provider.inputs if provider else dict[str, object]()
        if any(value is None or value == own.get(name) for name, value in values.items()):
            return ""
        return part[1]

    def filled(part: re.Match[str]) -> str:
        value = text(part[1])
        if value is None:
            raise NoId(f"the state does not have its {part[1]}; run pulumi up first")
        return value

    return _NAME.sub(filled, _OPTIONAL.sub(optional, template))
