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
def cluster(
    folder: Path, count: int = 2, first: str = ""
) -> Iterator[tuple[str, subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers, each a process of its own; `first` is what these execute before anything else."""
    file = folder / "scheduler.json"
    with ExitStack() as ended:

        def started(kind: str, *options: str) -> subprocess.Popen[bytes]:
            code = f"{first if kind == 'worker' else ''}\nfrom distributed.cli.dask_{kind} import main\nmain()\n"
            line = [sys.executable, "-c", code, "--scheduler-file", str(file), *options]
            process = ended.enter_context(subprocess.Popen(line, stderr=subprocess.DEVNULL, cwd=folder))
            ended.callback(process.kill)
            return process

        scheduler = started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        while not file.exists() or not file.read_text().endswith("}"):
            time.sleep(0.05)
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder / "scratch"))
        workers = [started("worker", *alone) for _ in range(count)]
        yield json.loads(file.read_text())["address"], scheduler, workers
