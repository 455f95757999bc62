"""What a finding is known by when lines move, and what surrounds it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import accumulate

from iacfix.languages import Comment, Language
from iacfix.model import Program, Resource, Value
from iacfix.result import Identity, Location, Reported

_BEFORE_BRACKET = re.compile(r",(?=[)\]}])")


@dataclass
class Locator:
    """The resources, statements and comments of one program, as far as its findings ask for them."""

    program: Program
    language: Language

    def of(self, value: Value, line_of: Callable[[int], int]) -> Location:
        """`line_of` turns lines of this program into lines of the file as it was read."""
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
        """The innermost resource whose lines hold the value: the last one that begins before it."""
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
        """In their order, each with its last line and the last line of all up to it."""
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
    """Code without what a formatter changes: white space, the kind of quotes, commas before a closing bracket."""
    return _BEFORE_BRACKET.sub("", "".join(code.split()).replace("'", '"'))


def digest(text: str) -> str:
    """Enough of a hash to tell texts apart; source text itself stays out of files that travel."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprints(found: Iterable[Reported]) -> Sequence[str]:
    """One for each finding, all different: equal findings are numbered in their order."""
    seen = Counter[Identity]()
    prints: list[str] = []
    for finding in found:
        seen[finding.identity] += 1
        prints.append(digest("\0".join((*finding.identity, str(seen[finding.identity])))))
    return prints
