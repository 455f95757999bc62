"""What each command does: one run, what is printed of it, and the exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iacfix.engine.request import Request, checked, known_rule
from iacfix.engine.run import Run, each_alone, root_of, run, run_text
from iacfix.engine.scope import BASELINE, Scope, narrowed, scoped, without_known
from iacfix.errors import IacfixError, UsageError
from iacfix.files.discovery import must_be_an_output
from iacfix.files.output import must_be_new, prepared, utf8, write_files
from iacfix.files.source import Source, encode, on_disk, write, write_all
from iacfix.files.staging import advice, sweep
from iacfix.registry import rules as known_rules
from iacfix.reports.color import Paint, paint_diff, paint_for
from iacfix.reports.delivery import Look, delivered, summarise_job
from iacfix.reports.formats import Output, default_format, outputs, with_repairs
from iacfix.reports.progress import watched
from iacfix.reports.visible import one_line, visible

if TYPE_CHECKING:
    from iacfix.migration.asked import Asked
    from iacfix.result import Outcome, Reported

DONE, REMAINS, FAILED = 0, 1, 2
INTERRUPTED, BROKEN_PIPE = 130, 141


@dataclass(frozen=True)
class Terminal:
    """How a command talks: `stdin_name` is the file that `-` stands for, `formats` are each FORMAT or FORMAT=FILE,
    `scope` is what of the program is meant."""

    quiet: bool = False
    color: str = "auto"
    stdin_name: str | None = None
    formats: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)

    @property
    def paint(self) -> Paint:
        return paint_for(self.color, sys.stdout, os.environ)


def plain(arguments: Sequence[str]) -> int | None:
    """The exit code of a command line that names a command and paths alone; None for any other, which typer reads."""
    match arguments:
        case ["check" | "diff" | "apply", *paths] if not any(path.startswith("-") for path in paths):
            request, terminal = Request(tuple(paths), cache=True), Terminal()
        case _:
            return None
    match arguments[0]:
        case "check":
            return ended(lambda: check(request, terminal))
        case "diff":
            return ended(lambda: diff(request, terminal, by_rule=False, output=None))
        case _:
            return ended(lambda: apply(request, terminal, interactive=False))


def ended(command: Callable[[], int]) -> int:
    """Run a command to its exit code; what a person can cause is one line, never a traceback."""
    try:
        code = command()
    except IacfixError as error:
        complain(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it flushes
        code = BROKEN_PIPE
    except OSError as error:
        complain(_explained(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = IacfixError.exit_code
    return code


def _explained(error: OSError) -> str:
    """What the system refused, and the way out."""
    if error.errno == errno.ENOENT and error.filename is None:
        return "the working directory is gone; change to a folder that exists"
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{error.strerror}; {advice(error, 'run again, or report it if it stays')}"


def check(request: Request, terminal: Terminal, *, add_ignores: bool = False, reason: str | None = None) -> int:
    """Findings in the formats that are asked for: one on stdout, the others in files."""
    if reason is not None and not add_ignores:
        raise UsageError("--reason goes with --add-ignores")
    because = _because(reason) if add_ignores else None
    if because and "-" in request.paths:
        raise UsageError("--add-ignores writes files; name files instead of -")
    wanted = outputs(terminal.formats)
    if all(output.file for output in wanted):
        wanted.append(Output(default_format(os.environ, at_terminal=sys.stdout.isatty())))
    done = _run(replace(request, repairs=with_repairs(wanted)), terminal)
    done, commented = _ignored(done, because) if because else (done, [])
    printed, files = delivered(done, wanted, _look(done, terminal))
    with prepared(files):
        write_all(commented)
    _write(printed)
    if any(output.format == "github" for output in wanted):
        summarise_job(done, os.environ)
    _say_notes(done, terminal)
    return _code(done, done.findings)


def _because(reason: str | None) -> str:
    from iacfix.engine.suppressions import one_line

    return one_line(reason)


def _ignored(done: Run, reason: str) -> tuple[Run, list[tuple[Source, str]]]:
    """The run without what comments silence, and the texts with these comments."""
    from iacfix.suppress import notes, suppressed

    added = suppressed(done, reason)
    left = narrowed(done, [finding for finding in done.findings if finding not in added.silenced])
    return replace(left, notes=(*done.notes, *notes(added))), [(task.source, new) for task, new in added.texts]


def _look(done: Run, terminal: Terminal) -> Look:
    return Look(terminal.paint, _from_here(done), sys.stdout.isatty(), terminal.quiet)


def diff(request: Request, terminal: Terminal, *, by_rule: bool, output: str | None) -> int:
    """The dry run: the diff and nothing else on stdout."""
    from iacfix.patches.diff import by_rule as series_of
    from iacfix.patches.diff import unified

    wanted = outputs(terminal.formats, Path(output) if output else None)
    if nameless := next((each.format for each in wanted if not each.file), None):
        raise UsageError(f"stdout is for the diff; write --output-format {nameless}=FILE")
    done = _run(replace(request, by_rule=by_rule, repairs=with_repairs(wanted)), terminal)
    outcomes = _as_on_disk(done)
    if by_rule:
        titles = {name: rule.title for name, rule in known_rules().items()}
        series = series_of(outcomes, lambda rule: titles[rule])
        patch = "".join(part for _, part in series)
    else:
        series = []
        patch = "".join(unified(outcome.path, outcome.before, outcome.after) for outcome in outcomes)
    _, files = delivered(done, wanted, _look(done, terminal))
    if output and by_rule:
        files += _numbered(Path(output), series)
    elif output:
        files.append((Path(output), utf8(patch)))
    write_files(files)
    if output is None:
        _write(paint_diff(_seen(patch), terminal.paint))
    _summary(done, done.fixed, "would fix", terminal)
    return _code(done, done.findings)


def apply(request: Request, terminal: Terminal, *, interactive: bool) -> int:
    """The same, written."""
    if interactive:
        return _apply_asking(request, terminal)
    done = _run(request, terminal)
    if request.paths == ("-",):
        _write_bytes(encode(done.tasks[0].source, done.outcomes[0].after))
        return _code(done, [finding for finding in done.findings if finding not in done.fixed])
    return _written(done, done.fixed, terminal)


def _apply_asking(request: Request, terminal: Terminal) -> int:
    from iacfix.reports.questions import Questions

    if "-" in request.paths:
        raise UsageError("--interactive reads its answers from stdin; name files instead of -")
    questions = Questions(input, _write, terminal.paint)
    done = scoped(request, terminal.scope, watch=watched, accept=questions)
    return _written(done, done.fixed, terminal)


def _written(done: Run, fixed: frozenset[Reported], terminal: Terminal) -> int:
    """Write what changed; a file that cannot be written keeps its findings, the others are written all the same."""
    errors = list(done.errors)
    for folder in {task.source.path.parent for task in done.tasks if task.source.path is not None}:
        sweep(folder)
    for task, outcome in zip(done.tasks, done.outcomes, strict=True):
        if outcome.changed:
            try:
                write(task.source, outcome.after)
            except IacfixError as error:
                errors.append(str(error))
                fixed -= set(outcome.findings)
    done = replace(done, errors=tuple(errors))
    _summary(done, fixed, "fixed", terminal)
    return _code(done, [finding for finding in done.findings if finding not in fixed])


def patch(file: str, terminal: Terminal) -> int:
    """Apply a reviewed diff, all of it or nothing."""
    from iacfix.reports import text
    from iacfix.reviewed import apply_reviewed

    path = Path(file).absolute()
    try:
        data = sys.stdin.buffer.read() if file == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}; name a patch that iacfix diff wrote", path=file) from error
    done = apply_reviewed(data, "stdin" if file == "-" else file, root_of(()))
    already = f", {text.counted(done.before, 'file')} had it already" if done.before else ""
    _told(f"patched {text.counted(done.changed, 'file')}{already}", terminal)
    return DONE


def rules(terminal: Terminal) -> int:
    from iacfix.reports import catalogue

    _print(catalogue.rules(known_rules().values(), terminal.paint))
    return DONE


def explain(name: str, terminal: Terminal) -> int:
    from iacfix.reports import catalogue

    rule = known_rule(name)
    _print(catalogue.page(rule, catalogue.example(rule), terminal.paint))
    return DONE


def report(request: Request, terminal: Terminal) -> int:
    """The improvements as Markdown."""
    from iacfix.reports.improvements import document

    done = _run(request, terminal)
    _write(_seen(document(each_alone(done), done.fixed, known_rules(), missing=done.missing, errors=done.errors)))
    _say_notes(done, terminal)
    return _code(done, done.findings)


def migrate(request: Request, terminal: Terminal, asked: Asked) -> int:
    """The runbook of a deployed stack, and the import document; writes no source and no state."""
    from iacfix.migration.command import carried_out

    made = carried_out(checked(request), asked, lambda request: run(request, watch=watched))
    _write(_seen(made.printed))
    if not terminal.quiet:
        _aside(made.summary)
    return _code(made.done, made.gaps)


def write_baseline(request: Request, terminal: Terminal) -> int:
    """Record what is found today."""
    from iacfix.engine import baseline
    from iacfix.reports import text

    root = root_of(request.paths)
    file = Path(terminal.scope.baseline) if terminal.scope.baseline else root / BASELINE
    must_be_an_output(file)
    known = baseline.read(file) if file.exists() else baseline.Baseline()
    done = scoped(request, Scope(all_known=True), watch=watched)
    write_files([(file, utf8(baseline.written(baseline.renewed(known, done))))])
    _told(f"recorded {text.counted(len(done.findings), 'finding')} in {os.path.relpath(file)}", terminal)
    return _code(done, ())


def clean(terminal: Terminal) -> int:
    """Take away what is kept of earlier runs."""
    from iacfix.engine.verdicts import cleaned

    _told(f"removed {cleaned(os.environ):,} bytes of earlier runs", terminal)
    return DONE


def _run(request: Request, terminal: Terminal) -> Run:
    checked(request)
    if "-" not in request.paths:
        return scoped(request, terminal.scope, watch=watched)
    if len(request.paths) > 1:
        raise UsageError("- stands for stdin and comes alone; name it or files, not both")
    if terminal.scope.since is not None:
        raise UsageError("--since compares files with git; stdin has no history")
    return without_known(run_text(sys.stdin.buffer.read(), terminal.stdin_name or "stdin.py", request), terminal.scope)


def _from_here(done: Run) -> Callable[[str], str]:
    """How a path is written for somebody in the current folder."""
    if done.root == Path.cwd():
        return str
    return lambda name: os.path.relpath(done.root / name)


def _as_on_disk(done: Run) -> list[Outcome]:
    """The outcomes as their files are: a diff has to name every byte of a line."""
    return [_shown(task.source, outcome) for task, outcome in zip(done.tasks, done.outcomes, strict=True)]


def _shown(source: Source, outcome: Outcome) -> Outcome:
    if not source.bom and source.encoding == "utf-8":
        return outcome
    from iacfix.result import Step

    steps = tuple(Step(step.rules, on_disk(source, step.before), on_disk(source, step.after)) for step in outcome.steps)
    before, after = (on_disk(source, text) for text in (outcome.before, outcome.after))
    return replace(outcome, before=before, after=after, steps=steps)


def _code(done: Run, left: Iterable[object]) -> int:
    for line in done.errors:
        complain(line)
    if done.errors:
        return FAILED
    return REMAINS if any(left) else DONE


def _summary(done: Run, fixed: frozenset[Reported], verb: str, terminal: Terminal) -> None:
    if not terminal.quiet and not done.missing:
        from iacfix.reports import text

        files = len({finding.path for finding in fixed})
        _aside(text.fixed_line(verb, fixed, done.fixable, done.findings, files))
        for line in text.notes(fixed):
            _aside(line)
    _say_notes(done, terminal)


def _say_notes(done: Run, terminal: Terminal) -> None:
    if not terminal.quiet:
        if done.missing:
            _aside(f"iacfix: warning: {done.missing}")
        for note in (*_left_alone(done), *done.notes):
            _aside(f"iacfix: {note}")


def _left_alone(done: Run) -> Iterable[str]:
    if not done.left_alone:
        return ()
    from iacfix.reports import text

    return text.left_alone(done.left_alone)


def complain(message: str) -> None:
    """Each line of a failure on stderr."""
    for line in message.splitlines():
        _aside(f"iacfix: error: {line}")


def _aside(line: str) -> None:
    """A line on stderr. Where that is full, the exit code still tells."""
    with suppress(OSError):
        print(one_line(line), file=sys.stderr)


def _told(what: str, terminal: Terminal) -> None:
    """Say on stdout what was written; it is written even where nobody can be told."""
    if terminal.quiet:
        return
    try:
        _print([what])
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"stdout cannot be written ({error.strerror}), but this is done: {what}") from error


def _print(lines: Iterable[str]) -> None:
    _write("".join(f"{line}\n" for line in lines))


def _seen(document: str) -> str:
    """A document as it is, for a file or another program; for a terminal with what that would obey written out."""
    return visible(document) if sys.stdout.isatty() else document


def _write(shown: str) -> None:
    _write_bytes(utf8(shown))


def _write_bytes(data: bytes) -> None:
    """Straight to stdout: a diff keeps its line ends and its UTF-8 on every system."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _numbered(folder: Path, series: Iterable[tuple[str, str]]) -> list[tuple[Path, bytes]]:
    """One numbered file a patch, in a folder that holds nothing else."""
    must_be_new(folder, "series")
    return [(folder / f"{number:04}-{rule}.patch", utf8(part)) for number, (rule, part) in enumerate(series, start=1)]
