"""New resources beside an existing one: how it is held, what options carry over, what the statements look like."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from iacfix import reasons
from iacfix.edit import AddResource, Join, Keep
from iacfix.errors import CannotFix
from iacfix.languages.shared.lines import indent_at, line_start
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.bindings import Binding, required, uncommented
from iacfix.languages.typescript.determinism import Determinism
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.lifting import lifted_from
from iacfix.languages.typescript.names import is_this_field, member_of
from iacfix.languages.typescript.options import Options
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.render import WIDE, Renderer, Style
from iacfix.languages.typescript.tree import FUNCTIONS, is_wrapper
from iacfix.model import Resource, Text

START = attrgetter("start_byte")


@dataclass
class Addition:
    """What a statement gets: a name it is bound to first, the code of new statements, and what stands above those.

    `value` is the call with the brackets and assertions around it; `end` is how the statements end, `indent` how they
    begin. Where the call is lifted out of a statement, or of the body of an arrow function, it is bound to its name and
    the new ones follow above what it was part of, where its name then stands, or the `stand_in` that an output is read
    of instead.
    """

    statement: Node
    value: Node
    call: Node
    held: str
    end: str
    indent: str
    bind: str | None = None
    lifted: bool = False
    stand_in: str | None = None
    codes: list[tuple[AddResource, str]] = field(default_factory=list[tuple[AddResource, str]])
    leads: dict[int, list[Node]] = field(default_factory=dict[int, list[Node]])

    @property
    def leaves_statement(self) -> bool:
        """The call no longer stands in the statement that it was part of, a `return` or an assignment."""
        assigned = self.statement.named_children[:1]
        is_alone = self.statement.type == "expression_statement" and assigned[0].type != "assignment_expression"
        return self.bind is not None and (self.lifted or not is_alone)

    @property
    def block_for(self) -> Node | None:
        """The arrow function whose body, an expression, has to become a block first."""
        around = self.statement.parent
        return around if around is not None and around.type == "arrow_function" else None


class NewResources:
    """Plans the statements for new resources."""

    def __init__(self, program: TypeScriptProgram, renderer: Renderer) -> None:
        self.program = program
        self.renderer = renderer
        self.options = Options(program, renderer)
        self._made: dict[Node, Addition] = {}
        self._homes: dict[int, Addition] = {}
        self._taken = defaultdict[str, set[Node]](set)
        """The names of new resources, with the scopes that they are for."""

    def made(self, adds: Sequence[AddResource]) -> tuple[list[Addition], list[Splice]]:
        """The statements for all new resources, by the one they stand behind, and what replaces outputs and options."""
        splices: list[Splice] = []
        waited_for = {id(other) for add in adds for other in add.after}
        attribution = self.renderer.lookups.attribution
        for add in adds:
            attribution.current = attribution.of(id(add))
            host = self._addition(add.beside)
            home = self._homes[id(add)] = self._home(add, host)
            name = None
            if add.reads or add.before or id(add) in waited_for:
                name = self.options.names[id(add)] = self._name(add, host)
            for value, output in add.reads:
                if home.statement.parent not in list(value.place.ancestors()):
                    raise CannotFix(reasons.OUTPUT_OUT_OF_SCOPE)
                if host.value in value.place.below() and host.value != value.place.entries[0]:
                    raise CannotFix(reasons.NESTED_RESOURCE)
                if value.place.inside("comment"):
                    raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
                if value.place.type == "object_pattern":
                    read = _taken_apart(value.place, add, str(name))
                elif host.value == value.place.entries[0]:
                    host.stand_in = name
                    read = Splice(host.value.end_byte, value.place.end_byte, f".{output}")
                else:
                    read = Splice(value.place.start_byte, value.place.end_byte, f"{name}.{output}")
                splices.append(read.attributed_to(attribution.current))
            for resource in add.before:
                self._check_known(home, add, resource)
            home.codes.append((add, self._statement(add, host, name)))
            attribution.record(home.call)
        return list(self._made.values()), splices

    def _addition(self, resource: Resource) -> Addition:
        """What becomes of the statement of a resource that is there."""
        if resource.node not in self._made:
            addition = self._made[resource.node] = self._held(resource)
            self.renderer.bindings[resource.node] = self.options.names[id(resource)] = addition.held
        self.renderer.lookups.attribution.record(resource.node)
        return self._made[resource.node]

    def _home(self, add: AddResource, host: Addition) -> Addition:
        """The last of the statements that a new one has to stand behind."""
        homes = [host]
        for other in add.after:
            homes.append(self._homes[id(other)] if isinstance(other, AddResource) else self._addition(other))
        if any(home.statement.parent != host.statement.parent for home in homes):
            raise CannotFix(reasons.WAITS_FOR_OTHER_SCOPE)
        home = max(homes, key=lambda home: home.statement.start_byte)
        if host.lifted and home is not host:
            raise CannotFix(reasons.CODE_BETWEEN)
        self._check_between(host, home)
        return home

    def _check_between(self, host: Addition, home: Addition) -> None:
        """Nothing but resources is built between a resource and the place of a new one: nothing leaves, nothing that
        the new one is made of changes."""
        block = home.statement.parent
        assert block is not None
        behind = bisect_left(block.entries, host.statement.end_byte, key=START)
        for node in block.entries[behind : bisect_right(block.entries, home.statement.start_byte, key=START)]:
            made = node.inside("new_expression")
            called = [call.child_by_field_name("function") for call in node.inside("call_expression")]
            local = any(not self._is_imported(function) for function in called)
            plain = node.type in ("lexical_declaration", "expression_statement")
            if not plain or local or not made or self.program.type_of(made[0]) is None:
                raise CannotFix(reasons.CODE_BETWEEN)

    def _is_imported(self, function: Node | None) -> bool:
        return function is not None and (
            self.program.qualified(function) is not None or function.text.startswith("JSON.")
        )

    @staticmethod
    def _check_known(home: Addition, add: AddResource, resource: Resource) -> None:
        """The name of a new resource is known where another waits for it."""
        block, node = home.statement.parent, resource.node
        if block not in list(node.ancestors()) or node.start_byte < home.statement.end_byte:
            raise CannotFix(reasons.WAITS_OUT_OF_SCOPE.of(resource=resource.label, name=add.name))

    def _name(self, add: AddResource, host: Addition) -> str:
        words = "".join(word[:1].upper() + word[1:] for word in add.name.split("-"))
        return self._named([f"{host.held.rpartition('.')[2].lstrip('#')}{words}"], host.call)

    # how the resource is held

    def _held(self, host: Resource) -> Addition:
        call = host.node
        node = call
        while node.parent is not None and is_wrapper(node.parent):
            node = node.parent
        parent = node.parent
        assert parent is not None
        statement = self.program.statement(call)
        held = self._holder(parent, statement)
        direct = held or parent == statement or (parent.type == "unary_expression" and parent.parent == statement)
        direct = direct or (parent.type == "assignment_expression" and parent.parent == statement)
        lifted = not direct or (not held and statement.type not in ("expression_statement", "return_statement"))
        if lifted:
            statement = lifted_from(self.program.definitions, call)
        addition = Addition(statement, node, call, held, "", "", lifted=lifted)
        if (function := addition.block_for) is not None:
            addition.end = self.renderer.semicolon
            addition.indent = indent_at(self.program.data, function.start_byte) + self.renderer.step(call)
        else:
            self._check_alone(statement)
            addition.indent = indent_at(self.program.data, statement.start_byte)
            if statement.text.endswith(";") and layout.own_end(statement) == statement.end_byte:
                addition.end = ";"
        if not held:
            addition.held = addition.bind = self._named(self._bases(host), call)
        return addition

    @staticmethod
    def _holder(parent: Node, statement: Node) -> str:
        """The variable or field that a statement puts the call into; empty where it is none, or more."""
        if parent.type == "variable_declarator" and parent.parent is not None:
            name = parent.child_by_field_name("name")
            if len(parent.parent.entries) != 1:
                raise CannotFix(reasons.DECLARED_TOGETHER)
            return name.text if name is not None and name.type == "identifier" else ""
        if parent.type == "assignment_expression" and parent.parent == statement:
            target = parent.entries[0]
            return uncommented(target) if target.type == "identifier" or is_this_field(target) else ""
        return ""

    def _check_alone(self, statement: Node) -> None:
        """The statement has its lines to itself, in a block."""
        block = statement.parent
        if statement.type == "public_field_definition" or block is None:
            raise CannotFix(reasons.NESTED_RESOURCE)
        if block.type not in ("program", "statement_block"):
            raise CannotFix(reasons.NO_BLOCK)
        data, end = self.program.data, layout.own_end(statement)
        row = statement.end_point[0] - data.count(b"\n", end, statement.end_byte)
        before = data[line_start(data, statement.start_byte) : statement.start_byte].strip()
        following = block.children[bisect_left(block.children, end, key=START) :]
        beside = itertools.takewhile(lambda node: node.start_point[0] == row, following)
        shared = any(node.type != "comment" or node.end_point[0] > row for node in beside)
        if (before and not before.endswith(b"*/")) or shared:
            raise CannotFix(reasons.SHARED_LINE)

    @staticmethod
    def _bases(host: Resource) -> tuple[str, ...]:
        """Names for a resource, by what its logical name says: the best first."""
        kind, service = re.sub(r"V\d$", "", host.type.rpartition(".")[2]), host.type.split(".")[1]
        pattern = host.name.pattern if isinstance(host.name, Text) else ""
        words = [word for word in re.split(r"[^A-Za-z0-9]+", pattern) if word]
        slug = "".join(word[:1].upper() + word[1:] for word in words)
        slug = slug[:1].lower() + slug[1:]
        if not slug or slug[0].isdigit():
            return f"{kind[:1].lower()}{kind[1:]}", f"{service}{kind}", f"new{kind}"
        upper = f"{service[:1].upper()}{service[1:]}"
        last = re.findall("[A-Z][a-z]*", kind)[-1].lower()
        if slug.lower().endswith(last) or last in map(str.lower, words):
            return slug, f"{service}{slug[:1].upper()}{slug[1:]}"
        return f"{slug}{kind}", f"{slug}{upper}{kind}"

    def _named(self, bases: Sequence[str], at: Node) -> str:
        """The first of these names that is free, else the first with a number."""
        functions = [around for around in at.ancestors() if around.type in FUNCTIONS]
        around = functions[-1] if functions else self.program.root
        numbered = (f"{bases[0]}{count}" for count in itertools.count(2))
        name = next(name for name in itertools.chain(bases, numbered) if not self._is_taken(name, around))
        self._taken[name].add(around)
        return name

    def _is_taken(self, name: str, around: Node) -> bool:
        names, root = self.program.names, self.program.root
        taken = self._taken[name]
        if taken and (around == root or around in taken or root in taken):
            return True
        return names.is_used(name, around) or bool(names.lookup(name, around))

    # the statement

    def _statement(self, add: AddResource, addition: Addition, name: str | None) -> str:
        call, newline = addition.call, self.renderer.newline
        unit = self.renderer.step(call)
        indent = addition.indent
        given = call.child_by_field_name("arguments")
        assert given is not None
        spread = given.start_point[0] != given.entries[0].start_point[0]
        outer = indent + unit if spread else indent
        deeper = outer + unit
        style = Style(self._comma(add.beside), True)
        logical = self._logical_name(add)
        at = add.origin.place if add.origin is not None else call
        rows = [self.renderer.entry(f"{key}: ", value, style, deeper, at) for key, value in add.args.items()]
        options = self.options.code(add, outer)
        head = f"const {name} = " if name else ("void " if addition.statement.text.startswith("void ") else "")
        head += f"new {self._callee(add, call)}"
        flat = ", ".join([logical, f"{{ {', '.join(rows)} }}", *options])
        flat = f"{head}({flat}){addition.end}"
        inputs = add.beside.args.node
        is_flat = given.start_point[0] == given.end_point[0] and inputs.start_point[0] == inputs.end_point[0]
        if is_flat and "\n" not in flat and len(indent) + len(flat) <= WIDE:
            return flat
        comma = "," if style.comma else ""
        body = f",{newline}".join(f"{deeper}{row}" for row in rows)
        arguments = [logical, f"{{{newline}{body}{comma}{newline}{outer}}}", *options]
        if not spread:
            return f"{head}({', '.join(arguments)}){addition.end}"
        listed = f",{newline}".join(f"{outer}{argument}" for argument in arguments)
        trailing = "," if layout.read(given).closing_comma else ""
        return f"{head}({newline}{listed}{trailing}{newline}{indent}){addition.end}"

    def _comma(self, host: Resource) -> bool:
        node = host.args.node
        bracket = layout.read(node) if node.type == "object" else None
        return bracket.closing_comma or not bracket.breaks if bracket is not None else True

    def _logical_name(self, add: AddResource) -> str:
        if add.beside.name is None:
            raise CannotFix(reasons.NO_LOGICAL_NAME)
        if not Determinism(self.program.definitions).is_pure(add.beside.name.place):
            raise CannotFix(reasons.NAME_FROM_CALL)
        return self.renderer.code(Join(Keep(add.beside.name), f"-{add.name}"), Style(), "", add.beside.node)

    def _callee(self, add: AddResource, call: Node) -> str:
        """The class of a new resource, reached as the one beside it is."""
        constructor = call.child_by_field_name("constructor")
        assert constructor is not None
        if member_of(constructor) is not None:
            owner, (module, _, name) = constructor.entries[0], add.type.rpartition(".")
            if self.program.qualified(owner) == self._package + module.removeprefix(self.program.package.name):
                return f"{uncommented(owner)}.{name}"
        return self._sibling(add.type, constructor)

    def _sibling(self, type: str, constructor: Node) -> str:
        """The class beside one that has a name of its own: by its own, by one more import, by one that leads to it."""
        names = self.program.names
        module, name = (self.program.qualified(constructor) or "").rpartition(".")[0], type.rpartition(".")[2]
        known = [(other, head) for other in names.all_bindings() if (head := self._leads(other, constructor))]
        for other, head in known:
            if head == f"{module}.{name}":
                return other.target.text
        bound = names.binding(constructor)
        around = list(bound.target.ancestors()) if bound is not None else []
        listed = next((node for node in around if node.type in ("named_imports", "object_pattern")), None)
        is_own = self.program.provider_names.re_exporting_file(constructor) is None
        if listed is not None and is_own and module.count(".") == 1 and self._takes(listed, module):
            members = self.renderer.lookups.imports.members.setdefault(listed, [])
            self.renderer.lookups.attribution.record((listed, name))
            if name not in members and names.is_used(name, self.program.root):
                raise CannotFix(reasons.NAME_TAKEN.of(name=name))
            members += [name] if name not in members else []
            return name
        path = type.removeprefix(f"{self.program.package.name}.")
        wanted = f"{self._package}.{path}"
        for other, head in known:
            if wanted.startswith(f"{head}."):
                return other.target.text + wanted.removeprefix(head)
        return self.renderer.lookups.imports.spelled(self._package, path)

    @property
    def _package(self) -> str:
        return self.program.package.packages["typescript"]

    @staticmethod
    def _takes(listed: Node, module: str) -> bool:
        """Names in brackets are members of a module, all of them: by an import, or by a call of `require`."""
        if listed.type == "named_imports":
            return True
        value = listed.parent.child_by_field_name("value") if listed.parent is not None else None
        return value is not None and required(value) == module and not listed.inside("rest_pattern")

    def _leads(self, bound: Binding, at: Node) -> str | None:
        """What a name stands for at a place, where it is known there."""
        found = self.program.names.lookup(bound.target.text, at)
        known = found == [bound] and not bound.is_type and bound.target.start_byte < at.start_byte
        name = self.program.definitions.imported(bound) if known else None
        return self.program.provider_names.leads_to(name) if name is not None else None


def _taken_apart(pattern: Node, add: AddResource, name: str) -> Splice:
    """`const { websiteEndpoint } = bucket` takes all that it takes of the new resource instead."""
    around = pattern.parent
    whole = around.child_by_field_name("value") if around is not None else None
    moved = {output for value, output in add.reads if value.place == pattern}
    keys = [entry.child_by_field_name("key") or entry.child_by_field_name("left") or entry for entry in pattern.entries]
    if whole is None or whole.type != "identifier" or {key.text for key in keys} != moved:
        raise CannotFix(reasons.OUTPUT_DESTRUCTURED)
    return Splice(whole.start_byte, whole.end_byte, name)
