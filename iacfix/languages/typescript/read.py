"""TypeScript source as a `Program`: resources, documents, texts, and where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Any

from iacfix.errors import SourceError
from iacfix.languages import NO_NEIGHBOURS, Comment
from iacfix.languages.shared.indirect import Given
from iacfix.languages.shared.natures import unresolved
from iacfix.languages.shared.nodes import Node, NodeReader, grown
from iacfix.languages.shared.program import SourceProgram
from iacfix.languages.typescript import constants, documents
from iacfix.languages.typescript.choices import EACH, function_of
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.indirect import handed, spread
from iacfix.languages.typescript.names import Names
from iacfix.languages.typescript.nullability import provenance
from iacfix.languages.typescript.origins import Trace
from iacfix.languages.typescript.outputs import Outputs
from iacfix.languages.typescript.provider_names import ProviderNames
from iacfix.languages.typescript.shapes import Shapes
from iacfix.languages.typescript.tree import (
    FUNCTIONS,
    LEAVES,
    arguments,
    first_error,
    is_static,
    is_wrapper,
    method,
    parse,
    unwrapped,
)
from iacfix.model import (
    Document,
    Fields,
    Hidden,
    Input,
    Invoke,
    Neighbours,
    Null,
    Origins,
    Provider,
    Resource,
    Spelling,
    Text,
    Unresolved,
    Value,
    Where,
)
from iacfix.registry import ProviderPackage

CUT_OFF = re.compile(r"new(?<!\w...)\s*(?:[:;,=)}\]]|//|/\*|$)", re.MULTILINE)
"""`new` with no class behind it; the word comes first in the expression, which is looked for at once then."""
UNREAD = frozenset({"import_statement", "type_annotation", "type_alias_declaration", "interface_declaration"})
TEXTUAL = frozenset({"string", "template_string", "binary_expression", "call_expression"})


class TypeScriptProgram(NodeReader, SourceProgram[Node]):
    """One parsed TypeScript file."""

    def __init__(
        self, text: str, root: Node, package: ProviderPackage, provider: Provider, neighbours: Neighbours
    ) -> None:
        self.data = text.encode("utf-8")
        self.root = root
        self.names = Names(root)
        self.definitions = Definitions(self.names)
        self.provider_names = ProviderNames(self.definitions, package, neighbours)
        self.shapes = Shapes(self.definitions, self.provider_names, self)
        self._known_results: dict[str, list[tuple[Node, Value]]] = {}
        super().__init__(text, package, provider, neighbours, self.shapes)

    @property
    def _root(self) -> Node:
        return self.root

    def _calls(self) -> list[Node]:
        return self.root.inside("new_expression", "call_expression")

    def _is_at_import(self, call: Node) -> bool:
        return not any(_is_later(around) for around in call.ancestors())

    def _named_in(self, node: Node) -> Iterator[Node]:
        for part in node.inside("call_expression", "identifier", "shorthand_property_identifier"):
            if part.type == "call_expression":
                found = function_of(self.definitions, part)
            else:
                found = self.names.function(part) or self.definitions.of(part)
            if found is not None:
                yield found

    def _needs_engine(self, call: Node) -> bool:
        func = self.shapes.syntax.callee(call)
        name = self.qualified(func) or ""
        if name == "@pulumi/pulumi.StackReference" or (not name and method(call).startswith("require")):
            return True
        given = arguments(call)
        if call.type == "new_expression" and len(given) > 1 and given[0].type in ("string", "template_string"):
            return True
        bound = self.names.binding(func) if func is not None and func.type == "identifier" else None
        made = self.names.function(func) if func is not None and bound is not None else None
        if bound is not None and bound.kind == "class":
            made = bound.target.parent
        resources = (found.node for found in self.resources())
        return made is not None and any(made in resource.ancestors() for resource in resources)

    # where things are

    def is_sole(self, place: Any) -> bool:
        return self.definitions.is_sole(place)

    def provenance(self, place: Any) -> str:
        return provenance(self.definitions, place)

    def is_given(self, place: Any) -> bool:
        return super().is_given(documents.serialised(self.shapes, place))

    def statement(self, node: Node) -> Node:
        """The innermost statement or class field around an expression."""
        for around in chain((node,), node.ancestors()):
            if around.type.endswith(("_statement", "_declaration")) and around.type != "statement_block":
                parent = around.parent
                return parent if parent is not None and parent.type == "export_statement" else around
            if around.type == "public_field_definition":
                return around
        return node

    @cached_property
    def importing(self) -> list[Node]:
        """The statements that new imports come behind: all imports, and what is required up to the last of Pulumi's
        packages and right behind it. What is required further down may not be there yet."""
        statements, loads = self.root.entries, dict[Node, list[str]]()
        for bound in self.names.imports():
            loads.setdefault(self.statement(bound.target), []).append(bound.imported or "")
        needed = (f"{self.provider_names.spelled}.", f"{self.provider_names.spelled}/", "@pulumi/")
        places = [
            index
            for index, found in enumerate(statements)
            if any(f"{module}.".startswith(needed) for module in loads.get(found, ()))
        ]
        last = max(places, default=0)
        while last + 1 < len(statements) and statements[last + 1] in loads:
            last += 1
        return [
            found
            for index, found in enumerate(statements)
            if found.type == "import_statement" or (found in loads and index <= last)
        ]

    # resources

    def _handed(self) -> Iterator[Resource]:
        return handed(self.shapes, self.resource)

    def resource(self, node: Node, type: str) -> Resource:
        arguments = node.child_by_field_name("arguments")
        given = arguments.entries if arguments is not None else []
        if any(found.type == "spread_element" for found in given[:2]):
            return self._spread(node, type, given)
        args: Value | None = self.value(given[1], Spelling.INPUT) if len(given) > 1 else None
        options = given[2] if len(given) > 2 else None
        if not isinstance(args, Fields):
            args = Fields(
                node=node,
                place=node,
                reader=self,
                entries=(),
                spelling=Spelling.INPUT,
                is_open=args is not None and not isinstance(args, Null),
                spreads=(args,) if args is not None and not isinstance(args, Null) else (),
            )
        return Resource(
            node=node,
            place=node,
            reader=self,
            type=type,
            name=self.value(given[0], Spelling.DATA) if given else None,
            args=args,
            options=self.options(options) if options is not None else None,
            binding=_binding(node),
        )

    def _spread(self, node: Node, type: str, given: list[Node]) -> Resource:
        """A resource whose inputs are hidden in a list of arguments."""
        seen, indirect = spread(self.shapes, node) or (Given(is_open=True), None)
        name = given[0] if given[0].type != "spread_element" else None
        return Resource(
            node=node,
            place=node,
            reader=self,
            type=type,
            name=self.value(name, Spelling.DATA) if name is not None else None,
            args=Fields(
                node=node,
                place=node,
                reader=self,
                entries=seen.entries,
                spelling=Spelling.INPUT,
                is_open=True,
            ),
            options=self.shapes.opaque(node, "options"),
            binding=_binding(node),
            indirect=indirect,
        )

    def options(self, place: Node) -> Value:
        """Resource or invoke options as fields, where they are written as an object."""
        return self.value(place, Spelling.INPUT)

    def referent(self, value: Value) -> Resource | None:
        node = unwrapped(value.place)
        template = node.child_by_field_name("arguments") if node.type == "call_expression" else node
        if template is not None and template.type == "template_string":
            holes = template.inside("template_substitution")
            if len(holes) == 1 and template.text == f"`{holes[0].text}`":
                node = holes[0].entries[0]
        while True:
            if (found := self.resource_at(node)) is not None:
                return found
            if node.type == "member_expression":
                node = unwrapped(node.entries[0])
            elif node.type == "call_expression" and method(node) == "apply":
                func = node.child_by_field_name("function")
                node = unwrapped(func.entries[0]) if func is not None else node
            else:
                return None

    def _arguments(self, call: Node) -> Fields | None:
        given = arguments(call)
        args = self.value(given[0], Spelling.INPUT) if given else None
        return args if isinstance(args, Fields) else None

    def named(self) -> Iterator[tuple[str, Value]]:
        for root in self.root.inside("identifier"):
            if (bound := self.names.binding(root)) is None or bound.kind != "import":
                continue
            node, name = root, self.definitions.qualified(root)
            while (parent := node.parent) is not None and parent.type == "member_expression":
                if parent.entries[0] != node or (longer := self.definitions.qualified(parent)) is None:
                    break
                node, name = parent, longer
            is_bound = parent is not None and parent.type.endswith(("_specifier", "_import", "_clause"))
            if name is not None and name.startswith(f"{self.provider_names.spelled}.") and not is_bound:
                *modules, last = name.removeprefix(f"{self.provider_names.spelled}.").split(".")
                last = last.removesuffix("Output") if last[:1].islower() else last
                yield ".".join((self.package.name, *modules, last)), self.shapes.opaque(node, "expression")

    def imported(self) -> Iterator[tuple[str, Value]]:
        begin = f"{self.provider_names.spelled}."
        for bound in self.names.all_bindings():
            if (bound.imported or "").startswith(begin):
                name = f"{self.package.name}.{(bound.imported or '').removeprefix(begin)}"
                yield name, self.shapes.opaque(bound.target, "expression")

    def _used(self, name: str) -> Iterator[Node]:
        for node in self.root.inside("identifier", "property_identifier"):
            parent = node.parent
            is_bound = parent is None or parent.type.endswith(("_specifier", "_declaration", "_declarator"))
            if node.text == name and not is_bound:
                yield node

    def _is_apart(self, node: Node) -> bool:
        return node.type in FUNCTIONS and not (node.parent is not None and node.parent.type == "arguments")

    def given_options(self, node: Node) -> Value | None:
        if node.type not in ("new_expression", "call_expression"):
            return None
        func = node.child_by_field_name("constructor") or node.child_by_field_name("function")
        name, given = self.qualified(func) or "", arguments(node)
        if name.startswith("@pulumi/") and not name.startswith(self.provider_names.spelled):
            return Null(node=node, place=node, reader=self) if node.type == "new_expression" else None
        options = self.options(given[-1]) if len(given) > 1 else None
        named = isinstance(options, Fields) and (options.has("provider") or options.has("providers"))
        return options if named else None

    def origins(self, value: Value) -> Origins:
        return self._trace().origins(value.place)

    def _trace(self) -> Trace:
        return Trace(self.provider_names, self.resource_at, self.given_options)

    def reads(self, made: Resource | Invoke | None, output: str, binding: str = "") -> Iterator[Value]:
        if isinstance(made, Invoke):
            yield from (read for call, read in self._results(output) if call == made.node)
            return
        for node, owner in self._accesses.get(output, ()):
            if _is_assigned(node) or self.resource_at(owner) is not made:
                continue
            if binding and _last_name(unwrapped(owner)) != binding:
                continue
            if made is not None or not self._is_anothers(owner):
                yield self.shapes.opaque(node, "output")

    def members(self, name: str) -> list[tuple[Node, Node]]:
        """Every access of a member by its name behind a dot, and of what."""
        return [found for found in self._accesses.get(name, ()) if found[0].type == "member_expression"]

    def _results(self, member: str) -> list[tuple[Node, Value]]:
        """The calls of the provider of whose result something is read by this name, each with the place."""
        if member not in self._known_results:
            plain = [node for node, _ in self._accesses.get(member, ()) if node.type != "object_pattern"]
            taken = [(node, _target(node)) for node in self._taken.get(member, ())]
            self._known_results[member] = [
                (call, self.shapes.opaque(node, "expression" if may_be_another else "output"))
                for node, start in (*((node, node) for node in plain if not _is_assigned(node)), *taken)
                for call, is_certain in self._trace().results(start, member)
                for may_be_another in [not is_certain or self._is_inspected(node)]
            ]
        return self._known_results[member]

    def _is_inspected(self, read: Node) -> bool:
        """The program asks what the object has before it reads, so that more than one may be meant."""
        return read.type == "member_expression" and unwrapped(read.entries[0]).text in self._inspected

    @cached_property
    def _inspected(self) -> set[str]:
        """The objects that are asked for what they have, as they are written."""
        asking = (node for node in self.root.inside("binary_expression") if node.operator == "in")
        return {unwrapped(node.entries[-1]).text for node in asking}

    @cached_property
    def _taken(self) -> dict[str, list[Node]]:
        """The entries of patterns that take something by its name."""
        found = dict[str, list[Node]]()
        for pattern in self.root.inside("object_pattern"):
            for node in pattern.entries:
                if node.type != "rest_pattern":
                    key = node.child_by_field_name("key") or node.child_by_field_name("left") or node
                    found.setdefault(key.text, []).append(node)
        return found

    @cached_property
    def _accesses(self) -> dict[str, list[tuple[Node, Node]]]:
        """Where something is read by its name, and of what."""
        found = dict[str, list[tuple[Node, Node]]]()
        for node in self.root.inside("member_expression", "subscript_expression", "object_pattern"):
            owner, names = _read_of(node)
            for name in names:
                found.setdefault(name, []).append((node, owner))
        return found

    def _is_anothers(self, owner: Node) -> bool:
        """The object is no resource of the package, but one of a class of its own."""
        node = unwrapped(owner)
        definition = self.definitions.of(node) or node
        return node.type == "this" or definition.type == "new_expression"

    # documents and texts

    def _document(self, given: Input) -> Document | Hidden:
        return documents.behind(self.shapes, given)

    @cached_property
    def outputs(self) -> Outputs:
        return Outputs(self.provider_names, self.resource_at)

    def unresolved(self) -> Iterator[Unresolved]:
        return unresolved(self.outputs.unresolved(), self.outputs.nature, self.shapes.opaque)

    def resource_at(self, node: Node) -> Resource | None:
        held = unwrapped(node)
        above = self.names.set_above(held) if held.type in ("identifier", "shorthand_property_identifier") else None
        return super().resource_at(node if above is None else above)

    def _where(self, node: Node) -> Where:
        return documents.where(self.shapes, self.resource_at, node)

    def _is_textual(self, node: Node) -> bool:
        return node.type in TEXTUAL

    def _inner(self, node: Node) -> list[Node]:
        return node.named_children if node.type not in UNREAD else []

    def _reads(self, text: Text) -> list[Node] | None:
        return constants.reads(self.names, text)

    def comments(self) -> Iterator[Comment]:
        """Every comment, in source order."""
        for node in self.root.inside("comment"):
            yield Comment(node.text, node.line, node.begins_line)


def read(
    text: str, package: ProviderPackage, provider: Provider, neighbours: Neighbours = NO_NEIGHBOURS
) -> TypeScriptProgram:
    """Parse a file, with JSX where it needs that; raises SourceError with the line where it does not parse."""
    data = text.encode("utf-8")
    tree = parse(data, jsx=False)
    if (row := first_error(tree)) is not None:
        tree = parse(data, jsx=True)
        if first_error(tree) is not None:
            raise SourceError("does not parse as TypeScript; not checked", line=row + 1)
    root = grown(tree, data, LEAVES)
    if (cut := _cut_off(root, text)) is not None:
        where = "new stands where a name does here, or at the end of a line, which is read as a statement"
        raise SourceError(f"{where}; put its class behind it", line=cut.start_point[0] + 1)
    return TypeScriptProgram(text, root, package, provider, neighbours)


def _cut_off(root: Node, text: str) -> Node | None:
    """The first `new` that the grammar takes for a name, which it does where a line ends behind it."""
    if CUT_OFF.search(text) is None:
        return None
    return next((node for node in root.inside("identifier") if node.text == "new"), None)


def _binding(node: Node) -> str | None:
    around = next(found for found in node.ancestors() if not is_wrapper(found))
    match around.type:
        case "variable_declarator" | "public_field_definition":
            return _last_name(around.child_by_field_name("name"))
        case "assignment_expression":
            return _last_name(around.entries[0])
        case _:
            return None


def _last_name(node: Node | None) -> str | None:
    """`data` of `data`, `this.data` and `storage.data`."""
    if node is not None and node.type == "member_expression":
        node = node.entries[-1]
    is_name = node is not None and node.type in ("identifier", "property_identifier", "private_property_identifier")
    return node.text if is_name and node is not None else None


def _is_later(node: Node) -> bool:
    """What stands in a node is carried out when something is called or made, not at once."""
    if node.type == "public_field_definition":
        return not is_static(node)
    if node.type not in FUNCTIONS:
        return False
    while (around := node.parent) is not None and is_wrapper(around):
        node = around
    if around is None or around.type == "call_expression":  # called where it is written
        return around is None
    call = around.parent if around.type == "arguments" else None
    return call is None or method(call) not in EACH


def _read_of(node: Node) -> tuple[Node, set[str]]:
    """What an expression or a pattern reads from, and the names of what it reads."""
    if node.type == "object_pattern":
        names = [
            child.child_by_field_name("key") or child.child_by_field_name("left") or child for child in node.entries
        ]
        around = node.parent
        value = around.child_by_field_name("value") if around is not None else None
        return value or node, {one.text for one in names}
    owner, last = node.entries[0], node.entries[-1]
    return owner, {last.text.strip("\"'`")}


def _target(taken: Node) -> Node:
    """What an entry of a pattern binds: `a` of `{ a }`, `{ a = 1 }` and `{ b: a }`."""
    return taken.child_by_field_name("value") or taken.child_by_field_name("left") or taken


def _is_assigned(node: Node) -> bool:
    around = node.parent
    return around is not None and around.type == "assignment_expression" and around.entries[0] == node
