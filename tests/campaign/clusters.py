"""Dask clusters for tests."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own."""
    file = folder / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_{}", "--scheduler-file", str(file)]
    with ExitStack() as ended:

        def started(kind: str, *options: str) -> subprocess.Popen[bytes]:
            line = [part.format(kind) for part in dask]
            process = ended.enter_context(subprocess.Popen([*line, *options], stderr=subprocess.DEVNULL, cwd=folder))
            ended.callback(process.kill)
            return process

        scheduler = started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        while not file.exists() or not file.read_text().endswith("}"):
            time.sleep(0.05)
        workers = [started("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard") for _ in range(2)]
        yield json.loads(file.read_text())["address"], scheduler, workers
