"""Runs commands with a timeout; at the timeout all processes that they started are killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


def ran(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float | None
) -> subprocess.CompletedProcess[bytes]:
    """A finished command with its exit code and output. `timeout` is in seconds, None for no limit; only a command with
    one gets a process group of its own. Raises TimeoutExpired, and FileNotFoundError for an unknown program."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=timeout is not None,
    ) as process:
        try:
            printed, said = process.communicate(timeout=timeout)
        except BaseException:
            with suppress(ProcessLookupError, PermissionError):
                if timeout is None:
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, printed, said)
