"""The schema of the settings says the same as the reader, of every key and every kind of value."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from iacfix.errors import SettingsError
from iacfix.files.settings import KEYS, LARGEST, SEVERITIES, Settings, settings_in
from iacfix.registry import rule_ids

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads(files("iacfix.files").joinpath("settings.schema.json").read_text(encoding="utf-8"))
RULE = "inline-bucket-config"
VALUES = [
    *("''", "'base.toml'", "'7'", "'0'", "'007'", "'0000000007'", "'7.x'", "'high'", "'-1'"),
    *("true", "false", "0", "1", "7", "-1", "1.5", str(LARGEST), str(LARGEST + 1), "2026-01-01"),
    *("[]", f"['{RULE}']", f"['{RULE}', 'open-ingress']", "['']", "[1]", "[true]", "[[]]", "'open-ingress'"),
    *("{}", f"{{'app/' = ['{RULE}']}}", "{'app/' = []}", "{'app/' = [1]}", f"{{'' = ['{RULE}']}}", "{a = 1}"),
    *("{severity = 'low'}", "{severity = 'grave'}", "{severity = true}", "{severity = 'high', bucket-key = true}"),
    *("{bucket-key = false}", "{bucket-key = 1}", "{bucket-key = 'x'}", "{app = {x = true}}"),
]


def reads(folder: Path, text: str) -> bool:
    named = tomllib.loads(text).get("extend")
    if isinstance(named, str) and named:
        (folder / named).write_text("")
    packs = tomllib.loads(text).get("packs")
    for each in packs if isinstance(packs, list) else ():
        if isinstance(each, str):
            (folder / each).mkdir(exist_ok=True)
    (folder / "iacfix.toml").write_text(text)
    try:
        settings_in(folder, folder, rule_ids())
    except SettingsError:
        return False
    return True


def fits(text: str) -> bool:
    return Draft202012Validator(SCHEMA).is_valid(tomllib.loads(text))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_has_every_key_and_no_other() -> None:
    assert tuple(SCHEMA["properties"]) == KEYS
    (rules,) = SCHEMA["patternProperties"]
    assert [key for key in KEYS if re.search(rules, key)] == []
    assert all(re.search(rules, rule) for rule in rule_ids())
    assert tuple(SCHEMA["patternProperties"][rules]["properties"]["severity"]["enum"]) == SEVERITIES


def test_the_defaults_are_those_of_the_reader() -> None:
    default = Settings()
    told = {key: about["default"] for key, about in SCHEMA["properties"].items() if "default" in about}
    assert told == {key: getattr(default, key.replace("-", "_")) for key in told}


@pytest.mark.parametrize("key", [*KEYS, RULE, "selct", "Select", "tool"])
@pytest.mark.parametrize("value", VALUES)
def test_the_schema_and_the_reader_agree(tmp_path: Path, key: str, value: str) -> None:
    text = f"{key} = {value}\n"
    if key in ("selct", "tool") and value.startswith("{"):  # to the schema it may be a rule of another pack
        assert not reads(tmp_path, text)
    else:
        assert fits(text) == reads(tmp_path, text)


def test_the_settings_of_the_documentation_are_good(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(\[tool\.iacfix\].*?)^```", (ROOT / "docs/settings.md").read_text(), re.M | re.S)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "iacfix.toml").write_text("")
    (tmp_path / "app" / "rules").mkdir(parents=True)
    (tmp_path / "app" / "pyproject.toml").write_text(block)
    settings_in(tmp_path / "app", tmp_path, rule_ids())
    told = tomllib.loads(block)["tool"]["iacfix"]
    assert Draft202012Validator(SCHEMA).is_valid(told)
    assert set(told) == {*KEYS, RULE} - {"select"}
