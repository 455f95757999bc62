"""Provider lookups where an asynchronous answer is right, and what has to change around the place for it.

A lookup is an output here. Inside an input it stands as it is, a template becomes `pulumi.interpolate`, a serialiser
Pulumi's own; inside a callback it joins the values the callback is applied to. Everywhere else it would put the text of
an object into a string, without any error: those places are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from iacfix.edit import Lookup
from iacfix.errors import CannotFix
from iacfix.languages.typescript import documents
from iacfix.languages.typescript.callbacks import Joined, rejoined
from iacfix.languages.typescript.layout import Splice
from iacfix.languages.typescript.names import Binding, text_of
from iacfix.languages.typescript.places import Places
from iacfix.languages.typescript.read import TypeScriptProgram
from iacfix.languages.typescript.tree import FUNCTIONS, ancestors, below, entries, unwrapped
from iacfix.model import Fields, Null, Resource


@dataclass(frozen=True)
class Context:
    """Which provider a call asks: `parent` or `provider` with its expression, or the default one."""

    kind: str = ""
    code: str = ""


@dataclass(frozen=True)
class Existing:
    """A constant that holds a lookup: as an output, a promise, or one field of an output."""

    binding: Binding
    function: str
    is_output: bool
    field: str | None
    context: Context


@dataclass
class Lookups:
    """The lookups that the edits of one write ask for, and the splices they need."""

    program: TypeScriptProgram
    new: dict[tuple[str, Context, int], tuple[str, str, Node]] = field(
        default_factory=dict[tuple[str, Context, int], tuple[str, str, Node]]
    )
    joined: dict[int, Joined] = field(default_factory=dict[int, Joined])
    tagged: dict[int, Node] = field(default_factory=dict[int, Node])
    serialised: dict[int, Node] = field(default_factory=dict[int, Node])

    def __post_init__(self) -> None:
        self.places = Places(self.program)

    def expression(self, lookup: Lookup, at: Node) -> str:
        """The code that reads the lookup's field at this place."""
        place = self.places.of(at)
        context = self._context(lookup.host) if lookup.host is not None else self._around(at)
        if place.callback is not None:
            return self._in_callback(lookup, context, place.callback, at)
        for template in place.templates:
            self.tagged[template.id] = template
        for serialiser in place.serialisers:
            self.serialised[serialiser.id] = serialiser
        fields = (lookup.field, *lookup.same)
        for found in self._existing(lookup.function, context, at):
            if found.field is None and found.is_output:
                return f"{text_of(found.binding.target)}.{lookup.field}"
            if found.field in fields and found.is_output:
                return text_of(found.binding.target)
        return f"{self._placed(lookup, context, at)}.{lookup.field}"

    def template_tag(self, at: Node) -> str:
        """What a new template at this place has to begin with: nothing inside a callback, where all is plain."""
        if self.places.of(at).callback is not None:
            return ""
        return f"{self.pulumi()}.interpolate"

    def pulumi(self) -> str:
        """The name that Pulumi's own package is imported by."""
        for bindings in self.program.names.imports():
            if bindings.imported == "@pulumi/pulumi":
                return text_of(bindings.target)
        raise CannotFix("the file does not import @pulumi/pulumi as a whole")

    # which provider

    def _around(self, at: Node) -> Context:
        """Code that belongs to no resource asks the component it is written in, if any."""
        owner = self.program.names.owner(at)
        heritage = next((child for child in owner.children if child.type == "class_heritage"), None) if owner else None
        if heritage is None or "ComponentResource" not in text_of(heritage):
            return Context()
        return Context("parent", "this")

    def _context(self, host: Resource) -> Context:
        """What the host's options say of its provider, through parents that are resources of this file."""
        if host.options is None or isinstance(host.options, Null):
            return Context()
        options = host.options
        if not isinstance(options, Fields) or options.is_open:
            raise CannotFix("the options of the resource cannot be seen, nor its provider")
        provider = options.get("provider")
        if provider is not None and not isinstance(provider, Null):
            return Context("provider", provider.code)
        parent = options.get("parent")
        if parent is None or isinstance(parent, Null):
            return Context()
        owner = self.program.referent(parent)
        return self._context(owner) if owner is not None else Context("parent", parent.code)

    # what is there

    def _existing(self, function: str, context: Context, at: Node) -> Iterator[Existing]:
        """Constants that hold this lookup and are set before the place in a scope around it."""
        for binding in self.program.names.all_bindings():
            found = self._held(binding)
            if found is None or found.function != function or not self._matches(found, context, at):
                continue
            visible = self.program.names.lookup(text_of(binding.target), at)
            if visible == [binding] and binding.target.start_byte < at.start_byte:
                yield found

    def _matches(self, found: Existing, context: Context, at: Node) -> bool:
        if found.context == context:
            return True
        own = self.program.names.owner(found.binding.target)
        return (
            context == Context("parent", "this")
            and found.context == Context()
            and own is not None
            and (own == self.program.names.owner(at))
        )

    def _held(self, binding: Binding) -> Existing | None:
        if binding.kind != "const" or binding.value is None:
            return None
        value, name = unwrapped(binding.value), None
        if value.type == "member_expression":
            name, value = text_of(entries(value)[-1]), unwrapped(entries(value)[0])
        function = self.program.function_of(value) if value.type == "call_expression" else None
        if function is None:
            return None
        given = documents.arguments(value)
        if given and (given[0].type != "object" or entries(given[0])):
            return None
        context = self._call_context(given)
        is_output = text_of(value.child_by_field_name("function") or value).endswith("Output")
        if context is None or (name is not None and not is_output):
            return None
        return Existing(binding, function, is_output, name, context)

    def _call_context(self, given: list[Node]) -> Context | None:
        if len(given) < 2:
            return Context()
        options = self.program.options(given[1])
        if not isinstance(options, Fields) or len(options.entries) != 1 or options.is_open:
            return None
        (entry,) = options.entries
        return Context(entry.key, entry.value.code) if entry.key in ("parent", "provider") else None

    # callbacks

    def _in_callback(self, lookup: Lookup, context: Context, callback: Node, at: Node) -> str:
        """The lookup among the values that the callback is applied to, under its name there."""
        call = callback.parent.parent if callback.parent is not None else None
        assert call is not None
        self._check_chain(call)
        joined = self.joined.setdefault(call.id, Joined(call, callback))
        known = self._known(lookup, context, call, callback)
        if known is not None:
            return known
        held = next((found for found in self._existing(lookup.function, context, call) if found.field is None), None)
        value = text_of(held.binding.target) if held is not None else self._placed(lookup, context, call)
        if value in joined.values:
            return f"{joined.names[joined.values.index(value)]}.{lookup.field}"
        name = self._parameter_name(lookup.name, callback, joined)
        joined.values.append(value)
        joined.names.append(name)
        return f"{name}.{lookup.field}"

    def _check_chain(self, call: Node) -> None:
        """What the callback gives must go to an input, for a promise that becomes an output to be the same there."""
        if self.program.method(call) == "then":
            self.places.of(call)

    def _known(self, lookup: Lookup, context: Context, call: Node, callback: Node) -> str | None:
        """The callback gets this lookup already: its parameter."""
        values, names = self._applied_to(call), self._parameters(callback)
        if values is None or len(values) != len(names):
            return None
        for value, name in zip(values, names, strict=True):
            if name.type == "identifier" and self._asks(unwrapped(value), lookup, context):
                return f"{text_of(name)}.{lookup.field}"
        return None

    def _asks(self, value: Node, lookup: Lookup, context: Context) -> bool:
        if value.type == "identifier":
            bound = self.program.names.binding(value)
            found = self._held(bound) if bound is not None else None
            return (
                found is not None
                and found.field is None
                and found.function == lookup.function
                and (found.context in (context, Context()))
            )
        return value.type == "call_expression" and self.program.function_of(value) == lookup.function

    def _applied_to(self, call: Node) -> list[Node] | None:
        """The values of `pulumi.all([...])` or the one value that the callback is applied to."""
        func = call.child_by_field_name("function")
        before = unwrapped(entries(func)[0]) if func is not None else call
        if before.type == "call_expression" and documents.called(self.program, before) == "@pulumi/pulumi.all":
            given = documents.arguments(before)
            return entries(given[0]) if given and given[0].type == "array" else None
        return [before]

    def _parameters(self, callback: Node) -> list[Node]:
        found = documents.parameters(callback)
        return entries(found[0]) if len(found) == 1 and found[0].type == "array_pattern" else found

    def _parameter_name(self, base: str, callback: Node, joined: Joined) -> str:
        name = base.removeprefix("current")
        name = name[:1].lower() + name[1:]
        count, wanted = 2, name
        while self.program.names.is_used(name, callback) or name in joined.names:
            name, count = f"{wanted}{count}", count + 1
        return name

    def splices(self) -> Iterator[Splice]:
        """What changes around the places: tags, serialisers, callbacks that get another value."""
        for template in self.tagged.values():
            yield Splice(template.start_byte, template.start_byte, f"{self.pulumi()}.interpolate")
        for call in self.serialised.values():
            func = call.child_by_field_name("function")
            assert func is not None
            yield Splice(func.start_byte, func.end_byte, f"{self.pulumi()}.jsonStringify")
        for joined in self.joined.values():
            if joined.values:
                yield from rejoined(self.program, self.pulumi(), joined)

    # what has to be added

    def _placed(self, lookup: Lookup, context: Context, at: Node) -> str:
        """The name of a new constant for the lookup."""
        scope = self._scope(context, at)
        key = (lookup.function, context, scope.id)
        if key not in self.new:
            self.new[key] = (self._name(lookup, context, scope), self._call(lookup, context), scope)
        return self.new[key][0]

    def _scope(self, context: Context, at: Node) -> Node:
        """The block a new lookup belongs in: the module, or the method of the component."""
        if context == Context():
            if context == Context() and self._is_in_component(at):
                raise CannotFix(
                    "it leaves out the parent that its component gives to others, so its provider is unclear"
                )
            return self.program.root
        methods = [node for node in ancestors(at) if node.type == "method_definition"]
        functions = [node for node in ancestors(at) if node.type in FUNCTIONS]
        outer = methods[-1] if methods else functions[-1] if functions else None
        root = context.code.partition(".")[0]
        if root != "this":
            bound = self.program.names.lookup(root, at)
            if len(bound) != 1:
                raise CannotFix("the provider is bound in between")
            if bound[0].kind == "import" or self.program.statement(bound[0].target).parent == self.program.root:
                return self.program.root
        body = outer.child_by_field_name("body") if outer is not None else None
        if body is None or body.type != "statement_block":
            raise CannotFix("there is no block for the lookup to stand in")
        if root != "this":
            target = self.program.names.lookup(root, at)[0].target
            inside_block = self.program.statement(target).parent == body
            if not inside_block and target not in _below(outer.child_by_field_name("parameters") if outer else body):
                raise CannotFix("the provider is bound in between")
        return body

    def _is_in_component(self, at: Node) -> bool:
        owner = self.program.names.owner(at)
        return owner is not None and any(
            isinstance(resource.options, Fields)
            and resource.options.get("parent") is not None
            and self._context_or_none(resource) == Context("parent", "this")
            for resource in self.program.resources()
            if owner in ancestors(resource.node)
        )

    def _context_or_none(self, resource: Resource) -> Context | None:
        try:
            return self._context(resource)
        except CannotFix:
            return None

    def _name(self, lookup: Lookup, context: Context, scope: Node) -> str:
        base = lookup.name
        if context.kind == "provider":
            tail = context.code.rpartition(".")[2]
            base = tail + base.removeprefix("current")
        taken = {name for name, _, block in self.new.values() if block in (scope, self.program.root)}
        name, count = base, 2
        within = scope if scope != self.program.root else self.program.root
        while name in taken or self.program.names.is_used(name, within):
            name, count = f"{base}{count}", count + 1
        return name

    def _call(self, lookup: Lookup, context: Context) -> str:
        path, _, function = lookup.function.removeprefix(f"{self.program.package.name}.").rpartition(".")
        owner = self.program.names.package_name(self.program.package.packages["typescript"])
        if owner is None:
            raise CannotFix("the file does not import the provider's package as a whole")
        callee = ".".join(part for part in (owner, path, f"{function}Output") if part)
        options = f", {{ {context.kind}: {context.code} }}" if context.kind else ""
        return f"{callee}({{}}{options})"


def _below(node: Node | None) -> list[Node]:
    return list(below(node)) if node is not None else []
