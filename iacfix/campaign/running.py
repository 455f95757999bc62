"""Checks the repositories of a campaign, several at a time: submits jobs, stores results, writes the journal."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from tempfile import mkdtemp
from threading import Event
from typing import Protocol

from iacfix.campaign import supervisor
from iacfix.campaign.folder import CACHE, ROOM, TREES, Campaign, forget_trees, mark_tree, names_of, store, stored
from iacfix.campaign.job import DONE, LOST, SET_ASIDE, Bounds, Job, JobResult
from iacfix.campaign.journal import Journal
from iacfix.campaign.targets import Repository

FAILED = "failed"
RETRIES = (FAILED, SET_ASIDE.replace(" ", "-"))
TICK = 0.5
"""Seconds between two reports of progress while no repository ends."""


class Pool(Protocol):
    """Processes that check repositories, on this machine or on a cluster; `width` is how many run at a time."""

    width: int

    def submit(self, job: Job) -> Future[JobResult]: ...
    def result(self, future: Future[JobResult]) -> JobResult: ...
    def close(self) -> None: ...


class Here:
    """Processes of this machine, each supervised by a thread."""

    def __init__(self, jobs: int | None) -> None:
        self.width = jobs or os.cpu_count() or 1
        self._stopped = Event()
        self._threads = ThreadPoolExecutor(self.width)

    def submit(self, job: Job) -> Future[JobResult]:
        return self._threads.submit(supervisor.run_job, job, self._stopped.is_set)

    def result(self, future: Future[JobResult]) -> JobResult:
        return future.result()

    def close(self) -> None:
        """Stop the running jobs."""
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class Progress:
    """Numbers of repositories; `running` has names, `ended` is the repository that ended just now, with its result."""

    done: int
    failed: int
    running: tuple[str, ...]
    total: int
    ended: tuple[str, JobResult] | None = None


def check_all(campaign: Campaign, pool: Pool, bounds: Bounds, retry: Collection[str]) -> Iterator[Progress]:
    """Check every repository that has no result yet, and those to `retry`.

    A repository that started earlier and never ended may have killed the campaign: those run last, one at a time.
    """
    journal = Journal(campaign.folder)
    try:
        for name in _to_retry(campaign, retry):
            journal.tried_again(name)
        yield from _Run(campaign, pool, bounds, journal).all()
    finally:
        journal.close()


def _to_retry(campaign: Campaign, retry: Collection[str]) -> list[str]:
    states = {*(LOST if FAILED in retry else ()), *((SET_ASIDE,) if RETRIES[1] in retry else ())}
    return [name for name, record in campaign.records().items() if record.state in states]


class _Run:
    def __init__(self, campaign: Campaign, pool: Pool, bounds: Bounds, journal: Journal) -> None:
        self._campaign, self._pool, self._bounds, self._journal = campaign, pool, bounds, journal
        self._named = names_of(campaign.repositories)
        self._room = mkdtemp(dir=campaign.folder.absolute() / ROOM)
        self._known = dict(campaign.records())
        states = [record.state for record in self._known.values()]
        self._done = sum(state is not None for state in states)
        self._failed = sum(state is not None and state not in DONE for state in states)
        self._running: dict[Future[JobResult], Repository] = {}
        forget_trees(campaign, {name for name, record in self._known.items() if record.state in DONE})

    def all(self) -> Iterator[Progress]:
        left = [self._named[name] for name, record in self._known.items() if record.state is None]
        suspects = [each for each in left if self._known[each.name].open]
        suspected = {each.name for each in suspects}
        try:
            yield from self._several([each for each in left if each.name not in suspected], self._pool.width)
            yield from self._several(suspects, 1)
        finally:
            self._pool.close()
            for repository in self._running.values():
                self._journal.given_up(repository.name)

    def _several(self, repositories: Iterable[Repository], width: int) -> Iterator[Progress]:
        waiting = iter(repositories)
        while True:
            while len(self._running) < width and (repository := next(waiting, None)):
                self._journal.began(repository.name)
                self._running[self._pool.submit(self._job(repository))] = repository
            if not self._running:
                return
            ready, _ = wait(self._running, TICK, FIRST_COMPLETED)
            for future in ready:
                yield self._ended(self._running[future], future)
            if not ready:
                yield self._progress()

    def _job(self, repository: Repository) -> Job:
        options, bounds, folder = self._campaign.options, self._bounds, self._campaign.folder.absolute()
        kept = str(folder / TREES), str(folder / CACHE)
        return Job(repository.name, repository.address, repository.branch, options, bounds, self._room, *kept)

    def _ended(self, repository: Repository, future: Future[JobResult]) -> Progress:
        """Results are stored before the journal has the event: a run that is killed in between checks again."""
        result = self._pool.result(future)
        if result.same_as is not None:
            result = self._as_another(result, result.same_as)
        store(self._campaign, repository, result.files)
        result = replace(result, files={})
        self._journal.ended(repository.name, result)
        del self._running[future]
        if result.tree and result.state in DONE and not result.same_as:
            with suppress(OSError):
                mark_tree(self._campaign, result.tree, repository.name)
        self._known[repository.name] = replace(self._known[repository.name], open=0, result=result)
        self._done += 1
        self._failed += result.state not in DONE
        return self._progress((repository.name, result))

    def _as_another(self, result: JobResult, name: str) -> JobResult:
        """The result of the repository `name`, which has the same files, with the commit, branch and time of this
        one."""
        other = self._known[name].result
        assert other is not None
        files = stored(self._campaign, self._named[name])
        mine = {"commit": result.commit, "branch": result.branch, "seconds": result.seconds, "same_as": name}
        return replace(other, **mine, files=files)

    def _progress(self, ended: tuple[str, JobResult] | None = None) -> Progress:
        running = tuple(each.name for each in self._running.values())
        return Progress(self._done, self._failed, running, len(self._named), ended)
