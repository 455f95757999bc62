"""What an editor shows of a file's findings: diagnostics, and the actions on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    CodeDescription,
    Diagnostic,
    DiagnosticSeverity,
    Position,
    Range,
)

from iacfix.language_server.positions import Places
from iacfix.registry import rules
from iacfix.reports.addresses import page_of
from iacfix.reports.text import why_not
from iacfix.result import Fix, Outcome, Reported
from iacfix.rule import Severity

SOURCE = "iacfix"
FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.{SOURCE}"
_SEVERITY = {
    Severity.HIGH: DiagnosticSeverity.Error,
    Severity.MEDIUM: DiagnosticSeverity.Warning,
    Severity.LOW: DiagnosticSeverity.Information,
}


@dataclass(frozen=True)
class Asked:
    """What an action stands for until its edit is asked for: `of` is `finding`, `rule`, `file` or `ignore`; a finding
    is the one of its rule and message at its place."""

    uri: str
    version: int
    of: str
    rule: str = ""
    line: int = 0
    column: int = 0
    message: str = ""

    def about(self, finding: Reported) -> Asked:
        return replace(self, rule=finding.rule, line=finding.line, column=finding.column, message=finding.message)

    def found(self, outcome: Outcome) -> Reported | None:
        """The finding, where it still is one."""
        return next((each for each in outcome.findings if self.about(each) == self), None)


def diagnostics(outcome: Outcome, places: Places) -> list[Diagnostic]:
    """The findings, and what kept the file from being examined."""
    start = Range(Position(0, 0), Position(0, 0))
    failed = [
        Diagnostic(start, f"not checked: {error}", DiagnosticSeverity.Information, source=SOURCE)
        for error in outcome.errors
    ]
    return [*failed, *(_diagnostic(finding, places) for finding in outcome.findings)]


def _diagnostic(finding: Reported, places: Places) -> Diagnostic:
    known = rules().get(finding.rule)
    page = page_of(known) if known else ""
    return Diagnostic(
        places.of(finding),
        f"{finding.message}{_how(finding)}",
        _SEVERITY[finding.severity],
        code=finding.rule,
        code_description=CodeDescription(page) if page else None,
        source=SOURCE,
    )


def _how(finding: Reported) -> str:
    if finding.fix is Fix.NONE:
        return f"\nnot fixed: {why_not(finding)}" if finding.reason else ""
    return "" if finding.fix is Fix.SAFE else f"\nunsafe fix: {finding.note or 'see the rule'}"


def actions(outcome: Outcome, places: Places, chosen: Range, asked: Asked) -> Iterator[CodeAction]:
    """For the findings that the chosen lines touch: their fixes, those of their rules, and a comment that has them
    ignored. The edits come later."""
    here = [each for each in outcome.findings if _touch(places.of(each), chosen) and each.rule in rules()]
    for finding in here:
        if finding.fix is not Fix.NONE:
            is_safe = finding.fix is Fix.SAFE
            yield CodeAction(
                f"iacfix: {'fix' if is_safe else 'fix (unsafe)'} {finding.rule}",
                CodeActionKind.QuickFix,
                [_diagnostic(finding, places)],
                is_preferred=is_safe,
                data=asdict(replace(asked, of="finding").about(finding)),
            )
    for rule in dict.fromkeys(finding.rule for finding in here):
        mine = [each for each in outcome.findings if each.rule == rule and each.fix is Fix.SAFE]
        if len(mine) > 1:
            title = f"iacfix: fix all {len(mine)} findings of {rule} in this file"
            yield CodeAction(title, CodeActionKind.QuickFix, data=asdict(replace(asked, of="rule", rule=rule)))
    for finding in here:
        yield CodeAction(
            f"iacfix: ignore {finding.rule} here",
            CodeActionKind.QuickFix,
            [_diagnostic(finding, places)],
            data=asdict(replace(asked, of="ignore").about(finding)),
        )


def fix_all(outcome: Outcome, asked: Asked) -> Iterator[CodeAction]:
    """One action for all safe fixes, as editors run it when they save."""
    if any(finding.fix is Fix.SAFE for finding in outcome.findings):
        yield CodeAction("iacfix: apply all safe fixes", FIX_ALL, data=asdict(replace(asked, of="file")))


def wants(only: Sequence[CodeActionKind | str] | None, kind: str) -> bool:
    """Whether actions of a kind are asked for: a kind stands for all that it begins."""
    names = [each.value if isinstance(each, CodeActionKind) else each for each in only or ()]
    return only is None or any(not name or kind == name or kind.startswith(f"{name}.") for name in names)


def _touch(mine: Range, chosen: Range) -> bool:
    return mine.start.line <= chosen.end.line and chosen.start.line <= mine.end.line


def page(rule: str) -> str:
    """A rule's page as Markdown."""
    known = rules()[rule]
    parts = [f"**{known.id}** ({known.severity.value}, {known.category}): {known.title}"]
    parts += [f"**{heading}**\n\n{text}" for heading, text in known.sections.items()]
    return "\n\n".join(parts)
