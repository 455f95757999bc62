"""Runs jobs on a Dask cluster: each worker starts the same child process, and sends the result back.

Dask watches the workers, reassigns the tasks of lost ones and notices a lost scheduler.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any

from iacfix import __version__
from iacfix.campaign.folder import CACHE
from iacfix.campaign.job import Job, JobResult
from iacfix.campaign.supervisor import run_job
from iacfix.errors import IacfixError, UsageError

SECONDS = 20
"""Timeout for the scheduler to answer and to have a worker."""


class ClusterGone(IacfixError):
    """The connection to the scheduler is lost."""


class Cluster:
    def __init__(self, address: str) -> None:
        """`address` is that of a scheduler, or local:N, which starts one here with N workers. Raises UsageError."""
        try:
            dask: Any = import_module("distributed")
        except ImportError as error:
            needs = "--cluster needs the extra cluster; run pip install '.[cluster]' in a checkout of iacfix"
            raise UsageError(needs) from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._address = address
        self._end = list[Callable[[], object]]()
        try:
            where: Any = address
            if workers := re.fullmatch(r"local:([1-9]\d*)", address):
                where = dask.LocalCluster(n_workers=int(workers[1]), threads_per_worker=1, dashboard_address=None)
                self._end.append(where.close)
            client: Any = dask.Client(where, timeout=SECONDS, set_as_default=False)
            self._end.append(client.close)
            client.wait_for_workers(1, timeout=SECONDS)
            self._must_be_equal(client)
        except (OSError, TimeoutError, ValueError) as error:
            self.close()
            raise UsageError(f"the cluster at {address} does not answer: {error}") from error
        self.width = int(sum(client.nthreads().values()))
        self._executor: Executor = client.get_executor(pure=False)

    def _must_be_equal(self, client: Any) -> None:
        told = client.run(_version, on_error="return").values()
        versions = {each if isinstance(each, str) else f"none ({each})" for each in told}
        if others := sorted(versions - {__version__}):
            self.close()
            raise UsageError(f"workers at {self._address} have iacfix {', '.join(others)}; install {__version__} there")

    def submit(self, job: Job) -> Future[JobResult]:
        return self._executor.submit(_run_job, job)

    def result(self, future: Future[JobResult]) -> JobResult:
        """The result from a worker; state `killed` where each worker with the job was lost. Raises ClusterGone."""
        try:
            return future.result()
        except CancelledError as error:
            raise ClusterGone(f"the cluster at {self._address} is gone; the same command goes on later") from error
        except Exception as error:
            if type(error).__name__ != "KilledWorker":
                raise
            return JobResult("killed", "each worker that had it was lost")

    def close(self) -> None:
        if hasattr(self, "_executor"):
            self._executor.shutdown(wait=False)
        for end in reversed(self._end):
            with suppress(OSError, TimeoutError):
                end()


def _version() -> str:
    return __version__


def _run_job(job: Job) -> JobResult:
    """Runs on a worker. With access to the folder of the campaign it uses the caches there, else one of its own."""
    if job.room and os.path.isdir(job.room):
        return run_job(replace(job, room=None))
    dask: Any = import_module("distributed")
    own = os.path.join(dask.get_worker().local_directory, CACHE)
    return run_job(replace(job, room=None, trees=None, cache=own))
