"""A version range, raised to the next major in its own style.

A range of a whole major (`^6.83.0`, `~=6.83`, `6.x`, `==6.*`, `>=6.10,<7`) becomes the next one from its start:
`^7.0.0`, `~=7.0`, `7.x`, `==7.*`, `>=7.0,<8`. One of less (`~6.83.0`, `~=6.83.4`, `6.83.x`, `==6.83.4`) names the same
stretch around the version that the rules were tried with: `~7.48.0`, `==7.51.1`.

A range that admits the major stays. What says more than its style (alternatives, pre-releases, an end within the major)
is not guessed.
"""

from __future__ import annotations

import re

from iacfix.files.provider_version import ranges
from iacfix.files.provider_version.ranges import Spans, Style

_ANYTHING = re.compile(r"\s*(?:\*|[xX]|latest|any|(?:!=[^,|]*,?\s*|>=\s*0[0.]*)*)\s*")
_COMPARATOR = re.compile(r"(===|==|~=|!=|<=|>=|<|>|=|\^|~|)(\s*)(v?)(\d+(?:\.\d+)*)((?:\.[*xX])*)([^\s,|]*)")
_READ = {
    Style.PEP440: ranges.pep440,
    Style.POETRY: ranges.poetry,
    Style.CONDA: ranges.conda,
    Style.NPM: ranges.npm,
    Style.EXACT: ranges.exactly,
    Style.ADDRESS: ranges.exactly,
}


class Unclear(Exception):
    """The range cannot be raised; the text tells why."""


def raised(asked: str, style: Style, major: int, version: str) -> str:
    """The range for the major, unchanged where it admits that. Raises Unclear."""
    if _ANYTHING.fullmatch(asked) or asked.startswith("$"):  # which stands for another entry
        return asked
    spans = _READ[style](asked)
    if spans is None:
        raise Unclear("is no range that iacfix reads")
    if _admits(spans, major):
        return asked
    if not _admits(spans, major - 1):
        if all(low > major for low, _ in spans):
            raise Unclear("asks for a later major")
        raise Unclear(f"asks for an earlier major; upgrade to {major - 1} first")
    if style is Style.ADDRESS:
        raise Unclear(f"is an address; name one of major {major}")
    if "|" in asked or " - " in asked:
        raise Unclear("names several versions")
    found = list(_COMPARATOR.finditer(asked))
    if re.sub(r"[\s,]", "", _COMPARATOR.sub("", asked)) or not found:
        raise Unclear("is no range that iacfix reads")
    new = _COMPARATOR.sub(lambda each: _comparator(each, style, major, version, is_alone=len(found) == 1), asked)
    after = _READ[style](new)
    if after is None or not _admits(after, major) or _admits(after, major - 1):
        raise Unclear(f"cannot be raised to {major} as it is written")
    return new


def _admits(spans: Spans, major: int) -> bool:
    return any(low <= major <= high for low, high in spans)


def _comparator(found: re.Match[str], style: Style, major: int, version: str, *, is_alone: bool) -> str:
    sign, space, letter, numbers, stars, rest = found.groups()
    if rest:
        raise Unclear("names a pre-release or a build")
    parts = numbers.split(".")
    whole = ".".join([str(major), *("0" for _ in parts[1:])])
    tried = ".".join(version.split(".")[: len(parts)])
    is_one = len(parts) == 1
    match sign:
        case "^" | ">=":
            new = whole
        case "<":
            if int(parts[0]) != major or any(map(int, parts[1:])):
                raise Unclear(f"ends within major {parts[0]}")
            new = ".".join([str(major + 1), *parts[1:]])
            if is_alone:
                return f">={space}{letter}{whole}{' ' if style is Style.NPM else ','}<{space}{letter}{new}"
        case "!=":
            return found[0]
        case "~=":
            new = whole if len(parts) == 2 else tried
        case "~":
            new = whole if is_one else tried
        case "" | "=" | "==" | "===":
            is_part = bool(stars) or (style is Style.NPM and len(parts) < 3) or (style is Style.CONDA and sign == "=")
            new = (whole if is_one else tried) if is_part else version
        case _:
            raise Unclear(f"has a bound {sign} within the major")
    if style is Style.CONDA and new in (version, tried) and not is_one:
        raise Unclear("names one version; choose one that conda has")
    return f"{sign}{space}{letter}{new}{stars}"
