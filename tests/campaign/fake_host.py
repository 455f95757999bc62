"""A host of repositories: bare ones that git reaches at their addresses, and `gh` and `glab` on the path."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_programs import state, tip
from farm import bare, git


class FakeHost:
    """Repositories below `folder`, by owner and name; each test's own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        folder.mkdir()
        (folder / "pulls.json").write_text("{}")
        (folder / "troubles.json").write_text("[]")

    def add(self, path: str, files: Mapping[str, str | bytes]) -> str:
        """A repository; its address."""
        owner, _, name = path.rpartition("/")
        (self.folder / owner).mkdir(parents=True, exist_ok=True)
        bare(self.folder / owner, name, files)
        return f"https://{self.name}/{path}"

    def bare(self, path: str) -> Path:
        return self.folder / f"{path}.git"

    def pulls(self, path: str) -> list[dict[str, Any]]:
        return json.loads((self.folder / "pulls.json").read_text()).get(path, [])

    def troubles(self, *troubles: tuple[str, str]) -> None:
        """Each is the command that it befalls, and what happens."""
        (self.folder / "troubles.json").write_text(json.dumps(troubles))

    def calls(self) -> list[list[str]]:
        log = self.folder / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def change(self, path: str, branch: str, files: Mapping[str, str], message: str = "by hand") -> str:
        """Somebody's commit on a branch; its name."""
        work = self.folder / "somebody"
        subprocess.run(["rm", "-rf", str(work)], check=True)
        git(self.folder, "clone", "-q", "-b", branch, str(self.bare(path)), str(work))
        for name, text in files.items():
            (work / name).write_text(text)
        git(work, "add", "-A")
        git(work, "commit", "-q", "-m", message)
        git(work, "push", "-q", "origin", branch)
        return git(work, "rev-parse", "HEAD")

    def merge(self, path: str, number: int) -> None:
        """As the button does; the branch is taken away."""
        (pull,) = (each for each in self.pulls(path) if each["number"] == number)
        work = self.folder / "merger"
        subprocess.run(["rm", "-rf", str(work)], check=True)
        git(self.folder, "clone", "-q", "-b", pull["base"], str(self.bare(path)), str(work))
        git(work, "merge", "-q", "--no-ff", "--no-edit", f"origin/{pull['head']}")
        git(work, "push", "-q", "origin", pull["base"])
        self._set(path, number, "MERGED")
        git(work, "push", "-q", "origin", "--delete", pull["head"])
        with state(self.folder) as pulls:
            for each in pulls[path]:
                if each["base"] == pull["head"]:
                    each["base"] = pull["base"]

    def undecided(self, path: str, number: int) -> None:
        """The host looks for conflicts of a pull request, and has no answer yet."""
        with state(self.folder) as pulls:
            (pull,) = (each for each in pulls[path] if each["number"] == number)
            pull["mergeable"] = "UNKNOWN"

    def close(self, path: str, number: int) -> None:
        self._set(path, number, "CLOSED")

    def _set(self, path: str, number: int, now: str) -> None:
        with state(self.folder) as pulls:
            for each in pulls[path]:
                if each["number"] == number:
                    each["tip"] = tip(self.bare(path), each["head"]) or each["tip"]
                    each["state"] = now


@contextmanager
def hosted(folder: Path, name: str = "github.com") -> Iterator[FakeHost]:
    """A host with this name, for git, gh and glab."""
    host = FakeHost(folder / "host", name)
    programs = folder / "bin"
    programs.mkdir()
    for program in ("gh", "glab"):
        script = f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\nimport fake_programs\n"
        (programs / program).write_text(f"#!{sys.executable}\n{script}fake_programs.{program}()\n")
        (programs / program).chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve = ["git", "daemon", "--export-all", "--enable=receive-pack", "--reuseaddr", f"--base-path={host.folder}"]
    (folder / "gitconfig").write_text(
        f'[url "git://127.0.0.1:{port}/"]\n insteadOf = https://{name}/\n'
        "[user]\n name = Platform\n email = p@acme.com\n"
    )
    command = [*serve, "--listen=127.0.0.1", f"--port={port}", str(host.folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as daemon, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(folder / "gitconfig"))
        patch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("FAKE_HOST", str(host.folder))
        while _is_silent(port):
            time.sleep(0.02)
        try:
            yield host
        finally:
            daemon.terminate()


def _is_silent(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return True
    return False
