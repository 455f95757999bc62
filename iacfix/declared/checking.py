"""What a declared rule finds. A condition holds, does not hold, or cannot be told; then the resource is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from iacfix import reasons
from iacfix.declared.reading import Condition, Declared, Scalar
from iacfix.edit import DropField, Edit, Replace, SetField
from iacfix.model import Flag, Hidden, Input, Number, Program, Resource, Value, literal
from iacfix.rule import Check, Finding

VALUES = frozenset({"is", "one-of", "below", "above"})
"""Conditions on what a value is: where one of them holds, the value is what is weak."""
Found = Sequence[Input | Hidden]
"""What stands at one input of one resource; nothing where it is certainly not set."""


def check_of(declared: Declared) -> Check:
    """The check of a rule in code, which takes no options."""

    def check(program: Program) -> Iterator[Finding]:
        found = _found(program, declared)
        for resource in program.resources(*declared.types):
            mine = {input: found.get((resource, input), []) for input in declared.inputs}
            verdicts = [_holds(declared.when[input], mine[input]) for input in declared.when]
            if False in verdicts or any(resource.ignores(input.split(".")[0]) for input in declared.inputs):
                continue
            doubt = next((verdict for verdict in verdicts if isinstance(verdict, str)), None)
            yield _finding(declared, resource, mine, doubt)

    return check


def _found(program: Program, declared: Declared) -> dict[tuple[Resource, str], list[Input | Hidden]]:
    """What stands at the inputs that the rule names, of every resource of its types."""
    found = dict[tuple[Resource, str], list[Input | Hidden]]()
    for input in declared.inputs:
        for each in program.at(*((type, input) for type in declared.types)):
            found.setdefault((each.host, input), []).append(each)
    return found


def _finding(declared: Declared, resource: Resource, found: Mapping[str, Found], doubt: str | None) -> Finding:
    weak = [input for input, (test, _) in declared.when.items() if test in VALUES]
    at = next((each.value for input in weak for each in found[input] if isinstance(each, Input)), resource)
    message = declared.message.replace("{label}", resource.label).replace("{type}", resource.type)
    reason = doubt or declared.reason or resource.imported
    edits = [] if reason else list(_edits(declared, resource, found))
    reason = reason or next((edit for edit in edits if isinstance(edit, str)), None)
    if reason:
        return Finding(at, message, reason=reason)
    return Finding(at, message, tuple(edit for edit in edits if not isinstance(edit, str)), note=declared.note)


def _edits(declared: Declared, resource: Resource, found: Mapping[str, Found]) -> Iterator[Edit | str]:
    """The edits of the fix, or the reason why one cannot be made."""
    for input, new in declared.set.items():
        hidden = next((each for each in found[input] if isinstance(each, Hidden)), None)
        written = resource.args.entry(input)
        if hidden:
            yield hidden.reason
        elif written is None and resource.args.has(input):
            yield reasons.RULE_INPUT_SPREAD.of(input=input)
        elif written is None:
            yield SetField(resource.args, input, new)
        else:
            yield Replace(written.value, new)
    for input in declared.drop:
        if resource.args.entry(input) is not None:
            yield DropField(resource.args, input)
        elif not resource.args.lacks(input):
            yield reasons.RULE_INPUT_NOT_WRITTEN.of(input=input)


def _holds(condition: Condition, found: Found) -> bool | str:
    """Whether a condition holds of an input, or why that cannot be told."""
    test, wanted = condition
    if hidden := next((each for each in found if isinstance(each, Hidden)), None):
        return hidden.reason
    values = [each.value for each in found if isinstance(each, Input)]
    match test:
        case "missing":
            return not values
        case "present":
            return bool(values)
        case "is" | "one-of":
            return _any(values, found, lambda value: _is_among(value, wanted))
        case "is-not" | "none-of":
            verdict = _any(values, found, lambda value: _is_among(value, wanted))
            return verdict if isinstance(verdict, str) else not verdict
        case "below":
            return _any(values, found, lambda value: _is_number(value) and float(value) < int(wanted[0]))
        case _:
            return _any(values, found, lambda value: _is_number(value) and float(value) > int(wanted[0]))


def _any(values: Sequence[Value], found: Found, fits: Callable[[Scalar | float], bool]) -> bool | str:
    """One of the values certainly fits, or none does; else the one that is computed is named."""
    known = [_plain(value) for value in values]
    if any(fits(each) for each in known if each is not None):
        return True
    unknown = next((each for each, value in zip(found, known, strict=True) if value is None), None)
    return False if unknown is None else reasons.RULE_INPUT_UNKNOWN.of(input=unknown.path)


def _is_number(value: Scalar | float) -> bool:
    """True is not 1."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_among(value: Scalar | float, wanted: Sequence[Scalar]) -> bool:
    """True is not 1."""
    return any(isinstance(value, bool) == isinstance(each, bool) and value == each for each in wanted)


def _plain(value: Value) -> Scalar | float | None:
    """What is written there; None where it is computed."""
    match value:
        case Flag():
            return value.flag
        case Number():
            return value.number
        case _:
            return literal(value)
