"""The whole review page."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from iacfix.engine.run import Run
from iacfix.files.hosting import HostedCommit
from iacfix.registry import rules
from iacfix.reports.html.controls import PATCH, bar, copy_dialog, help_dialog
from iacfix.reports.html.frame import asset, head, whole
from iacfix.reports.html.hunks import FileView, files_of, patch_of
from iacfix.reports.html.markup import Markup, as_json, element, joined, visible
from iacfix.reports.html.panel import panel
from iacfix.reports.html.review import by_hand, review, severity_mark, what_is_left
from iacfix.reports.score import explained, open_rules, readiness
from iacfix.reports.text import counted, providers
from iacfix.result import Repairs, Reported
from iacfix.rule import Severity

SCRIPTS = ("hunks", "patch", "decisions", "memory", "progress", "filters", "folding", "comments", "keys", "start")
"""The files that are concatenated to the page's script; the last one starts it."""

MANY = 8
"""Rules that are shown at once; more would push the hunks from the screen."""
KEPT = "Decisions and comments are kept in this browser as long as the patch does not change."


def page(done: Run, repairs: Repairs, host: HostedCommit | None) -> str:
    """The page, with line numbers linked to `host`. It makes no network requests."""
    style, script = asset("iacfix.reports.html", "page.css"), _script()
    files = files_of(done, repairs)
    main = element("main", *_main(files, host), id="hunks", tabindex="-1")
    body = element(
        "body",
        element("a", "Skip to the hunks", href="#hunks", class_="skip"),
        _head(done, files),
        *(bar(files) if files else ()),
        element("div", *([panel(files)] if files else []), main, class_="columns"),
        *((help_dialog(), copy_dialog(), _known(files), element("script", Markup(script))) if files else ()),
    )
    return whole(head(_title_of(done), style, script), body)


def _script() -> str:
    parts = [asset("iacfix.reports.html", f"script/{name}.js") for name in SCRIPTS]
    return "".join(['"use strict";\n{\n', *parts, "}\n"])


def _head(done: Run, files: Sequence[FileView]) -> Markup:
    found = [finding for file in files for finding in (*file.fixed, *file.left)]
    left = [finding for file in files for finding in file.left]
    # An unused suppression is a finding without a rule; it says nothing about the program.
    before, after = (open_rules(each for each in some if each.rule in rules()) for some in (found, left))
    if done.missing:
        lead = element("p", f"{done.missing[:1].upper()}{done.missing[1:]}.", class_="lead")
        return element("header", element("h1", _title_of(done)), lead)
    return element(
        "header",
        element("h1", _title_of(done)),
        element("p", _lead(done.files, files), class_="lead"),
        *_numbers(found, readiness(before), readiness(after)),
        *_errors(done.errors),
        *([_by_rule(found, left)] if found else []),
        element(
            "details",
            element("summary", "Score and provider"),
            element("p", f"Readiness now: {readiness(before)}/10: {explained(before)}."),
            element("p", f"With every hunk accepted: {readiness(after)}/10: {explained(after)}."),
            *[element("p", f"{line}.") for line in providers(done.outcomes)],
            class_="score",
        ),
        *_saved_decisions(files),
    )


def _saved_decisions(files: Sequence[FileView]) -> Iterator[Markup]:
    if any(file.hunks for file in files):
        start_over = element("button", "Start over", type="button", id="forget")
        yield element("p", f"{KEPT} ", start_over, class_="kept scripted")


def _title_of(done: Run) -> str:
    """The title, which is the same for every run."""
    return f"iacfix review of {done.root.name}" if done.root.name else "iacfix review"


def _lead(looked_at: int, files: Sequence[FileView]) -> str:
    """The numbers of findings and fixes, in one sentence."""
    fixed, left = sum(len(file.fixed) for file in files), [finding for file in files for finding in file.left]
    weak = sum(bool(file.fixed or file.left) for file in files)
    found = f"{counted(fixed + len(left), 'finding')} in {counted(weak, 'file')}"
    rest = ", ".join(what_is_left(left))
    if fixed:
        return f"{found}: {fixed} fixed by {_extent(files)}, {rest or 'nothing is left'}."
    return f"{found}: {rest}." if left else f"Nothing found in {counted(looked_at, 'file')}."


def _numbers(found: Sequence[Reported], before: int, after: int) -> Iterator[Markup]:
    """The score, and the numbers of findings by severity."""
    counts = Counter(finding.severity for finding in found)
    score = element(
        "div",
        element("dt", "Readiness"),
        element(
            "dd",
            str(before),
            *([element("span", " → ", class_="to"), str(after)] if after != before else []),
            element("span", "/10", class_="of"),
        ),
    )
    severities = [
        element(
            "div",
            element("dt", severity.value.title()),
            element("dd", str(counts[severity])),
            class_=f"count {severity.value}",
        )
        for severity in Severity
    ]
    yield element("dl", score, *severities, class_="numbers")


def _errors(errors: Sequence[str]) -> Iterator[Markup]:
    if errors:
        lines = element("ul", *[element("li", line) for line in errors])
        yield element("section", element("h2", "Errors"), lines, class_="errors")


def _by_rule(found: Sequence[Reported], left: Sequence[Reported]) -> Markup:
    unbroken = element("span", "--unsafe-fixes", class_="unbroken")
    columns = ("Rule", "Severity", "Findings", "Fixed", joined(["Needs ", unbroken]), "Not fixed")
    total, unsafe, rest = (Counter(finding.rule for finding in some) for some in (found, *by_hand(left)))
    severity = {finding.rule: finding.severity for finding in found}
    rows = [
        element(
            "tr",
            element("th", _filtering(rule), *_title(rule), scope="row"),
            element("td", severity_mark(severity[rule])),
            *[
                element("td", str(number))
                for number in (total[rule], total[rule] - unsafe[rule] - rest[rule], unsafe[rule], rest[rule])
            ],
        )
        for rule in sorted(total, key=lambda rule: (severity[rule].rank, rule))
    ]
    table = element(
        "table",
        element("caption", "Findings by rule"),
        element("thead", element("tr", *[element("th", column, scope="col") for column in columns])),
        element("tbody", *rows),
    )
    if len(rows) <= MANY:
        return table
    return element("details", element("summary", f"Findings by rule ({len(rows)} rules)"), table, class_="by-rule")


def _filtering(rule: str) -> Markup:
    """A rule's name as a link to its hunks."""
    return element("a", element("code", rule), href="#hunks", data_rule=rule)


def _title(rule: str) -> Iterator[Markup]:
    if rule in rules():
        yield element("span", rules()[rule].title, class_="title")


def _main(files: Sequence[FileView], host: HostedCommit | None) -> Iterator[Markup]:
    if not files:
        yield element("p", "Nothing to review.", class_="none")
        return
    yield from review(files, host)
    yield element(
        "p",
        "Nothing matches the filter. ",
        element("button", "Show all", type="button", data_clear=True),
        class_="none",
        id="none",
        hidden=True,
    )


def _known(files: Sequence[FileView]) -> Markup:
    """The data for the script: the pieces of the patch, and the hunks of each finding."""
    patch = patch_of(files)
    known: dict[str, object] = {
        "name": PATCH,
        "files": patch,
        "findings": [
            {
                "rule": visible(finding.rule),  # as the filter names it
                "severity": finding.severity.value,
                "hunks": list(parts),
                "changes": [sorted(changes) for changes in parts.values()],
            }
            for file in files
            for finding, parts in file.fixed.items()
        ],
        "digest": hashlib.sha256(as_json(patch).encode()).hexdigest(),
    }
    return element("script", as_json(known), type="application/json", id="review")


def _extent(files: Sequence[FileView]) -> str:
    changed = [file for file in files if file.hunks]
    return f"{counted(sum(len(file.hunks) for file in changed), 'hunk')} in {counted(len(changed), 'file')}"
