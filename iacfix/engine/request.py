"""The request of a command line, and whether its rules and provider major exist."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.errors import UsageError
from iacfix.files.discovery import find_root, survey
from iacfix.files.settings import NOTHING_GIVEN, SettingsOverrides, did_you_mean, settings_in
from iacfix.registry import packs, rule_ids, rules
from iacfix.rule_folders import use

if TYPE_CHECKING:
    from iacfix.rule import Rule


@dataclass(frozen=True)
class Request:
    """What the command line asks for; None leaves a choice to the settings.

    `unsafe` also applies unsafe fixes, `major` sets the provider major, `jobs` the number of processes. For `by_rule`,
    `repairs` and `sites` see `Plan`. `cache` uses outcomes of earlier runs, `shared` is a folder with outcomes that
    several repositories share. `given` are the settings of the command line.
    """

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool | None = None
    major: int | None = None
    jobs: int | None = None
    by_rule: bool = False
    repairs: bool = False
    sites: bool = False
    cache: bool = False
    shared: str | None = None
    given: SettingsOverrides = NOTHING_GIVEN


def listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """The values of an option that may be repeated and may hold lists separated by commas."""
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


def known_rule(name: str) -> Rule:
    """The rule of this id; raises UsageError with a suggestion where there is none."""
    known = rules()
    if name in known:
        return known[name]
    raise UsageError(f"unknown rule '{name}'{did_you_mean(name, known) or '; see iacfix rules'}")


def checked(request: Request) -> Request:
    """The same request; raises UsageError where it names a rule or a provider major that does not exist."""
    known = rule_ids()  # told without loading the rules
    if not known.issuperset((*request.select, *request.ignore)):
        known |= of_packs(request)
    for name in (*request.select, *request.ignore):
        if name not in known:
            known_rule(name)
    if request.major is not None and (wrong := unknown_major(request.major)):
        raise UsageError(wrong)
    return request


def of_packs(request: Request) -> frozenset[str]:
    """The ids of all rules, after those of the rule folders in the settings of the paths are registered."""
    places = [Path(os.path.abspath(name)) for name in request.paths or (".",)]
    _use_those_of({place if place.is_dir() else place.parent for place in places}, request.given)
    known = frozenset(id for pack in packs() for id in pack.ids)
    if known.issuperset((*request.select, *request.ignore)):
        return known
    for place in places:  # a folder further down may have settings of its own
        there = survey([place], find_root(place), rule_ids(), request.given)
        _use_those_of({Path(os.path.dirname(path)) for path in there.paths}, request.given)
    return frozenset(id for pack in packs() for id in pack.ids)


def _use_those_of(folders: Iterable[Path], given: SettingsOverrides) -> None:
    for folder in sorted(folders):
        use(*settings_in(folder, find_root(folder), rule_ids(), given).packs)


def unknown_major(major: int) -> str | None:
    """The error message where no rule knows this major."""
    providers = [pack.provider for pack in packs()]
    majors = sorted({major for each in providers for kind in each.packages for major in each.majors_in(kind)})
    *first, last = map(str, majors)
    return None if major in majors else f"no rule knows provider version {major}; choose {', '.join(first)} or {last}"
