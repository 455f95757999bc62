"""What must hold for every program, whatever it looks like.

    HYPOTHESIS_PROFILE=long python -m pytest tests/test_properties.py

looks for new failures; the default profile draws the same programs in every run.
"""

from __future__ import annotations

import ast
import io
import json
import os
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import REGION, programs

from iacfix.engine.examine import Plan, examine
from iacfix.files.source import from_bytes
from iacfix.patches.diff import unified
from iacfix.patches.patch import apply_hunks, lines_of, read_patch
from iacfix.registry import rules
from iacfix.result import Fix, Outcome

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=45, suppress_health_check=SLOW)
settings.register_profile("long", deadline=None, max_examples=5000, suppress_health_check=SLOW)
drawn = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

MAJORS = st.sampled_from([7, 7, 6])
IDS = tuple(rules())


def examined(text: str, major: int, ids: tuple[str, ...] = IDS) -> Outcome:
    outcome = examine(from_bytes(text.encode(), "program.py"), Plan(ids, unsafe=True, major=major), Path("/nowhere"))
    assert not outcome.errors, outcome.errors
    return outcome


@drawn
@given(programs(), MAJORS)
def test_new_text_parses_keeps_its_comments_and_is_still(text: str, major: int) -> None:
    outcome = examined(text, major)
    ast.parse(outcome.after)
    assert comments(outcome.after) == comments(text)
    assert lines_nobody_found_fault_with(outcome) == []
    again = examined(outcome.after, major)
    assert again.after == outcome.after
    assert [found for found in again.findings if found.fix is not Fix.NONE] == []


@drawn
@given(programs(), MAJORS, st.data())
def test_the_diff_applies_whole_and_in_part(text: str, major: int, data: st.DataObject) -> None:
    after = examined(text, major).after
    diff = unified("program.py", text, after)
    assert applied(text, diff) == after
    hunks = starts_of_hunks(diff)
    chosen = data.draw(st.lists(st.booleans(), min_size=len(hunks), max_size=len(hunks)))
    part = without_hunks(diff, [start for start, keep in zip(hunks, chosen, strict=True) if not keep])
    assert applied(text, part) == by_hand(text, diff, chosen)


@drawn
@given(programs(), MAJORS, st.permutations(IDS))
def test_the_order_of_rules_never_shows(text: str, major: int, order: list[str]) -> None:
    assert examined(text, major, tuple(order)).after == examined(text, major).after


@drawn
@given(programs(), MAJORS)
def test_line_ends_never_show(text: str, major: int) -> None:
    after = examined(text, major).after
    assert examined(text.replace("\n", "\r\n"), major).after == after.replace("\n", "\r\n")
    assert examined(f"{text.rstrip()}\n", major).after.rstrip() == after.rstrip()


@drawn
@given(programs(), MAJORS)
def test_the_program_registers_what_it_did_and_what_was_promised(text: str, major: int) -> None:
    before, after = registered(text), registered(examined(text, major).after)
    for key, many in before.items():
        assert len(after.get(key, ())) == len(many), key
        for had, has in zip(many, after[key], strict=True):
            assert kept(without_moved(key, had, has, after), has), (key, had, has)


# comments and lines


def comments(text: str) -> Counter[str]:
    """Python's own tokenizer, not the one that wrote the text."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def lines_nobody_found_fault_with(outcome: Outcome) -> list[str]:
    """Statements of the module that changed although no finding is in them; reads of a moved website go along."""
    lines, found = outcome.before.split("\n"), {found.line for found in outcome.findings}
    return [
        code
        for statement in ast.parse(outcome.before).body
        for code in ["\n".join(lines[statement.lineno - 1 : statement.end_lineno])]
        if not isinstance(statement, ast.Import | ast.ImportFrom) and "website_endpoint" not in code
        if not found.intersection(range(statement.lineno, (statement.end_lineno or 0) + 1))
        if code not in outcome.after
    ]


# hunks


def applied(text: str, diff: str) -> str:
    for each in read_patch(diff):
        text = apply_hunks(text, each)
    return text


def starts_of_hunks(diff: str) -> list[int]:
    return [at for at, row in enumerate(diff.split("\n")) if row.startswith("@@ ")]


def without_hunks(diff: str, starts: list[int]) -> str:
    """The diff as a reviewer leaves it who takes these hunks out."""
    rows, ends = diff.split("\n"), [*starts_of_hunks(diff), len(diff.split("\n")) - 1]
    gone = {at for start in starts for at in range(start, ends[ends.index(start) + 1])}
    return "\n".join(row for at, row in enumerate(rows) if at not in gone)


def by_hand(text: str, diff: str, chosen: list[bool]) -> str:
    """The text with the chosen hunks put in at the lines of the old text that they name."""
    lines = lines_of(text)
    for each in read_patch(diff):
        for hunk, keep in reversed(list(zip(each.hunks, chosen, strict=True))):
            if keep:
                lines[hunk.start - 1 : hunk.start - 1 + len(hunk.old)] = hunk.new
    return "".join(lines)


# what a program registers

Registered = dict[tuple[str, str], list[Mapping[str, object]]]

MOVED = {
    "versioning": "s3.BucketVersioning",
    "server_side_encryption_configuration": "s3.BucketServerSideEncryptionConfiguration",
    "lifecycle_rules": "s3.BucketLifecycleConfiguration",
    "cors_rules": "s3.BucketCorsConfiguration",
    "loggings": "s3.BucketLogging",
    "website": "s3.BucketWebsiteConfiguration",
    "acl": "",
}
METRIC_OPTIONS = {"stat", "label", "region", "period"}


def kept(had: object, has: object) -> bool:
    """Everything that was there is there, and what came is what a rule may add."""
    match had, has:
        case str(), str() if had[:1] in "{[" and has[:1] in "{[":
            return kept(json.loads(had), json.loads(has))
        case str(), str():
            return has == had or (had, has) == ("logs.amazonaws.com", f"logs.{REGION}.amazonaws.com")
        case str(), [first, *reads]:
            return first == had and all(str(read).startswith("s3:GetBucket") for read in reads)
        case dict(), dict():
            return all(key in has and kept(value, has[key]) for key, value in had.items())
        case [*front, dict(options)], [*_] if "AWS/CodeBuild" in front and set(options) - METRIC_OPTIONS:
            return has[: len(front)] == front
        case [*_], [*_]:
            return len(has) >= len(had) and all(kept(one, two) for one, two in zip(had, has, strict=False))
        case _:
            return had == has


def without_moved(
    key: tuple[str, str], had: Mapping[str, object], has: Mapping[str, object], after: Registered
) -> Mapping[str, object]:
    """The inputs of a bucket but for those that a resource of their own holds now."""
    if key[0] != "s3.Bucket":
        return had
    rest = dict(had)
    for name, side in MOVED.items():
        if name in rest and name not in has:
            value = rest.pop(name)
            owners = [one["bucket"] for (type, _), many in after.items() if type == side for one in many]
            assert f"{key[1]}.id" in owners or not side or value in ([], {"enabled": False}), (key, name)
    return rest


@dataclass
class Cloud:
    """Stands in for Pulumi: modules that record what a program registers."""

    made: Registered = field(default_factory=dict)

    def modules(self) -> dict[str, ModuleType]:
        pulumi = _module(
            "pulumi", SimpleNamespace(**{**PULUMI, "export": lambda _, value: plain(value)}).__getattribute__
        )
        aws = {f"pulumi_aws.{name}": self._aws(name) for name in ("s3", "kms", "iam", "cloudwatch", "codebuild")}
        package = _module("pulumi_aws", self._aws("").__getattr__)
        for name, module in aws.items():
            setattr(package, name.rpartition(".")[2], module)
        return {"pulumi": pulumi, "pulumi_aws": package, **aws}

    def _aws(self, name: str) -> ModuleType:
        @cache
        def member(attribute: str) -> object:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            if attribute in ANSWERS:
                return lambda **_: ANSWERS[attribute]
            if attribute == "get_policy_document":
                return lambda **fields: SimpleNamespace(json=json.dumps(plain(fields)))
            if attribute.endswith("Args"):
                return lambda **fields: fields
            return type(attribute, (Resource,), {"cloud": self, "kind": f"{name}.{attribute.removesuffix('V2')}"})

        return _module(f"pulumi_aws.{name}", member)


def _module(name: str, member: Callable[[str], object]) -> ModuleType:
    module = ModuleType(name)
    module.__getattr__ = member  # type: ignore[method-assign]
    return module


class Output:
    """A value that is known later: it may not get into text or JSON by itself."""

    def __init__(self, value: object) -> None:
        self.value = plain(value)

    def apply(self, callback: Callable[[object], object]) -> Output:
        return Output(callback(self.value))

    @staticmethod
    def all(*values: object, **named: object) -> Output:
        return Output(named or list(values))

    @staticmethod
    def concat(*values: object) -> Output:
        return Output("".join(str(plain(value)) for value in values))

    @staticmethod
    def from_input(value: object) -> Output:
        return Output(value)

    @staticmethod
    def json_dumps(value: object) -> Output:
        return Output(json.dumps(plain(value)))

    def __str__(self) -> str:
        raise AssertionError("an output has become text")


class Resource:
    """Registers itself; every attribute is an output that says where it comes from."""

    cloud: Cloud
    kind: str

    def __init__(
        self, resource_name: str, inputs: dict[str, object] | None = None, opts: object = None, **args: object
    ) -> None:
        assert isinstance(opts, dict | None)
        self.name = resource_name
        given = {key: plain(value) for key, value in {**(inputs or {}), **args}.items()}
        self.cloud.made.setdefault((self.kind, resource_name), []).append(given)

    def __getattribute__(self, attribute: str) -> object:
        if attribute.startswith("__") or attribute in ("cloud", "kind"):
            return super().__getattribute__(attribute)
        return Output(f"{self.__dict__['name']}.{attribute}")


class Component:
    def __init__(self, *_: object) -> None:
        pass


def plain(value: object) -> object:
    match value:
        case Output():
            return value.value
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return value


PULUMI = {
    "Output": Output,
    "ComponentResource": Component,
    "ResourceOptions": dict,
    "InvokeOptions": dict,
    "Config": lambda: SimpleNamespace(require=lambda _: "dev"),
}
ANSWERS = {
    "get_region": SimpleNamespace(name=REGION, id=REGION, region=REGION),
    "get_caller_identity": SimpleNamespace(account_id="111122223333"),
}


def registered(text: str) -> Registered:
    """What the program registers, by type without V2 and logical name."""
    cloud = Cloud()
    with patch.dict(sys.modules, cloud.modules()):
        exec(compile(text, "program.py", "exec"), {"__name__": "__main__"})
    return cloud.made
