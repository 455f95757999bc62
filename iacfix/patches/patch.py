"""Reviewed patches: reading a diff that a person has edited, and applying it exactly or not at all.

Lines end at "\\n" and nowhere else: form feeds, U+2028 and lone CRs are part of their line, a CR before the "\\n" too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePath

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk as ParsedHunk
from unidiff.patch import PatchSet

from iacfix.errors import IacfixError, PatchError

NO_NEWLINE = "\\ No newline at end of file"
SERIES = "# iacfix: "
"""Begins the comment line before each patch of a series."""

_HUNK = re.compile(r"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,[0-9]{1,9})? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPED = dict(zip(b'abtnvfr"\\', b'\a\b\t\n\v\f\r"\\', strict=True))
_HEADINGS = ("diff ", "index ", "Index: ", "=====", SERIES)
_BEYOND_TEXT = (
    *("new file mode ", "deleted file mode ", "old mode ", "new mode ", "rename ", "copy "),
    *("similarity index ", "dissimilarity index ", "Binary files ", "GIT binary patch"),
)
_ONLY_CHANGES = "iacfix patch only changes files that exist"
APPLIED = "is applied already: take it out"


@dataclass(frozen=True)
class Hunk:
    """One change: the lines `old`, expected from line `start` on, become `new`; `line` is its line in the patch.

    Without context before its first change it `opens` the file, without context behind the last it `closes` it.
    """

    number: int
    line: int
    start: int
    new_start: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    opens: bool
    closes: bool


@dataclass(frozen=True)
class FilePatch:
    """The hunks for one file; `origin` names the patch they were read from."""

    name: str
    hunks: tuple[Hunk, ...]
    origin: str


def lines_of(text: str) -> list[str]:
    """The lines with their ends, split at "\\n" only."""
    return StringIO(text, newline="\n").readlines()


def read_patch(text: str, origin: str = "patch") -> list[FilePatch]:
    """The files a patch changes, in its order; a file may come up several times.

    The counts of the `@@` lines need not be right, and blank context lines may have lost their space.
    `text` must be decoded without newline translation.
    """
    rows = list(recounted(text, origin))
    try:
        files = PatchSet(StringIO("".join(f"{row}\n" for _, row in rows), newline="\n"))
    except UnidiffParseError as error:
        raise PatchError(f"not a unified diff: {error}", path=origin) from error
    headers = iter([number for number, row in rows if row.startswith("@@ ")])
    patches: list[FilePatch] = []
    for file in files:
        if hunks := tuple(_read_hunk(hunk, number, next(headers)) for number, hunk in enumerate(file, 1)):
            name = _name(file.source_file, file.target_file, origin, hunks[0].line - 1)
            patches.append(FilePatch(name, hunks, origin))
    return patches


def recounted(text: str, origin: str) -> Iterator[tuple[int, str]]:
    """File headers and hunks with the counts their lines have, each row with its line number in the patch."""
    rows = text.removeprefix("\ufeff").removesuffix("\n").split("\n")
    at, in_diff, in_file, strange = 0, False, False, 0
    while at < len(rows):
        row, line = rows[at].removesuffix("\r"), at + 1
        if row.startswith("--- ") and rows[at + 1 : at + 2] and rows[at + 1].startswith("+++ "):
            # The "#" keeps unidiff 0.7 from joining two patches to one file.
            yield from ((line, "#"), (line, row), (line + 1, rows[at + 1].removesuffix("\r")))
            in_diff = in_file = True
            at += 2
        elif row.startswith("@@"):
            if not (header := _HUNK.match(row)):
                raise PatchError("hunk header is broken: write it as @@ -1,2 +1,2 @@", path=origin, line=line)
            if not in_file:
                raise PatchError("hunk belongs to no file: put its --- and +++ lines back", path=origin, line=line)
            written = int(header[2] or 1)
            end = _hunk_end(rows, at + 1, written)
            if end >= len(rows) and 0 < (there := _old_lines(rows[at + 1 : end])) < written:
                why = f"the patch ends inside this hunk, after {there} of its {written} old lines; give all of it"
                raise PatchError(why, path=origin, line=line)
            yield from _hunk(header, rows, at, end)
            at = end
        else:
            in_diff, in_file = in_diff or row.startswith("diff "), in_file and not row.startswith("diff ")
            if in_diff:
                _refuse_strange(row, origin, line)
            elif row.strip() and not row.startswith(SERIES):
                strange = strange or line
            at += 1
    if strange and not in_diff:
        raise PatchError("no diff in it: give a patch as iacfix diff prints it", path=origin, line=strange)


def _refuse_strange(row: str, origin: str, line: int) -> None:
    """Between hunks of a diff only headings stand: anything else is a line somebody broke."""
    if row.startswith(_BEYOND_TEXT):
        raise PatchError(f"{_ONLY_CHANGES}: take out '{row[:40]}' with its file", path=origin, line=line)
    if row and not row.startswith(_HEADINGS):
        why = "--- and +++ lines belong together" if row[:4] in ("--- ", "+++ ") else "belongs to no hunk"
        raise PatchError(f"'{row[:40]}': {why}; a line of a hunk begins with a space, + or -", path=origin, line=line)


def _hunk_end(rows: Sequence[str], first: int, written: int) -> int:
    """Where the lines of a hunk end that has `written` old lines by its header.

    `--- x` is a removed `-- x` unless a whole file header stands there. Blank lines at the end are context as far
    as the header counts on them, else they only separate.
    """
    at = first
    while at < len(rows) and (rows[at][:1] in (" ", "+", "-", "\\") or rows[at] in ("", "\r")):
        if [row[:4] for row in rows[at : at + 3]] == ["--- ", "+++ ", "@@ -"]:
            break
        at += 1
    end = at
    while end > first and rows[end - 1] in ("", "\r"):
        end -= 1
    old = _old_lines(rows[first:end])
    return min(at, end + max(0, written - old))


def _old_lines(rows: Sequence[str]) -> int:
    return sum(row[:1] not in ("+", "\\") for row in rows)


def _hunk(header: re.Match[str], rows: Sequence[str], at: int, end: int) -> Iterator[tuple[int, str]]:
    """The hunk of `rows[at:end]`; nothing where only its header is left."""
    body = [_normal(row) for row in rows[at + 1 : end]]
    old, new = (sum(row[0] in signs for row in body) for signs in (" -", " +"))
    if old or new:
        yield at + 1, f"@@ -{header[1]},{old} +{header[3]},{new} @@"
        yield from enumerate(body, at + 2)


def _normal(row: str) -> str:
    if row.startswith("\\"):
        return NO_NEWLINE
    return row if row[:1] in (" ", "+", "-") else f" {row}"


def _read_hunk(hunk: ParsedHunk, number: int, line: int) -> Hunk:
    rows: list[tuple[str, str]] = []
    for row in hunk:
        if row.line_type != "\\":
            rows.append((row.line_type, row.value))
        elif rows:
            rows[-1] = (rows[-1][0], rows[-1][1].removesuffix("\n"))
    old = [value for sign, value in rows if sign != "+"]
    new = [value for sign, value in rows if sign != "-"]
    # A last line without newline that was turned into context gains one where new lines follow it.
    end = "\r\n" if any(value.endswith("\r\n") for value in old) else "\n"
    new[:-1] = [value if value.endswith("\n") else value + end for value in new[:-1]]
    opens, closes = rows[0][0] != " ", rows[-1][0] != " "
    return Hunk(number, line, hunk.source_start, hunk.target_start, tuple(old), tuple(new), opens, closes)


def _name(source: str, target: str, origin: str, line: int) -> str:
    """The file both names mean, with or without `a/` and `b/`."""
    old, new = _unquoted(source), _unquoted(target)
    if "/dev/null" in (old, new):
        raise PatchError(f"{_ONLY_CHANGES}: take out the new or deleted file", path=origin, line=line)
    if old != new and old[1:2] == new[1:2] == "/" and old[2:] == new[2:]:
        old = new = old[2:]
    path = PurePath(old)
    if old != new:
        raise PatchError(f"{_ONLY_CHANGES}: '{old}' and '{new}' are two names", path=origin, line=line)
    if not path.parts or path.anchor or {"..", ".git"} & set(path.parts):
        raise PatchError(f"'{old}' is not a file below this directory: name it from here", path=origin, line=line)
    return path.as_posix()


def _unquoted(name: str) -> str:
    """A name as git writes it, C-style where it is in quotes."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name

    def meant(escape: re.Match[bytes]) -> bytes:
        code = escape[1]
        return bytes([int(code, 8) & 0xFF if len(code) == 3 else _ESCAPED.get(code[0], code[0])])

    return _ESCAPE.sub(meant, name[1:-1].encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def apply_hunks(before: str, patch: FilePatch) -> str:
    """The text with every hunk in its place; PatchError with a line for each hunk that does not fit.

    A hunk fits at its line, moved as far as the hunk before it, or else at the only place that has all its old
    lines. Nothing is guessed: of two places neither is taken. A text that has all of them stays as it is.
    """
    lines = lines_of(before)
    after: list[str] = []
    failures: list[str] = []
    done = drift = applied = 0
    for hunk in patch.hunks:
        place = _place(lines, hunk, done, drift)
        applied += place == APPLIED
        if isinstance(place, str):
            failures.append(f"{patch.origin}:{hunk.line}: {patch.name}: hunk {hunk.number} {place}")
            continue
        after += lines[done:place]
        after += hunk.new
        done, drift = place + len(hunk.old), place - hunk.start + 1
    if applied == len(patch.hunks):
        return before
    if failures:
        raise PatchError("\n".join(failures))
    return "".join(after + lines[done:])


def _place(lines: Sequence[str], hunk: Hunk, floor: int, drift: int) -> int | str:
    """The index of the first old line, or why there is none."""
    wanted = hunk.start - 1 + drift
    if not hunk.old:
        return 0 if not lines else "has no line to place it by: put its context lines back"
    if wanted >= floor and _fits(lines, hunk, wanted):
        return wanted
    if any(_stands(lines, hunk.new, at) for at in (wanted, hunk.new_start - 1)):
        return APPLIED
    match [at for at in range(floor, len(lines)) if _fits(lines, hunk, at)]:
        case [place]:
            return place
        case []:
            applied = any(_stands(lines, hunk.new, at) for at in range(len(lines) + 1))
            return APPLIED if applied else _difference(lines, hunk, max(wanted, 0))
        case places:
            found = ", ".join(str(at + 1) for at in places[:4])
            return f"fits at several lines ({found}): write the right one into its @@ line"


def _fits(lines: Sequence[str], hunk: Hunk, at: int) -> bool:
    if (hunk.opens and at) or (hunk.closes and at + len(hunk.old) != len(lines)):
        return False
    return _stands(lines, hunk.old, at)


def _stands(lines: Sequence[str], wanted: Sequence[str], at: int) -> bool:
    if not wanted:
        return not lines
    return at >= 0 and tuple(lines[at : at + len(wanted)]) == tuple(wanted)


def _difference(lines: Sequence[str], hunk: Hunk, at: int) -> str:
    """Which line is not as the patch has it, where the hunk belongs."""
    for number, expected in enumerate(hunk.old, at):
        found = lines[number] if number < len(lines) else None
        if found != expected:
            return f"does not fit: line {number + 1}: expected {_quoted(expected)}, found {_quoted(found, expected)}"
    edge = "first" if hunk.opens and at else "last"
    return f"does not fit: without context it belongs to the file's {edge} line: put its context lines back"


def _quoted(line: str | None, beside: str | None = None) -> str:
    if line is None:
        return "the end of the file"
    text = line.removesuffix("\n")
    if text == line:
        return f"{text[:80]!r} without a newline"
    only_end = beside is not None and text.rstrip("\r") == beside.rstrip("\r\n")
    return f"{text[:80]!r}{' (only the line end differs)' if only_end else ''}"


def fitted(patches: Iterable[FilePatch], read: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """The files that change, each with its text before and after; every failure in one PatchError, or none at all.

    `read` gives the text of a file and may raise IacfixError or OSError.
    """
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    failures: dict[str, str] = {}
    for patch in patches:
        if patch.name in failures:
            continue
        try:
            if patch.name not in before:
                before[patch.name] = after[patch.name] = read(patch.name)
            after[patch.name] = apply_hunks(after[patch.name], patch)
        except IacfixError as error:
            failures[patch.name] = str(error)
        except OSError as error:
            where = f"{patch.origin}:{patch.hunks[0].line}"
            failures[patch.name] = f"{where}: {patch.name}: {error.strerror or error}: correct its name or take it out"
    if failures:
        raise PatchError("\n".join(failures.values()))
    return [(name, text, after[name]) for name, text in before.items() if after[name] != text]
