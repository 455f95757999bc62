"""Which majors of a Terraform provider a module is pinned to."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.files.provider_version import pinned

MAJORS = (4, 5, 6)
ASKED = """terraform {
  required_providers {
    cloud = {
      source  = "hashicorp/cloud"
      version = "%s"
    }
  }
}
"""
LOCK = 'provider "registry.terraform.io/hashicorp/cloud" {\n  version     = "5.31.0"\n  constraints = ">= 4.0.0"\n}\n'


def _pinned(root: Path, **files: str) -> tuple[tuple[int, ...], str]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = pinned(root / "infra" / "main.tf", root, "hashicorp/cloud", "cloud", MAJORS)
    return found.majors, found.why


@pytest.mark.parametrize(
    ("range", "majors"),
    [
        ("~> 5.0", (5,)),
        ("~> 5.31.0", (5,)),
        ("~> 5", (5, 6)),
        (">= 4.9, < 6.0", (4, 5)),
        (">= 5.0", (5, 6)),
        ("5.31.0", (5,)),
        ("= 4.67.0", (4,)),
        ("~> 3.75", (3,)),
        (">= 5.0, != 5.4.0", (5, 6)),
    ],
)
def test_a_range_is_read_as_terraform_does(tmp_path: Path, range: str, majors: tuple[int, ...]):
    assert _pinned(tmp_path, **{"infra/versions.tf": ASKED % range})[0] == majors


def test_a_lock_narrows_what_is_asked_for_beside_it(tmp_path: Path):
    files = {"infra/versions.tf": ASKED % ">= 4.0", "infra/.terraform.lock.hcl": LOCK}
    assert _pinned(tmp_path, **files) == ((5,), ".terraform.lock.hcl pins hashicorp/cloud 5.31.0")


def test_the_lock_of_the_root_module_chooses_among_what_a_child_leaves_open(tmp_path: Path):
    files = {"infra/versions.tf": ASKED % ">= 4.0", ".terraform.lock.hcl": LOCK}
    assert _pinned(tmp_path, **files)[0] == (5,)


@pytest.mark.parametrize(
    "text",
    [
        'terraform {\n  required_providers {\n    cloud = "~> 5.0"\n  }\n}\n',
        'provider "cloud" {\n  region  = "x"\n  version = "~> 5.0"\n}\n',
        """terraform {
  required_providers {
    own = { source = "registry.opentofu.org/hashicorp/cloud", version = "~> 5.0" }
  }
}
""",
        ASKED % "~> 5.0" + "# " + ASKED.replace("\n", "\n# ") % "~> 4.0",
    ],
)
def test_other_ways_to_ask(tmp_path: Path, text: str):
    assert _pinned(tmp_path, **{"infra/main.tf": text})[0] == (5,)


@pytest.mark.parametrize(
    "text",
    [
        (ASKED % "~> 5.0").replace("hashicorp/cloud", "other/cloud"),
        (ASKED % "~> 5.0").replace("cloud", "cloudx"),
        (ASKED % "~> 5.0").replace("  required_providers", "  # required_providers"),
        'module "vpc" {\n  version = "~> 5.0"\n}\n',
    ],
)
def test_what_pins_something_else(tmp_path: Path, text: str):
    assert _pinned(tmp_path, **{"infra/main.tf": text}) == ((), "no pin found")
