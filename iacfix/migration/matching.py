"""Matches the resources that a rewrite splits with deployed ones; ambiguous cases are left to the user."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from iacfix.migration.ids import NoId, import_id
from iacfix.migration.projects import Project, project_of
from iacfix.migration.state import Deployed, Stack
from iacfix.migration.urns import Urn, token_of
from iacfix.model import Provider
from iacfix.registry import Imports
from iacfix.reports.literal import code
from iacfix.result import CreationSite, Outcome, Parent, Split


@dataclass(frozen=True)
class New:
    """A resource that is not in the state yet, and its import id."""

    urn: Urn
    id: str


@dataclass(frozen=True)
class Move:
    """A deployed resource and the `parts` that its split adds; `retyped` is the resource itself under its new class."""

    split: Split
    deployed: Deployed
    provider: Deployed | None
    parts: tuple[New, ...]
    retyped: New | None = None

    @property
    def new(self) -> tuple[New, ...]:
        """All new entries of the state, the resource itself first."""
        return ((self.retyped,) if self.retyped else ()) + self.parts


@dataclass(frozen=True)
class ManualCase:
    """A case for the user: a creation site, or one resource created there, and the reason."""

    site: CreationSite | None
    reason: str
    urn: Urn | None = None


@dataclass(frozen=True)
class ExaminedProgram:
    """A file's outcome and its project."""

    outcome: Outcome
    project: Project | None

    def is_of(self, stack: Stack) -> bool:
        """The program belongs to the stack's project, or to an unknown one."""
        name = self.project.name if self.project else None
        return name is None or name == stack.urn.project


def programs(outcomes: Iterable[Outcome], root: Path) -> list[ExaminedProgram]:
    return [ExaminedProgram(outcome, project_of(root / outcome.path, root)) for outcome in outcomes]


def matched(
    given: Sequence[ExaminedProgram], stack: Stack, imports: Mapping[str, Imports]
) -> Iterator[Move | ManualCase]:
    """The moves and manual cases of every split, by resource; `imports` are by the provider's name."""
    sites = [site for program in given if program.is_of(stack) for site in program.outcome.sites]
    for program in given:
        provider = program.outcome.provider
        if provider is None:
            continue
        for written in sorted(program.outcome.splits, key=lambda split: split.site.line):
            split = replace(written, site=_own(written.site, sites))
            if not program.is_of(stack):
                yield ManualCase(split.site, _foreign(program, stack))
                continue
            for found in _candidates(split.site, sites, stack):
                if isinstance(found, ManualCase):
                    yield found
                else:
                    yield _move(split, found, stack, provider, imports[provider.name])


def _foreign(program: ExaminedProgram, stack: Stack) -> str:
    name = code((program.project and program.project.name) or "")
    return f"it belongs to the project {name}, the export is of {stack.urn.project}; pass the export of its own stack"


def _own(site: CreationSite, sites: Sequence[CreationSite]) -> CreationSite:
    """The same site in the list of all sites; other fixes may have shifted its line."""
    same = [
        each
        for each in sites
        if (each.path, each.type, each.name, each.parent) == (site.path, site.type, site.name, site.parent)
    ]
    return min(same, key=lambda each: abs(each.line - site.line), default=site)


def _candidates(site: CreationSite, sites: Sequence[CreationSite], stack: Stack) -> Iterator[Deployed | ManualCase]:
    """The deployed resources that only this site can have created."""
    if not site.name:
        yield ManualCase(site, "its logical name is computed, so its resources in the state cannot be identified")
        return
    named = [each for each in stack.resources if each.urn.token == token_of(site.type) and _is_named(site, each.urn)]
    if len(site.name) == 1 and site.parent in (Parent.NONE, Parent.UNSEEN) and len(named) > 1:
        urns = " and ".join(code(str(each.urn)) for each in named)
        yield ManualCase(site, f"the state has {len(named)} resources of this name: {urns}")
        return
    mine = [each for each in named if _claims(site, each.urn)]
    if not mine:
        yield ManualCase(
            site, "the state has no such resource: it is not deployed in this stack, or under another name"
        )
    for each in mine:
        others = [
            other for other in sites if other is not site and other.type == site.type and _claims(other, each.urn)
        ]
        if others:
            places = ", ".join(code(f"{other.path}:{other.line}") for other in others)
            yield ManualCase(site, f"other code may create it, too: {places}", each.urn)
        else:
            yield each


def _is_named(site: CreationSite, urn: Urn) -> bool:
    pattern = ".*".join(re.escape(run) for run in site.name or ("", ""))
    return re.fullmatch(pattern, urn.name) is not None


def _claims(site: CreationSite, urn: Urn) -> bool:
    """The site may have created the resource."""
    match site.parent:
        case Parent.NONE if urn.has_parent:
            return False
        case Parent.COMPONENT if not urn.has_parent:
            return False
        case _:
            return _is_named(site, urn)


def _move(split: Split, deployed: Deployed, stack: Stack, provider: Provider, imports: Imports) -> Move | ManualCase:
    beside = stack.provider_of(deployed)
    try:
        _check(split, deployed, beside, provider)
        parts = [_new(split, deployed, beside, stack, imports, part.type, part.name) for part in split.parts]
        retyped = _new(split, deployed, beside, stack, imports, split.retyped, "") if split.retyped else None
    except NoId as error:
        return ManualCase(split.site, str(error), deployed.urn)
    return Move(split, deployed, beside, tuple(parts), retyped)


def _check(split: Split, deployed: Deployed, beside: Deployed | None, provider: Provider) -> None:
    """Raises NoId where the state does not correspond to the program."""
    if deployed.trouble:
        raise NoId(deployed.trouble)
    if deployed.provider and beside is None and not deployed.provider[0].is_default_provider:
        raise NoId(f"the state does not have its provider {code(str(deployed.provider[0]))}; repair the state first")
    version = beside.inputs.get("version") if beside else None
    if isinstance(version, str) and version.partition(".")[0].lstrip("v") != str(provider.major):
        raise NoId(
            f"the state was written by version {version} of the provider, but the program is read as one for "
            f"{provider.major} ({provider.why}); run pulumi up --refresh --run-program first, or set --provider-version"
        )
    moved = dict.fromkeys(part.moved for part in split.parts if part.moved)
    if missing := [key for key in moved if deployed.inputs.get(key) is None]:
        raise NoId(
            f"the state does not have its {' and '.join(missing)}: it is older than the program; run pulumi up first"
        )


def _new(
    split: Split, deployed: Deployed, beside: Deployed | None, stack: Stack, imports: Imports, type: str, ending: str
) -> New:
    """A new resource for a deployed one. Raises NoId where its URN, or its id under another URN, is in the state."""
    name = f"{deployed.urn.name}-{ending}" if ending else deployed.urn.name
    urn = deployed.urn.beside(token_of(type), name)
    id = import_id(type, deployed, beside, imports, split.site.type)
    if stack.at(urn):
        raise NoId(f"{code(str(urn))} is already in the state")
    like = [each for each in stack.resources if each.urn.token == urn.token and each.id == id]
    if like:
        raise NoId(
            f"{code(str(like[0].urn))} has the id of {code(str(urn))} already, and two would overwrite each other"
        )
    return New(urn, id)
