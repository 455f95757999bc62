"""Options of resources: those that a new resource gets, and `dependsOn` of what has to wait for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iacfix import reasons
from iacfix.edit import AddResource, Keep, New
from iacfix.errors import CannotFix
from iacfix.languages.shared.lines import indent_at, line_end, line_start
from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.options import awaited, carried
from iacfix.languages.shared.pragmas import is_pragma
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.render import WIDE, Renderer, Style
from iacfix.languages.typescript.tree import FUNCTIONS
from iacfix.model import Fields, Items, Null, Resource, Value


@dataclass
class Options:
    """Writes options; `names` are those of resources that others wait for, by the identity of what stands for them."""

    program: TypeScriptProgram
    renderer: Renderer
    names: dict[int, str] = field(default_factory=dict[int, str])

    def code(self, add: AddResource, indent: str) -> list[str]:
        """The argument that holds the options of a new resource, where it needs any."""
        options = add.beside.options
        inherited = self._beside_inherited(options)
        options = inherited or options
        copied = carried(options)
        if any(entry.node.inside("call_expression", "new_expression") for entry in copied):
            raise CannotFix(reasons.CALL_IN_OPTION)
        waits = [self.names[id(other)] for other in add.after]
        given = options.entries if isinstance(options, Fields) else ()
        whole = options is not None and inherited is None and not options.node.inside("comment")
        if options is not None and whole and copied and len(copied) == len(given) and not waits and not add.ignored:
            return [self.renderer.kept(options.place, indent)]
        bracket = layout.read(options.node) if isinstance(options, Fields) else None
        breaks = bracket is not None and bracket.breaks
        comma = bracket is None or bracket.closing_comma or not breaks
        unit = self.renderer.step(add.beside.node)
        deeper = indent + unit if breaks else indent
        rows: list[str] = []
        for entry in copied:
            if entry.key == "dependsOn" and waits:
                rows.append(f"dependsOn: {self._longer(entry.value, waits, deeper)}")
                waits = []
            else:
                new = Keep(entry.value)
                rows.append(self.renderer.entry(f"{entry.key}: ", new, Style(comma), deeper, add.beside.node))
        rows += [f"dependsOn: [{', '.join(waits)}]"] if waits else []
        quoted = [self.renderer.literal(name) for name in add.ignored]
        rows += [f"ignoreChanges: [{', '.join(quoted)}]"] if quoted else []
        return [self._object(rows, breaks, comma, indent, unit)] if rows else []

    def _beside_inherited(self, options: Value | None) -> Fields | None:
        """What is said beside the options of the component itself, `{ ...opts, parent: this }`: all else that matters
        to a child it has from its parent."""
        node: Node | None = options.place if options is not None else None
        if node is None or options is None:
            return None
        said: Value = options
        given = node.entries
        if node.type == "call_expression":
            arguments = node.child_by_field_name("arguments")
            given = arguments.entries if arguments is not None else []
            merges = self.program.qualified(node.child_by_field_name("function")) == "@pulumi/pulumi.mergeOptions"
            if not merges or len(given) != 2:
                return None
            said = self.program.options(given[1])
        elif node.type != "object" or not given or given[0].type != "spread_element":
            return None
        elif isinstance(options, Fields):
            said = replace(options, is_open=any(one.type == "spread_element" for one in given[1:]))
        own = given[0].entries[0] if given[0].type == "spread_element" else given[0]
        if not isinstance(said, Fields) or said.is_open or said.has("ignoreChanges") or not self._is_of_component(own):
            return None
        parent = said.get("parent")
        return said if parent is not None and parent.code == "this" else None

    def _is_of_component(self, name: Node) -> bool:
        """The parameter of a constructor that it hands to the constructor of its base class."""
        bound = self.program.names.binding(name) if name.type == "identifier" else None
        around = name.around(*FUNCTIONS)
        if bound is None or bound.kind != "parameter" or around is None or around not in list(bound.target.ancestors()):
            return False
        calls = [call for call in around.inside("call_expression") if call.text.startswith("super(")]
        handed = [argument for call in calls for argument in call.entries[-1].entries]
        return any(argument.text == name.text for argument in handed)

    def _object(self, rows: Sequence[str], breaks: bool, comma: bool, indent: str, unit: str) -> str:
        flat = f"{{ {', '.join(rows)} }}"
        if not breaks and len(indent) + len(flat) <= WIDE:
            return flat
        newline, deeper = self.renderer.newline, indent + unit
        end = "," if comma else ""
        return f"{{{newline}" + f",{newline}".join(deeper + row for row in rows) + f"{end}{newline}{indent}}}"

    def _longer(self, value: Value, waits: Sequence[str], indent: str) -> str:
        """What a resource waits for already, and more."""
        had = [self.renderer.kept(each.place, indent) for each in awaited(Keep(value), self.program)]
        return f"[{', '.join([*had, *waits])}]"

    # resources that are there

    def wait(self, resource: Resource, names: Sequence[str]) -> list[Splice]:
        """Let a resource wait for new ones; a call that grows too long for its one line has its inputs spread."""
        return self._in_room(resource, list(self._waiting(resource, names)))

    def set(self, resource: Resource, new: Mapping[str, New]) -> list[Splice]:
        """Give a resource options."""
        return self._in_room(resource, list(self._options(resource, new)))

    def _in_room(self, resource: Resource, splices: list[Splice]) -> list[Splice]:
        data, inputs = self.program.data, resource.args.node
        statement = self.program.statement(resource.node)
        line = data[line_start(data, statement.start_byte) : line_end(data, statement.start_byte)]
        alone = statement.start_point[0] == statement.end_point[0] and line.strip() == statement.text.strip().encode(
            "utf-8"
        )
        grown = sum(len(splice.text) - splice.stop + splice.start for splice in splices)
        plain = resource.args.is_direct and inputs.type == "object" and inputs.entries
        shrinks = any(entry in self.renderer.dropped for entry in inputs.entries)
        above = statement.prev_sibling
        pinned = above is not None and above.type == "comment" and is_pragma(above.text)
        if (
            plain
            and alone
            and not shrinks
            and not pinned
            and not statement.inside("comment")
            and len(line.decode("utf-8")) + grown > WIDE
        ):
            unit, newline = self.renderer.step(resource.node), self.renderer.newline
            splices += layout.spread(data, layout.read(inputs), unit, newline)
        return splices

    def _waiting(self, resource: Resource, names: Sequence[str]) -> Iterator[Splice]:
        given, options, listed = (
            self._given(resource, reasons.WAITS_WITH_UNREADABLE_OPTIONS),
            resource.options,
            f"[{', '.join(names)}]",
        )
        if not isinstance(options, Fields):
            yield from self._first(
                given,
                options,
                f"dependsOn: {listed}",
                reasons.WAITS_WITH_UNREADABLE_OPTIONS.of(resource=resource.label),
            )
            return
        if options.is_open or not options.is_direct:
            raise CannotFix(reasons.WAITS_WITH_UNREADABLE_OPTIONS.of(resource=resource.label))
        match options.get("dependsOn"):
            case None:
                last = len(options.node.entries) - 1
                yield from self._inserted(options.node, last, f"dependsOn: {listed}")
            case value:
                yield from self._wait_too(value, names)

    def _options(self, resource: Resource, new: Mapping[str, New]) -> Iterator[Splice]:
        given, options, hidden = (
            self._given(resource, reasons.UNREADABLE_OPTIONS_OF),
            resource.options,
            reasons.UNREADABLE_OPTIONS_OF.of(resource=resource.label),
        )
        indent = indent_at(self.program.data, resource.node.start_byte)
        codes = {key: self.renderer.code(value, Style(), indent, resource.node) for key, value in new.items()}
        rows = [f"{key}: {code}" for key, code in codes.items()]
        if not isinstance(options, Fields):
            yield from self._first(given, options, ", ".join(rows), hidden)
            return
        if options.is_open or not options.is_direct:
            raise CannotFix(hidden)
        had = {key: options.get(key) for key in new}
        rows = [f"{key}: {codes[key]}" for key, value in had.items() if value is None]
        if rows:
            yield from self._inserted(options.node, len(options.node.entries) - 1, *rows)
        for key, value in had.items():
            if value is not None and key != "dependsOn":
                raise CannotFix(reasons.OPTION_SET_TOO.of(option=key))
            if value is not None:
                more = awaited(new[key], self.program)
                yield from self._wait_too(value, [self.renderer.kept(each.place, indent) for each in more])

    def _given(self, resource: Resource, hidden: reasons.Reason) -> Node:
        """The arguments of the call whose options are to change."""
        given = resource.node.child_by_field_name("arguments")
        if given is None or len(given.entries) < 2 or any(node.type == "spread_element" for node in given.entries):
            raise CannotFix(hidden.of(resource=resource.label))
        return given

    def _first(self, given: Node, options: Value | None, rows: str, hidden: str) -> Iterator[Splice]:
        """Options where there are none."""
        if options is None:
            yield from self._inserted(given, len(given.entries) - 1, f"{{ {rows} }}")
        elif isinstance(options, Null):
            yield Splice(options.place.start_byte, options.place.end_byte, f"{{ {rows} }}")
        else:
            raise CannotFix(hidden)

    def _wait_too(self, had: Value, codes: Sequence[str]) -> Iterator[Splice]:
        """What is waited for already, and more."""
        match had:
            case Items(is_open=False) if had.is_direct and had.elements:
                yield from self._inserted(had.node, len(had.node.entries) - 1, *codes)
            case _:
                code = self._longer(had, codes, indent_at(self.program.data, had.place.start_byte))
                yield Splice(had.place.start_byte, had.place.end_byte, code)

    def _inserted(self, node: Node, last: int, *codes: str) -> Iterator[Splice]:
        bracket = layout.read(node)
        unit, newline = self.renderer.step(node), self.renderer.newline
        yield from layout.inserted(self.program.data, bracket, last, codes, unit, newline)
