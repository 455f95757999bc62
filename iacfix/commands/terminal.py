"""Output of commands: results on stdout, everything else on stderr, and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from iacfix.engine.scope import RunScope
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
    """The options of a command about its output. `stdin_name` is the file name of what stdin holds, `formats` are each
    FORMAT or FORMAT=FILE, `scope` limits which findings count."""

    quiet: bool = False
    color: str = "auto"
    stdin_name: str | None = None
    formats: tuple[str, ...] = ()
    scope: RunScope = field(default_factory=RunScope)

    @property
    def paint(self) -> Paint:
        return paint_for(self.color, sys.stdout, os.environ)

    @property
    def width(self) -> int:
        """The width of text on stdout in columns, between 40 and 100."""
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
    """Run a command and return its exit code; errors that a user can cause are printed as one line, without a
    traceback."""
    try:
        code = command()
    except IacfixError as error:
        print_error(str(error))
        code = error.exit_code
    except KeyboardInterrupt as interrupt:
        note("; ".join(["iacfix: interrupted", *getattr(interrupt, "__notes__", ())]))
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it flushes
        code = BROKEN_PIPE
    except OSError as error:
        print_error(_explained(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = IacfixError.exit_code
    return code


def _explained(error: OSError) -> str:
    """The message for an error of the operating system, with a remedy."""
    if error.errno == errno.ENOENT and error.filename is None:
        return "the working directory is gone; change to a folder that exists"
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{error.strerror}; {advice(error, 'run again, or report it if it stays')}"


def print_error(message: str) -> None:
    """Print an error to stderr, line by line."""
    for line in message.splitlines():
        note(f"iacfix: error: {line}")


def note(line: str) -> None:
    """Print a line to stderr. Where that fails, the exit code still says what happened."""
    with suppress(OSError):
        print(one_line(line), file=sys.stderr)


def print_done(what: str, terminal: Terminal) -> None:
    """Print on stdout what was done; where that fails, the UsageError says that it is done."""
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
    """A document unchanged for a file or another program; for a terminal with control characters made visible."""
    return visible(document) if sys.stdout.isatty() else document


def write(shown: str) -> None:
    write_bytes(utf8(shown))


def write_bytes(data: bytes) -> None:
    """Write bytes to stdout, so that a diff keeps its line ends and its UTF-8 on every system."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
