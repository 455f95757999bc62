"""New resources beside an existing one: how it is held, what options carry over, what the statements look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from iacfix.edit import AddResource, Join, Keep
from iacfix.errors import CannotFix
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.names import is_this_field, text_of
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.render import WIDE, Renderer, Style
from iacfix.languages.typescript.tree import FUNCTIONS, ancestors, entries, inside, unwrapped
from iacfix.model import Fields, Null, Resource, Text

COPIED = frozenset({"parent", "provider", "providers", "dependsOn", "protect", "retainOnDelete", "transformations"})
LEFT = frozenset(
    {
        "aliases",
        "import",
        "ignoreChanges",
        "deleteBeforeReplace",
        "customTimeouts",
        "additionalSecretOutputs",
        "replaceOnChanges",
        "id",
    }
)
HELPERS = frozenset({"onObjectCreated", "onObjectRemoved", "onEvent"})
"""Methods that the old class has and the new one lacks."""


@dataclass
class Addition:
    """What a statement gets: a name it is bound to first, the code of new statements, and what follows them."""

    statement: Node
    call: Node
    held: str
    bind: str | None = None
    codes: list[tuple[AddResource, str]] = field(default_factory=list[tuple[AddResource, str]])
    leads: dict[int, list[str]] = field(default_factory=dict[int, list[str]])


class Additions:
    """Plans the statements for new resources."""

    def __init__(self, program: TypeScriptProgram, renderer: Renderer) -> None:
        self.program = program
        self.renderer = renderer
        self._taken: set[str] = set()

    def made(self, host: Resource, adds: Sequence[AddResource]) -> tuple[Addition, list[Splice]]:
        """The statements for all new resources beside one, and what takes the place of the outputs that are read."""
        addition = self._held(host)
        self.renderer.bindings[host.node.id] = addition.held
        reads: list[Splice] = []
        for add in adds:
            name = None
            if add.reads:
                name = self._named(f"{addition.held.rpartition('.')[2]}{add.name[:1].upper()}{add.name[1:]}", host.node)
                if addition.held.startswith("this."):
                    raise CannotFix("an output that moves is read of a field, which has a declared type")
                for value, output in add.reads:
                    reads.append(Splice(value.place.start_byte, value.place.end_byte, f"{name}.{output}"))
            addition.codes.append((add, self._statement(add, addition, name)))
        return addition, reads

    # how the resource is held

    def _held(self, host: Resource) -> Addition:
        call = host.node
        node = call
        while node.parent is not None and node.parent.type in (
            "as_expression",
            "satisfies_expression",
            "parenthesized_expression",
        ):
            node = node.parent
        parent = node.parent
        assert parent is not None
        statement = self.program.statement(call)
        if parent.type == "variable_declarator":
            declaration = parent.parent
            name = parent.child_by_field_name("name")
            if declaration is None or name is None or name.type != "identifier" or len(entries(declaration)) != 1:
                raise CannotFix("several things are declared together there")
            return self._checked(Addition(statement, call, text_of(name)))
        if parent.type == "assignment_expression" and parent.parent == statement:
            target = entries(parent)[0]
            if target.type == "identifier" or is_this_field(target):
                return self._checked(Addition(statement, call, text_of(target)))
        elif parent != statement and not (parent.type == "unary_expression" and parent.parent == statement):
            raise CannotFix("the resource is built inside another expression")
        if statement.type not in ("expression_statement", "return_statement"):
            raise CannotFix("the resource is built inside another expression")
        name = self._named(self._base(host), call)
        return self._checked(Addition(statement, call, name, bind=name))

    def _checked(self, addition: Addition) -> Addition:
        block = addition.statement.parent
        if block is None or block.type not in ("program", "statement_block"):
            raise CannotFix("there is no block for new statements to stand in")
        data = self.program.data
        before = data[layout.line_start(data, addition.statement.start_byte) : addition.statement.start_byte]
        behind = data[addition.statement.end_byte : layout.line_end(data, addition.statement.end_byte)].strip()
        if before.strip() or (behind and not behind.startswith((b"//", b"/*"))):
            raise CannotFix("several statements share its line")
        return addition

    def _base(self, host: Resource) -> str:
        kind = re.sub(r"V\d$", "", host.type.rpartition(".")[2])
        literal = host.name.literal if isinstance(host.name, Text) else None
        words = [word for word in re.split(r"[^A-Za-z0-9]+", literal or "") if word]
        slug = "".join(word[:1].upper() + word[1:] for word in words)
        slug = slug[:1].lower() + slug[1:]
        if not slug or slug[0].isdigit():
            return kind[:1].lower() + kind[1:]
        return slug if slug.lower().endswith(kind.lower()) else slug + kind

    def _named(self, base: str, at: Node) -> str:
        name, count = base, 2
        while name in self._taken or self.program.names.is_used(name, self.program.root):
            name, count = f"{base}{count}", count + 1
        self._taken.add(name)
        return name

    # the statement

    def _statement(self, add: AddResource, addition: Addition, name: str | None) -> str:
        data, call = self.program.data, addition.call
        indent = layout.indent_at(data, addition.statement.start_byte)
        given = call.child_by_field_name("arguments")
        assert given is not None
        style = Style(self._comma(add.beside), True)
        logical = self._logical_name(add)
        deeper = indent + self.renderer.unit
        rows = [
            f"{key}: {self.renderer.code(value, style, deeper, call, len(deeper) + len(key) + 2)}"
            for key, value in add.args.items()
        ]
        options = self._options(add.beside, indent)
        callee = self._callee(add, call)
        head = f"const {name} = " if name else ("void " if text_of(addition.statement).startswith("void ") else "")
        tail = f", {options}" if options else ""
        end = self.renderer.semicolon
        flat = f"{head}new {callee}({logical}, {{ {', '.join(rows)} }}{tail}){end}"
        inputs = add.beside.args.node
        if "\n" not in flat and inputs.start_point[0] == inputs.end_point[0] and len(indent) + len(flat) <= WIDE:
            return flat
        newline = self.renderer.newline
        comma = "," if style.comma else ""
        if given.start_point[0] != entries(given)[0].start_point[0]:
            return self._spread_out(f"{head}new {callee}", [logical], rows, options, indent, comma, end)
        body = f",{newline}".join(f"{deeper}{row}" for row in rows)
        return f"{head}new {callee}({logical}, {{{newline}{body}{comma}{newline}{indent}}}{tail}){end}"

    def _spread_out(
        self, head: str, first: list[str], rows: list[str], options: str | None, indent: str, comma: str, end: str
    ) -> str:
        """Each argument of the call begins a line, as in the call beside."""
        unit, newline = self.renderer.unit, self.renderer.newline
        deeper, deepest = indent + unit, indent + unit * 2
        shifted = [row.replace(newline, newline + unit) if "`" not in row else row for row in rows]
        body = f",{newline}".join(f"{deepest}{row}" for row in shifted)
        arguments = [*first, f"{{{newline}{body}{comma}{newline}{deeper}}}", *([options] if options else [])]
        listed = f",{newline}".join(f"{deeper}{argument}" for argument in arguments)
        trailing = comma if self.renderer.trailing_argument_comma else ""
        return f"{head}({newline}{listed}{trailing}{newline}{indent}){end}"

    def _comma(self, host: Resource) -> bool:
        node = host.args.node
        bracket = layout.read(node) if node.type == "object" else None
        return bracket.closing_comma or not bracket.breaks if bracket is not None else True

    def _logical_name(self, add: AddResource) -> str:
        if add.beside.name is None:
            raise CannotFix("the resource has no logical name to build on")
        return self.renderer.code(Join(Keep(add.beside.name), f"-{add.name}"), Style(), "", add.beside.node)

    def _options(self, host: Resource, indent: str) -> str | None:
        options = host.options
        if options is None or isinstance(options, Null):
            return None
        if not isinstance(options, Fields) or options.is_open:
            raise CannotFix("the options of the resource cannot be seen")
        unknown = [key for key in options.keys if key not in COPIED | LEFT]
        if unknown:
            raise CannotFix(f"the option {unknown[0]} is not known to carry over")
        copied = [entry for entry in options.entries if entry.key in COPIED]
        if len(copied) == len(options.entries):
            return self.renderer.kept(options.place, indent)
        rows = [
            text_of(entry.node)
            if entry.node.type == "shorthand_property_identifier"
            else f"{entry.key}: {self.renderer.kept(entry.value.place, indent)}"
            for entry in copied
        ]
        return f"{{ {', '.join(rows)} }}" if rows else None

    def _callee(self, add: AddResource, call: Node) -> str:
        constructor = call.child_by_field_name("constructor")
        assert constructor is not None
        if constructor.type != "member_expression":
            raise CannotFix("the class is imported by itself; import its module to have its siblings beside it")
        return f"{text_of(entries(constructor)[0])}.{add.type.rpartition('.')[2]}"

    # types

    def retyped(self, host: Resource, new: str) -> Iterator[Splice]:
        """The class and the type annotations that go with the resource; raises CannotFix where others name it too."""
        old = host.type.rpartition(".")[2]
        constructor = host.node.child_by_field_name("constructor")
        if constructor is None or constructor.type != "member_expression":
            raise CannotFix("the class is imported by itself; import its module to have its siblings beside it")
        last = entries(constructor)[-1]
        yield Splice(last.start_byte, last.end_byte, new)
        self._refuse_leaving(host)
        owned = {resource.node.id: self._owned(resource) for resource in self.program.resources(host.type)}
        wanted = self.program.names.qualified(constructor)
        for node in inside(self.program.root, "nested_type_identifier", "type_identifier", "member_expression"):
            around = node.parent
            if (
                around is None
                or text_of(node).rpartition(".")[2] != old
                or self.program.names.qualified(node) != wanted
            ):
                continue
            if around.type in ("new_expression", "nested_type_identifier") or (
                around.type == "member_expression" and entries(around)[0] == node and node.type == "member_expression"
            ):
                continue
            mine = [
                key
                for key, nodes in owned.items()
                if any(node in [found, *inside(found, node.type)] for found in nodes)
            ]
            if not mine:
                raise CannotFix(f"line {self.program.line(node)} names the class {old}")
            if host.node.id in mine:
                name = entries(node)[-1] if node.type == "nested_type_identifier" else node
                yield Splice(name.start_byte, name.end_byte, new)

    def _owned(self, resource: Resource) -> list[Node]:
        """The annotations of what holds the resource."""
        parent = resource.node.parent
        if parent is None:
            return []
        if parent.type == "variable_declarator":
            kind = parent.child_by_field_name("type")
            return [kind] if kind is not None else []
        if parent.type == "assignment_expression" and is_this_field(entries(parent)[0]):
            owner = self.program.names.owner(resource.node)
            name = text_of(entries(entries(parent)[0])[-1])
            fields = inside(owner, "public_field_definition") if owner is not None else []
            named = [node for node in fields if text_of(node.child_by_field_name("name") or node) == name]
            return [kind for node in named for kind in [node.child_by_field_name("type")] if kind is not None]
        return []

    def _refuse_leaving(self, host: Resource) -> None:
        """Under the new class the type of what leaves the file would change for others."""
        statement = self.program.statement(host.node)
        if statement.type == "export_statement":
            raise CannotFix("the bucket leaves the file, and its type would change for others")
        parent = host.node.parent
        if parent is not None and parent.type == "assignment_expression" and is_this_field(entries(parent)[0]):
            self._refuse_public(host, text_of(entries(entries(parent)[0])[-1]))
        functions = [node for node in ancestors(host.node) if node.type in FUNCTIONS]
        if statement.type == "return_statement" or (functions and self._is_returned(host, functions[0])):
            raise CannotFix("a function gives the resource to others, and its type would change for them")
        for node in inside(self.program.root, "member_expression"):
            if text_of(entries(node)[-1]) in HELPERS and self.program.resource_at(entries(node)[0]) is host:
                raise CannotFix(f"{text_of(entries(node)[-1])} does not exist on the new class")

    def _refuse_public(self, host: Resource, name: str) -> None:
        owner = self.program.names.owner(host.node)
        if owner is None or owner.parent is None or owner.parent.type != "export_statement":
            return
        for node in inside(owner, "public_field_definition"):
            if text_of(node.child_by_field_name("name") or node) == name and "private" not in text_of(node):
                raise CannotFix("the field is public, and its type would change for others")

    def _is_returned(self, host: Resource, function: Node) -> bool:
        return any(
            self.program.resource_at(unwrapped(entries(node)[0])) is host
            for node in inside(function, "return_statement")
            if entries(node)
        )
