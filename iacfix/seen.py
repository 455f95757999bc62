"""What was found in a file, and what became of it, while fixes change the text around it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from iacfix.result import Fix, Place, Reported
from iacfix.rule import Finding, Rule


@dataclass(frozen=True)
class Key:
    """What a finding is known by while the text around it changes: rule, message, line of the original text, and
    which one it is where that is not enough."""

    rule: str
    message: str
    line: int
    nth: int = 0


@dataclass
class Seen:
    """The findings of one file, each with the place it had in the original text."""

    path: str
    refused: dict[Key, str] = field(default_factory=dict[Key, str])
    _order: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    _before: list[Key] = field(default_factory=list[Key])
    _reports: dict[Key, Reported] = field(default_factory=dict[Key, Reported])

    def __getitem__(self, key: Key) -> Reported:
        return self._reports[key]

    def fixed(self, rule: Rule, keys: set[Key]) -> None:
        """These findings are gone from the next text."""
        self._before = self._order[rule.id]
        self._order[rule.id] = [key for key in self._before if key not in keys]

    def restored(self, rule: Rule) -> None:
        """The last fix was not wanted: its findings are there again."""
        self._order[rule.id] = self._before

    def keys(
        self,
        rule: Rule,
        findings: list[Finding],
        line_of: Callable[[int], int],
        place_of: Callable[[Finding], Place],
    ) -> list[Key]:
        """What each finding was known by before: fixes take findings out, but leave the order of the others."""
        known = self._order.get(rule.id, [])
        matcher = difflib.SequenceMatcher(
            None, [key.message for key in known], [finding.message for finding in findings], autojunk=False
        )
        same = {
            block.b + offset: known[block.a + offset]
            for block in matcher.get_matching_blocks()
            for offset in range(block.size)
        }
        keys: list[Key] = []
        for index, finding in enumerate(findings):
            key = same.get(index) or self._new_key(rule, finding, line_of(finding.at.line))
            self._see(rule, finding, key, place_of)
            keys.append(key)
        self._order[rule.id] = keys
        return keys

    def _new_key(self, rule: Rule, finding: Finding, line: int) -> Key:
        nth = 0
        while (key := Key(rule.id, finding.message, line, nth)) in self._reports:
            nth += 1
        return key

    def _see(self, rule: Rule, finding: Finding, key: Key, place_of: Callable[[Finding], Place]) -> None:
        """Report what is seen for the first time, or what a fix of another one has made impossible."""
        fix = Fix.NONE if finding.reason else Fix((finding.safety or rule.safety).value)
        if key not in self._reports or (finding.reason and self._reports[key].fix is not Fix.NONE):
            self._reports[key] = Reported(
                rule=rule.id,
                severity=rule.severity,
                path=self.path,
                line=key.line,
                column=finding.at.column,
                message=finding.message,
                fix=fix,
                reason=finding.reason,
                note=finding.note,
                place=place_of(finding),
            )

    def reports(self) -> Iterator[Reported]:
        for key, reported in self._reports.items():
            reason = self.refused.get(key)
            yield replace(reported, fix=Fix.NONE, reason=reason) if reason else reported


def line_map(text: str, original: str) -> Callable[[int], int]:
    """Lines of the text as lines of the original, the nearest above where a line is new."""
    if text == original:
        return lambda line: line
    new, old = text.split("\n"), original.split("\n")
    table = list[int]()
    for _, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        table += [min(i1 + offset, max(i2 - 1, i1)) + 1 for offset in range(j2 - j1)]
    return lambda line: table[line - 1] if line <= len(table) else len(old)
