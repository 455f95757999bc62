"""What other tools read of this repository, and the recipes of its documentation, against their schemas and linters."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from iacfix.languages import SUFFIXES

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
RECIPES: dict[str, str] = dict(
    re.findall(
        r"```yaml\n# (\S+)\n(.*?)```", (ROOT / "docs" / "pull-requests.md").read_text(encoding="utf-8"), re.DOTALL
    )
)
"""The YAML blocks of the page by the path in their first line."""
WORKFLOWS = [path for path in RECIPES if path.startswith(".github/workflows/")]


def lint(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def against(schema: str, path: Path) -> None:
    lint(TOOLS / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)


def test_the_action_is_an_action() -> None:
    against("github-actions", ROOT / "action.yml")
    lint(TOOLS / "zizmor", "--offline", "--quiet", ROOT / "action.yml")


@pytest.mark.parametrize(
    "step", [step for step in ACTION["runs"]["steps"] if "run" in step], ids=lambda each: each["id"]
)
def test_the_steps_are_clean_shell_and_take_inputs_as_variables(step: dict[str, str], tmp_path: Path) -> None:
    assert "${{" not in step["run"]
    (tmp_path / "step.sh").write_text(step["run"])
    lint(TOOLS / "shellcheck", "--shell=bash", tmp_path / "step.sh")


def test_the_gitlab_template_is_one() -> None:
    against("gitlab-ci", ROOT / "ci" / "gitlab.yml")


def test_the_hooks_are_hooks() -> None:
    lint(TOOLS / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


def test_the_hooks_and_the_documentation_name_every_ending_that_is_read() -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        known = {ending for ending in (*SUFFIXES, ".json", ".pyi", ".vue") if re.search(hook["files"], f"a{ending}")}
        assert known == set(SUFFIXES)
    listed = " ".join(f"`{ending}`" for ending in SUFFIXES)
    assert listed in " ".join((ROOT / "docs" / "command-line.md").read_text().split())


def test_there_is_a_recipe_for_each() -> None:
    assert list(RECIPES) == [
        ".github/workflows/iacfix.yml",
        ".github/workflows/reviewdog.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
    ]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_workflows_are_workflows(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(RECIPES[name].replace("OWNER/iacfix@v0.1.0", f"OWNER/iacfix@{'0' * 40}"))  # pinned, as others are
    against("github-workflows", path)
    lint(TOOLS / "zizmor", "--offline", "--quiet", path)


def test_the_workflows_give_the_action_what_it_takes() -> None:
    (job,) = yaml.safe_load(RECIPES[WORKFLOWS[0]])["jobs"].values()
    assert set(job["steps"][-1]["with"]) <= set(ACTION["inputs"])


def test_the_other_recipes_are_of_their_kind(tmp_path: Path) -> None:
    (tmp_path / "gitlab.yml").write_text(RECIPES[".gitlab-ci.yml"])
    against("gitlab-ci", tmp_path / "gitlab.yml")
    (tmp_path / "config.yaml").write_text(RECIPES[".pre-commit-config.yaml"])
    lint(TOOLS / "pre-commit", "validate-config", tmp_path / "config.yaml")
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (repository,) = yaml.safe_load(RECIPES[".pre-commit-config.yaml"])["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == hooks
