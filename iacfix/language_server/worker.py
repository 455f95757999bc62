"""Processes that examine beside the server, so that it always answers: one looks, one proves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from iacfix.engine.workers import set_up_worker
from iacfix.registry import rules

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """One process at a time. Where it dies of what it was given, that is not tried again, and the next one starts."""

    def __init__(self) -> None:
        self._pool = _started()

    async def made(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
        """The answer; None where the process died of it. Work that waits is dropped with the task that waits for it."""
        loop = asyncio.get_running_loop()
        pool = self._pool
        try:
            return await asyncio.wrap_future(pool.submit(work, *given, **named), loop=loop)
        except BrokenProcessPool:
            if pool is self._pool:
                self._pool = _started()
            return None

    def end(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _started() -> ProcessPoolExecutor:
    """Imports everything at once; the server has threads, which a fork would not survive."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=set_up_worker)
    pool.submit(_warmed)
    return pool


def _warmed() -> None:
    import_module("iacfix.engine.examine")
    rules()
