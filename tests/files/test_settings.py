"""Settings: which file holds for which folder, and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from iacfix.errors import SettingsError, UsageError
from iacfix.files.settings import Excluded, Settings, SettingsOverrides, given, settings_in

RULES = ("hardcoded-region", "inline-bucket-config", "unset-missing-data")


def _settings(root: Path, file: str = "program.py") -> Settings:
    return settings_in((root / file).parent, root, RULES)


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
        (
            "'zzz' = 1\n",
            "iacfix.toml:1: unknown key 'zzz'; choose one of extend, packs, select, ignore, per-file-ignores, exclude, "
            "unsafe-fixes, extend-safe-fixes, extend-unsafe-fixes, provider-version, max-file-size, max-seconds, "
            "max-memory, or a rule",
        ),
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
        ("select = [\n", "iacfix.toml:1: is not valid TOML: invalid value (at end of document)"),
        ("a = 1\nselect =\n", "iacfix.toml:2: is not valid TOML: invalid value"),
        (b"a = 1\n# \xff\n", "iacfix.toml:2: is not UTF-8; save it as UTF-8"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str | bytes, message: str):
    assert _told(tmp_path, text) == message


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path):
    (tmp_path / "iacfix.toml").mkdir()
    with pytest.raises(SettingsError) as caught:
        _settings(tmp_path)
    assert str(caught.value) == "iacfix.toml: cannot be read (it is a folder); fix or remove it"


def test_the_line_in_a_pyproject_is_looked_for_in_the_right_table(tmp_path: Path):
    text = "[tool.ruff]\nselect = ['E']\n\n[tool.iacfix]\nselect = ['E']\n"
    assert _told(tmp_path, text, "pyproject.toml") == "pyproject.toml:5: unknown rule 'E' in select; see iacfix rules"


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
        exclude=(Excluded(tmp_path, ("/build/",)),),
        unsafe_fixes=True,
        provider_version=7,
        max_file_size=5000,
    )


def test_the_nearest_file_holds_whole(tmp_path: Path):
    (tmp_path / "app" / "infra").mkdir(parents=True)
    (tmp_path / "iacfix.toml").write_text("unsafe-fixes = true\nprovider-version = 6\n")
    (tmp_path / "app" / "pyproject.toml").write_text("[tool.iacfix]\nprovider-version = 7\n")
    nearest = Settings(provider_version=7)
    assert _settings(tmp_path, "app/infra/program.py") == nearest
    assert _settings(tmp_path) == Settings(unsafe_fixes=True, provider_version=6)


def test_an_empty_table_holds_as_well(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "iacfix.toml").write_text("unsafe-fixes = true\n")
    (tmp_path / "app" / "pyproject.toml").write_text("[tool.iacfix]\n")
    assert _settings(tmp_path, "app/program.py") == Settings()


def test_iacfix_toml_goes_before_a_pyproject_beside_it(tmp_path: Path):
    (tmp_path / "iacfix.toml").write_text("provider-version = 6\n")
    (tmp_path / "pyproject.toml").write_text("[tool.iacfix]\nprovider-version = 7\n")
    assert _settings(tmp_path).provider_version == 6


def test_options_of_a_rule(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.iacfix.inline-bucket-config]\nbucket-key = true\n")
    options = {"inline-bucket-config": {"bucket-key": True}}
    assert _settings(tmp_path) == Settings(options=options)


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


# one file over another


def _written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_what_leaves_out_adds_to_what_is_extended_and_the_rest_replaces(tmp_path: Path):
    base = (
        "ignore = ['hardcoded-region']\nexclude = ['gen/']\nunsafe-fixes = true\nmax-seconds = 9\n"
        "extend-safe-fixes = ['hardcoded-region', 'inline-bucket-config']\n"
        "[inline-bucket-config]\nseverity = 'low'\nbucket-key = true\n"
    )
    own = (
        "extend = 'shared/base.toml'\nignore = ['unset-missing-data']\nexclude = ['old/']\nmax-seconds = 5\n"
        "extend-unsafe-fixes = ['hardcoded-region']\n[inline-bucket-config]\nseverity = 'high'\n"
    )
    _written(tmp_path, {"shared/base.toml": base, "iacfix.toml": own})
    assert _settings(tmp_path, "app/program.py") == Settings(
        ignore=("hardcoded-region", "unset-missing-data"),
        exclude=(Excluded(tmp_path / "shared", ("gen/",)), Excluded(tmp_path, ("old/",))),
        unsafe_fixes=True,
        max_seconds=5,
        safe=frozenset({"inline-bucket-config"}),
        unsafe=frozenset({"hardcoded-region"}),
        severities={"inline-bucket-config": "high"},
        options={"inline-bucket-config": {"bucket-key": True}},
    )


def test_a_rule_that_a_file_selects_is_not_ignored_by_what_it_extends(tmp_path: Path):
    own = "extend = 'base.toml'\nselect = ['hardcoded-region']\n"
    _written(tmp_path, {"base.toml": "ignore = ['hardcoded-region', 'unset-missing-data']\n", "iacfix.toml": own})
    assert _settings(tmp_path).ignore == ("unset-missing-data",)


def test_a_pyproject_is_extended_by_its_table_and_a_chain_is_followed_to_its_end(tmp_path: Path):
    first = "[project]\nname = 'x'\n[tool.iacfix]\nextend = 'c.toml'\nmax-seconds = 7\n"
    _written(
        tmp_path,
        {
            "iacfix.toml": "extend = 'deep/pyproject.toml'\n",
            "deep/pyproject.toml": first,
            "deep/c.toml": "max-seconds = 3\nmax-memory = 4\n",
        },
    )
    found = _settings(tmp_path)
    assert (found.max_seconds, found.max_memory) == (7, 4)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"iacfix.toml": "\nextend = 'no.toml'\n"}, "iacfix.toml:2: there is no no.toml to extend"),
        ({"iacfix.toml": "extend = 1\n"}, "iacfix.toml:1: extend expects a path"),
        (
            {"iacfix.toml": "extend = 'a.toml'\n", "a.toml": "#\nextend = './iacfix.toml'\n"},
            "a.toml:2: settings extend themselves: iacfix.toml extends a.toml extends iacfix.toml",
        ),
        (
            {"iacfix.toml": "extend = 'iacfix.toml'\n"},
            "iacfix.toml:1: settings extend themselves: iacfix.toml extends iacfix.toml",
        ),
        (
            {"iacfix.toml": "extend = 'base/a.toml'\n", "base/a.toml": "slect = []\n"},
            "base/a.toml:1: unknown key 'slect', did you mean 'select'?",
        ),
        (
            {"iacfix.toml": "extend = 'pyproject.toml'\n", "pyproject.toml": "[project]\nname = 'x'\n"},
            "iacfix.toml:1: pyproject.toml has no [tool.iacfix] to extend",
        ),
        (
            {".git/HEAD": "", "iacfix.toml": "extend = '../base.toml'\n", "../base.toml": ""},
            "iacfix.toml:1: ../base.toml is outside of the repository; copy it into it, or use --config FILE",
        ),
    ],
)
def test_what_cannot_be_extended_is_told(tmp_path: Path, files: dict[str, str], told: str):
    root = tmp_path / "root"
    _written(root, files)
    with pytest.raises(SettingsError) as caught:
        _settings(root)
    assert str(caught.value) == told


def test_a_link_does_not_lead_out_of_the_repository(tmp_path: Path):
    root = _written(tmp_path / "root", {".git/HEAD": "", "iacfix.toml": "extend = 'base.toml'\n", "../x.toml": ""})
    (root / "base.toml").symlink_to(tmp_path / "x.toml")
    with pytest.raises(SettingsError, match=r"base\.toml is outside of the repository"):
        _settings(root)


# by file


@pytest.mark.parametrize(
    ("pattern", "path", "holds"),
    [
        ("old.py", "app/old.py", True),
        ("/old.py", "app/old.py", False),
        ("app/", "app/deep/x.py", True),
        ("app/*.py", "app/x.py", True),
        ("app/*.py", "app/deep/x.py", False),
        ("app/**/*.py", "app/deep/x.py", True),
        ("*.ts", "app/x.py", False),
        ("!app/", "app/x.py", False),
        ("!app/", "x.py", True),
    ],
)
def test_files_that_a_rule_is_left_out_of(tmp_path: Path, pattern: str, path: str, holds: bool):
    (tmp_path / "iacfix.toml").write_text(f"[per-file-ignores]\n'{pattern}' = ['hardcoded-region']\n")
    ignored = _settings(tmp_path).ignored_in(str(tmp_path / path))
    assert ignored == (frozenset({"hardcoded-region"}) if holds else frozenset())


def test_patterns_are_relative_to_the_file_that_names_them(tmp_path: Path):
    base = "[per-file-ignores]\n'/x.py' = ['hardcoded-region']\n"
    _written(tmp_path, {"shared/base.toml": base, "iacfix.toml": "extend = 'shared/base.toml'\n"})
    settings = _settings(tmp_path)
    assert settings.ignored_in(str(tmp_path / "shared" / "x.py")) == {"hardcoded-region"}
    assert settings.ignored_in(str(tmp_path / "x.py")) == frozenset()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("per-file-ignores = []\n", '1: per-file-ignores expects a table of lists, as "legacy/" = ["RULE"]'),
        ("#\n[per-file-ignores]\n\n'a.b/' = 'x'\n", "4: a.b/ of per-file-ignores expects a list of strings"),
        (
            "[per-file-ignores]\n'a' = []\n\"b\" = ['hardcoded-regoin']\n",
            "3: unknown rule 'hardcoded-regoin' in per-file-ignores, did you mean 'hardcoded-region'?",
        ),
        (
            "[hardcoded-region]\nseverity = 'low'\n\n[inline-bucket-config]\nseverity = 'grave'\n",
            "5: severity of inline-bucket-config expects high, medium or low",
        ),
        ("hardcoded-region = {severity = 1}\n", "1: severity of hardcoded-region expects high, medium or low"),
        (
            "extend-safe-fixes = ['hardcoded-region']\nextend-unsafe-fixes = ['hardcoded-region']\n",
            "2: hardcoded-region is in extend-safe-fixes and in extend-unsafe-fixes; keep it in one",
        ),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_its_line(tmp_path: Path, text: str, told: str):
    assert _told(tmp_path, text) == f"iacfix.toml:{told}"


# of the command line


def test_a_setting_of_the_command_line_holds_over_every_file(tmp_path: Path):
    _written(tmp_path, {"iacfix.toml": "max-seconds = 5\nignore = ['hardcoded-region']\n"})
    asked = given(["max-seconds=6", "ignore=['unset-missing-data']", "inline-bucket-config.severity='low'"])
    found = settings_in(tmp_path, tmp_path, RULES, asked)
    assert (found.max_seconds, found.ignore) == (6, ("hardcoded-region", "unset-missing-data"))
    assert found.severities == {"inline-bucket-config": "low"}


def test_a_file_of_the_command_line_holds_instead_of_those_that_are_found(tmp_path: Path, monkeypatch):
    _written(tmp_path, {"iacfix.toml": "max-seconds = 5\n", "ci/a.toml": "extend = 'b.toml'\nexclude = ['old/']\n"})
    _written(tmp_path, {"ci/b.toml": "max-memory = 7\n"})
    monkeypatch.chdir(tmp_path)
    asked = given(["ci/a.toml", "max-file-size=9"])
    expected = Settings(max_memory=7, max_file_size=9, exclude=(Excluded(tmp_path, ("old/",)),))
    assert settings_in(tmp_path, tmp_path, RULES, asked) == expected


def test_isolated_reads_no_file(tmp_path: Path):
    _written(tmp_path, {"iacfix.toml": "max-seconds = 5\nbroken\n"})
    assert settings_in(tmp_path, tmp_path, RULES, SettingsOverrides(isolated=True)) == Settings()


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["a.toml"], "--config a.toml: there is no such file, and it is not KEY=VALUE"),
        (["ignore=x"], "--config ignore=x: is not valid TOML: invalid value"),
        (["# a=b"], "--config # a=b: expects KEY=VALUE"),
        (["slect=[]"], "--config slect=[]: unknown key 'slect', did you mean 'select'?"),
        (["extend='a.toml'"], "--config extend='a.toml': extend is for settings files only; use --config FILE"),
        (["b.toml", "c.toml"], "--config takes one file, and KEY=VALUE any number of times: b.toml, c.toml"),
        (["pyproject.toml"], "--config pyproject.toml: has no [tool.iacfix]"),
    ],
)
def test_what_the_command_line_gets_wrong_is_told(tmp_path: Path, monkeypatch, texts: list[str], told: str):
    _written(tmp_path, {"b.toml": "", "c.toml": "", "pyproject.toml": "[project]\nname = 'x'\n"})
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UsageError, SettingsError)) as caught:
        settings_in(tmp_path, tmp_path, RULES, given(texts))
    assert str(caught.value) == told
