"""The last run that wrote files, taken back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from iacfix.commands.terminal import DONE, REMAINS, Terminal, for_reader, print_done, write
from iacfix.engine.run import root_of
from iacfix.errors import UsageError
from iacfix.files.undo import Reverted, carry_out, last, taken_back
from iacfix.reports.text import counted

LISTED = 10
"""Files that are named."""


def undo(paths: Sequence[str], terminal: Terminal, *, diff: bool) -> int:
    """Give the files of the last run their bytes of before, all of them or none; with `diff` only show that."""
    root = root_of(paths)
    plan = taken_back(last(root, os.environ), root, _below(paths, root) if paths else None)
    if diff:
        return _show(plan, terminal)
    carry_out(plan, root, os.environ)
    names = [source.name for source, _ in plan.files]
    if names:
        more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        print_done(
            f"undid iacfix {plan.command} in {counted(len(names), 'file')}: {', '.join(names[:LISTED])}{more}", terminal
        )
    else:
        print_done(f"nothing to undo: every file is as it was before iacfix {plan.command}", terminal)
    return DONE


def _below(paths: Sequence[str], root: Path) -> list[str]:
    """The paths as names below the root."""
    names = list[str]()
    for path in map(Path, map(os.path.abspath, paths)):
        real = Path(os.path.realpath(path.parent), path.name)
        if not real.is_relative_to(root):
            raise UsageError(f"is not in {root}", path=path)
        names.append(real.relative_to(root).as_posix())
    return names


def _show(plan: Reverted, terminal: Terminal) -> int:
    from iacfix.patches.diff import unified
    from iacfix.reports.color import paint_diff

    texts = [(source.name, *(_text(data) for data in (source.data, before))) for source, before in plan.files]
    diff = "".join(unified(name, now, before) for name, now, before in texts)
    write(paint_diff(for_reader(diff), terminal.paint))
    return REMAINS if diff else DONE


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
