"""Which files a run visits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iacfix.errors import IacfixError, SettingsError, SourceError, UsageError
from iacfix.files.discovery import candidate, discover, find_root, survey


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "repository" / ".git" / "info").mkdir(parents=True)
    return tmp_path / "repository"


def _make(root: Path, *names: str, **ignored: str) -> None:
    """Empty files, and .gitignore files by folder (`top` is the root)."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for folder, lines in ignored.items():
        place = root if folder == "top" else root / folder
        (place / ".gitignore").write_text(lines)


def _visited(root: Path, *names: str | Path) -> list[str | IacfixError]:
    paths = [root / name for name in names or ("",)]
    return [
        each if isinstance(each, IacfixError) else each.relative_to(root).as_posix()
        for each in discover(paths, root, ["hardcoded-region"])
    ]


def _told(root: Path, *names: str | Path) -> list[str]:
    return [str(each) for each in _visited(root, *names)]


def test_other_files_and_the_folders_of_tools_are_not_visited(root: Path):
    tools = (".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache", ".git/hooks")
    _make(root, *(f"app/{tool}/lib/module.py" for tool in tools), "env/pyvenv.cfg", "env/lib/module.py")
    _make(root, "README.md", "py", ".py", "module.pyc", "index.ts.txt", "program.py")
    assert _visited(root) == ["program.py"]


FOR_NAMES = ("build", "dist", "vendor", ".hidden", ".github")


def test_folders_of_builds_and_hidden_ones_are_visited_where_they_are_named(root: Path):
    _make(root, *(f"app/{folder}/deep/a.py" for folder in FOR_NAMES), "app/builder/b.py", "app/distant.py")
    assert _visited(root) == ["app/builder/b.py", "app/distant.py"]
    assert survey([root], root, []).unvisited == tuple(sorted(root / "app" / folder for folder in FOR_NAMES))
    for folder in FOR_NAMES:
        assert _visited(root, f"app/{folder}") == [f"app/{folder}/deep/a.py"]
        assert _visited(root, f"app/{folder}/deep/a.py") == [f"app/{folder}/deep/a.py"]
        assert root / "app" / folder not in survey([root, root / "app" / folder], root, []).unvisited


def test_a_project_is_visited_whatever_its_folder_is_called(root: Path):
    _make(root, "build/Pulumi.yaml", "build/a.py", ".infra/Pulumi.yml", ".infra/b.py", "dist/deep/Pulumi.yaml")
    _make(root, "dist/deep/c.py")
    assert _visited(root) == [".infra/b.py", "build/a.py"]


def test_links_into_folders_that_are_not_visited_are_passed(root: Path):
    _make(root, "dist/a.py", "app/b.py")
    (root / "app" / "a.py").symlink_to(root / "dist" / "a.py")
    (root / "app" / "out").symlink_to(root / "dist")
    assert _visited(root) == ["app/b.py"]


def test_all_files_are_counted_by_their_language(root: Path):
    _make(root, "main.tf", "a/vars.tf", "a/net.tf.json", "a/x.tofu", "a/b.py", "c.ts", "d.go", "README", "e.txt")
    _make(root, "node_modules/x/index.js", ".git/hooks/x.py")
    kinds = survey([root], root, []).kinds
    assert kinds == {"Terraform": 4, "Python": 1, "JavaScript/TypeScript": 1, "Go": 1, "": 2}


def test_what_git_ignores_at_any_level_is_not_visited(root: Path):
    _make(root, "build/a.py", "app/build/b.py", "app/gen_x.py", "app/keep.py", "app/deep/local.py", "app/deep/c.py")
    _make(root, "secret.py", top="build/\ngen_*\n", app="deep/local.py\n")
    (root / ".git" / "info" / "exclude").write_text("secret.py\n")
    assert _visited(root) == ["app/deep/c.py", "app/keep.py"]
    assert _visited(root, "app/deep") == ["app/deep/c.py"]


def test_a_nested_gitignore_brings_files_back(root: Path):
    _make(root, "gen_a.py", "app/gen_a.py", "app/gen_b.py", top="gen_*.py\n", app="!gen_a.py\n")
    assert _visited(root) == ["app/gen_a.py"]


def test_nothing_comes_back_below_an_ignored_folder(root: Path):
    _make(root, "build/keep.py", "program.py", top="build\n!keep.py\n", build="!keep.py\n")
    assert _visited(root) == ["program.py"]


@pytest.mark.parametrize(
    ("lines", "visited"),
    [
        ("*\n!*/\n!keep.py\n", ["app/deep/keep.py", "app/keep.py"]),
        ("/*\n!/app/\n/app/deep/*\n!/app/deep/keep.py\n", ["app/deep/keep.py", "app/keep.py", "app/other.py"]),
        ("app/**\n!app/keep.py\n", ["app/keep.py", "top.py"]),
        ("app/*\n!app/deep/\n", ["app/deep/keep.py", "app/deep/other.py", "top.py"]),
        ("**/deep/\n", ["app/keep.py", "app/other.py", "top.py"]),
        ("app/**/other.py\n", ["app/deep/keep.py", "app/keep.py", "top.py"]),
        ("other.py/\n/keep.py\n", ["app/deep/keep.py", "app/deep/other.py", "app/keep.py", "app/other.py", "top.py"]),
        ("# deep\r\n\r\n\\#x\r\ndeep  \r\n[ko]*.py\r\n", ["top.py"]),
        ("deep\\\n!\n/\n[\n//\n", ["app/deep/keep.py", "app/deep/other.py", "app/keep.py", "app/other.py", "top.py"]),
        ("\ufeffapp\n", ["top.py"]),
    ],
)
def test_patterns_mean_what_they_mean_to_git(root: Path, lines: str, visited: list[str]):
    _make(root, "top.py", "app/keep.py", "app/other.py", "app/deep/keep.py", "app/deep/other.py")
    (root / ".gitignore").write_bytes(lines.encode())
    assert _visited(root) == visited


def test_nothing_above_the_root_is_asked(root: Path):
    _make(root, "program.py")
    (root.parent / ".gitignore").write_text("*\n")
    (root.parent / "iacfix.toml").write_text("exclude = ['*']\n")
    assert _visited(root) == ["program.py"]


@pytest.mark.parametrize("git", ["gitdir: ../main/.git/worktrees/repository\n", "gitdir: ../main/.git\n"])
def test_a_worktree_has_the_excludes_of_its_repository(tmp_path: Path, git: str):
    _make(tmp_path, "repository/program.py", "repository/secret.py")
    _make(tmp_path, "main/.git/info/exclude", "main/.git/worktrees/repository/commondir")
    (tmp_path / "main/.git/info/exclude").write_text("secret.py\n")
    (tmp_path / "main/.git/worktrees/repository/commondir").write_text("../..\n")
    (tmp_path / "repository/.git").write_text(git)
    assert _visited(tmp_path / "repository") == ["program.py"]


def test_settings_exclude_relative_to_their_file(root: Path):
    _make(root, "old/a.py", "app/old/b.py", "app/new/c.py", "lib/d.py", "lib/old/e.py")
    (root / "iacfix.toml").write_text("exclude = ['/old']\n")
    (root / "app" / "pyproject.toml").write_text("[tool.iacfix]\nexclude = ['/old/', '!/new']\n")
    assert _visited(root) == ["app/new/c.py", "lib/d.py", "lib/old/e.py"]


def test_broken_settings_are_told_once_and_the_other_folders_are_visited(root: Path):
    _make(root, "app/a.py", "app/deep/b.py", "lib/c.py")
    (root / "app" / "iacfix.toml").write_text("selct = []\n")
    error, *visited = _visited(root, "", "app/a.py")
    assert isinstance(error, SettingsError)
    assert str(error) == "app/iacfix.toml:1: unknown key 'selct', did you mean 'select'?"
    assert visited == ["lib/c.py"]


def test_what_does_not_exist_is_told_and_the_rest_goes_on(root: Path):
    _make(root, "program.py")
    (root / "dangling.py").symlink_to("nowhere.py")
    (root / "loop.py").symlink_to("loop.py")
    *errors, visited = _visited(root, "missing.py", "dangling.py", "loop.py", "program.py")
    assert [str(error) for error in errors] == [
        f"{root}/{name}: does not exist" for name in ("dangling.py", "loop.py", "missing.py")
    ]
    assert all(isinstance(error, UsageError) for error in errors)
    assert visited == "program.py"


def test_a_file_that_is_no_program_is_told(root: Path):
    _make(root, "README.md")
    endings = ".py, .ts, .mts, .cts, .tsx, .js, .mjs, .cjs, .jsx, .tf or .tofu"
    said = f"is not a program; name a folder or a file that ends in {endings}"
    assert _told(root, "README.md") == [f"{root}/README.md: {said}"]


def test_every_ending_of_both_languages_is_visited(root: Path):
    files = [f"a.{ending}" for ending in ("cjs", "cts", "js", "jsx", "mjs", "mts", "py", "ts", "tsx")]
    _make(root, *files, "a.json", "a.pyi", "a.vue")
    assert _visited(root, "") == files


def test_what_is_named_is_visited_even_if_ignored_or_excluded(root: Path):
    _make(root, "build/a.py", "build/b.py", "old/c.py", ".venv/d.py", "env/pyvenv.cfg", "env/e.py", top="build/\n")
    (root / "iacfix.toml").write_text("exclude = ['old']\n")
    assert _visited(root, "build/a.py", "old/c.py", ".venv/d.py") == [".venv/d.py", "build/a.py", "old/c.py"]
    assert _visited(root, "", "build", "old", ".venv", "env") == [
        ".venv/d.py",
        "build/a.py",
        "build/b.py",
        "env/e.py",
        "old/c.py",
    ]


def test_links_that_lead_in_circles_are_followed_once(root: Path):
    _make(root, "app/a.py", "lib/b.py")
    (root / "app" / "again").symlink_to(root)
    (root / "app" / "self").symlink_to("self")
    (root / "app" / "link.py").symlink_to("a.py")
    (root / "app" / "dangling.py").symlink_to("nowhere.py")
    (root / "app" / "lib").symlink_to("../lib")
    assert _visited(root) == ["app/a.py", "lib/b.py"]
    assert _visited(root, "app") == ["app/a.py", "lib/b.py"]


def test_a_link_to_what_is_ignored_is_not_followed(root: Path):
    _make(root, "build/gen/a.py", ".venv/b.py", "app/c.py", "env/pyvenv.cfg", "env/d.py", "data/e.txt", top="build/\n")
    for name, target in {"gen": "build/gen", "x.py": ".venv/b.py", "env": "env", "e.py": "data/e.txt"}.items():
        (root / "app" / name).symlink_to(root / target)
    assert _visited(root, "app") == ["app/c.py"]


def test_a_link_out_of_the_root_is_told_only_where_it_is_named(root: Path):
    _make(root.parent, "elsewhere/a.py")
    _make(root, "program.py")
    (root / "folder").symlink_to(root.parent / "elsewhere")
    (root / "link.py").symlink_to(root.parent / "elsewhere" / "a.py")
    assert _visited(root) == ["program.py"]
    *errors, visited = _visited(root, "folder", "link.py", "link.py", "program.py")
    outside = root.parent / "elsewhere"
    message = "is a link out of the project; name its target instead:"
    assert [str(error) for error in errors] == [
        f"{root}/folder: {message} {outside}",
        f"{root}/link.py: {message} {outside}/a.py",
    ]
    assert all(isinstance(error, SourceError) for error in errors)
    assert visited == "program.py"


def test_a_path_outside_the_root_is_visited_with_its_own_gitignore(root: Path):
    other = root.parent / "other"
    _make(other, ".git/HEAD", "app/a.py", "app/b.py", top="b.py\n")
    assert list(discover([other / "app"], root, [])) == [other / "app" / "a.py"]


def test_a_root_that_is_reached_through_a_link(root: Path):
    _make(root, "program.py")
    link = root.parent / "link"
    link.symlink_to(root)
    assert list(discover([link / "program.py", link], link, [])) == [root / "program.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_folder_that_cannot_be_listed_is_told(root: Path):
    _make(root, "app/a.py", "lib/b.py")
    (root / "app").chmod(0)
    assert _told(root) == ["app: cannot be listed (Permission denied); exclude it", "lib/b.py"]
    (root / "app").chmod(0o755)


def test_the_order_is_that_of_the_paths_and_each_comes_once(root: Path):
    _make(root, "b/a.py", "a-b/x.py", "a/z.py", "a/é ü.py", "c.py")
    expected = ["a/z.py", "a/é ü.py", "a-b/x.py", "b/a.py", "c.py"]
    assert _visited(root) == _visited(root, "c.py", "b", "a", "b/a.py", "") == expected


def test_the_root_is_the_folder_of_the_repository(root: Path):
    _make(root, "app/a.py", "sub/.git", "sub/b.py")
    assert find_root(root / "app" / "a.py") == find_root(root / "app") == find_root(root) == root
    assert find_root(root / "sub" / "b.py") == root / "sub"


def test_without_a_repository_the_root_is_the_folder_itself(tmp_path: Path):
    around = [folder for folder in tmp_path.parents if (folder / ".git").exists()]
    assert not around, "the temporary folder is in a repository; name another with --basetemp"
    _make(tmp_path, "app/a.py")
    assert find_root(tmp_path / "app") == find_root(tmp_path / "app" / "a.py") == tmp_path / "app"


@pytest.mark.parametrize(
    ("data", "worth"),
    [
        (b"", False),
        (b"import pulumi_aws", False),
        (b"Bucket", False),
        (b"import pulumi_aws\nBucket", True),
    ],
)
def test_candidates_name_a_provider_and_a_trigger(data: bytes, worth: bool):
    assert candidate(data, [b"pulumi_aws"], [b"Topic", b"Bucket"]) is worth
