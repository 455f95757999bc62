"""Printed diffs, held against real `git apply` and, where it is installed, `patch -p1`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iacfix.patches.diff import LineEdit, LineMap, Original, RewrittenLines, by_rule, checked, unified
from iacfix.patches.patch import apply_hunks, lines_of, read_patch
from iacfix.result import Outcome, Step, TouchedLines
from iacfix.rewrite import Change, changed

APPLIERS = [["git", "apply"]] + ([["patch", "-p1", "--silent"]] if shutil.which("patch") else [])

TEXTS = {
    "first line": ("one\ntwo\nthree\nfour\nfive\n", "ONE\ntwo\nthree\nfour\nfive\n"),
    "last line": ("one\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nFIVE\n"),
    "line put before the first": ("one\n", "zero\none\n"),
    "line put behind the last": ("one\n", "one\ntwo\n"),
    "only line": ("one\n", "two\n"),
    "CRLF": ("one\r\ntwo\r\nthree\r\n", "one\r\nTWO\r\nthree\r\n"),
    "CRLF with blank lines": ("one\r\n\r\ntwo\r\n\r\nthree\r\n", "one\r\n\r\n2\r\n\r\nthree\r\n"),
    "CRLF without final newline": ("one\r\ntwo", "one\r\nTWO"),
    "mixed line ends": ("one\r\ntwo\nthree\r\n", "one\r\nTWO\nthree\n"),
    "only the line ends": ("one\r\ntwo\r\n", "one\ntwo\n"),
    "no final newline before": ("one\ntwo", "one\nTWO\n"),
    "no final newline after": ("one\ntwo\n", "one\nTWO"),
    "no final newline on both sides": ("one\ntwo", "one\nTWO"),
    "no final newline in the context": ("one\ntwo\nthree", "ONE\ntwo\nthree"),
    "final newline gained": ("one", "one\n"),
    "final newline lost": ("one\n", "one"),
    "line behind a last line without newline": ("one", "one\ntwo"),
    "form feed": ("one\n\f\ntwo\fthree\n", "one\n\f\ntwo\fTHREE\n"),
    "U+2028 and U+0085": ("a\u2028b\nc\x85d\ne\n", "a\u2028b\nc\x85D\ne\n"),
    "lone CR": ("one\rtwo\nthree\rfour\n", "one\rtwo\nthree\rFOUR\n"),
    "BOM": ("\ufeffone\ntwo\n", "\ufeffONE\ntwo\n"),
    "empty before": ("", "one\ntwo\nthree\n"),
    "empty before, no final newline": ("", "one"),
    "empty after": ("one\ntwo\n", ""),
    "blank lines only": ("\n\n\n", "\n\n\n\n"),
    "lines like headers": ("-- a/x\n++ b/x\n@@ -1 +1 @@\n", "-- a/x\n- b/x\n@@ -1 +1 @@\n"),
    "lines like a file header": ("x\n-- a\n@@ -1 +1 @@\ny\n", "x\n++ b\n@@ -1 +1 @@\ny\n"),
    "lines like a patch": ("diff --git a/x b/x\n# iacfix: x\n", "diff --git a/y b/y\n# iacfix: x\n"),
}

NAMES = [
    "infra/network/main.py",
    "my stack.py",
    "größe/日本 語.py",
    'a "quoted" name.py',
    "back\\slash.py",
    "tab\there.py",
    "line\nbreak.py",
    "x b/y.py",
    "b/a/x.py",
    "-- x.py",
    "# iacfix: x.py",
]


def run(*command: str, at: str, given: str = "") -> str:
    """What a tool prints, whatever git settings this machine has."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(command, cwd=at, env=env, input=given.encode(), capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode() + given
    return done.stdout.decode()


def applied(tool: Sequence[str], patches: Sequence[str], files: Mapping[str, str]) -> dict[str, str]:
    """The files of a repository after a tool has taken each patch."""
    with TemporaryDirectory() as root:
        run("git", "init", "-q", at=root)
        for name, text in files.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        for patch in patches:
            run(*tool, at=root, given=patch)
        return {name: Path(root, name).read_bytes().decode() for name in files}


def test_equal_texts_have_no_diff() -> None:
    assert unified("x.py", "one\n", "one\n") == ""


def test_git_is_there() -> None:
    assert shutil.which("git")


@pytest.mark.parametrize("tool", APPLIERS, ids=lambda tool: tool[0])
@pytest.mark.parametrize(("before", "after"), TEXTS.values(), ids=TEXTS.keys())
def test_applies(before: str, after: str, tool: list[str]) -> None:
    diff = checked("x.py", before, after, unified("x.py", before, after))
    assert applied(tool, [diff], {"x.py": before}) == {"x.py": after}


@pytest.mark.parametrize(("before", "after"), TEXTS.values(), ids=TEXTS.keys())
def test_passes_the_check_of_git(before: str, after: str) -> None:
    assert applied(["git", "apply", "--check"], [unified("x.py", before, after)], {"x.py": before}) == {"x.py": before}


@pytest.mark.parametrize("tool", APPLIERS, ids=lambda tool: tool[0])
@pytest.mark.parametrize("name", NAMES)
def test_applies_to_a_file_of_any_name(name: str, tool: list[str]) -> None:
    diff = checked(name, "one\ntwo\n", "one\n2\n", unified(name, "one\ntwo\n", "one\n2\n"))
    assert applied(tool, [diff], {name: "one\ntwo\n"}) == {name: "one\n2\n"}


def test_looks_like_a_diff_of_git() -> None:
    before = "".join(f"line {n}\n" for n in range(1, 31)) + "end"
    after = before.replace("line 2\n", "two\n").replace("line 15\n", "").replace("line 20\n", "line 20\nmore\n") + "\n"
    with TemporaryDirectory() as root:
        path = Path(root, "my stack.py")
        path.write_bytes(before.encode())
        run("git", "init", "-q", at=root)
        run("git", "add", ".", at=root)
        path.write_bytes(after.encode())
        theirs = run("git", "diff", at=root)
    lines = [line for line in theirs.split("\n") if not line.startswith("index ")]
    assert unified("my stack.py", before, after) == re.sub("(?m)^(@@ .* @@).*", r"\1", "\n".join(lines))


def test_quotes_names_as_git_does() -> None:
    assert unified('a "b"\t\x01é\\.py', "1\n", "2\n") == (
        'diff --git "a/a \\"b\\"\\t\\001é\\\\.py" "b/a \\"b\\"\\t\\001é\\\\.py"\n'
        '--- "a/a \\"b\\"\\t\\001é\\\\.py"\t\n'
        '+++ "b/a \\"b\\"\\t\\001é\\\\.py"\t\n'
        "@@ -1 +1 @@\n-1\n+2\n"
    )


def test_a_name_that_is_not_utf8_is_printed_in_octal() -> None:
    name = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    diff = unified(name, "1\n", "2\n")
    assert diff.split("\n")[1] == '--- "a/caf\\351.py"'
    assert checked(name, "1\n", "2\n", diff) == diff


def test_an_inserted_resource_stays_in_one_piece() -> None:
    before = (
        'a = Bucket(\n    "a",\n    acl="private",\n    versioning={\n        "enabled": True,\n    },\n)\n\nb = 1\n'
    )
    after = (
        'a = Bucket(\n    "a",\n)\n\nv = Versioning(\n    "v",\n    status={\n        "on": True,\n    },\n)\n\nb = 1\n'
    )
    assert unified("x.py", before, after).split("@@\n")[1] == (
        ' a = Bucket(\n     "a",\n-    acl="private",\n-    versioning={\n-        "enabled": True,\n'
        '+)\n+\n+v = Versioning(\n+    "v",\n+    status={\n+        "on": True,\n     },\n )\n \n'
    )


def test_lines_changed_one_for_one_keep_what_stays_between_them() -> None:
    assert unified("x.py", "a\n\nb\n)\nc\n", "A\n\nB\n)\nC\n").split("@@\n")[1] == (
        "-a\n+A\n \n-b\n+B\n )\n-c\n+C\n"
    )  # fmt: skip


def test_what_is_put_in_before_a_bracket_is_all_that_comes() -> None:
    before = "a(\n  b={\n    c=[\n      1,\n    ],\n  },\n)\nd(one)\n"
    after = "a(\n  b={\n    c=[\n      1,\n      2,\n    ],\n  },\n  e=3,\n)\nd(two)\n\nf(\n  g={\n  },\n)\n"
    assert unified("x.py", before, after).split("@@\n")[1] == (
        "   b={\n     c=[\n       1,\n+      2,\n     ],\n   },\n+  e=3,\n )\n"
        "-d(one)\n+d(two)\n+\n+f(\n+  g={\n+  },\n+)\n"
    )


def test_a_blank_line_between_two_that_change_stays() -> None:
    assert unified("x.py", "a\n\nb(1)\n", "a\ni\n\nc\n\nb(2)\n").split("@@\n")[1] == (
        " a\n+i\n \n-b(1)\n+c\n+\n+b(2)\n"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (unified("x.py", "one\n", "three\n"), "the diff of x.py does not give the new text"),
        (unified("y.py", "one\n", "two\n"), "the diff of x.py names y.py"),
        (unified("x.py", "one\n", "two\n").replace("+1 ", "+1,2 "), "the diff of x.py counts its lines wrongly"),
        ("", "the diff of x.py does not give the new text"),
    ],
)
def test_a_wrong_diff_is_not_shown(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        checked("x.py", "one\n", "two\n", text)


def test_a_diff_that_does_not_apply_is_not_shown() -> None:
    with pytest.raises(ValueError, match=r"^the diff of x\.py does not apply: "):
        checked("x.py", "one\n", "two\n", unified("x.py", "zero\n", "two\n"))


def headers(before: str, after: str, *touched: TouchedLines) -> list[str]:
    return [
        row.rpartition("@@")[2].strip()
        for row in unified("x.py", before, after, touched=touched).split("\n")
        if row.startswith("@@ ")
    ]


def test_a_hunk_names_the_rules_that_touched_its_lines() -> None:
    before = "".join(f"line {n}\n" for n in range(1, 60))
    after = before.replace("line 9\n", "nine\n").replace("line 11\n", "line 11\nmore\n").replace("line 50\n", "")
    touched = (
        TouchedLines("region", 9, 9),
        TouchedLines("alarm", 11, 11),
        TouchedLines("alarm", 50, 50),
        TouchedLines("other", 30, 31),
    )
    assert headers(before, after, *touched) == ["alarm, region", "alarm"]
    assert headers(before, after) == ["", ""]


def test_a_hunk_of_which_a_part_is_nobodys_has_no_rule() -> None:
    before = "".join(f"line {n}\n" for n in range(1, 30))
    after = before.replace("line 9\n", "nine\n").replace("line 12\n", "twelve\n")
    assert headers(before, after, TouchedLines("region", 9, 9)) == [""]
    assert headers(before, after, TouchedLines("region", 9, 9), TouchedLines("", 12, 12)) == [""]
    assert headers(before, after, TouchedLines("region", 9, 9), TouchedLines("region", 12, 12)) == ["region"]


@pytest.mark.parametrize("line", [2, 3, 4, 5], ids=str)
def test_lines_that_come_among_equal_ones_are_of_the_rule_that_asked_at_any_of_them(line: int) -> None:
    assert headers("a\nx\nx\nx\nb\n", "a\nx\nx\nx\nx\nb\n", TouchedLines("region", line, line)) == ["region"]
    assert headers("a\nx\nx\nx\nb\n", "a\nx\nx\nb\n", TouchedLines("region", line - 1, line - 1)) == ["region"]


def test_blank_lines_stand_between_a_rule_and_what_it_asked_for() -> None:
    before, after = "a\n\nb(1)\n", "a\n\nnew\n\nb(2)\n"
    assert headers(before, after, TouchedLines("region", 1, 1), TouchedLines("alarm", 3, 3)) == ["alarm, region"]


def test_lines_of_a_newer_text_are_told_as_those_before() -> None:
    before = LineMap("a\nb\nc\nd\n", "a\nnew\nb\nC\nd\n")
    assert [before.of(line, line) for line in range(1, 6)] == [(1, 1), (1, 1), (2, 2), (3, 3), (4, 4)]
    assert before.of(1, 5) == (1, 4)


BASE = "".join(f"line {n}\n" for n in range(40))
FIRST = BASE.replace("line 5\n", "five\nand more\n")
SECOND = FIRST.replace("line 30\n", "thirty\n")
THIRD = SECOND.replace("five\n", "5\n").replace("line 20\n", "")
OUTCOMES = [
    Outcome("same.py", BASE, BASE),
    Outcome("a.py", BASE, SECOND, steps=(Step(("region",), BASE, FIRST), Step(("alarm",), FIRST, SECOND))),
    Outcome("b c.py", FIRST, THIRD, steps=(Step(("alarm",), FIRST, SECOND), Step(("bucket",), SECOND, THIRD))),
]


def named(rule: str, name: str, before: str, after: str) -> str:
    return unified(name, before, after, touched=[TouchedLines(rule, 1, 40)])


def test_a_series_has_one_patch_a_rule() -> None:
    alarm = named("alarm", "a.py", FIRST, SECOND) + named("alarm", "b c.py", FIRST, SECOND)
    assert by_rule(OUTCOMES, str.upper) == [
        ("region", "# iacfix: region — REGION\n" + named("region", "a.py", BASE, FIRST)),
        ("alarm", "# iacfix: alarm — ALARM\n" + alarm),
        ("bucket", "# iacfix: bucket — BUCKET\n" + named("bucket", "b c.py", SECOND, THIRD)),
    ]


def test_a_rule_that_runs_twice_has_two_patches_only_where_another_runs_between() -> None:
    again = tuple(Step((rule,), f"{at}\n", f"{at + 1}\n") for at, rule in enumerate("xxyx", 1))
    series = by_rule([Outcome("a.py", "1\n", "5\n", steps=again)], str)
    assert [(rule, patch.split(f"@@ {rule}\n")[1]) for rule, patch in series] == [
        ("x", "-1\n+3\n"),
        ("y", "-3\n+4\n"),
        ("x", "-4\n+5\n"),
    ]


@pytest.mark.parametrize("tool", APPLIERS, ids=lambda tool: tool[0])
@pytest.mark.parametrize("whole", [True, False], ids=["in one file", "one by one"])
def test_a_series_applies(tool: list[str], whole: bool) -> None:
    patches = [patch for _, patch in by_rule(OUTCOMES, str)]
    files = {outcome.path: outcome.before for outcome in OUTCOMES}
    expected = {outcome.path: outcome.after for outcome in OUTCOMES}
    assert applied(tool, ["".join(patches)] if whole else patches, files) == expected


LINES = st.sampled_from(
    ["", "a", "b", ")", "    x,", "-- a", "++ b", "@@ -1 +1 @@", "é\u2028\f", "c\r", "\r", " ", "\\ x"]
)
TEXT = st.builds(lambda lines, end: "\n".join(lines) + end, st.lists(LINES, max_size=30), st.sampled_from(["", "\n"]))


@given(TEXT, TEXT)
@settings(deadline=None)
def test_any_diff_applies(before: str, after: str) -> None:
    diff = checked("x.py", before, after, unified("x.py", before, after))
    assert checked("x.py", after, before, unified("x.py", after, before)) is not None
    for patch in read_patch(diff):
        assert apply_hunks(before, patch) == after


@given(TEXT, TEXT)
@settings(deadline=None, max_examples=25)
def test_git_applies_any_diff(before: str, after: str) -> None:
    patches = [diff for diff in [unified("x.py", before, after)] if diff]
    assert applied(["git", "apply"], patches, {"x.py": before}) == {"x.py": after}


# changes told by lines

ROWS = st.lists(st.sampled_from(["a\n", "b\n", "\n", "ä {\n", "}\n"]), max_size=12).map("".join)
PLACES = st.tuples(st.integers(0, 30), st.integers(0, 3), st.sampled_from(["", "a", "a\n", "b\n", "}\nc\n", "\n"]))


@pytest.mark.parametrize(
    ("edited", "is_there"),
    [
        (LineEdit(4, 6, ("a\n",)), True),
        (LineEdit(4, 6, ("b\n",)), False),
        (LineEdit(4, 5, ("a\n",)), False),
        (LineEdit(5, 6, ("a\n",)), False),
        (LineEdit(9, 9, ("one\n", "two\n")), True),
        (LineEdit(9, 9, ("two\n",)), True),
        (LineEdit(9, 9, ("one\n", "three\n")), False),
        (LineEdit(8, 8, ("one\n",)), False),
        (LineEdit(4, 4, ("a\n",)), True),
        (LineEdit(20, 21, ("c\n",)), True),
        (LineEdit(21, 22, ("d\n",)), True),
        (LineEdit(21, 22, ("c\n",)), False),
        (LineEdit(20, 21, ("c\n", "d\n")), False),
        (LineEdit(20, 22, ("c\n",)), False),
        (LineEdit(21, 23, ("d\n", "e\n")), False),
        (LineEdit(30, 31, ("f\n",)), True),
        (LineEdit(31, 32, ("g\n", "h\n")), True),
        (LineEdit(31, 32, ("f\n", "g\n")), False),
        (LineEdit(30, 31, ("f\n", "g\n", "h\n")), False),
        (LineEdit(31, 32, ()), False),
    ],
)
def test_lines_that_were_made_among_others_are_known(edited: LineEdit, is_there: bool) -> None:
    more = LineEdit(30, 32, ("f\n", "g\n", "h\n"))
    put_in = LineEdit(9, 9, ("one\n", "two\n", "three\n"))
    made = RewrittenLines([LineEdit(4, 6, ("a\n",)), put_in, LineEdit(20, 22, ("c\n", "d\n")), more])
    assert made.include([edited]) is is_there
    assert made.include([LineEdit(4, 6, ("a\n",)), edited]) is is_there


@given(ROWS, st.lists(PLACES, max_size=3), st.booleans())
def test_changes_told_by_lines_make_the_new_text(old: str, places: list[tuple[int, int, str]], ends: bool) -> None:
    old = old if ends else old.removesuffix("\n")
    changes, at = list[Change](), 0
    for start, size, text in sorted(places):
        start = max(at, min(start, len(old)))
        at = min(len(old), start + size)
        changes.append(Change(len(old[:start].encode()), len(old[:at].encode()), text))
    new, lines = changed(old, changes), lines_of(old)
    edited = list(Original(old).edited(changes))
    for each in reversed(edited):
        lines[each.start : each.end] = each.lines
    assert "".join(lines) == new
    if len(changes) == 1:
        assert edited == list(Original(old).edited([Change(0, len(old.encode()), new)])), "as in a diff of the whole"
