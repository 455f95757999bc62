"""The process that checks one repository: it reads a job from standard input and writes results to its folder.

It ends with the process that started it: end of file on standard input means that nobody waits any more.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from threading import Thread
from types import FrameType

from iacfix.campaign.cloning import Clone, cloned
from iacfix.campaign.git import GitError
from iacfix.campaign.job import PULL_REQUESTS, REPORT, REVIEW, CheckOptions, Job, JobResult, read_job
from iacfix.errors import IacfixError

RESULT_FILE, STAGE, RESULTS, CLONE = "result.json", "stage", "results", "repository"
"""In the folder of the process: the result as JSON, the current stage in words, the files of results, the clone."""
NOT_WRITTEN = 74
"""The exit code where the results cannot be written; EX_IOERR of sysexits.h."""
ROOM = 16_000_000
"""Bytes that loading a library may allocate at once."""
UNSAFE = "the fix is unsafe; --unsafe-fixes applies it"
NOTHING: Mapping[str, bytes] = {}


def main() -> None:
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return
    here = Path.cwd()
    # A handler, because git would inherit SIG_IGN.
    signal.signal(signal.SIGTERM, _go_on)
    Thread(target=_end_with_the_other_side, args=(here,), daemon=True).start()
    job = read_job(line.decode())
    _bound(job)
    try:
        result, files = _checked(job, here)
    except GitError as error:
        result, files = JobResult("failed", f"cannot be cloned: {_without(here, str(error))}"), NOTHING
    except Exception as error:
        if isinstance(error, MemoryError) or _is_full(job):
            reason = f"takes more than {job.bounds.memory} MB of memory; raise --memory"
        elif isinstance(error, (IacfixError, OSError)):
            reason = _without(here, str(error))
        else:
            raise
        result, files = JobResult("failed", reason), NOTHING
    if sum(map(len, files.values())) > job.bounds.output * 1_000_000:
        result, files = (
            JobResult("failed", f"has results of more than {job.bounds.output} MB; raise --output-size"),
            NOTHING,
        )
    try:
        (here / RESULTS).mkdir()
        for name, data in files.items():
            (here / RESULTS / name).write_bytes(data)
        _put(here / RESULT_FILE, json.dumps(asdict(result)))
    except OSError:
        sys.exit(NOT_WRITTEN)


def _go_on(_signal: int, _frame: FrameType | None) -> None: ...


def _end_with_the_other_side(here: Path) -> None:
    """Wait for the end of standard input; then remove the folder and kill this process and all that it started."""
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGTERM)
    shutil.rmtree(here, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _bound(job: Job) -> None:
    """Limit memory and file size of this process and its children, where the system can."""
    try:
        import resource

        for kind, limit in (
            (resource.RLIMIT_AS, job.bounds.memory * 1_000_000),
            (resource.RLIMIT_FSIZE, job.bounds.output * 1_000_000),
            (resource.RLIMIT_CORE, 0),
        ):
            highest = resource.getrlimit(kind)[1]
            limit = limit if highest == resource.RLIM_INFINITY else min(limit, highest)
            resource.setrlimit(kind, (limit, limit))
    except (ImportError, ValueError, OSError):  # a system that does not limit this
        return


def _is_full(job: Job) -> bool:
    """Memory came close to its limit. The error that Python then raises may be any: a SyntaxError by its compiler, an
    ImportError by a library that cannot be loaded."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:  # no /proc on this system
        return False
    peak = next(line for line in status.splitlines() if line.startswith("VmPeak:")).split()[1]
    return int(peak) * 1024 + ROOM > job.bounds.memory * 1_000_000


def _checked(job: Job, here: Path) -> tuple[JobResult, Mapping[str, bytes]]:
    _put(here / STAGE, "while it was cloned")
    folder = here / CLONE
    clone = cloned(job.address, job.branch, folder, job.bounds.output)
    if clone.commit is None or clone.tree is None:
        return JobResult("empty", "has no commit"), NOTHING
    if job.trees and (same := _named_by(Path(job.trees) / clone.tree)):
        return JobResult("clean", same_as=same, commit=clone.commit, tree=clone.tree, branch=clone.branch), NOTHING
    _put(here / STAGE, "while it was checked")
    os.chdir(folder)
    return examined(job.options, clone, job.cache, here)


def examined(
    options: CheckOptions, clone: Clone, cache: str | None, here: Path
) -> tuple[JobResult, Mapping[str, bytes]]:
    """Check the clone that is the current folder: the result, and its files by name."""
    from iacfix.campaign.pull_requests import by_rule, in_one, tally
    from iacfix.engine.request import Request
    from iacfix.engine.run import repairs
    from iacfix.engine.scope import RunScope, scoped
    from iacfix.files.output import utf8
    from iacfix.reports.formats import documents
    from iacfix.reports.html.page import page
    from iacfix.reports.text import why_not

    request = Request(
        (),
        options.select,
        options.ignore,
        options.unsafe,
        options.major,
        jobs=1,
        repairs=True,
        given=replace(options.given, allow_packs=bool(options.given.allow_packs)),
        shared=cache,
    )
    done = scoped(request, RunScope(), watch=lambda outcomes, _: outcomes)
    done = replace(done, errors=tuple(_without(here, error) for error in done.errors))
    pulls = by_rule(done) if options.by == "rule" else in_one(done)
    report = documents(("json",), done)["json"]
    # Without links to a host: a repository with the same files reuses the page.
    files = {REPORT: utf8(report), REVIEW: utf8(page(done, repairs(done), None))}
    for pull in pulls:
        files |= {f"{pull.rule}.patch": utf8(pull.patch), f"{pull.rule}.md": utf8(pull.body)}
    about = [{"rule": each.rule, "title": each.title, "behind": each.behind} for each in pulls]
    files[PULL_REQUESTS] = utf8(json.dumps(about, indent=2) + "\n")
    found, fixed = done.findings, done.fixed
    refused = Counter(why_not(each) if each.reason else UNSAFE for each in found if each not in fixed)
    state = "fixed" if pulls else "reported" if found else "no program" if done.missing else "clean"
    if done.errors and not found:
        state = "failed"
    result = JobResult(
        state,
        done.errors[0] if state == "failed" else done.missing,
        clone.commit,
        clone.tree,
        clone.branch,
        programs=done.programs,
        findings=tally(done),
        refused=dict(sorted(refused.items())),
        errors=done.errors,
        pull_requests=[each.rule for each in pulls],
    )
    return result, files


def _named_by(marker: Path) -> str | None:
    try:
        return marker.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None


def _without(here: Path, text: str) -> str:
    return text.replace(f"{here}{os.sep}{CLONE}{os.sep}", "").replace(str(here / CLONE), "its folder")


def _put(path: Path, text: str) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8", errors="surrogateescape")
    os.replace(new, path)


if __name__ == "__main__":
    main()
