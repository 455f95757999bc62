"""The whole way of a pull request in a scratch repository: found, reviewed, patched, and what is ready to use."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from browser import browser
from test_recipes import RECIPES

ROOT = Path(__file__).parents[2]
SARIF = ROOT / ".cache" / "schemas" / "sarif-2.1.0-rtm.5.json"
INSTALLED = ("iacfix", "transforms", "tests/cases", "pyproject.toml", "README.md", ".pre-commit-hooks.yaml")

ALARM = """{name} = aws.cloudwatch.MetricAlarm(
    "{name}",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    metric_name="FailedBuilds",
    namespace="AWS/CodeBuild",
    statistic="Sum",
    threshold=1,
)
"""
UPLOAD = "github/codeql-action/upload-sarif"
NOT_ALL = (
    "::error title=iacfix::Not everything was checked: see the lines above. The rest was, and is in the summary.\n"
)
SAID = '    treat_missing_data="notBreaching",\n'
OLD = "import pulumi_aws as aws\n\n" + ALARM.format(name="old")
NEW = "import pulumi_aws as aws\n\n" + ALARM.format(name="first") + "\n" + ALARM.format(name="second")
FIRST = "alarm first does not set treat_missing_data"
SECOND = "alarm second does not set treat_missing_data"
CONCISE = (
    f"infra/new.py:3:9: medium unset-missing-data [*] {FIRST}\n"
    f"infra/new.py:13:10: medium unset-missing-data [*] {SECOND}\n"
)
ANNOTATIONS = (
    "::warning title=iacfix%3A unset-missing-data,file=infra/new.py,line=3,endLine=11"
    f"::{FIRST}%0Afixable: iacfix apply\n"
    "::warning title=iacfix%3A unset-missing-data,file=infra/new.py,line=13,endLine=21"
    f"::{SECOND}%0Afixable: iacfix apply\n"
)


@dataclass(frozen=True)
class Clone:
    """A clone on a feature branch that adds a program to one that was there."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def iacfix(self, *arguments: str | Path, code: int, **environment: str) -> str:
        done = self.run(sys.executable, "-m", "iacfix", *arguments, **environment)
        assert done.returncode == code, done.stderr
        return done.stdout

    def new(self) -> str:
        return (self.folder / "infra" / "new.py").read_text()


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    author = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    told = re.compile("(GITHUB|CI|GIT(?!_CONFIG)|IACFIX)(_|$)|NO_COLOR|FORCE_COLOR|RUNNER_")
    environment = {name: value for name, value in os.environ.items() if not told.match(name)}
    origin = Clone(tmp_path / "origin", {**environment, **author})
    (origin.folder / "infra").mkdir(parents=True)
    origin.git("init", "-q", "-b", "main")
    (origin.folder / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (origin.folder / "infra" / "old.py").write_text(OLD)
    origin.git("add", "-A")
    origin.git("commit", "-q", "-m", "base")
    clone = Clone(tmp_path / "clone", origin.environment)
    origin.git("clone", "-q", str(origin.folder), str(clone.folder))
    clone.git("checkout", "-q", "-b", "feature")
    (clone.folder / "infra" / "new.py").write_text(NEW)
    clone.git("add", "-A")
    clone.git("commit", "-q", "-m", "feature")
    (origin.folder / "infra" / "old.py").write_text(OLD + "\n" + ALARM.format(name="meanwhile"))
    origin.git("commit", "-q", "-a", "-m", "main goes on")
    clone.git("fetch", "-q")
    return clone


def test_only_what_the_branch_adds_is_said(clone: Clone) -> None:
    wanted = ["--output-format", "concise", "--output-format", "sarif=out.sarif"]
    assert clone.iacfix("check", "--since", "origin/main", *wanted, code=1) == (
        f"{CONCISE}2 findings in 1 file: 2 fixable\n[*] fixable: iacfix apply\n"
    )
    assert clone.iacfix("check", "--since", "origin/main", "--output-format", "github", code=1) == ANNOTATIONS
    document = json.loads((clone.folder / "out.sarif").read_text())
    jsonschema.validate(document, json.loads(SARIF.read_text()))
    assert [result["message"]["text"].split("\n")[0] for result in document["runs"][0]["results"]] == [FIRST, SECOND]


def test_a_reviewed_page_becomes_a_patch_and_the_next_diff_the_rest(clone: Clone) -> None:
    clone.iacfix("diff", "-q", "--since", "origin/main", "--output-format", "html=review.html", code=1)
    with browser() as chromium:
        page = chromium.new_context(offline=True, accept_downloads=True).new_page()
        page.goto((clone.folder / "review.html").as_uri())
        page.locator("#accept").click()
        page.locator(".hunk .accept").first.uncheck()
        with page.expect_download() as waiting:
            page.locator("#download").click()
        patch = waiting.value.path().read_bytes()
    (clone.folder / "review.diff").write_bytes(patch)
    assert clone.iacfix("patch", "review.diff", code=0) == "patched 1 file\n"
    last = "    threshold=1,\n"
    first, second, _ = NEW.split(last)
    assert clone.new() == f"{first}{last}{second}{last}{SAID})\n"
    rest = clone.iacfix("diff", "-q", "--since", "origin/main", code=1)
    assert [line for line in rest.splitlines(keepends=True) if re.match(r"[+-](?![+-])", line)] == [f"+{SAID}"]
    (clone.folder / "rest.diff").write_text(rest)
    clone.iacfix("patch", "rest.diff", code=0)
    assert clone.new() == NEW.replace(last, last + SAID)
    assert clone.iacfix("diff", "--since", "origin/main", code=0) == ""


# What is made to be used elsewhere


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree as a repository of its own, as hooks and actions get it."""
    folder = tmp_path_factory.mktemp("package")
    for name in INSTALLED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "-m", "package"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_the_hooks_run(clone: Clone, package: Path, tmp_path: Path) -> None:
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=package, capture_output=True, text=True).stdout.strip()
    hooks = [{"id": "iacfix-check"}, {"id": "iacfix-apply"}]
    config = {"repos": [{"repo": str(package), "rev": revision, "hooks": hooks}]}
    (clone.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    clone.git("add", "-A")

    def hook(name: str) -> tuple[int, str]:
        command = (sys.executable, "-m", "pre_commit", "run", "--from-ref", "origin/main", "--to-ref", "HEAD", name)
        done = clone.run(*command, PRE_COMMIT_HOME=str(tmp_path / "hooks"))
        return done.returncode, done.stdout

    code, said = hook("iacfix-check")
    assert (code, said[said.index("infra/") :]) == (
        1,
        f"{CONCISE}2 findings in 1 file: 2 fixable\n[*] fixable: iacfix apply\n\n",
    )
    code, said = hook("iacfix-apply")
    assert code == 1
    assert "- files were modified by this hook\n" in said
    assert clone.new() == NEW.replace("    threshold=1,\n", "    threshold=1,\n" + SAID)
    assert (clone.folder / "infra" / "old.py").read_text() == OLD
    clone.git("add", "-A")
    assert [hook(name)[0] for name in ("iacfix-check", "iacfix-apply")] == [0, 0]


@dataclass
class Job:
    """A job that runs the composite action: its steps in a shell, other actions noted with what they are given.

    The first job of the tests installs, the others find that unless they ask to be `installed` themselves. `github` is
    what GitHub knows of the event, `upload` how the upload of SARIF ends.
    """

    clone: Clone
    package: Path
    folder: Path
    inputs: Mapping[str, str]
    github: Mapping[str, str] = field(default_factory=dict[str, str])
    upload: str = "success"
    installed: bool = False
    outputs: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    used: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    printed: str = ""
    said: str = ""
    failed: tuple[str, int] | None = None

    def run(self, **environment: str) -> Job:
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        assert set(self.inputs) <= set(action["inputs"])
        self.inputs = {name: str(each["default"]) for name, each in action["inputs"].items()} | dict(self.inputs)
        for step in action["runs"]["steps"]:
            if self.failed is None and self._holds(step.get("if", "")):
                self._step(step, environment)
        return self

    def output(self, name: str) -> Path:
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        return Path(self._filled(action["outputs"][name]["value"]))

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text()

    def _holds(self, condition: str) -> bool:
        if not condition:
            return True
        match = re.fullmatch(r"([\w.-]+) == '(\w+)'", condition)
        assert match is not None, f"this test does not know the condition {condition}"
        return self._filled(f"${{{{ {match[1]} }}}}") == match[2]

    def _filled(self, text: object) -> str:
        def value(match: re.Match[str]) -> str:
            match match[1].split("."):
                case ["inputs", name]:
                    return self.inputs[name]
                case ["steps", step, "outputs", name]:
                    return self.outputs[step].get(name, "")
                case ["steps", step, "outcome"]:
                    return self.upload if step == "upload" and self.used.keys() & {UPLOAD} else "skipped"
                case ["github", *_]:
                    return self.github.get(match[1], "")
                case _:
                    raise AssertionError(f"this test does not know {match[0]}")

        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", value, str(text))

    def _step(self, step: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        if uses := step.get("uses"):
            self.used[uses.partition("@")[0]] = {name: self._filled(each) for name, each in step["with"].items()}
            self.outputs[step["id"]] = {"python-path": sys.executable}
            assert uses.startswith("actions/") or step["continue-on-error"] is True
            return
        assert step["shell"] == "bash"
        once = self.package.parent / "venv"
        if step["id"] == "install" and once.exists() and not self.installed:
            (self.folder / "iacfix").mkdir()
            (self.folder / "iacfix" / "venv").symlink_to(once)
            return
        given = {name: self._filled(each) for name, each in step.get("env", {}).items()}
        output, summary = self.folder / f"output-{step['id']}", self.folder / "summary"
        output.touch()
        summary.touch()
        told = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.package),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_WORKSPACE": str(self.clone.folder),
            "RUNNER_TEMP": str(self.folder),
        }
        command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
        done = self.clone.run(*command, **{**told, **environment, **given})
        self.printed += done.stdout
        self.said += done.stderr
        lines = output.read_text().splitlines()
        self.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
        if done.returncode:
            self.failed = (step["id"], done.returncode)
            assert step["id"] != "install", done.stderr
        elif step["id"] == "install" and not once.exists():
            once.symlink_to(self.folder / "iacfix" / "venv")


@pytest.fixture
def job(clone: Clone, package: Path, tmp_path: Path) -> Callable[..., Job]:
    return lambda **inputs: Job(
        clone, package, tmp_path, {name.replace("_", "-"): each for name, each in inputs.items()}
    )


def test_the_action_checks(job: Callable[..., Job]) -> None:
    done = job().run(GITHUB_BASE_REF="main")
    assert done.printed == ANNOTATIONS
    assert done.failed == ("verdict", 1)
    sarif = done.output("sarif")
    assert done.used[UPLOAD] == {"sarif_file": str(sarif), "category": "iacfix"}
    document = json.loads(sarif.read_text())
    jsonschema.validate(document, json.loads(SARIF.read_text()))
    assert len(document["runs"][0]["results"]) == 2
    assert done.summary.startswith("<!-- iacfix -->\n## iacfix: 2 findings, 2 fixable\n")


def test_the_action_gives_a_diff(job: Callable[..., Job], clone: Clone) -> None:
    done = job(mode="diff", upload_sarif="false", fail_on_findings="false", paths="infra/old.py\ninfra/new.py\n")
    done.run(GITHUB_BASE_REF="main")
    assert (done.failed, done.outputs["run"]["status"]) == (None, "1")
    assert list(done.used) == ["actions/setup-python"]
    assert done.output("page").read_text().startswith("<!doctype html>")
    clone.iacfix("patch", done.output("diff"), code=0)
    assert clone.new() == NEW.replace("    threshold=1,\n", "    threshold=1,\n" + SAID)
    assert done.summary.startswith("<!-- iacfix -->\n## iacfix: 2 findings, 2 fixable\n")


def test_the_action_outside_of_a_pull_request_looks_at_everything(job: Callable[..., Job]) -> None:
    assert "file=infra/old.py" in job(upload_sarif="false").run().printed


@pytest.mark.parametrize(
    ("inputs", "step", "said"),
    [
        ({"mode": "apply"}, "run", "::error title=iacfix::mode is check or diff\n"),
        ({"since": "$(touch hacked)"}, "run", ""),
        ({"since": "--output-format=text"}, "run", ""),
        ({"paths": "nowhere; touch hacked"}, "verdict", NOT_ALL),
    ],
    ids=str,
)
def test_the_action_takes_inputs_for_what_they_are(
    job: Callable[..., Job], clone: Clone, inputs: dict[str, str], step: str, said: str
) -> None:
    done = job(**inputs).run(GITHUB_BASE_REF="main")
    assert (done.failed, done.printed) == ((step, 2), said)
    assert sorted(path.name for path in clone.folder.iterdir()) == [".git", "infra", "requirements.txt"]


BROKEN = "import pulumi_aws as aws\n\naws.cloudwatch.MetricAlarm(\n"
NAMED = "iacfix: error: infra/broken.py:3: "


@pytest.mark.parametrize("fails", ["true", "false"])
@pytest.mark.parametrize("mode", ["check", "diff"])
def test_what_cannot_be_checked_fails_the_action_last_and_is_named(
    job: Callable[..., Job], clone: Clone, mode: str, fails: str
) -> None:
    (clone.folder / "infra" / "broken.py").write_text(BROKEN)
    done = job(mode=mode, fail_on_findings=fails).run(GITHUB_BASE_REF="main")
    assert (done.failed, done.outputs["run"]["status"]) == (("verdict", 2), "2")
    assert done.used[UPLOAD]["sarif_file"] == str(done.output("sarif"))
    assert len(json.loads(done.output("sarif").read_text())["runs"][0]["results"]) == 2
    assert "**Not checked**\n\n- infra/broken.py:3: " in done.summary
    assert done.said.splitlines()[-1].startswith(NAMED)
    assert done.printed.endswith(NOT_ALL)
    if mode == "diff":
        clone.iacfix("patch", done.output("diff"), code=0)
        assert clone.new() == NEW.replace("    threshold=1,\n", "    threshold=1,\n" + SAID)


@pytest.mark.parametrize(
    ("github", "why"),
    [
        ({}, "the job needs the permission security-events: write"),
        ({"github.event.pull_request.head.repo.fork": "true"}, "the pull request comes from a fork"),
        ({"github.event.repository.private": "true"}, "a private repository needs code scanning enabled"),
    ],
    ids=str,
)
def test_a_refused_upload_is_a_notice(job: Callable[..., Job], github: dict[str, str], why: str) -> None:
    refused = job(fail_on_findings="false")
    refused.github, refused.upload = github, "failure"
    done = refused.run(GITHUB_BASE_REF="main")
    assert done.failed is None
    notice = done.printed.removeprefix(ANNOTATIONS)
    assert notice.startswith(f"::notice title=iacfix::The findings did not go to code scanning: {why}")
    assert notice.count("\n") == 1


def test_the_gitlab_job_runs(clone: Clone, hostile: Hostile, installed: Path) -> None:
    job = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())["iacfix"]
    install, script = job["script"]
    package = {"IACFIX_PACKAGE": str(hostile.package)}
    told = {"PATH": f"{installed}:{os.environ['PATH']}", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    done = clone.run("bash", "-eo", "pipefail", "-c", install, **told, **package)
    assert done.returncode == 0, done.stderr
    (clone.folder / "infra" / "broken.py").write_text(BROKEN)
    done = clone.run("bash", "-eo", "pipefail", "-c", script, **told, **job["variables"])
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(NAMED)
    assert done.stdout.startswith("infra/new.py:3:9: medium unset-missing-data")
    report = json.loads((clone.folder / job["artifacts"]["reports"]["codequality"]).read_text())
    assert [entry["description"] for entry in report] == [FIRST, SECOND]
    assert all((clone.folder / path).exists() for path in job["artifacts"]["paths"])
    assert hostile.ran() == []


# A pull request that brings modules of its own


MODULES = (
    *("pip", "venv", "ensurepip", "sitecustomize", "usercustomize", "hatchling", "iacfix", "iacfix_aws", "typer"),
    *("libcst", "tree_sitter", "json", "signal", "multiprocessing", "concurrent", "subprocess", "pkg_resources"),
)


@dataclass(frozen=True)
class Hostile:
    """Modules in a workspace that leave their name in a file when they run."""

    mark: Path
    package: Path

    def ran(self) -> list[str]:
        return self.mark.read_text().split() if self.mark.exists() else []


@pytest.fixture
def hostile(clone: Clone, package: Path, tmp_path: Path) -> Hostile:
    mark = tmp_path / "ran"
    for name in MODULES:
        (clone.folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write('{name}\\n')\n")
    done = clone.run(sys.executable, "-m", "venv", "--help")
    assert done.returncode == 0
    assert mark.read_text() == "venv\n", "the modules of the test do not run at all"
    mark.unlink()
    return Hostile(mark, package)


@pytest.fixture
def installed(job: Callable[..., Job], package: Path) -> Path:
    """The programs of an environment of its own."""
    job(upload_sarif="false").run()
    return (package.parent / "venv").resolve() / "bin"


@pytest.mark.parametrize("mode", ["check", "diff"])
def test_the_action_runs_no_module_of_the_pull_request(job: Callable[..., Job], hostile: Hostile, mode: str) -> None:
    one = job(mode=mode)
    one.installed = mode == "check"
    done = one.run(GITHUB_BASE_REF="main", PYTHONPATH=str(one.clone.folder))
    assert (done.failed, hostile.ran()) == (("verdict", 1), [])


def test_the_hooks_run_no_module_of_the_pull_request(clone: Clone, hostile: Hostile, installed: Path) -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        command = (*shlex.split(hook["entry"]), *hook["args"], "infra/new.py", "--ignore=unset-missing-data")
        done = clone.run(*command, PATH=f"{installed}:{os.environ['PATH']}", PYTHONPATH=str(clone.folder))
        assert "--ignore=unset-missing-data: does not exist" in done.stderr
        assert (done.returncode, hostile.ran()) == (2, [])


def test_the_reviewdog_job_runs_no_module_of_the_pull_request(clone: Clone, hostile: Hostile, tmp_path: Path) -> None:
    (job,) = yaml.safe_load(RECIPES[".github/workflows/reviewdog.yml"])["jobs"].values()
    (clone.folder / "infra" / "broken.py").write_text(BROKEN)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "reviewdog").write_text('#!/bin/sh\ncat > "$RUNNER_TEMP/reviewed.json"\n')
    (tmp_path / "bin" / "reviewdog").chmod(0o755)
    output = tmp_path / "output"
    told = {
        "PATH": f"{tmp_path / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_BASE_REF": "main",
    }
    codes: list[int] = []
    for step in job["steps"]:
        if script := step.get("run", "").replace("git+https://github.com/OWNER/iacfix@v0.1.0", str(hostile.package)):
            there = Clone(tmp_path, clone.environment) if "working-directory" in step else clone
            status = output.read_text().strip().removeprefix("status=") if output.exists() else ""
            done = there.run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, **told, STATUS=status)
            codes.append(done.returncode)
            if step.get("id") == "iacfix":
                assert done.stderr.startswith(NAMED)
                assert done.stdout.startswith("infra/new.py:3:9: medium unset-missing-data")
    assert codes == [0, 0, 0, 1]
    assert len(json.loads((tmp_path / "reviewed.json").read_text())["diagnostics"]) == 2
    assert hostile.ran() == []


def test_workers_find_no_module_in_the_folder_they_are_started_in(clone: Clone, hostile: Hostile) -> None:
    script = hostile.mark.with_name("iacfix-script.py")
    script.write_text(
        "import multiprocessing\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.set_start_method('spawn')\n"
        "    from iacfix.__main__ import main\n"
        "    main()\n"
    )
    (clone.folder / "infra" / "other.py").write_text(NEW)
    done = clone.run(sys.executable, script, "check", "--jobs", "2", "-q", "infra")
    assert (done.returncode, done.stderr, hostile.ran()) == (1, "", [])
