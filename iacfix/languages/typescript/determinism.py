"""Whether code that makes a name gives the same one each time it is carried out."""

from __future__ import annotations

from iacfix.languages.shared.nodes import Node
from iacfix.languages.typescript.definitions import Definitions
from iacfix.languages.typescript.tree import FUNCTIONS, unwrapped

PURE = frozenset(
    """
    getStack getProject getOrganization require get
    String Number Boolean
    toLowerCase toUpperCase toString trim trimStart trimEnd replace replaceAll
    slice substring substr charAt padStart padEnd repeat normalize
    concat join split map filter includes startsWith endsWith
    """.split()  # noqa: SIM905 (a literal takes a line for each)
)
"""Calls that give the same each time."""

TELLING = ("next", "new", "uniq", "rand", "gen", "tmp", "temporary")
"""A call with one of these in its name gives another one each time, whatever else is in it."""

CHANGING = frozenset({"crypto", "node:crypto", "uuid", "nanoid", "tmp", "@pulumi/random"})
"""Packages whose functions give something else each time."""

STEADY = frozenset({"JSON", "Object", "pulumi", "path", "Math"})
"""Objects whose functions may be carried out in another order."""

OF_OUTPUTS, READING = frozenset({"apply", "then", "toString"}), ("get", "require")
"""Methods of outputs, and how those begin that read a setting."""

EFFECTS = ("yield_expression", "await_expression", "new_expression")
WRITES = ("assignment_expression", "augmented_assignment_expression", "update_expression")


class Determinism:
    """Looks through the functions of a file; what comes from elsewhere is believed by its name."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions, self.names = definitions, definitions.names
        self._followed: set[Node] = set()

    def is_pure(self, node: Node) -> bool:
        """Every call and every getter inside gives the same each time."""
        return all(self._is_pure_call(call) for call in node.inside("call_expression")) and all(
            self._is_pure_read(read) for read in node.inside("member_expression")
        )

    def is_steady(self, node: Node) -> bool:
        """It gives the same where other code is carried out before it: nothing inside counts, takes or waits."""
        if node.inside("await_expression", "yield_expression", *WRITES):
            return False
        calls = node.inside("call_expression", "new_expression")
        return all(self._is_steady_call(call) for call in calls)

    def _is_steady_call(self, call: Node) -> bool:
        called = unwrapped(call.child_by_field_name("function") or call.child_by_field_name("constructor") or call)
        if (self.definitions.qualified(called) or "").startswith("@pulumi/"):
            return True
        if called.type == "member_expression":
            owner, name = called.entries[0].text, called.entries[-1].text
            if owner in STEADY or name in OF_OUTPUTS or name.startswith(READING):
                return True
        return call.type == "call_expression" and self._is_pure_call(call)

    def _is_pure_call(self, call: Node) -> bool:
        called = unwrapped(call.child_by_field_name("function") or call)
        if called.type == "member_expression" and (made := self._members(called.entries[-1].text)):
            return all(self._is_pure_function(value) for value in made)
        return self._is_pure_function(called)

    def _is_pure_read(self, read: Node) -> bool:
        """It is no getter of the file, or one that gives the same each time."""
        made = self._members(read.entries[-1].text)
        getters = [value for value in made if any(child.type == "get" for child in value.children)]
        return all(self._is_pure_function(getter) for getter in getters)

    def _members(self, name: str) -> list[Node]:
        """What objects of the file have under a name: methods, getters, and functions that are assigned."""
        found: list[Node] = []
        for node in self.names.root.inside("method_definition", "public_field_definition", "pair", *WRITES[:1]):
            key = node.child_by_field_name("name") or node.child_by_field_name("key") or node.entries[0]
            key = key.entries[-1] if key.type == "member_expression" else key
            value = unwrapped(node.child_by_field_name("value") or node.child_by_field_name("right") or node)
            is_code = value.type in FUNCTIONS or node.type not in ("pair", "public_field_definition")
            if is_code and key.type.endswith("property_identifier") and key.text == name:
                found.append(value)
        return found

    def _is_pure_function(self, function: Node) -> bool:
        function = unwrapped(function)
        if function.type in FUNCTIONS:
            return self._is_pure_body(function)
        if function.type == "member_expression":
            return self._is_believed(function)
        if function.type != "identifier":
            return False
        found = self.names.lookup(function.text, function)
        if not found or (len(found) == 1 and self.definitions.imported(found[0]) is not None):
            return self._is_believed(function)
        made = self.names.function(function) or self.definitions.of(function)
        return made is not None and not self.names.changes_name(function) and self._is_pure_function(made)

    def _is_pure_body(self, function: Node) -> bool:
        """It changes nothing that outlives it, and reads nothing that is bound more than once."""
        if function in self._followed:
            return True
        self._followed.add(function)
        if "generator" in function.type or function.inside(*EFFECTS):
            return False
        if any(not self._is_own(write.entries[0], function) for write in function.inside(*WRITES)):
            return False
        read = [name for name in function.inside("identifier") if not self._is_own(name, function)]
        body = function.child_by_field_name("body")
        return not any(map(self.names.changes_name, read)) and body is not None and self.is_pure(body)

    def _is_own(self, name: Node, function: Node) -> bool:
        """The name is bound inside the function."""
        found = self.names.lookup(name.text, name) if name.type == "identifier" else []
        return any(function in bound.target.ancestors() for bound in found)

    def _is_believed(self, function: Node) -> bool:
        """What the file does not make is judged by its name."""
        if any((self.definitions.qualified(function) or "").startswith(f"{package}.") for package in CHANGING):
            return False
        name = (function.entries[-1] if function.type == "member_expression" else function).text
        named = "name" in name.lower() and not any(word in name.lower() for word in TELLING)
        return named or name in PURE
