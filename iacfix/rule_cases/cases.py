"""Reads the case files: one heading a case, its settings in lines of `name: value`, then its code blocks.

A rule's cases are in `<rule-id>.md` of a folder; those of a large rule also, by topic, in a folder of its name there.

    ## a counting alarm says nothing about missing data

    major: 6

    ```diff py
     unchanged
    -before
    +after
    ```

A `diff` block is before and after in one; a plain block must come out unchanged. `reason:` lines name the reasons that
are reported, all of them; without one nothing may be reported. An `unsafe:` line has words of the note that an
unsafe fix comes with; without one no fix may be unsafe. An `option:` line switches an option of the rule on. The
`major:` is that of Pulumi's provider, the newest without one; where a language numbers its provider otherwise, it is
the newest there with the same facts, and `version:` is its own number. Everything else is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from iacfix.errors import SourceError
from iacfix.files.small_files import read_small
from iacfix.files.suffixes import language_name
from iacfix.patches.patch import lines_of
from iacfix.registry import packs

BLOCK = re.compile(r"^```(?P<diff>diff )?(?P<language>py|ts|hcl)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"^(?P<name>major|version|option|reason|unsafe): (?P<value>.+)$", re.MULTILINE)
HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
NAMES = {"py": "program.py", "ts": "program.ts", "hcl": "main.tf"}
"""The file that a case of a language stands in."""


@dataclass(frozen=True)
class Case:
    """One case in one language, and where it is written."""

    rule: str
    title: str
    language: str
    before: str
    after: str
    major: int
    options: tuple[str, ...]
    reasons: tuple[str, ...]
    unsafe: tuple[str, ...]
    path: Path
    line: int

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.title} ({self.language})"

    @property
    def is_left_alone(self) -> bool:
        return self.before == self.after


def cases_in(folder: Path, rule: str | None = None) -> Iterator[Case]:
    """All cases of a folder, or those of one rule; raises SourceError."""
    for path in case_files(folder):
        if rule in (None, rule_of(path, folder)):
            yield from _cases(path, folder)


def case_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.md"))


def rule_of(path: Path, folder: Path) -> str:
    """The rule that a case file is about."""
    return path.relative_to(folder).with_suffix("").parts[0]


def _cases(path: Path, folder: Path) -> Iterator[Case]:
    try:
        text = read_small(path).decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read ({error})", path=path) from error
    headings = list(HEADING.finditer(text))
    ends = [*(found.start() for found in headings[1:]), len(text)]
    for found, end in zip(headings, ends, strict=False):
        rest = text[found.end() : end]
        prose = BLOCK.sub("", rest)
        settings = [(match["name"], match["value"].strip()) for match in SETTING.finditer(prose)]
        line = text.count("\n", 0, found.start()) + 1
        if not (blocks := list(BLOCK.finditer(rest))):
            raise SourceError(f"the case '{found['title']}' has no block of py, ts or hcl", path=path, line=line)
        major = next((value for name, value in settings if name == "major"), str(_newest()))
        version = next((value for name, value in settings if name == "version"), major)
        if not (major + version).isdecimal():
            raise SourceError(f"the major of the case '{found['title']}' is no number", path=path, line=line)
        for block in blocks:
            try:
                before, after = _sides(block["body"]) if block["diff"] else (block["body"], block["body"])
            except ValueError as error:
                raise SourceError(f"the case '{found['title']}': {error}", path=path, line=line) from None
            yield Case(
                rule=rule_of(path, folder),
                title=found["title"].strip(),
                language=block["language"],
                before=before,
                after=after,
                major=int(version) if version != major else _numbered(int(major), block["language"]),
                options=tuple(value for name, value in settings if name == "option"),
                reasons=tuple(value for name, value in settings if name == "reason"),
                unsafe=tuple(value for name, value in settings if name == "unsafe"),
                path=path,
                line=line,
            )


def _sides(body: str) -> tuple[str, str]:
    before = after = ""
    for line in lines_of(body):
        sign, code = (line[0], line[1:]) if line != "\n" else (" ", line)
        if sign not in " +-":
            raise ValueError(f"a line of a diff block begins with {sign!r}")
        before += code if sign in " -" else ""
        after += code if sign in " +" else ""
    return before, after


def _newest() -> int:
    return max(major for pack in packs() for major in pack.provider.majors)


@cache
def _numbered(major: int, language: str) -> int:
    """The number that the language's own provider has for a major of Pulumi's."""
    kind = language_name(NAMES[language]) or ""
    numbered = [pack.provider.numbering[kind] for pack in packs() if kind in pack.provider.numbering]
    return max((number for each in numbered for number, facts in each.items() if facts == major), default=major)
