"""What an expression may stand for while the program runs, however it gets there: the imported names, and the calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from iacfix.languages.shared.choices import ANY, CALLED, Choices, Path, Walk, shown
from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.bindings import Binding, computed_module, dotted, loaded
from iacfix.languages.typescript.classes import plain_bases
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.documents import results
from iacfix.languages.typescript.names import is_this_field
from iacfix.languages.typescript.tree import FUNCTIONS, arguments, method, unwrapped

Steps = Iterator[tuple[Node, Path]]
NAMES = frozenset({"identifier", "shorthand_property_identifier"})
PATTERNS = frozenset(
    {"array_pattern", "object_pattern", "pair_pattern", "rest_pattern", "assignment_pattern"}
    | {"object_assignment_pattern"}
)
EACH = frozenset({"forEach", "map", "flatMap", "filter", "reduce", "some", "every"})
SAME = frozenset({"filter", "slice", "reverse", "sort", "concat", "flat"})
"""Methods that give a list of the same elements."""
ADDING = frozenset({"push", "unshift", "add"})


def choices(definitions: Definitions, start: Node) -> Choices[Node]:
    """Everything that a place may stand for, as far as the file shows it."""
    return _Walk(definitions).choices((start, ()))


def kept(definitions: Definitions, path: Sequence[str]) -> Iterator[str]:
    """The dotted names of what a file keeps at a path of names, in a class, a mapping or a function's result; or of
    the class that is extended there."""
    names = definitions.names
    for bound in names.lookup(path[0], names.root.entries[0]) if len(path) == 1 and names.root.entries else ():
        owner = bound.target.parent if bound.kind == "class" else None
        bases = plain_bases(definitions, owner) if owner is not None else ()
        yield from (name for base in bases if (name := definitions.qualified(base)) is not None)
    yield from sorted(kept_choices(definitions, path).imported)


def kept_choices(definitions: Definitions, path: Sequence[str]) -> Choices[Node]:
    """Everything that what a file keeps at a path of names may stand for: in a class or its instances, a mapping or a
    function's result."""
    return _Walk(definitions).choices(*_kept_at(definitions, path))


def _kept_at(definitions: Definitions, path: Sequence[str]) -> Steps:
    """The values that a file keeps at a path of names, each with the members that are read of it."""
    names = definitions.names
    rest: Path = tuple(None if key == ANY else key for key in path[1:])
    for bound in names.lookup(path[0], names.root.entries[0]) if rest and names.root.entries else ():
        owner = bound.target.parent if bound.kind == "class" else None
        match rest:
            case (key, str(field), *members) if key == CALLED and owner is not None:
                yield from ((value, tuple(members)) for value in definitions.field_values(owner, field))
            case (key, *members) if key == CALLED and (function := names.function(bound.target)) is not None:
                yield from ((value, tuple(members)) for value in results(function) if value is not None)
            case _:
                yield from ((value, rest[1:]) for value in _set_in(owner, rest[0]))
                yield from [(bound.value, rest)] if bound.value is not None else []


class _Walk(Walk[Node, Node, Definitions]):
    def _on(self, node: Node, path: Path, found: Choices[Node]) -> Steps:
        held = unwrapped(node)
        if held is not node:
            yield held, path
            return
        match node.type:
            case kind if kind in NAMES:
                yield from self._named(node, path, found)
            case "member_expression" if is_this_field(node):
                yield from ((value, path) for value in self._field_values(node))
            case "member_expression":
                yield node.entries[0], (node.entries[-1].text, *path)
            case "subscript_expression":
                yield from ((node.entries[0], (key, *path)) for key in self._keys(node.entries[-1]))
            case "ternary_expression":
                yield from ((each, path) for each in node.entries[1:])
            case "binary_expression" if node.operator in ("||", "??", "&&"):
                yield from ((each, path) for each in node.entries)
            case "await_expression" | "spread_element":
                yield node.entries[0], path
            case "object" | "array" if path:
                yield from _members(node, path)
            case "call_expression" | "new_expression":
                yield from self._called(node, path, found)
            case "string" if not path:
                found.literals.add(node.text[1:-1])
            case _:
                found.is_open = True

    def _keys(self, key: Node) -> tuple[str | int | None, ...]:
        if key.type == "number":
            return (int(key.text),) if key.text.isdigit() else (None,)
        return super()._keys(key)

    # names

    def _named(self, name: Node, path: Path, found: Choices[Node]) -> Steps:
        bindings = self.definitions.names.lookup(name.text, name)
        found.is_open = found.is_open or not bindings
        for bound in bindings:
            if bound.imported is not None:
                found.imported.add(dotted(bound.imported, shown(path)))
                continue
            if bound.value is not None:
                yield bound.value, path
            elif bound.source is not None:
                yield bound.source, (*bound.path, *path)
            elif bound.kind == "class" and path:
                yield from ((value, path[1:]) for value in _set_in(bound.target.parent, path[0]))
            else:
                yield from self._bound(bound, path, found)
            yield from self._later(bound, path)

    def _bound(self, bound: Binding, path: Path, found: Choices[Node]) -> Steps:
        """What a parameter, a loop or a pattern gives to its name."""
        node = bound.target
        for around in bound.target.ancestors():
            match around.type:
                case "object_pattern":
                    path = (_key_of(node), *path)
                case "array_pattern":
                    path = (around.entries.index(node), *path)
                case "assignment_pattern" | "object_assignment_pattern":
                    yield around.entries[-1], path
                case "variable_declarator":
                    value = around.child_by_field_name("value")
                    yield from [(value, path)] if value is not None else []
                    return
                case "for_in_statement":
                    yield from self._iterated(around, path)
                    return
                case "required_parameter" | "optional_parameter" | "arrow_function":
                    yield from self._given(around, path, found)
                    return
                case kind if kind not in PATTERNS:
                    found.is_open = True
                    return
                case _:
                    pass
            node = around

    @staticmethod
    def _iterated(loop: Node, path: Path) -> Steps:
        """The elements that `for ... of` goes through; of `for ... in` the keys."""
        through = loop.child_by_field_name("right")
        operator = loop.child_by_field_name("operator")
        if through is None:
            return
        if operator is not None and operator.text == "in":
            held = unwrapped(through)
            yield from ((key, path) for entry in held.entries if (key := entry.child_by_field_name("key")) is not None)
        else:
            yield through, (None, *path)

    def _later(self, bound: Binding, path: Path) -> Steps:
        """What a variable is set to later, or what is put into it."""
        if bound.kind in ("let", "var"):
            for node in _assignments(self.definitions):
                if self.definitions.names.binding(node.entries[0]) == bound:
                    yield node.entries[-1], path
        for use in self.definitions.names.uses(bound) if path and bound.value is not None else ():
            around = use.parent
            holder = around.parent if around is not None else None
            if around is None or holder is None or around.entries[0] != use:
                continue
            if holder.type == "assignment_expression" and holder.entries[0] == around:
                yield holder.entries[-1], path[1:]
            elif holder.type == "call_expression" and (method(holder) in ADDING or method(holder) == "set"):
                yield from ((value, path[1:]) for value in arguments(holder)[-1:])

    def _field_values(self, node: Node) -> Iterator[Node]:
        """What a field is set to, in the body of the class or by its methods."""
        owner = self.definitions.names.owner(node)
        yield from self.definitions.field_values(owner, node.entries[-1].text) if owner is not None else ()

    def _given(self, parameter: Node, path: Path, found: Choices[Node]) -> Steps:
        """A parameter's default, and what the calls of the file hand to it."""
        default = parameter.child_by_field_name("value") if parameter.type != "arrow_function" else None
        yield from [(default, path)] if default is not None else []
        function = next((each for each in (parameter, *parameter.ancestors()) if each.type in FUNCTIONS), None)
        if function is None:
            return
        listed = function.child_by_field_name("parameters")
        index = listed.entries.index(parameter) if listed is not None and parameter != function else 0
        around = function.parent
        call = around.parent if around is not None and around.type == "arguments" else None
        func = call.child_by_field_name("function") if call is not None else None
        if call is not None and func is not None and method(call) in EACH and index == 0:
            yield func.entries[0], (None, *path)
            return
        if call is not None and func is not None and method(call) == "then" and index == 0:
            yield func.entries[0], path
            return
        found.through.add(function)
        for each in calls_of(self.definitions).get(function, ()):
            yield from ((value, path) for value in arguments(each)[index : index + 1])

    # calls

    def _called(self, call: Node, path: Path, found: Choices[Node]) -> Steps:
        func, given, called = call.child_by_field_name("function"), arguments(call), method(call)
        owner = func.entries[0] if func is not None and func.type == "member_expression" else None
        made = call.child_by_field_name("constructor")
        if (package := computed_module(call)) is not None:
            found.imported.add(dotted(package, [ANY, *shown(path)]))
            return
        if (module := loaded(call, "import") or loaded(call, "require")) is not None:
            found.imported.add(dotted(module, shown(path)))
            return
        match called, path:
            case "all", (_, *_) if owner is not None and owner.text == "Promise" and given:
                yield given[0], path
            case "values", (_, *_) if owner is not None and owner.text == "Object" and given:
                yield given[0], path
            case "entries", (_, 1, *rest) if owner is not None and given and owner.text == "Object":
                yield given[0], (None, *rest)
            case "entries", (_, 1, *rest) if owner is not None and not given:
                yield owner, (None, *rest)
            case "values", _ if owner is not None and not given:
                yield owner, path
            case "get", _ if owner is not None and owner.text == "Reflect" and len(given) > 1:
                yield from ((given[0], (key, *path)) for key in self._keys(given[1]))
            case "get", _ if owner is not None and given:
                yield from ((owner, (key, *path)) for key in self._keys(given[0]))
            case "bind", _ if owner is not None:
                yield owner, path
                found.calls.extend([] if path else [call])
            case "find" | "at" | "pop" | "shift", _ if owner is not None:
                yield owner, (None, *path)
            case "map" | "flatMap", (int() | None, *rest) if given and given[0].type in FUNCTIONS:
                yield from ((value, tuple(rest)) for value in results(given[0]) if value is not None)
            case name, (_, *_) if owner is not None and name in SAME:
                yield from ((each, path) for each in (owner, *given))
            case _ if made is not None and made.text == "Map" and given and path:
                yield given[0], (None, 1, *path[1:])
            case _ if made is not None and made.text == "Set" and given:
                yield given[0], path
            case _:
                yield from self._result(call, path, found)

    def _result(self, call: Node, path: Path, found: Choices[Node]) -> Steps:
        """What a function of the file returns."""
        function = function_of(self.definitions, call)
        returned = [each for each in results(function) if each is not None] if function is not None else []
        if returned and call.type == "call_expression":
            yield from ((value, path) for value in returned)
        elif path and isinstance(path[0], str) and (made := _class_of(self.definitions, call)) is not None:
            yield from ((value, path[1:]) for value in self.definitions.field_values(made, path[0]))
        elif (name := self.definitions.qualified(call)) is not None:
            found.imported.add(dotted(name, shown(path)))
        elif not path:
            found.calls.append(call)
        else:
            found.reads.append((call, path))
            func = call.child_by_field_name("function")
            if func is not None and (name := self.definitions.qualified(func)):
                found.imported.add(dotted(name, [CALLED, *shown(path)]))


def function_of(definitions: Definitions, call: Node) -> Node | None:
    """The function or method of this file that a call calls: of a class its constructor."""
    func = call.child_by_field_name("function")
    if func is not None and is_this_field(func):
        return _method(definitions.names.owner(func), func.entries[-1].text)
    if func is not None:
        return definitions.names.function(func)
    made = _class_of(definitions, call)
    return _method(made, "constructor") if made is not None else None


def _class_of(definitions: Definitions, call: Node) -> Node | None:
    """The class of this file that is made an instance of."""
    made = call.child_by_field_name("constructor")
    bound = definitions.names.binding(made) if made is not None and made.type == "identifier" else None
    return bound.target.parent if bound is not None and bound.kind == "class" else None


@lru_cache(maxsize=2)
def calls_of(definitions: Definitions) -> dict[Node, list[Node]]:
    """The functions of this file and their calls."""
    found = dict[Node, list[Node]]()
    for call in definitions.names.root.inside("call_expression", "new_expression"):
        if (function := function_of(definitions, call)) is not None:
            found.setdefault(function, []).append(call)
    return found


@lru_cache(maxsize=2)
def _assignments(definitions: Definitions) -> list[Node]:
    return [node for node in definitions.names.root.inside("assignment_expression") if node.entries[0].type in NAMES]


def _method(owner: Node | None, name: str) -> Node | None:
    body = owner.child_by_field_name("body") if owner is not None else None
    for found in body.entries if body is not None else ():
        named = found.child_by_field_name("name")
        if found.type == "method_definition" and named is not None and named.text == name:
            return found
    return None


def _set_in(owner: Node | None, name: str | int | None) -> Iterator[Node]:
    """What the body of a class sets a field to."""
    for found in owner.inside("public_field_definition") if owner is not None else ():
        named, value = found.child_by_field_name("name"), found.child_by_field_name("value")
        if named is not None and named.text == name and value is not None:
            yield value


def _members(node: Node, path: Path) -> Steps:
    """The member that is read of an object or a list, all of them where that cannot be told."""
    first, rest = path[0], path[1:]
    if node.type == "array" and isinstance(first, str):
        return  # its length, or a method
    if node.type == "array":
        plain = not any(each.type == "spread_element" for each in node.entries)
        found = node.entries[first : first + 1] if isinstance(first, int) and plain else node.entries
        yield from ((each, path if each.type == "spread_element" else rest) for each in found)
        return
    for each in node.entries:
        if each.type == "spread_element":
            yield each, path
        elif first is None or _key_of(each) in (None, first):
            yield each.child_by_field_name("value") or each, rest


def _key_of(node: Node) -> str | None:
    """The key that an entry of an object or a pattern is about; None where that is computed."""
    match node.type:
        case "shorthand_property_identifier" | "shorthand_property_identifier_pattern":
            return node.text
        case "pair" | "pair_pattern":
            key = node.child_by_field_name("key")
            return key.text.strip("\"'") if key is not None and key.type != "computed_property_name" else None
        case "object_assignment_pattern":
            return _key_of(node.entries[0])
        case _:
            return None
