"""The report of an upgrade, as text and as Markdown: changes made, manual changes left, commands to run."""

from __future__ import annotations

from collections.abc import Iterator

from iacfix.engine.upgrade import Upgraded, decisions
from iacfix.reports.literal import code, escaped
from iacfix.reports.text import counted, how, notes
from iacfix.result import Fix, Reported

DEPLOYED = (
    "on a deployed stack run `pulumi up --refresh --run-program` once, so that its state is read with the new "
    "provider; `iacfix migrate --stack-export FILE` writes the runbook for what a fix splits or renames"
)


def text(upgraded: Upgraded, *, written: bool) -> Iterator[str]:
    """The report for a terminal."""
    yield _done(upgraded, written=written)
    yield from notes(upgraded.done.fixed)
    for found in decisions(upgraded, as_written=written):
        yield f"{found.path}:{found.line}:{found.column}: {found.rule}: {found.message}"
        yield f"    {_todo(found)}"
    for left in upgraded.left:
        yield f"{left.path}:{left.line}: {left.what}: {left.why}"
    for path, command in sorted(upgraded.to_run.items()):
        yield f"then, for {path}: {command}"
    if not upgraded.is_done:
        yield DEPLOYED.replace("`", "")


def markdown(upgraded: Upgraded, *, written: bool) -> str:
    """The report as a Markdown checklist."""
    return "".join(f"{line}\n" for line in _markdown(upgraded, written=written))


def _markdown(upgraded: Upgraded, *, written: bool) -> Iterator[str]:
    yield from (f"# Upgrade to {upgraded.major}", "", f"{_done(upgraded, written=written)}.")
    if fixed := list(notes(upgraded.done.fixed)):
        yield ""
        yield from (f"- {escaped(line.strip())}" for line in fixed)
    if found := decisions(upgraded, as_written=written):
        yield from ("", "## To decide", "")
        yield from (f"- [ ] {_place(each)}: {escaped(f'{each.message}. {_todo(each)}')}" for each in found)
    if upgraded.left:
        yield from ("", "## Not edited", "")
        for left in upgraded.left:
            yield f"- [ ] {code(f'{left.path}:{left.line}')}: {code(left.what)} {escaped(left.why)}"
    yield from ("", "## Then", "")
    for path, command in sorted(upgraded.to_run.items()):
        yield f"- [ ] {code(path)}: {code(command)}"
    yield f"- [ ] {DEPLOYED[:1].upper()}{DEPLOYED[1:]}"


def _place(found: Reported) -> str:
    return code(f"{found.path}:{found.line}")


def _todo(found: Reported) -> str:
    """What to change by hand, and the effect on a deployed stack."""
    if found.fix is not Fix.NONE:
        return how(found)
    seen = f"; on a deployed stack: {found.note}" if found.note else ""
    return f"{found.reason or 'decide'}{seen}"


def _done(upgraded: Upgraded, *, written: bool) -> str:
    if upgraded.is_done:
        return f"nothing is left of the upgrade to {upgraded.major}"
    programs = {task.source.name for task in upgraded.done.tasks}
    changed = [source.name for source, _ in upgraded.texts]
    files = [counted(sum(name in programs for name in changed), "program")]
    files.append(counted(sum(name not in programs for name in changed), "manifest"))
    verb = "wrote" if written else "would write"
    left = len(decisions(upgraded, as_written=written)) + len(upgraded.left)
    return f"upgrade to {upgraded.major}: {verb} {' and '.join(files)}; {counted(left, 'manual step')} left"
