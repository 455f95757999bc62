"""The migration of one stack: moves that the procedure can make, manual cases, and the import document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from iacfix.errors import UsageError
from iacfix.migration.document import built, filled
from iacfix.migration.matching import ExaminedProgram, ManualCase, Move, matched, programs
from iacfix.migration.state import Stack
from iacfix.migration.urns import Urn, token_of
from iacfix.model import Provider
from iacfix.registry import Imports, ProviderPackage
from iacfix.reports.literal import code
from iacfix.result import CreationSite, Fix, Outcome, Reported, Split

SUCCESSOR = "-v2"
"""The suffix of the logical name of a resource that gets a new entry in the state."""


class Procedure(StrEnum):
    """How the class of a resource is changed."""

    UPGRADE = "upgrade"  # a newer major first, under which the class stays
    IMPORT = "import"  # out of the state, then imported under its new class
    RETAIN = "retain"  # two updates: the old entry lets go, the new one imports


@dataclass(frozen=True)
class Migration:
    """`procedure` is None where no class changes; `moves` include resources whose class changes and others. `gaps` are
    manual cases, `untouched` findings that are not fixed; `document` is None where nothing is imported from a file.
    `apart` are sites that look already rewritten: the stack has no resource of their type."""

    stack: Stack
    procedure: Procedure | None
    moves: tuple[Move, ...]
    gaps: tuple[ManualCase, ...]
    splits: tuple[Split, ...]
    untouched: tuple[Reported, ...]
    folder: Path | None
    provider: Provider | None
    package: ProviderPackage | None
    document: Mapping[str, object] | None = None
    apart: tuple[CreationSite, ...] = ()

    @property
    def unread(self) -> frozenset[str]:
        """The inputs that the cloud does not keep."""
        return self.package.imports.unread if self.package else frozenset()

    @property
    def retyped(self) -> list[Move]:
        """The moves that change the class."""
        return [move for move in self.moves if move.retyped]


@dataclass(frozen=True)
class Preview:
    """The document that `pulumi preview --import-file` wrote."""

    data: bytes
    origin: str


def planned(
    outcomes: Sequence[Outcome],
    root: Path,
    stack: Stack,
    packages: Mapping[str, ProviderPackage],
    procedure: Procedure,
    preview: Preview | None,
) -> Migration:
    """The migration. Raises UsageError where the preview's document cannot be used for the programs."""
    given = programs(outcomes, root)
    mine = [program for program in given if program.is_of(stack)]
    splits = [split for program in mine for split in program.outcome.splits]
    if preview and not splits:
        raise UsageError(
            "cannot be filled: the rewrite splits no resource of the program; if it is already rewritten, run this on "
            "the version before (git stash, or a worktree of the last commit)",
            path=preview.origin,
        )
    chosen = procedure if any(split.retyped for split in splits) else None
    imports = {name: package.imports for name, package in packages.items()}
    found = list(matched(given, stack, imports))
    if chosen is Procedure.IMPORT or chosen is Procedure.RETAIN:
        found = list(_whole(_possible(found, stack, chosen, imports)))
    moves = tuple(each for each in found if isinstance(each, Move))
    provider = _provider(mine)
    unread = imports[provider.name].unread if provider else frozenset[str]()
    document, more = _document(moves, stack, chosen, preview, unread)
    return Migration(
        stack=stack,
        procedure=chosen,
        moves=moves,
        gaps=(*(each for each in found if isinstance(each, ManualCase)), *more),
        splits=tuple(splits),
        untouched=tuple(_untouched(mine, {split.rule for split in splits})),
        folder=_folder(mine),
        provider=provider,
        package=packages[provider.name] if provider else None,
        document=document,
        apart=() if splits else tuple(_apart(mine, stack, imports)),
    )


def _apart(mine: Iterable[ExaminedProgram], stack: Stack, imports: Mapping[str, Imports]) -> Iterator[CreationSite]:
    """The sites that create resources of types which a split adds and of which the stack has none."""
    deployed = {each.urn.token for each in stack.resources}
    added = {type for each in imports.values() for type in each.ids if token_of(type) not in deployed}
    for program in mine:
        yield from (site for site in program.outcome.sites if site.type in added)


def _provider(mine: Iterable[ExaminedProgram]) -> Provider | None:
    """The provider of the split resources, preferably of those whose class changes."""
    splitting = sorted(
        (program for program in mine if program.outcome.splits),
        key=lambda program: not any(split.retyped for split in program.outcome.splits),
    )
    return splitting[0].outcome.provider if splitting else None


def _folder(mine: Sequence[ExaminedProgram]) -> Path | None:
    """The folder of the project, if all splits have the same."""
    folders = {program.project.folder if program.project else None for program in mine if program.outcome.splits}
    return folders.pop() if len(folders) == 1 else None


def _untouched(mine: Iterable[ExaminedProgram], rules: set[str]) -> Iterator[Reported]:
    for program in mine:
        yield from (found for found in program.outcome.findings if found.rule in rules and found.fix is Fix.NONE)


def _document(
    moves: tuple[Move, ...],
    stack: Stack,
    procedure: Procedure | None,
    preview: Preview | None,
    unread: frozenset[str],
) -> tuple[Mapping[str, object] | None, list[ManualCase]]:
    if preview is None:
        return (built(moves, unread), []) if moves and procedure in (None, Procedure.IMPORT) else (None, [])
    if procedure is not None:
        raise UsageError("--import-file is for resources that keep their class; leave it out: these change theirs")
    done = filled(preview.data, preview.origin, moves, stack.urn)
    sites = {new.urn: move.split.site for move in moves for new in move.new}
    missing = [
        ManualCase(sites[urn], f"{preview.origin} does not have it; write that file again after the rewrite", urn)
        for urn in done.missing
    ]
    others = [ManualCase(None, f"{each}; correct one of them") for each in done.other]
    left = [
        ManualCase(
            None, f"{preview.origin} has no id for {code(each)}, which is not of this rewrite; fill it in or remove it"
        )
        for each in done.open
    ]
    return done.document, [*missing, *others, *left]


def _possible(
    found: Iterable[Move | ManualCase], stack: Stack, procedure: Procedure, imports: Mapping[str, Imports]
) -> Iterator[Move | ManualCase]:
    """The moves; those that the procedure cannot make become manual cases."""
    given = list(found)
    sources = [move.split.site for move in given if isinstance(move, Move)]
    for each in given:
        if isinstance(each, ManualCase) or each.retyped is None:
            yield each
        elif reason := _refusal(each, stack, procedure, sources, imports[each.split.site.type.partition(".")[0]]):
            yield ManualCase(each.split.site, reason, each.deployed.urn)
        else:
            yield each


def _refusal(
    move: Move, stack: Stack, procedure: Procedure, sources: Sequence[CreationSite], imports: Imports
) -> str | None:
    """Why the procedure cannot be used for this resource."""
    makes_more = len(move.split.site.name) != 1 or sources.count(move.split.site) > 1
    match procedure:
        case Procedure.IMPORT:
            users = [each.urn for each in stack.resources if str(move.deployed.urn) in each.needs]
            if users:
                return (
                    f"pulumi state delete refuses while other resources refer to the old URN: {_listed(users)}; "
                    "use --procedure retain or upgrade"
                )
            if makes_more and named_itself(move, imports) is not None:
                return (
                    "Pulumi generated its name in the cloud, which the program has to set after an import, but the "
                    "code there creates more than one resource, or one with a computed name; use --procedure upgrade"
                )
        case Procedure.RETAIN:
            children = [each.urn for each in stack.resources if each.parent == move.deployed.urn]
            if children:
                return (
                    f"it is the parent of {_listed(children)}, whose URN would change with its class; "
                    "use --procedure upgrade"
                )
            if makes_more:
                return (
                    "the code there creates more than one resource, or one with a computed name, and each would need "
                    "its own name and `import` option; use --procedure import or upgrade"
                )
            if stack.at(successor(move)):
                named = code(str(successor(move)))
                return f"the URN it would get, {named}, is already in the state; use --procedure upgrade"
        case Procedure.UPGRADE:
            pass
    return None


def named_itself(move: Move, imports: Imports) -> str | None:
    """The input for the name in the cloud, where Pulumi generated that name.

    After an import it would generate another one: imported names count as given by the program.
    """
    own = imports.named_by.get(move.split.site.type)
    defaults = move.deployed.inputs.get("__defaults")
    is_chosen = isinstance(defaults, list) and own in defaults
    return own if own and (is_chosen or move.deployed.inputs.get(own) is None) else None


def successor(move: Move) -> Urn:
    """The URN of the resource under its new class, with a name that no alias covers."""
    old = move.deployed.urn
    token = move.retyped.urn.token if move.retyped else old.token
    return old.beside(token, f"{old.name}{SUCCESSOR}")


def _whole(found: Iterable[Move | ManualCase]) -> Iterator[Move | ManualCase]:
    """Makes moves manual where another resource of the same site is: a rewrite changes all of them."""
    given = list(found)
    stuck = {each.site for each in given if isinstance(each, ManualCase)}
    for each in given:
        if isinstance(each, Move) and each.retyped and each.split.site in stuck:
            reason = "another resource that the same code creates cannot be migrated, and the rewrite would change both"
            yield ManualCase(each.split.site, reason, each.deployed.urn)
        else:
            yield each


def _listed(urns: Sequence[Urn]) -> str:
    shown = ", ".join(code(str(urn)) for urn in urns[:3])
    return f"{shown} and {len(urns) - 3} more" if len(urns) > 3 else shown
