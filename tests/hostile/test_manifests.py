"""Manifests and locks that nobody means well with: no reader raises, waits or takes long."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iacfix.files.provider_version import pinned

SECONDS = 3.0
"""Of processor time for one text of up to a few hundred kilobytes; the slowest reader takes a tenth of it."""

SAMPLES = {
    "requirements.txt": "-r base.txt\n-c pins.txt\npulumi-aws[x] >= 6.1, < 7 ; python_version > '3' \\\n"
    "  --hash=sha256:aa\npulumi_aws @ https://x.y/pulumi_aws-6.83.0-py3-none-any.whl#egg=pulumi-aws\n",
    "pyproject.toml": "[project]\ndependencies = ['pulumi-aws>=6,<7']\n[tool.poetry.dependencies]\n"
    "pulumi-aws = [{version = '^6.0', python = '<3.9'}, '^7']\n[tool.uv.sources]\npulumi-aws = {url = 'x-6.1.whl'}\n",
    "Pipfile": "[packages]\npulumi-aws = {version = '~=6.1'}\n",
    "Pipfile.lock": '{"default": {"pulumi-aws": {"hashes": ["a"], "version": "==6.83.4"}}}',
    "uv.lock": 'version = 1\n\n[[package]]\nname = "pulumi-aws"\nversion = "6.83.4"\nsource = { registry = "x" }\n',
    "setup.py": "from setuptools import setup\nX = ['pulumi-aws>=6,<7']\nsetup(install_requires=X + ['y'])\n",
    "setup.cfg": "[options]\ninstall_requires =\n    pulumi\n    pulumi-aws>=6,<7\n[options.extras_require]\nx = a\n",
    "environment.yml": "name: &a x\ndependencies:\n  - pulumi-aws=6.83.0=py_0\n  - pip:\n      - pulumi-aws==6.83.0\n",
    "pixi.toml": "[dependencies]\npulumi-aws = '6.83.*|7.*'\n[feature.x.pypi-dependencies]\npulumi-aws = '<7'\n",
    "pixi.lock": "packages:\n- pypi: https://x.y/pulumi_aws-6.83.0-py3-none-any.whl\n"
    "  name: pulumi-aws\n  version: 6.83.0\n",
    "Pulumi.yaml": "name: x\nruntime:\n  options: {virtualenv: v}\n"
    "plugins:\n  providers:\n  - {name: aws, version: 6.83.0}\n",
    "package.json": '{"name": "a", "dependencies": {"@pulumi/aws": "^6.1.0 || >=6 <7 || 6 - 7", '
    '"old": "npm:@pulumi/aws@^6"}, "peerDependencies": {"@pulumi/aws": "catalog:"}, '
    '"overrides": {"@pulumi/aws": {".": "6.1.0"}}}',
    "package-lock.json": '{"packages": {"node_modules/@pulumi/aws": {"version": "6.83.0"}}}',
    "yarn.lock": '"@pulumi/aws@^6.0.0", "@pulumi/aws@npm:^6.1.0":\n  version "6.83.0"\n  resolved "https://x"\n',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@pulumi/aws':\n"
    "        specifier: ^6.1.0\n        version: 6.83.0(typescript@5.4.2)\n\npackages:\n\n  a:\n",
    "pnpm-workspace.yaml": "catalog:\n  '@pulumi/aws': ^6.83.0\noverrides: {'@pulumi/aws': 6.83.0}\n",
    "bun.lock": '{"packages": {"@pulumi/aws": ["@pulumi/aws@6.83.0", "", {}, "sha512-x"],}, /* x */ // y\n}',
    "deno.json": '{"imports": {"@pulumi/aws": "npm:@pulumi/aws@^6.83.0"}}',
    "deno.lock": '{"version": "5", "specifiers": {"npm:@pulumi/aws@^6": "6.83.0"}}',
}


ODD = ("- ", ": ", ", ", "||", "&a ", "*a", "<<: ", "6.1", '"""', "npm:", "-r ", "[[package]]\n")


def asked_of(folder: Path, text: str = "") -> float:
    """Seconds of processor time that both ecosystems take in a folder."""
    started = time.process_time()
    for program, distribution in (("main.py", "pulumi-aws"), ("index.ts", "@pulumi/aws")):
        pinned(folder / program, folder, distribution, "aws", (6, 7), text)
    return time.process_time() - started


def mutated(sample: str) -> st.SearchStrategy[str]:
    """The sample with stretches repeated, cut out, swapped and filled with what parsers stumble over."""
    odd = st.sampled_from([*"[{\"'\\<^\n\r\t #\0\ud7ff\u2028\x1cé9.@/=%!?", *ODD])
    piece = st.tuples(st.integers(0, len(sample)), st.integers(0, 40), odd, st.sampled_from([0, 1, 2, 300, 30_000]))

    def made(pieces: list[tuple[int, int, str, int]]) -> str:
        text = sample
        for at, length, what, times in pieces:
            at = min(at, len(text))
            text = text[:at] + what * times + text[at + length * (times % 2) :]
        return text

    return st.lists(piece, min_size=1, max_size=4).map(made)


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_a_mutated_file_is_read_in_time(name: str, data: st.DataObject) -> None:
    text = data.draw(mutated(SAMPLES[name]))
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(text.encode("utf-8", "replace"))
        assert asked_of(Path(folder)) < SECONDS


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_any_bytes_are_read_in_time(data: st.DataObject) -> None:
    raw = data.draw(st.binary(max_size=400))
    with TemporaryDirectory() as folder:
        for name, mark in zip(SAMPLES, (b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf") * 9, strict=False):
            (Path(folder) / name).write_bytes(mark + b"pulumi-aws @pulumi/aws " + raw)
        assert asked_of(Path(folder)) < SECONDS


MANY = 100_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pnpm-lock.yaml", f"dependencies:\n  '@pulumi/aws':\n    specifier:{' ' * 180_000}\n    version: 6.83.0\n"),
        ("pnpm-lock.yaml", f"importers:\n  .: {'[' * MANY}"),
        ("pnpm-lock.yaml", "a: &a [x]\n" + "".join(f"b{n}: &b{n} [{'*a, ' * 9}]\n" for n in range(5000))),
        ("pnpm-workspace.yaml", f"catalog:\n{''.join(f'  {chr(39)}k{n}{chr(39)}: 1{chr(10)}' for n in range(20_000))}"),
        ("package.json", f'{{"dependencies": {{"@pulumi/aws": "{">=6 " * MANY}"}}}}'),
        ("package.json", f'{{"dependencies": {{"@pulumi/aws": "{"^6 || " * MANY}6"}}}}'),
        ("package.json", f'{{"dependencies": {{"@pulumi/aws": "{" " * MANY}6{" " * MANY}- 7"}}}}'),
        ("package.json", f'{{"dependencies": {{"@pulumi/aws": "{"6." * MANY}"}}}}'),
        ("package.json", f'{{"dependencies": {{"@pulumi/aws": "npm:{"@a/" * MANY}"}}}}'),
        (
            "package.json",
            f'{{"dependencies": {{{",".join(f"{chr(34)}a{n}{chr(34)}: {chr(34)}^6{chr(34)}" for n in range(MANY))}}}}}',
        ),
        ("bun.lock", '"@pulumi/aws {"a' + '\\"' * MANY),
        ("bun.lock", f'{{"packages": {{"@pulumi/aws": [{"/*" * MANY}'),
        ("bun.lock", f'{{"packages": {{"@pulumi/aws": [1{", " * MANY}'),
        ("yarn.lock", '"@pulumi/aws@^6", ' * MANY + ":\n  version 6.1.0\n"),
        ("yarn.lock", '"@pulumi/aws@^6":\n' * MANY),
        ("requirements.txt", f"pulumi-aws{','.join(['>=6'] * MANY)}\n"),
        ("requirements.txt", f"pulumi-aws{'[' * MANY}\n" * 3),
        ("requirements.txt", f"pulumi-aws=={' ' * MANY}6 {' ' * MANY}--\n"),
        ("requirements.txt", f"pulumi-aws @ git+https://x@{'1.' * MANY}\n"),
        ("requirements.txt", "-r requirements.txt\n-r ./requirements.txt\n" * 20_000),
        ("requirements.txt", f"pulumi{'-_.' * MANY}"),
        ("pyproject.toml", f"[project]\nx = 'pulumi-aws'\n{'.'.join(['a'] * MANY)} = 1\n"),
        ("pyproject.toml", f"# pulumi-aws\na = {'[' * MANY}"),
        ("pyproject.toml", "# pulumi-aws\n" + "".join(f"[a.b{n}]\n" for n in range(30_000))),
        ("uv.lock", '[[package]]\nname = "pulumi-aws"\n' * 30_000),
        ("uv.lock", '[[package]]\nname = "pulumi-aws"\nversion = "6.1"\n' * 30_000),
        ("setup.cfg", f"[options]\npulumi-aws{' ' * MANY}x\n"),
        ("setup.cfg", f"[options]\ninstall_requires =\n{' pulumi-aws' * 30_000}\n"),
        ("setup.py", f"pulumi_aws{'.b' * MANY}"),
        ("setup.py", f"pulumi_aws = {'(' * MANY}"),
        ("setup.py", f"pulumi_aws = {'-' * MANY}1"),
        ("setup.py", "A = B\nB = A\nsetup(install_requires=A + B)  # pulumi-aws\n" * 5000),
        ("environment.yml", f"dependencies: [pulumi-aws={'=' * MANY}]"),
        ("environment.yml", f"dependencies:\n- pulumi-aws{' ' * MANY}6{' x' * MANY}\n"),
        ("pixi.lock", f"- pypi: {'-' * MANY}pulumi_aws.whl\n" * 3),
        ("Pulumi.yaml", f"plugins: {{{'a: {' * MANY}"),
    ],
)
def test_time_grows_with_the_length_only(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert asked_of(tmp_path) < SECONDS


def test_a_block_of_a_script_without_an_end(tmp_path: Path) -> None:
    assert asked_of(tmp_path, "# /// script\n" + "#\n" * MANY) < SECONDS
    assert asked_of(tmp_path, "# /// script\n" * MANY) < SECONDS
    assert asked_of(tmp_path, "'npm:@pulumi/aws@" * MANY) < SECONDS


def test_files_that_include_each_other_all_to_all(tmp_path: Path) -> None:
    names = [f"r{number}.txt" for number in range(300)]
    for name in ("requirements.txt", *names):
        (tmp_path / name).write_text("".join(f"-r {each}\n" for each in names))
    assert asked_of(tmp_path) < SECONDS


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", [*SAMPLES, "node_modules/@pulumi/aws/package.json", ".venv/pyvenv.cfg"])
def test_a_pipe_and_a_link_to_a_device_are_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "pipe" / name).parent.mkdir(parents=True)
    os.mkfifo(tmp_path / "pipe" / name)
    (tmp_path / "device" / name).parent.mkdir(parents=True)
    (tmp_path / "device" / name).symlink_to("/dev/zero")
    assert asked_of(tmp_path / "pipe") + asked_of(tmp_path / "device") < SECONDS
    said = pinned(tmp_path / "pipe" / "main.py", tmp_path / "pipe", "pulumi-aws", "aws", (6, 7))
    assert said.majors == ()
    assert said.why in ("no pin found", f"no pin found ({name} cannot be read: it is not a regular file)")


def test_a_file_of_many_megabytes_is_named_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "package-lock.json").open("wb") as file:
        file.truncate(17_000_000)
    said = pinned(tmp_path / "index.ts", tmp_path, "@pulumi/aws", "aws", (6, 7))
    assert said.why == "no pin found (package-lock.json cannot be read: it is longer than 16,000,000 bytes)"
