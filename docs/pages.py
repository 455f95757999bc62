"""Pages of the site that come from elsewhere in the repository: one for each rule, and files that stand at the root."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from cases_of import cases  # noqa: E402
from mkdocs.structure.files import File, Files  # noqa: E402

from iacfix.registry import rules  # noqa: E402
from iacfix.reports.catalogue import example  # noqa: E402
from iacfix.rule import Rule  # noqa: E402
from iacfix.rule_cases.cases import Case  # noqa: E402

ELSEWHERE = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "transforms/README.md": "rules-in-python.md",
}
"""Files of the repository by their names on the site."""
LANGUAGES = {"py": "Python", "ts": "TypeScript", "hcl": "Terraform"}
SHOWN = 2
"""Rewriting cases of a rule that are shown for each language; one may be the same in several."""
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")


def on_config(config: Any) -> Any:
    """The rules are in the menu by their severity."""
    groups: dict[str, list[str]] = {}
    for rule in rules().values():
        groups.setdefault(rule.severity.value.capitalize(), []).append(f"rules/{rule.id}.md")
    menu = next(entry for entry in config.nav if "Rules" in entry)
    menu["Rules"] = ["rules/index.md", *({title: pages} for title, pages in groups.items())]
    return config


def on_files(files: Files, config: Any) -> Files:
    for path, name in ELSEWHERE.items():
        files.append(File.generated(config, name, content=(ROOT / path).read_text(encoding="utf-8")))
    for rule in rules().values():
        files.append(File.generated(config, f"rules/{rule.id}.md", content="\n".join(page(rule))))
    files.append(File.generated(config, "rules/index.md", content="\n".join(index())))
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """Links to files of the repository become links to their pages, or plain names where they have none."""
    own = {name: path for path, name in ELSEWHERE.items()}.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def link(found: re.Match[str]) -> str:
        target = _joined(PurePosixPath(own).parent / found[2])
        name = ELSEWHERE.get(target, target.removeprefix("docs/") if target.startswith("docs/") else None)
        if name is None or files.get_file_from_path(name) is None:
            return found[1]
        back = "../" * page.file.src_uri.count("/")
        return f"[{found[1]}]({back}{name}{found[3] or ''})"

    return _LINK.sub(link, markdown)


def _joined(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def index() -> Iterator[str]:
    """All rules, the gravest first."""
    yield from ("# Rules", "", "| rule | severity | fix | what is weak |", "|---|---|---|---|")
    for rule in rules().values():
        yield f"| [`{rule.id}`]({rule.id}.md) | {rule.severity.value} | {_fix(rule)} | {rule.title} |"


def _fix(rule: Rule) -> str:
    """How safe its fix is, where it has one."""
    rewrites = any(case.before != case.after for case in cases(rule.id))
    return rule.safety.value if rewrites else "reported only"


def page(rule: Rule) -> Iterator[str]:
    """What a rule is about, what its fixes look like in both languages, and what it leaves alone."""
    mine = list(cases(rule.id))
    yield from (f"# {rule.id}", "", f"{rule.title}.", "")
    yield "| severity | category | service | fix |"
    yield "|---|---|---|---|"
    yield f"| {rule.severity.value} | {rule.category} | {rule.service} | {_fix(rule)} |"
    if rule.checks:
        yield from ("", f"Others know it as {rule.known_as}.")
    for heading, text in rule.sections.items():
        yield from ("", f"## {heading}", "", _linked(text))
    rewriting = [case for case in mine if case.before != case.after]
    if rewriting:
        yield from ("", "## What a fix looks like")
    for title in _telling(rule, rewriting):
        yield from ("", f"{title[0].upper()}{title[1:]}:")
        for case in (case for case in rewriting if case.title == title):
            yield from ("", f'=== "{LANGUAGES[case.language]}"', "", *_indented(_diff(case)))
    alone = dict.fromkeys(case.title for case in mine if case.before == case.after and not case.reasons)
    if alone:
        yield from ("", "## Cases that stay as they are", "", *(f"* {title}" for title in alone))
    reported = {case.title: case.reasons for case in mine if case.reasons}
    if reported:
        yield from ("", "## Cases that are only reported", "", "| case | why |", "|---|---|")
        yield from (f"| {_cell(title)} | {_cell('; '.join(why))} |" for title, why in reported.items())


def _telling(rule: Rule, rewriting: list[Case]) -> list[str]:
    """The titles of cases that show a rule: what `iacfix explain` shows, then the shortest that most languages have."""
    explained = {example(rule, language) for language in LANGUAGES}
    first = {shown.heading for shown in explained if shown}
    alike: dict[str, list[Case]] = {}
    for case in rewriting:
        alike.setdefault(case.title, []).append(case)
    order = sorted(
        alike,
        key=lambda title: (title not in first, -len(alike[title]), max(len(case.before) for case in alike[title])),
    )
    titles = [
        [title for title in order if any(case.language == language for case in alike[title])] for language in LANGUAGES
    ]
    return list(dict.fromkeys(title for each in titles for title in each[:SHOWN]))


def _diff(case: Case) -> Iterator[str]:
    yield "```diff"
    old, new = case.before.splitlines(), case.after.splitlines()
    yield from list(unified_diff(old, new, n=len(old), lineterm=""))[3:]
    yield "```"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" if line else "" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _linked(text: str) -> str:
    return re.sub(r"(?<![<(])https://\S+", r"<\g<0>>", text)
