"""Which expressions are outputs, and the text and JSON that plain TypeScript makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from iacfix.languages.shared.choices import CALLED, Choices, Path, shown
from iacfix.languages.shared.natures import Nature, declared, joined
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.bindings import Binding, dotted
from iacfix.languages.typescript.choices import choices, kept_choices
from iacfix.languages.typescript.documents import CHAINED, ResourceAt, results
from iacfix.languages.typescript.names import is_this_field
from iacfix.languages.typescript.provider_names import ProviderNames
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, method, unwrapped

PULUMI = "@pulumi/pulumi"
WAITING = frozenset(
    f"{PULUMI}.{name}"
    for name in ("all", "concat", "interpolate", "jsonStringify", "jsonParse", "output", "secret", "unsecret")
)
OF_CONFIG = frozenset(
    f"{verb}Secret{kind}" for verb in ("get", "require") for kind in ("", "Boolean", "Number", "Object")
)
OF_STACK = frozenset({"getOutput", "requireOutput"})
LITERALS = frozenset({"string", "template_string", "number", "true", "false", "null", "undefined"})
TEXTS = frozenset({"string", "template_string"})
MAKING = ("template_string", "binary_expression", "call_expression", "augmented_assignment_expression")
REFERENCES = frozenset(
    {"identifier", "shorthand_property_identifier", "member_expression", "subscript_expression", "call_expression"}
)
JOINING = frozenset({"concat", "replace", "replaceAll", "padStart", "padEnd"})
"""Methods of texts that put what they are given into a text."""


@dataclass
class Outputs:
    """The outputs of one program."""

    provider: ProviderNames
    resource_at: ResourceAt
    _asked: set[Node] = field(default_factory=set[Node])

    # what an expression is

    def nature(self, node: Node) -> Nature:
        node = unwrapped(node)
        if node in self._asked or self._is_inspected(node):
            return Nature.UNKNOWN
        self._asked.add(node)
        try:
            found = self._nature(node)
            return self._behind(node) if found is Nature.UNKNOWN and node.type in REFERENCES else found
        finally:
            self._asked.discard(node)

    def _is_inspected(self, node: Node) -> bool:
        """The function asks whether it is an output, and goes on accordingly: `pulumi.Output.isInstance(arn)`."""
        return bool(self._inspected) and node.around(*FUNCTIONS) in self._inspected.get(node.text, ())

    @cached_property
    def _inspected(self) -> dict[str, list[Node | None]]:
        """What is asked for its type, as it is written, with the functions that ask."""
        found = dict[str, list[Node | None]]()
        for call in self.provider.definitions.names.root.inside("call_expression"):
            if method(call) == "isInstance" and arguments(call):
                found.setdefault(arguments(call)[0].text, []).append(call.around(*FUNCTIONS))
        return found

    def _nature(self, node: Node) -> Nature:
        match node.type:
            case kind if kind in LITERALS:
                return Nature.PLAIN
            case "identifier" | "shorthand_property_identifier":
                return self._named(node)
            case "member_expression":
                return self._member(node)
            case "subscript_expression":
                return Nature.OUTPUT if self.nature(node.entries[0]) is Nature.OUTPUT else Nature.UNKNOWN
            case "call_expression":
                return self._called(node)
            case "ternary_expression":
                return joined(map(self.nature, node.entries[1:]))
            case "binary_expression" if node.operator in ("||", "??"):
                return joined(map(self.nature, node.entries))
            case "binary_expression":
                return Nature.PLAIN
            case _:
                return Nature.UNKNOWN

    def _member(self, node: Node) -> Nature:
        owner = unwrapped(node.entries[0])
        if is_this_field(node):
            value = self.provider.definitions.field(node, node.entries[-1].text)
            return self.nature(value) if value is not None else Nature.UNKNOWN
        if not node.entries[-1].text.startswith("_") and self._has_outputs(owner):
            return Nature.OUTPUT
        return self._declared_member(owner, node.entries[-1].text)

    def _has_outputs(self, owner: Node) -> bool:
        """What is read of it is an output: it is one itself, or a resource."""
        return self.nature(owner) is Nature.OUTPUT or self._is_resource(owner)

    def _behind(self, node: Node) -> Nature:
        """The nature of all that a name, a member or a result stands for, however the file gets it there."""
        return self._chosen(choices(self.provider.definitions, node))

    def keeps_output(self, path: Sequence[str]) -> bool:
        """What the file keeps at a path of names is an output."""
        return self._chosen(kept_choices(self.provider.definitions, path)) is Nature.OUTPUT

    def _chosen(self, found: Choices[Node]) -> Nature:
        if found.is_open or found.literals:
            return Nature.UNKNOWN
        natures = {self._kept(name) for name in found.imported if CALLED not in name.split(".")}
        natures |= {self._made(call, ()) for call in found.calls}
        natures |= {self._made(call, path) for call, path in found.reads}
        return natures.pop() if len(natures) == 1 else Nature.UNKNOWN

    def _made(self, call: Node, path: Path) -> Nature:
        """The nature of what a call gives, or of what is read of that."""
        if path and self._is_resource(call):
            is_read = isinstance(path[0], str) and not path[0].startswith("_")
            return Nature.OUTPUT if is_read else Nature.UNKNOWN
        called = call.child_by_field_name("constructor") or call.child_by_field_name("function")
        name = self.provider.definitions.qualified(called) if called is not None else None
        kept = self._kept(dotted(name, [CALLED, *shown(path)])) if name is not None else Nature.UNKNOWN
        return self.nature(call) if kept is Nature.UNKNOWN and not path else kept

    def _kept(self, name: str) -> Nature:
        """What another file of the project keeps is seen as far as that goes, so that no edit rests on it."""
        return Nature.GIVEN if self.provider.keeps_output(name) else Nature.UNKNOWN

    def _is_resource(self, node: Node) -> bool:
        if (resource := self.resource_at(node)) is not None:
            return self.provider.type_named(resource.node.child_by_field_name("constructor")) is not None
        bound = self.provider.definitions.names.binding(node) if node.type == "identifier" else None
        if bound is not None and bound.kind == "parameter" and self._is_class(_annotation(bound)):
            return True
        made = self.provider.definitions.of(node) or unwrapped(node)
        if made.type == "call_expression" and method(made) == "get":
            return self.provider.type_named(made.entries[0].entries[0]) is not None
        name = self.provider.qualified(made.child_by_field_name("constructor")) or ""
        is_resource = name.startswith("@pulumi/") and not name.startswith(f"{PULUMI}.")
        return made.type == "new_expression" and is_resource

    def _is_class(self, annotation: Node | None) -> bool:
        """A parameter is annotated with a class of resources."""
        named = annotation.entries[0] if annotation is not None and annotation.entries else None
        return self.provider.type_named(named) is not None

    def _declared_member(self, owner: Node, member: str) -> Nature:
        """What the interface that a parameter is declared with says of a member."""
        names = self.provider.definitions.names
        bound = names.binding(owner) if owner.type == "identifier" else None
        kind = _annotation(bound) if bound is not None and bound.kind == "parameter" else None
        if kind is None:
            return Nature.UNKNOWN
        told = kind.text.lstrip(": ")
        shapes = [
            found
            for found in names.root.inside("interface_declaration", "type_alias_declaration")
            if (found.child_by_field_name("name") or found).text == told
        ]
        for found in (shapes[0] if shapes else kind).inside("property_signature"):
            if (found.child_by_field_name("name") or found).text == member:
                typed = found.child_by_field_name("type")
                return declared(typed.text) if typed is not None else Nature.UNKNOWN
        return Nature.UNKNOWN

    def _called(self, call: Node) -> Nature:
        name, called = self.provider.called(call), method(call)
        func = call.child_by_field_name("function")
        if func is None:
            return Nature.UNKNOWN
        if self.provider.function_of(call) is not None:
            return Nature.OUTPUT if func.text.endswith("Output") else Nature.UNKNOWN
        if name in WAITING:
            return Nature.OUTPUT
        if name == "JSON.stringify" or name.startswith(f"{PULUMI}.get"):
            return Nature.PLAIN
        if func.type != "member_expression":
            function = self.provider.definitions.names.function(func)
            found = results(function) if function is not None else []
            return joined(self.nature(node) for node in found if node is not None) if found else Nature.UNKNOWN
        owner = unwrapped(func.entries[0])
        if called in OF_CONFIG and self._is_made_by(owner, f"{PULUMI}.Config"):
            return Nature.OUTPUT
        if called in OF_STACK and self._is_made_by(owner, f"{PULUMI}.StackReference"):
            return Nature.OUTPUT
        if called == "apply" and arguments(call):
            is_given = arguments(call)[0].type in FUNCTIONS
            return Nature.OUTPUT if is_given or self._has_outputs(owner) else Nature.UNKNOWN
        return Nature.PLAIN if self._is_made_by(owner, f"{PULUMI}.Config") else Nature.UNKNOWN

    def _is_made_by(self, owner: Node, name: str) -> bool:
        made = self.provider.definitions.of(owner) or owner
        return self.provider.qualified(made.child_by_field_name("constructor")) == name

    def _named(self, name: Node) -> Nature:
        names = self.provider.definitions.names
        found = names.lookup(name.text, name)
        if len(found) != 1 or names.is_reassigned(found[0]) or found[0].imported is not None:
            return Nature.UNKNOWN
        bound = found[0]
        kind = _annotation(bound)
        told = declared(kind.text) if kind is not None else Nature.UNKNOWN
        if bound.value is not None:
            return told if told is not Nature.UNKNOWN else self.nature(bound.value)
        if bound.source is not None:
            return Nature.OUTPUT if self._has_outputs(unwrapped(bound.source)) else Nature.UNKNOWN
        return Nature.PLAIN if callback_of(bound.target) is not None else told

    # what plain code makes of them

    def unresolved(self) -> Iterator[tuple[Node, list[Node]]]:
        """The expressions that make text or JSON, each with what is computed in it."""
        root = self.provider.definitions.names.root
        for node in root.inside(*MAKING):
            if parts := list(self._parts(node)):
                yield node, parts

    def _parts(self, node: Node) -> Iterator[Node]:
        """What is computed in a text, or stands in what a serialiser is given."""
        match node.type:
            case "template_string" if not _is_tagged(node):
                holes = (part for part in node.children if part.type == "template_substitution")
                yield from (part.entries[0] for part in holes if part.entries)
            case "binary_expression" if node.operator == "+" and not is_added(node):
                terms = [unwrapped(term) for term in operands(node)]
                if any(term.type in TEXTS for term in terms):
                    yield from (term for term in terms if term.type not in TEXTS)
            case "augmented_assignment_expression" if node.operator == "+=" and self._begins_as_text(node.entries[0]):
                yield from (term for term in operands(node.entries[-1]) if unwrapped(term).type not in TEXTS)
            case "call_expression" if self.provider.called(node) == "JSON.stringify" and arguments(node):
                yield from self._leaves(arguments(node)[0], set())
            case "call_expression":
                yield from self._stringified(node)
            case _:
                pass

    def _begins_as_text(self, name: Node) -> bool:
        bound = self.provider.definitions.names.binding(name) if name.type == "identifier" else None
        return bound is not None and bound.value is not None and unwrapped(bound.value).type in TEXTS

    def _stringified(self, call: Node) -> Iterator[Node]:
        """What a call makes text of: `String(x)`, `x.toString()`, `[x].join()`, `"...".concat(x)`."""
        func, name = call.child_by_field_name("function"), method(call)
        if func is None:
            return
        if func.text == "String" and not self.provider.definitions.names.lookup("String", func):
            yield from arguments(call)[:1]
        if func.type != "member_expression":
            return
        owner = unwrapped(func.entries[0])
        if name == "toString":
            yield owner
        elif name == "join" and owner.type in ("array", "identifier", "call_expression"):
            yield from (leaf for leaf in self._leaves(owner, set()) if leaf != owner)
        elif name in JOINING:
            held = self.provider.definitions.of(owner) or owner
            yield from arguments(call) if held.type in TEXTS else ()

    def _leaves(self, node: Node, seen: set[Node]) -> Iterator[Node]:
        """What stands at the ends of objects and lists, in constants of the file too."""
        node = unwrapped(node)
        if node in seen:
            return
        seen.add(node)
        if node.type in ("object", "array"):
            for entry in node.entries:
                value = entry.child_by_field_name("value") if entry.type == "pair" else entry
                inner = entry.entries[0] if entry.type == "spread_element" else value
                if inner is not None:
                    yield from self._leaves(inner, seen)
            return
        made = self.provider.definitions.of(node)
        function = arguments(node)[0] if method(node) == "map" and arguments(node) else None
        if made is not None and made.type in ("object", "array"):
            yield from self._leaves(made, seen)
        elif function is not None and function.type == "arrow_function":
            body = function.child_by_field_name("body")
            yield from self._leaves(body, seen) if body is not None and body.type != "statement_block" else ()
        else:
            yield node


def operands(node: Node) -> Iterator[Node]:
    """The terms of a sum, the first first."""
    waiting = [node]
    while waiting:
        term = waiting.pop()
        if term.type == "binary_expression" and term.operator == "+":
            waiting += reversed(term.entries)
        else:
            yield term


def is_added(node: Node) -> bool:
    """The sum is a term of a larger one."""
    around = node.parent
    return around is not None and around.type == "binary_expression" and around.operator == "+"


def _is_tagged(template: Node) -> bool:
    """The template has a tag, which is handed its parts."""
    return template.parent is not None and template.parent.type == "call_expression"


def _annotation(bound: Binding) -> Node | None:
    around = bound.target.parent
    return around.child_by_field_name("type") if around is not None else None


def callback_of(target: Node) -> Node | None:
    """The call of `apply` or `then` that hands its value to the function that a name is a parameter of."""
    call = called_for(target)
    return call if call is not None and method(call) in CHAINED else None


def called_for(target: Node) -> Node | None:
    """The call that is handed the function that a name is a parameter of."""
    function = target.around(*FUNCTIONS)
    given = function.parent if function is not None else None
    return given.parent if given is not None and given.type == "arguments" else None
