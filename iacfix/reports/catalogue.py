"""The list of rules, and the page of one rule, made from its docstring and a rewriting case."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from iacfix.reports.color import Paint
from iacfix.reports.text import SEVERITY_COLOR, filled
from iacfix.rule import Rule

HOW = {"unsafe": ", applied with --unsafe-fixes", "none": ", it only reports"}


def rules(known: Iterable[Rule], paint: Paint) -> Iterator[str]:
    """The lines of the list of rules: id, severity, fix and service, then the weak pattern, category and other ids."""
    yield paint("bold", f"{'RULE':25} {'SEVERITY':8}  {'FIX':6}  SERVICE")
    for rule in known:
        severity = paint(SEVERITY_COLOR[rule.severity], f"{rule.severity.value:8}")
        yield f"{paint('bold', f'{rule.id:25}')} {severity}  {_fix(rule):6}  {rule.service}"
        yield from _wrapped(rule.title, "    ")
        yield from _wrapped(f"{rule.category}{f': {rule.known_as}' if rule.checks else ''}", "    ")


def as_json(known: Iterable[Rule]) -> str:
    """The rules with their pages as JSON."""
    found = [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity.value,
            "category": rule.category,
            "service": rule.service,
            "fix": _fix(rule),
            "options": rule.options,
            "checks": {catalogue: list(ids) for catalogue, ids in rule.checks.items()},
            "page": rule.sections,
        }
        for rule in known
    ]
    return json.dumps(found, indent=2, ensure_ascii=False)


def page(rule: Rule, example: Example | None, paint: Paint) -> Iterator[str]:
    """The lines of the page of a rule."""
    yield paint("bold", rule.id)
    yield from _wrapped(rule.title, "")
    yield ""
    for name, text in [
        ("Severity", paint(SEVERITY_COLOR[rule.severity], rule.severity.value)),
        ("Category", rule.category),
        ("Service", rule.service),
        ("Fix", f"{_fix(rule)}{HOW.get(_fix(rule), '')}"),
        *([("Checks", rule.known_as)] if rule.checks else []),
    ]:
        first, *rest = filled(text, " " * 10)
        yield from (f"{name + ':':10}{first.lstrip()}", *rest)
    for heading, text in rule.sections.items():
        yield ""
        yield paint("bold", heading)
        yield from _wrapped(text, "    ")
    if example:
        yield ""
        yield paint("bold", "Example") + paint("dim", f"  ({example.heading})")
        for line in example.diff:
            color = {"-": "red", "+": "green"}.get(line[:1], "")
            yield f"    {paint(color, line) if color else line}".rstrip()


def _fix(rule: Rule) -> str:
    return "none" if rule.only_reports else rule.safety.value


def _wrapped(text: str, indent: str) -> Iterator[str]:
    """Paragraphs and list items wrapped to the width of a page; indented lines stay as they are."""
    for number, paragraph in enumerate(re.split(r"\n\s*?\n", text)):
        if number:
            yield ""
        if paragraph.startswith("    "):
            yield from (f"{indent}{line}" for line in paragraph.splitlines())
            continue
        for item in re.split(r"\n(?=[ ]*[-*] )", paragraph):
            yield from filled(item, indent, "  " if re.match(r"[ ]*[-*] ", item) else "")


@dataclass(frozen=True)
class Example:
    """A rewriting case: its heading, and the lines of its diff."""

    heading: str
    diff: tuple[str, ...]


_CASE = re.compile(r"^```diff (?P<language>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def example(rule: Rule, language: str | None = None) -> Example | None:
    """The first rewriting case of a rule, in the language `py` or `ts` where there is one; None where no case
    rewrites."""
    text = _cases(rule)
    cases = list(_CASE.finditer(text))
    if not cases:
        return None
    case = next((case for case in cases if case["language"] == language), cases[0])
    headings = _HEADING.findall(text, 0, case.start())
    return Example(headings[-1] if headings else rule.title, tuple(case["body"].splitlines()))


def _cases(rule: Rule) -> str:
    """The case file: inside the installed package, or in the repository the package is imported from."""
    inside = Path(sys.modules[rule.check.__module__.partition(".")[0]].__path__[0])
    name = f"{rule.id}.md"
    for place in (inside / "cases" / name, inside.parent.parent / "tests" / "cases" / name):
        if place.is_file():
            return place.read_text(encoding="utf-8", errors="replace")
    return ""
