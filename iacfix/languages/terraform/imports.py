"""Blocks that take resources over which a module makes anew and the cloud has already."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iacfix.languages import ImportBlock, ImportBlocks
from iacfix.languages.shared.nodes import Node
from iacfix.languages.terraform.layout import STEP
from iacfix.languages.terraform.read import TerraformProgram
from iacfix.languages.terraform.tree import attribute, kind_of, unwrapped
from iacfix.model import Resource, Text, Value

BLOCKS, EACH = (1, 6), (1, 7)
"""The Terraform that takes an expression as an id, and one that takes several resources in one block."""
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
NAME = re.compile(r"\{(\w+)\}")
COUNTED = re.compile(r"([A-Za-z_][\w-]*\.[\w-]+)\[count\.index\]\.(\w+)")


def import_blocks(before: TerraformProgram, after: TerraformProgram, ids: Mapping[str, str]) -> ImportBlocks:
    """A block for each resource that is new in a module; `ids` says by type what a resource is known by."""
    known = {_address(made) for made in before.resources()}
    new = ((made, _address(made)) for made in after.resources(*ids))
    blocks = tuple(_block(made, address, ids[made.type]) for made, address in new if address not in known)
    told = (attribute(each, "required_version") for each in before.names.blocks if kind_of(each) == "terraform")
    required = ", ".join(unwrapped(each).text.strip('"') for each in told if each is not None)
    return ImportBlocks(blocks, before.names.is_root, required)


def _address(made: Resource) -> str:
    return f"{made.written}.{made.binding}"


def _block(made: Resource, address: str, template: str) -> ImportBlock:
    node: Node = made.node
    id = _id(made, template)
    over, count = attribute(node, "for_each"), attribute(node, "count")
    if id is None:
        return ImportBlock(address, reason="its import id cannot be built from its arguments; write the block by hand")
    if over is not None:
        return ImportBlock(address, _text(f"{address}[each.key]", id, over.text), EACH)
    if count is None:
        return ImportBlock(address, _text(address, id), BLOCKS)
    owners = {found[1] for found in COUNTED.finditer(id)}
    bare = COUNTED.sub(r"each.value.\2", id)
    if len(owners) != 1 or "count." in bare:
        return ImportBlock(address, reason="its import id depends on count.index; write the block by hand")
    fields = "".join(f", {name} = made.{name}" for name in dict.fromkeys(found[2] for found in COUNTED.finditer(id)))
    over_all = f"{{ for index, made in {owners.pop()} : index => {{ index = index{fields} }} }}"
    return ImportBlock(address, _text(f"{address}[each.value.index]", bare, over_all), EACH)


def _text(to: str, id: str, over: str = "") -> str:
    if not over:
        return f"import {{\n{STEP}to = {to}\n{STEP}id = {id}\n}}\n"
    return f"import {{\n{STEP}for_each = {over}\n{STEP}to       = {to}\n{STEP}id       = {id}\n}}\n"


def _id(made: Resource, template: str) -> str | None:
    """The expression of the id; parts in brackets only where their arguments are set."""

    def optional(part: re.Match[str]) -> str:
        return part[1] if all(made.args.has(name) for name in NAME.findall(part[1])) else ""

    pieces = NAME.split(OPTIONAL.sub(optional, template))
    values = {name: made.args.get(name) for name in pieces[1::2]}
    if any(value is None or "\n" in value.code for value in values.values()):
        return None
    codes = {name: value.code for name, value in values.items() if value is not None}
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        return codes[pieces[1]]
    parts = [piece if index % 2 == 0 else _inside(values[piece], codes[piece]) for index, piece in enumerate(pieces)]
    return f'"{"".join(parts)}"'


def _inside(value: Value | None, code: str) -> str:
    """An expression as a part of a text."""
    is_text = isinstance(value, Text) and value.is_direct and code.startswith('"')
    return code[1:-1] if is_text else f"${{{code}}}"
