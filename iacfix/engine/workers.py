"""Runs tasks, each within its limits, one after the other or in worker processes."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from iacfix.errors import UsageError
from iacfix.files.evidence import Evidence, gathered
from iacfix.files.limits import Limits, OutOfTime, limited, watched_worker
from iacfix.files.modules import ModuleFile
from iacfix.files.source import Source
from iacfix.result import Accept, Outcome, Plan, Reported
from iacfix.rule_folders import use

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
HEAVY = 200_000
"""Bytes of a file that is read in a process of its own even where it is the only one."""


@dataclass(frozen=True)
class Task:
    """A file and the plan for it. Only the `selected` findings are fixed, all of them where it is None. For a file of a
    module, `module` are all files of that."""

    source: Source
    plan: Plan
    root: Path
    selected: frozenset[Reported] | None = None
    limits: Limits = field(default_factory=Limits)
    module: tuple[ModuleFile, ...] = ()

    @property
    def together(self) -> frozenset[str]:
        """The names of the files that are examined at once with this one, itself included."""
        return frozenset(part.source.name for part in self.module) | {self.source.name}


def map_tasks(
    work: Callable[[Task], T], tasks: Sequence[Task], jobs: int | None, crashed: Callable[[Task], T]
) -> Iterator[T]:
    """The results of `work` for the tasks, in their order, computed in `jobs` processes; where a process dies, the
    result for its task is that of `crashed`."""
    jobs = min(jobs or os.cpu_count() or 1, len(tasks))
    is_heavy = any(len(task.source.data) > HEAVY for task in tasks)
    return _pooled(work, tasks, jobs, crashed) if jobs > 1 or is_heavy else map(work, tasks)


def run_task(task: Task, accept: Accept | None = None) -> Outcome:
    """The outcome of one task, within its limits. Never raises for what a file contains: a failure is one of its
    errors."""
    from iacfix.engine.examine import examine, skipped  # loads the parsers

    source, limits = task.source, task.limits
    try:
        use(*task.plan.packs)
        with limited(limits):
            if task.module:
                from iacfix.engine.modules import examine_part

                parts = [
                    part._replace(source=source) if part.source.name == source.name else part for part in task.module
                ]
                return examine_part(source.name, parts, task.plan, task.root, accept, task.selected)
            return examine(source, task.plan, task.root, accept, task.selected)
    except OutOfTime:
        return skipped(source, f"takes more than {limits.seconds} s of processor time", "max-seconds")
    except MemoryError:
        return skipped(source, f"takes more than {limits.megabytes} MB of memory", "max-memory")
    except RecursionError:
        error = f"{source.name}: nests too deep to be read; split its longest expression, or exclude it"
    except Exception as failure:
        said = " ".join(f"{type(failure).__name__}: {failure}".split())
        error = f"{source.name}: could not be examined ({said}); not changed, please report it"
    return Outcome(source.name, source.text, source.text, errors=(error,))


def run_task_with_evidence(task: Task) -> tuple[Outcome, Evidence]:
    """An outcome with the evidence it rests on, for the cache."""
    with gathered() as found:
        outcome = run_task(task)
    return outcome, _unsent(found)


_sent = set[str]()


def _unsent(found: Evidence) -> Evidence:
    """The evidence without the parts that this process has sent with another task already: all programs of a project
    share the evidence of its files."""
    shared: dict[str, Evidence | None] = {}
    for name, each in found.shared.items():
        is_new = each is not None and name not in _sent
        _sent.add(name)
        shared[name] = _unsent(each) if each is not None and is_new else None
    return Evidence(found.notes, shared)


def crashed_with_evidence(task: Task) -> tuple[Outcome, Evidence]:
    return crashed(task), Evidence()


def _pooled(work: Callable[[Task], T], tasks: Sequence[Task], jobs: int, crashed: Callable[[Task], T]) -> Iterator[T]:
    """Where a worker dies, the tasks that were in flight run one by one, the rest in new workers."""
    from concurrent.futures.process import BrokenProcessPool

    left = list(tasks)
    while left:
        done = 0
        try:
            with _pool(jobs) as pool, _workers_ended():
                for made in pool.map(_Watched(work), left):
                    yield made
                    done += 1
            return
        except BrokenProcessPool:
            near = done + 2 * jobs
            yield from _one_by_one(work, left[done:near], crashed)
            left = left[near:]


def _one_by_one(work: Callable[[Task], T], tasks: Sequence[Task], crashed: Callable[[Task], T]) -> Iterator[T]:
    """Each task in a worker by itself, so that a crash can be attributed to it."""
    from concurrent.futures.process import BrokenProcessPool

    left = list(tasks)
    while left:
        with _pool(1) as pool, _workers_ended():
            try:
                while left:
                    yield pool.submit(_Watched(work), left[0]).result()
                    del left[0]
            except BrokenProcessPool:
                yield crashed(left.pop(0))


def _pool(jobs: int) -> ProcessPoolExecutor:
    """Raises UsageError where the system offers no shared memory for the workers, as /dev/shm on Linux."""
    from concurrent.futures import ProcessPoolExecutor

    try:
        return ProcessPoolExecutor(jobs, initializer=set_up_worker)
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise
        raise UsageError(f"no workers can be started ({error.strerror}); use --jobs 1") from error


@dataclass(frozen=True)
class _Watched(Generic[T]):
    """Work in a worker process, which a watchdog ends where the limits of the task cannot."""

    work: Callable[[Task], T]

    def __call__(self, task: Task) -> T:
        with watched_worker(task.limits):
            return self.work(task)


@contextmanager
def _workers_ended() -> Generator[None]:
    """Terminate the workers on an interrupt or SystemExit without waiting for their tasks."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        from multiprocessing import active_children

        for worker in active_children():
            worker.terminate()
        raise


def crashed(task: Task) -> Outcome:
    source = task.source
    error = f"{source.name}: crashed its process or hung; not changed: exclude it and report it"
    return Outcome(source.name, source.text, source.text, errors=(error,))


def set_up_worker() -> None:
    """Let a worker end silently on Ctrl-C, and when its parent process is gone."""
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    run = parent_process()
    if run is not None:
        Thread(target=_end_after, args=(run,), daemon=True).start()


def _end_after(run: BaseProcess) -> None:
    run.join()
    os._exit(1)
