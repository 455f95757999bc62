"""Settings: which file holds for which folder, and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.errors import SettingsError
from iacfix.files.settings import Settings, settings_for

RULES = ("hardcoded-region", "inline-bucket-config", "unset-missing-data")


def _settings(root: Path, file: str = "program.py") -> Settings:
    return settings_for(root / file, root, RULES)


def _told(root: Path, text: str | bytes, name: str = "iacfix.toml") -> str:
    (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as caught:
        _settings(root)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nselct = []\n", "iacfix.toml:2: unknown key 'selct', did you mean 'select'?"),
        ("unsafe_fixes = true\n", "iacfix.toml:1: unknown key 'unsafe_fixes', did you mean 'unsafe-fixes'?"),
        ("'zzz' = 1\n", "iacfix.toml:1: unknown key 'zzz'"),
        ("select = 'hardcoded-region'\n", "iacfix.toml:1: select expects a list of strings"),
        ("exclude = ['a', 1]\n", "iacfix.toml:1: exclude expects a list of strings"),
        ("unsafe-fixes = 1\n", "iacfix.toml:1: unsafe-fixes expects true or false"),
        ("provider-version = '7.x'\n", 'iacfix.toml:1: provider-version expects a major such as 6 or "6"'),
        ("provider-version = true\n", 'iacfix.toml:1: provider-version expects a major such as 6 or "6"'),
        ("max-file-size = '2 MB'\n", "iacfix.toml:1: max-file-size expects a number of bytes"),
        ("max-file-size = 0\n", "iacfix.toml:1: max-file-size expects a number of bytes"),
        (
            "ignore = [\n  'hardcoded-regions',\n]\n",
            "iacfix.toml:1: unknown rule 'hardcoded-regions' in ignore, did you mean 'hardcoded-region'?",
        ),
        ("select = [\n", "iacfix.toml:1: is broken TOML: invalid value (at end of document)"),
        ("a = 1\nselect =\n", "iacfix.toml:2: is broken TOML: invalid value"),
        (b"a = 1\n# \xff\n", "iacfix.toml:2: is not UTF-8, save it as UTF-8"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str | bytes, message: str):
    assert _told(tmp_path, text) == message


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path):
    (tmp_path / "iacfix.toml").mkdir()
    with pytest.raises(SettingsError) as caught:
        _settings(tmp_path)
    assert str(caught.value) == "iacfix.toml: cannot be read (it is a folder), mend or remove it"


def test_the_line_in_a_pyproject_is_looked_for_in_the_right_table(tmp_path: Path):
    text = "[tool.ruff]\nselect = ['E']\n\n[tool.iacfix]\nselect = ['E']\n"
    assert _told(tmp_path, text, "pyproject.toml") == "pyproject.toml:5: unknown rule 'E' in select"


def test_a_pyproject_table_that_is_none_is_told(tmp_path: Path):
    text = "# tool.iacfix\n[tool]\niacfix = 1\n"
    assert _told(tmp_path, text, "pyproject.toml") == "pyproject.toml:3: tool.iacfix expects a table"


def test_a_broken_file_is_named_from_the_root(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "iacfix.toml").write_text("selct = []\n")
    with pytest.raises(SettingsError) as caught:
        _settings(tmp_path, "app/program.py")
    assert str(caught.value) == "app/iacfix.toml:1: unknown key 'selct', did you mean 'select'?"


@pytest.mark.parametrize("text", ["broken [\n", "[tool.ruff]\n", "[project]\nname = 'x' # tool.iacfix\n"])
def test_a_pyproject_without_a_word_for_us_is_passed_over(tmp_path: Path, text: str):
    (tmp_path / "pyproject.toml").write_text(text)
    assert _settings(tmp_path) == Settings()


def test_nothing_above_the_root_holds(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "iacfix.toml").write_text("unsafe-fixes = true\n")
    assert _settings(tmp_path / "app") == Settings()


def test_every_key(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_bytes(
        b"\xef\xbb\xbf[tool.iacfix]\r\nselect = ['hardcoded-region']\r\nignore = ['unset-missing-data']\r\n"
        b"exclude = ['/build/']\r\nunsafe-fixes = true\r\nprovider-version = '7'\r\nmax-file-size = 5_000\r\n"
    )
    assert _settings(tmp_path) == Settings(
        select=("hardcoded-region",),
        ignore=("unset-missing-data",),
        exclude=("/build/",),
        unsafe_fixes=True,
        provider_version=7,
        max_file_size=5000,
        folder=tmp_path,
    )


def test_the_nearest_file_holds_whole(tmp_path: Path):
    (tmp_path / "app" / "infra").mkdir(parents=True)
    (tmp_path / "iacfix.toml").write_text("unsafe-fixes = true\nprovider-version = 6\n")
    (tmp_path / "app" / "pyproject.toml").write_text("[tool.iacfix]\nprovider-version = 7\n")
    nearest = Settings(provider_version=7, folder=tmp_path / "app")
    assert _settings(tmp_path, "app/infra/program.py") == nearest
    assert _settings(tmp_path) == Settings(unsafe_fixes=True, provider_version=6, folder=tmp_path)


def test_an_empty_table_holds_as_well(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "iacfix.toml").write_text("unsafe-fixes = true\n")
    (tmp_path / "app" / "pyproject.toml").write_text("[tool.iacfix]\n")
    assert _settings(tmp_path, "app/program.py") == Settings(folder=tmp_path / "app")


def test_iacfix_toml_goes_before_a_pyproject_beside_it(tmp_path: Path):
    (tmp_path / "iacfix.toml").write_text("provider-version = 6\n")
    (tmp_path / "pyproject.toml").write_text("[tool.iacfix]\nprovider-version = 7\n")
    assert _settings(tmp_path).provider_version == 6


def test_options_of_a_rule(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.iacfix.inline-bucket-config]\nbucket-key = true\n")
    options = {"inline-bucket-config": {"bucket-key": True}}
    assert _settings(tmp_path) == Settings(options=options, folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("inline-bucket-config = true\n", "1: inline-bucket-config expects a table of its options"),
        ("[inline-bucket-config]\nbucket-key = 'yes'\n", "2: bucket-key of inline-bucket-config expects true or false"),
        ("[inline-bucket-confg]\n", "1: unknown key 'inline-bucket-confg', did you mean 'inline-bucket-config'?"),
    ],
)
def test_wrong_options_of_a_rule_are_told(tmp_path: Path, text: str, told: str):
    assert _told(tmp_path, text) == f"iacfix.toml:{told}"
