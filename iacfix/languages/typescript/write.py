"""Edits as new TypeScript text: splices over the bytes of the tree, everything else untouched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from iacfix import reasons
from iacfix.edit import (
    AddResource,
    Append,
    DropField,
    Edit,
    Inputs,
    Json,
    New,
    Rename,
    Replace,
    Reread,
    Resolve,
    Retype,
    SetField,
    SetOption,
)
from iacfix.errors import CannotFix
from iacfix.languages.shared.claims import Claims, piece_of
from iacfix.languages.shared.lines import indent_at, line_end, line_start
from iacfix.languages.shared.nodes import Node
from iacfix.languages.shared.pragmas import has_pragmas, is_about_types, is_pragma, refuse_moved
from iacfix.languages.shared.preconditions import refuse_reordered, refuse_untouched, renamed_entry
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.determinism import Determinism
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.lookups import Lookups
from iacfix.languages.typescript.moved_imports import Moved, MovedImports
from iacfix.languages.typescript.names import ASSIGNING
from iacfix.languages.typescript.new_resources import Addition, NewResources
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.removals import Removals, dropped_nodes
from iacfix.languages.typescript.render import Renderer, Style
from iacfix.languages.typescript.resolving import resolved
from iacfix.languages.typescript.retype import Retyping
from iacfix.languages.typescript.shapes import LiteralRun
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, unwrapped
from iacfix.languages.typescript.widths import spreads
from iacfix.model import Fields, Items, Resource, Span, Spelling, Value
from iacfix.rewrite import Change, Share, merged, ordered, spliced


def write(program: TypeScriptProgram, edits: Sequence[Edit]) -> tuple[Change, ...]:
    """What the edits change; raises CannotFix where one cannot be carried out."""
    return tuple(ordered(_Writer(program).changes(edits)))


class _Writer:
    def __init__(self, program: TypeScriptProgram) -> None:
        self.program = program
        self.data = program.data
        self.lookups = Lookups(program)
        self.renderer = Renderer(program, self.lookups)
        self.additions = NewResources(program, self.renderer)
        self.retyping = Retyping(program)
        self.moved = MovedImports(program, self.lookups.imports)
        self.splices: list[Splice] = []
        self._absent: dict[Node, dict[str, New]] = {}
        self._instead: dict[Node, list[str]] = {}
        """What takes the place of entries that are taken out."""
        self._inserted: dict[Node, dict[int, list[str]]] = {}
        self._spans: dict[Node, list[tuple[int, int, str]]] = {}
        self._claims = Claims(program.type_of, program.definitions.is_shared)
        self._claim = self._claims.claim
        self.replaced: list[Node] = []

    def changes(self, edits: Sequence[Edit]) -> list[Splice]:
        refuse_untouched(edits, self.program.untouched)
        refuse_reordered(edits, lambda node: Determinism(self.program.definitions).is_steady(node))
        drops = [edit for edit in edits if isinstance(edit, DropField)]
        adds = [edit for edit in edits if isinstance(edit, AddResource)]
        self.renderer.dropped = set(dropped_nodes(drops))
        if any(map(_sets, self.renderer.dropped)):
            raise CannotFix(reasons.ASSIGNS_ON_THE_WAY)
        moved = list[Moved]()
        attribution = self.lookups.attribution
        for number, edit in enumerate(edits):
            attribution.current, begun = frozenset({number}), len(self.splices)
            match edit:
                case SetField():
                    self._set(edit)
                case Append(items, new):
                    self._append(items, new)
                case Rename():
                    self._rename(edit)
                case Replace(at, new):
                    self._replace(at, new)
                case Reread(read, output):
                    self.splices.append(self._reread(read.place, output))
                case Resolve(value):
                    self.splices += resolved(self.program, self.lookups.imports, value.place)
                case Retype(resource, type):
                    places = list(self.retyping.places(resource, type, self.renderer.dropped))
                    self.splices += [place for place in places if isinstance(place, Splice)]
                    moved += [place for place in places if isinstance(place, Moved)]
                    attribution.record(*(place.place for place in places if isinstance(place, Moved)))
                case SetOption(resource):
                    attribution.record(("opts", resource.node))
                case DropField() | AddResource():
                    attribution.record(id(edit))
            self.splices[begun:] = self._attributed(self.splices[begun:])
        self._replace_entries()
        self.splices += self.moved.splices(moved)
        for resource, new in self._claims.options([edit for edit in edits if isinstance(edit, SetOption)]):
            self._write_options(resource)
            self.splices += self._attributed(self.additions.options.set(resource, new))
        additions = self._add(adds)
        self.splices += Removals(self.program, self.renderer, self.replaced).splices(drops, additions)
        self.splices += self.renderer.elsewhere
        above = {
            layout.whole_lines(self.data, add.statement)[0] for add in additions if add.lifted and not add.block_for
        }
        for addition in additions:
            if not addition.lifted:
                self._place(addition, above)
        self.splices += [*self._inserts(), *self._given()]
        for node, spans in self._spans.items():
            self.splices += self._respanned(node, spans)
        self.splices += self.lookups.splices()
        self._place_lookups()
        self._check_overlaps()
        self._check_pragmas([edit.fields for edit in drops], additions)
        self._lift([addition for addition in additions if addition.lifted])
        return self.splices

    # entries

    def _set(self, edit: SetField) -> None:
        node = edit.fields.node
        is_absent = node.type == "new_expression" and bool(arguments(node))
        if not is_absent and node.type != "object":
            raise CannotFix(reasons.ARGUMENTS_NOT_LITERAL)
        if not edit.fields.lacks(edit.key):
            raise CannotFix(reasons.MAY_BE_SET.of(key=edit.key))
        self._claim(node, edit.key)
        if is_absent:
            self._absent.setdefault(node, {})[edit.key] = edit.new
            self.lookups.attribution.record((node, "absent"))
            return
        bracket = layout.read(node)
        entry = edit.fields.entry(edit.after) if edit.after else None
        if edit.after and entry is None:
            raise CannotFix(reasons.NO_ANCHOR.of(key=edit.after))
        after = bracket.index(entry.node) if entry is not None else len(bracket.items) - 1
        quoted = any(item.text.startswith(("'", '"')) for item in bracket.items)
        key = self._spelled(edit.fields, edit.key, quoted)
        if entry is not None and entry.node in self.renderer.dropped:
            code = f"{key}: {self._code(edit.new, node, after)}"
            self._instead.setdefault(entry.node, []).append(code)
            self.lookups.attribution.record((entry.node, "instead"))
            return
        self._insert(node, after, f"{key}: {self._code(edit.new, node, after)}")

    def _replace_entries(self) -> None:
        for entry, codes in self._instead.items():
            begin = self.data[line_start(self.data, entry.start_byte) : entry.start_byte]
            indent = indent_at(self.data, entry.start_byte)
            between = f",{self.renderer.newline}{indent}" if not begin.strip() else ", "
            splice = Splice(entry.start_byte, entry.end_byte, between.join(codes))
            self.splices.append(splice.attributed_to(self.lookups.attribution.of((entry, "instead"))))
            self.replaced.append(entry)

    def _given(self) -> Iterator[Splice]:
        """The inputs of resources that were made without any, behind the name or in place of none."""
        for node, fields in self._absent.items():
            name, *others = arguments(node)
            attribution = self.lookups.attribution
            attribution.current = attribution.of((node, "absent"))
            indent = indent_at(self.data, node.start_byte)
            code = self.renderer.code(Inputs("", fields), Style(), indent, node, self.program.column(node))
            if others:
                yield Splice(others[0].start_byte, others[0].end_byte, code).attributed_to(attribution.current)
            else:
                yield Splice(name.end_byte, name.end_byte, f", {code}").attributed_to(attribution.current)

    def _spelled(self, fields: Fields, key: str, quoted: bool) -> str:
        plain = key.isidentifier() and not (quoted and fields.spelling is Spelling.DATA)
        return key if plain else self.renderer.literal(key)

    def _rename(self, edit: Rename) -> None:
        node, entry = edit.fields.node, renamed_entry(edit)
        for name in (edit.old, edit.new):
            self._claim(node, name)
        written = entry.node.child_by_field_name("key")
        quoted = written is not None and written.type == "string"
        key = self.renderer.literal(edit.new) if quoted else self._spelled(edit.fields, edit.new, quoted)
        if written is None:  # `{ role }`
            place = entry.node
            code = place.text if edit.value is None else self._rewritten(place, edit.value)
            self.splices.append(Splice(place.start_byte, place.end_byte, f"{key}: {code}"))
            return
        self.splices.append(Splice(written.start_byte, written.end_byte, key))
        if edit.value is not None:
            place = entry.value.place
            self.splices.append(Splice(place.start_byte, place.end_byte, self._rewritten(place, edit.value)))

    def _append(self, items: Items, new: New) -> None:
        node = items.node
        if node.type != "array":
            raise CannotFix(reasons.LIST_NOT_LITERAL)
        if self.program.definitions.is_shared(node):
            raise CannotFix(reasons.SHARED_VARIABLE)
        last = len(layout.read(node).items) - 1
        self._insert(node, last, self._code(new, node, last))

    def _insert(self, node: Node, after: int, code: str) -> None:
        self._inserted.setdefault(node, {}).setdefault(after, []).append(code)
        self.lookups.attribution.record((node, after))

    def _inserts(self) -> Iterator[Splice]:
        """New entries, and the line breaks of brackets that would be too long with them."""
        newline, wide = self.renderer.newline, spreads(self.renderer, self._inserted, self.splices)
        for node, new in self._inserted.items():
            for after, codes in new.items() if node not in wide else ():
                unit = self.renderer.step(node)
                asked = self.lookups.attribution.of((node, after))
                made = layout.inserted(self.data, layout.read(node), after, codes, unit, newline)
                yield from (splice.attributed_to(asked) for splice in made)
        places = defaultdict[int, list[tuple[Node, int]]](list)
        for node, new in self._inserted.items():
            places[node.start_point[0]] += [(node, after) for after in new]
        for at, spread in wide.items():
            asked = self.lookups.attribution.of(*places[spread.node.start_point[0]])
            bracket, unit = layout.read(spread.node), self.renderer.step(spread.node)
            new = self._inserted.get(at, {})
            made = layout.spread(self.data, bracket, unit, newline, new, indent=spread.indent, comma=spread.comma)
            yield from (splice.attributed_to(asked) for splice in made)

    def _code(self, new: New, node: Node, after: int) -> str:
        bracket = layout.read(node)
        indent = layout.item_indent(self.data, bracket, max(after, 0), self.renderer.step(node))
        if not bracket.breaks:
            indent = indent_at(self.data, node.start_byte)
            indent += self.renderer.step(node) if isinstance(new, Json) else ""  # the bracket spreads for it
        comma = bracket.closing_comma or not bracket.breaks
        return self.renderer.code(new, Style(comma, bracket.breaks), indent, node, len(indent) + 12)

    # places

    def _replace(self, at: Value | Span, new: New) -> None:
        if isinstance(at, Span):
            self._replace_span(at, new)
            return
        node = at.place
        self.splices.append(Splice(node.start_byte, node.end_byte, self._rewritten(node, new)))

    def _rewritten(self, node: Node, new: New) -> str:
        """The code that takes the place of an expression."""
        self._claim(node, "")
        self.renderer.dropped.add(node)
        holder = node.around("object", "array") or node
        bracket = layout.read(holder)
        indent = indent_at(self.data, node.start_byte)
        style = Style(bracket.closing_comma or not bracket.breaks, bracket.breaks)
        code = self.renderer.code(new, style, indent, node, self.program.column(node) - 1)
        if any(comment not in self.renderer.placed for comment in node.inside("comment")):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        return code

    def _reread(self, read: Node, output: str) -> Splice:
        match read.type:
            case "member_expression":
                name, code = read.entries[-1], output
            case "subscript_expression":
                name, code = read.entries[-1], self.renderer.literal(output)
            case "pair_pattern" if (key := read.child_by_field_name("key")) is not None:
                name, code = key, output
            case _:  # `{ name }` and `{ name = 1 }`
                return Splice(read.start_byte, read.start_byte, f"{output}: ")
        return Splice(name.start_byte, name.end_byte, code)

    def _replace_span(self, span: Span, new: New) -> None:
        chunk, at = piece_of(span)
        self._span_in(chunk.node, chunk.raw, span.start - at, span.stop - at, new)

    def _span_in(self, where: object, raw: str, start: int, stop: int, new: New) -> None:
        if isinstance(where, LiteralRun):
            code = self.renderer.code(new, Style(), "", where.template)
            first = where.start + len(raw[:start].encode("utf-8"))
            self.splices.append(Splice(first, first + len(raw[start:stop].encode("utf-8")), f"${{{code}}}"))
            return
        assert isinstance(where, Node)
        whole = start == 0 and stop == len(raw)
        code = self.renderer.code(new, Style(), "", where)
        if whole:
            self.splices.append(Splice(where.start_byte, where.end_byte, code))
            return
        spans = self._spans.setdefault(where, [])
        self.lookups.attribution.record(where)
        if any(begin < stop and start < end for begin, end, _ in spans):
            raise CannotFix(reasons.SAME_PLACE)
        spans.append((start, stop, code))

    def _respanned(self, node: Node, spans: list[tuple[int, int, str]]) -> list[Splice]:
        """A string as a template with code in place of stretches of its text."""
        raw = node.text[1:-1]
        quote = node.text[0]
        out, at = "", 0
        for start, stop, code in sorted(spans):
            out += _as_template(raw[at:start], quote) + f"${{{code}}}"
            at = stop
        out += _as_template(raw[at:], quote)
        attribution = self.lookups.attribution
        attribution.current = attribution.of(node)
        tag = self.lookups.template_tag(node)
        return [Splice(node.start_byte, node.end_byte, f"{tag}`{out}`").attributed_to(attribution.current)]

    # resources and lookups

    def _write_options(self, resource: Resource) -> None:
        """What is written now is asked for by all that asked for options of the resource."""
        self.lookups.attribution.current = self.lookups.attribution.of(("opts", resource.node))

    def _attributed(self, splices: Iterable[Splice]) -> list[Splice]:
        """The splices, as asked by what is written now."""
        return [splice.attributed_to(self.lookups.attribution.current) for splice in splices]

    def _add(self, adds: Sequence[AddResource]) -> list[Addition]:
        additions, splices = self.additions.made(adds)
        self.splices += splices
        for add in adds:
            for resource in add.before:
                self.lookups.attribution.current = self.lookups.attribution.of(id(add))
                self.lookups.attribution.record(("opts", resource.node))
        for resource, names in self._claims.waits(adds, self.additions.options.names):
            self._write_options(resource)
            self.splices += self._attributed(self.additions.options.wait(resource, names))
        return additions

    def _place(self, addition: Addition, begun: set[int]) -> None:
        """Put new statements below the one they belong to; above those that begin at `begun` there will be others."""
        statement, newline, end = addition.statement, self.renderer.newline, addition.end
        indent, text = addition.indent, self._new(addition)
        at = line_end(self.data, layout.own_end(statement))
        if addition.bind is not None:
            self._bind(addition)
            if statement.type == "return_statement":
                text += f"{newline}{newline}{indent}return {addition.bind}{end}"
            elif statement.children[0].type == "assignment_expression":
                target = statement.children[0].entries[0]
                text = f"{newline}{indent}{target.text} = {addition.bind}{end}{text}"
        following = self.data[at:].split(b"\n", 2)
        below = len(following) > 1 and at + len(following[0]) + 1 not in begun
        if below and following[1].strip() and not following[1].strip().startswith((b"}", b";")):
            text += newline
        self.splices.append(Splice(at, at, text).attributed_to(self.lookups.attribution.of(addition.call)))

    def _new(self, addition: Addition) -> str:
        """The new statements, each with its comments and a blank line above it."""
        newline, indent, text = self.renderer.newline, addition.indent, ""
        for add, code in addition.codes:
            comments = sorted(addition.leads.get(id(add), []), key=lambda comment: comment.start_byte)
            lead = "".join(f"{newline}{indent}{comment.text}" for comment in comments)
            text += f"{newline}{lead}{newline}{indent}{code}"
        return text

    # calls that leave a larger expression

    def _lift(self, additions: Sequence[Addition]) -> None:
        """Bind calls above what they were part of; the edits inside them go along. Inner ones come first."""
        newline, data = self.renderer.newline, self.data
        blocks: dict[Node, tuple[Addition, list[str], list[frozenset[int]]]] = {}
        for addition in sorted(additions, key=lambda addition: addition.value.end_byte):
            value = addition.value
            code, inner = self._taken_along(value.start_byte, value.end_byte)
            code = layout.reindented(code, indent_at(data, value.start_byte), addition.indent)
            asked = (Share(value.start_byte, value.end_byte, self.lookups.attribution.of(addition.call)), *inner)
            name = addition.stand_in or addition.bind or ""
            self.splices.append(Splice(value.start_byte, value.end_byte, name, asked))
            bound = f"{addition.indent}const {addition.bind} = {code}{addition.end}{self._new(addition)}"
            blocks.setdefault(addition.statement, (addition, [], []))[1].append(bound)
            blocks[addition.statement][2].extend(share.edits for share in asked)
        for addition, bounds, edits in blocks.values():
            asked = frozenset[int]().union(*edits) if all(edits) else ()
            text = f"{newline}{newline}".join(bounds)
            if (function := addition.block_for) is not None:
                self._make_block(function, addition, text, asked)
                continue
            at, _, _ = layout.whole_lines(data, addition.statement)
            above = data[:at].rstrip(b"\r\n")
            tight = at > 0 and data[len(above) : at].count(b"\n") < 2 and not above.endswith((b"{", b"=>"))
            splice = Splice(at, at, f"{newline if tight else ''}{text}{newline}{newline}")
            self.splices.append(splice.attributed_to(asked))

    def _make_block(self, function: Node, addition: Addition, text: str, asked: Collection[int]) -> None:
        """The body of an arrow function, as a block of these statements and a return."""
        newline, data, body = self.renderer.newline, self.data, addition.statement
        (arrow,) = (child for child in function.children if child.type == "=>")
        given = unwrapped(body) if body.type == "parenthesized_expression" else body
        if len(function.inside("comment")) != len(given.inside("comment")):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        outer = indent_at(data, function.start_byte)
        last, inner = self._taken_along(given.start_byte, given.end_byte)
        last = layout.reindented(last, indent_at(data, given.start_byte), addition.indent)
        code = f" {{{newline}{text}{newline}{newline}{addition.indent}return {last}{addition.end}{newline}{outer}}}"
        stop, around = body.end_byte, function.parent
        if around is not None and around.type == "arguments" and around.entries == [function]:
            closing = around.end_byte - 1
            hangs = data[stop:closing].strip(b", \t\r\n") == b"" and function.start_point[0] == around.start_point[0]
            stop = closing if hangs else stop
        edits = [frozenset(asked), *(share.edits for share in inner)]
        splice = Splice(arrow.end_byte, stop, code)
        self.splices.append(splice.attributed_to(frozenset[int]().union(*edits) if all(edits) else ()))

    def _taken_along(self, start: int, stop: int) -> tuple[str, tuple[Share, ...]]:
        """The new code of a stretch that another splice takes the place of, and who asked for what in it."""
        mine = [splice for splice in self.splices if start <= splice.start and splice.stop <= stop]
        self.splices = [splice for splice in self.splices if splice not in mine]
        moved = [Splice(splice.start - start, splice.stop - start, splice.text) for splice in mine]
        shares = tuple(share for splice in mine for share in splice.shares)
        return spliced(self.data[start:stop], moved).decode("utf-8"), shares

    def _bind(self, addition: Addition) -> None:
        """`const name = ` in front of the call, in place of what stood there."""
        start, stop = addition.statement.start_byte, addition.value.start_byte
        if any(start <= comment.start_byte < stop for comment in addition.statement.inside("comment")):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)
        splice = Splice(start, stop, f"const {addition.bind} = ")
        self.splices.append(splice.attributed_to(self.lookups.attribution.of(addition.call)))

    def _place_lookups(self) -> None:
        newline, end = self.renderer.newline, self.renderer.semicolon
        blocks: dict[Node, list[str]] = {}
        for _, (name, call, block) in sorted(self.lookups.new.items(), key=lambda item: item[0][0]):
            blocks.setdefault(block, []).append(f"const {name} = {call}{end}")
        for block, codes in blocks.items():
            keys = [key for key, (_, _, other) in self.lookups.new.items() if other == block]
            asked = self.lookups.attribution.of(*keys)
            if block.type != "program" and self._is_opened(block):
                self.splices += [splice.attributed_to(asked) for splice in self._broken_up(block, codes)]
                continue
            at, indent, apart = self._lookup_place(block)
            if not end and layout.continues(self.data, at):
                codes[-1] += ";"
            lines = "".join(f"{newline}{indent}{code}" for code in codes)
            behind = newline if self._is_tight(at) else ""
            self.splices.append(Splice(at, at, (newline if apart else "") + lines + behind).attributed_to(asked))

    def _is_opened(self, block: Node) -> bool:
        """Code stands on the line of the opening bracket."""
        statements = block.entries
        return bool(statements) and statements[0].start_point[0] == block.start_point[0]

    def _broken_up(self, block: Node, codes: Sequence[str]) -> Iterator[Splice]:
        """A block of one statement on one line gets the lookups on lines of their own."""
        if len(block.named_children) != 1 or block.start_point[0] != block.end_point[0]:
            raise CannotFix(reasons.SHARED_LINE)
        outer, only = indent_at(self.data, block.start_byte), block.named_children[0]
        line = f"{self.renderer.newline}{outer}{self.renderer.step(only)}"
        head = "".join(f"{line}{code}" for code in codes) + self.renderer.newline + line
        yield Splice(block.start_byte + 1, only.start_byte, head)
        yield Splice(only.end_byte, block.end_byte - 1, f"{self.renderer.newline}{outer}")

    def _is_tight(self, at: int) -> bool:
        """Code stands on the next line."""
        following = self.data[at:].split(b"\n", 2)
        return len(following) > 1 and bool(following[1].strip())

    def _lookup_place(self, block: Node) -> tuple[int, str, bool]:
        """Where new lookups go in a block: behind the imports, or behind the call of the base class's constructor."""
        statements, imports = block.entries, self.program.importing
        if block.type == "program":
            if not imports:
                raise CannotFix(reasons.NO_IMPORTS)
            return layout.own_line_end(self.data, layout.own_end(imports[-1])), "", True
        indent = indent_at(self.data, statements[0].start_byte) if statements else ""
        for node in statements:
            if node.text.startswith("super("):
                return layout.own_line_end(self.data, node.end_byte), indent, True
        method = block.parent
        if method is not None and (method.child_by_field_name("name") or method).text == "constructor":
            raise CannotFix(reasons.NO_SUPER_STATEMENT)
        return layout.own_line_end(self.data, block.start_byte + 1), indent, False

    # conflicts

    def _check_overlaps(self) -> None:
        """No splice lies inside what another one takes out or replaces."""
        ordered = sorted(set(self.splices), key=lambda splice: (splice.start, splice.stop))
        self.splices = merged(self.splices)
        last = 0
        for splice in ordered:
            if (splice.start < last and splice.stop > splice.start) or splice.start < last:
                raise CannotFix(reasons.CODE_AROUND_CHANGES)
            last = max(last, splice.stop)

    def _check_pragmas(self, emptied: Sequence[Fields], additions: Sequence[Addition]) -> None:
        """What tools read as being about a line stays with the code of this line."""
        if not has_pragmas(self.program.text):
            return
        entries_of = {entry.node for fields in emptied for entry in fields.entries}
        gone = [node.start_byte for node in entries_of if node in self.renderer.dropped]
        left = [add.value if add.lifted else add.statement for add in additions if add.leaves_statement]
        ends = [at for node in left for at in (node.start_byte, node.end_byte - 1)]
        for comment in self.program.root.inside("comment"):
            if is_pragma(comment.text):
                start, stop = self._code_of(comment)
                moved = any(self._breaks_up(splice, start, stop) for splice in self.splices)
                away = [*ends, *(gone if is_about_types(comment.text) else [])]
                if moved or any(start <= at < stop for at in away):
                    refuse_moved([comment.text])

    def _code_of(self, comment: Node) -> tuple[int, int]:
        """The code that a pragma is about: its own line, or what follows it up to the end of the next line of code."""
        first, end = line_start(self.data, comment.start_byte), line_end(self.data, comment.end_byte)
        if self.data[first : comment.start_byte].strip() or self.data[comment.end_byte : end].strip():
            return first, end
        following = comment.next_sibling
        while following is not None and following.type == "comment":
            following = following.next_sibling
        return end, line_end(self.data, following.start_byte) if following is not None else end

    def _breaks_up(self, splice: Splice, start: int, stop: int) -> bool:
        """A splice puts a line break into a stretch of code."""
        if "\n" not in splice.text or b"\n" in self.data[splice.start : splice.stop]:
            return False
        if splice.start == splice.stop == start:
            return not splice.text.endswith("\n")
        return splice.start < stop and splice.stop > start


def _sets(node: Node) -> bool:
    """Something is assigned inside a node, other than by functions that are written there."""
    if node.type in FUNCTIONS:
        return False
    return node.type in ASSIGNING or any(map(_sets, node.children))


def _as_template(raw: str, quote: str) -> str:
    """The inside of a string literal as it is spelled in a template."""
    return raw.replace(f"\\{quote}", quote).replace("`", "\\`").replace("${", "\\${")
