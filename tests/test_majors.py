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


def _npm_pin(root: Path, name: str, text: str) -> Pin | None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(text.encode())
    return pinned_major(root, root, "@pulumi/aws", (6, 7))


@pytest.mark.parametrize(
    ("version", "major"),
    [
        ("6.83.0", 6),
        ("v6.83.0", 6),
        ("=6.83.0", 6),
        ("^6.1.0", 6),
        ("^6", 6),
        ("~6.2", 6),
        ("~6", 6),
        ("6", 6),
        ("6.x", 6),
        ("6.*", 6),
        ("6.1.X", 6),
        (">=6 <7", 6),
        (">= 6.1.0  < 7.0.0", 6),
        (">=6.1.0 <7.0.0-0", 6),
        ("<7", 6),
        ("<=6", 6),
        (">5 <=6.2", 6),
        ("6.1.0 - 6.9", 6),
        ("5 - 6", 6),
        ("^5.2 || ^6.1.0", 6),
        ("workspace:^6.1.0", 6),
        ("npm:^6.1.0", 6),
        ("npm:@pulumi/aws@^6.1.0", 6),
        (">6", 7),
        (">=7", 7),
        ("7.0.0-alpha.1", 7),
        ("^7.0.0-alpha.1+build.5", 7),
        ("^5.43.0", 5),
        ("^8.0.0", 8),
    ],
)
def test_what_decides_for_npm(tmp_path: Path, version: str, major: int):
    told = _npm_pin(tmp_path, "package.json", f'{{"dependencies": {{"@pulumi/aws": "{version}"}}}}')
    assert told == Pin(major, f"package.json pins @pulumi/aws {version}")


@pytest.mark.parametrize(
    "version",
    [
        "",
        "*",
        "x",
        "latest",
        "next",
        ">=6",
        ">5",
        "<8",
        "<=7",
        "6 || 7",
        "^6.1.0 || *",
        "5 - 7",
        ">=7 <6",
        "^6.1.0 latest",
        "6.1.0.2",
        "workspace:*",
        "workspace:^",
        "npm:@acme/aws@^6.1.0",
        "file:../aws-6.1.0",
        "link:../aws",
        "git+https://example.com/aws.git#v6.1.0",
        "https://example.com/aws-6.1.0.tgz",
        "acme/aws#6.1.0",
        pytest.param("6" * 5000, id="too many digits"),
    ],
)
def test_what_leaves_the_major_open_for_npm(tmp_path: Path, version: str):
    assert _npm_pin(tmp_path, "package.json", f'{{"dependencies": {{"@pulumi/aws": "{version}"}}}}') is None


YARN_1 = """# yarn lockfile v1


"@pulumi/aws@^6.0.0", "@pulumi/aws@^6.1.0":
  version "6.83.0"
  resolved "https://example.com/@pulumi/aws/-/aws-6.83.0.tgz#00"
  dependencies:
    "@pulumi/pulumi" "^3.142.0"

"@pulumi/pulumi@^3.142.0", "@pulumi/pulumi@^3.7.0":
  version "3.150.0"
"""
YARN_BERRY = """__metadata:
  version: 8

"@pulumi/aws@npm:^6.1.0":
  version: 6.83.0
  resolution: "@pulumi/aws@npm:6.83.0"
"""
PNPM_5 = """lockfileVersion: 5.4

specifiers:
  '@pulumi/aws': ^6.1.0

dependencies:
  '@pulumi/aws': 6.83.0_typescript@5.4.2

packages:

  /@pulumi/aws/6.83.0_typescript@5.4.2:
    dev: false

  /@acme/component/1.0.0:
    dependencies:
      '@pulumi/aws': 7.1.0
"""
PNPM_6 = """lockfileVersion: '6.0'

dependencies:
  '@pulumi/aws':
    specifier: ^6.1.0
    version: 6.83.0(typescript@5.4.2)

packages:

  /@pulumi/aws@7.1.0:
    dev: false
"""
PNPM_9 = """lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      "@pulumi/aws":
        specifier: ^6.1.0
        version: 6.83.0

packages:

  '@pulumi/aws@6.83.0':
    resolution: {integrity: sha512-00}

snapshots:

  '@acme/component@1.0.0':
    dependencies:
      '@pulumi/aws': 7.1.0
"""


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("package.json", '\ufeff{"dependencies": {"@pulumi/aws": "^6.1.0"}}', "^6.1.0"),
        ("package.json", '{"devDependencies": {"@pulumi/aws-native": "7.0.0", "@pulumi/aws": "^6.1.0"}}', "^6.1.0"),
        ("package.json", '{"peerDependencies": {"@pulumi/aws": "6.x"}, "dependencies": {"a": 1}}', "6.x"),
        ("package.json", '{"optionalDependencies": {"@pulumi/aws": "~6.2"}}', "~6.2"),
        (
            "package.json",
            '{"peerDependencies": {"@pulumi/aws": ">=6"}, "devDependencies": {"@pulumi/aws": "^6.1.0"}}',
            "^6.1.0",
        ),
        (
            "package-lock.json",
            '{"lockfileVersion": 1, "dependencies": {"@pulumi/aws": {"version": "6.83.0"}, '
            '"@acme/component": {"version": "1.0.0", "dependencies": {"@pulumi/aws": {"version": "7.1.0"}}}}}',
            "6.83.0",
        ),
        (
            "package-lock.json",
            '{"lockfileVersion": 2, "packages": {"": {"dependencies": {"@pulumi/aws": "^6.1.0"}}, '
            '"node_modules/@pulumi/aws": {"version": "6.83.0"}}, '
            '"dependencies": {"@pulumi/aws": {"version": "6.83.0"}}}',
            "6.83.0",
        ),
        (
            "package-lock.json",
            '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/@pulumi/aws": {"version": "6.83.0"}, '
            '"node_modules/@acme/component/node_modules/@pulumi/aws": {"version": "7.1.0"}}}',
            "6.83.0",
        ),
        ("npm-shrinkwrap.json", '{"packages": {"node_modules/@pulumi/aws": {"version": "6.83.0"}}}', "6.83.0"),
        ("yarn.lock", YARN_1, "6.83.0"),
        ("yarn.lock", YARN_1.replace("\n", "\r\n"), "6.83.0"),
        ("yarn.lock", YARN_BERRY, "6.83.0"),
        ("pnpm-lock.yaml", PNPM_5, "6.83.0"),
        ("pnpm-lock.yaml", PNPM_6, "6.83.0"),
        ("pnpm-lock.yaml", PNPM_6.replace("\n", "\r\n"), "6.83.0"),
        ("pnpm-lock.yaml", PNPM_9, "6.83.0"),
        ("node_modules/@pulumi/aws/package.json", '{"name": "@pulumi/aws", "version": "6.83.0"}', "6.83.0"),
    ],
)
def test_every_manifest_of_npm(tmp_path: Path, name: str, text: str, written: str):
    assert _npm_pin(tmp_path, name, text) == Pin(6, f"{name} pins @pulumi/aws {written}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"dependencies": {"@pulumi/aws": '),
        ("package.json", '["@pulumi/aws"]'),
        ("package.json", '"@pulumi/aws"'),
        ("package.json", '{"dependencies": ["@pulumi/aws"]}'),
        ("package.json", '{"dependencies": {"@pulumi/aws": 6}}'),
        ("package.json", '{"dependencies": {"@pulumi/aws": {"version": "6.1.0"}}}'),
        ("package.json", '{"dependencies": {"@pulumi/aws-native": "6.1.0", "@pulumi/awsx": "^6"}}'),
        ("package.json", '{"dependencies": {"@Pulumi/AWS": "6.1.0"}}'),
        ("package.json", "[" * 100_000 + "@pulumi/aws"),
        ("package-lock.json", '{"packages": {"node_modules/@pulumi/aws": {"link": true}}}'),
        ("package-lock.json", '{"packages": {"node_modules/@pulumi/aws": "6.1.0"}, "dependencies": ["@pulumi/aws"]}'),
        ("yarn.lock", '"@pulumi/aws@^6.1.0":\n'),
        ("pnpm-lock.yaml", "dependencies:\n  '@pulumi/aws': link:../aws-6.1.0\n"),
        ("node_modules/@pulumi/aws/package.json", '{"name": "@pulumi/aws", "version": "${VERSION}"}'),
        ("requirements.txt", "pulumi-aws==6.1"),
    ],
)
def test_a_manifest_of_npm_that_says_nothing_is_passed_over(tmp_path: Path, name: str, text: str):
    assert _npm_pin(tmp_path, name, text) is None


def test_the_manifests_of_one_language_say_nothing_of_another(tmp_path: Path):
    (tmp_path / "package.json").write_text('{"dependencies": {"@pulumi/aws": "^6.1.0"}}')
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0")
    told = [pinned_major(tmp_path, tmp_path, name, (6, 7)) for name in ("pulumi-aws", "@pulumi/aws")]
    assert told == [Pin(7, "requirements.txt pins pulumi-aws==7.1.0"), Pin(6, "package.json pins @pulumi/aws ^6.1.0")]


def test_the_range_decides_where_a_lock_names_several_majors(tmp_path: Path):
    (tmp_path / "package.json").write_text('{"dependencies": {"@pulumi/aws": "^7.1.0"}}')
    lock = '"@pulumi/aws@^6.1.0":\n  version "6.83.0"\n\n"@pulumi/aws@^7.1.0":\n  version "7.2.0"\n'
    assert _npm_pin(tmp_path, "yarn.lock", lock) == Pin(7, "package.json pins @pulumi/aws ^7.1.0")


def test_what_is_installed_goes_before_a_range(tmp_path: Path):
    (tmp_path / "package.json").write_text('{"dependencies": {"@pulumi/aws": ">=6 <8"}}')
    name = "node_modules/@pulumi/aws/package.json"
    told = _npm_pin(tmp_path, name, '{"name": "@pulumi/aws", "version": "6.83.0"}')
    assert told == Pin(6, f"{name} pins @pulumi/aws 6.83.0")


def test_a_workspace_of_another_major_leaves_the_lock_open(tmp_path: Path):
    lock = (
        '{"packages": {"node_modules/@pulumi/aws": {"version": "7.1.0"}, '
        '"infra/node_modules/@pulumi/aws": {"version": "6.83.0"}}}'
    )
    assert _npm_pin(tmp_path, "package-lock.json", lock) is None
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "package.json").write_text('{"dependencies": {"@pulumi/aws": "^6.1.0"}}')
    told = pinned_major(tmp_path / "infra", tmp_path, "@pulumi/aws", (6, 7))
    assert told == Pin(6, "package.json pins @pulumi/aws ^6.1.0")
