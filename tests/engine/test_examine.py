"""One source through toy rules: what is fixed, what is reported, what goes wrong and is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from iacfix import registry
from iacfix.edit import AddResource, Append, DropField, Edit, Join, Keep, Replace, SetField
from iacfix.engine import fixing
from iacfix.engine.examine import Accept, Plan, examine
from iacfix.engine.verify import broken_program
from iacfix.files.source import from_bytes
from iacfix.languages import language
from iacfix.model import Items, Number, Program, Text, literal
from iacfix.registry import Pack, ProviderPackage
from iacfix.result import Fix, Outcome, Reported
from iacfix.rule import Finding, Rule, Safety, rule

CLOUD = ProviderPackage(
    name="cloud",
    packages={"python": "pulumi_cloud"},
    distributions={"python": "pulumi-cloud"},
    majors=(1, 2),
    told_by={"cloud.s3.OldBucket": 1},
)


def toy(check: object, safety: str = "safe", triggers: tuple[str, ...] = ("Bucket",)) -> Rule:
    made = rule(severity="low", category="Toys", service="Toy", triggers=triggers, safety=safety)
    return made(check)  # type: ignore[arg-type]


def small(program: Program) -> Iterator[Finding]:
    """A bucket gets a size."""
    for bucket in program.resources("cloud.s3.Bucket"):
        if bucket.args.lacks("size"):
            yield Finding(bucket, f"bucket {bucket.label} has no size", (SetField(bucket.args, "size", 1),))


def noisy(program: Program) -> Iterator[Finding]:
    """A bucket says nothing."""
    for bucket in program.resources("cloud.s3.Bucket"):
        if bucket.args.has("noise"):
            yield Finding(bucket, f"bucket {bucket.label} is noisy", (DropField(bucket.args, "noise"),))


def broken(_: Program) -> Iterator[Finding]:
    """Never gets anywhere."""
    raise ZeroDivisionError("by nothing")
    yield


HEAD = "import pulumi_cloud as cloud\n\n"
TWO = f'{HEAD}cloud.s3.Bucket("a")\ncloud.s3.Bucket("b", size=2, noise=3)\n'
TWO_FIXED = f'{HEAD}cloud.s3.Bucket("a", size=1)\ncloud.s3.Bucket("b", size=2)\n'


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Installed:
    return Installed(monkeypatch)


class Installed:
    """Rules as the only ones of the only pack, and runs of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.ids: tuple[str, ...] = ()

    def rules(self, *rules: Rule) -> None:
        self.ids = tuple(rule.id for rule in rules)
        self._monkeypatch.setattr(registry, "packs", lambda: (Pack(CLOUD, rules),))

    def run(
        self,
        text: str,
        *,
        accept: Accept | None = None,
        unsafe: bool = False,
        major: int | None = 2,
        by_rule: bool = False,
    ) -> Outcome:
        source = from_bytes(text.encode(), "main.py")
        plan = Plan(self.ids, unsafe=unsafe, major=major, by_rule=by_rule)
        return examine(source, plan, Path("/nowhere"), accept)


@dataclass
class Work:
    """What a run parsed and proved."""

    parsed: int = 0
    proved: list[str] = field(default_factory=list[str])


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    done = Work()
    python, failed_check = language("python"), fixing.failed_check
    read = python.read

    def reads(*given: Any) -> Program:
        done.parsed += 1
        return read(*given)

    def proves(*given: Any) -> str | None:
        done.proved.append(given[-1])
        return failed_check(*given)

    monkeypatch.setattr(python, "read", reads)
    monkeypatch.setattr(fixing, "failed_check", proves)
    return done


def told(outcome: Outcome) -> list[tuple[int, str, str | None]]:
    return [(found.line, found.message, found.reason) for found in outcome.findings]


def test_rules_fix_together_what_they_find_in_one_reading(installed: Installed, work: Work) -> None:
    installed.rules(toy(small), toy(noisy))
    outcome = installed.run(TWO)
    assert told(outcome) == [(3, "bucket a has no size", None), (4, "bucket b is noisy", None)]
    assert [(step.rules, step.before, step.after) for step in outcome.steps] == [(("small", "noisy"), TWO, TWO_FIXED)]
    assert (work.parsed, work.proved) == (2, [TWO_FIXED])


def test_rules_whose_edits_meet_take_turns(installed: Installed, work: Work) -> None:
    def sized(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if isinstance(size := bucket.args.get("size"), Number) and size.number < 4:
                yield Finding(size, "the size is odd", (Replace(size, 4),))

    def rounded(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if isinstance(size := bucket.args.get("size"), Number) and size.number % 8:
                yield Finding(size, "the size is small", (Replace(size, 8),))

    installed.rules(toy(sized), toy(rounded), toy(noisy))
    outcome = installed.run(TWO)
    assert outcome.after == TWO.replace("size=2, noise=3", "size=8")
    assert [step.rules for step in outcome.steps] == [("sized", "noisy"), ("rounded",)]
    assert outcome.errors == ()
    assert work.parsed == 3


def test_a_rule_whose_fix_fails_takes_no_other_along(installed: Installed) -> None:
    installed.rules(toy(again), toy(small), toy(noisy))
    outcome = installed.run(TWO)
    assert outcome.after == TWO_FIXED
    wrong = "the fix failed its own check: the same rule would find it again"
    assert told(outcome) == [
        (3, "the name is too short", wrong),
        (3, "bucket a has no size", None),
        (4, "the name is too short", wrong),
        (4, "bucket b is noisy", None),
    ]
    assert len(outcome.errors) == 2


def test_rules_fix_one_after_the_other_where_each_has_a_step_of_its_own(installed: Installed) -> None:
    installed.rules(toy(small), toy(noisy))
    outcome = installed.run(TWO, by_rule=True)
    assert outcome.after == TWO_FIXED
    assert told(outcome) == [(3, "bucket a has no size", None), (4, "bucket b is noisy", None)]
    assert [(step.rules, step.before == TWO, step.after == TWO_FIXED) for step in outcome.steps] == [
        (("small",), True, False),
        (("noisy",), False, True),
    ]
    assert outcome.errors == ()


def test_a_rule_may_need_another_one_first(installed: Installed) -> None:
    def after_size(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.has("size") and bucket.args.lacks("shape"):
                yield Finding(bucket, "a sized bucket has no shape", (SetField(bucket.args, "shape", "round"),))

    installed.rules(toy(after_size), toy(small))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\n')
    assert outcome.after == f'{HEAD}cloud.s3.Bucket("a", size=1, shape="round")\n'
    assert told(outcome) == [(3, "a sized bucket has no shape", None), (3, "bucket a has no size", None)]


def test_lines_are_those_of_the_text_as_it_was_read(installed: Installed) -> None:
    def long(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if literal(bucket.name) == "a" and bucket.args.lacks("size"):
                many = [f"a text that takes a line of its own, number {index}" for index in range(4)]
                yield Finding(bucket, "needs many", (SetField(bucket.args, "size", many),))

    text = f'{HEAD}cloud.s3.Bucket(\n    "a",\n)\ncloud.s3.Bucket("b", size=2, noise=3)\n'
    installed.rules(toy(long), toy(noisy))
    outcome = installed.run(text)
    assert outcome.after.count("\n") == text.count("\n") + 6
    assert told(outcome) == [(3, "needs many", None), (6, "bucket b is noisy", None)]


def worded(program: Program) -> Iterator[Finding]:
    """Quotes the code it is about."""
    for bucket in program.resources("cloud.s3.Bucket"):
        if (kind := bucket.args.get("kind")) is not None:
            yield Finding(kind, f"kind is {kind.code}", reason="nobody knows")


def test_a_finding_is_known_by_its_place_whatever_its_words_become(installed: Installed) -> None:
    def longer(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if isinstance(kind := bucket.args.get("kind"), Text) and kind.literal == "x":
                yield Finding(kind, "is short", (Replace(kind, ["a text that takes a line of its own"] * 4),))

    rows = "".join(f'cloud.s3.Bucket(\n    "{name}",\n    size=1,\n    kind="x",\n)\n' for name in "ab")
    text = f"{HEAD}{rows}"
    installed.rules(toy(worded), toy(longer), toy(small))
    outcome = installed.run(text)
    assert outcome.after.count("\n") > text.count("\n")
    assert told(outcome) == [
        (6, "is short", None),
        (6, 'kind is "x"', "nobody knows"),
        (11, "is short", None),
        (11, 'kind is "x"', "nobody knows"),
    ]


def test_a_finding_in_code_that_moves_is_one_finding(installed: Installed) -> None:
    def apart(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if (kind := bucket.args.get("kind")) is not None and bucket.binding is not None:
                added = AddResource(bucket, "cloud.s3.Kind", "kind", {"kind": Keep(kind)}, origin=kind)
                yield Finding(bucket, "has its kind inside", (DropField(bucket.args, "kind"), added))

    def told_apart(program: Program) -> Iterator[Finding]:
        for made in program.resources("cloud.s3.Bucket", "cloud.s3.Kind"):
            if (kind := made.args.get("kind")) is not None:
                yield Finding(kind, f"{made.type} has a kind", reason="nobody knows")

    rows = ["a = cloud.s3.Bucket(", '    "a",', '    kind=make("x", 1),', "    size=1,", ")"]
    installed.rules(toy(told_apart), toy(apart))
    outcome = installed.run(HEAD + "\n".join([*rows, ""]))
    assert outcome.errors == ()
    assert '"a-kind"' in outcome.after
    assert told(outcome) == [(3, "has its kind inside", None), (5, "cloud.s3.Bucket has a kind", "nobody knows")]


def test_what_two_rules_add_is_added_once(installed: Installed) -> None:
    def kinds(said: str) -> object:
        def check(program: Program) -> Iterator[Finding]:
            if next(program.resources("cloud.s3.Kind"), None) is None:
                for bucket in program.resources("cloud.s3.Bucket"):
                    yield Finding(bucket, said, (AddResource(bucket, "cloud.s3.Kind", "kind", {"size": 1}),))

        check.__name__ = said
        return check

    installed.rules(toy(kinds("one")), toy(kinds("other")))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\n')
    assert outcome.errors == ()
    assert outcome.after.count("cloud.s3.Kind(") == 1


def test_a_finding_that_another_fix_brings_is_where_the_fix_was_made(installed: Installed) -> None:
    def sized(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if (size := bucket.args.get("size")) is not None:
                yield Finding(size, "has a size", reason="nobody knows")

    def many(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.lacks("size"):
                rows = ["a text that takes a line of its own"] * 4
                yield Finding(
                    bucket, "no size", (SetField(bucket.args, "rows", rows), SetField(bucket.args, "size", 1))
                )

    text = f'{HEAD}cloud.s3.Bucket(\n    "a",\n)'
    installed.rules(toy(sized), toy(many))
    outcome = installed.run(text)
    assert outcome.after.count("\n") > 10
    assert told(outcome) == [(3, "no size", None), (4, "has a size", "nobody knows")]
    assert all(found.end_line <= 5 for found in outcome.findings)


def test_a_finding_that_becomes_fixable_is_told_as_fixed(installed: Installed) -> None:
    def shaped(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.lacks("shape"):
                if bucket.args.has("size"):
                    yield Finding(bucket, "no shape", (SetField(bucket.args, "shape", "round"),))
                else:
                    yield Finding(bucket, "no shape", reason="it has no size")

    installed.rules(toy(shaped), toy(small))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\n')
    assert outcome.after == f'{HEAD}cloud.s3.Bucket("a", size=1, shape="round")\n'
    assert [(found.message, found.fix) for found in outcome.findings] == [
        ("no shape", Fix.SAFE),
        ("bucket a has no size", Fix.SAFE),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import pulumi_other as other\nother.s3.Bucket('a')\n",
        "import pulumi_cloud as cloud\ncloud.s3.Pail('a')\n",
        "",
    ],
)
def test_a_file_without_provider_or_trigger_is_not_even_parsed(installed: Installed, text: str) -> None:
    installed.rules(toy(small), toy(broken))
    assert installed.run(f"{text}") == Outcome("main.py", text, text)
    assert installed.run(f"{text}(") == Outcome("main.py", f"{text}(", f"{text}(")


def test_another_language_is_told(installed: Installed) -> None:
    installed.rules(toy(small))
    outcome = examine(from_bytes(TWO.encode(), "main.rb"), Plan(installed.ids), Path("/nowhere"))
    assert outcome == Outcome("main.rb", TWO, TWO, errors=("main.rb: not a language iacfix reads",))


def test_a_file_that_does_not_parse_is_left_alone_and_told_with_its_line(installed: Installed) -> None:
    installed.rules(toy(small))
    text = f"{TWO}\ndef (:\n"
    outcome = installed.run(text)
    assert (outcome.after, outcome.findings) == (text, ())
    (error,) = outcome.errors
    assert error.startswith("main.py:6: does not parse as Python: ")
    assert error.endswith("; not checked")
    assert "\n" not in error


@pytest.mark.parametrize(
    ("code", "line"),
    [('print "x"\ny = 1\n', 3), ("x = (\n", 3), ("a\u200b = 1\n", 3), ("if x:\ny = 1\n", 4), ("x = 'a\ny = 1\n", 3)],
)
def test_the_line_of_a_syntax_error_is_the_one_that_is_wrong(installed: Installed, code: str, line: int) -> None:
    installed.rules(toy(small))
    (error,) = installed.run(f"# Bucket\nimport pulumi_cloud\n{code}").errors
    assert error.startswith(f"main.py:{line}: does not parse as Python: ")


def test_a_comment_left_by_one_entry_does_not_go_with_the_next(installed: Installed) -> None:
    def quiet(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.has("noise"):
                yield Finding(bucket, "is noisy", tuple(DropField(bucket.args, key) for key in ("noise", "echo")))

    installed.rules(toy(quiet))
    rows = [
        "cloud.s3.Bucket(",
        '    "a",',
        "    noise=[",
        "        # why",
        "        1,",
        "    ],",
        "    echo=2,",
        ")",
        "",
    ]
    outcome = installed.run(HEAD + "\n".join(rows))
    assert outcome.errors == ()
    assert outcome.after == HEAD + "\n".join([*rows[:2], "    # why", *rows[7:]])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_stay(installed: Installed, end: str) -> None:
    installed.rules(toy(small), toy(noisy))
    assert installed.run(TWO.replace("\n", end)).after == TWO_FIXED.replace("\n", end)


# rules that go wrong


def test_a_rule_that_raises_loses_its_step_and_is_named(installed: Installed) -> None:
    installed.rules(toy(small), toy(broken), toy(noisy))
    outcome = installed.run(TWO)
    assert outcome.after == TWO_FIXED
    assert {found.rule for found in outcome.findings} == {"small", "noisy"}
    assert outcome.errors == ("main.py: the rule broken failed (ZeroDivisionError: by nothing); please report it",)


def test_what_a_rule_raises_is_told_in_one_line(installed: Installed) -> None:
    def wordy(_: Program) -> Iterator[Finding]:
        raise ValueError("one\n  two\n")
        yield

    installed.rules(toy(wordy))
    assert installed.run(TWO).errors == ("main.py: the rule wordy failed (ValueError: one two); please report it",)


def test_findings_before_a_rule_raises_are_not_believed(installed: Installed) -> None:
    def half(program: Program) -> Iterator[Finding]:
        yield from small(program)
        raise ZeroDivisionError("by nothing")

    installed.rules(toy(half))
    outcome = installed.run(TWO)
    assert (outcome.after, outcome.findings, len(outcome.errors)) == (TWO, (), 1)


def test_a_rule_that_raises_on_its_own_fix_has_not_proven_it(installed: Installed) -> None:
    def once(program: Program) -> Iterator[Finding]:
        found = list(small(program))
        if not found:
            raise ZeroDivisionError("by nothing")
        yield from found

    installed.rules(toy(once))
    outcome = installed.run(TWO)
    assert outcome.after == TWO
    assert outcome.errors != ()


def test_a_refusal_of_the_writer_becomes_the_reason(installed: Installed) -> None:
    text = f'{HEAD}cloud.s3.Bucket("a")\ncloud.s3.Bucket(\n    "b"\n    , kind=1\n)\n'
    installed.rules(toy(small))
    outcome = installed.run(text)
    assert outcome.after == text.replace('("a")', '("a", size=1)')
    assert told(outcome) == [
        (3, "bucket a has no size", None),
        (4, "bucket b has no size", "a line starts with a comma"),
    ]
    assert [found.fix for found in outcome.findings] == [Fix.SAFE, Fix.NONE]
    assert outcome.errors == ()


def test_edits_of_one_finding_stand_or_fall_together(installed: Installed) -> None:
    def both(program: Program) -> Iterator[Finding]:
        buckets = list(program.resources("cloud.s3.Bucket"))
        if any(bucket.args.lacks("size") for bucket in buckets):
            yield Finding(buckets[0], "some", tuple(SetField(bucket.args, "size", 1) for bucket in buckets))

    installed.rules(toy(both))
    outcome = installed.run(TWO)
    assert outcome.after == TWO
    assert told(outcome) == [(3, "some", "size may be set already")]


def again(program: Program) -> Iterator[Finding]:
    """Is never content."""
    for bucket in program.resources("cloud.s3.Bucket"):
        name = bucket.name
        if isinstance(name, Text) and len(name.pattern) < 4:
            yield Finding(bucket, "the name is too short", (Replace(name, f"{name.literal}-"),))


def unchanged(program: Program) -> Iterator[Finding]:
    """Asks for what is there."""
    for bucket in program.resources("cloud.s3.Bucket"):
        assert bucket.name is not None
        yield Finding(bucket, "is as it is", (Replace(bucket.name, literal(bucket.name) or ""),))


def test_the_same_message_at_another_place_is_another_finding(installed: Installed) -> None:
    def first(program: Program) -> Iterator[Finding]:
        """Finds one bucket at a time."""
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.lacks("size"):
                yield Finding(bucket, "a bucket has no size", (SetField(bucket.args, "size", 1),))
                return

    installed.rules(toy(first))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\ncloud.s3.Bucket("b")\n')
    assert outcome.after == f'{HEAD}cloud.s3.Bucket("a", size=1)\ncloud.s3.Bucket("b", size=1)\n'
    assert outcome.errors == ()


def unwritable(program: Program) -> Iterator[Finding]:
    """Asks for what is no value."""
    for bucket in program.resources("cloud.s3.Bucket"):
        yield Finding(bucket, "cannot be", (SetField(bucket.args, "kind", 1.5),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (again, "the same rule would find it again"),
        (unchanged, "nothing would change"),
    ],
)
def test_a_fix_that_fails_its_own_check_is_never_shown(installed: Installed, check: object, wrong: str) -> None:
    installed.rules(toy(check), toy(noisy))
    text = f'{HEAD}cloud.s3.Bucket("a", noise=1)\n'
    outcome = installed.run(text)
    assert outcome.after == f'{HEAD}cloud.s3.Bucket("a")\n'
    assert [step.rules for step in outcome.steps] == [("noisy",)]
    (failed,) = [found for found in outcome.findings if found.rule == installed.ids[0]]
    assert (failed.fix, failed.reason) == (Fix.NONE, f"the fix failed its own check: {wrong}")
    assert outcome.errors == (
        f"main.py:3: the fix of {installed.ids[0]} failed its own check: {wrong}; "
        "nothing was changed there, please report it",
    )


def test_what_a_fix_makes_fixable_is_not_the_same_again(installed: Installed) -> None:
    def one_by_one(program: Program) -> Iterator[Finding]:
        """Fixes the last that is small; the one above it waits."""
        small = [bucket for bucket in program.resources("cloud.s3.Bucket") if bucket.args.lacks("size")]
        for bucket in small[:-1]:
            yield Finding(bucket, "has no size", reason="the one below comes first")
        for bucket in small[-1:]:
            yield Finding(bucket, "has no size", (SetField(bucket.args, "size", 1),))

    installed.rules(toy(one_by_one))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\ncloud.s3.Bucket("b")\n')
    assert outcome.errors == ()
    assert outcome.after == f'{HEAD}cloud.s3.Bucket("a", size=1)\ncloud.s3.Bucket("b", size=1)\n'


def test_an_edit_the_writer_trips_over_is_an_error_that_names_the_rule(installed: Installed) -> None:
    installed.rules(toy(unwritable))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\n')
    assert not outcome.changed
    (error,) = outcome.errors
    assert error.startswith("main.py:3: the fix of unwritable failed its own check: ")


def test_one_fix_that_fails_takes_no_other_along(installed: Installed) -> None:
    def mixed(program: Program) -> Iterator[Finding]:
        yield from small(program)
        yield from unchanged(program)

    installed.rules(toy(mixed))
    text = f'{HEAD}cloud.s3.Bucket("a")\ncloud.s3.Bucket("b")\n'
    outcome = installed.run(text)
    assert outcome.after == text.replace('")', '", size=1)')
    assert [found.fix for found in outcome.findings] == [Fix.SAFE, Fix.NONE, Fix.SAFE, Fix.NONE]
    assert len(outcome.errors) == 2


@pytest.mark.parametrize(
    ("new", "wrong"),
    [
        ("# a\n", None),
        (Join("a{", "b"), None),
        ('"; import os; "', None),
        ("\\", None),
    ],
)
def test_new_text_never_breaks_out_of_its_string(installed: Installed, new: Join | str, wrong: str | None) -> None:
    def textual(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.lacks("kind"):
                yield Finding(bucket, "has no kind", (SetField(bucket.args, "kind", new),))

    installed.rules(toy(textual))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\n')
    assert outcome.errors == ()
    made: list[dict[str, object]] = []
    code = outcome.after.replace("import pulumi_cloud as cloud", "").replace("cloud.s3.Bucket", "bucket")
    exec(code, {"bucket": lambda _, **args: made.append(args)})
    assert made == [{"kind": "".join(map(str, new.parts)) if isinstance(new, Join) else new}]
    assert wrong is None


def test_rules_that_undo_each_other_are_stopped(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    def flip(old: str, new: str) -> object:
        def check(program: Program) -> Iterator[Finding]:
            for bucket in program.resources("cloud.s3.Bucket"):
                if literal(bucket.name) == old:
                    assert bucket.name is not None
                    yield Finding(bucket, f"is {old}", (Replace(bucket.name, new),))

        check.__name__ = f"not_{old}"
        return check

    monkeypatch.setattr(fixing, "STEPS", 6)
    installed.rules(toy(flip("a", "b")), toy(flip("b", "a")))
    outcome = installed.run(TWO)
    assert (outcome.after, outcome.steps) == (TWO, ())
    assert outcome.errors == ("main.py: the rules did not converge; not changed, please report it",)


def test_two_edits_of_one_place_are_taken_one_after_the_other(installed: Installed) -> None:
    def tagged(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            tags = bucket.args.get("tags")
            assert isinstance(tags, Items)
            have = [literal(tag) for tag in tags]
            for name in ("x", "y"):
                if name not in have:
                    yield Finding(bucket, f"has no tag {name}", (Append(tags, name),))

    installed.rules(toy(tagged))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a", tags=[])\n')
    assert outcome.after == f'{HEAD}cloud.s3.Bucket("a", tags=["x", "y"])\n'
    assert outcome.errors == ()


# what is allowed


def risky(program: Program) -> Iterator[Finding]:
    """Unsafe for some."""
    for bucket in program.resources("cloud.s3.Bucket"):
        if bucket.args.lacks("size"):
            safety = Safety.SAFE if literal(bucket.name) == "a" else None
            edits: tuple[Edit, ...] = (SetField(bucket.args, "size", 1),)
            yield Finding(bucket, f"bucket {bucket.label} has no size", edits, safety=safety, note="it is replaced")


def test_unsafe_fixes_are_taken_only_when_asked_for(installed: Installed) -> None:
    text = f'{HEAD}cloud.s3.Bucket("a")\ncloud.s3.Bucket("b")\n'
    installed.rules(toy(risky, safety="unsafe"))
    outcome = installed.run(text)
    assert outcome.after == text.replace('"a"', '"a", size=1')
    assert [(found.fix, found.note) for found in outcome.findings] == [
        (Fix.SAFE, "it is replaced"),
        (Fix.UNSAFE, "it is replaced"),
    ]
    assert installed.run(text, unsafe=True).after == text.replace('")', '", size=1)')


@pytest.mark.parametrize("unsafe", [False, True])
def test_an_unsafe_fix_that_another_one_makes_impossible_is_never_promised(unsafe: bool) -> None:
    bucket = 'aws.s3.Bucket("logs", versioning={"enabled": True})'
    text = f"import pulumi_aws as aws\n\none = {bucket}\ntwo = {bucket} if live else None\n"
    source = from_bytes(text.encode(), "program.py")
    outcome = examine(source, Plan(("inline-bucket-config",), unsafe=unsafe, major=6), Path("/nowhere"))
    assert [(found.line, found.fix, found.reason) for found in outcome.findings] == [
        (3, Fix.UNSAFE, None),
        (4, Fix.NONE, "the versioning of another bucket is already called logs-versioning"),
    ]


@pytest.mark.parametrize("unsafe", [False, True])
def test_an_unsafe_fix_that_cannot_be_made_is_never_promised(installed: Installed, unsafe: bool) -> None:
    text = f'{HEAD}cloud.s3.Bucket("b")\ncloud.s3.Bucket(\n    "c"\n    , kind=1\n)\n'
    installed.rules(toy(risky, safety="unsafe"))
    outcome = installed.run(text, unsafe=unsafe)
    assert outcome.after == (text.replace('"b"', '"b", size=1') if unsafe else text)
    assert [(found.fix, found.reason) for found in outcome.findings] == [
        (Fix.UNSAFE, None),
        (Fix.NONE, "a line starts with a comma"),
    ]
    assert outcome.errors == ()


def test_unsafe_fixes_are_tried_together(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    def counted(*given: object) -> None:
        verified.append(str(given[-1]))

    monkeypatch.setattr(fixing, "failed_check", counted)
    text = HEAD + "".join(f'cloud.s3.Bucket("b{number}")\n' for number in range(5))
    installed.rules(toy(risky, safety="unsafe"), toy(small))
    installed.ids = ("risky",)
    outcome = installed.run(text)
    assert (outcome.after, len(verified)) == (text, 1)
    assert {found.fix for found in outcome.findings} == {Fix.UNSAFE}


def test_what_an_unsafe_fix_would_bring_is_not_told_without_it(installed: Installed) -> None:
    def sized(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.has("size"):
                yield Finding(bucket, "has a size", reason="nobody knows")

    installed.rules(toy(risky, safety="unsafe"), toy(sized))
    text = f'{HEAD}cloud.s3.Bucket("b")\n'
    assert told(installed.run(text)) == [(3, "bucket b has no size", None)]
    assert len(installed.run(text, unsafe=True).findings) == 2


def test_each_fix_is_asked_for_once_with_the_text_before_and_after(installed: Installed) -> None:
    asked: list[tuple[Reported, str, str]] = []

    def accept(found: Reported, before: str, after: str) -> bool:
        asked.append((found, before, after))
        return found.message != "bucket b has no size"

    text = f'{HEAD}cloud.s3.Bucket("a")\ncloud.s3.Bucket("b", noise=1)\ncloud.s3.Bucket("c")\n'
    one = text.replace('"a"', '"a", size=1')
    three = one.replace('"c"', '"c", size=1')
    installed.rules(toy(small), toy(noisy))
    outcome = installed.run(text, accept=accept)
    assert [(found.message, before, after) for found, before, after in asked] == [
        ("bucket a has no size", text, one),
        ("bucket b has no size", one, one.replace("noise=1", "noise=1, size=1")),
        ("bucket c has no size", one, three),
        ("bucket b is noisy", three, three.replace(", noise=1", "")),
    ]
    assert outcome.after == three.replace(", noise=1", "")
    assert [step.rules for step in outcome.steps] == [("small",), ("small",), ("noisy",)]
    assert [found.fix for found in outcome.findings] == [Fix.SAFE] * 4


def shaped(program: Program) -> Iterator[Finding]:
    """A sized bucket gets a shape."""
    for bucket in program.resources("cloud.s3.Bucket"):
        if bucket.args.has("size") and bucket.args.lacks("shape"):
            yield Finding(bucket, f"bucket {bucket.label} has no shape", (SetField(bucket.args, "shape", "round"),))


@pytest.mark.parametrize(
    ("answers", "not_taken"),
    [
        ("nn", ["bucket a has no shape", "bucket a has no size", "bucket b has no shape", "bucket b has no size"]),
        ("nyn", ["bucket a has no shape", "bucket a has no size", "bucket b has no shape"]),
        ("nyy", ["bucket a has no shape", "bucket a has no size"]),
        ("yyyy", []),
    ],
)
def test_what_is_not_taken_is_counted_with_what_would_follow(
    installed: Installed, answers: str, not_taken: list[str]
) -> None:
    left = list(answers)
    installed.rules(toy(small), toy(shaped), toy(worded))
    text = f'{HEAD}cloud.s3.Bucket("a", kind=1)\ncloud.s3.Bucket("b")\n'
    outcome = installed.run(text, accept=lambda *_: left.pop(0) == "y")
    assert left == []
    fixable = [found for found in outcome.findings if found.fix is Fix.SAFE]
    assert len(fixable) == 4
    assert [found.message for found in fixable if found in outcome.not_taken] == not_taken
    assert len(outcome.findings) == len(installed.run(text).findings) == 5


def test_nothing_is_asked_for_what_cannot_be_fixed(installed: Installed) -> None:
    installed.rules(toy(risky, safety="unsafe"), toy(again))
    text = f'{HEAD}cloud.s3.Bucket("b")\n'
    assert installed.run(text, accept=lambda *_: pytest.fail("asked")).after == text


# several packs

OTHER = ProviderPackage(
    name="other", packages={"python": "pulumi_other"}, distributions={"python": "pulumi-other"}, majors=(1,)
)


def test_a_second_pack_finds_what_stands_in_the_file_as_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def long(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.lacks("size"):
                rows = ["a text that takes a line of its own"] * 4
                yield Finding(bucket, "no size", (SetField(bucket.args, "size", rows),))

    def other(program: Program) -> Iterator[Finding]:
        for made in program.resources("other.s3.Bucket"):
            yield Finding(made, "another one", reason="nobody knows")

    rows = [
        "import pulumi_cloud as cloud",
        "import pulumi_other as other",
        "cloud.s3.Bucket(",
        '    "a",',
        ")",
        'other.s3.Bucket("b")  # iacfix: ignore[nobody]',
        'other.s3.Bucket("c")  # iacfix: ignore[other]',
        "",
    ]
    packs = Pack(CLOUD, (toy(long),)), Pack(OTHER, (toy(other),))
    monkeypatch.setattr(registry, "packs", lambda: packs)
    source = from_bytes("\n".join(rows).encode(), "main.py")
    outcome = examine(source, Plan(("long", "other")), Path("/nowhere"))
    assert told(outcome) == [
        (3, "no size", None),
        (6, "unknown rule 'nobody'", "the comment suppresses nothing"),
        (6, "another one", "nobody knows"),
    ]
    assert outcome.after.count("\n") > 10


@pytest.mark.parametrize("text", [TWO, "x = 1\nprint(x)\n"])
def test_a_patch_is_read_with_the_provider_that_the_file_uses(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    elsewhere = ProviderPackage("alien", {"typescript": "@pulumi/alien"}, {"typescript": "@pulumi/alien"}, (1,))
    packs = Pack(elsewhere, ()), Pack(OTHER, ()), Pack(CLOUD, ())
    monkeypatch.setattr(registry, "packs", lambda: packs)
    assert broken_program("main.py", text, f"{text}y = 2\n") is None
    lost = broken_program("main.py", text, f"{text}print(lost)\n")
    assert lost == "the patched text reads lost, which a hunk that was taken out sets"
    monkeypatch.setattr(registry, "packs", lambda: packs[:1])
    assert broken_program("main.py", text, f"{text}y = 2\n") is None


# ignores


@pytest.mark.parametrize(
    "text",
    [
        'cloud.s3.Bucket("a")  # iacfix: ignore[small]\n',
        '# iacfix: ignore[small] it grows by itself\ncloud.s3.Bucket("a")\n',
        '# iacfix: ignore[small]\n# why not\ncloud.s3.Bucket("a")\n',
        'x = [  # iacfix: ignore[small]\n    cloud.s3.Bucket(\n        "a",\n    )\n]\n',
        'cloud.s3.Bucket("a")\n# iacfix: ignore-file[small] all of it\n',
    ],
)
def test_a_comment_keeps_a_finding_away(installed: Installed, text: str) -> None:
    installed.rules(toy(small), toy(noisy))
    outcome = installed.run(HEAD + text)
    assert outcome == Outcome("main.py", HEAD + text, HEAD + text, provider=outcome.provider)


def test_what_is_ignored_stays_ignored_while_the_text_moves(installed: Installed) -> None:
    def wide(program: Program) -> Iterator[Finding]:
        for bucket in program.resources("cloud.s3.Bucket"):
            if bucket.args.has("noise"):
                many = [f"a text that takes a line of its own, number {index}" for index in range(4)]
                yield Finding(
                    bucket, "is noisy", (DropField(bucket.args, "noise"), SetField(bucket.args, "many", many))
                )

    kept = '# iacfix: ignore[small]\ncloud.s3.Bucket("b")\n'
    installed.rules(toy(wide), toy(small))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket(\n    "a",\n    noise=1,\n    size=1,\n)\n{kept}')
    assert outcome.after.endswith(kept)
    assert outcome.after.count("\n") == 14
    assert told(outcome) == [(3, "is noisy", None)]


@pytest.mark.parametrize(
    ("comment", "message", "reason"),
    [
        ("# iacfix: ignore[small]", "unused suppression ignore[small]", "no such finding is left there"),
        ("# iacfix: ignore-file[noisy]", "unused suppression ignore[noisy]", "no such finding is left there"),
        ("# iacfix: ignore[smal]", "unknown rule 'smal', did you mean 'small'?", "the comment suppresses nothing"),
        ("# iacfix: ignore", "name the rule: iacfix: ignore[rule-id]", "the comment suppresses nothing"),
        (
            "# iacfix: ignored[small]",
            "unknown word 'ignored', write iacfix: ignore[rule-id]",
            "the comment suppresses nothing",
        ),
    ],
)
def test_a_comment_that_ignores_nothing_is_told(installed: Installed, comment: str, message: str, reason: str) -> None:
    installed.rules(toy(small), toy(noisy))
    text = f'{HEAD}cloud.s3.Bucket("a", size=1)  {comment}\n'
    outcome = installed.run(text)
    assert [(found.rule, *row) for found, row in zip(outcome.findings, told(outcome), strict=True)] == [
        ("unused-ignore", 3, message, reason)
    ]
    assert (outcome.after, outcome.errors) == (text, ())


def test_a_comment_for_a_rule_that_does_not_run_is_not_unused(installed: Installed) -> None:
    installed.rules(toy(small), toy(noisy))
    installed.ids = ("small",)
    assert installed.run(f'{HEAD}cloud.s3.Bucket("a", size=1)  # iacfix: ignore[noisy]\n').findings == ()


# majors


def test_a_major_nobody_knows_is_told_and_left_alone(installed: Installed) -> None:
    installed.rules(toy(small))
    outcome = installed.run(TWO, major=3)
    assert (outcome.after, outcome.steps, outcome.errors) == (TWO, (), ())
    (found,) = outcome.findings
    assert (found.fix, found.line) == (Fix.NONE, 1)
    assert found.message == "written for cloud 3 (as set)"
    assert found.reason == "iacfix knows the majors 1 and 2"


def majors(program: Program) -> Iterator[Finding]:
    """Shows the major."""
    for bucket in program.resources("cloud.s3.Bucket", "cloud.s3.OldBucket"):
        yield Finding(bucket, f"major {program.provider.major}", reason=program.provider.why)


@pytest.mark.parametrize(
    ("pin", "code", "message", "why"),
    [
        ("pulumi-cloud==1.2", "Bucket", "major 1", "requirements.txt pins pulumi-cloud==1.2"),
        ("pulumi-cloud>=2", "OldBucket", "major 2", None),
        (None, "Bucket", "major 2", "no pin found, the newest major 2 is assumed"),
        (None, "OldBucket", "major 1", "cloud.s3.OldBucket exists in 1 only"),
    ],
)
def test_the_major_is_read_from_manifests_then_from_names(
    installed: Installed, tmp_path: Path, pin: str | None, code: str, message: str, why: str | None
) -> None:
    if pin is not None:
        (tmp_path / "requirements.txt").write_text(f"{pin},<3\n" if pin.count("=") < 2 else f"{pin}\n")
    installed.rules(toy(majors))
    path = tmp_path / "main.py"
    source = from_bytes(f'{HEAD}cloud.s3.{code}("a")\n'.encode(), "main.py", path=path)
    (found,) = examine(source, Plan(installed.ids), tmp_path).findings
    assert found.message == message
    assert found.reason == (why or f"requirements.txt pins {pin},<3")


def test_a_major_that_is_set_overrides_all(installed: Installed) -> None:
    installed.rules(toy(majors))
    outcome = installed.run(f'{HEAD}cloud.s3.OldBucket("a")\n', major=2)
    assert told(outcome) == [(3, "major 2", "as set")]


def test_what_is_found_twice_with_one_reason_is_told_once(installed: Installed) -> None:
    def twice(program: Program) -> Iterator[Finding]:
        """A bucket has two reasons."""
        for bucket in program.resources("cloud.s3.Bucket"):
            for reason in ("no size", "no size", "no place"):
                yield Finding(bucket, "bucket is small", reason=reason)

    installed.rules(toy(twice))
    outcome = installed.run(f'{HEAD}cloud.s3.Bucket("a")\n')
    assert [reason for *_, reason in told(outcome)] == ["no size", "no place"]
