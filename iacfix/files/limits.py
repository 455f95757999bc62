"""Limits for one file: size, CPU time, memory and recursion depth."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple, NoReturn

MAX_FILE_SIZE = 2_000_000
"""In bytes; the setting `max-file-size` overrides it."""
MAX_SECONDS = 120
"""Of processor time; the setting `max-seconds` overrides it."""
MAX_MEMORY = 4096
"""In megabytes; the setting `max-memory` overrides it."""
FRAMES = 20_000
"""The recursion limit; an expression of 150 levels exceeds Python's default of 1,000."""
PATIENCE = 4
"""Wall seconds per second of CPU time, after which a worker is ended: native code cannot be interrupted."""


class Limits(NamedTuple):
    """Limits for one file; ignored on systems that cannot limit time or memory of a process."""

    seconds: int = MAX_SECONDS
    megabytes: int = MAX_MEMORY


class OutOfTime(BaseException):
    """The CPU time is used up. It is no `Exception`, so that it does not count as a failure of a rule."""


@contextmanager
def limited(limits: Limits) -> Generator[None]:
    """Raises OutOfTime, MemoryError or RecursionError inside a block that exceeds the limits."""
    frames = sys.getrecursionlimit()
    sys.setrecursionlimit(max(frames, FRAMES))
    try:
        with _in_time(limits.seconds), _in_memory(limits.megabytes):
            yield
    finally:
        sys.setrecursionlimit(frames)


@contextmanager
def _in_time(seconds: int) -> Generator[None]:
    import threading

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTime


@contextmanager
def _in_memory(megabytes: int) -> Generator[None]:
    try:
        import resource

        before = resource.getrlimit(resource.RLIMIT_AS)
        wanted = _used() + megabytes * 1024 * 1024
        if before[1] != resource.RLIM_INFINITY:
            wanted = min(wanted, before[1])
        resource.setrlimit(resource.RLIMIT_AS, (wanted, before[1]))
    except (ImportError, ValueError, OSError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _used() -> int:
    """The address space of this process in bytes, 0 where the system has no /proc."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


@contextmanager
def watched_worker(limits: Limits) -> Generator[None]:
    """End the process where native code runs longer than the limit."""
    import faulthandler

    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(limits.seconds * PATIENCE, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
