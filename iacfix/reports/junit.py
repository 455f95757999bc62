"""JUnit XML for build servers: a suite for each rule, a failed case for each finding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from iacfix.engine.run import Run
from iacfix.registry import rules
from iacfix.reports.text import counted, how
from iacfix.reports.visible import one_line
from iacfix.result import Repair, Reported

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(done: Run, _repairs: Mapping[Reported, Repair]) -> str:
    """The XML document. A rule without findings has one passed case; files that could not be checked are errors of a
    suite of their own."""
    found = done.findings
    root = Element("testsuites", name="iacfix")
    own = dict.fromkeys(finding.rule for finding in found if finding.rule not in rules())
    titles = {
        rule.id: rule.title for rule in rules().values() if any(rule.id in task.plan.rules for task in done.tasks)
    }
    total = 0
    for rule in (*titles, *own):
        mine = [finding for finding in found if finding.rule == rule]
        total += _suite(root, rule, titles.get(rule, rule), mine)
    if not total and not done.errors:
        total = _suite(root, "iacfix", f"nothing found in {counted(done.files, 'file')}", [])
    if done.errors:
        suite = SubElement(root, "testsuite", _counts("iacfix", len(done.errors), 0, len(done.errors)))
        for error in done.errors:
            case = SubElement(suite, "testcase", name=_legal(error), classname="iacfix")
            SubElement(case, "error", type="error", message=_legal(error))
    root.attrib |= {
        "tests": str(total + len(done.errors)),
        "failures": str(len(found)),
        "errors": str(len(done.errors)),
    }
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, rule: str, title: str, found: Sequence[Reported]) -> int:
    """Add the suite of a rule and return its number of cases. Names of cases have no line, so that servers recognise
    them after other lines changed."""
    cases = max(1, len(found))
    suite = SubElement(root, "testsuite", _counts(rule, cases, len(found), 0))
    if not found:
        SubElement(suite, "testcase", name=title, classname=rule)
    for finding in found:
        case = SubElement(suite, "testcase", name=_legal(finding.message), classname=_legal(finding.path))
        failure = SubElement(case, "failure", type=finding.severity.value, message=_legal(finding.message))
        place = f"{finding.path}:{finding.line}:{finding.column}"
        said = f"{place}: {finding.severity.value} {finding.rule} {finding.message}"
        failure.text = f"{_legal(said)}\n{_legal(how(finding))}"
    return cases


def _counts(name: str, tests: int, failures: int, errors: int) -> dict[str, str]:
    return {"name": name, "tests": str(tests), "failures": str(failures), "errors": str(errors)}


def _legal(text: str) -> str:
    """The text on one line, with characters that XML forbids written as escapes."""
    return _ILLEGAL.sub(
        lambda found: found[0].encode("unicode-escape", "surrogatepass").decode("ascii"), one_line(text)
    )
