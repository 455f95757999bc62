"""Runs the check of one repository in a child process with limits, so that no repository can take the campaign down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from iacfix.campaign.child import NOT_WRITTEN, RESULT_FILE, RESULTS, STAGE
from iacfix.campaign.job import Job, JobResult

PAUSE = 0.02
"""Seconds between two polls of the process."""
SAID = 300
"""Characters of the last line of output that a reason quotes."""

FALLS = (signal.SIGSEGV, signal.SIGABRT)
"""Signals by which a library may end the process when an allocation fails."""


class Stopped(Exception):
    """The campaign was stopped."""


def run_job(job: Job, is_stopped: Callable[[], bool] = lambda: False) -> JobResult:
    """Check a repository in a new process, for at most `job.bounds.seconds`. Failures are states of the result; raises
    Stopped once `is_stopped` holds."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="iacfix-", dir=job.room, ignore_cleanup_errors=True) as place:
        here = Path(place)
        with open(here / "said", "wb") as said:
            # A process group without a terminal: nothing can prompt, and one signal ends all of it.
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "iacfix.campaign.child"],
                cwd=here,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        try:
            result = _result(process, job, here, began, is_stopped)
        finally:
            _end(process)
    return result


def _result(
    process: subprocess.Popen[bytes], job: Job, here: Path, began: float, is_stopped: Callable[[], bool]
) -> JobResult:
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(job.written().encode() + b"\n")
        process.stdin.flush()
    while process.poll() is None:
        if is_stopped():
            raise Stopped
        if time.monotonic() - began > job.bounds.seconds:
            stage = _read(here / STAGE) or "while it was starting"
            return JobResult("timed out", f"took more than {job.bounds.seconds} s, {stage}; raise --timeout")
        time.sleep(PAUSE)
    seconds = round(time.monotonic() - began, 2)
    text = _read(here / RESULT_FILE)
    if process.returncode == 0 and text:
        answered: dict[str, Any] = json.loads(text)
        files = {file.name: file.read_bytes() for file in sorted((here / RESULTS).iterdir())}
        return replace(JobResult(**answered), files=files, seconds=seconds)
    if process.returncode == NOT_WRITTEN:
        return JobResult("failed", "its results cannot be written; free some space", seconds=seconds)
    stage = _read(here / STAGE) or "while it was starting"
    out = "; where memory ran out, raise --memory" if -process.returncode in FALLS else ""
    return JobResult("killed", f"{_death(process.returncode)}, {stage}{_last(here / 'said')}{out}", seconds=seconds)


def _death(code: int) -> str:
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with {code}"


def _last(said: Path) -> str:
    """The last line that the process printed, after a colon; empty where it printed nothing."""
    with open(said, "rb") as file:
        file.seek(max(0, os.path.getsize(said) - 2 * SAID))
        lines = file.read().decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last[-SAID:]}" if last else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
    process.wait()
