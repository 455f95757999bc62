"""How long iacfix takes in ratio to other tools and to its own past; every run is a process, measured from outside."""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import corpus

HERE = Path(__file__).parent
ROOT = HERE.parent
RULES = HERE / "rules"
CACHE = ROOT / ".cache" / "bench"
PEERS = {"peers": "requirements.txt", "scanners": "requirements-scanners.txt"}
"""The environments of the peers by their lists: checkov and semgrep want different versions of the same packages."""
PAST = "d170ed0"
"""The revision before Python was read by tree-sitter and all rules by one reading."""
ONE = "unset-missing-data"
SEVEN = (
    "hardcoded-region,inline-bucket-config,missing-bucket-reads,unconditioned-logs-grant,unplaced-widget,"
    f"{ONE},untyped-build-variable"
)
FORMATS = ("json", "sarif", "rdjson", "html")
NOISY = 0.15
"""A middle half of the ratios wider than this part of the median is marked."""


@dataclass(frozen=True)
class Command:
    """A command line; without `argv` it cannot be run, and `name` says what is missing. `before` is not timed."""

    name: str
    argv: tuple[str, ...]
    place: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Goal:
    """The most that the time of iacfix may be of the other's; goals below 1 are told as how many times faster."""

    limit: float

    @property
    def text(self) -> str:
        return f"at least {self.shown(self.limit)}" if self.limit < 1 else f"at most {self.limit:g} times"

    def shown(self, ratio: float) -> str:
        return f"{1 / ratio:.3g} times faster" if self.limit < 1 else f"{ratio:.2f} times"


FASTER = Goal(1.0)


def times_faster(number: float) -> Goal:
    return Goal(1 / number)


@dataclass(frozen=True)
class Comparison:
    """One row of the table: `names_files` where both name the files that they find, which are compared."""

    work: str
    own: Command
    other: Command
    goal: Goal
    rounds: int = 5
    names_files: bool = False


@dataclass(frozen=True)
class Tools:
    """The commands, all in one place: iacfix, its past, the interpreter and the peers."""

    iacfix: Path
    peers: tuple[Path, ...]
    place: Path
    cache: Path

    @property
    def interpreter(self) -> str:
        own = self.iacfix.parent / "python"
        return str(own) if own.exists() else sys.executable

    def check(self, *arguments: str, cached: bool = False) -> Command:
        keep = () if cached else ("--no-cache",)
        argv = (str(self.iacfix), "check", "--jobs", "1", *keep, *arguments)
        return Command("iacfix", argv, self.place, {"XDG_CACHE_HOME": str(self.cache)})

    def past(self, *arguments: str) -> Command:
        tree = _past_tree()
        if tree is None:
            return Command(f"revision {PAST} (this clone has it not)", (), self.place)
        environment = {"PYTHONPATH": os.pathsep.join([str(tree), str(tree / "transforms")])}
        argv = (self.interpreter, "-m", "iacfix", "check", "--jobs", "1", *arguments)
        return Command(f"revision {PAST}", argv, self.place, environment)

    def nothing(self) -> Command:
        return Command("`python -c pass`", (self.interpreter, "-c", "pass"), self.place)

    def ripgrep(self, folder: str) -> Command:
        return self._peer("ripgrep", "rg", "--files-with-matches", "--fixed-strings", "pulumi_aws", folder)

    def ast_grep(self, language: str, folder: str) -> Command:
        rule = RULES / f"ast_grep_{language}.yaml"
        return self._peer("ast-grep", "ast-grep", "scan", "--rule", str(rule), folder)

    def semgrep(self, folder: str) -> Command:
        options = ("--emacs", "--metrics=off", "--disable-version-check", "--jobs", "1")
        return self._peer("semgrep", "semgrep", "scan", *options, "--config", str(RULES / "semgrep.yaml"), folder)

    def fixit(self, folder: str) -> Command:
        # It looks for a rule of one's own in the folder it is started in.
        linted = str(self.place / folder)
        return replace(self._peer("Fixit", "fixit", "--rules", ".fixit_rule", "lint", linted), place=RULES)

    def codemod(self, folder: str) -> Command:
        return self._peer("LibCST's codemod", "python", str(RULES / "codemod.py"), folder)

    def checkov(self, folder: str) -> Command:
        options = ("--framework", "terraform", "--quiet", "--compact", "--skip-download")
        return self._peer("checkov", "checkov", "--directory", folder, *options)

    def tflint(self, folder: str) -> Command:
        # Its rules about the provider are a plugin, which it would download: those of its own are less work.
        return self._peer("tflint", "tflint", "--chdir", folder, "--recursive", "--force")

    def _peer(self, name: str, program: str, *arguments: str) -> Command:
        found = shutil.which(program, path=os.pathsep.join([*map(str, self.peers), os.environ.get("PATH", "")]))
        return Command(name, (found, *arguments) if found else (), self.place)


def comparisons(tools: Tools) -> Iterator[Comparison]:
    """What is measured, in the order of the table."""
    for language, title, goal in (("python", "Python", 12), ("typescript", "TypeScript", 6)):
        programs = f"{language}/programs"
        work = f"`check`, seven rules, {title} programs"
        own = tools.check("--select", SEVEN, programs)
        yield Comparison(work, own, tools.past("--select", SEVEN, programs), times_faster(goal), rounds=3)
    for language, title in (("python", "Python"), ("typescript", "TypeScript")):
        for folder, what, goal in (
            ("few", "few files are programs", FASTER),
            ("weak", "each file is a program", Goal(4)),
        ):
            place = f"{language}/{folder}"
            own, other = tools.check("--select", ONE, place), tools.ast_grep(language, place)
            yield Comparison(f"one rule, {title}, {what}", own, other, goal, names_files=True)
    own = tools.check("--select", ONE, "python/weak")
    for other, goal in ((tools.semgrep, 3), (tools.fixit, 20), (tools.codemod, 20)):
        work = "one rule, Python, each file is a program"
        yield Comparison(work, own, other("python/weak"), times_faster(goal), rounds=3, names_files=True)
    for language, title in (("python", "Python"), ("typescript", "TypeScript")):
        files = {count: f"alarms/{language}_{count}.{corpus.SUFFIX[language]}" for count in corpus.COUNTS}
        for format in ("concise", *FORMATS):
            few, many = (tools.check("--output-format", format, files[count]) for count in corpus.COUNTS)
            work = f"one {title} file, {corpus.COUNTS[1]} findings, {format}"
            yield Comparison(work, many, replace(few, name=f"{corpus.COUNTS[0]} findings"), Goal(2.1), rounds=3)
        for format in FORMATS:
            own, plain = (tools.check("--output-format", each, f"{language}/weak") for each in (format, "concise"))
            work = f"weak {title} programs, {format}"
            yield Comparison(work, own, replace(plain, name="concise"), Goal(1.3), rounds=3)
    for rules, options in (("all rules", ()), ("one rule", ("--select", ONE))):
        for other, goal in ((tools.checkov, times_faster(2)), (tools.tflint, FASTER)):
            own = tools.check(*options, "terraform")
            yield Comparison(f"Terraform modules, {rules}", own, other("terraform"), goal, rounds=3)
    again = tools.check("python/programs", cached=True)
    first = replace(again, name="the first run", before=lambda: shutil.rmtree(tools.cache, ignore_errors=True))
    yield Comparison("second run, nothing changed", again, first, times_faster(20))
    yield Comparison(
        "many files, none a candidate", tools.check("large"), tools.ripgrep("large"), Goal(4), names_files=True
    )
    yield Comparison("`check` in an empty folder", tools.check("empty"), tools.nothing(), Goal(5), rounds=15)
    plain = replace(tools.check("empty"), argv=(str(tools.iacfix), "check", "empty"))
    yield Comparison("the same without an option", plain, tools.nothing(), Goal(5), rounds=15)


def _past_tree() -> Path | None:
    """The files of the past revision; None where this clone does not have it."""
    tree = CACHE / PAST
    if not tree.exists():
        packed = subprocess.run(["git", "archive", PAST], cwd=ROOT, capture_output=True, check=False)
        if packed.returncode:
            return None
        tree.mkdir(parents=True)
        subprocess.run(["tar", "-x"], cwd=tree, input=packed.stdout, check=True)
    return tree


def install_peers(folder: Path, named: str) -> None:
    """The peers of a list in an environment of their own; what cannot be installed is missing in the table."""
    if not folder.exists():
        venv.create(folder, with_pip=True)
        for line in (HERE / named).read_text(encoding="utf-8").splitlines():
            command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--quiet", line]
            if subprocess.run(command, check=False).returncode:
                print(f"{line} could not be installed", file=sys.stderr)


Clock = Callable[[], float]
"""Seconds since whenever."""


@dataclass(frozen=True)
class Measured:
    seconds: float
    output: str


def processor_time() -> float:
    """What the processes that have ended took, those that they started among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(command: Command, environment: dict[str, str], clock: Clock) -> Measured:
    """One run from start to end; a tool that fails is not measured at all."""
    command.before()
    start = clock()
    done = subprocess.run(
        command.argv,
        cwd=command.place,
        env={**environment, **command.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    seconds = clock() - start
    # 1 is "found something" for all of them but ripgrep, where it is "found nothing"; a traceback ends with 1 as well.
    if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
        sys.exit(f"{' '.join(command.argv)} ended with {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return Measured(seconds, done.stdout.decode(errors="replace"))


def row(comparison: Comparison, rounds: int | None, environment: dict[str, str], clock: Clock) -> str:
    """The ratio of runs that were made one after the other, so that a slow minute is slow for both."""
    own, other, goal = comparison.own, comparison.other, comparison.goal
    told = f"| {comparison.work} | {other.name} | {goal.text} |"
    if not other.argv:
        return f"{told} missing | | |"
    theirs, ours = (_files(measured(command, environment, clock).output) for command in (other, own))  # the warm-up
    ratios: list[float] = []
    for _ in range(rounds or comparison.rounds):
        against = measured(other, environment, clock).seconds
        ratios.append(measured(own, environment, clock).seconds / against)
    low, ratio, high = statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
    spread = " to ".join(sorted((goal.shown(low), goal.shown(high)), key=_number))
    noisy = " noisy" if high - low > NOISY * ratio else ""
    reached = "yes" if ratio <= goal.limit else "no"
    if comparison.names_files and ours != theirs:
        reached = f"finds other files: {len(ours)} and {len(theirs)}"
    return f"{told} {goal.shown(ratio)} | {spread}{noisy} | {reached} |"


def _number(shown: str) -> float:
    return float(shown.split()[0])


def _files(output: str) -> frozenset[str]:
    """The files that a tool names."""
    return frozenset(re.findall(r"[\w-]+\.(?:py|ts)\b", output))


def quiet_environment(folder: Path) -> dict[str, str]:
    """No colour, nothing written to the user's own settings, and modules compiled once, whatever is set here."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "NO_COLOR": "1",
        "PYTHONPYCACHEPREFIX": str(folder / "modules"),
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_SETTINGS_FILE": str(folder / "semgrep-settings.yaml"),
        "SEMGREP_LOG_FILE": str(folder / "semgrep.log"),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    own = ROOT / ".venv" / "bin" / "iacfix"
    parser.add_argument("--iacfix", type=Path, default=own, metavar="PATH", help="the command to measure")
    parser.add_argument("--only", default="", metavar="TEXT", help="only rows whose work or peer has this text")
    parser.add_argument("--quick", action="store_true", help="a small corpus and one round: says whether it works")
    parser.add_argument(
        "--processor", action="store_true", help="processor time, where the machine does other work too"
    )
    options = parser.parse_args(arguments)
    clock: Clock = processor_time if options.processor else time.perf_counter
    iacfix: Path = options.iacfix.absolute()
    if not iacfix.exists():
        parser.error(f"{iacfix} does not exist; run make demo, or name another with --iacfix")
    for environment_of, named in PEERS.items():
        install_peers(CACHE / environment_of, named)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    sizes = corpus.Sizes(plain=50, large=300, copies=1) if options.quick else corpus.Sizes()
    # Outside of the checkout: what git ignores, the tools would leave out, each in its own way.
    with tempfile.TemporaryDirectory(prefix="iacfix-bench-") as name:
        folder = Path(name).resolve()
        place = folder / "corpus"
        corpus.write(place, sizes)
        tools = Tools(iacfix, tuple(CACHE / each / "bin" for each in PEERS), place, folder / "cache")
        environment = quiet_environment(folder)
        print(f"{sizes.copies} copies of each program, {sizes.large} files without a candidate, one core;")
        print(f"a load of {os.getloadavg()[0]:.1f} before the start\n")
        print("| work | against | goal | measured | middle half | reached |\n|---|---|---|---|---|---|")
        for comparison in comparisons(tools):
            if options.only in f"{comparison.work} {comparison.other.name}":
                print(row(comparison, 1 if options.quick else None, environment, clock), flush=True)


if __name__ == "__main__":
    main()
