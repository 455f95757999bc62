"""URNs, the names of deployed resources in Pulumi."""

from __future__ import annotations

from dataclasses import dataclass, replace

PREFIX = "urn:pulumi:"
STACK = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:"


@dataclass(frozen=True)
class Urn:
    """`type` is qualified: the types of the parents precede the resource's own, separated by `$`."""

    stack: str
    project: str
    type: str
    name: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.stack}::{self.project}::{self.type}::{self.name}"

    @property
    def token(self) -> str:
        """The resource's own type."""
        return self.type.rpartition("$")[2]

    @property
    def has_parent(self) -> bool:
        return "$" in self.type

    @property
    def is_default_provider(self) -> bool:
        """A default provider, by Pulumi's own criterion."""
        return self.token.startswith(PROVIDER) and self.name.startswith("default")

    def beside(self, token: str, name: str) -> Urn:
        """A resource with the same parent."""
        parents, dollar, _ = self.type.rpartition("$")
        return replace(self, type=f"{parents}{dollar}{token}", name=name)

    def below(self, parent: str, token: str, name: str) -> Urn:
        """A resource of the same stack whose parent is of this qualified type; "" and the stack count for nothing."""
        return replace(self, type=token if parent in ("", STACK) else f"{parent}${token}", name=name)


def parse(text: str) -> Urn | None:
    """Parse a URN; None where the text is none."""
    parts = text.removeprefix(PREFIX).split("::", 3)
    if not text.startswith(PREFIX) or len(parts) != 4 or not all(parts) or not text.isprintable():
        return None
    return Urn(*parts)


def token_of(type: str) -> str:
    """The token of a schema type: `cloud.store.Box` is `cloud:store/box:Box`."""
    package, *modules, name = type.split(".")
    return f"{package}:{'.'.join(modules) or 'index'}/{name[:1].lower()}{name[1:]}:{name}"
