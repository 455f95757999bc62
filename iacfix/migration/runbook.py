"""The runbook as Markdown: steps, deployed resources, and manual cases."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from iacfix.migration.document import written
from iacfix.migration.matching import ManualCase, Move, New
from iacfix.migration.plan import Migration, Procedure, successor
from iacfix.migration.procedures import NEEDS, Shell, Stage, stages
from iacfix.reports.literal import code, escaped
from iacfix.reports.text import counted
from iacfix.reports.visible import one_line

WIDTH = 100
NO_BREAK = "\0"


def runbook(plan: Migration, shell: Shell, root: Path) -> str:
    """The whole page; it includes the import document where that is not written to a file."""
    lines = [
        *_head(plan, shell, root),
        *(_steps(plan, shell) if plan.moves else ()),
        *(_resources(plan) if plan.moves else ()),
        *_gaps(plan),
        *_untouched(plan),
        *(_document(plan) if shell.file is None else ()),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def summary(plan: Migration) -> str:
    """One line for the terminal."""
    if not plan.moves and not plan.gaps:
        return f"nothing to migrate{_rewritten(plan)}"
    new = sum(len(move.new) for move in plan.moves)
    counts = [
        f"{counted(len(plan.moves), 'deployed resource')} to migrate",
        f"{new} new" if plan.procedure is not Procedure.UPGRADE else "",
        f"{len(plan.gaps)} to migrate by hand" if plan.gaps else "",
    ]
    return ", ".join(filter(None, counts))


def _rewritten(plan: Migration) -> str:
    """The hint for a program that looks already rewritten; empty for others."""
    if not plan.apart:
        return ""
    others = len(plan.apart) - 1
    more = f" and {others} more" if others else ""
    return (
        f", but the program has {plan.apart[0].label}{more}, which the stack does not have; if the program is already "
        "rewritten, run this on the version before (git stash, or a worktree of the last commit)"
    )


def _head(plan: Migration, shell: Shell, root: Path) -> Iterator[str]:
    urn = plan.stack.urn
    yield f"# Migration of {code(urn.stack)}, project {code(urn.project)}"
    yield ""
    if not plan.splits and not plan.gaps:
        yield from _prose(
            f"The rewrite of these paths splits no resource of this project: nothing to migrate{_rewritten(plan)}. "
            "`iacfix check` shows what is not fixed and why."
        )
        return
    about = f" {_about(plan)}" if plan.moves else ""
    yield from _prose(f"Generated from an export of the stack; nothing has been changed yet.{about}")
    if plan.moves:
        yield from _prose(_where(plan, shell, root))
        yield from _prose(_tools(plan))
    for pending in plan.stack.pending:
        yield from _prose(f"An operation on {code(str(pending))} was interrupted: run `pulumi refresh` first.")
    for leaving in plan.stack.leaving:
        yield from _prose(f"An old copy of {code(str(leaving))} is pending deletion: run `pulumi up` first.")


def _about(plan: Migration) -> str:
    """The procedure in a few sentences, and how far it was tested."""
    upgrade = "Upgrading the provider is cheaper and safer: `--procedure upgrade`."
    others = "Each other stack of the program needs a runbook of its own before its next deployment."
    match plan.procedure:
        case None:
            return "The resources keep their class and stay unchanged; new ones are added next to them."
        case Procedure.UPGRADE:
            assert plan.provider is not None
            assert plan.package is not None
            return (
                f"Under version {plan.provider.major} of the provider the split changes the class of resources, and "
                "Pulumi has been seen to replace such resources. The safe order is to upgrade to version "
                f"{plan.package.majors[-1]} first, then split. Nothing is imported now. To migrate without the "
                "upgrade, use `--procedure import` or `--procedure retain`."
            )
        case Procedure.IMPORT:
            return (
                "The resources change their class, so they are removed from the state and imported again. The commands "
                "are from Pulumi's guides, but this sequence has never been run end to end: try it on a copy of the "
                f"stack first, and read each preview. {upgrade} {others}"
            )
        case Procedure.RETAIN:
            return (
                "The resources change their class. `retainOnDelete` makes Pulumi delete their old entries from the "
                "state but keep the resources in the cloud, and new entries import them in the same deployment. This "
                "sequence is derived from how Pulumi's engine works and has never been run end to end: try it on a "
                f"copy of the stack first, and read each preview. {upgrade} {others}"
            )


def _where(plan: Migration, shell: Shell, root: Path) -> str:
    place = os.path.relpath(shell.folder, root).replace(os.sep, "/")
    shown = "the root of the repository" if place == "." else code(f"{place}/")
    said = f"Run the commands in {shown}, in this order, and stop if one shows anything other than what this page says."
    if plan.folder is not None:
        return said
    return f"{said} No Pulumi.yaml was found for the program: add `--cwd FOLDER` to the pulumi commands."


def _tools(plan: Migration) -> str:
    return (
        f"This needs Pulumi {NEEDS[plan.procedure]} or newer (`pulumi version`). The commands have no `--yes`: each "
        "asks for confirmation before it writes; read what it shows first. In a job without a terminal, set "
        "`PULUMI_SKIP_CONFIRMATIONS=true` once you have rehearsed the steps."
    )


def _steps(plan: Migration, shell: Shell) -> Iterator[str]:
    yield "## Steps"
    yield ""
    for number, stage in enumerate(stages(plan, shell), start=1):
        yield from _step(f"{number}. ", stage)


def _step(mark: str, stage: Stage) -> Iterator[str]:
    indent = " " * len(mark)
    yield from _prose(stage.says, mark)
    for command in stage.commands:  # each in a block of its own: a second line pasted would answer what the first asks
        yield from (f"{indent}{line}" for line in ("```sh", command, "```"))
        yield ""
    if stage.details:
        yield from (line for detail in stage.details for line in _wrapped(detail, f"{indent}- "))
        yield ""
    if stage.then:
        yield from _prose(stage.then, indent)


def _prose(words: str, mark: str = "") -> Iterator[str]:
    """A paragraph."""
    yield from _wrapped(words, mark)
    yield ""


def _wrapped(words: str, mark: str) -> list[str]:
    """Text wrapped to the width of the page; words and code spans are not broken."""
    whole = re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", lambda found: found[0].replace(" ", NO_BREAK), words)
    lines = textwrap.wrap(
        whole,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(NO_BREAK, " ") for line in lines]


def _resources(plan: Migration) -> Iterator[str]:
    yield "## Resources"
    yield ""
    for move in plan.moves:
        site = move.split.site
        yield f"{code(move.deployed.urn.name)} of {code(f'{site.path}:{site.line}')}:"
        yield ""
        yield from _urns(plan, move)
        yield ""


def _urns(plan: Migration, move: Move) -> Iterator[str]:
    old = code(str(move.deployed.urn))
    match plan.procedure if move.retyped else None:
        case None:
            yield f"- unchanged: {old}"
            yield from map(_new, move.parts if plan.procedure is not Procedure.UPGRADE else ())
        case Procedure.UPGRADE:
            yield f"- unchanged: {old}"
        case Procedure.IMPORT:
            yield f"- old: {old}"
            yield from map(_new, move.new)
        case Procedure.RETAIN:
            yield f"- old: {old}"
            if move.retyped:
                yield _new(New(successor(move), move.retyped.id))
            yield from map(_new, move.parts)
    if move.split.unsafe and move.split.note and plan.procedure is not Procedure.UPGRADE:
        yield f"- note: {move.split.note}"


def _new(new: New) -> str:
    return f"- new: {code(str(new.urn))}, id {code(new.id)}"


def _gaps(plan: Migration) -> Iterator[str]:
    if not plan.gaps:
        return
    yield "## Migrate by hand"
    yield ""
    yield (
        "Neither the steps nor the import document cover these resources:"
        if plan.moves
        else "No step can be generated for these resources:"
    )
    yield ""
    yield from (f"- {gap_line(gap)}" for gap in plan.gaps)
    yield ""


def gap_line(gap: ManualCase) -> str:
    """A gap as one line."""
    place = [f"{code(f'{gap.site.path}:{gap.site.line}')} {escaped(gap.site.label)}"] if gap.site else []
    urn = [code(str(gap.urn))] if gap.urn else []
    return ": ".join(filter(None, [", ".join([*place, *urn]), one_line(gap.reason)]))


def _untouched(plan: Migration) -> Iterator[str]:
    if not plan.untouched:
        return
    yield "## Not fixed"
    yield ""
    yield "The rewrite does not change these, so they need no migration:"
    yield ""
    for found in plan.untouched:
        place, why = code(f"{found.path}:{found.line}"), found.reason or "no fix is known"
        yield f"- {place} {escaped(found.message)}: {escaped(why)}"
    yield ""


def _document(plan: Migration) -> Iterator[str]:
    if plan.document is None:
        return
    yield "## import.json"
    yield ""
    yield "Save this in the folder of the program, or let `-o DIR` write it:"
    yield ""
    yield "```json"
    yield written(plan.document).rstrip("\n")
    yield "```"
    yield ""
