"""The provider's major as the files around a program pin it."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.files.provider_version import pinned

Told = tuple[tuple[int, ...], str]
NOTHING: Told = ((), "no pin found")


def told(root: Path, distribution: str = "pulumi-aws", program: str = "main", text: str = "") -> Told:
    """What is said of a program's majors, and why."""
    said = pinned(root / program, root, distribution, "aws", (6, 7), text)
    return said.majors, said.why


def npm(root: Path, program: str = "index.ts", text: str = "") -> Told:
    return told(root, "@pulumi/aws", program, text)


def written(root: Path, name: str, text: str | bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(text.encode() if isinstance(text, str) else text)


# ranges


@pytest.mark.parametrize(
    "line",
    [
        "pulumi>=3",
        "pulumi-awsx==2.0",
        "pulumi-aws-native==6.0",
        "pulumi-aws",
        "pulumi-aws!=7.0.0",
        "pulumi-aws>7,<6",
        "# pulumi-aws==6.0",
        "--find-links pulumi-aws==6.0",
        "pulumi-aws==six",
        "pulumi-aws===six",
        "pulumi-aws @ git+https://example.com/pulumi-aws.git@main",
        "pulumi-aws @ https://example.com/latest.whl",
        f"pulumi-aws=={'6' * 5000}",
    ],
)
def test_a_line_that_says_nothing(tmp_path: Path, line: str) -> None:
    written(tmp_path, "requirements.txt", f"{line}\n")
    assert told(tmp_path) == NOTHING


@pytest.mark.parametrize("line", ["pulumi-aws>=6.83", "pulumi-aws>6", "pulumi-aws<8", "pulumi-aws>=6,<8"])
def test_a_range_that_leaves_both_open(tmp_path: Path, line: str) -> None:
    written(tmp_path, "requirements.txt", f"{line}\n")
    assert told(tmp_path) == ((6, 7), f"requirements.txt allows {line}")


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
def test_a_range_that_decides(tmp_path: Path, line: str, major: int) -> None:
    written(tmp_path, "requirements.txt", f"{line}\n")
    assert told(tmp_path) == ((major,), f"requirements.txt pins {line}")


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
        (">= 6.1.0 < 7.0.0", 6),
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
def test_a_range_of_npm_that_decides(tmp_path: Path, version: str, major: int) -> None:
    written(tmp_path, "package.json", f'{{"dependencies": {{"@pulumi/aws": "{version}"}}}}')
    assert npm(tmp_path) == ((major,), f"package.json pins @pulumi/aws {version}")


@pytest.mark.parametrize("version", [">=6", ">5", "<8", "<=7", "6 || 7", "5 - 7", "^6.83.0 || ^7.0.0"])
def test_a_range_of_npm_that_leaves_both_open(tmp_path: Path, version: str) -> None:
    written(tmp_path, "package.json", f'{{"dependencies": {{"@pulumi/aws": "{version}"}}}}')
    assert npm(tmp_path) == ((6, 7), f"package.json allows @pulumi/aws {version}")


@pytest.mark.parametrize(
    "version",
    [
        "",
        "*",
        "x",
        "latest",
        "next",
        "^6.1.0 || *",
        ">=7 <6",
        "^6.1.0 latest",
        "6.1.0.2",
        "workspace:*",
        "workspace:^",
        "catalog:",
        "npm:@acme/aws@^6.1.0",
        "file:../aws-6.1.0",
        "link:../aws",
        "git+https://example.com/aws.git#main",
        "https://example.com/aws.tgz",
        "acme/aws",
        pytest.param("6" * 5000, id="too many digits"),
    ],
)
def test_a_version_of_npm_that_says_nothing(tmp_path: Path, version: str) -> None:
    written(tmp_path, "package.json", f'{{"dependencies": {{"@pulumi/aws": "{version}"}}}}')
    assert npm(tmp_path) == NOTHING


# every file that pins, each for 6

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


PNPM_CATALOGS = """lockfileVersion: '9.0'

catalogs:
  default:
    '@pulumi/aws':
      specifier: ^7.1.0
      version: 7.1.0

importers:

  .:
    dependencies:
      '@pulumi/aws':
        specifier: ^7.1.0
        version: 7.1.0

  apps/a:
    dependencies:
      '@pulumi/aws':
        specifier: catalog:old
        version: 6.83.0
"""
BUN = """{
  "lockfileVersion": 1,
  // Bun writes trailing commas
  "workspaces": {
    "": {"name": "root", "dependencies": {"@pulumi/aws": "^7.1.0",},},
    "apps/a": {"name": "a", "dependencies": {"@pulumi/aws": ">=6",},},
  },
  "packages": {
    "@pulumi/aws": ["@pulumi/aws@7.1.0", "", {}, "sha512-x"],
    "a/@pulumi/aws": ["@pulumi/aws@6.83.0", "", {}, "sha512-x"],
  }
}
"""
CONDA = """name: infra
dependencies:
  - python=3.11
  - pip
  - pip:
      - pulumi
      - pulumi-aws==6.83.0
"""
PIXI_LOCK = """version: 6
packages:
- conda: https://conda.anaconda.org/conda-forge/noarch/pulumi-3.150.0-py_0.conda
- pypi: https://files.pythonhosted.org/packages/pulumi_aws-6.83.0-py3-none-any.whl
  name: pulumi-aws
  version: 6.83.0
"""
CONDA_LOCK = """package:
- name: pulumi
  version: 3.150.0
- name: pulumi-aws
  version: 6.83.0
  manager: pip
"""
SETUP = """from setuptools import setup

COMMON = ["pulumi>=3"]
COMMON += ["pulumi-aws>=6,<7"]
setup(name="infra", version="7.0", {})
"""
SCRIPT = """#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "pulumi",
#   "pulumi-aws<7",
# ]
# ///
import pulumi_aws as aws
"""


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        # pip
        ("requirements.txt", "pulumi_aws==6.1", "requirements.txt pins pulumi_aws==6.1"),
        ("requirements.txt", "\ufeffPulumi.AWS >= 6, < 7", "requirements.txt pins Pulumi.AWS >= 6, < 7"),
        ("requirements.txt", "pulumi-aws (>=6,<7)", "requirements.txt pins pulumi-aws >=6,<7"),
        ("requirements.txt", "pulumi-aws[x]==6.1 ; python_version > '3'", "requirements.txt pins pulumi-aws==6.1"),
        ("requirements.txt", "pulumi-aws==6.1  # pinned", "requirements.txt pins pulumi-aws==6.1"),
        ("requirements.txt", "pulumi-aws==6.1 \\\n  --hash=sha256:aa \\\n  --hash=sha256:b", "pins pulumi-aws==6.1"),
        ("requirements.txt", "pulumi-aws==6.1 \\\r\n  --hash=sha256:aa\r\n", "pins pulumi-aws==6.1"),
        ("requirements.txt", b"pulumi-aws==6.1 # f\xfcr die Wolke\n", "pins pulumi-aws==6.1"),
        ("requirements.txt", "pulumi-aws==6.1".encode("utf-16"), "requirements.txt pins pulumi-aws==6.1"),
        ("requirements.txt", b"\xfe\xff" + "pulumi-aws==6.1".encode("utf-16-be"), "pins pulumi-aws==6.1"),
        ("requirements.txt", "pulumi-aws==6.1".encode("utf-32"), "pins pulumi-aws==6.1"),
        ("requirements.txt", "https://x.y/pulumi_aws-6.83.0-py3-none-any.whl", "pins pulumi_aws 6.83.0"),
        ("requirements.txt", "pulumi_aws @ https://x.y/pulumi_aws-6.83.0-py3-none-any.whl#sha256=a", "6.83.0"),
        ("requirements.txt", "pulumi-aws @ file:///wheels/pulumi_aws-6.83.0.tar.gz", "pins pulumi-aws 6.83.0"),
        ("requirements.txt", "./wheels/pulumi_aws-6.83.0-py3-none-any.whl", "pins pulumi_aws 6.83.0"),
        ("requirements.txt", "pulumi-aws @ git+https://x.y/a.git@v6.83.0#subdirectory=sdk", "pulumi-aws 6.83.0"),
        ("requirements.txt", "-e git+ssh://git@x.y/a.git@v6.83.0#egg=pulumi-aws", "pins pulumi-aws 6.83.0"),
        ("requirements-dev.txt", "pulumi-aws~=6.1", "requirements-dev.txt pins pulumi-aws~=6.1"),
        ("dev-requirements.txt", "pulumi-aws~=6.1", "dev-requirements.txt pins pulumi-aws~=6.1"),
        ("requirements.in", "pulumi-aws~=6.1", "requirements.in pins pulumi-aws~=6.1"),
        ("requirements/base.txt", "pulumi-aws~=6.1", "requirements/base.txt pins pulumi-aws~=6.1"),
        ("requirements/base.in", "pulumi-aws~=6.1", "requirements/base.in pins pulumi-aws~=6.1"),
        ("constraints.txt", "pulumi-aws<7", "constraints.txt pins pulumi-aws<7"),
        # pyproject.toml
        ("pyproject.toml", "[project]\ndependencies = ['pulumi-aws>=6,<7']", "pins pulumi-aws>=6,<7"),
        ("pyproject.toml", "[project.optional-dependencies]\nx = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[dependency-groups]\nx = [{include-group = 'y'}]\ny = ['pulumi-aws<7']", "pulumi-aws<7"),
        ("pyproject.toml", "[tool.uv]\ndev-dependencies = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.uv]\nconstraint-dependencies = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.uv]\noverride-dependencies = ['pulumi-aws==6.1']", "pins pulumi-aws==6.1"),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['pulumi-aws']\n[tool.uv.sources]\n"
            "pulumi-aws = { url = 'https://x.y/pulumi_aws-6.83.0-py3-none-any.whl' }",
            "pins pulumi-aws 6.83.0",
        ),
        ("pyproject.toml", "[tool.uv.sources]\npulumi-aws = [{git = 'https://x.y', tag = 'v6.83.0'}]", "v6.83.0"),
        ("pyproject.toml", "[tool.rye]\ndev-dependencies = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.pdm.dev-dependencies]\nx = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.pdm.resolution.overrides]\npulumi-aws = '6.83.0'", "pins pulumi-aws 6.83.0"),
        ("pyproject.toml", "[tool.hatch.envs.default]\ndependencies = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.hatch.envs.x]\nextra-dependencies = ['pulumi-aws<7']", "pins pulumi-aws<7"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '^6.0'", "pins pulumi-aws ^6.0"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi_aws = '6.*'", "pins pulumi_aws 6.*"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '~6.1'", "pins pulumi-aws ~6.1"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '6.83.4'", "pins pulumi-aws 6.83.4"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '>=6.1 <7'", "pins pulumi-aws >=6.1 <7"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '^5.1 || ^6.0'", "pins pulumi-aws ^5.1 || ^6.0"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = [{version = '^6.0', python = '*'}]", "^6.0"),
        ("pyproject.toml", "[tool.poetry.group.x.dependencies]\npulumi-aws = {version = '^6.0'}", "pulumi-aws ^6.0"),
        ("pyproject.toml", "[tool.poetry.dev-dependencies]\npulumi-aws = '^6.0'", "pins pulumi-aws ^6.0"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = {git = 'x', tag = 'v6.83.0'}", "v6.83.0"),
        ("pyproject.toml", "[tool.pixi.pypi-dependencies]\npulumi-aws = '==6.83.0'", "pins pulumi-aws ==6.83.0"),
        # the rest of Python
        ("Pipfile", "[packages]\npulumi = '*'\npulumi-aws = '~=6.1'", "Pipfile pins pulumi-aws ~=6.1"),
        ("Pipfile", "[dev-packages]\npulumi-aws = {version = '==6.*'}", "Pipfile pins pulumi-aws ==6.*"),
        ("Pipfile.lock", '{"default": {"pulumi-aws": {"version": "==6.83.4"}}}', "pins pulumi-aws ==6.83.4"),
        ("poetry.lock", '[[package]]\nname = "pulumi-aws"\nversion = "6.83.4"\n', "pins pulumi-aws 6.83.4"),
        (
            "uv.lock",
            '[[package]]\nname = "app"\nversion = "7.0"\n\n[[package]]\nname = "pulumi-aws"\nversion = "6.8"',
            "6.8",
        ),
        ("pdm.lock", '[[package]]\r\nname = "pulumi-aws"\r\nversion = "6.83.4"\r\n', "pins pulumi-aws 6.83.4"),
        ("pylock.toml", '[[packages]]\nname = "pulumi-aws"\nversion = "6.83.4"\n', "pins pulumi-aws 6.83.4"),
        ("pylock.toml", '[[packages]]\nname="pulumi-aws"\nversion="6.83.4"\n', "pins pulumi-aws 6.83.4"),
        ("pylock.dev.toml", '[[packages]]\nname = "pulumi-aws"\nversion = "6.83.4"\n', "pylock.dev.toml pins"),
        ("setup.cfg", "[options]\ninstall_requires =\n    pulumi\n    pulumi-aws>=6,<7\n", "pins pulumi-aws>=6,<7"),
        ("setup.cfg", "[options.extras_require]\nx = pulumi-aws<7\n", "setup.cfg pins pulumi-aws<7"),
        ("setup.py", SETUP.format("install_requires=COMMON + ['x']"), "setup.py pins pulumi-aws>=6,<7"),
        ("setup.py", SETUP.format("extras_require={'x': COMMON}"), "setup.py pins pulumi-aws>=6,<7"),
        ("setup.py", "setup(**{'install_requires': ['pulumi-aws<7']})", "setup.py pins pulumi-aws<7"),
        ("hatch.toml", "[envs.default]\ndependencies = ['pulumi-aws<7']", "hatch.toml pins pulumi-aws<7"),
        ("environment.yml", CONDA, "environment.yml pins pulumi-aws==6.83.0"),
        ("environment.yaml", "dependencies: [pulumi-aws=6.83.0]", "environment.yaml pins pulumi-aws=6.83.0"),
        ("environment.yml", "dependencies:\n- conda-forge::pulumi-aws=6.83.0=py310_0", "pulumi-aws=6.83.0=py310_0"),
        ("environment-dev.yml", "dependencies:\n- pulumi-aws >=6,<7", "pins pulumi-aws >=6,<7"),
        ("pixi.toml", "[dependencies]\npulumi-aws = '6.83.*'", "pixi.toml pins pulumi-aws 6.83.*"),
        ("pixi.toml", "[feature.x.pypi-dependencies]\npulumi-aws = {version = '<7'}", "pixi.toml pins pulumi-aws <7"),
        ("pixi.lock", PIXI_LOCK, "pixi.lock pins pulumi_aws 6.83.0"),
        ("conda-lock.yml", CONDA_LOCK, "conda-lock.yml pins pulumi-aws 6.83.0"),
        # Pulumi
        ("Pulumi.yaml", "name: x\nplugins:\n  providers:\n  - name: aws\n    version: 6.83.0\n", "pins aws 6.83.0"),
        ("Pulumi.yaml", "name: x\npackages:\n  aws: aws@6.83.0\n", "Pulumi.yaml pins aws 6.83.0"),
        ("Pulumi.yml", "name: x\npackages:\n  aws:\n    source: aws\n    version: 6.83.0\n", "pins aws 6.83.0"),
    ],
)
def test_what_pins_in_python(tmp_path: Path, name: str, text: str | bytes, why: str) -> None:
    written(tmp_path, name, text)
    majors, said = told(tmp_path)
    assert majors == (6,)
    assert said.endswith(why) or said.startswith(why)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        # package.json
        ("package.json", '\ufeff{"dependencies": {"@pulumi/aws": "^6.1.0"}}', "^6.1.0"),
        ("package.json", '{"devDependencies": {"@pulumi/aws-native": "7.0.0", "@pulumi/aws": "^6.1.0"}}', "^6.1.0"),
        ("package.json", '{"peerDependencies": {"@pulumi/aws": "6.x"}, "dependencies": {"a": 1}}', "6.x"),
        ("package.json", '{"optionalDependencies": {"@pulumi/aws": "~6.2"}}', "~6.2"),
        ("package.json", '{"dependencies": {"@pulumi/aws": "npm:@pulumi/aws@6"}}', "npm:@pulumi/aws@6"),
        ("package.json", '{"dependencies": {"@pulumi/aws": "pulumi/pulumi-aws#v6.83.0"}}', "v6.83.0"),
        ("package.json", '{"dependencies": {"@pulumi/aws": "pulumi/pulumi-aws#semver:^6"}}', "semver:^6"),
        ("package.json", '{"dependencies": {"@pulumi/aws": "https://u:p@x.y/-/aws-6.83.0.tgz"}}', "6.83.0"),
        ("package.json", '{"dependencies": {"@pulumi/aws": "file:./vendor/pulumi-aws-6.83.0.tgz"}}', "6.83.0"),
        ("package.json", '{"overrides": {"@pulumi/aws": "6.83.0"}}', "6.83.0"),
        ("package.json", '{"overrides": {"@pulumi/aws": {".": "6.83.0"}}}', "6.83.0"),
        ("package.json", '{"overrides": {"@pulumi/aws@>=6": "6.83.0"}}', "6.83.0"),
        ("package.json", '{"resolutions": {"**/@pulumi/aws": "6.83.0"}}', "6.83.0"),
        ("package.json", '{"resolutions": {"@pulumi/aws@npm:>=6": "6.83.0"}}', "6.83.0"),
        ("package.json", '{"pnpm": {"overrides": {"@pulumi/aws": "6.83.0"}}}', "6.83.0"),
        ("pnpm-workspace.yaml", "overrides:\n  '@pulumi/aws': 6.83.0\n", "6.83.0"),
        # locks and installations
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
            '"node_modules/@acme/component/node_modules/@pulumi/aws": {"version": "7.1.0"}, '
            '"apps/b/node_modules/@pulumi/aws": {"version": "7.1.0"}}}',
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
        ("bun.lock", '{"packages": {"@pulumi/aws": ["@pulumi/aws@6.83.0", "", {}, "sha512-x"],},}', "6.83.0"),
        ("deno.json", '{"imports": {"@pulumi/aws": "npm:@pulumi/aws@^6.83.0"}}', "npm:@pulumi/aws@^6.83.0"),
        ("deno.jsonc", '{"imports": {"@pulumi/aws": "npm:@pulumi/aws@6", /* x */},}', "npm:@pulumi/aws@6"),
        (
            "package.json",
            '{"dependencies": {"@pulumi/aws": "patch:@pulumi/aws@npm%3A6.83.0#~/.yarn/patches/aws.patch"}}',
            "6.83.0",
        ),
        (
            "package.json",
            '{"dependencies": {"@pulumi/aws": "*"}, '
            '"resolutions": {"@pulumi/aws@npm:*": "patch:@pulumi/aws@npm:^6.0.0#./aws.patch"}}',
            "^6.0.0",
        ),
        ("deno.lock", '{"version": "5", "specifiers": {"npm:@pulumi/aws@*": "6.83.0"}}', "6.83.0"),
        ("deno.lock", '{"packages": {"specifiers": {"npm:@pulumi/aws@*": "npm:@pulumi/aws@6.83.0"}}}', "6.83.0"),
        ("node_modules/@pulumi/aws/package.json", '{"name": "@pulumi/aws", "version": "6.83.0"}', "6.83.0"),
    ],
)
def test_what_pins_in_typescript(tmp_path: Path, name: str, text: str, why: str) -> None:
    written(tmp_path, name, text)
    assert npm(tmp_path) == ((6,), f"{name} pins @pulumi/aws {why}")


@pytest.mark.parametrize("package", ["@pulumi/awsx@npm%3A6.83.0", "@acme/aws@6.83.0"])
def test_a_patched_package_of_another_name_pins_nothing(tmp_path: Path, package: str) -> None:
    written(tmp_path, "package.json", f'{{"dependencies": {{"@pulumi/aws": "patch:{package}#x"}}}}')
    assert npm(tmp_path)[0] == ()


@pytest.mark.parametrize(
    ("place", "pins"), [("./maps/aws.json", True), ("../outside.json", False), ("https://acme.example/aws.json", False)]
)
def test_denos_import_map_pins(tmp_path: Path, place: str, pins: bool) -> None:
    root = tmp_path / "root"
    for name in ("maps/aws.json", "../outside.json"):
        written(root, name, '{"imports": {"@pulumi/aws": "npm:@pulumi/aws@6.83.0"}}')
    written(root, "deno.json", f'{{"importMap": "{place}"}}')
    why = "maps/aws.json pins @pulumi/aws npm:@pulumi/aws@6.83.0"
    assert (npm(root) == ((6,), why)) == pins


def test_pulumis_own_file_pins_in_typescript_too(tmp_path: Path) -> None:
    written(tmp_path, "Pulumi.yaml", "name: x\nplugins:\n  providers:\n  - name: aws\n    version: 6.83.0\n")
    assert npm(tmp_path) == ((6,), "Pulumi.yaml pins aws 6.83.0")


# what includes, installs and names other files


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("-r deps/base.txt", "deps/base.txt"),
        ("-rdeps/base.txt", "deps/base.txt"),
        ("--requirement=deps/base.txt", "deps/base.txt"),
        ("--requirement deps/base.txt  # ours", "deps/base.txt"),
        ("-c deps/pins.lst", "deps/pins.lst"),
        ("--constraint deps/pins.lst", "deps/pins.lst"),
        ("pulumi\n-r ./deps/../deps/base.txt", "deps/base.txt"),
    ],
)
def test_what_a_requirements_file_includes(tmp_path: Path, line: str, file: str) -> None:
    written(tmp_path, "requirements.txt", f"{line}\npulumi-aws\n")
    written(tmp_path, file, "pulumi-aws==6.83.0\n")
    assert told(tmp_path) == ((6,), f"{file} pins pulumi-aws==6.83.0")


def test_includes_are_followed_from_file_to_file_and_come_to_an_end(tmp_path: Path) -> None:
    written(tmp_path, "app/requirements.txt", "-r ../shared/one.txt\n")
    written(tmp_path, "shared/one.txt", "-r two.txt\n-r one.txt\n-r gone.txt\n")
    written(tmp_path, "shared/two.txt", "-r one.txt\n-c ../app/requirements.txt\npulumi-aws==6.83.0\n")
    assert told(tmp_path, program="app/main.py") == ((6,), "shared/two.txt pins pulumi-aws==6.83.0")


def test_an_include_does_not_leave_the_repository(tmp_path: Path) -> None:
    written(tmp_path, "else.txt", "pulumi-aws==6.83.0\n")
    written(tmp_path, "repository/requirements.txt", f"-r ../else.txt\n-r {tmp_path}/else.txt\n-r https://x.y/z.txt\n")
    assert told(tmp_path / "repository") == NOTHING


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.setuptools.dynamic]\ndependencies = {file = ['deps/base.list']}"),
        ("pyproject.toml", "[tool.setuptools.dynamic.optional-dependencies]\nx = {file = 'deps/base.list'}"),
        ("setup.cfg", "[options]\ninstall_requires = file: deps/base.list\n"),
        ("environment.yml", "dependencies:\n- pip:\n  - -r deps/base.list\n"),
    ],
)
def test_files_that_others_take_their_requirements_from(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, name, text)
    written(tmp_path, "deps/base.list", "pulumi-aws==6.83.0\n")
    assert told(tmp_path) == ((6,), "deps/base.list pins pulumi-aws==6.83.0")


@pytest.mark.parametrize(
    "text",
    [
        'setup(long_description=open("deps/base.txt").read(), install_requires=[])',
        'setup(install_requires=open("deps/none.txt").read())',
        'setup(install_requires=open("../else.txt").read())',
        'setup(install_requires=["deps/base.txt"])',
        'setup(install_requires=open(f"deps/{NAME}").read())',
    ],
)
def test_files_that_a_setup_does_not_take_its_requirements_from(tmp_path: Path, text: str) -> None:
    written(tmp_path, "else.txt", "pulumi-aws==6.83.0\n")
    written(tmp_path, "repository/setup.py", f"{text}\n")
    written(tmp_path, "repository/deps/base.txt", "pulumi-aws==6.83.0\n")
    assert told(tmp_path / "repository") == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        'setup(install_requires=open("deps/base.txt").read().splitlines())',
        'setup(install_requires=Path("deps/base.txt").read_text().split("\\n"))',
        'listed = (Path(__file__).parent / "deps" / "base.txt").read_text().split()\nsetup(install_requires=listed)',
        'with open(os.path.join(HERE, "deps", "base.txt")) as f:\n    listed = [line for line in f]\n'
        "setup(install_requires=listed)",
        'def read(name):\n    return open(name)\n\nsetup(install_requires=list(read("deps/base.txt")))',
    ],
)
def test_files_that_a_setup_takes_its_requirements_from(tmp_path: Path, text: str) -> None:
    written(tmp_path, "setup.py", f"{text}\n")
    written(tmp_path, "deps/base.txt", "pulumi\npulumi-aws==6.83.0\n")
    assert told(tmp_path) == ((6,), "deps/base.txt pins pulumi-aws==6.83.0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[testenv]\ndescription = pulumi-aws==6.1\n", NOTHING),
        ("[testenv]\ndeps =\n    pytest\ncommands =\n    pip install pulumi-aws==6.1\n", NOTHING),
        ("[testenv]\ndeps =\n    pytest\n\n    pulumi-aws<7\n", ((6,), "tox.ini pins pulumi-aws<7")),
        ("[testenv:infra]\ndeps = pulumi-aws==6.83.0\n", ((6,), "tox.ini pins pulumi-aws==6.83.0")),
        ("[testenv]\ndeps =\n    py{311,312}: pulumi-aws~=6.0\n", ((6,), "tox.ini pins pulumi-aws~=6.0")),
    ],
)
def test_what_environments_of_tests_need(tmp_path: Path, text: str, expected: object) -> None:
    written(tmp_path, "tox.ini", text)
    assert told(tmp_path) == expected


def test_what_users_get_comes_before_what_tests_need(tmp_path: Path) -> None:
    written(tmp_path, "requirements.txt", "pulumi-aws==7.1.0\n")
    written(tmp_path, "tox.ini", "[testenv]\ndeps =\n    aws6: pulumi-aws<7\n    aws7: pulumi-aws\n")
    assert told(tmp_path) == ((7,), "requirements.txt pins pulumi-aws==7.1.0")


@pytest.mark.parametrize("packages", ["lib/python3.12/site-packages", "Lib/site-packages"])
@pytest.mark.parametrize("name", [".venv", "venv", "env"])
def test_what_a_virtual_environment_has(tmp_path: Path, name: str, packages: str) -> None:
    written(tmp_path, "requirements.txt", "pulumi-aws>=6\n")
    written(tmp_path, f"{name}/{packages}/pulumi_aws-6.83.0.dist-info/METADATA", "Name: pulumi_aws\n")
    assert told(tmp_path) == ((6, 7), "requirements.txt allows pulumi-aws>=6")


def test_a_folder_is_a_virtual_environment_by_its_configuration(tmp_path: Path) -> None:
    written(tmp_path, "requirements.txt", "pulumi-aws>=6\n")
    written(tmp_path, ".venv/pyvenv.cfg", "home = /usr/bin\n")
    written(tmp_path, ".venv/lib/python3.12/site-packages/pulumi_aws-6.83.0.dist-info/METADATA", "Name: pulumi_aws\n")
    written(tmp_path, ".venv/lib/python3.12/site-packages/pulumi_awsx-7.0.0.dist-info/METADATA", "Name: pulumi_awsx\n")
    file = ".venv/lib/python3.12/site-packages/pulumi_aws-6.83.0.dist-info"
    assert told(tmp_path) == ((6,), f"{file} pins pulumi-aws 6.83.0")


def test_pulumis_project_names_its_virtual_environment(tmp_path: Path) -> None:
    written(tmp_path, "Pulumi.yaml", "name: x\nruntime:\n  name: python\n  options:\n    virtualenv: tools\n")
    written(tmp_path, "tools/pyvenv.cfg", "home = /usr/bin\n")
    plugin = "tools/lib/python3.12/site-packages/pulumi_aws/pulumi-plugin.json"
    written(tmp_path, plugin, '{"resource": true, "name": "aws", "version": "6.83.0"}')
    assert told(tmp_path) == ((6,), f"{plugin} pins pulumi-aws 6.83.0")


def test_a_script_pins_for_itself(tmp_path: Path) -> None:
    written(tmp_path, "requirements.txt", "pulumi-aws==7.1.0\n")
    assert told(tmp_path, program="main.py", text=SCRIPT) == ((6,), "main.py pins pulumi-aws<7")
    assert told(tmp_path, program="other.py") == ((7,), "requirements.txt pins pulumi-aws==7.1.0")


def test_a_script_may_have_a_lock(tmp_path: Path) -> None:
    written(tmp_path, "main.py.lock", '[[package]]\nname = "pulumi-aws"\nversion = "6.83.4"\n')
    text = SCRIPT.replace("pulumi-aws<7", "pulumi-aws")
    assert told(tmp_path, program="main.py", text=text) == ((6,), "main.py.lock pins pulumi-aws 6.83.4")


def test_denos_programs_pin_in_the_import(tmp_path: Path) -> None:
    text = 'import * as aws from "npm:@pulumi/aws@^6.83.0";\n'
    assert npm(tmp_path, text=text) == ((6,), "the program itself pins @pulumi/aws ^6.83.0")


@pytest.mark.parametrize("protocol", ["file:", "link:", "portal:", "workspace:"])
def test_a_package_from_a_folder_has_the_version_of_its_own_manifest(tmp_path: Path, protocol: str) -> None:
    written(tmp_path, "app/package.json", f'{{"dependencies": {{"@pulumi/aws": "{protocol}../vendored"}}}}')
    written(tmp_path, "vendored/package.json", '{"name": "@pulumi/aws", "version": "6.83.0"}')
    assert npm(tmp_path, "app/index.ts") == ((6,), "vendored/package.json pins @pulumi/aws 6.83.0")


@pytest.mark.parametrize(
    ("asked", "name", "text"),
    [
        ("catalog:", "pnpm-workspace.yaml", "catalog:\n  '@pulumi/aws': ^6.83.0\n"),
        ("catalog:default", "pnpm-workspace.yaml", "catalogs:\n  default:\n    '@pulumi/aws': ^6.83.0\n"),
        (
            "catalog:old",
            "pnpm-workspace.yaml",
            "catalog: {'@pulumi/aws': 7}\ncatalogs: {old: {'@pulumi/aws': ^6.83.0}}",
        ),
        ("catalog:", ".yarnrc.yml", "catalog:\n  '@pulumi/aws': ^6.83.0\n"),
        ("catalog:old", "package.json", '{"workspaces": {"catalogs": {"old": {"@pulumi/aws": "^6.83.0"}}}}'),
        ("catalog:", "package.json", '{"catalog": {"@pulumi/aws": "^6.83.0"}}'),
    ],
)
def test_a_catalog_has_the_version(tmp_path: Path, asked: str, name: str, text: str) -> None:
    written(tmp_path, "apps/a/package.json", f'{{"dependencies": {{"@pulumi/aws": "{asked}"}}}}')
    written(tmp_path, name, text)
    assert npm(tmp_path, "apps/a/index.ts") == ((6,), f"{name} pins @pulumi/aws ^6.83.0")


# this program's, not a sibling's


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "package-lock.json",
            '{"packages": {"node_modules/@pulumi/aws": {"version": "7.1.0"}, '
            '"apps/a/node_modules/@pulumi/aws": {"version": "6.83.0"}}}',
        ),
        ("yarn.lock", '"@pulumi/aws@>=6":\n  version "6.83.0"\n\n"@pulumi/aws@^7.1.0":\n  version "7.1.0"\n'),
        (
            "yarn.lock",
            '"@pulumi/aws@npm:>=6, @pulumi/aws@npm:^6.1":\n  version: 6.83.0\n\n'
            '"@pulumi/aws@npm:^7.1.0":\n  version: 7.1.0\n',
        ),
        ("pnpm-lock.yaml", PNPM_CATALOGS),
        ("bun.lock", BUN),
        ("deno.lock", '{"specifiers": {"npm:@pulumi/aws@>=6": "6.83.0", "npm:@pulumi/aws@^7.1.0": "7.1.0"}}'),
    ],
)
def test_a_lock_of_several_projects(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, "package.json", '{"dependencies": {"@pulumi/aws": "^7.1.0"}}')
    written(tmp_path, "apps/a/package.json", '{"name": "a", "dependencies": {"@pulumi/aws": ">=6"}}')
    written(tmp_path, name, text)
    assert npm(tmp_path, "apps/a/src/index.ts") == ((6,), f"{name} pins @pulumi/aws 6.83.0")
    assert npm(tmp_path, "index.ts")[0] == (7,)


def test_what_is_installed_nearest_is_what_node_loads(tmp_path: Path) -> None:
    written(tmp_path, "package.json", '{"dependencies": {"@pulumi/aws": ">=6"}}')
    for folder, version in (("", "7.1.0"), ("apps/a/", "6.83.0")):
        name = f"{folder}node_modules/@pulumi/aws/package.json"
        written(tmp_path, name, f'{{"name": "@pulumi/aws", "version": "{version}"}}')
    assert npm(tmp_path, "apps/a/index.ts")[0] == (6,)
    assert npm(tmp_path, "apps/b/index.ts")[0] == (7,)


def test_what_another_package_gets_is_its_own_affair(tmp_path: Path) -> None:
    own = '"dependencies": {"@pulumi/aws": "^6.1.0"}'
    overrides = '{"@acme/component": {"@pulumi/aws": "7.1.0"}, "@acme/component>@pulumi/aws": "7.1.0"}'
    written(tmp_path, "package.json", f'{{{own}, "overrides": {overrides}, "pnpm": {{"overrides": {overrides}}}}}')
    assert npm(tmp_path) == ((6,), "package.json pins @pulumi/aws ^6.1.0")


def test_the_files_of_one_language_say_nothing_of_another(tmp_path: Path) -> None:
    written(tmp_path, "package.json", '{"dependencies": {"@pulumi/aws": "^6.1.0"}}')
    written(tmp_path, "requirements.txt", "pulumi-aws==7.1.0")
    assert (told(tmp_path)[0], npm(tmp_path)[0]) == ((7,), (6,))


# how pins count together


def test_the_nearest_folder_decides_and_a_farther_one_only_what_is_open(tmp_path: Path) -> None:
    written(tmp_path, "requirements.txt", "pulumi-aws==6.1")
    written(tmp_path, "app/requirements.txt", "pulumi-aws==7.1")
    written(tmp_path, "app/infra/requirements.txt", "pulumi-aws>=6")
    assert told(tmp_path, program="app/infra/main.py") == ((7,), "requirements.txt pins pulumi-aws==7.1")
    assert told(tmp_path, program="app/main.py") == ((7,), "requirements.txt pins pulumi-aws==7.1")
    assert told(tmp_path, program="main.py") == ((6,), "requirements.txt pins pulumi-aws==6.1")


def test_a_folder_farther_away_cannot_take_a_major_back(tmp_path: Path) -> None:
    written(tmp_path, "requirements.txt", "pulumi-aws==5.1")
    written(tmp_path, "app/requirements.txt", "pulumi-aws>=6")
    assert told(tmp_path, program="app/main.py")[0] == (6, 7)


def test_nothing_above_the_root_is_read(tmp_path: Path) -> None:
    written(tmp_path, "requirements.txt", "pulumi-aws==6.1")
    written(tmp_path, "app/main.py", "")
    assert told(tmp_path / "app") == NOTHING


@pytest.mark.parametrize(
    ("asked", "name", "text"),
    [
        ("pulumi-aws>=6", "uv.lock", '[[package]]\nname = "pulumi-aws"\nversion = "6.83.0"\n'),
        ("pulumi-aws", "uv.lock", '[[package]]\nname = "pulumi-aws"\nversion = "6.83.0"\n'),
        ("pulumi-aws>=6", "requirements.in", "pulumi-aws<7\n"),
        ("pulumi-aws>=6", "constraints.txt", "pulumi-aws==6.83.0\n"),
    ],
)
def test_a_narrower_pin_beside_an_open_one_decides(tmp_path: Path, asked: str, name: str, text: str) -> None:
    written(tmp_path, "requirements.txt", f"{asked}\n")
    written(tmp_path, name, text)
    majors, why = told(tmp_path)
    assert (majors, why.split()[0]) == ((6,), name)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {"requirements.txt": "pulumi-aws==6.83.0", "requirements-dev.txt": "pulumi-aws==7.1.0"},
            "requirements.txt pins pulumi-aws==6.83.0, requirements-dev.txt pins pulumi-aws==7.1.0",
        ),
        (
            {"requirements.txt": "pulumi-aws==6.1; python_version<'3.9'\npulumi-aws==7.1; python_version>='3.9'"},
            "requirements.txt pins pulumi-aws==6.1 and pulumi-aws==7.1",
        ),
        (
            {"requirements.txt": "-c pins.txt\npulumi-aws==6.1", "pins.txt": "pulumi-aws==7.1"},
            "requirements.txt pins pulumi-aws==6.1, pins.txt pins pulumi-aws==7.1",
        ),
        (
            {
                "pyproject.toml": "[tool.poetry.dependencies]\npulumi-aws = ["
                "{version = '^6.0', python = '<3.9'}, {version = '^7.0', python = '>=3.9'}]"
            },
            "pyproject.toml pins pulumi-aws ^6.0 and pulumi-aws ^7.0",
        ),
        (
            {"uv.lock": "".join(f'[[package]]\nname = "pulumi-aws"\nversion = "{each}"\n' for each in ("6.1", "7.1"))},
            "uv.lock pins pulumi-aws 6.1 and pulumi-aws 7.1",
        ),
        (
            {"pyproject.toml": "[project.optional-dependencies]\na = ['pulumi-aws<7']\nb = ['pulumi-aws>=7']"},
            "pyproject.toml pins pulumi-aws<7 and pulumi-aws>=7",
        ),
        (
            {
                "requirements.txt": "pulumi-aws<7",
                "uv.lock": '[[package]]\nname = "pulumi-aws"\nversion = "7.1.0"\n',
            },
            "uv.lock pins pulumi-aws 7.1.0, requirements.txt pins pulumi-aws<7",
        ),
    ],
)
def test_pins_that_contradict_each_other_are_named(tmp_path: Path, files: dict[str, str], why: str) -> None:
    for name, text in files.items():
        written(tmp_path, name, text)
    assert told(tmp_path) == ((6, 7), f"{why}; set --provider-version")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "pyproject.toml",
            "[project]\ndependencies = ['pulumi-aws>=6,<8']\n[dependency-groups]\ndev = ['pulumi-aws==7.1.0']",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\npulumi-aws = '>=6,<8'\n"
            "[tool.poetry.group.dev.dependencies]\npulumi-aws = '^7.1'",
        ),
        ("setup.py", "setup(tests_require=['pulumi-aws==7.1.0'], install_requires=['pulumi-aws>=6,<8'])"),
        (
            "setup.cfg",
            "[options]\ninstall_requires = pulumi-aws>=6,<8\n[options.extras_require]\ntest = pulumi-aws==7.1.0\n",
        ),
    ],
)
def test_what_development_picks_is_not_all_that_users_get(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, name, text)
    assert told(tmp_path)[0] == (6, 7)


def test_two_versions_in_a_lock_that_nobody_asks_for(tmp_path: Path) -> None:
    written(tmp_path, "yarn.lock", '"@pulumi/aws@^6":\n  version "6.83.0"\n"@pulumi/aws@^7":\n  version "7.1.0"\n')
    why = "yarn.lock pins @pulumi/aws 6.83.0 and @pulumi/aws 7.1.0; set --provider-version"
    assert npm(tmp_path) == ((6, 7), why)


@pytest.mark.parametrize("peers", ["^6.0.0 || ^7.0.0", ">=6", "6 || 7"])
def test_what_a_package_promises_to_run_with_counts_whatever_is_installed(tmp_path: Path, peers: str) -> None:
    manifest = f'{{"peerDependencies": {{"@pulumi/aws": "{peers}"}}, "devDependencies": {{"@pulumi/aws": "^7.1.0"}}}}'
    written(tmp_path, "package.json", manifest)
    written(tmp_path, "node_modules/@pulumi/aws/package.json", '{"name": "@pulumi/aws", "version": "7.1.0"}')
    assert npm(tmp_path) == ((6, 7), f"package.json promises @pulumi/aws {peers}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"overrides": {"@pulumi/aws": "6.83.0"}, "dependencies": {"@pulumi/aws": "^7.1.0"}}'),
        ("package.json", '{"resolutions": {"@pulumi/aws": "6.83.0"}, "devDependencies": {"@pulumi/aws": "^7.1.0"}}'),
    ],
)
def test_an_override_stands_for_what_is_asked(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, name, text)
    assert npm(tmp_path) == ((6,), f"{name} pins @pulumi/aws 6.83.0")


def test_an_override_of_the_workspace_and_a_pin_of_its_member_may_contradict(tmp_path: Path) -> None:
    written(tmp_path, "package.json", '{"pnpm": {"overrides": {"@pulumi/aws": "6.83.0"}}}')
    written(tmp_path, "app/package.json", '{"dependencies": {"@pulumi/aws": "^7.1.0"}}')
    assert npm(tmp_path, "app/index.ts")[0] == (6, 7)


# what cannot be read


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("pyproject.toml", "[project\ndependencies = ['pulumi-aws==6.1']", " (pyproject.toml is not valid TOML)"),
        ("pyproject.toml", "project = 1\ntool = ['pulumi-aws==6.1']", ""),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = 6\n", ""),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = {path = '../aws-6.1'}\n", ""),
        ("pyproject.toml", "[tool.poetry.dependencies]\npulumi-aws = '*'\n", ""),
        ("Pipfile", "pulumi-aws = '==6.1", " (Pipfile is not valid TOML)"),
        ("Pipfile.lock", '{"default": {"pulumi-aws": ', " (Pipfile.lock is broken JSON)"),
        ("Pipfile.lock", '["pulumi-aws"]', ""),
        ("Pipfile.lock", "[" * 100_000 + "pulumi-aws", " (Pipfile.lock is broken JSON)"),
        ("setup.cfg", "pulumi-aws==6.1", " (setup.cfg is broken)"),
        ("setup.py", "setup(install_requires=['pulumi-aws==6.1'", " (setup.py is broken Python)"),
        ("setup.py", f"pulumi_aws{'.a' * 50_000}", " (setup.py is broken Python)"),
        ("setup.py", "setup(install_requires=[f'pulumi-aws=={VERSION}'])", ""),
        ("poetry.lock", "pulumi-aws", ""),
        ("environment.yml", "dependencies: [pulumi-aws=6.1", " (environment.yml is broken YAML)"),
        ("environment.yml", f"pulumi-aws: {'[' * 100_000}", " (environment.yml is nested too deep to be read)"),
        ("environment.yml", "a: &a {b: c}\ndependencies: [*a, *a]\nc: {<<: *a}\npulumi-aws: 1\n", ""),
        ("Pulumi.yaml", "plugins: [\n", " (Pulumi.yaml is broken YAML)"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_passed_over(tmp_path: Path, name: str, text: str, reason: str) -> None:
    written(tmp_path, f"app/{name}", text)
    assert told(tmp_path, program="app/main.py") == ((), f"no pin found{reason}")
    written(tmp_path, "app/in/requirements.txt", "pulumi-aws==6.1")
    assert told(tmp_path, program="app/in/main.py") == ((6,), "requirements.txt pins pulumi-aws==6.1")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("package.json", '{"dependencies": {"@pulumi/aws": ', " (package.json is broken JSON)"),
        ("package.json", '["@pulumi/aws"]', ""),
        ("package.json", '"@pulumi/aws"', ""),
        ("package.json", '{"dependencies": ["@pulumi/aws"]}', ""),
        ("package.json", '{"dependencies": {"@pulumi/aws": 6}}', ""),
        ("package.json", '{"dependencies": {"@pulumi/aws": {"version": "6.1.0"}}}', ""),
        ("package.json", '{"dependencies": {"@pulumi/aws-native": "6.1.0", "@pulumi/awsx": "^6"}}', ""),
        ("package.json", '{"dependencies": {"@Pulumi/AWS": "6.1.0"}}', ""),
        ("package.json", "[" * 100_000 + "@pulumi/aws", " (package.json is broken JSON)"),
        ("package-lock.json", '{"packages": {"node_modules/@pulumi/aws": {"link": true}}}', ""),
        (
            "package-lock.json",
            '{"packages": {"node_modules/@pulumi/aws": "6.1.0"}, "dependencies": ["@pulumi/aws"]}',
            "",
        ),
        ("yarn.lock", '"@pulumi/aws@^6.1.0":\n', ""),
        ("pnpm-lock.yaml", "dependencies:\n  '@pulumi/aws': link:../aws-6.1.0\n", ""),
        ("pnpm-lock.yaml", "dependencies: {\n", " (pnpm-lock.yaml is broken YAML)"),
        ("bun.lock", '{"packages": {"@pulumi/aws": ["', " (bun.lock is broken JSON)"),
        ("bun.lock", '{"packages": {"@pulumi/aws": [6]}}', ""),
        ("node_modules/@pulumi/aws/package.json", '{"name": "@pulumi/aws", "version": "${VERSION}"}', ""),
        ("requirements.txt", "pulumi-aws==6.1", ""),
    ],
)
def test_a_file_of_npm_that_says_nothing_is_passed_over(tmp_path: Path, name: str, text: str, reason: str) -> None:
    written(tmp_path, name, text)
    assert npm(tmp_path) == ((), f"no pin found{reason}")
