"""The extension for Visual Studio Code: packed as it is shipped, and the server started as it starts it. The editor
itself is no package and is not run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from iacfix import __version__
from iacfix.files.suffixes import SUFFIXES

ROOT = Path(__file__).parent.parent.parent
EXTENSION = ROOT / "editors" / "vscode"
PACKED = ROOT / ".cache" / "vscode" / "node_modules"
NEEDED = ROOT / ".cache" / "extension" / "node_modules"
SCRIPTS = ROOT / "tests" / "node" / "vscode"
FAMILY = {
    "typescriptreact": "typescript",
    "javascript": "typescript",
    "javascriptreact": "typescript",
    "opentofu": "terraform",
}
"""What iacfix calls the languages of the editor."""
WEAK = """import pulumi_aws as aws

aws.kms.Key("data")
"""


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    """A copy of the extension with the packages that it needs."""
    folder = tmp_path / "vscode"
    shutil.copytree(EXTENSION, folder, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(NEEDED, folder / "node_modules", symlinks=True)
    return folder


def node(script: str, *arguments: str) -> Any:
    command = ["node", str(SCRIPTS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_packs_with_all_that_it_needs(extension: Path, tmp_path: Path) -> None:
    packed = tmp_path / "iacfix.vsix"
    command = ["node", str(PACKED / "@vscode" / "vsce" / "vsce"), "package", "--allow-missing-repository"]
    command += ["--skip-license", "--out", str(packed)]
    done = subprocess.run(command, cwd=extension, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(packed) as archive:
        names = set(archive.namelist())
        told = json.loads(archive.read("extension/package.json"))
    assert {"extension/extension.js", "extension/server.js", "extension/readme.md"} <= names
    assert "extension/node_modules/vscode-languageclient/node.js" in names
    assert told["version"] == __version__


def test_the_server_that_it_starts_finds_and_fixes(extension: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    came = node("session.cjs", str(extension), file.as_uri(), WEAK, sys.executable, "-m", "iacfix")
    assert came["serverInfo"] == {"name": "iacfix", "version": __version__}
    assert [each["code"] for each in came["diagnostics"]] == ["unrotated-key"]
    [[edit]] = came["edit"]["changes"].values()
    lines = WEAK.split("\n")
    row, start, stop = edit["range"]["start"]["line"], edit["range"]["start"]["character"], edit["range"]["end"]
    assert stop["line"] == row
    lines[row] = lines[row][:start] + edit["newText"] + lines[row][stop["character"] :]
    assert "\n".join(lines) == WEAK.replace('"data"', '"data", enable_key_rotation=True')


@pytest.mark.parametrize(
    ("given", "command", "arguments"),
    [([], "iacfix", ["lsp"]), (["uvx", "iacfix"], "uvx", ["iacfix", "lsp"])],
    ids=["nothing set", "a command set"],
)
def test_it_is_for_the_languages_that_are_read(given: list[str], command: str, arguments: list[str]) -> None:
    seen = node("activate.cjs", str(EXTENSION), json.dumps(given))
    assert [each["server"] for each in seen["clients"]] == [{"command": command, "args": arguments}] * 2
    languages = {each["language"] for each in seen["clients"][0]["options"]["documentSelector"]}
    activated = json.loads((EXTENSION / "package.json").read_text())["activationEvents"]
    assert languages == {each.removeprefix("onLanguage:") for each in activated}
    assert {"python", "typescript", "javascript"} <= languages
    assert {FAMILY.get(each, each) for each in languages} == set(SUFFIXES.values())
    assert (seen["errors"], seen["stopped"]) == ([], 2)


def test_the_iacfix_of_the_folder_comes_first(tmp_path: Path) -> None:
    inside = tmp_path / ".venv" / "bin" / "iacfix"
    inside.parent.mkdir(parents=True)
    inside.write_text("")
    code = f"""
        const {{ serverCommand }} = require({json.dumps(str(EXTENSION / "server.js"))});
        const folders = ["/nowhere", {json.dumps(str(tmp_path))}];
        const found = serverCommand([], folders, require("node:fs").existsSync, "linux");
        console.log(JSON.stringify(found));
    """
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"command": str(inside), "args": ["lsp"]}


def test_where_it_does_not_start_it_says_how() -> None:
    seen = node("activate.cjs", str(EXTENSION), "[]", "spawn iacfix ENOENT")
    assert (
        seen["errors"]
        == [
            "iacfix: iacfix lsp did not start (spawn iacfix ENOENT). Run pip install '.[lsp]' in a checkout of "
            "iacfix, or set iacfix.command."
        ]
        * 2
    )
    assert seen["stopped"] == 0
