"""The provider's major as manifests pin it."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.majors import Pin, pinned_major


def _pin(root: Path, **files: str) -> Pin | None:
    """Keys are file names with `__` for the dot."""
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text)
    return pinned_major(root, root, "pulumi-aws", (6, 7))


@pytest.mark.parametrize(
    "line",
    [
        "pulumi>=3",
        "pulumi-awsx==2.0",
        "pulumi-aws-native==6.0",
        "pulumi-aws",
        "pulumi-aws>=6.83",
        "pulumi-aws>6",
        "pulumi-aws<8",
        "pulumi-aws!=7.0.0",
        "pulumi-aws>7,<6",
        "# pulumi-aws==6.0",
        "pulumi-aws @ https://example.com/pulumi_aws-6.0.0.tar.gz",
        "-r pulumi-aws==6.0",
        "pulumi-aws==six",
        "pulumi-aws===six",
        "pulumi-aws>=6;;",
    ],
)
def test_what_leaves_the_major_open(tmp_path: Path, line: str):
    assert _pin(tmp_path, requirements__txt=f"{line}\n") is None


@pytest.mark.parametrize(
    ("line", "major"),
    [
        ("pulumi-aws==6.83.4", 6),
        ("pulumi-aws===6.83.4", 6),
        ("pulumi-aws==6.*", 6),
        ("pulumi-aws~=6.10", 6),
        ("pulumi-aws~=6.10.2", 6),
        ("pulumi-aws>=6.83,<7", 6),
        ("pulumi-aws>=6.0.0,<7.0.0", 6),
        ("pulumi-aws>6.5,<6.6", 6),
        ("pulumi-aws>6.5.3,<6.5.5", 6),
        ("pulumi-aws<7", 6),
        ("pulumi-aws>=5,<7", 6),
        ("pulumi-aws>=7", 7),
        ("pulumi-aws>=7.0.0a1,<8", 7),
        ("pulumi-aws==7.0.0a1", 7),
        ("pulumi-aws==5.*", 5),
        ("pulumi-aws<6", 5),
        ("pulumi-aws~=4.1", 4),
        ("pulumi-aws>=8", 8),
    ],
)
def test_what_decides(tmp_path: Path, line: str, major: int):
    assert _pin(tmp_path, requirements__txt=f"{line}\n") == Pin(major, f"requirements.txt pins {line}")


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("pulumi_aws==6.1", "pulumi_aws==6.1"),
        ("Pulumi.AWS >= 6, < 7", "Pulumi.AWS >= 6, < 7"),
        ("pulumi-aws[x]==6.1 ; python_version > '3'  # pinned", "pulumi-aws==6.1"),
        ("pulumi-aws==6.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb", "pulumi-aws==6.1"),
    ],
)
def test_how_requirements_are_written(tmp_path: Path, line: str, written: str):
    expected = Pin(6, f"requirements.txt pins {written}")
    assert _pin(tmp_path, requirements__txt=f"\ufeffpulumi>=3\n{line}\n") == expected


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("requirements-dev.txt", "pulumi-aws~=6.1", "pins pulumi-aws~=6.1"),
        ("requirements/base.txt", "pulumi-aws~=6.1", "pins pulumi-aws~=6.1"),
        ("pyproject.toml", "[project]\ndependencies = ['pulumi-aws>=6,<7']", "pins pulumi-aws>=6,<7"),
        ("pyproject.toml", "[project.optional-dependencies]\nx = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[dependency-groups]\nx = [{include-group = 'y'}, 'pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.uv]\ndev-dependencies = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.pdm.dev-dependencies]\nx = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '^6.0'", "pins pulumi-aws ^6.0"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi_aws = '6.*'", "pins pulumi_aws 6.*"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '~6.1'", "pins pulumi-aws ~6.1"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '~6'", "pins pulumi-aws ~6"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '6.83.4'", "pins pulumi-aws 6.83.4"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '>=6.1 <7'", "pins pulumi-aws >=6.1 <7"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '^5.1 || ^6.0'", "pins pulumi-aws ^5.1 || ^6.0"),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\npulumi-aws = [{version = '^6.0', python = '*'}]",
            "pins pulumi-aws ^6.0",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.group.infra.dependencies]\npulumi-aws = {version = '^6.0', extras = []}",
            "pins pulumi-aws ^6.0",
        ),
        ("Pipfile", "[packages]\npulumi = '*'\npulumi-aws = '~=6.1'", "pins pulumi-aws ~=6.1"),
        ("Pipfile", "[dev-packages]\npulumi-aws = {version = '==6.*'}", "pins pulumi-aws ==6.*"),
        (
            "Pipfile.lock",
            '{"_meta": {"x": 1}, "default": {"pulumi-aws": {"hashes": [], "version": "==6.83.4"}}}',
            "pins pulumi-aws ==6.83.4",
        ),
        ("poetry.lock", '[[package]]\nname = "pulumi-aws"\nversion = "6.83.4"\n', "pins pulumi-aws 6.83.4"),
        (
            "uv.lock",
            'version = 1\n\n[[package]]\nname = "app"\nversion = "7.0"\n'
            'dependencies = [\n    { name = "pulumi-aws" },\n]\n'
            '\n[[package]]\nname = "pulumi-aws"\nversion = "6.83.4"\n',
            "pins pulumi-aws 6.83.4",
        ),
        ("pdm.lock", '[[package]]\r\nname = "pulumi-aws"\r\nversion = "6.83.4"\r\n', "pins pulumi-aws 6.83.4"),
        ("setup.cfg", "[options]\ninstall_requires =\n    pulumi\n    pulumi-aws>=6,<7\n", "pins pulumi-aws>=6,<7"),
        ("setup.cfg", "[options.extras_require]\nx = pulumi-aws<7\n", "pins pulumi-aws<7"),
    ],
)
def test_every_manifest(tmp_path: Path, name: str, text: str, why: str):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(text.encode())
    assert pinned_major(tmp_path, tmp_path, "pulumi-aws", (6, 7)) == Pin(6, f"{name} {why}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project\ndependencies = ['pulumi-aws==6.1']"),
        ("pyproject.toml", "project = 1\ntool = ['pulumi-aws==6.1']"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = 6\n"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = {path = '../aws-6.1'}\n"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '*'\n"),
        ("Pipfile", "pulumi-aws = '==6.1"),
        ("Pipfile.lock", '{"default": {"pulumi-aws": '),
        ("Pipfile.lock", '["pulumi-aws"]'),
        ("Pipfile.lock", "[" * 100_000 + "pulumi-aws"),
        ("setup.cfg", "pulumi-aws==6.1"),
        ("poetry.lock", "pulumi-aws"),
    ],
)
def test_a_manifest_that_says_nothing_is_passed_over(tmp_path: Path, name: str, text: str):
    (tmp_path / name).write_text(text)
    assert pinned_major(tmp_path, tmp_path, "pulumi-aws", (6, 7)) is None
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / name).write_text(text)
    (tmp_path / "app" / "requirements.txt").write_text("pulumi-aws==6.1")
    assert pinned_major(tmp_path / "app", tmp_path, "pulumi-aws", (6, 7)) == Pin(
        6, "requirements.txt pins pulumi-aws==6.1"
    )


def test_a_manifest_in_another_encoding_or_a_folder_of_its_name_is_passed_over(tmp_path: Path):
    (tmp_path / "requirements.txt").write_bytes(b"pulumi-aws==6.1 # \xff\n")
    (tmp_path / "pyproject.toml").mkdir()
    assert _pin(tmp_path) is None


def test_the_nearest_folder_that_decides_is_believed(tmp_path: Path):
    (tmp_path / "app" / "infra").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("pulumi-aws==6.1")
    (tmp_path / "app" / "requirements.txt").write_text("pulumi-aws==7.1")
    (tmp_path / "app" / "infra" / "requirements.txt").write_text("pulumi-aws>=6")
    told = pinned_major(tmp_path / "app" / "infra", tmp_path, "pulumi-aws", (6, 7))
    assert told == Pin(7, "requirements.txt pins pulumi-aws==7.1")


def test_nothing_above_the_root_is_read(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "requirements.txt").write_text("pulumi-aws==6.1")
    assert pinned_major(tmp_path / "app", tmp_path / "app", "pulumi-aws", (6, 7)) is None


def test_a_lock_goes_before_a_range(tmp_path: Path):
    lock = '[[package]]\nname = "pulumi-aws"\nversion = "7.1.0"\n'
    told = _pin(tmp_path, requirements__txt="pulumi-aws<7", uv__lock=lock)
    assert told == Pin(7, "uv.lock pins pulumi-aws 7.1.0")


def test_an_exact_pin_goes_before_a_range(tmp_path: Path):
    told = _pin(
        tmp_path, requirements__txt="pulumi-aws==7.1.0", pyproject__toml="[project]\ndependencies=['pulumi-aws<7']"
    )
    assert told == Pin(7, "requirements.txt pins pulumi-aws==7.1.0")


def test_pins_that_contradict_each_other_are_not_believed(tmp_path: Path):
    assert _pin(tmp_path, requirements__txt="pulumi-aws==6.1\npulumi-aws==7.1") is None


def test_an_open_range_beside_a_closed_one_says_nothing(tmp_path: Path):
    told = _pin(tmp_path, requirements__txt="pulumi-aws", pyproject__toml="[project]\ndependencies=['pulumi-aws<7']")
    assert told == Pin(6, "pyproject.toml pins pulumi-aws<7")
