"""What the names of a module stand for: locals, variables, resources, data sources, wherever in it they are written."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.tree import (
    Name,
    address_of,
    attribute,
    blocks,
    body_of,
    chain,
    kind_of,
    labels_of,
    operand,
    read_as,
    unwrapped,
)

READ = frozenset({"data", "ephemeral", "module", "resource", "variable"})
"""The kinds of blocks that other code reads by their addresses."""
AROUND = frozenset({"each", "count", "self", "path", "terraform"})
"""Names that Terraform gives."""
STATE = frozenset({"backend", "cloud"})
"""What says where the state of a root module is."""


class Names:
    """The names of one module."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.blocks = list(blocks(root))
        self.defined = defaultdict[Name, list[Node]](list)
        """Blocks by their address, and what locals are set to."""
        for block in self.blocks:
            if kind_of(block) == "locals":
                for child in body_of(block):
                    if child.type == "attribute":
                        self.defined["local", kind_of(child)].append(child)
            elif kind_of(block) in READ:
                self.defined[address_of(block)].append(block)

    def only(self, name: Name) -> Node | None:
        """The one place that defines a name."""
        found = self.defined.get(name, [])
        return found[0] if len(found) == 1 else None

    def of(self, node: Node) -> Node | None:
        """What a local is set to."""
        names = chain(unwrapped(node))
        if len(names) != 2 or names[0] != "local":
            return None
        found = self.only(names)
        return unwrapped(found.named_children[-1]) if found is not None else None

    def is_sole(self, place: Node) -> bool:
        """Nothing else reads the local that stands at the place."""
        return self.reads[chain(unwrapped(place))[:2]] == 1

    @cached_property
    def reads(self) -> Counter[Name]:
        """How often each name is read."""
        return Counter({name: len(nodes) for name, nodes in self._readers.items()})

    def readers(self, name: Name) -> list[Node]:
        """The expressions that read a name."""
        return self._readers.get(name, [])

    @cached_property
    def _readers(self) -> dict[Name, list[Node]]:
        found: dict[Name, list[Node]] = {}
        for name, node in self._references:
            found.setdefault(name, []).append(node)
        return found

    def read_in(self, node: Node) -> list[Name]:
        """The names that are read in an expression."""
        first, stop = (bisect_left(self._starts, at) for at in (node.start_byte, node.end_byte))
        return [name for name, _ in self._references[first:stop]]

    @cached_property
    def _starts(self) -> list[int]:
        return [node.start_byte for _, node in self._references]

    @cached_property
    def _references(self) -> list[tuple[Name, Node]]:
        """Every name of the module that is read, and the expression that does."""
        found: list[tuple[Name, Node]] = []
        for root in self.root.inside("variable_expr"):
            around = root.parent
            if around is None or (around.type == "expression" and _is_key(around)):
                continue
            around = operand(root, around)
            names = [root.text]
            for each in around.entries[around.entries.index(root) + 1 :]:
                if each.type != "get_attr":
                    break
                names.append(each.entries[0].text)
            length = 3 if names[0] in ("data", "ephemeral") else 2
            if len(names) >= length:
                found.append((tuple(names[:length]), around))
        return sorted(found, key=lambda each: each[1].start_byte)

    @cached_property
    def is_root(self) -> bool:
        """Nothing calls the module: it says where its state is, or configures a provider by itself."""
        told = ((kind_of(block), kind_of(inner)) for block in self.blocks for inner in body_of(block))
        return any(kind == "provider" or (kind == "terraform" and inner in STATE) for kind, inner in told)

    @cached_property
    def told(self) -> frozenset[Name]:
        """The addresses that blocks tell the past of."""
        blocks = (block for block in self.blocks if kind_of(block) in ("moved", "removed"))
        sides = (attribute(block, side) for block in blocks for side in ("from", "to"))
        return frozenset(chain(unwrapped(side))[:2] for side in sides if side is not None)

    @cached_property
    def bare(self) -> dict[tuple[str, str], str]:
        """The first data source of each type and provider in which nothing else is written."""
        found: dict[tuple[str, str], str] = {}
        for block in self.blocks:
            labels = labels_of(block)
            if kind_of(block) == "data" and len(labels) == 2 and read_as(block) is not None:
                given = attribute(block, "provider")
                is_whole = self.only(address_of(block)) is block  # an override file adds nothing to it
                if is_whole and len(body_of(block)) == (given is not None):
                    found.setdefault((labels[0], given.text if given is not None else ""), labels[1])
        return found

    def unbound(self) -> frozenset[str]:
        """Names that are read and defined nowhere; those of `for` and `dynamic` aside."""
        inner = {node.text for intro in self.root.inside("for_intro") for node in intro.entries}
        inner |= {label for block in self._dynamic() for label in labels_of(block)}
        inner |= {unwrapped(name).text for block in self._dynamic() if (name := attribute(block, "iterator"))}
        return frozenset(
            ".".join(name) for name, _ in self._references if name not in self.defined and name[0] not in AROUND | inner
        )

    def _dynamic(self) -> Iterator[Node]:
        return (block for block in self.root.inside("block") if kind_of(block) == "dynamic")


def _is_key(expression: Node) -> bool:
    """The expression is the key of an entry."""
    around = expression.parent
    return around is not None and around.type == "object_elem" and around.entries[0] is expression
