"""Pins that are raised to the next major: what of a manifest changes, and what is left to people."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.files.provider_version.newer_ranges import Unclear, raised
from iacfix.files.provider_version.raising import Left, Raising, Wanted
from iacfix.files.provider_version.ranges import Style

PYTHON = Wanted(7, "7.51.1", "pulumi-aws", "aws", (6, 7))
NODE = Wanted(7, "7.48.0", "@pulumi/aws", "aws", (6, 7))


def written(root: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode() if isinstance(text, str) else text)


def raising(root: Path, program: str, text: str = "") -> Raising:
    made = Raising(root)
    made.raise_pins(root / program, text, NODE if program.endswith("ts") else PYTHON)
    return made


def changes(made: Raising) -> dict[str, str]:
    return {source.name: after for source, after in made.texts.values() if after != source.text}


# ranges


@pytest.mark.parametrize("range", ["", "*", ">=6", ">=6.0,<8", "==7.3.1", "~=7.0", "!=6.4.0", "<=7.2"])
def test_a_range_that_admits_the_major_stays(range: str) -> None:
    assert raised(range, Style.PEP440, 7, "7.51.1") == range


@pytest.mark.parametrize(
    "range", ["*", "latest", "^7.1.0", "^6 || ^7", ">=6", ">=6.0.0 <8.0.0", "6 - 7", "$@pulumi/aws"]
)
def test_a_range_of_npm_that_admits_the_major_stays(range: str) -> None:
    assert raised(range, Style.NPM, 7, "7.48.0") == range


@pytest.mark.parametrize(
    ("range", "expected"),
    [
        (">=6,<7", ">=7,<8"),
        (">=6.0.0, <7.0.0", ">=7.0.0, <8.0.0"),
        (">= 6.83.4 , < 7", ">= 7.0.0 , < 8"),
        ("<7,>=6.10", "<8,>=7.0"),
        (">=5,<7", ">=7,<8"),
        (">=6,!=6.5.1,<7", ">=7,!=6.5.1,<8"),
        ("<7", ">=7,<8"),
        ("<7.0.0", ">=7.0.0,<8.0.0"),
        ("~=6.83", "~=7.0"),
        ("~=6.83.4", "~=7.51.1"),
        ("==6.83.4", "==7.51.1"),
        ("===6.83.4", "===7.51.1"),
        ("== 6.*", "== 7.*"),
        ("==6.83.*", "==7.51.*"),
    ],
)
def test_a_range_of_pip_is_raised(range: str, expected: str) -> None:
    assert raised(range, Style.PEP440, 7, "7.51.1") == expected


@pytest.mark.parametrize(
    ("range", "expected"),
    [
        ("^6.0", "^7.0"),
        ("^6", "^7"),
        ("~6.83", "~7.51"),
        ("~6", "~7"),
        ("6.83.4", "7.51.1"),
        ("6.*", "7.*"),
        ("~=6.1", "~=7.0"),
    ],
)
def test_a_range_of_poetry_is_raised(range: str, expected: str) -> None:
    assert raised(range, Style.POETRY, 7, "7.51.1") == expected


@pytest.mark.parametrize(
    ("range", "expected"),
    [
        ("^6.83.0", "^7.0.0"),
        ("^6", "^7"),
        ("~6.83.0", "~7.48.0"),
        ("~6", "~7"),
        ("6.83.4", "7.48.0"),
        ("=6.83.4", "=7.48.0"),
        ("v6.83.4", "v7.48.0"),
        ("6", "7"),
        ("6.x", "7.x"),
        ("6.x.x", "7.x.x"),
        ("6.83.x", "7.48.x"),
        (">=6.0.0 <7.0.0", ">=7.0.0 <8.0.0"),
        (">=6 <7", ">=7 <8"),
        ("<7", ">=7 <8"),
    ],
)
def test_a_range_of_npm_is_raised(range: str, expected: str) -> None:
    assert raised(range, Style.NPM, 7, "7.48.0") == expected


@pytest.mark.parametrize(
    ("range", "style", "reason"),
    [
        ("==5.4.0", Style.PEP440, "asks for an earlier major; upgrade to 6 first"),
        ("^8.0.0", Style.NPM, "asks for a later major"),
        ("^5 || ^6", Style.NPM, "names several versions"),
        ("6.1 - 6.9", Style.NPM, "names several versions"),
        (">=6,<6.90", Style.PEP440, "ends within major 6"),
        (">=6,<=6.90", Style.PEP440, "has a bound <= within the major"),
        (">6,<7", Style.PEP440, "has a bound > within the major"),
        ("^6.0.0-alpha.1", Style.NPM, "names a pre-release or a build"),
        ("==6.0.0rc1", Style.PEP440, "names a pre-release or a build"),
        ("==six", Style.PEP440, "is no range that iacfix reads"),
        ("github:pulumi/pulumi-aws", Style.NPM, "is no range that iacfix reads"),
        ("6.83.4", Style.ADDRESS, "is an address; name one of major 7"),
        ("==6.83.4", Style.CONDA, "names one version; choose one that conda has"),
    ],
)
def test_an_unclear_range_is_not_guessed(range: str, style: Style, reason: str) -> None:
    with pytest.raises(Unclear) as raises:
        raised(range, style, 7, "7.51.1")
    assert str(raises.value) == reason


# manifests that stay


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "# pulumi-aws==6.0\npulumi-awsx==6.83.4\npulumi-aws-native>=6,<7\npulumi>=3,<4\n"),
        ("requirements.txt", "pulumi-aws>=6\npulumi-awsx==6.83.4\n"),
        ("requirements.txt", "pulumi-aws\n"),
        ("pyproject.toml", '[project]\ndependencies = ["pulumi-aws>=6,<8"]  # was ~=6.83\n'),
        ("other/requirements.txt", "pulumi-aws==6.83.4\n"),
        ("requirements.txt", "pulumi-aws==7.3.0\n"),
    ],
)
def test_a_manifest_that_stays(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, {name: text})
    made = raising(tmp_path, "__main__.py")
    assert (changes(made), made.left) == ({}, [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"dependencies": {"@pulumi/awsx": "^6.0.0", "aws6": "npm:@pulumi/aws@^6.0.0"}}'),
        ("package.json", '{"dependencies": {"@pulumi/aws": ">=6"}, "peerDependencies": {"@pulumi/aws": "^6 || ^7"}}'),
        ("package.json", '{"dependencies": {"@pulumi/aws": "^7.0.0"}, "overrides": {"x": {"@pulumi/aws": "^6.0.0"}}}'),
        ("package.json", '{"dependencies": {"@pulumi/aws": "npm:other@^6.0.0"}}'),
        ("other/package.json", '{"dependencies": {"@pulumi/aws": "^6.0.0"}}'),
    ],
)
def test_a_manifest_of_npm_that_stays(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, {name: text})
    made = raising(tmp_path, "index.ts")
    assert (changes(made), made.left) == ({}, [])


def test_only_the_nearest_manifest_that_decides_is_edited(tmp_path: Path) -> None:
    written(tmp_path, {"requirements.txt": "pulumi-aws==6.1.0\n", "app/requirements.txt": "pulumi-aws>=6,<7\n"})
    assert changes(raising(tmp_path, "app/__main__.py")) == {"app/requirements.txt": "pulumi-aws>=7,<8\n"}
    node = '{"dependencies": {"@pulumi/aws": "^6.1.0"}}'
    written(tmp_path, {"package.json": node, "app/package.json": node})
    assert set(changes(raising(tmp_path, "app/index.ts"))) == {"app/package.json"}


# manifests that change


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "requirements.txt",
            "# held at 6: pulumi-aws>=6,<7\r\npulumi>=3,<4\r\nPulumi_AWS[x] >=6,<7 ; python_version>'3'  # 6,<7\r\n",
            "# held at 6: pulumi-aws>=6,<7\r\npulumi>=3,<4\r\nPulumi_AWS[x] >=7,<8 ; python_version>'3'  # 6,<7\r\n",
        ),
        ("requirements.in", "pulumi-aws~=6.83\nother~=6.83", "pulumi-aws~=7.0\nother~=6.83"),
        ("requirements.txt", "other==6.83.4\npulumi-aws==6.83.4\n", "other==6.83.4\npulumi-aws==7.51.1\n"),
        ("constraints.txt", "pulumi-aws<7\n", "pulumi-aws>=7,<8\n"),
        ("requirements/base.txt", "\tpulumi-aws (>=6,<7)\n", "\tpulumi-aws (>=7,<8)\n"),
        (
            "pyproject.toml",
            '[project]\nversion = "6.83.4"\ndependencies = [\n  \'pulumi-aws>=6.0,<7\', # six\n  "x>=6.0,<7",\n]\n',
            '[project]\nversion = "6.83.4"\ndependencies = [\n  \'pulumi-aws>=7.0,<8\', # six\n  "x>=6.0,<7",\n]\n',
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nx = "^6.0"\npulumi-aws = { version = "^6.0", extras = [] }\ny = "^6.0"\n',
            '[tool.poetry.dependencies]\nx = "^6.0"\npulumi-aws = { version = "^7.0", extras = [] }\ny = "^6.0"\n',
        ),
        (
            "pyproject.toml",
            '[dependency-groups]\ndev = ["pulumi-aws>=6,<7"]\n[project]\ndependencies = ["pulumi-aws>=6,<7"]\n',
            '[dependency-groups]\ndev = ["pulumi-aws>=7,<8"]\n[project]\ndependencies = ["pulumi-aws>=7,<8"]\n',
        ),
        (
            "Pipfile",
            '[packages]\na = "==6.83.4"\npulumi-aws = "==6.83.4"\n',
            '[packages]\na = "==6.83.4"\npulumi-aws = "==7.51.1"\n',
        ),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n  x>=6,<7\n  pulumi-aws>=6,<7\n",
            "[options]\ninstall_requires =\n  x>=6,<7\n  pulumi-aws>=7,<8\n",
        ),
        (
            "setup.py",
            "setup(install_requires=['x~=6.1', 'pulumi-aws~=6.1'])\n",
            "setup(install_requires=['x~=6.1', 'pulumi-aws~=7.0'])\n",
        ),
        (
            "environment.yml",
            "dependencies:\n  - pulumi-aws=6  # conda\n  - pip:\n      - x==6.83.4\n      - pulumi-aws==6.83.4\n",
            "dependencies:\n  - pulumi-aws=7  # conda\n  - pip:\n      - x==6.83.4\n      - pulumi-aws==7.51.1\n",
        ),
        ("pixi.toml", '[pypi-dependencies]\npulumi-aws = ">=6,<7"\n', '[pypi-dependencies]\npulumi-aws = ">=7,<8"\n'),
        (
            "Pulumi.yaml",
            "name: x\nplugins:\n  providers:\n    - {name: other, version: 6.83.4}\n"
            "    - name: aws\n      version: 'v6.83.4' # same\n",
            "name: x\nplugins:\n  providers:\n    - {name: other, version: 6.83.4}\n"
            "    - name: aws\n      version: 'v7.51.1' # same\n",
        ),
    ],
)
def test_a_manifest_of_python_is_raised(tmp_path: Path, name: str, before: str, after: str) -> None:
    written(tmp_path, {name: before})
    made = raising(tmp_path, "__main__.py")
    assert (changes(made), made.left) == ({name: after}, [])
    written(tmp_path, {name: after})
    assert changes(raising(tmp_path, "__main__.py")) == {}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "package.json",
            '{\r\n\t"version": "^6.0.0",\r\n\t"dependencies": {\r\n\t\t"@pulumi/awsx": "^6.0.0",'
            '\r\n\t\t"@pulumi/aws" : "^6.0.0"\r\n\t}\r\n}',
            '{\r\n\t"version": "^6.0.0",\r\n\t"dependencies": {\r\n\t\t"@pulumi/awsx": "^6.0.0",'
            '\r\n\t\t"@pulumi/aws" : "^7.0.0"\r\n\t}\r\n}',
        ),
        (
            "package.json",
            '{"devDependencies": {"@pulumi/aws": "6.83.4"}, '
            '"resolutions": {"a/@pulumi/aws": "6.83.4", "**/@pulumi/aws": "6.83.4"}}',
            '{"devDependencies": {"@pulumi/aws": "7.48.0"}, '
            '"resolutions": {"a/@pulumi/aws": "6.83.4", "**/@pulumi/aws": "7.48.0"}}',
        ),
        (
            "package.json",
            '{"overrides": {"@pulumi/aws": {".": "~6.83.0"}, "x": {"@pulumi/aws": "~6.83.0"}}}',
            '{"overrides": {"@pulumi/aws": {".": "~7.48.0"}, "x": {"@pulumi/aws": "~6.83.0"}}}',
        ),
        (
            "deno.json",
            '{"imports": {"@pulumi/aws": "npm:@pulumi/aws@^6.0.0"}}',
            '{"imports": {"@pulumi/aws": "npm:@pulumi/aws@^7.0.0"}}',
        ),
        ("deno.jsonc", '{// ^6\n"imports": {"@pulumi/aws/": "npm:/@pulumi/aws@6/",}}', None),
    ],
)
def test_a_manifest_of_npm_is_raised(tmp_path: Path, name: str, before: str, after: str | None) -> None:
    written(tmp_path, {name: before})
    made = raising(tmp_path, "index.ts")
    if after is None:
        assert (changes(made), [(left.path, left.line) for left in made.left]) == ({}, [(name, 2)])
    else:
        assert (changes(made), made.left) == ({name: after}, [])


def test_a_catalog_is_raised_where_it_stands(tmp_path: Path) -> None:
    other = 'catalogs:\n  old:\n    "@pulumi/aws": ^6.0.0\n'
    workspace = f'catalog:\n  "@pulumi/awsx": ^6.0.0\n  "@pulumi/aws": ^6.0.0 # ours\n{other}'
    package = '{"dependencies": {"@pulumi/aws": "catalog:"}}'
    written(tmp_path, {"app/package.json": package, "pnpm-workspace.yaml": workspace})
    expected = workspace.replace("^6.0.0 # ours", "^7.0.0 # ours")
    assert changes(raising(tmp_path, "app/index.ts")) == {"pnpm-workspace.yaml": expected}


def test_what_a_requirements_file_includes_is_raised_there(tmp_path: Path) -> None:
    written(tmp_path, {"app/requirements.txt": "-r ../deps/base.txt\n", "deps/base.txt": "pulumi-aws>=6,<7\n"})
    assert changes(raising(tmp_path, "app/__main__.py")) == {"deps/base.txt": "pulumi-aws>=7,<8\n"}


# what is left to people


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        (
            "requirements.txt",
            "x\npulumi-aws==6.1.0 \\\n  --hash=sha256:00\n",
            (2, "pulumi-aws==6.1.0", "has hashes; write them anew for the version you choose"),
        ),
        (
            "requirements.txt",
            "pulumi-aws @ https://x/pulumi_aws-6.1.0-py3-none-any.whl\n",
            (1, "pulumi-aws 6.1.0", "is an address; name one of major 7"),
        ),
        (
            "requirements.txt",
            "pulumi-aws==5.1.0\n",
            (1, "pulumi-aws==5.1.0", "asks for an earlier major; upgrade to 6 first"),
        ),
        ("requirements.txt", "pulumi-aws>=6, \\\n <7\n", (1, "pulumi-aws>=6, <7", "is not written in one piece")),
        (
            "requirements.txt",
            "pulumi-aws==6.1.0\n".encode("utf-16"),
            (1, "pulumi-aws==6.1.0", "looks binary (it holds a NUL byte); save it as UTF-8 or exclude it"),
        ),
        (
            "setup.py",
            "setup(install_requires=['pulumi-aws>=6,' '<7'])\n",
            (1, "pulumi-aws>=6,<7", "is not written in one piece"),
        ),
        (
            "environment.yml",
            "dependencies:\n- pulumi-aws=6.83.4=py_0\n",
            (2, "pulumi-aws=6.83.4=py_0", "is no range that iacfix reads"),
        ),
    ],
)
def test_what_is_unclear_is_named_with_its_line(
    tmp_path: Path, name: str, text: str | bytes, left: tuple[int, str, str]
) -> None:
    written(tmp_path, {name: text})
    made = raising(tmp_path, "__main__.py")
    assert (changes(made), made.left) == ({}, [Left(name, *left)])


def test_locks_and_installations_are_named(tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            "package.json": '{"dependencies": {"@pulumi/aws": "^6.0.0"}}',
            "package-lock.json": '{"packages": {"node_modules/@pulumi/aws": {"version": "6.83.4"}}}',
            "node_modules/@pulumi/aws/package.json": '{"name": "@pulumi/aws", "version": "6.83.4"}',
            "pyproject.toml": '[project]\ndependencies = ["pulumi-aws>=6,<7"]\n',
            "uv.lock": '[[package]]\nname = "pulumi-aws"\nversion = "6.83.4"\n',
            ".venv/pyvenv.cfg": "",
            ".venv/lib/python3.12/site-packages/pulumi_aws-6.83.4.dist-info/METADATA": "",
        },
    )
    assert raising(tmp_path, "index.ts").to_run == {
        "node_modules": "install the packages again, as npm install",
        "package-lock.json": "npm install",
    }
    assert raising(tmp_path, "__main__.py").to_run == {
        ".venv": "install the requirements again",
        "uv.lock": "uv lock --upgrade-package pulumi-aws && uv sync",
    }


def test_a_compiled_requirements_file_is_a_lock(tmp_path: Path) -> None:
    head = "#\n# This file is autogenerated by pip-compile with Python 3.12\n#    pip-compile requirements.in\n"
    written(tmp_path, {"requirements.in": "pulumi-aws>=6,<7\n", "requirements.txt": f"{head}pulumi-aws==6.83.4\n"})
    made = raising(tmp_path, "__main__.py")
    assert changes(made) == {"requirements.in": "pulumi-aws>=7,<8\n"}
    assert made.to_run == {"requirements.txt": "the command that its head names, with the new range"}


def test_the_block_of_a_script_is_raised_in_its_text(tmp_path: Path) -> None:
    from iacfix.files.source import load

    text = '# /// script\r\n# dependencies = ["x~=6.1", "pulumi-aws~=6.1"]\r\n# ///\r\nimport pulumi_aws  # ~=6.1\r\n'
    written(tmp_path, {"__main__.py": text})
    source = load(tmp_path / "__main__.py", "__main__.py")
    made = Raising(tmp_path)
    after = made.raised_in(source, source.text, PYTHON)
    assert after == text.replace('"pulumi-aws~=6.1"', '"pulumi-aws~=7.0"')
    assert made.left == []
