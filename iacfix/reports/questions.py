"""Asking about each fix: yes, no, all of this rule or this file, quit, help."""

from __future__ import annotations

from collections.abc import Callable

from iacfix.patches.diff import unified
from iacfix.reports.color import Paint, paint_diff
from iacfix.reports.text import SEVERITY_COLOR
from iacfix.reports.visible import one_line, visible
from iacfix.result import Beside, Reported

QUESTION = "fix this? [y]es, [n]o, [a]ll of this rule, this [f]ile, [q]uit, [?]: "
HELP = """\
y  fix this
n  leave this as it is
a  fix this and all that is still found by this rule
f  fix this and all that is still found in this file
q  ask no more: what was accepted is written, the rest stays as it is
?  this help; Ctrl-C ends and writes nothing
"""


class Questions:
    """Called for each fix; says whether it is taken. `ask` is `input` or alike."""

    def __init__(self, ask: Callable[[str], str], show: Callable[[str], None], paint: Paint) -> None:
        self._ask = ask
        self._show = show
        self._paint = paint
        self._rules: set[str] = set()
        self._files: set[str] = set()
        self._over = False

    def __call__(self, finding: Reported, before: str, after: str, beside: Beside = (), /) -> bool:
        if self._over:
            return False
        is_known = finding.rule in self._rules or finding.path in self._files
        return is_known or self._answered(finding, before, after, beside)

    def _answered(self, finding: Reported, before: str, after: str, beside: Beside) -> bool:
        severity = self._paint(SEVERITY_COLOR[finding.severity], finding.severity.value)
        place = f"{finding.path}:{finding.line}:{finding.column}"
        self._show(f"{one_line(place)}: {severity} {finding.rule} {one_line(finding.message)}\n")
        if finding.note:
            self._show(f"    {one_line(finding.note)}\n")
        self._show_hunks(finding.path, before, after)
        for path, *texts in beside:
            self._show(f"and in {one_line(path)}:\n")
            self._show_hunks(path, *texts)
        while True:
            match self._next():
                case "y" | "yes":
                    return True
                case "n" | "no":
                    return False
                case "a" | "all":
                    self._rules.add(finding.rule)
                    return True
                case "f" | "file":
                    self._files.add(finding.path)
                    return True
                case "q" | "quit":
                    self._over = True
                    return False
                case "?" | "h" | "help":
                    self._show(HELP)
                case _:
                    continue

    def _show_hunks(self, path: str, before: str, after: str) -> None:
        hunks = visible(unified(path, before, after).partition("\n@@")[2])
        self._show(paint_diff(f"@@{hunks}", self._paint))

    def _next(self) -> str:
        """The answer; the end of the input is a quit."""
        try:
            return self._ask(QUESTION).strip().lower()
        except EOFError:
            self._show("\n")
            return "q"
