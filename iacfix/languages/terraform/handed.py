"""Where what a module makes goes on to: other modules, and whoever calls this one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.names import Names
from iacfix.languages.terraform.tree import address_of, kind_of, members, statement

ABOUT_ORDER = frozenset({"depends_on", "replace_triggered_by", "to", "from"})
COUNTING = frozenset({"length", "keys"})


def handed_to(names: Names, made: Node, aside: Collection[str]) -> Iterator[str]:
    """The modules that are handed what a block makes, and the outputs for whoever calls this module, by their
    addresses; through locals. What reads one of the attributes `aside` is left out."""
    own = address_of(made)
    waiting, seen = [own], {own}
    for name in waiting:
        for node in names.readers(name):
            if name is own and any(read.text in aside for read in members(node)[1:2]):
                continue
            block, local = statement(node), node.around("attribute")
            kind = kind_of(block)
            if kind in ("module", "output") and not is_about_order(node) and (kind == "module" or not names.is_root):
                yield ".".join(address_of(block))
            elif kind == "locals" and local is not None and (found := ("local", kind_of(local))) not in seen:
                waiting.append(found)
                seen.add(found)


def is_about_order(node: Node) -> bool:
    """What reads a resource whole asks nothing of it: waits for it, counts it, says what was its name."""
    for around in node.ancestors():
        if around.type == "function_call" and around.entries[0].text in COUNTING:
            return True
        if around.type == "attribute":
            return kind_of(around) in ABOUT_ORDER
    return False
