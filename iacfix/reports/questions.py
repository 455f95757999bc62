"""The prompts of an interactive run: yes, no, all of this rule or file, back, quit, help."""

from __future__ import annotations

from collections.abc import Callable

from iacfix.patches.diff import unified
from iacfix.reports.color import Paint, paint_diff
from iacfix.reports.text import SEVERITY_COLOR, WIDTH, filled, place
from iacfix.reports.visible import one_line, visible
from iacfix.result import AnswerWithdrawn, OtherFiles, Reported

QUESTION = "fix this? [y]es, [n]o, [a]ll of this rule, this [f]ile, [b]ack, [q]uit, [?]: "
SHORT_QUESTION = "fix this? [y,n,a,f,b,q,?]: "
"""For a terminal on which the other would not fit on a line."""
HELP = """\
y  fix this
n  leave this; to edit it afterwards: iacfix diff -o FILE, iacfix patch FILE
a  fix this and all that is still found by this rule
f  fix this and all that is still found in this file
b  back to the question before; takes back its answer and what followed from it
q  ask no more: what was accepted is written, the rest stays as it is
?  this help; Ctrl-C ends and writes nothing
"""

FIRST = "this is the first question\n"
UNKNOWN = "answer with one of these letters; ? explains them\n"

Question = tuple[Reported, str, str]


class Questions:
    """Called for each fix, returns whether to apply it. `ask` prompts as `input` does, `total` is the most prompts,
    `width` is that of the terminal in columns.

    Answers are remembered: after `b` the same fixes are asked for again, and only the last one prompts.
    """

    def __init__(
        self, ask: Callable[[str], str], show: Callable[[str], None], paint: Paint, total: int, width: int = WIDTH
    ) -> None:
        self._ask = ask
        self._show = show
        self._paint = paint
        self._total = total
        self._width = width
        self._decided: dict[Question, str] = {}
        """The answers in order; empty where an earlier answer for a rule or file decided."""
        self._heading: str | None = None
        self._over = False

    def __call__(self, finding: Reported, before: str, after: str, beside: OtherFiles = (), /) -> bool:
        if self._over:
            return False
        question = finding, before, after
        if question not in self._decided:
            self._decided[question] = "" if self._follows(finding) else self._answered(finding, before, after, beside)
        return self._decided[question] not in ("n", "q")

    def _follows(self, finding: Reported) -> bool:
        """An earlier answer was for all of the rule or the file."""
        return any(
            (answer == "a" and finding.rule == asked.rule) or (answer == "f" and finding.path == asked.path)
            for (asked, _, _), answer in self._decided.items()
        )

    def _answered(self, finding: Reported, before: str, after: str, beside: OtherFiles) -> str:
        if finding.path != self._heading:
            self._show(("\n" if self._heading else "") + self._paint("bold", place(finding.path)) + "\n")
            self._heading = finding.path
        number = len(self._decided) + 1
        severity = finding.severity.value
        counter = f"{number} of {max(number, self._total)}, line {finding.line}:"
        title = self._filled(f"{counter} {severity} {finding.rule} {one_line(finding.message)}", "", "    ")
        painted = self._paint(SEVERITY_COLOR[finding.severity], severity)
        self._show(title.replace(f": {severity} ", f": {painted} ", 1))
        if finding.note:
            self._show(self._filled(one_line(finding.note), "    "))
        self._show_hunks(finding.path, before, after)
        for path, *texts in beside:
            self._show(f"and in {one_line(path)}:\n")
            self._show_hunks(path, *texts)
        while True:
            match self._next():
                case "y" | "yes":
                    return "y"
                case "n" | "no":
                    return "n"
                case "a" | "all":
                    return "a"
                case "f" | "file":
                    return "f"
                case "b" | "back":
                    self._back()
                case "q" | "quit":
                    self._over = True
                    return "q"
                case "?" | "h" | "help":
                    self._show("".join(line[0] + self._filled(line[3:], "   ")[1:] for line in HELP.splitlines()))
                case "":
                    continue
                case _:
                    self._show(UNKNOWN)

    def _back(self) -> None:
        """Forget the last answer and what it decided. Raises AnswerWithdrawn, unless there is no answer."""
        if not self._decided:
            self._show(FIRST)
            return
        while True:
            (finding, _, _), answer = self._decided.popitem()
            if answer:
                raise AnswerWithdrawn(finding.path)

    def _show_hunks(self, path: str, before: str, after: str) -> None:
        hunks = visible(unified(path, before, after).partition("\n@@")[2])
        self._show(paint_diff(f"@@{hunks}", self._paint))

    def _filled(self, text: str, indent: str, hanging: str = "") -> str:
        return "".join(f"{line}\n" for line in filled(text, indent, hanging, width=self._width))

    def _next(self) -> str:
        """The next answer; end of file is `q`."""
        try:
            return self._ask(QUESTION if len(QUESTION) < self._width else SHORT_QUESTION).strip().lower()
        except EOFError:
            self._show("\n")
            return "q"
        except KeyboardInterrupt:
            self._show("\n")
            raise
