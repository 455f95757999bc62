"""How a campaign grows: its time over 250 to 2,000 repositories, with one process, with two, and on a Dask cluster.

Every run is a process; processor time is that of all it started, which other work disturbs less than time on the wall.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus

COUNTS = (250, 500, 1000, 2000)
GROWTH, TWO = 1.25, 1.7
"""The most that a repository of the longest campaign may take of one in the shortest, and the least that two processes
are faster than one."""


@dataclass(frozen=True)
class Time:
    """`wall` is told beside the load of the machine; `processor` is of all processes that ended."""

    wall: float
    processor: float
    load: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    wanted = ",".join(map(str, COUNTS))
    arguments.add_argument("--counts", default=wanted, help="numbers of repositories, the least first")
    arguments.add_argument("--wide", type=int, default=250, help="repositories to compare one process with two by")
    arguments.add_argument("--folder", type=Path, help="where the repositories are kept for the next time")
    chosen = arguments.parse_args()
    counts = [int(each) for each in chosen.counts.split(",")]
    with tempfile.TemporaryDirectory(prefix="iacfix-bench-") as place:
        repositories = list(made(chosen.folder or Path(place) / "repositories", max(*counts, chosen.wide)))
        print("| repositories | processes | wall | processor | processor for each | load |\n|---|---|---|---|---|---|")
        grown = [shown(repositories[:count], 2, ("--jobs", "2"), Path(place)) for count in counts]
        ratio = (grown[-1].processor / counts[-1]) / (grown[0].processor / counts[0])
        some = repositories[: chosen.wide]
        one, two = (shown(some, jobs, ("--jobs", str(jobs)), Path(place)) for jobs in (1, 2))
        shown(some, "2 of Dask", ("--cluster", "local:2"), Path(place))
    print(f"\nOne of {counts[-1]} takes {ratio:.2f} times one of {counts[0]} (goal: at most {GROWTH}), processor time.")
    print(f"Two processes are {one.wall / two.wall:.2f} times as fast as one (goal: at least {TWO}), time on the wall;")
    print(f"of two processors of their own they would be {2 * one.processor / two.processor:.2f} times as fast.")


def made(folder: Path, count: int) -> Iterator[Path]:
    """Bare repositories, those that are missing; no two have the same files but for the copies."""
    for number in range(count):
        place = folder / f"team{number % 7}" / f"service{number:05}.git"
        if not place.exists():
            _make(place, _files(number))
        yield place


def _files(number: int) -> dict[str, str]:
    """Weak in Python, weak in TypeScript, fixed, without a program, and the copy of a weak one before."""
    kind = number % 5
    if kind == 3:
        return {"README.md": f"Service {number}.\n"}
    language, text = ("typescript", "weak") if kind == 1 else ("python", "fixed" if kind == 2 else "weak")
    suffix, mark, pins = corpus.SUFFIX[language], corpus.MARKS[language], corpus.PINS[language]
    example = corpus.EXAMPLES / language / "orders-service"
    own = number - 4 if kind == 4 else number
    program = f"{(example / f'{text}.{suffix}').read_text()}{mark} service {own}\n"
    return {f"index.{suffix}": program, pins: (example / pins).read_text(), "README.md": f"Service {number}.\n"}


def _make(place: Path, files: dict[str, str]) -> None:
    """By one process of git, from what `fast-import` reads."""
    place.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(place)], check=True)
    lines = [b"commit refs/heads/main\ncommitter a <a@example.com> 1767225600 +0000\ndata 5\nfirst\n"]
    for name, text in files.items():
        data = text.encode()
        lines.append(b"M 100644 inline %b\ndata %d\n%b\n" % (name.encode(), len(data), data))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=place, input=b"".join(lines), check=True)


def shown(repositories: Sequence[Path], who: int | str, options: Sequence[str], place: Path) -> Time:
    """Run a campaign, and print its line of the table."""
    (place / "list.txt").write_text("".join(f"{each}\n" for each in repositories))
    out = Path(tempfile.mkdtemp(dir=place))
    line = [sys.executable, "-m", "iacfix", "campaign", "run", str(place / "list.txt"), "-o", str(out / "out")]
    began, before, load = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN), os.getloadavg()[0]
    done = subprocess.run([*line, *options], stderr=subprocess.PIPE, text=True, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 1 or f"{len(repositories)} repositories: " not in done.stderr:
        sys.exit(f"the campaign failed: {done.stderr[-500:]}")
    processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    spent = Time(time.monotonic() - began, processor, (load + os.getloadavg()[0]) / 2)
    each = processor / len(repositories)
    row = (
        f"{len(repositories):,}",
        who,
        f"{spent.wall:.0f} s",
        f"{processor:.0f} s",
        f"{each:.3f} s",
        f"{spent.load:.1f}",
    )
    print(f"| {' | '.join(map(str, row))} |", flush=True)
    return spent


if __name__ == "__main__":
    main()
