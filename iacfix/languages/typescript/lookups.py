"""Provider lookups where an asynchronous answer is right, and what has to change around the place for it.

A new lookup is an output. Inside an input it stands as it is, a template becomes `pulumi.interpolate`, a serialiser
Pulumi's own; inside a callback it joins the values the callback is applied to. Everywhere else it would put the text of
an object into a string, without any error: those places are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count

from iacfix import reasons
from iacfix.edit import Lookup
from iacfix.errors import CannotFix
from iacfix.languages.shared.attribution import Attribution
from iacfix.languages.shared.lines import indent_at, line_end
from iacfix.languages.shared.lookups import Context
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript import layout
from iacfix.languages.typescript.callbacks import Callback
from iacfix.languages.typescript.imports import PULUMI, Imports
from iacfix.languages.typescript.known_lookups import Answer, Form, Held, KnownLookups
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.lookup_scope import DECLARATIONS, LookupScopes
from iacfix.languages.typescript.names import NAMING
from iacfix.languages.typescript.output_positions import OutputPositions
from iacfix.languages.typescript.read import TypeScriptProgram

TEXTS = frozenset({"string", "template_string"})
VAGUE = frozenset({"id", "name"})
"""Fields whose names say too little for a variable."""
CURRENT = "current"
"""What an answer is called where its own name is that of the field that is read of it: `current.region`."""


Key = tuple[str, Context, Node, int]
"""Function, provider, the place a new lookup stands at, and its number there."""


@dataclass
class Lookups:
    """The lookups that the edits of one write ask for, and the splices they need."""

    program: TypeScriptProgram
    new: dict[Key, tuple[str, str, Node]] = field(default_factory=dict[Key, tuple[str, str, Node]])
    behind: dict[Key, tuple[str, str, Node]] = field(default_factory=dict[Key, tuple[str, str, Node]])
    read: list[tuple[str, Node, Node]] = field(default_factory=list[tuple[str, Node, Node]])
    """Every place that reads a new lookup: its name, where it stands, and the place."""
    joined: dict[Node, Callback] = field(default_factory=dict[Node, Callback])
    tagged: dict[Node, None] = field(default_factory=dict[Node, None])
    serialised: dict[Node, None] = field(default_factory=dict[Node, None])
    asynchronous: set[Node] = field(default_factory=set[Node])
    """The places where an output stands now."""

    def __post_init__(self) -> None:
        self.places = OutputPositions(self.program)
        self.answers = KnownLookups(self.program)
        self.imports = Imports(self.program)
        self.sites = LookupScopes(self.program)

    @property
    def attribution(self) -> Attribution:
        return self.imports.attribution

    def expression(self, lookup: Lookup, at: Node) -> str:
        """The code that reads the lookup's field at this place."""
        context = self.sites.context(lookup.host, at)
        if any(self.sites.context(reader, at) != context for reader in lookup.readers):
            raise CannotFix(reasons.SEVERAL_PROVIDERS)
        held = [found for found in self.answers.held(lookup.function, context, at) if _has(found.answer, lookup)]
        for found in held:
            if found.answer.form is Form.PLAIN:
                return self._read(found, lookup)
        callback = self.places.callback(at)
        if callback is not None:
            return self._in_callback(lookup, context, callback, at)
        place = self.places.of(at)
        if any(self.sites.beside(call) != context for call in place.beside):
            raise CannotFix(reasons.OTHER_PROVIDER)
        self.tagged |= dict.fromkeys(place.templates)
        self.serialised |= dict.fromkeys(place.serialisers)
        self.attribution.record(*place.templates, *place.serialisers)
        self.asynchronous.add(at)
        if held:
            return self._read(held[0], lookup)
        asked = self._inline(lookup, context, at) if lookup.readers else self._placed(lookup, context, at)
        return f"{asked}.{lookup.field}"

    def _inline(self, lookup: Lookup, context: Context, at: Node) -> str:
        """The call where a constant is set: the constant holds the answer, no other one is needed."""
        site = self.sites.site(context, at)
        needed = [node for node in site.entries if node.text.startswith("super(")]
        if any(at.start_byte < node.end_byte for node in ([site] if site.type in DECLARATIONS else needed)):
            raise CannotFix(reasons.LOOKUP_TOO_EARLY)
        return self._call(lookup, context)

    def _read(self, held: Held, lookup: Lookup) -> str:
        """The field of what is held; a promise has to become an output for that."""
        if held.answer.field is not None:
            return held.code
        if held.answer.form is Form.PROMISE:
            return f"{self.imports.spelled(PULUMI, 'output')}({held.code}).{lookup.field}"
        return f"{held.code}.{lookup.field}"

    def template_tag(self, at: Node) -> str:
        """What a new template at this place has to begin with, now that its parts are known: nothing where all is
        plain."""
        tag = self.imports.spelled
        if at in self.asynchronous:
            return tag(PULUMI, "interpolate")
        if at.type in TEXTS:
            return ""
        if self.places.takes_outputs(at):
            return tag(PULUMI, "interpolate")
        if self._holds_outputs(at):
            raise CannotFix(reasons.PARTS_MAY_BE_OUTPUTS)
        return ""

    def _holds_outputs(self, at: Node) -> bool:
        """Text near the place is made of outputs, in the same statement."""
        return any(
            self.program.qualified(call.child_by_field_name("function"))
            in (f"{PULUMI}.interpolate", f"{PULUMI}.concat")
            for call in self._outermost(at).inside("call_expression")
        )

    @staticmethod
    def _outermost(at: Node) -> Node:
        for around in at.ancestors():
            if around.type not in ("pair", "object", "array", "parenthesized_expression"):
                break
            at = around
        return at

    # callbacks

    def _in_callback(self, lookup: Lookup, context: Context, function: Node, at: Node) -> str:
        """The lookup among the values that the callback is applied to, under its name there."""
        for around in self.places.callbacks(at):
            known = self._known(lookup, context, Callback(self.program, around), at)
            if known is not None:
                return known
        callback = self.joined.setdefault(function, Callback(self.program, function))
        self.attribution.record(function)
        if callback.is_then and self.places.of(callback.call).is_plain:
            raise CannotFix(reasons.PROMISE_USED_PLAIN)
        found = [
            held for held in self.answers.held(lookup.function, context, callback.call) if _has(held.answer, lookup)
        ]
        whole = [held for held in found if held.answer.field is None]
        if callback.takes_fields or (found and not whole):
            code = (
                self._read(found[0], lookup)
                if found
                else f"{self._placed(lookup, context, callback.call)}.{lookup.field}"
            )
            base = lookup.field if lookup.field not in VAGUE else _short(lookup.name)
            return callback.gained(code, self._parameter_name(lookup, base, callback, code), "string")
        code = whole[0].code if whole else self._placed(lookup, context, callback.call)
        base = _short(lookup.name) if _short(lookup.name) != lookup.field else CURRENT
        read = callback.gained(code, self._parameter_name(lookup, base, callback, code), self._type(lookup, callback))
        return f"{read}.{lookup.field}"

    def _known(self, lookup: Lookup, context: Context, callback: Callback, at: Node) -> str | None:
        """The callback gets this lookup already: what reads it there."""
        for value, name in callback.handed():
            answer = self.answers.of(value)
            if answer is None or answer.function != lookup.function or not _has(answer, lookup):
                continue
            if not self.answers.matches(answer, callback.call, context, at):
                continue
            code = self._named(name, answer, lookup)
            if code is not None and self._is_visible(code, callback, at):
                return code
        return None

    def _named(self, name: Node | str, answer: Answer, lookup: Lookup) -> str | None:
        tail = "" if answer.field is not None else f".{lookup.field}"
        if isinstance(name, str):
            return name + tail
        if name.type == "identifier" or name.type == "shorthand_property_identifier_pattern":
            return name.text + tail
        if name.type == "object_pattern" and answer.field is None:
            wanted = (lookup.field, *lookup.same)
            return next((part.text for part in name.entries if part.text in wanted), None)
        return None

    def _is_visible(self, code: str, callback: Callback, at: Node) -> bool:
        name = code.partition(".")[0].partition("[")[0]
        bound = self.program.names.lookup(name, at)
        return len(bound) == 1 and callback.pattern in (bound[0].target, *bound[0].target.ancestors())

    def _type(self, lookup: Lookup, callback: Callback) -> str:
        """The type of a whole answer, for a callback whose parameter is declared with one."""
        pattern = callback.pattern
        around = pattern.parent if pattern is not None else None
        if around is None or around.child_by_field_name("type") is None:
            return ""
        path, function = self._path(lookup)
        kind = f"{path}{function[:1].upper()}{function[1:]}Result"
        return self.imports.spelled(self._package, kind, is_type=True)

    def _parameter_name(self, lookup: Lookup, base: str, callback: Callback, code: str) -> str:
        known = [gain.name for gain in callback.gains if gain.value == code]
        if known:
            return known[0]
        taken, names = {gain.name for gain in callback.gains}, self.program.names

        def is_taken(name: str) -> bool:
            hides = name != code and bool(names.lookup(name, callback.call))
            return name in taken or hides or names.is_used(name, callback.function)

        return self._free(lookup, base, is_taken)

    def splices(self) -> Iterator[Splice]:
        """What changes around the places: tags, serialisers, callbacks that get another value, imports."""
        attribution = self.attribution
        for template in self.tagged:
            attribution.current = attribution.of(template)
            tag = self.imports.spelled(PULUMI, "interpolate")
            yield Splice(template.start_byte, template.start_byte, tag).attributed_to(attribution.current)
        for call in self.serialised:
            func = call.child_by_field_name("function")
            assert func is not None
            attribution.current = attribution.of(call)
            code = self.imports.spelled(PULUMI, "jsonStringify")
            yield Splice(func.start_byte, func.end_byte, code).attributed_to(attribution.current)
        for function, callback in self.joined.items():
            if callback.gains:
                attribution.current = attribution.of(function)
                gained = callback.splices(self.imports.spelled(PULUMI, "all"))
                yield from (splice.attributed_to(attribution.current) for splice in gained)
        yield from self._declared()
        yield from self._beside()
        yield from self.imports.splices()

    # what has to be added

    def _placed(self, lookup: Lookup, context: Context, at: Node) -> str:
        """The name of a new constant for the lookup; of another one where something hides the first."""
        site = self.sites.site(context, at)
        known = self.behind if site.type in DECLARATIONS else self.new
        mine = [key for key in known if key[:3] == (lookup.function, context, site)]
        for key in mine:
            if not self._is_hidden(known[key][0], _block_of(site), at, site):
                self._call(lookup, context)  # whose imports this place asks for too
                self.attribution.record(key)
                self._note(known[key][0], site, at)
                return known[key][0]
        name = self._name(lookup, context, site, at)
        key = lookup.function, context, site, len(mine)
        known[key] = (name, self._call(lookup, context), site)
        self.attribution.record(key)
        self._note(name, site, at)
        return name

    def _note(self, name: str, site: Node, at: Node) -> None:
        self.read.append((name, site, at))

    def _declared(self) -> Iterator[Splice]:
        """The new lookups that stand behind the declaration of their provider."""
        data, newline = self.program.data, "\r\n" if "\r\n" in self.program.text else "\n"
        sites: dict[Node, list[str]] = {}
        for _, (name, call, site) in sorted(self.behind.items(), key=lambda item: item[0][0]):
            following = data[site.end_byte :].lstrip()[:1]
            end = ";" if site.text.endswith(";") or following in (b"(", b"[", b"`", b"/", b"+", b"-") else ""
            sites.setdefault(site, []).append(f"const {name} = {call}{end}")
        for site, codes in sites.items():
            at, indent = line_end(data, site.end_byte), indent_at(data, site.start_byte)
            following = data[at:].split(b"\n", 2)
            tight = newline if len(following) > 1 and following[1].strip() else ""
            lines = newline + "".join(f"{newline}{indent}{code}" for code in codes) + tight
            asked = self.attribution.of(*(key for key, (_, _, other) in self.behind.items() if other == site))
            yield Splice(at, at, lines).attributed_to(asked)

    def _beside(self) -> Iterator[Splice]:
        """The new lookups that go among others at the head of their block, in the order of their functions."""
        data, newline = self.program.data, "\r\n" if "\r\n" in self.program.text else "\n"
        for key, (name, call, block) in sorted(self.new.items(), key=lambda item: item[0][0]):
            near = self.sites.neighbours(block)
            if not near:
                continue
            del self.new[key]
            code = f"const {name} = {call}" + (";" if near[0].text.endswith(";") else "")
            indent = indent_at(data, near[0].start_byte)
            later = next((node for node in near if self.sites.function_of(node) > key[0]), None)
            if later is not None:
                splice = Splice(later.start_byte, later.start_byte, f"{code}{newline}{indent}")
            else:
                at = layout.own_line_end(data, near[-1].end_byte)
                splice = Splice(at, at, f"{newline}{indent}{code}")
            yield splice.attributed_to(self.attribution.of(key))

    def _name(self, lookup: Lookup, context: Context, site: Node, at: Node) -> str:
        base = lookup.name
        if context not in (Context(), Context("parent", "this")):
            owner = re.findall(r"[\w$]+", context.code)[-1]
            base = (owner.removesuffix("Provider") or owner) + base.removeprefix(CURRENT)
        block = _block_of(site)
        made = {name for name, other, _ in self.read if _block_of(other) == block}
        return self._free(
            lookup,
            base,
            lambda name: name in made or self._is_taken(name, block) or self._is_hidden(name, block, at, site),
        )

    def _is_taken(self, name: str, block: Node) -> bool:
        """Something in the block is called so, or reads that name from outside of it."""
        names = self.program.names
        for node in block.inside(*NAMING):
            if node.text == name:
                bound = names.lookup(name, node)
                if not bound or block not in bound[0].target.ancestors() or names.lookup_inside(name, block) == bound:
                    return True
        return any(
            name == other and block in at.ancestors()
            for other, site, at in self.read
            if block not in (site, *site.ancestors())
        )

    def _is_hidden(self, name: str, block: Node, at: Node, site: Node) -> bool:
        """At the place the name means, or comes to mean, something else in between."""
        bound = self.program.names.lookup(name, at)
        if bound and block in bound[0].target.ancestors():
            return True
        made = {(other, _block_of(where)) for other, where, _ in self.read if where != site}
        return any(
            other == name and inner in at.ancestors() and block in (inner, *inner.ancestors()) for other, inner in made
        )

    def _free(self, lookup: Lookup, base: str, is_taken: Callable[[str], bool]) -> str:
        """The name, else whose it is (`cloudZone`), else a number behind it."""
        short = _short(base if base != CURRENT else lookup.name)
        owned = f"{self.program.package.name}{short[:1].upper()}{short[1:]}"
        names = chain([base, owned], (f"{base}{number}" for number in count(2)))
        return next(name for name in names if not is_taken(name))

    @property
    def _package(self) -> str:
        return self.program.package.packages["typescript"]

    def _path(self, lookup: Lookup) -> tuple[str, str]:
        """The module of the lookup's function, with its dot, and the function's name."""
        path, dot, function = lookup.function.removeprefix(f"{self.program.package.name}.").rpartition(".")
        return path + dot, function

    def _call(self, lookup: Lookup, context: Context) -> str:
        callee = self.imports.spelled(self._package, f"{''.join(self._path(lookup))}Output")
        option = context.kind if context.kind == context.code else f"{context.kind}: {context.code}"
        given = [] if lookup.bare else ["{}"]
        given += [f"{{ {option} }}"] if context.kind else []
        return f"{callee}({', '.join(given)})"


def _has(answer: Answer, lookup: Lookup) -> bool:
    """The answer has what the lookup asks for."""
    return answer.field is None or answer.field in (lookup.field, *lookup.same)


def _block_of(site: Node) -> Node:
    return (site.parent or site) if site.type in DECLARATIONS else site


def _short(name: str) -> str:
    """`identity` of `currentIdentity`."""
    name = name.removeprefix(CURRENT)
    return name[:1].lower() + name[1:]
