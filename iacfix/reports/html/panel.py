"""The side panel: the list of files with their progress, and the filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iacfix.reports.html.controls import UNDECIDED
from iacfix.reports.html.hunks import FileView
from iacfix.reports.html.markup import Markup, element, visible
from iacfix.reports.html.review import extent
from iacfix.reports.text import counted
from iacfix.rule import Severity

DECISIONS = ("undecided", "accepted", "rejected", "commented")


def panel(files: Sequence[FileView]) -> Markup:
    found = [finding for file in files for finding in (*file.fixed, *file.left)]
    ranked = [severity.value for severity in Severity if any(finding.severity is severity for finding in found)]
    filters = element(
        "div",
        _choice("rule", "Rule", sorted({finding.rule for finding in found})),
        _choice("severity", "Severity", ranked),
        _choice("decision", "Decision", DECISIONS),
        element(
            "label",
            element("span", "File"),
            element("input", type="search", id="by-file", placeholder="part of its path", autocomplete="off"),
        ),
        role="search",
        aria_label="Filter the hunks",
        class_="filters scripted",
    )
    return element(
        "aside",
        element("p", UNDECIDED, id="open", hidden=True),
        filters,
        element("button", "Clear filters", type="button", id="clear", data_clear=True, hidden=True),
        _files(files),
        class_="panel",
        id="panel",
        aria_label="Files and filters",
    )


def _choice(name: str, label: str, values: Sequence[str]) -> Markup:
    return element(
        "label",
        element("span", label),
        element(
            "select",
            element("option", "all", value=""),
            *[element("option", value, value=value) for value in values],
            id=f"by-{name}",
            autocomplete="off",
        ),
    )


def _files(files: Sequence[FileView]) -> Markup:
    return element(
        "details",
        element("summary", counted(len(files), "file"), element("span", id="done")),
        element("nav", element("ul", *_items(files)), aria_label="Files"),
        element("button", "Fold all files", type="button", id="fold-all", class_="scripted"),
        class_="files",
        open=True,
    )


def _items(files: Sequence[FileView]) -> Iterator[Markup]:
    for index, file in enumerate(files):
        folder, slash, name = visible(file.name).rpartition("/")
        yield element(
            "li",
            element("a", element("span", f"{folder}{slash}", class_="folder"), name, href=f"#file-{index}"),
            element("span", extent(file), class_="progress"),
        )
