"""The controls of the page: views, decisions, download, and help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iacfix.reports.html.hunks import FileView
from iacfix.reports.html.markup import Markup, element

PATCH = "review.diff"
"""The file name of the downloaded patch."""
UNDECIDED = "Undecided hunks are left out of the patch, like rejected ones."
NO_SCRIPT = (
    "JavaScript is disabled: hunks cannot be accepted or rejected on this page. Instead, delete the hunks that you do "
    "not want from the output of iacfix diff, and apply the rest with iacfix patch."
)


def bar(files: Sequence[FileView]) -> Iterator[Markup]:
    """The bar with views, decisions and the download of accepted hunks."""
    total = sum(len(file.hunks) for file in files)
    views = element(
        "fieldset",
        element("legend", "View", class_="unseen"),
        _view("unified", "Unified", checked=True),
        _view("split", "Side by side", checked=False),
        class_="views",
        hidden=not total,
    )
    take = element(
        "div",
        element("p", f"0 of {total} accepted, {total} undecided", id="state", role="status"),
        element("button", "Next undecided", type="button", id="next"),
        element("button", "Accept all", type="button", id="accept"),
        element("button", "Reject all", type="button", id="reject"),
        element("button", "Copy review", element("span", " as Markdown", class_="unseen"),
                type="button", id="copy-review"),
        element("span", id="copied", role="status"),
        element("button", "Download patch", type="button", id="download", class_="main"),
        element("button", element("span", "?", aria_hidden="true"),
                element("span", "Shortcuts and help", class_="unseen"), type="button", id="help-open"),
        class_="take scripted",
        hidden=not total,
    )  # fmt: skip
    yield element(
        "section",
        element("a", "Files", href="#panel", class_="to-panel"),
        views,
        take,
        element("p", id="apart", hidden=True),
        class_="bar",
        aria_label="Review",
    )
    yield element("noscript", element("p", NO_SCRIPT))


def _view(value: str, label: str, *, checked: bool) -> Markup:
    return element(
        "label",
        element("input", type="radio", name="view", id=value, value=value, checked=checked, autocomplete="off"),
        element("span", label),
    )


def help_dialog() -> Markup:
    """The dialog with keyboard shortcuts, which can be disabled, and how to apply the patch."""
    keys = [
        (("j",), "next hunk"),
        (("k",), "previous hunk"),
        (("n",), "next undecided hunk"),
        (("a",), "accept the hunk"),
        (("x",), "reject the hunk"),
        (("u",), "clear the decision"),
        (("space",), "cycle through accepted, rejected and undecided"),
        (("c",), "comment on the hunk; Escape returns to it"),
        (("m",), "copy comments and rejected hunks as Markdown"),
        (("o",), "fold or unfold the hunk"),
        (("O",), "fold or unfold the file"),
        (("v",), "unified or side by side"),
        (("/",), "filter"),
        (("d",), "download the accepted hunks"),
        (("?",), "this help"),
    ]
    rows = [
        element(
            "div",
            element("dt", *[element("kbd", key) for key in names]),
            element("dd", meaning),
        )
        for names, meaning in keys
    ]
    return element(
        "dialog",
        element("h2", "Shortcuts and help", id="help-title"),
        element("dl", *rows, class_="keys"),
        element(
            "label", element("input", type="checkbox", id="keys", checked=True, autocomplete="off"), " Enable shortcuts"
        ),
        element(
            "p", f"The patch contains exactly the accepted hunks. {UNDECIDED} Apply it at the root of the repository:"
        ),
        element("pre", f"iacfix patch {PATCH}"),
        element(
            "p",
            element("code", "git apply"),
            " works too. Hunks of one finding may not apply without each other; ",
            element("code", "iacfix patch"),
            " then reports it and writes nothing.",
        ),
        element("button", "Close", type="button", id="help-close"),
        id="help",
        aria_labelledby="help-title",
    )


def copy_dialog() -> Markup:
    """The dialog with the review as text, for browsers that deny access to the clipboard."""
    return element(
        "dialog",
        element("h2", "Review as Markdown", id="copy-title"),
        element("textarea", id="markdown", readonly=True, rows="12", aria_labelledby="copy-title"),
        element("button", "Close", type="button", id="copy-close"),
        id="copy",
        aria_labelledby="copy-title",
    )
