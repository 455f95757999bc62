"""The progress line of a campaign at a terminal; in a pipe only the repositories that failed."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

from iacfix.campaign.job import DONE
from iacfix.campaign.running import Progress
from iacfix.reports.visible import one_line


def watched(progress: Iterable[Progress], *, quiet: bool) -> None:
    """Run the campaign by consuming its progress, and report that on stderr."""
    is_live = sys.stderr.isatty() and not quiet
    began, first = time.monotonic(), None
    try:
        for each in progress:
            first = each.done - (each.ended is not None) if first is None else first
            if each.ended and each.ended[1].state not in DONE and not quiet:
                name, result = each.ended
                _say(f"iacfix: {name} {result.state}: {result.reason}", is_live=is_live, ends=True)
            if is_live:
                _say(line(each, time.monotonic() - began, each.done - first), is_live=True)
    finally:
        if is_live:
            _say("", is_live=True)


def line(progress: Progress, seconds: float, done_now: int) -> str:
    """Done, running, failed and left, the elapsed time and an estimate of the rest. `seconds` is the elapsed time, in
    which `done_now` repositories were checked."""
    left = progress.total - progress.done - len(progress.running)
    parts = [f"{progress.done} of {progress.total} done", f"{len(progress.running)} running"]
    parts += [f"{progress.failed} failed"] if progress.failed else []
    parts += [f"{left} left", _clock(seconds)]
    if done_now and (open_ := left + len(progress.running)):
        parts.append(f"about {_clock(seconds / done_now * open_)} to go")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _say(text: str, *, is_live: bool, ends: bool = False) -> None:
    text = one_line(text)
    if is_live:
        width = shutil.get_terminal_size().columns - 1
        text = f"\r\x1b[K{text if ends else text[:width]}"
    with suppress(OSError):
        print(text, end="\n" if ends else "", file=sys.stderr, flush=True)
