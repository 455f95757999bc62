"""SARIF 2.1.0, for code scanning and editors.

Columns count code points without a byte order mark; paths are relative to the repository.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from iacfix import __version__
from iacfix.engine.examine import SKIPPED, UNKNOWN_MAJOR, UNUSED
from iacfix.engine.fingerprints import fingerprints
from iacfix.engine.run import Run
from iacfix.patches.diff import Original, Replacement
from iacfix.registry import rules
from iacfix.reports.addresses import page_of, tool_address
from iacfix.reports.json_document import Json, dumped
from iacfix.reports.text import how
from iacfix.result import RepairByPath, Repairs, Reported
from iacfix.rule import Rule, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
PROBLEM = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "recommendation"}
"""`problem.severity` of code scanning by severity."""
SCORE = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}
"""`security-severity` within the bands of GitHub: critical is above 9.0. Only rules about security have one."""
BASE = "SRCROOT"
OWN = {
    UNUSED: "Suppression that is wrong or suppresses nothing",
    UNKNOWN_MAJOR: "Program for a version of the provider that no rule knows",
    SKIPPED: "File that is over a limit of time or memory",
}
"""Findings of the engine, which belong to no rule."""


def document(done: Run, repairs: Repairs) -> str:
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(done, repairs)]})


def _run(done: Run, repairs: Repairs) -> Json:
    return {
        "tool": {
            "driver": {
                "name": "iacfix",
                **({"informationUri": address} if (address := tool_address()) else {}),
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [*map(_rule, rules().values()), *(_own_rule(id, title) for id, title in OWN.items())],
            }
        },
        **({"taxonomies": list(map(_taxonomy, _catalogues()))} if _catalogues() else {}),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": not done.errors,
                "toolExecutionNotifications": [{"level": "error", "message": {"text": error}} for error in done.errors],
            }
        ],
        "results": list(_results(done, repairs)),
    }


def _catalogues() -> tuple[str, ...]:
    """Other catalogues that have some of the rules."""
    return tuple(dict.fromkeys(catalogue for rule in rules().values() for catalogue in rule.checks))


def _taxonomy(catalogue: str) -> Json:
    ids = dict.fromkeys(id for rule in rules().values() for id in rule.checks.get(catalogue, ()))
    return {"name": catalogue, "taxa": [{"id": id} for id in ids]}


def _relationships(rule: Rule) -> Iterator[Json]:
    """The ids of the rule in other catalogues; code scanning ignores these and shows tags."""
    order = _catalogues()
    for catalogue, ids in rule.checks.items():
        component = {"name": catalogue, "index": order.index(catalogue)}
        yield from ({"target": {"id": id, "toolComponent": component}, "kinds": ["relevant"]} for id in ids)


def _rule(rule: Rule) -> Json:
    text = "\n\n".join(f"{heading}:\n{body}" for heading, body in rule.sections.items())
    markdown = "\n\n".join(f"**{heading}**\n\n{body}" for heading, body in rule.sections.items())
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.sections.get("Why", rule.title).split())},
        "help": {"text": text or rule.title, "markdown": markdown or rule.title},
        **({"helpUri": page} if (page := page_of(rule)) else {}),
        "defaultConfiguration": {"level": LEVEL[rule.severity]},
        **({"relationships": list(_relationships(rule))} if rule.checks else {}),
        "properties": _properties(rule),
    }


def _properties(rule: Rule) -> Json:
    """Properties of a rule: code scanning knows security rules by a tag and ranks them by score."""
    others = [f"external/{catalogue}/{id}" for catalogue, ids in rule.checks.items() for id in ids]
    known = {"tags": [rule.category, rule.service, *others], "problem.severity": PROBLEM[rule.severity]}
    if not rule.category.startswith("Security"):
        return known
    return {**known, "tags": ["security", *known["tags"]], "security-severity": SCORE[rule.severity]}


def _own_rule(id: str, title: str) -> Json:
    return {
        "id": id,
        "shortDescription": {"text": title},
        "defaultConfiguration": {"level": LEVEL[Severity.LOW]},
        "properties": {"problem.severity": PROBLEM[Severity.LOW]},
    }


def _results(done: Run, repairs: Repairs) -> Iterator[Json]:
    index = {id: number for number, id in enumerate((*rules(), *OWN))}
    before = {outcome.path: Original(outcome.before) for outcome in done.outcomes}
    for finding, fingerprint in zip(done.findings, fingerprints(done.findings), strict=True):
        repair_by_path = repairs.by_path(finding)
        yield {
            "ruleId": finding.rule,
            "ruleIndex": index[finding.rule],
            "level": LEVEL[finding.severity],
            "message": {"text": f"{finding.message}\n{how(finding)}"},
            "locations": [_location(finding)],
            "partialFingerprints": {"iacfix/v1": fingerprint},
            **({"properties": {"reasonId": finding.reason_id, "remedy": finding.remedy}} if finding.reason_id else {}),
            **({"fixes": [_fix(finding, before, repair_by_path)]} if repair_by_path else {}),
        }


def _location(finding: Reported) -> Json:
    region = {"startLine": finding.line, "startColumn": finding.column, "endLine": finding.end_line}
    resource = finding.location.resource
    return {
        "physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region},
        **({"logicalLocations": [{"fullyQualifiedName": resource, "kind": "resource"}]} if resource else {}),
    }


def _fix(finding: Reported, before: Mapping[str, Original], repair_by_path: RepairByPath) -> Json:
    return {
        "description": {"text": f"Fix {finding.rule}" + (f": {finding.note}" if finding.note else "")},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": list(map(_replacement, before[path].replacements(repair))),
            }
            for path, repair in repair_by_path.items()
        ],
    }


def _replacement(change: Replacement) -> Json:
    region = {
        "startLine": change.start[0],
        "startColumn": change.start[1],
        "endLine": change.end[0],
        "endColumn": change.end[1],
    }
    return {"deletedRegion": region, "insertedContent": {"text": change.text}}


def _artifact(path: str) -> Json:
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": BASE}
