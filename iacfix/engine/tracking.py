"""Keeps the identity and the state of findings while fixes change the text around them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iacfix.engine.source_map import Origin, OriginKind, Position
from iacfix.result import Fix, Location, Reported
from iacfix.rule import Finding, Rule


@dataclass(frozen=True)
class Key:
    """The identity of a finding: its rule, its position in the file as it was read, and its index among the findings of
    the rule at that position."""

    rule: str
    at: Position
    nth: int = 0


@dataclass
class TrackedFindings:
    """The findings of one file by key. `present` are those of each rule in the text that it examined last, `refused`
    the reasons why a fix was not applied."""

    path: str
    refused: dict[Key, str] = field(default_factory=dict[Key, str])
    present: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    _reports: dict[Key, Reported] = field(default_factory=dict[Key, Reported])

    def __getitem__(self, key: Key) -> Reported:
        return self._reports[key]

    def __contains__(self, key: Key) -> bool:
        return key in self._reports

    def copy(self) -> TrackedFindings:
        """A copy, for a trial."""
        return TrackedFindings(self.path, dict(self.refused), dict(self.present), dict(self._reports))

    def fixed(self, rule: Rule, done: Iterable[tuple[Key, Finding]]) -> None:
        """Record that these findings are fixed, including those that only became fixable by an earlier fix."""
        gone = dict(done)
        self.present[rule.id] = [key for key in self.present[rule.id] if key not in gone]
        for key, finding in gone.items():
            if self._reports[key].fix is Fix.NONE:
                self._reports[key] = replace(
                    self._reports[key],
                    fix=_fix(rule, finding),
                    reason=None,
                    reason_id=None,
                    remedy=None,
                    notes=finding.notes,
                )

    def keys(
        self,
        rule: Rule,
        findings: Sequence[Finding],
        origin_of: Callable[[Finding], Origin],
        location_of: Callable[[Finding], Location],
    ) -> list[Key]:
        """The keys of the findings of a rule in the current text.

        Findings are matched with those known before by their message where that is unique, then by the position that
        their code comes from, then by the range that was rewritten; the rest are new. The message comes first because
        moved code may be traced to other code like it.
        """
        origins = [origin_of(finding) for finding in findings]
        left = defaultdict[Position, list[Key]](list)
        for key in self.present.get(rule.id, ()):
            left[key.at].append(key)
        keys = dict[int, Key]()
        for index, key in self._alike(left, [finding.message for finding in findings]):
            keys[index] = key
            left[key.at].remove(key)
        for kind in (OriginKind.COPIED, OriginKind.REPLACED):
            at_position = defaultdict[Position, list[int]](list)
            for index, origin in enumerate(origins):
                if origin.kind is kind and index not in keys:
                    at_position[origin.position].append(index)
            for position, indices in at_position.items():
                for index, key in self._paired(left[position], [(index, findings[index].message) for index in indices]):
                    keys[index] = key
                    left[position].remove(key)
        for index, origin in enumerate(origins):
            if index not in keys and (key := _inside(origin, left)):
                keys[index] = key
                left[key.at].remove(key)
        taken = set(keys.values())
        for index, finding in enumerate(findings):
            if index not in keys:
                keys[index] = self._new(rule, origins[index].position, finding.message, taken)
                taken.add(keys[index])
            self._see(rule, finding, keys[index], location_of)
        self.present[rule.id] = [keys[index] for index in range(len(findings))]
        return self.present[rule.id]

    def _paired(self, known: Sequence[Key], found: Sequence[tuple[int, str]]) -> list[tuple[int, Key]]:
        """Match the findings at one position with the keys known there: in order where the numbers are equal, else by
        message first."""
        if len(known) == len(found):
            return [(index, key) for (index, _), key in zip(found, known, strict=True)]
        left, pairs, others = list(known), list[tuple[int, Key]](), list[int]()
        for index, message in found:
            same = next((key for key in left if self._reports[key].message == message), None)
            if same is None:
                others.append(index)
            else:
                left.remove(same)
                pairs.append((index, same))
        return [*pairs, *zip(others, left, strict=False)]

    def _alike(self, left: Mapping[Position, Sequence[Key]], found: Sequence[str]) -> list[tuple[int, Key]]:
        """Match the findings whose message is unique among the findings and among the known keys."""
        said, known = Counter(found), defaultdict[str, list[Key]](list)
        for key in (key for keys in left.values() for key in keys):
            known[self._reports[key].message].append(key)
        return [
            (index, known[message][0])
            for index, message in enumerate(found)
            if said[message] == len(known[message]) == 1
        ]

    def _new(self, rule: Rule, at: Position, message: str, taken: set[Key]) -> Key:
        """A new key, or that of an earlier finding with this position and message which is back."""
        nth = 0
        while (key := Key(rule.id, at, nth)) in self._reports:
            if self._reports[key].message == message and key not in taken:
                break
            nth += 1
        return key

    def _see(self, rule: Rule, finding: Finding, key: Key, location_of: Callable[[Finding], Location]) -> None:
        """Record a finding when it is seen first, with its message at that time. Later only a reason is taken over,
        where another fix has made this one impossible."""
        known = self._reports.get(key)
        if known is None:
            self._reports[key] = Reported(
                rule=rule.id,
                severity=rule.severity,
                path=self.path,
                line=key.at.line,
                column=key.at.column,
                message=finding.message,
                fix=_fix(rule, finding),
                notes=finding.notes,
                location=location_of(finding),
                schema_message=finding.schema_message,
            )
            if finding.reason:
                self._reports[key] = self._reports[key].not_fixed(finding.reason)
        elif finding.reason and known.fix is not Fix.NONE:
            self._reports[key] = replace(known, notes=finding.notes).not_fixed(finding.reason)

    def forget_refusals(self) -> None:
        """Forget why fixes of present findings were refused, so that they are tried again."""
        for key in self.here():
            self.refused.pop(key, None)

    def here(self) -> set[Key]:
        """The keys of all present findings."""
        return {key for keys in self.present.values() for key in keys}

    def brought(self, later: TrackedFindings) -> set[Key]:
        """Take over the findings that only `later` has; returns their keys."""
        new = later._reports.keys() - self._reports.keys()
        self._reports |= {key: reported for key, reported in later._reports.items() if key in new}
        return new

    def reports(self, keys: Collection[Key] | None = None) -> Iterator[Reported]:
        return (reported for key, reported in self.reported() if keys is None or key in keys)

    def reported(self) -> Iterator[tuple[Key, Reported]]:
        """All findings with their keys, those refused with the reason."""
        for key, reported in self._reports.items():
            reason = self.refused.get(key)
            yield key, reported.not_fixed(reason) if reason else reported


def _fix(rule: Rule, finding: Finding) -> Fix:
    return Fix.NONE if finding.reason else Fix((finding.safety or rule.safety).value)


def _inside(origin: Origin, left: dict[Position, list[Key]]) -> Key | None:
    """A key in the range of the original that was rewritten at the origin."""
    if origin.gap is None:
        return None
    start, end = origin.gap
    return next((key for position, keys in left.items() if start <= position < end for key in keys), None)
