"""Commands of others, ended with all that they started where they take too long."""

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
    """What a command printed; raises TimeoutExpired. Only one that may be ended has a session of its own."""
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
