"""What an expression may stand for while the program runs, however it gets there: the imported names, and the calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from iacfix.languages.python import syntax
from iacfix.languages.python.classes import plain_bases
from iacfix.languages.python.definitions import Definitions
from iacfix.languages.python.documents import results
from iacfix.languages.python.names import assigned_value, last_name
from iacfix.languages.python.scopes import Assignment, ImportAssignment
from iacfix.languages.python.tree import inside
from iacfix.languages.shared.choices import ANY, CALLED, Choices, Path, Walk, shown

Steps = Iterator[tuple[syntax.Node, Path]]
WHOLE = frozenset({"list", "tuple", "set", "sorted", "reversed", "iter", "frozenset", "cast", "MappingProxyType"})
"""Functions that give what they are given, in another container."""
OWNERS = (syntax.ClassDef, syntax.FunctionDef)
LOADED = "sys.modules."
BEGIN = re.compile(r"([\w.]+)\.")
"""The modules that the text of a module's name begins with, up to what is computed."""


def choices(definitions: Definitions, start: syntax.BaseExpression) -> Choices[syntax.Call]:
    """Everything that a place may stand for, as far as the file shows it."""
    return _Walk(definitions).choices((start, ()))


def kept_choices(definitions: Definitions, path: Sequence[str]) -> Choices[syntax.Call]:
    """Everything that what a file keeps at a path of names may stand for: in a class or its instances, a mapping or a
    function's result."""
    return _Walk(definitions).choices(*_kept_at(definitions, path))


def kept(definitions: Definitions, path: Sequence[str]) -> Iterator[str]:
    """The dotted names of what a file keeps at a path of names, in a class, a mapping or a function's result; or of
    the class that is extended there."""
    for bound in definitions.names.of_module(path[0]) if len(path) == 1 else ():
        if isinstance(made := bound.node, syntax.ClassDef):
            bases = plain_bases(definitions, made)
            yield from (name for base in bases if (name := definitions.qualified(base)) is not None)
    yield from sorted(kept_choices(definitions, path).imported)


def _kept_at(definitions: Definitions, path: Sequence[str]) -> Steps:
    """The values that a file keeps at a path of names, each with the members that are read of it."""
    rest: Path = tuple(None if key == ANY else key for key in path[1:])
    for bound in definitions.names.of_module(path[0]) if rest else ():
        match bound.node, rest:
            case syntax.ClassDef() as made, (key, str(field), *members) if key == CALLED:
                yield from ((value, tuple(members)) for value in _set_in(definitions, made, field))
            case syntax.ClassDef() as made, _:
                yield from ((value, rest[1:]) for value in _class_values(made, rest[0]))
            case syntax.FunctionDef() as function, (key, *members) if key == CALLED:
                yield from ((value, tuple(members)) for value in results(function))
            case node, _ if (value := assigned_value(node)) is not None:
                yield value, rest
            case _:
                pass


class _Walk(Walk[syntax.Node, syntax.Call, Definitions]):
    def _on(self, node: syntax.Node, path: Path, found: Choices[syntax.Call]) -> Steps:
        match node:
            case syntax.Name():
                yield from self._named(node, path, found)
            case syntax.Attribute(value=syntax.Name(value="self" | "cls"), attr=attr):
                yield from ((value, path) for value in self._field_values(node, attr.value))
            case syntax.Attribute(value=owner, attr=attr):
                yield owner, (attr.value, *path)
            case syntax.Subscript(value=owner, slice=[syntax.SubscriptElement(slice=syntax.Index(value=key))]):
                yield from ((owner, (each, *path)) for each in self._keys(key))
            case syntax.IfExp(body=one, orelse=other) | syntax.BooleanOperation(left=one, right=other):
                yield from ((one, path), (other, path))
            case syntax.BinaryOperation(left=one, right=other) if path:
                yield from ((one, path), (other, path))
            case syntax.NamedExpr(value=value):
                yield value, path
            case syntax.Dict() | syntax.List() | syntax.Tuple() | syntax.Set() if path:
                yield from _members(node, path)
            case syntax.DictComp(value=each) | syntax.ListComp(elt=each) | syntax.GeneratorExp(elt=each) if path:
                yield each, path[1:]
            case syntax.Call():
                yield from self._called(node, path, found)
            case syntax.SimpleString() if not path and isinstance(text := node.evaluated_value, str):
                found.literals.add(text)
            case _:
                found.is_open = True

    def _keys(self, key: syntax.Node) -> tuple[str | int | None, ...]:
        return (key.evaluated_value,) if isinstance(key, syntax.Integer) else super()._keys(key)

    # names

    def _named(self, name: syntax.Name, path: Path, found: Choices[syntax.Call]) -> Steps:
        names = self.definitions.names
        for bound in names.scope(name)[name.value]:
            if isinstance(bound, ImportAssignment):
                known = self.definitions.qualified(name)
                ways = [known] if known is not None else [each.name for each in bound.qualified(name.value)]
                imported = (".".join([each, *shown(path)]) for each in ways or [name.value])
                found.imported.update(each.removeprefix(LOADED) for each in imported)
            elif isinstance(bound, Assignment):
                yield from self._bound(bound.node, path, found)
                if path and isinstance(bound.node, syntax.Name):
                    yield from ((value, path[1:]) for value in self.definitions.names.put_into(bound.node))

    def _global(self, name: str, path: Path, found: Choices[syntax.Call]) -> Steps:
        """What the file binds to a name that is asked for by its text."""
        for bound in self.definitions.names.of_module(name):
            if isinstance(bound, ImportAssignment):
                given = ".".join([name, *shown(path)])
                found.imported.update(each.name for each in bound.qualified(given))
            else:
                yield from self._bound(bound.node, path, found)

    def _bound(self, node: syntax.Node, path: Path, found: Choices[syntax.Call]) -> Steps:
        """What an assignment, a loop or a call gives to its name."""
        parent = node.parent
        if isinstance(parameter := node if isinstance(node, syntax.Param) else parent, syntax.Param):
            yield from ((value, path) for value in self._given(parameter, found))
        elif isinstance(parent, syntax.NamedExpr):
            yield parent.value, path
        elif (value := assigned_value(node)) is not None:
            yield value, path
        elif isinstance(parent, syntax.For | syntax.CompFor):
            yield parent.iter, (None, *path)
        elif isinstance(parent, syntax.Element) and isinstance(listed := parent.parent, syntax.Tuple | syntax.List):
            yield from self._bound(listed, (list(listed.elements).index(parent), *path), found)
        elif isinstance(node, syntax.ClassDef) and path:
            yield from ((each, path[1:]) for each in _class_values(node, path[0]))
        else:
            found.is_open = True

    def _field_values(self, near: syntax.Node, name: str) -> Iterator[syntax.BaseExpression]:
        """What a field is set to, in the body of the class or by its methods."""
        owner = self.definitions.names.owner(near)
        yield from _set_in(self.definitions, owner, name) if owner is not None else ()

    def _given(self, parameter: syntax.Param, found: Choices[syntax.Call]) -> Iterator[syntax.BaseExpression]:
        """A parameter's default, and what the calls of the file hand to it."""
        if parameter.default is not None:
            yield parameter.default
        function = parameter.around.around
        if isinstance(function, syntax.FunctionDef):
            found.through.add(function)
            for call in calls_of(self.definitions).get(function, ()):
                yield from (arg.value for arg in call.args if receiver(function, call, arg) is parameter)
        elif isinstance(function, syntax.Lambda) and isinstance(call := function.parent, syntax.Call):
            listed = [each.value for each in call.args if each.keyword is None and not each.star]
            index = (
                list(function.params.params).index(parameter) if parameter in function.params.params else len(listed)
            )
            yield from listed[index : index + 1] if call.func is function else ()

    # calls

    def _called(self, call: syntax.Call, path: Path, found: Choices[syntax.Call]) -> Steps:
        name, given = last_name(call.func) or "", [arg.value for arg in call.args]
        match call.func, name, path:
            case syntax.Attribute(value=owner), "get" | "pop" | "setdefault", _ if given:
                yield from ((owner, (key, *path)) for key in self._keys(given[0]))
                yield from ((value, path) for value in given[1:])
            case syntax.Attribute(value=owner), "items", (_, 1, *rest):
                yield owner, (None, *rest)
            case syntax.Attribute(value=owner), "values", _:
                yield owner, path
            case syntax.Name(), "enumerate", (_, 1, *rest) if given:
                yield given[0], (None, *rest)
            case syntax.Name(), "zip", (_, int(index), *rest) if index < len(given):
                yield given[index], (None, *rest)
            case syntax.Name(), "getattr", _ if len(given) > 1:
                yield from ((given[0], (key, *path)) for key in self._keys(given[1]))
            case syntax.Name(), "vars", (_, *_) if given:
                yield given[0], path
            case _, "import_module" | "__import__", _ if given and (begin := _begin(given[0])):
                module = f"{begin}.{ANY}" if name == "import_module" else begin.partition(".")[0]
                found.imported.add(".".join([module, *shown(path)]))
            case syntax.Name(), "globals", (str(first), *rest):
                yield from self._global(first, tuple(rest), found)
            case syntax.Name(), "type", _ if len(given) == 3:
                yield given[1], (None, *path)
            case syntax.Call(args=[getter]) as making, _, _ if (
                given and last_name(making.func) == "attrgetter" and self._keys(getter.value) != (None,)
            ):
                members = (key.split(".") for key in self._keys(getter.value) if isinstance(key, str))
                yield from ((given[0], (*each, *path)) for each in members)
            case syntax.Name(), "dict", (first, *rest):
                yield from ((each, tuple(rest)) for each in _keyword_values(call, first))
                yield from ((arg.value, path) for arg in call.args if arg.star or arg.keyword is None)
            case _ if name in WHOLE and given:
                yield given[-1], path
            case _:
                yield from self._result(call, path, found)

    def _result(self, call: syntax.Call, path: Path, found: Choices[syntax.Call]) -> Steps:
        """What a function of the file returns, or a field of what a class of the file makes."""
        function = function_of(self.definitions, call)
        if function is not None and function.name.value != "__init__":
            yield from ((value, path) for value in results(function))
        elif path and (made := _class_of(self.definitions, call)) is not None:
            found.through.add(made)
            yield from ((value, path[1:]) for value in _field_given(self.definitions, made, call, path[0]))
        elif self.definitions.qualified(call) is not None:
            found.imported.add(".".join([self.definitions.qualified(call) or "", *shown(path)]))
        elif not path:
            found.calls.append(call)
        else:
            found.reads.append((call, path))
            if (name := self.definitions.qualified(call.func)) is not None:
                found.imported.add(".".join([name, CALLED, *shown(path)]))


def called_of(definitions: Definitions, call: syntax.Call) -> syntax.FunctionDef | syntax.ClassDef | None:
    """The function, or the class with declared fields, of this file that a call calls."""
    return function_of(definitions, call) or _class_of(definitions, call)


def function_of(definitions: Definitions, call: syntax.Call) -> syntax.FunctionDef | None:
    """The function or method of this file that a call calls: of a class its constructor."""
    names = definitions.names
    if names.is_own_method(call.func):
        owner = names.owner(call)
        return _method(owner, last_name(call.func) or "") if owner is not None else None
    if (function := names.function(call.func)) is not None:
        return function
    made = _class_of(definitions, call)
    return _method(made, "__init__") if made is not None else None


@lru_cache(maxsize=2)
def calls_of(definitions: Definitions) -> dict[syntax.FunctionDef, list[syntax.Call]]:
    """The functions of this file and their calls."""
    found = dict[syntax.FunctionDef, list[syntax.Call]]()
    for call in inside(definitions.names.module, syntax.Call):
        if (function := function_of(definitions, call)) is not None:
            found.setdefault(function, []).append(call)
    return found


def receiver(function: syntax.FunctionDef, call: syntax.Call, arg: syntax.Arg) -> syntax.Param | None:
    """The parameter that an argument of a call goes to."""
    listed = [*function.params.posonly_params, *function.params.params]
    every = [*listed, *function.params.kwonly_params]
    if arg.keyword is not None:
        return next((each for each in every if each.name.value == arg.keyword.value), None)
    plain = [each for each in call.args if each.keyword is None]
    if arg.star or any(each.star for each in plain):
        return None
    around = next((each for each in function.ancestors() if isinstance(each, OWNERS)), None)
    is_static = any(last_name(each.decorator) == "staticmethod" for each in function.decorators)
    index = plain.index(arg) + (isinstance(around, syntax.ClassDef) and not is_static)
    return listed[index] if index < len(listed) else None


def _class_of(definitions: Definitions, call: syntax.Call) -> syntax.ClassDef | None:
    bound = definitions.names.assignment(call.func) if isinstance(call.func, syntax.Name) else None
    return bound.node if bound is not None and isinstance(bound.node, syntax.ClassDef) else None


def _method(owner: syntax.ClassDef, name: str) -> syntax.FunctionDef | None:
    found = (line for line in owner.body.body if isinstance(line, syntax.FunctionDef) and line.name.value == name)
    return next(found, None)


def _set_in(definitions: Definitions, owner: syntax.ClassDef, name: str) -> Iterator[syntax.BaseExpression]:
    """What a field is set to, in the body of a class or by its methods."""
    yield from _class_values(owner, name)
    yield from (value for value in definitions.field_values(owner, name) if value is not None)


def _field_given(
    definitions: Definitions, made: syntax.ClassDef, call: syntax.Call, name: str | int | None
) -> Iterator[syntax.BaseExpression]:
    """What a call of a class gives one of its fields."""
    if isinstance(name, str):
        yield from (arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == name)
        declared = [name for name, _ in _declared(made)]
        plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        index = declared.index(name) if name in declared else len(plain)
        yield from plain[index : index + 1]
        yield from _set_in(definitions, made, name)


def annotated(owner: syntax.ClassDef, name: str) -> syntax.BaseExpression | None:
    """The annotation that the body of a class gives a field."""
    return next((annotation for declared, annotation in _declared(owner) if declared == name), None)


def _declared(owner: syntax.ClassDef) -> Iterator[tuple[str, syntax.BaseExpression]]:
    for line in owner.body.body:
        for small in line.body if isinstance(line, syntax.SimpleStatementLine) else ():
            if isinstance(small, syntax.AnnAssign) and isinstance(small.target, syntax.Name):
                yield small.target.value, small.annotation.annotation


def _class_values(owner: syntax.ClassDef, name: str | int | None) -> Iterator[syntax.BaseExpression]:
    """What the body of a class sets a name to."""
    for line in owner.body.body:
        for small in line.body if isinstance(line, syntax.SimpleStatementLine) else ():
            match small:
                case syntax.AnnAssign(target=syntax.Name(value=target), value=syntax.BaseExpression() as value):
                    yield from [value] if target == name else []
                case syntax.Assign(targets=targets, value=value):
                    yield from (value for each in targets if last_name(each.target) == name)
                case _:
                    pass


def _members(node: syntax.Dict | syntax.List | syntax.Tuple | syntax.Set, path: Path) -> Steps:
    """The member that is read, all of them where that cannot be told."""
    first, rest = path[0], path[1:]
    if isinstance(node, syntax.Dict):
        for each in node.elements:
            if not isinstance(each, syntax.DictElement):
                yield each.value, path
            elif first is None or not isinstance(each.key, syntax.SimpleString) or each.key.evaluated_value == first:
                yield each.value, rest
        return
    plain = all(isinstance(each, syntax.Element) for each in node.elements)
    is_told = isinstance(first, int) and plain and -len(node.elements) <= first < len(node.elements)
    for each in [node.elements[first]] if is_told and isinstance(first, int) else node.elements:
        yield each.value, rest if isinstance(each, syntax.Element) else path


def _keyword_values(call: syntax.Call, first: str | int | None) -> Iterator[syntax.BaseExpression]:
    return (arg.value for arg in call.args if arg.keyword is not None and first in (None, arg.keyword.value))


def _begin(text: syntax.BaseExpression) -> str | None:
    """What the name of a module begins with, where the rest of it is computed."""
    match text:
        case syntax.FormattedString(parts=[syntax.FormattedStringText(value=begin), *_]):
            pass
        case syntax.BinaryOperation(left=left):
            return _begin(left) or _begin_of(left)
        case syntax.Call(func=syntax.Attribute(value=template, attr=syntax.Name(value="format"))):
            return _begin_of(template)
        case _:
            return None
    found = BEGIN.match(begin)
    return found[1] if found is not None else None


def _begin_of(text: syntax.BaseExpression) -> str | None:
    value = text.evaluated_value if isinstance(text, syntax.SimpleString) else None
    found = BEGIN.match(value) if isinstance(value, str) else None
    return found[1] if found is not None else None
