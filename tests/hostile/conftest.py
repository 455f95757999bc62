"""A project to run iacfix in, and a pack whose rule does what a comment of the program says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PACK = """
'''Nothing at all.'''
import os, time
from iacfix.registry import Pack, ProviderPackage
from iacfix.rule import rule

@rule(severity="low", category="none", service="none", triggers=("fatal",))
def fatal(program):
    if "die" in program.text:
        os._exit(9)
    if "wait" in program.text:
        os.write(2, f"waiting {os.getpid()}\\n".encode())
        time.sleep(60)
    if "spin" in program.text:
        while True:
            pass
    if "eat" in program.text:
        bytearray(2**40)
    if "recurse" in program.text:
        fatal.check(program)
        for _ in fatal.check(program):
            pass
    yield from ()

PACK = Pack(ProviderPackage("fatal", {"python": "pulumi_fatal"}, {"python": "pulumi-fatal"}, (1,)), (fatal,))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, which is the working directory."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fatal_pack(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack whose rule kills its process, or takes long, or much."""
    place = tmp_path_factory.mktemp("pack")
    (place / "fatal_pack.py").write_text(PACK)
    (place / "fatal_pack-1.dist-info").mkdir()
    (place / "fatal_pack-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: fatal-pack\nVersion: 1\n")
    (place / "fatal_pack-1.dist-info" / "entry_points.txt").write_text("[iacfix.packs]\nfatal = fatal_pack:PACK\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(place), *filter(None, [os.environ.get("PYTHONPATH")])]))
