"""What is found in the text of an editor, by where its file stands."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from alarms import ALARM

from iacfix.files.settings import NOTHING_GIVEN, SettingsOverrides
from iacfix.files.suffixes import SUFFIXES
from iacfix.language_server.examination import OpenDocument, looked
from iacfix.language_server.server import WATCHED

RULE = "unset-missing-data"
_saves = count()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (project / "a.py").write_text(ALARM)
    return project


def found(path: Path, given: SettingsOverrides = NOTHING_GIVEN, text: str = ALARM) -> list[str]:
    """The rules of the findings."""
    outcome = looked(OpenDocument(path, text, next(_saves), given))
    assert outcome.errors == ()
    return [each.rule for each in outcome.findings]


def test_settings_of_the_command_line_say_which_files_are_visited(project: Path) -> None:
    (project / "iacfix.toml").write_text('exclude = ["a.py"]\n')
    assert found(project / "a.py") == []
    assert found(project / "a.py", SettingsOverrides(isolated=True)) == [RULE]


def test_a_file_in_a_folder_that_is_not_there_yet(project: Path) -> None:
    text = 'resource "aws_sqs_queue" "a" {\n}\n'
    assert found(project / "new" / "main.tf", text=text) == ["unencrypted-queue"]


def test_programs_of_every_ending_are_watched() -> None:
    endings = WATCHED.removeprefix("**/*.{").removesuffix("}").split(",")
    assert {f".{ending}" for ending in endings} >= {*SUFFIXES, ".hcl"}
