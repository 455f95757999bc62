"""Reads the case files: one heading a case, its settings in lines of `name: value`, then its code blocks.

A rule's cases are in `cases/<rule-id>.md`; those of a large rule also, by topic, in the folder of its name.

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
`major:` is that of Pulumi's provider, 7 without one; Terraform's is one less. Everything else is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"
BLOCK = re.compile(r"^```(?P<diff>diff )?(?P<language>py|ts|hcl)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"^(?P<name>major|option|reason|unsafe): (?P<value>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One case in one language."""

    rule: str
    title: str
    language: str
    before: str
    after: str
    major: int
    options: tuple[str, ...]
    reasons: tuple[str, ...]
    unsafe: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.title} ({self.language})"


def cases(rule: str | None = None) -> Iterator[Case]:
    """All cases, or those of one rule."""
    for path in sorted(CASES.rglob("*.md")):
        if rule in (None, rule_of(path)):
            yield from _cases(path)


def rule_of(path: Path) -> str:
    """The rule that a case file is about."""
    return path.relative_to(CASES).with_suffix("").parts[0]


def _cases(path: Path) -> Iterator[Case]:
    for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, rest = section.partition("\n")
        prose = BLOCK.sub("", rest)
        settings = [(match["name"], match["value"].strip()) for match in SETTING.finditer(prose)]
        blocks = list(BLOCK.finditer(rest))
        if not blocks:
            raise ValueError(f"{path.name}: the case {title!r} has no code")
        for block in blocks:
            before, after = _sides(block["body"]) if block["diff"] else (block["body"], block["body"])
            yield Case(
                rule=rule_of(path),
                title=title.strip(),
                language=block["language"],
                before=before,
                after=after,
                major=int(next((value for name, value in settings if name == "major"), "7"))
                - (block["language"] == "hcl"),
                options=tuple(value for name, value in settings if name == "option"),
                reasons=tuple(value for name, value in settings if name == "reason"),
                unsafe=tuple(value for name, value in settings if name == "unsafe"),
            )


def _sides(body: str) -> tuple[str, str]:
    before = after = ""
    for line in body.splitlines(keepends=True):
        sign, code = (line[0], line[1:]) if line != "\n" else (" ", line)
        if sign not in " +-":
            raise ValueError(f"a line of a diff block begins with {sign!r}")
        before += code if sign in " -" else ""
        after += code if sign in " +" else ""
    return before, after
