"""Whether code that makes a name gives the same one each time it is carried out."""

from __future__ import annotations

from iacfix.languages.python import syntax
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.scopes import Assignment, ImportAssignment
from iacfix.languages.python.tree import inside

PURE = frozenset(
    """
    get_stack get_project get_organization require get getenv
    str int len min max sorted list tuple range enumerate zip isinstance
    lower upper title capitalize strip lstrip rstrip removeprefix removesuffix replace translate
    format join split sub startswith endswith zfill encode decode hexdigest sha1 sha256 md5
    ValueError TypeError KeyError Exception
    """.split()  # noqa: SIM905 (a literal takes a line for each)
)
"""Calls that give the same each time."""

TELLING = ("next", "new", "uniq", "rand", "gen", "temporary")
"""A call with one of these in its name gives another one each time, whatever else is in it."""

CHANGING = frozenset({"random", "secrets", "tempfile", "time", "datetime", "uuid", "itertools"})
"""Modules whose functions give something else each time."""

STEADY = frozenset({"pulumi", "json", "os", "re"})
"""Modules whose functions may be carried out in another order."""

OF_OUTPUTS, READING = frozenset({"apply", "all", "concat", "format", "items", "keys", "values"}), ("get", "require")
"""Methods of outputs and mappings, and how those begin that read a setting."""

DECORATORS = frozenset({"staticmethod", "classmethod", "property", "cached_property", "cache", "lru_cache"})
"""What may stand above a function without making another one of it."""

EFFECTS = (syntax.Global, syntax.Nonlocal, syntax.Yield, syntax.Await, syntax.With, syntax.Del)


class Determinism:
    """Looks through the functions of a file; what comes from elsewhere is believed by its name."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions, self.names = definitions, definitions.names
        self._followed: set[syntax.Node] = set()

    def is_pure(self, node: syntax.Node) -> bool:
        """Every call and every property inside gives the same each time."""
        return all(self._is_pure_call(call) for call in inside(node, syntax.Call)) and all(
            self._is_pure_read(read) for read in inside(node, syntax.Attribute)
        )

    def is_steady(self, node: syntax.Node) -> bool:
        """It gives the same where other code is carried out before it: nothing inside counts, takes or waits."""
        if inside(node, syntax.Await) or inside(node, syntax.Yield) or inside(node, syntax.NamedExpr):
            return False
        return all(self._is_steady_call(call) for call in inside(node, syntax.Call))

    def _is_steady_call(self, call: syntax.Call) -> bool:
        known = (self.definitions.qualified(call.func) or "").partition(".")[0]
        if known in STEADY or known.startswith("pulumi_"):
            return True
        match call.func:
            case syntax.Attribute(attr=syntax.Name(value=name)) if name in OF_OUTPUTS or name.startswith(READING):
                return True
            case _:
                return self._is_pure_call(call)

    def _is_pure_call(self, call: syntax.Call) -> bool:
        match call.func:
            case syntax.Attribute(attr=attr) if made := self._members(attr.value):
                return all(self._is_pure_function(value) for value in made)
            case syntax.Attribute(attr=attr):
                return self._is_believed(call.func, attr.value)
            case _:
                return self._is_pure_function(call.func)

    def _is_pure_read(self, read: syntax.Attribute) -> bool:
        """It is no property of the file, or one that gives the same each time."""
        methods = [value for value in self._members(read.attr.value) if isinstance(value, syntax.FunctionDef)]
        getters = [method for method in methods if any(_last(each).endswith("property") for each in method.decorators)]
        return all(self._is_pure_function(getter) for getter in getters)

    def _members(self, name: str) -> list[syntax.Node]:
        """What objects of the file have under a name: functions, and values that are assigned."""
        found: list[syntax.Node] = [
            function
            for function in inside(self.names.module, syntax.FunctionDef)
            if function.name.value == name and isinstance(function.around.parent, syntax.ClassDef)
        ]
        for assign in inside(self.names.module, syntax.Assign):
            for target in (target.target for target in assign.targets):
                if isinstance(target, syntax.Attribute) and target.attr.value == name:
                    found.append(assign.value)
        return found

    def _is_pure_function(self, function: syntax.Node) -> bool:
        match function:
            case syntax.FunctionDef():
                known = all(_last(each) in DECORATORS for each in function.decorators)
                return known and not function.asynchronous and self._is_pure_body(function)
            case syntax.Lambda():
                return self._is_pure_body(function)
            case syntax.Attribute(attr=attr):
                return self._is_believed(function, attr.value)
            case syntax.Name(value=name):
                found = self.names.scope(function)[name]
                if all(isinstance(each, ImportAssignment) or not isinstance(each, Assignment) for each in found):
                    return self._is_believed(function, name)
                made = self.names.function(function) or self.definitions.of(function)
                return made is not None and self._is_pure_function(made)
            case _:
                return False

    def _is_pure_body(self, function: syntax.FunctionDef | syntax.Lambda) -> bool:
        """It changes nothing that outlives it, and reads nothing that is bound more than once."""
        if function in self._followed:
            return True
        self._followed.add(function)
        body = function.body
        if any(isinstance(node, EFFECTS) for node in inside(body, syntax.Node)):
            return False
        targets = [assign.target for assign in inside(body, syntax.AssignTarget)]
        targets += [assign.target for assign in inside(body, syntax.AugAssign)]
        if any(not isinstance(target, syntax.Name | syntax.Tuple) for target in targets):
            return False
        own = {bound.name for bound in self.names.scope(body).assignments}
        changed = (
            name for name in inside(body, syntax.Name) if name.value not in own and self.names.count_here(name) > 1
        )
        return not any(changed) and self.is_pure(body)

    def _is_believed(self, function: syntax.BaseExpression, name: str) -> bool:
        """What the file does not make is judged by its name."""
        if (self.definitions.qualified(function) or "").partition(".")[0] in CHANGING:
            return False
        named = "name" in name.lower() and not any(word in name.lower() for word in TELLING)
        return named or name in PURE


def _last(decorator: syntax.Decorator) -> str:
    """`cache` of `@functools.cache` and `@cache()`."""
    node = decorator.decorator
    node = node.func if isinstance(node, syntax.Call) else node
    match node:
        case syntax.Name(value=name) | syntax.Attribute(attr=syntax.Name(value=name)):
            return name
        case _:
            return ""
