"""The pull requests of a repository: each applies where it says, and merged in any order they are the whole fix."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from farm import git

from iacfix.campaign.pull_requests import PullRequest, by_rule, in_one
from iacfix.engine.request import Request
from iacfix.engine.run import Run, run
from iacfix.rule_folders import forget

ROOT = Path(__file__).parents[2]


def checked(folder: Path, example: str) -> Run:
    """The run over a repository with this program."""
    shutil.copy(ROOT / "examples" / example, folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "as it is")
    return run(Request((str(folder),), unsafe=True, major=7, jobs=1))


def committed(folder: Path, pull: PullRequest) -> None:
    git(folder, "checkout", "-q", "-b", f"iacfix/{pull.rule}", f"iacfix/{pull.behind}" if pull.behind else "main")
    subprocess.run(["git", "apply", "--index"], cwd=folder, input=pull.patch.encode(), check=True)
    git(folder, "commit", "-q", "-m", pull.title)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run, Sequence[PullRequest]]:
    folder = tmp_path_factory.mktemp("pipeline")
    done = checked(folder, "typescript/pipeline/weak.ts")
    return folder, done, by_rule(done)


def test_what_touches_the_same_lines_is_put_behind(pipeline: tuple[Path, Run, Sequence[PullRequest]]) -> None:
    _, _, pulls = pipeline
    assert [(pull.rule, pull.behind) for pull in pulls] == [
        ("inline-bucket-config", None),
        ("unconditioned-logs-grant", None),
        ("hardcoded-region", "unconditioned-logs-grant"),
        ("unplaced-widget", "hardcoded-region"),
        ("untyped-build-variable", "unplaced-widget"),
        ("missing-bucket-reads", None),
        ("unset-missing-data", None),
    ]
    needs = "Based on the pull request of `hardcoded-region`, which changes the same lines: merge that one first."
    assert [pull.rule for pull in pulls if needs in pull.body] == ["unplaced-widget"]


def test_merged_in_another_order_they_are_the_whole_fix(pipeline: tuple[Path, Run, Sequence[PullRequest]]) -> None:
    folder, done, pulls = pipeline
    for pull in pulls:
        committed(folder, pull)
    git(folder, "checkout", "-q", "main")
    for pull in reversed(pulls):
        git(folder, "merge", "-q", "--no-edit", f"iacfix/{pull.rule}")
    assert (folder / "weak.ts").read_text() == done.outcomes[0].after


def test_one_for_all_is_the_whole_fix(tmp_path: Path) -> None:
    done = checked(tmp_path, "python/static-site/weak.py")
    (pull,) = in_one(done)
    committed(tmp_path, pull)
    assert (tmp_path / "weak.py").read_text() == done.outcomes[0].after
    assert pull.body.startswith("<!-- iacfix -->\n## iacfix: ")


def test_nothing_to_fix_is_no_pull_request(tmp_path: Path) -> None:
    done = checked(tmp_path, "python/clean/fixed.py")
    assert (by_rule(done), in_one(done)) == ([], [])


def test_a_rule_may_have_fewer_sections_than_ours(tmp_path: Path) -> None:
    """A rule in YAML needs no more than `why`."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bare-key.yaml").write_text(
        "title: Key without a description\nwhy: Nobody knows what it is for.\nseverity: low\ntype: aws.kms.Key\n"
        "when: {description: missing}\nmessage: key {label} has no description\nset: {description: ours}\n"
    )
    (tmp_path / "iacfix.toml").write_text("packs = ['rules']\n")
    (tmp_path / "__main__.py").write_text('import pulumi_aws as aws\n\naws.kms.Key("k")\n')
    try:
        (pull,) = by_rule(run(Request((str(tmp_path),), select=("bare-key",), major=7, jobs=1)))
    finally:
        forget()
    assert pull.body == (
        "Key without a description. Nobody knows what it is for.\n\n**Fixed here (1)**\n\n"
        "- `__main__.py:3` key k has no description\n\n"
        "Made by iacfix; `iacfix explain bare-key` prints the documentation of the rule.\n"
    )


def test_what_is_not_fixed_comes_with_its_reason_and_a_way_out(tmp_path: Path) -> None:
    alarm = 'aws.cloudwatch.MetricAlarm("{}", metric_name={}, namespace={}, {})\n'
    rest = 'comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=1'
    text = alarm.format("a", "'Errors'", "'AWS/Lambda'", rest) + alarm.format("b", "name", "'AWS/EC2'", rest)
    (tmp_path / "__main__.py").write_text(f"import pulumi_aws as aws\n\n{text}")
    (pull,) = by_rule(run(Request((str(tmp_path),), select=("unset-missing-data",), major=7, jobs=1)))
    assert pull.body.partition("**Not fixed (1)**\n\n")[2].startswith(
        "- `__main__.py:4` alarm b does not set treat_missing_data: the metric is not literal; set notBreaching if "
        "missing data is normal, breaching if it is the failure\n"
    )
