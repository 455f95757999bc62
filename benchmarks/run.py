"""How long iacfix takes in ratio to other tools; every run is a process of its own, measured from outside."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import corpus

HERE = Path(__file__).parent
RULES = HERE / "rules"
TOOLS = HERE.parent / ".cache" / "bench" / "tools" / "bin"
OWN = HERE.parent / ".venv" / "bin" / "iacfix"
RULE = "unset-missing-data"
NOISY = 0.15
"""A middle half of the ratios wider than this part of the median is marked."""


@dataclass(frozen=True)
class Command:
    """A command line and whether it names files; without `argv` the tool is missing."""

    name: str
    argv: tuple[str, ...]
    place: Path
    names_files: bool = True


@dataclass(frozen=True)
class Comparison:
    """One command of iacfix against others that do the same; all run in turn, so that drift hits all."""

    what: str
    own: Command
    others: tuple[Command, ...]
    rounds: int


@dataclass(frozen=True)
class Measured:
    seconds: float
    output: str


@dataclass(frozen=True)
class Row:
    what: str
    against: str
    ratio: str
    middle_half: str
    files: str

    def __str__(self) -> str:
        return f"| {self.what} | {self.against} | {self.ratio} | {self.middle_half} | {self.files} |"


class Tools:
    """Where the commands are, and how each is asked to look for the one rule."""

    def __init__(self, iacfix: Path, folder: Path, place: Path) -> None:
        self.iacfix, self.place = str(iacfix), place
        self.path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
        own = iacfix.parent / "python"
        self.interpreter = str(own) if own.exists() else sys.executable

    def own(self, *arguments: str) -> Command:
        return Command("iacfix", (self.iacfix, *arguments), self.place)

    def python(self) -> Command:
        """The interpreter that runs iacfix, doing nothing."""
        return Command("python -c pass", (self.interpreter, "-c", "pass"), self.place, names_files=False)

    def ripgrep(self, folder: str) -> Command:
        return self._public("ripgrep", "rg", "--files-with-matches", "--fixed-strings", "pulumi_aws", folder)

    def same_rule(self, folder: str) -> tuple[Command, ...]:
        semgrep = ("scan", "--emacs", "--metrics=off", "--disable-version-check", "--config")
        # Fixit looks for a rule of one's own in the folder it is started in.
        fixit = ("--rules", ".fixit_rule", "lint", str(self.place / folder))
        return (
            self._public("ast-grep", "ast-grep", "scan", "--rule", str(RULES / "ast_grep.yaml"), folder),
            self._public("semgrep", "semgrep", *semgrep, str(RULES / "semgrep.yaml"), folder),
            self._public("fixit", "fixit", *fixit, place=RULES),
        )

    def _public(self, name: str, program: str, *arguments: str, place: Path | None = None) -> Command:
        found = shutil.which(program, path=self.path)
        return Command(name, (found, *arguments) if found else (), place or self.place)


def comparisons(tools: Tools, large: str) -> Iterator[Comparison]:
    """What is measured, in the order of the table."""
    python = tools.python()
    yield Comparison("`--version`", tools.own("--version"), (python,), 15)
    yield Comparison(
        f"`check`, {corpus.PLAIN} files, none a candidate",
        tools.own("check", "plain"),
        (python, tools.ripgrep("plain")),
        15,
    )
    check = ("check", "--select", RULE)
    yield Comparison("one rule, whole corpus", tools.own(*check, "."), tools.same_rule("."), 3)
    yield Comparison("one rule, weak programs", tools.own(*check, "weak"), tools.same_rule("weak"), 5)
    yield Comparison("`diff`, all rules, one large program", tools.own("diff", large), (python,), 9)
    one, two = (tools.own(*check, "--jobs", jobs, "weak") for jobs in "12")
    yield Comparison("one rule, weak programs, `--jobs 2`", two, (replace(one, name="`--jobs 1`"),), 5)


def measured(command: Command, environment: dict[str, str]) -> Measured:
    """One run from start to end; a tool that fails is not measured at all."""
    start = time.perf_counter()
    done = subprocess.run(
        command.argv, cwd=command.place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    seconds = time.perf_counter() - start
    # 1 is "found something" for all of them but ripgrep, where it is "found nothing"; a traceback ends with 1 as well.
    if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
        sys.exit(f"{' '.join(command.argv)} ended with {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return Measured(seconds, done.stdout.decode(errors="replace"))


def rows(comparison: Comparison, known: dict[str, Path], environment: dict[str, str]) -> Iterator[Row]:
    """Ratios of runs that were made one after the other, so that a slow minute is slow for both."""
    here = [comparison.own, *(command for command in comparison.others if command.argv)]
    found = [_files(measured(command, environment).output, known) for command in here]  # the warm-up
    times = [[measured(command, environment).seconds for command in here] for _ in range(comparison.rounds)]
    for other in comparison.others:
        if other not in here:
            yield Row(comparison.what, other.name, "missing", "", "")
            continue
        index = here.index(other)
        low, ratio, high = statistics.quantiles([turn[0] / turn[index] for turn in times], n=4, method="inclusive")
        noisy = " noisy" if high - low > NOISY * ratio else ""
        files = _agreement(found[0], found[index]) if other.names_files else ""
        yield Row(comparison.what, other.name, f"{ratio:.2f}", f"{low:.2f} to {high:.2f}{noisy}", files)


def _files(output: str, known: dict[str, Path]) -> frozenset[str]:
    """The files of the corpus that a tool names."""
    return frozenset(re.findall(r"[\w-]+\.py\b", output)) & known.keys()


def _agreement(own: frozenset[str], other: frozenset[str]) -> str:
    if own == other:
        return f"{len(own)}, the same"
    return f"{len(own)} and {len(other)}, **{len(own ^ other)} differ**"


def quiet_environment(folder: Path) -> dict[str, str]:
    """No colour, and nothing written to the user's own settings."""
    return {
        **os.environ,
        "NO_COLOR": "1",
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_SETTINGS_FILE": str(folder / "semgrep-settings.yaml"),
        "SEMGREP_LOG_FILE": str(folder / "semgrep.log"),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iacfix", type=Path, default=OWN, metavar="PATH", help="the command to measure")
    parser.add_argument(
        "--tools", type=Path, default=TOOLS, metavar="FOLDER", help="where the other tools are, before PATH"
    )
    options = parser.parse_args(arguments)
    iacfix: Path = options.iacfix.absolute()
    if not iacfix.exists():
        parser.error(f"{iacfix} does not exist; run make demo, or name another with --iacfix")
    # Outside of the checkout: what git ignores, the tools would leave out, each in its own way.
    with tempfile.TemporaryDirectory(prefix="iacfix-bench-") as name:
        folder = Path(name).resolve()
        place = folder / "corpus"
        known = corpus.write(place)
        tools = Tools(iacfix, options.tools.absolute(), place)
        environment = quiet_environment(folder)
        print(f"{len(known)} files, {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} before the start;")
        print("the ratio is the time of iacfix divided by the time of the other\n")
        print("| what | against | ratio | middle half | files found |\n|---|---|---|---|---|")
        large = known["pipeline_0.py"].relative_to(place).as_posix()
        for comparison in comparisons(tools, large):
            for row in rows(comparison, known, environment):
                print(row, flush=True)


if __name__ == "__main__":
    main()
