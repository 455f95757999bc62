"""How commands talk: results on stdout, everything else on stderr, and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from iacfix.engine.scope import Scope
from iacfix.errors import IacfixError, UsageError
from iacfix.files.output import utf8
from iacfix.files.staging import advice
from iacfix.reports.color import Paint, paint_for
from iacfix.reports.visible import one_line, visible

DONE, REMAINS, FAILED = 0, 1, 2
INTERRUPTED, BROKEN_PIPE = 130, 141
NARROWEST, PAGE, WIDEST = 40, 80, 100


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

    @property
    def width(self) -> int:
        """Of a page on stdout: at most 100 columns, which the eye still follows."""
        columns = os.environ.get("COLUMNS", "")
        if columns.isascii() and columns.isdecimal() and int(columns):
            wide = int(columns)
        else:
            try:
                wide = os.get_terminal_size(sys.stdout.fileno()).columns or PAGE
            except (OSError, ValueError):
                wide = PAGE
        return max(NARROWEST, min(wide, WIDEST))


def ended(command: Callable[[], int]) -> int:
    """Run a command to its exit code; what a person can cause is one line, never a traceback."""
    try:
        code = command()
    except IacfixError as error:
        complain(str(error))
        code = error.exit_code
    except KeyboardInterrupt as interrupt:
        note("; ".join(["iacfix: interrupted", *getattr(interrupt, "__notes__", ())]))
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


def complain(message: str) -> None:
    """Each line of a failure on stderr."""
    for line in message.splitlines():
        note(f"iacfix: error: {line}")


def note(line: str) -> None:
    """A line on stderr. Where that is full, the exit code still tells."""
    with suppress(OSError):
        print(one_line(line), file=sys.stderr)


def tell(what: str, terminal: Terminal) -> None:
    """Say on stdout what was written; it is written even where nobody can be told."""
    if terminal.quiet:
        return
    try:
        write_lines([what])
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"stdout cannot be written ({error.strerror}), but this is done: {what}") from error


def write_lines(lines: Iterable[str]) -> None:
    write("".join(f"{line}\n" for line in lines))


def for_reader(document: str) -> str:
    """A document as it is, for a file or another program; for a terminal with what that would obey written out."""
    return visible(document) if sys.stdout.isatty() else document


def write(shown: str) -> None:
    write_bytes(utf8(shown))


def write_bytes(data: bytes) -> None:
    """Straight to stdout: a diff keeps its line ends and its UTF-8 on every system."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
