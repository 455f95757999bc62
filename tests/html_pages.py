"""Review pages for tests: made by the machine from programs, or of texts that no program would have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from iacfix.engine.run import Request, Run, run
from iacfix.engine.workers import Task
from iacfix.files.source import Source
from iacfix.result import Fix, Outcome, Plan, Reported, Step
from iacfix.rule import Severity

RULES = (
    "inline-bucket-config",
    "unconditioned-logs-grant",
    "hardcoded-region",
    "unset-missing-data",
    "unplaced-widget",
    "unrotated-key",
)
"""What the pages are about."""
VOID = {"meta", "link", "input"}


def ran(*paths: Path) -> Run:
    return run(Request(tuple(str(path) for path in paths), select=RULES, jobs=1))


def made_up(
    files: Mapping[str, tuple[str, str]], message: str = "odd", rule: str = "odd-rule", errors: Sequence[str] = ()
) -> Run:
    """A run over texts before and after that nobody has to be able to parse, with one finding a file."""
    tasks, outcomes = [], []
    for name, (before, after) in files.items():
        finding = Reported(rule, Severity.HIGH, name, 1, 1, message, Fix.SAFE, notes=(message,))
        left = Reported(rule, Severity.LOW, name, 2, 1, message, Fix.NONE, reason=message)
        source = Source(None, name, before, before.encode("utf-8", "surrogatepass"))
        tasks.append(Task(source, Plan((rule,)), Path("/")))
        outcomes.append(Outcome(name, before, after, (finding, left), (Step((rule,), before, after),)))
    return Run(Path("/"), tuple(tasks), tuple(outcomes), tuple(errors), len(tasks))


@dataclass
class Node:
    """An element as a parser sees it."""

    name: str
    attributes: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    children: list[Node | str] = field(default_factory=list["Node | str"])

    def all(self, name: str = "", class_: str = "") -> list[Node]:
        """Every element below with this name and class, in order."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                if name in ("", child.name) and (not class_ or class_ in (child.attributes.get("class") or "").split()):
                    found.append(child)
                found += child.all(name, class_)
        return found

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(page: str) -> Node:
    """The page as elements; every one that is opened is closed."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.open) == 1
    return reader.root


@cache
def known(page: str) -> dict[str, Any]:
    """What the page tells its script."""
    (data,) = [node for node in parsed(page).all("script") if node.attributes.get("type") == "application/json"]
    return json.loads(data.text)


def subset(page: str, taken: set[int]) -> str:
    """The patch of some hunks as the script of the page puts it together; `test_html_browser.py` holds them equal."""
    text = ""
    for file in known(page)["files"]:
        missing, body = 0, ""
        for hunk in file["hunks"]:
            if hunk["number"] in taken:
                body += hunk["before"] + str(hunk["line"] - missing) + hunk["behind"]
            else:
                missing += hunk["grows"]
        text += file["heading"] + body if body else ""
    return text


def with_hunks(before: str, rows: Sequence[Sequence[str]]) -> str:
    """The text with exactly these hunks, given as printed, put in by the lines their headers name."""
    lines = before.split("\n")
    for header, *body in reversed(rows):
        start, _, length = header.split()[1].removeprefix("-").partition(",")
        at, old = int(start) - 1, int(length or 1)
        assert lines[at : at + old] == [row[1:] for row in body if row[0] in " -"]
        lines[at : at + old] = [row[1:] for row in body if row[0] in " +"]
    return "\n".join(lines)
