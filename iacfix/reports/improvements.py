"""The improvements of a program as a Markdown document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from iacfix.languages import language_name
from iacfix.reports.excerpts import changed
from iacfix.reports.literal import code, escaped, fenced
from iacfix.reports.score import BEST, BEST_WITH_HIGH, COST, WORST, explained, open_rules, readiness
from iacfix.reports.text import how
from iacfix.result import Outcome, Reported
from iacfix.rule import Rule, Severity

SHOWN = 3
"""The most excerpts of one rule; the diff has the rest."""


def document(
    outcomes: Sequence[Outcome],
    fixed: Collection[Reported],
    known: Mapping[str, Rule],
    *,
    missing: str | None = None,
    errors: Sequence[str] = (),
) -> str:
    """The whole document; `fixed` are the findings that this run fixes. There is no score where `missing` tells that
    there is no program, or where `errors` kept every file from being checked."""
    if missing:
        return f"# Improvements\n\n{missing[:1].upper()}{missing[1:]}. There is nothing to score.\n"
    found = [finding for outcome in outcomes for finding in outcome.findings]
    left = [finding for finding in found if finding not in fixed]
    gravest = {each.rule: each.severity for each in sorted(found, key=lambda each: -each.severity.rank)}
    improvements = [replace(rule, severity=gravest[rule.id]) for rule in known.values() if rule.id in gravest]
    # An unused suppression is a finding without a rule, and does not count for the score.
    before, after = (open_rules(each for each in some if each.rule in known) for some in (found, left))
    is_scored = not errors or any(not outcome.errors for outcome in outcomes)
    points = f"{readiness(before)}/10 to {readiness(after)}/10{', without what is not checked' if errors else ''}"
    return "\n".join(
        [
            *_summary(improvements, points if is_scored else "none, because nothing could be checked"),
            *_sections(improvements, outcomes, fixed),
            *(_score(before, after) if is_scored else ()),
            *_not_checked(errors),
            *_not_fixed(left),
        ]
    )


def _summary(improvements: Sequence[Rule], points: str) -> Iterator[str]:
    yield "# Improvements"
    yield ""
    yield "Each improvement is one weak pattern, however many places have it. Before and after are taken from the"
    yield "rewrite of this program."
    yield ""
    yield "## Summary"
    yield ""
    yield f"- **Total Improvements**: {len(improvements)}"
    for severity in Severity:
        number = sum(rule.severity is severity for rule in improvements)
        yield f"- **{severity.value.title()} Severity**: {number}"
    yield f"- **Readiness**: {points}"
    yield ""


def _sections(improvements: Sequence[Rule], outcomes: Sequence[Outcome], fixed: Collection[Reported]) -> Iterator[str]:
    ranked = sorted(improvements, key=lambda rule: rule.severity.rank)
    for number, rule in enumerate(ranked, start=1):
        if number == 1 or ranked[number - 2].severity is not rule.severity:
            yield from ("---", "", f"## {rule.severity.value.upper()} SEVERITY ISSUES", "")
        yield f"### {number}. {rule.title[:1].upper()}{rule.title[1:]}"
        yield ""
        yield f"**Severity**: {rule.severity.value.upper()}\\"
        yield f"**Category**: {rule.category}\\"
        yield f"**Service**: {rule.service}\\"
        yield f"**Rule**: `{rule.id}`"
        yield ""
        yield from _issue(rule, [finding for outcome in outcomes for finding in outcome.findings], fixed)
        yield from _before_and_after(rule, outcomes)
        for heading in ("Impact", "Lesson"):
            yield from _section(heading, rule.sections.get(heading))


def _section(heading: str, text: str | None) -> Iterator[str]:
    """A bold heading with its text; a list begins on a new line."""
    if text:
        yield f"**{heading}**:\n\n{text}" if text.startswith(("- ", "* ")) else f"**{heading}**: {text}"
        yield ""


def _issue(rule: Rule, found: Iterable[Reported], fixed: Collection[Reported]) -> Iterator[str]:
    yield from _section("Issue", rule.sections.get("Why") or rule.title)
    for finding in found:
        if finding.rule == rule.id:
            left = "" if finding in fixed else f" ({how(finding)})"
            yield f"- {code(f'{finding.path}:{finding.line}')} {escaped(finding.message + left)}"
    yield ""


def _before_and_after(rule: Rule, outcomes: Iterable[Outcome]) -> Iterator[str]:
    stretches = [stretch for outcome in outcomes for stretch in changed(outcome, rule.id)]
    for path, group in groupby(stretches[:SHOWN], key=lambda stretch: stretch.path):
        of_file = list(group)
        before, after = [each.before for each in of_file], [each.after for each in of_file]
        for heading, texts in (("Before", before), ("After", after)):
            if any(texts):
                yield f"**{heading}** ({code(path)}):"
                yield fenced("\n\n".join([*filter(None, texts), ""]).removesuffix("\n"), language_name(path) or "")
    if len(stretches) > SHOWN:
        yield f"{len(stretches) - SHOWN} more: `iacfix diff --select {rule.id}`"
        yield ""


def _score(before: Counter[Severity], after: Counter[Severity]) -> Iterator[str]:
    costs = ", ".join(f"{cost:g} ({severity.value})" for severity, cost in COST.items())
    yield "---"
    yield ""
    yield "## Readiness"
    yield ""
    yield f"A program starts at 10. Each rule with an open finding costs {costs},"
    yield f"however many places it finds. The result is rounded half up and lies between {WORST} and {BEST}:"
    yield f"nothing automatic gives 10. While a high finding is open it is at most {BEST_WITH_HIGH}."
    yield ""
    yield f"- **Before**: {readiness(before)}/10: {explained(before)}"
    yield f"- **After**: {readiness(after)}/10: {explained(after)}"
    yield ""


def _not_checked(errors: Sequence[str]) -> Iterator[str]:
    if not errors:
        return
    yield "## Not checked"
    yield ""
    yield from (f"- {escaped(error)}" for error in errors)
    yield ""


def _not_fixed(left: Sequence[Reported]) -> Iterator[str]:
    if not left:
        return
    yield "## Not fixed"
    yield ""
    for finding in left:
        place, said = code(f"{finding.path}:{finding.line}"), escaped(f"{finding.message}; {how(finding)}")
        yield f"- {place} `{finding.rule}` {said}"
    yield ""
