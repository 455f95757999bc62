"""Edits as new Python text: they are planned on the original nodes and carried out by one transformer."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import libcst as cst

from iacfix import reasons
from iacfix.edit import (
    AddResource,
    Append,
    DropField,
    Edit,
    Json,
    Keep,
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
from iacfix.languages.python import layout, syntax
from iacfix.languages.python.determinism import Determinism
from iacfix.languages.python.imports import Imports, run_lines
from iacfix.languages.python.insertion_points import below, imports
from iacfix.languages.python.lookups import Lookups
from iacfix.languages.python.moved_imports import MovedImports
from iacfix.languages.python.names import snake
from iacfix.languages.python.new_resources import NewResources
from iacfix.languages.python.node_changes import Insertion, Lift, NodeChanges
from iacfix.languages.python.originals import comments_in, entries, originals_of
from iacfix.languages.python.read import PythonProgram
from iacfix.languages.python.removals import Removals, dropped_nodes
from iacfix.languages.python.render import LONG, Renderer, Style
from iacfix.languages.python.resolving import Resolving
from iacfix.languages.python.retype import refuse_old_classes, retyping_of
from iacfix.languages.python.splices import changes
from iacfix.languages.python.tree import inside
from iacfix.languages.python.widths import spreads
from iacfix.languages.shared.claims import Claims, piece_of
from iacfix.languages.shared.pragmas import has_pragmas, is_about_types, is_pragma, refuse_moved
from iacfix.languages.shared.preconditions import refuse_reordered, refuse_untouched, renamed_entry
from iacfix.model import Fields, Items, Span, Spelling
from iacfix.rewrite import Change

GROWTH = 10
"""How many columns a line may gain before what it holds is laid out anew."""


def write(program: PythonProgram, edits: Sequence[Edit]) -> tuple[Change, ...]:
    """What the edits change; raises CannotFix where one cannot be carried out."""
    return tuple(changes(program, originals_of(program), planned(program, edits)))


def planned(program: PythonProgram, edits: Sequence[Edit]) -> NodeChanges:
    """What becomes of the nodes of the program."""
    return _Writer(program).planned(edits)


class _Writer:
    def __init__(self, program: PythonProgram) -> None:
        self.program = program
        self.originals = originals_of(program)
        imports = Imports(program.module, program.text, program.names.count_bound, program.provider_names.re_export_of)
        self.attribution = imports.attribution
        self.plan = NodeChanges(attribution=self.attribution)
        self.renderer = Renderer(program, self.originals, imports, Lookups(program, imports))
        self.additions = NewResources(program, self.originals, self.renderer)
        self.retyping = retyping_of(program)
        self.moved = MovedImports(program, self.originals, imports, self.plan)
        self._retyped: dict[syntax.BaseExpression, str] = {}
        self.resolving = Resolving(program, self.originals, self.renderer, self.plan)
        self._claims = Claims(program.type_of, program.definitions.is_shared)
        self._claim = self._claims.claim

    def planned(self, edits: Sequence[Edit]) -> NodeChanges:
        refuse_untouched(edits, self.program.untouched)
        refuse_old_classes(edits)
        refuse_reordered(edits, lambda node: Determinism(self.program.definitions).is_steady(node))
        drops = [edit for edit in edits if isinstance(edit, DropField)]
        adds = [edit for edit in edits if isinstance(edit, AddResource)]
        self.renderer.dropped = set(dropped_nodes(drops))
        if any(inside(node, syntax.NamedExpr) for node in self.renderer.dropped):
            raise CannotFix(reasons.ASSIGNS_ON_THE_WAY)
        for number, edit in enumerate(edits):
            self.attribution.current = frozenset({number})
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
                    self._reread(read.place, output)
                case Resolve(value, texts):
                    self.resolving.add(value.place, [text.place for text in texts])
                case Retype():
                    self._retype(edit)
                case SetOption(resource):
                    self.attribution.record((resource.node, "opts"))
                case DropField() | AddResource():
                    self.attribution.record(id(edit))
        self.plan.replaced |= self.moved.renamed(self._retyped)
        for node in self.resolving.carry_out():
            self._claim(node, "")
        for resource, new in self._claims.options([edit for edit in edits if isinstance(edit, SetOption)]):
            self.attribution.current = self.attribution.of((resource.node, "opts"))
            self.additions.options.set(self.plan, resource, new)
        self._add(adds)
        Removals(self.program, self.originals, self.plan, self.renderer, self.additions).carry_out(drops, adds)
        for node, new in self.renderer.elsewhere.items():
            self._claim(node, "")
            self.plan.replaced[node] = new
        self.plan.spreads = spreads(self.renderer, self._widened())
        self._place_lookups()
        self._extend_imports()
        self._check_overlaps()
        self._check_pragmas()
        return self.plan

    # entries

    def _style(self, node: syntax.Node) -> Style:
        bracket = None
        if isinstance(node, syntax.Call | syntax.Dict | syntax.List):
            bracket = layout.read(self.originals.of(node))
        comma = bracket.closing_comma if bracket and bracket.breaks else True
        quote = self.renderer.quote
        if isinstance(node, syntax.Dict):
            keys = [element.key for element in node.elements if isinstance(element, syntax.DictElement)]
            quote = next(
                (key.quote for key in keys if isinstance(key, syntax.SimpleString) and len(key.quote) == 1), quote
            )
        return Style(quote, comma, bracket.breaks if bracket else True, isinstance(node, syntax.Call))

    def _set(self, edit: SetField) -> None:
        node = edit.fields.node
        if not isinstance(node, syntax.Call | syntax.Dict):
            raise CannotFix(reasons.ARGUMENTS_NOT_LITERAL)
        if not edit.fields.lacks(edit.key):
            raise CannotFix(reasons.MAY_BE_SET.of(key=edit.key))
        self._claim(node, edit.key)
        after = self._index_of(edit.fields, edit.after) if edit.after else self._last(node)
        key = self._spelled(edit.fields, edit.key, self._style(node).quote)
        code = self._code(edit.new, node, after)
        value = self.renderer.expression(code)
        item: layout.Item
        if isinstance(node, syntax.Call):
            blank = cst.SimpleWhitespace("")
            equal = cst.AssignEqual(whitespace_before=blank, whitespace_after=blank)
            item = cst.Arg(keyword=cst.Name(key), value=value, equal=equal)
        else:
            item = cst.DictElement(cst.parse_expression(key), value)
        self._insert(node, Insertion(after, item))

    def _insert(self, node: syntax.Node, new: Insertion) -> None:
        self.plan.inserted.setdefault(node, []).append(new)
        self.attribution.record((node, new.after))

    def _widened(self) -> dict[syntax.Node, list[Insertion]]:
        """The brackets with new entries, but for calls that have their own way to get room."""
        return {node: new for node, new in self.plan.inserted.items() if node not in self.plan.rooms}

    def _spelled(self, fields: Fields, key: str, quote: str) -> str:
        if isinstance(fields.node, syntax.Call):
            return snake(key)
        if fields.spelling is Spelling.DATA:
            return self.renderer.literal(key, quote)
        camel = any(letter.isupper() for entry in fields.entries for letter in _raw_key(entry.node))
        return self.renderer.literal(key if camel else snake(key), quote)

    def _code(self, new: New, node: syntax.Call | syntax.Dict | syntax.List, after: int) -> str:
        there = entries(node)
        indent = self.renderer.indent_in_statement(there[max(after, 0)] if there else node)
        if isinstance(new, Json) and not self._style(node).breaks:
            indent += self.renderer.step(node)  # the bracket spreads for it
        return self.renderer.code(new, self._style(node), indent, node, len(indent))

    def _index_of(self, fields: Fields, key: str) -> int:
        entry = fields.entry(key)
        node = fields.node
        if entry is None or not isinstance(node, syntax.Call | syntax.Dict):
            raise CannotFix(reasons.NO_ANCHOR.of(key=key))
        return entries(node).index(entry.node)

    def _last(self, node: syntax.Call | syntax.Dict) -> int:
        """The last entry that new ones follow: options stay behind the inputs."""
        items = entries(node)
        last = len(items) - 1
        while (
            last >= 0 and isinstance(item := items[last], syntax.Arg) and item.keyword and item.keyword.value == "opts"
        ):
            last -= 1
        return last

    def _rename(self, edit: Rename) -> None:
        node, entry = edit.fields.node, renamed_entry(edit)
        for key in (edit.old, edit.new):
            self._claim(node, key)
        match entry.node:
            case syntax.Arg(keyword=syntax.Name() as written):
                self.plan.replaced[written] = cst.Name(snake(edit.new))
                self.attribution.record(written)
            case syntax.DictElement(key=written):
                quote = written.quote if isinstance(written, syntax.SimpleString) else self.renderer.quote
                self.plan.replaced[written] = cst.parse_expression(self._spelled(edit.fields, edit.new, quote))
                self.attribution.record(written)
            case _:
                raise CannotFix(reasons.ARGUMENTS_NOT_LITERAL)
        if edit.value is not None:
            self._rewrite(entry.value.place, edit.value)

    def _append(self, items: Items, new: New) -> None:
        node = items.node
        if not isinstance(node, syntax.List):
            raise CannotFix(reasons.LIST_NOT_LITERAL)
        if self.program.definitions.is_shared(node):
            raise CannotFix(reasons.SHARED_VARIABLE)
        last = len(node.elements) - 1
        value = self.renderer.expression(self._code(new, node, last))
        self._insert(node, Insertion(last, cst.Element(value)))

    # places

    def _replace(self, at: object, new: New) -> None:
        match at:
            case Span():
                self._replace_span(at, new)
            case _:
                place = getattr(at, "place", None)
                assert isinstance(place, syntax.BaseExpression)
                if (
                    isinstance(new, Sequence)
                    and not isinstance(new, str)
                    and len(new) == 1
                    and isinstance(new[0], Keep)
                    and new[0].value.place is place
                ):
                    raise CannotFix(reasons.NOTHING_CHANGES)
                self._rewrite(place, new)

    def _rewrite(self, place: syntax.BaseExpression, new: New) -> None:
        self._claim(place, "")
        indent = self.renderer.indent_in_statement(place)
        holder = place.around.parent
        style = self._style(holder if isinstance(holder, syntax.Call | syntax.Dict | syntax.List) else place)
        if "\n" not in self.program.code(place):
            line = self.program.lines[self.program.line(place) - 1]
            style = replace(style, width=min(len(line) + GROWTH, LONG))
        self.renderer.dropped.add(place)
        code = self.renderer.code(new, style, indent, place, self.program.column(place) - 1)
        self.plan.replaced[place] = self.renderer.expression(code)
        self.attribution.record(place)
        if any(comment not in self.renderer.placed for comment in comments_in(self.originals.of(place))):
            raise CannotFix(reasons.COMMENT_WITHOUT_PLACE)

    def _reread(self, read: syntax.Node, output: str) -> None:
        if not isinstance(read, syntax.Attribute):
            raise CannotFix(reasons.NOT_READ_BY_NAME)
        self._claim(read.attr, "")
        self.plan.replaced[read.attr] = cst.Name(snake(output))
        self.attribution.record(read.attr)

    def _replace_span(self, span: Span, new: New) -> None:
        chunk, at = piece_of(span)
        code = self.renderer.code(new, Style(self.renderer.quote), "", chunk.node)
        spans = self.plan.spans.setdefault(chunk.node, [])
        if any(start < span.stop - at and span.start - at < stop for start, stop, _ in spans):
            raise CannotFix(reasons.SAME_PLACE)
        spans.append((span.start - at, span.stop - at, code))
        self.attribution.record(chunk.node)
        if isinstance(chunk.node.parent, syntax.ConcatenatedString):
            self.plan.pieces.add(chunk.node)

    def _retype(self, edit: Retype) -> None:
        for place, name in self.retyping.places(edit.resource, edit.type, self.renderer.dropped).items():
            self._claim(place, "")
            self._retyped[place] = name
            self.attribution.record(place)

    # resources, lookups, imports

    def _add(self, adds: Sequence[AddResource]) -> None:
        for addition in self.additions.made(adds):
            self.attribution.current = self.attribution.of(addition.call)
            self.attribution.record(addition.statement)
            for place, code in addition.reads:
                self.plan.replaced[place] = cst.parse_expression(code)
            if addition.lifted:
                indent = self.renderer.indent_in_statement(addition.call)
                follows = self.program.names.previous(addition.statement) is not None
                self.plan.lifted[addition.call] = Lift(addition, indent, follows)
                continue
            self.plan.statements[addition.statement] = addition
            if (
                addition.new
                and (following := below(self.program.names, self.originals, addition.statement)) is not None
            ):
                self.plan.apart.add(following)
                self.attribution.record((following, "above"))
        for add in adds:
            for resource in add.before:
                self.attribution.current = self.attribution.of(id(add))
                self.attribution.record((resource.node, "opts"))
        for resource, names in self._claims.waits(adds, self.additions.options.names):
            self.attribution.current = self.attribution.of((resource.node, "opts"))
            self.additions.options.wait(self.plan, resource, names)

    def _place_lookups(self) -> None:
        for body, index, code, loose in self.renderer.lookups.inserted():
            if index >= len(body):
                raise CannotFix(reasons.NO_STATEMENT_FOR_LOOKUP)
            following = body[index]
            mine = self.plan.before.setdefault(following, [])
            self.attribution.record((following, "above"))
            line = self.renderer.statement(code)
            joins = mine or (index and self.renderer.lookups.lookup_name(body[index - 1]))
            if loose and not joins:
                line = line.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
            mine.append(line)
            if self.renderer.lookups.lookup_name(following):
                self.plan.joined.add(following)
            elif loose:
                self.plan.apart.add(following)

    def _extend_imports(self) -> None:
        for statement, members in self.renderer.imports.wanted.items():
            aliases = statement.names if not isinstance(statement.names, syntax.ImportStar) else ()
            names = [self.program.code(alias.name) for alias in aliases]
            for member in sorted(members):
                after = len(names) - 1
                if names == sorted(names, key=str.lower):
                    after = sum(name.lower() < member.lower() for name in names) - 1
                self.attribution.current = self.attribution.of((statement, member))
                self._insert(statement, Insertion(after, cst.ImportAlias(cst.Name(member))))
        codes = self.renderer.imports.new_lines()
        own = [code for code in codes if code.split()[1] in sys.stdlib_module_names]
        if own:
            self.attribution.current = self.renderer.imports.asked(own)
            self._begin_with(own)
        lines = [self.renderer.statement(code) for code in codes if code not in own]
        self.attribution.current = self.renderer.imports.asked(code for code in codes if code not in own)
        needed = self.renderer.imports.needed()
        self._refuse_earlier([*needed, self._import(lines)] if lines else needed)

    def _import(self, lines: list[cst.SimpleStatementLine]) -> syntax.Node:
        """Put new imports beside those of Pulumi; the line that they stand above."""
        if (following := self._behind_pulumi()) is None:
            following = self._provider_import()
            above = self.originals.of(following).leading_lines
            if above and above[0].comment is None:
                lines[0] = lines[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
            self.plan.joined.add(following)
        self.attribution.record((following, "above"))
        self.plan.before.setdefault(following, [])[:0] = lines
        return following

    def _refuse_earlier(self, imported: Sequence[syntax.Node]) -> None:
        """No code that is written runs before these imports."""
        last = max(map(self.program.line, imported), default=0)
        hung = (self.plan.replaced, self.plan.spans, self.plan.inserted, self.plan.statements, self.plan.lifted)
        names = self.program.names
        for node in (node for nodes in hung for node in nodes if self.program.line(node) < last):
            if names.is_at_import(node) and not imports(names.statement(node)):
                raise CannotFix(reasons.RUNS_BEFORE_IMPORT)

    def _begin_with(self, codes: Sequence[str]) -> None:
        """Imports of Python's own modules stand first, apart from those of others."""
        first = next((line for line in run_lines(self.program.module.body) if imports(line) - {"__future__"}), None)
        if first is None or first not in self.program.module.body:
            raise CannotFix(reasons.NO_IMPORTS)
        lines = [self.renderer.statement(code) for code in codes]
        above = self.originals.of(first).leading_lines
        if above and above[0].comment is None:
            lines[0] = lines[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        if imports(first) & sys.stdlib_module_names:
            self.plan.joined.add(first)
        elif not above:
            self.plan.apart.add(first)
        self.attribution.record((first, "above"))
        self.plan.before.setdefault(first, [])[:0] = lines

    def _behind_pulumi(self) -> syntax.Node | None:
        """What a new import goes before in a file without one of the provider: beside the first import of Pulumi."""
        lines = [line for line in self.program.module.body if isinstance(line, syntax.SimpleStatementLine)]
        found = {package: [line for line in lines if package in imports(line)] for package in ("pulumi", self._package)}
        plain = found["pulumi"] if not found[self._package] else []
        if not plain or isinstance(plain[0].body[0], syntax.ImportFrom):
            return plain[0] if plain else None
        return self.program.names.following(plain[0])

    @property
    def _package(self) -> str:
        return self.program.package.packages["python"]

    def _provider_import(self) -> syntax.SimpleStatementLine:
        """The first import of the provider's package."""
        package = self.program.package.packages["python"]
        for line in run_lines(self.program.module.body):
            if package in imports(line):
                return line
        raise CannotFix(reasons.NO_IMPORTS)

    # conflicts

    def _check_overlaps(self) -> None:
        """No edit lies inside what another one takes out or replaces, but in a call that is lifted out of it."""
        read = {call.parent for call in self.plan.lifted if isinstance(call.parent, syntax.Attribute)}
        gone = (set(self.plan.replaced) - read) | self.renderer.dropped
        touched = [*self.plan.replaced, *self.plan.inserted, *self.plan.spans, *self.plan.removed]
        for node in touched:
            if any(around in gone for around in self.program.names.ancestors(node)):
                raise CannotFix(reasons.CODE_AROUND_CHANGES)

    def _check_pragmas(self) -> None:
        """What tools read as being about a line stays with the code of this line."""
        if not has_pragmas(self.program.text):
            return
        about, line = _pragmas(self.program), self.program.line
        for call in [call for call in self.plan.rooms if line(call) in about]:
            del self.plan.rooms[call]
        moved = [
            *(node for node, new in self.plan.replaced.items() if self._grows(node, new)),
            *(node for node, addition in self.plan.statements.items() if addition.leaves_statement),
            *self.plan.lifted,
        ]
        ends = {end for node in moved for end in (line(node), self.program.end_line(node))}
        refuse_moved(comment for at in sorted(ends) for comment in about.get(at, ()))
        begun = {
            line(entries(node)[index])
            for node, gone in self.plan.removed.items()
            if isinstance(node, syntax.Call | syntax.Dict)
            for index in gone
        }
        refuse_moved(comment for at in sorted(begun) for comment in about.get(at, ()) if is_about_types(comment))

    def _grows(self, node: syntax.Node, new: cst.CSTNode) -> bool:
        """A value on one line gets several."""
        return "\n" not in self.program.code(node) and "\n" in self.originals.code(new)


@lru_cache(maxsize=4)
def _pragmas(program: PythonProgram) -> Mapping[int, Sequence[str]]:
    """Pragmas by the line that they are about: their own, or the next line of code. They are asked for each fix: the
    latest are kept, as many as originals are."""
    lines = program.lines
    found = defaultdict[int, list[str]](list)
    at = 0
    for comment in program.comments():
        if is_pragma(comment.text):
            at = max(at, comment.line)  # the lines above it down to there are no code
            while at < len(lines) and not lines[at - 1].split("#")[0].strip():
                at += 1
            found[at].append(comment.text)
    return found


def _raw_key(node: object) -> str:
    if isinstance(node, syntax.DictElement) and isinstance(node.key, syntax.SimpleString):
        return node.key.raw_value
    return ""
