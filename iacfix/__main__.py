"""The way in. `--version` answers before anything else is imported."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn, TextIO, cast

from iacfix import __version__

GARBAGE = 100_000
"""Objects that are made before cycles are looked for; Python's 700 make it search what stays, again and again."""


def main() -> None:
    # Some workers start as `python -c`, which would find modules in the folder that is checked.
    os.environ["PYTHONSAFEPATH"] = "1"
    sys.stdin, sys.stdout, sys.stderr = map(_opened, (sys.stdin, sys.stdout, sys.stderr), "rww")
    if sys.argv[1:] == ["--version"]:
        print(f"iacfix {__version__}")
        return
    signal.signal(signal.SIGTERM, _terminated)
    gc.set_threshold(GARBAGE, 20, 20)
    try:
        # Typer takes as long as all the rest of a small run.
        if "_IACFIX_COMPLETE" not in os.environ:
            from iacfix.commands.fast_path import run_without_typer

            if (code := run_without_typer(sys.argv[1:])) is not None:
                sys.exit(code)
        from iacfix.cli import program

        program(sys.argv[1] if len(sys.argv) > 1 else None)(prog_name="iacfix")
    except KeyboardInterrupt:  # before a command was there to take it
        print("iacfix: interrupted", file=sys.stderr)
        sys.exit(130)
    except Exception:  # 1 means that findings remain
        import traceback

        traceback.print_exc()
        print("iacfix: error: this is a defect of iacfix, please report it with the lines above", file=sys.stderr)
        sys.exit(2)
    finally:
        gc.freeze()  # all memory goes with the process: Python need not look for cycles before it ends


def _terminated(_signal: int, _frame: FrameType | None) -> NoReturn:
    """What was begun is cleared away, as with an interrupt."""
    sys.exit(128 + signal.SIGTERM)


def _opened(stream: TextIO | None, mode: str) -> TextIO:
    """A stream that the caller closed says nothing and takes everything. They come in the order of their numbers, so
    that no other file gets a number that is theirs."""
    return cast(TextIO, open(os.devnull, mode, encoding="utf-8")) if stream is None else stream


if __name__ == "__main__":
    main()
