"""The page as a whole: numbers, rules and reasons, then a row for each repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from iacfix.campaign.job import LOST, SET_ASIDE
from iacfix.campaign.overview import Overview, Row
from iacfix.registry import rules
from iacfix.reports.html.frame import asset, head, whole
from iacfix.reports.html.markup import Markup, element

BEFORE, RULE, BEHIND, GAP = (14, 5.5, 4.5, 3.5), 5.25, 4.5, 0.5
"""Widths in rem of the columns before the rules, of each rule's, of the one behind, and between two. Each row is a grid
of its own: they are as wide as all columns together, so that these stand below each other."""
MANY = 8
"""Rules that are shown at once; more would push the repositories from the screen."""
TROUBLE = (*LOST, SET_ASIDE)


def document(shown: Overview) -> str:
    style = asset("iacfix.reports.html", "page.css") + asset("iacfix.campaign.page", "campaign.css")
    script = asset("iacfix.campaign.page", "campaign.js")
    title = f"iacfix campaign {shown.title}"
    names = [each.rule for each in shown.rules]
    style += _columns(len(names))
    body = element(
        "body",
        element("a", "Skip to the repositories", href="#repositories", class_="skip"),
        element("header", element("h1", title), *_numbers(shown), *_rules(shown), *_more(shown)),
        _bar(shown, names),
        element("main", _table(shown.rows, names), id="repositories", tabindex="-1"),
        element("script", Markup(script)),
    )
    return whole(head(title, style, script), body)


def _columns(rules: int) -> str:
    first, *rest = (*BEFORE, *[RULE] * rules, BEHIND)
    widths = " ".join([f"minmax({first}rem, 1fr)", *(f"{width}rem" for width in rest)])
    least = first + sum(rest) + GAP * len(rest)
    spans = "".join(f'#all [colspan="{number}"] {{ grid-column: span {number}; }}\n' for number in range(2, rules + 1))
    return f"#all tr {{ grid-template-columns: {widths}; column-gap: {GAP}rem; min-width: {least}rem; }}\n{spans}"


def _numbers(shown: Overview) -> Iterator[Markup]:
    number = "1 repository" if len(shown.rows) == 1 else f"{len(shown.rows):,} repositories"
    found, fixed = sum(row.found for row in shown.rows), sum(row.fixed for row in shown.rows)
    patches = sum(len(row.pull_requests) for row in shown.rows)
    pulls = "pull request" if patches == 1 else "pull requests"
    what = f"{found:,} {'finding' if found == 1 else 'findings'}, {fixed:,} fixed by {patches:,} {pulls}"
    yield element("p", f"{number}: {what}.", class_="lead")
    states = [
        element("div", element("dt", state), element("dd", f"{count:,}"), class_="high" if state in TROUBLE else False)
        for state, count in shown.states.items()
    ]
    yield element("dl", *states, class_="numbers")


def _rules(shown: Overview) -> Iterator[Markup]:
    if shown.rules:
        rows = [
            (
                element("th", element("code", each.rule), *_title(each.rule), scope="row"),
                *[element("td", f"{number:,}") for number in (each.repositories, each.found, each.fixed, each.patches)],
            )
            for each in shown.rules
        ]
        heads = ("Rule", "Repositories", "Findings", "Fixed", "Pull requests")
        table = _small("Findings by rule", heads, rows, "by-rule-table")
        yield table if len(rows) <= MANY else _folded(f"Findings by rule ({len(rows)} rules)", table)


def _title(rule: str) -> Iterator[Markup]:
    if rule in rules():
        yield element("span", f" {rules()[rule].title}", class_="title")


def _more(shown: Overview) -> Iterator[Markup]:
    if shown.refused:
        rows = [(element("td", why), element("td", f"{number:,}")) for why, number in shown.refused]
        yield _folded("Why findings are not fixed", _small("", ("Reason", "Findings"), rows, "refused"))
    if shown.slowest:
        rows = [(element("td", _link(row)), element("td", f"{row.seconds:.1f}")) for row in shown.slowest]
        yield _folded("Slowest repositories", _small("", ("Repository", "Seconds"), rows, "slowest"))
    if shown.left_out:
        lines = [element("li", f"{each.address} {each.why}") for each in shown.left_out]
        yield _folded(f"Skipped repositories ({len(lines)})", element("ul", *lines))


def _folded(summary: str, content: Markup) -> Markup:
    return element("details", element("summary", summary), content, class_="more")


def _small(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Markup]], name: str) -> Markup:
    return element(
        "table",
        *([element("caption", caption)] if caption else []),
        element("thead", element("tr", *[element("th", each, scope="col") for each in heads])),
        element("tbody", *[element("tr", *row) for row in rows]),
        class_=f"small {name}",
    )


def _bar(shown: Overview, names: Sequence[str]) -> Markup:
    return element(
        "section",
        element(
            "div",
            element(
                "label",
                element("span", "Repository"),
                element("input", type="search", id="by-name", autocomplete="off", placeholder="part of its name"),
            ),
            _choice("state", "State", list(shown.states)),
            _choice("rule", "Rule", names),
            role="search",
            aria_label="Filter the repositories",
            class_="filters scripted",
        ),
        element("p", f"{len(shown.rows)} of {len(shown.rows)} shown", id="state", role="status", class_="scripted"),
        element("button", "Show all", type="button", id="clear", class_="scripted"),
        class_="bar",
        aria_label="Repositories",
    )


def _choice(name: str, label: str, options: Sequence[str]) -> Markup:
    choices = [element("option", each, value=each) for each in options]
    return element(
        "label",
        element("span", label),
        element("select", element("option", "all", value=""), *choices, id=f"by-{name}", autocomplete="off"),
    )


def _table(rows: Sequence[Row], names: Sequence[str]) -> Markup:
    """Rules are columns; a cell has the findings, and how many of them are fixed."""
    heads = ["Repository", "State", "Findings", "Fixed", *names, "Seconds"]
    return element(
        "table",
        element("caption", "Repositories; under each rule: fixed of found", class_="unseen"),
        element("thead", element("tr", *[_head(each, each in names) for each in heads])),
        element("tbody", *[_row(row, names) for row in rows]),
        id="all",
    )


def _head(name: str, is_rule: bool) -> Markup:
    plain = element("span", name, class_="plain")
    button = element("button", name, type="button", class_="scripted")
    return element("th", plain, button, scope="col", class_="rule" if is_rule else False)


def _row(row: Row, names: Sequence[str]) -> Markup:
    about = row.reason or (f"the same files as {row.same_as}" if row.same_as else "")
    more = [*([about] if about else []), *[error for error in row.errors if error != row.reason]]
    return element(
        "tr",
        element("th", _link(row), *[element("span", line, class_="about") for line in more[:3]], scope="row"),
        element("td", row.state, class_="trouble" if row.state in TROUBLE else False),
        element("td", str(row.found) if row.found else ""),
        element("td", str(row.fixed) if row.found else ""),
        *_shares(row, names),
        element("td", f"{row.seconds:.1f}" if row.seconds else ""),
    )


def _link(row: Row) -> Markup:
    return element("a", row.name, href=row.page) if row.page else element("span", row.name)


def _shares(row: Row, names: Sequence[str]) -> Iterator[Markup]:
    """Empty cells beside each other are one: most are, and a browser has work with each."""
    for is_empty, several in groupby(names, lambda name: name not in row.findings):
        if is_empty:
            number = len(list(several))
            yield element("td", colspan=str(number) if number > 1 else False)
            continue
        for name in several:
            mine = row.findings[name]
            yield element("td", f"{mine['fixed']} of {mine['found']}")
