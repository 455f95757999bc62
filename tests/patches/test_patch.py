"""Patches a reviewer has edited: what still applies, and what is refused with which words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iacfix.errors import PatchError, SourceError
from iacfix.patches.diff import unified
from iacfix.patches.patch import apply_hunks, fitted, lines_of, read_patch

BEFORE = "".join(f"line {n}\n" for n in range(1, 41))
AFTER = BEFORE.replace("line 5\n", "five\nand a half\n").replace("line 20\n", "").replace("line 35\n", "thirty-five\n")
DIFF = unified("x.py", BEFORE, AFTER)


def patched(before: str, diff: str) -> str:
    for patch in read_patch(diff, "review.diff"):
        before = apply_hunks(before, patch)
    return before


def refusal(before: str, diff: str) -> str:
    with pytest.raises(PatchError) as caught:
        patched(before, diff)
    return str(caught.value)


def without_hunk(diff: str, number: int) -> str:
    head, *hunks = re.split(r"(?m)^(?=@@ )", diff)
    return head + "".join(hunk for at, hunk in enumerate(hunks, 1) if at != number)


# Broken patches

HEAD = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n"
HUNK = "@@ -1 +1 @@\n-one\n+two\n"
ONLY = "iacfix patch only changes files that exist"
BEYOND = "belongs to no hunk; a line of a hunk begins with a space, + or -"
BROKEN = {
    "no patch": ("# Notes\n\nhello\n", "p:1: no diff in it: give a patch as iacfix diff prints it"),
    "hunk without file": (HUNK, "p:1: hunk belongs to no file: put its --- and +++ lines back"),
    "hunk behind a cut header": (
        HEAD + HUNK + "diff --git a/y.py b/y.py\n" + HUNK,
        "p:8: hunk belongs to no file: put its --- and +++ lines back",
    ),
    "half a header": ("--- a/x.py\n" + HUNK, "p:2: hunk belongs to no file: put its --- and +++ lines back"),
    "half a header of git": (
        "diff --git a/x.py b/x.py\n--- a/x.py\n" + HUNK,
        "p:2: '--- a/x.py': --- and +++ lines belong together; a line of a hunk begins with a space, + or -",
    ),
    "line number beyond any file": (
        HEAD + "@@ -99999999999 +1 @@\n-one\n",
        "p:4: hunk header is broken: write it as @@ -1,2 +1,2 @@",
    ),
    "broken hunk header": (HEAD + "@@ -1 @@\n-one\n", "p:4: hunk header is broken: write it as @@ -1,2 +1,2 @@"),
    "line without its sign": (HEAD + HUNK + "three\n", f"p:7: 'three': {BEYOND}"),
    "comment without its space": (HEAD + HUNK + "# note\n", f"p:7: '# note': {BEYOND}"),
    "binary file": (
        "diff --git a/x b/x\nBinary files a/x and b/x differ\n",
        f"p:2: {ONLY}: take out 'Binary files a/x and b/x differ' with its file",
    ),
    "binary patch": (
        "diff --git a/x b/x\nGIT binary patch\n",
        f"p:2: {ONLY}: take out 'GIT binary patch' with its file",
    ),
    "rename": (
        "diff --git a/x b/y\nsimilarity index 90%\nrename from x\n",
        f"p:2: {ONLY}: take out 'similarity index 90%' with its file",
    ),
    "mode": ("diff --git a/x b/x\nold mode 100644\n", f"p:2: {ONLY}: take out 'old mode 100644' with its file"),
    "new file of git": (
        "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+x\n",
        f"p:2: {ONLY}: take out 'new file mode 100644' with its file",
    ),
    "new file": ("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+x\n", f"p:2: {ONLY}: take out the new or deleted file"),
    "deleted file": ("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", f"p:2: {ONLY}: take out the new or deleted file"),
    "two names": ("--- a/x\n+++ b/y\n" + HUNK, f"p:2: {ONLY}: 'a/x' and 'b/y' are two names"),
    "absolute name": (
        "--- /etc/x\n+++ /etc/x\n" + HUNK,
        "p:2: '/etc/x' is not a file below this directory: name it from here",
    ),
    "absolute name behind a prefix": (
        "--- a//etc/x\n+++ b//etc/x\n" + HUNK,
        "p:2: '/etc/x' is not a file below this directory: name it from here",
    ),
    "name above the directory": (
        "--- a/y/../../x\n+++ b/y/../../x\n" + HUNK,
        "p:2: 'y/../../x' is not a file below this directory: name it from here",
    ),
    "quoted name above the directory": (
        '--- "a/\\056./x"\n+++ "b/\\056./x"\n' + HUNK,
        "p:2: '../x' is not a file below this directory: name it from here",
    ),
    "name inside .git": (
        "--- a/.git/config\n+++ b/.git/config\n" + HUNK,
        "p:2: '.git/config' is not a file below this directory: name it from here",
    ),
    "no name": ("--- a/\n+++ b/\n" + HUNK, "p:2: '' is not a file below this directory: name it from here"),
}


@pytest.mark.parametrize(("diff", "why"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_patch_is_refused_with_its_line(diff: str, why: str) -> None:
    with pytest.raises(PatchError) as caught:
        read_patch(diff, "p")
    assert str(caught.value) == why


@pytest.mark.parametrize(
    "diff", ["", "\n\n", "# iacfix: rule — title\n", HEAD, "--- a/x\n+++ b/x\n", HEAD + "@@ -1 +1 @@\n"]
)
def test_a_patch_with_every_hunk_taken_out_changes_nothing(diff: str) -> None:
    assert read_patch(diff) == []


# Hunks that do not fit


def test_a_changed_line_is_named() -> None:
    assert refusal(BEFORE.replace("line 7\n", "seven\n"), DIFF) == (
        "review.diff:4: x.py: hunk 1 does not fit: line 7: expected 'line 7', found 'seven'"
    )


def test_every_hunk_that_does_not_fit_is_named() -> None:
    assert refusal(BEFORE.replace("line 7\n", "seven\n").replace("line 33\n", "33\n"), DIFF) == (
        "review.diff:4: x.py: hunk 1 does not fit: line 7: expected 'line 7', found 'seven'\n"
        "review.diff:22: x.py: hunk 3 does not fit: line 33: expected 'line 33', found '33'"
    )


def test_a_file_cut_short_is_told() -> None:
    assert refusal(BEFORE[: BEFORE.index("line 37")], without_hunk(without_hunk(DIFF, 1), 1)) == (
        "review.diff:4: x.py: hunk 1 does not fit: line 37: expected 'line 37', found the end of the file"
    )


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("one\r\n", "expected 'one', found 'one\\r' (only the line end differs)"),
        ("one", "expected 'one', found 'one' without a newline"),
        ("", "expected 'one', found the end of the file"),
    ],
)
def test_a_different_line_end_is_told(before: str, found: str) -> None:
    assert refusal(before, HEAD + HUNK) == f"review.diff:4: x.py: hunk 1 does not fit: line 1: {found}"


def test_a_last_line_that_gained_a_newline_does_not_fit() -> None:
    assert refusal("one\ntwo\n", unified("x.py", "one\ntwo", "ONE\ntwo")) == (
        "review.diff:4: x.py: hunk 1 does not fit: line 2: expected 'two' without a newline, "
        "found 'two' (only the line end differs)"
    )


def test_a_text_that_has_all_the_hunks_stays_as_it_is() -> None:
    assert patched(AFTER, DIFF) == AFTER


def test_a_hunk_that_is_applied_beside_one_that_is_not_is_told() -> None:
    first = patched(BEFORE, without_hunk(without_hunk(DIFF, 3), 2))
    assert refusal(first, DIFF) == "review.diff:4: x.py: hunk 1 is applied already: take it out"


@pytest.mark.parametrize(
    ("before", "after"), [("one\ntwo\n", "one\ntwo\nthree\n"), ("one\ntwo\n", "zero\none\ntwo\n"), ("", "one\n")]
)
def test_lines_put_at_an_end_of_the_file_are_not_put_there_twice(before: str, after: str) -> None:
    diff = unified("x.py", before, after)
    assert patched(before, diff) == after
    if before:
        assert patched(after, diff) == after
    else:
        assert refusal(after, diff).endswith("has no line to place it by: put its context lines back")


def test_an_applied_hunk_is_known_at_another_place_too() -> None:
    moved = "new\nfile\n" + AFTER
    assert patched(moved, without_hunk(DIFF, 1)) == moved


def test_two_places_are_not_guessed_between() -> None:
    block = "a = Alarm(\n    period=60,\n)\n\n"
    diff = unified("x.py", block, block.replace("    period=60,\n", "    period=60,\n    missing=1,\n"))
    moved = diff.replace("@@ -1,4 +1,5 @@\n", "@@ -2,4 +2,5 @@\n")
    assert refusal(block * 3, moved) == (
        "review.diff:4: x.py: hunk 1 fits at several lines (1, 5, 9): write the right one into its @@ line"
    )
    chosen = diff.replace("@@ -1,4 +1,5 @@\n", "@@ -5,4 +5,5 @@\n")
    assert patched(block * 3, chosen) == block + block.replace("60,\n", "60,\n    missing=1,\n") + block


def test_a_hunk_without_old_lines_has_no_place() -> None:
    diff = HEAD + "@@ -3,6 +3,7 @@\n+new\n"
    assert refusal(BEFORE, diff) == (
        "review.diff:4: x.py: hunk 1 has no line to place it by: put its context lines back"
    )  # fmt: skip


def test_a_hunk_that_lost_its_last_context_is_not_put_into_the_middle() -> None:
    assert refusal("one\ntwo\nthree\n", HEAD + "@@ -1,2 +1,3 @@\n one\n+new\n") == (
        "review.diff:4: the patch ends inside this hunk, after 1 of its 2 old lines; give all of it"
    )


# Reviewers' edits that apply


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_hunk_is_taken_out(number: int) -> None:
    kept = [("line 5\n", "five\nand a half\n"), ("line 20\n", ""), ("line 35\n", "thirty-five\n")]
    expected = BEFORE
    for at, (old, new) in enumerate(kept, 1):
        expected = expected if at == number else expected.replace(old, new)
    assert patched(BEFORE, without_hunk(DIFF, number)) == expected


EDITS: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "added line taken out": (lambda d: d.replace("+and a half\n", ""), lambda t: t.replace("and a half\n", "")),
    "added line changed": (lambda d: d.replace("+five\n", "+cinq\n"), lambda t: t.replace("five\nand", "cinq\nand")),
    "added line doubled": (
        lambda d: d.replace("+five\n", "+five\n" * 2),
        lambda t: t.replace("five\nand", "five\nfive\nand"),
    ),
    "removed line kept": (
        lambda d: d.replace("-line 20\n", " line 20\n"),
        lambda t: t.replace("19\n", "19\nline 20\n"),
    ),
    "removed line kept beside its successor": (
        lambda d: d.replace("-line 5\n", " line 5\n"),
        lambda t: t.replace("line 4\n", "line 4\nline 5\n"),
    ),
    "context line taken out at an end": (lambda d: d.replace(" line 8\n", ""), lambda t: t),
    "hunk emptied to its header": (
        lambda d: re.sub(r"(?m)(^@@ -17,.*\n)([ -].*\n)+", r"\1", d),
        lambda t: t.replace("line 19\n", "line 19\nline 20\n"),
    ),
    "blank lines between hunks": (lambda d: d.replace("@@ -17", "\n\n@@ -17") + "\n\n", lambda t: t),
    "header lines of CRLF": (lambda d: re.sub(r"(?m)^(diff|---|\+\+\+|@@)(.*)", "\\1\\2\r", d), lambda t: t),
    "BOM before the patch": (lambda d: "\ufeff" + d, lambda t: t),
    "a mail around it": (lambda d: "Subject: fixes\n\nplease look\n" + d, lambda t: t),
    "no final newline": (lambda d: d.removesuffix("\n"), lambda t: t),
    "no line of git": (lambda d: d.removeprefix("diff --git a/x.py b/x.py\n"), lambda t: t),
    "no prefix": (lambda d: d.replace("a/x.py", "x.py").replace("b/x.py", "x.py"), lambda t: t),
    "mnemonic prefix": (lambda d: d.replace("a/x.py", "i/x.py").replace("b/x.py", "w/x.py"), lambda t: t),
    "dates": (lambda d: d.replace("/x.py\n", "/x.py\t2024-01-01 00:00:00\n"), lambda t: t),
}


@pytest.mark.parametrize(("edit", "effect"), EDITS.values(), ids=EDITS.keys())
def test_an_edited_patch_applies(edit: Callable[[str], str], effect: Callable[[str], str]) -> None:
    edited = edit(DIFF)
    assert edited != DIFF
    assert patched(BEFORE, edited) == effect(AFTER)
    assert {patch.name for patch in read_patch(edited)} == {"x.py"}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_context_lines_may_lose_their_space(end: str) -> None:
    before, after = (text.replace("\n", end) for text in ("a\n\nb\n\n\n\nc\n", "a\n\nB\n\n\n\nc\n"))
    diff = unified("x.py", before, after)
    stripped = re.sub(r"(?m)^ (?=\r?$)", "", diff)
    assert stripped != diff
    assert patched(before, stripped) == after
    assert patched(before, stripped + "\n\n" + HEAD.replace("x.py", "y.py")) == after


def test_a_removed_line_may_look_like_a_file_header() -> None:
    before, after = "x\n-- a/x\n@@ -1 @@\ny\n", "x\n++ b/x\n@@ -1 @@\ny\n"
    diff = unified("x.py", before, after)
    assert "--- a/x\n+++ b/x\n @@" in diff
    assert patched(before, diff.replace(" y\n", "+z\n y\n")) == "x\n++ b/x\n@@ -1 @@\nz\ny\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_last_line_that_is_kept_gains_a_line_end(end: str) -> None:
    diff = unified("x.py", f"one{end}two", f"one{end}three")
    assert patched(f"one{end}two", diff.replace("-two\n", " two\n")) == f"one{end}two{end}three"


def test_a_marker_left_behind_does_no_harm() -> None:
    assert patched("one\ntwo", unified("x.py", "one\ntwo", "one\nthree").replace("+three\n", "")) == "one\n"


def test_a_moved_hunk_finds_its_only_place_and_takes_the_next_along() -> None:
    block = "".join(f"same {n}\n" for n in range(6))
    before = "new 1\nnew 2\n" + BEFORE + block * 2
    diff = unified("x.py", BEFORE + block * 2, AFTER + block + block.replace("same 3\n", ""))
    assert patched(before, diff) == "new 1\nnew 2\n" + AFTER + block + block.replace("same 3\n", "")


def test_a_file_may_come_up_several_times() -> None:
    then = AFTER.replace("and a half\n", "and a bit\n")
    series = f"# iacfix: one — first\n{DIFF}# iacfix: two — second\n{unified('x.py', AFTER, then)}"
    assert patched(BEFORE, series) == then
    assert fitted(read_patch(series), lambda _: BEFORE) == [("x.py", BEFORE, then)]


def test_each_file_has_its_text_before_and_after() -> None:
    files = {"a b.py": "one\n", "ä/\t.py": "one\n"}
    patch = "".join(unified(name, "one\n", "two\n") for name in files) + HEAD  # x.py lost its hunks
    assert fitted(read_patch(patch), files.__getitem__) == [("a b.py", "one\n", "two\n"), ("ä/\t.py", "one\n", "two\n")]


def test_all_files_fit_or_none() -> None:
    def read(name: str) -> str:
        match name:
            case "gone.py":
                raise FileNotFoundError(2, "No such file or directory")
            case "broken.py":
                raise SourceError("is not UTF-8", path=name)
            case _:
                return "one\n" if name == "good.py" else "zero\n"

    names = ["good.py", "gone.py", "broken.py", "other.py", "other.py"]
    with pytest.raises(PatchError) as caught:
        fitted(read_patch("".join(unified(name, "one\n", "two\n") for name in names), "review.diff"), read)
    assert str(caught.value) == (
        "review.diff:10: gone.py: No such file or directory: correct its name or take it out\n"
        "broken.py: is not UTF-8\n"
        "review.diff:22: other.py: hunk 1 does not fit: line 1: expected 'one', found 'zero'"
    )


WORDS = st.lists(st.sampled_from(["", "a", "b", ")", "-- x", "++ y", "é\f\u2028", "c\r"]), max_size=3)


@given(st.lists(st.tuples(WORDS, WORDS, st.booleans()), min_size=1, max_size=6), st.booleans())
@settings(deadline=None)
def test_any_hunks_that_are_kept_apply_alone(places: list[tuple[list[str], list[str], bool]], ended: bool) -> None:
    """Each place is old lines, new lines and whether the reviewer keeps its hunk; unique lines stand between."""

    def text(choose: Callable[[list[str], list[str], bool], list[str]]) -> str:
        lines = [f"between {n}" for n in range(8)]
        for at, place in enumerate(places, 1):
            lines += [*choose(*place), *(f"between {at * 8 + n}" for n in range(8))]
        return "\n".join(lines) + ("\n" if ended else "")

    before, after = text(lambda old, _new, _kept: old), text(lambda _old, new, _kept: new)
    diff = unified("x.py", before, after)
    kept = [keeps for old, new, keeps in places if old != new]
    for number in range(len(kept), 0, -1):
        diff = diff if kept[number - 1] else without_hunk(diff, number)
    assert patched(before, diff) == text(lambda old, new, kept: new if kept else old)


def test_lines_end_at_newlines_only() -> None:
    assert lines_of("a\fb\u2028c\x85d\re\r\nf") == ["a\fb\u2028c\x85d\re\r\n", "f"]
