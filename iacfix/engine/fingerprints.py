"""The location of findings, and fingerprints that stay the same when lines move."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from iacfix.languages import Comment, Language
from iacfix.model import Program, Resource, Value
from iacfix.result import Identity, Location, Reported

_BEFORE_BRACKET = re.compile(r",(?=[)\]}])")


@dataclass
class Locator:
    """Locates findings of one program by its resources, statements and comments, which are collected on demand."""

    program: Program
    language: Language

    def of(self, value: Value, line_of: Callable[[int], int]) -> Location:
        """The location of a value; `line_of` maps lines of this program to lines of the file as it was read."""
        resource = self._resource_around(value)
        statement = self.language.statement_line(self.program, value)
        if resource is None:
            return Location(
                end_line=line_of(value.end_line),
                statement=line_of(statement),
                text=self._normalised(value),
            )
        return Location(
            end_line=line_of(value.end_line),
            resource_lines=(line_of(resource.line), line_of(resource.end_line)),
            statement=line_of(statement),
            resource=f"{resource.type} {resource.label}",
            text="" if resource.place == value.place else self._normalised(value),
        )

    def _resource_around(self, value: Value) -> Resource | None:
        """The innermost resource whose lines contain the value."""
        last = bisect_right(self._resources, (value.line, value.column), key=lambda held: held[0])
        for index in range(last - 1, -1, -1):
            _, end, longest, resource = self._resources[index]
            if value.end_line <= end:
                return resource
            if longest < value.end_line:
                return None
        return None

    @cached_property
    def _resources(self) -> list[tuple[tuple[int, int], int, int, Resource]]:
        """The resources in source order: start, last line, the last line of any up to here, resource."""
        found = sorted(
            (((each.line, each.column), each.end_line, each) for each in self.program.resources()),
            key=lambda held: held[0],
        )
        longest = accumulate((end for _, end, _ in found), max)
        return [(start, end, reach, each) for (start, end, each), reach in zip(found, longest, strict=True)]

    @cached_property
    def _comments(self) -> list[Comment]:
        return sorted(self.language.comments(self.program), key=lambda comment: comment.line)

    def _normalised(self, value: Value) -> str:
        code = value.code
        first = bisect_left(self._comments, value.line, key=lambda comment: comment.line)
        last = bisect_right(self._comments, value.end_line, key=lambda comment: comment.line)
        for comment in sorted(self._comments[first:last], key=lambda comment: -len(comment.text)):
            code = code.replace(comment.text, "")
        return normalised(code)


def normalised(code: str) -> str:
    """Code without what formatters change: white space, the kind of quotes, trailing commas."""
    return _BEFORE_BRACKET.sub("", "".join(code.split()).replace("'", '"'))


def digest(text: str) -> str:
    """A hash of a text, short but practically unique. Baselines and reports contain it instead of source code."""
    from hashlib import sha256  # takes 2 ms to load, and only documents need it

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprints(found: Iterable[Reported]) -> Sequence[str]:
    """A fingerprint for each finding, all of them different: equal findings are numbered in order."""
    seen = Counter[Identity]()
    prints: list[str] = []
    for finding in found:
        seen[finding.identity] += 1
        prints.append(digest("\0".join((*finding.identity, str(seen[finding.identity])))))
    return prints
