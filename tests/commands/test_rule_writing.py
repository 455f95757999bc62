"""Rules of a repository: begun, tested, checked with, and never run where nobody allowed it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iacfix import rule_folders
from iacfix.cli import program
from iacfix.files.evidence import forget

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "rules"
TOPIC = 'import pulumi_aws as aws\n\norders = aws.sns.Topic("orders")\n'
CODE = '''"""Topic of somebody.

*Why* It says that it ran.
"""

from pathlib import Path

from iacfix.rule import Finding, rule

Path("RAN").write_text("")


@rule(severity="low", category="Own", service="SNS", triggers=("Topic",))
def own_topic(program):
    for topic in program.resources("aws.sns.Topic"):
        yield Finding(topic, f"topic {topic.label} is somebody's", reason="ask")
'''


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (root / "app.py").write_text(TOPIC)
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return root


@pytest.fixture(autouse=True)
def _no_folder_is_left() -> object:
    rule_folders.forget()
    yield
    rule_folders.forget()


def ran(*words: str) -> tuple[int, list[str], list[str]]:
    forget()
    rule_folders.forget()
    done = CliRunner().invoke(program(), list(words), prog_name="iacfix")
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def with_code(project: Path) -> Path:
    """A pack in Python that tells when it is run."""
    folder = project / "tools" / "rules"
    folder.mkdir(parents=True)
    (folder / "own_topic.py").write_text(CODE)
    (project / "iacfix.toml").write_text('# packs\npacks = ["tools/rules"]\n')
    return folder


def with_rules(folder: Path) -> str:
    """The example as a pack, and the setting that names it."""
    shutil.copytree(EXAMPLE, folder / "rules")
    setting = "packs = ['rules']\n"
    (folder / "iacfix.toml").write_text(setting)
    return setting


def found(*words: str) -> list[str]:
    return ran("check", "-q", "--output-format", "concise", *words)[1]


OWN = "app.py:3:10: low own-topic topic orders is somebody's"


def test_code_is_refused_with_the_ways_to_allow_it(project: Path, tmp_path: Path) -> None:
    folder = with_code(project)
    code, shown, said = ran("check", "-q")
    place = tmp_path / "config" / "iacfix" / "iacfix.toml"
    assert (code, shown, said) == (
        2,
        [],
        [
            f"iacfix: error: iacfix.toml:2: the rules in {folder} are Python code; allow it with "
            f"--allow-packs, or with allow-packs = ['{folder}'] in {place}"
        ],
    )
    assert not (project / "RAN").exists()


@pytest.mark.parametrize("command", ["diff", "apply", "report", "rules"])
def test_no_command_runs_code_that_nobody_allowed(project: Path, command: str) -> None:
    with_code(project)
    ran(command)
    assert not (project / "RAN").exists()


@pytest.mark.parametrize("words", [["--allow-packs"], ["--config", "packs=['tools/rules']"]])
def test_the_command_line_allows_it(project: Path, words: list[str]) -> None:
    with_code(project)
    assert found(*words) == [OWN]
    assert (project / "RAN").exists()


@pytest.mark.parametrize("allowed", ["project/tools/rules", "project", ""])
def test_a_person_allows_it_on_their_machine(project: Path, tmp_path: Path, allowed: str) -> None:
    with_code(project)
    place = tmp_path / "config" / "iacfix" / "iacfix.toml"
    place.parent.mkdir(parents=True)
    place.write_text(f"allow-packs = ['{tmp_path / allowed}']\n")
    assert found() == [OWN]
    place.write_text(f"allow-packs = ['{tmp_path / 'proj'}']\n")
    assert found() == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ignore = []\n", "1: unknown key 'ignore'; user settings have allow-packs only"),
        ("allow-packs = ['x']\n", "1: allow-packs expects a list of folders, each from the root or from ~ on"),
    ],
)
def test_what_is_wrong_with_a_persons_settings_is_told(project: Path, tmp_path: Path, text: str, told: str) -> None:
    with_code(project)
    place = tmp_path / "config" / "iacfix" / "iacfix.toml"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert ran("check", "-q")[2] == [f"iacfix: error: {place}:{told}"]


def test_a_repository_does_not_allow_itself(project: Path) -> None:
    """A file of the repository is not what a person says, even where the command line names it."""
    with_code(project)
    assert ran("check", "-q", "--config", "iacfix.toml")[0] == 2
    (project / "iacfix.toml").write_text("packs = ['tools/rules']\nallow-packs = ['/']\n")
    assert ran("check", "-q")[0] == 2
    assert not (project / "RAN").exists()


def test_a_file_that_is_called_like_an_option_is_a_file(project: Path) -> None:
    with_code(project)
    (project / "iacfix.toml").write_text("extend = '--config.toml'\n")
    (project / "--config.toml").write_text("packs = ['tools/rules']\n")
    assert ran("check", "-q")[0] == 2
    assert not (project / "RAN").exists()


def test_without_the_packs_the_rest_is_checked(project: Path) -> None:
    with_code(project)
    (project / "iacfix.toml").write_text("packs = ['tools/rules']\nignore = ['own-topic']\n")
    assert ran("check", "-q", "--config", "packs=[]")[::2] == (0, [])


def test_rules_without_code_need_no_leave(project: Path) -> None:
    with_rules(project)
    assert found() == ["app.py:3:10: medium unencrypted-topic [*] topic orders is not encrypted"]
    assert ran("apply", "-q")[0] == 0
    assert (project / "app.py").read_text() == TOPIC.replace('"orders"', '"orders", kms_master_key_id="alias/aws/sns"')


def test_settings_are_of_such_rules_too(project: Path) -> None:
    pack = with_rules(project)
    (project / "iacfix.toml").write_text(f"{pack}[unencrypted-topic]\nseverity = 'high'\n")
    assert found() == ["app.py:3:10: high unencrypted-topic [*] topic orders is not encrypted"]
    (project / "iacfix.toml").write_text(f"{pack}extend-unsafe-fixes = ['unencrypted-topic']\n")
    assert ran("diff", "-q")[:2] == (1, [])
    (project / "iacfix.toml").write_text(f"{pack}ignore = ['unencrypted-topics']\n")
    assert "did you mean 'unencrypted-topic'?" in ran("check", "-q")[2][0]
    (project / "iacfix.toml").write_text(pack)
    assert len(found("--select", "unencrypted-topic")) == 1
    assert found("--ignore", "unencrypted-topic") == []
    (project / "app.py").write_text(TOPIC.replace('")', '")  # iacfix: ignore[unencrypted-topic] for now'))
    assert found() == []


def test_a_pack_holds_where_its_settings_do(project: Path) -> None:
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "app.py").write_text(TOPIC)
    with_rules(project / "a")
    assert [line.split(":")[0] for line in found()] == ["a/app.py"]
    assert [line.split(":")[0] for line in found("--select", "unencrypted-topic")] == ["a/app.py"]
    (project / "b" / "iacfix.toml").write_text("broken\n")
    assert ran("check", "-q", "--select", "unencrypted-topics")[0] == 2


def test_workers_and_the_cache_see_the_rules(project: Path) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    (project / "more.py").write_text(TOPIC)
    assert found() == []
    (project / "iacfix.toml").write_text("packs = ['rules']\n")
    assert len(found("--jobs", "2", "--no-cache")) == 2
    assert len(found()) == 2
    rule = project / "rules" / "unencrypted-topic.yaml"
    rule.write_text(rule.read_text().replace("is not encrypted", "lies open").replace("that lies open", "that is open"))
    assert [line.endswith("topic orders lies open") for line in found()] == [True, True]


def test_a_process_of_its_own_sees_them(project: Path) -> None:
    with_rules(project)
    words = [sys.executable, "-m", "iacfix", "check", "-q", "--output-format", "sarif"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert '"id": "unencrypted-topic"' in done.stdout


def test_explain_shows_the_page_and_the_first_case(project: Path) -> None:
    with_rules(project)
    page = ran("explain", "unencrypted-topic")[1]
    assert page[:2] == ["unencrypted-topic", "Topic that is not encrypted"]
    assert any("kms_master_key_id" in line for line in page)
    assert any(line.startswith("unencrypted-topic") for line in ran("rules")[1])


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"own.py": "def own(\n"}, "own.py:1: cannot be imported (SyntaxError"),
        ({"own.py": "\n\nimport nowhere_at_all\n"}, "own.py:3: cannot be imported (ModuleNotFoundError"),
        ({"own.py": "x = 1\n"}, "own.py: has no rule own: the function is called as its file, and has @rule above it"),
        ({"own.yaml": "title: x\n"}, "own.yaml:1: lacks why and severity and type and when and message"),
        ({"own.yml": ""}, "own.yml: is passed over; call it own.yaml"),
        ({"Own.py": ""}, "Own.py: is not a valid name; use lower-case letters, digits and underscores"),
        ({"a_b.py": "", "a-b.yaml": ""}, "a_b.py: is the rule a-b, as a-b.yaml is; rename one"),
        ({"open-ingress.yaml": ""}, "tools has a rule open-ingress, and so has another pack; rename it"),
    ],
)
def test_what_is_wrong_with_a_pack_is_told(project: Path, files: dict[str, str], told: str) -> None:
    (project / "tools").mkdir()
    for name, text in files.items():
        (project / "tools" / name).write_text(text)
    (project / "iacfix.toml").write_text("packs = ['tools']\n")
    code, shown, said = ran("check", "-q", "--allow-packs")
    assert (code, shown, len(said)) == (2, [], 1)
    assert told in said[0]


def test_a_pack_outside_of_the_repository_is_not_looked_at(project: Path) -> None:
    (project / "iacfix.toml").write_text(f"packs = ['{EXAMPLE}']\n")
    said = f"iacfix.toml:1: {EXAMPLE} is outside of the repository; copy it into it, or use --allow-packs"
    assert ran("check", "-q")[2] == [f"iacfix: error: {said}"]
    (project / "link").symlink_to(EXAMPLE)
    (project / "iacfix.toml").write_text("packs = ['link']\n")
    assert "link is outside of the repository" in ran("check", "-q")[2][0]
    assert len(found("--allow-packs")) == 1
    (project / "iacfix.toml").unlink()
    assert len(found("--config", f"packs=['{EXAMPLE}']")) == 1


def test_a_pack_that_is_not_there_is_told(project: Path) -> None:
    (project / "iacfix.toml").write_text("\npacks = ['tools']\n")
    said = [
        "iacfix: error: iacfix.toml:2: tools cannot be read (No such file or directory); packs names folders with rules"
    ]
    assert ran("check", "-q")[2] == said


# a new rule


@pytest.mark.parametrize("words", [[], ["--python"]])
def test_a_new_rule_passes_as_it_is(project: Path, words: list[str]) -> None:
    asked = ["new-rule", "unset-timeout", "--type", "aws.lambda.Function", "--input", "timeout", *words]
    code, shown, said = ran(*asked)
    file = "unset_timeout.py" if words else "unset-timeout.yaml"
    assert (code, shown) == (0, [f"wrote tools/rules/{file}", "wrote tools/rules/cases/unset-timeout.md"])
    assert said == [
        'add packs = ["tools/rules"] to the settings to use it',
        f"iacfix test tools/rules/{file} runs its cases",
    ]
    assert ran("test", f"tools/rules/{file}") == (0, [], ["4 cases of 1 rule: no failure"])
    assert ran("test", "tools/rules/cases/unset-timeout.md")[0] == 0
    assert ran(*asked)[2] == [f"iacfix: error: tools/rules/{file}: is there already; choose another name"]
    (project / "iacfix.toml").write_text("packs = ['tools/rules']\n")
    assert ran("test", "--allow-packs")[0] == 0
    assert ran("new-rule", "other", *asked[2:])[1][0].startswith("wrote tools/rules/other")


@pytest.mark.parametrize(
    ("name", "type", "input", "told"),
    [
        ("Bad", "aws.sns.Topic", "name", "'Bad' is not a valid name; use lower-case letters, digits and dashes: "
         "unset-input"),
        ("open-ingress", "aws.sns.Topic", "name", "there is a rule open-ingress already; choose another name"),
        ("own", "aws.sns.Topc", "name", "no provider has the type aws.sns.Topc; use the schema's name, "
         "package.module.Class"),
        ("own", "aws.sns.Topic", "nam", "aws.sns.Topic has no input nam, did you mean 'name'?"),
    ],
)  # fmt: skip
def test_a_new_rule_is_of_what_there_is(project: Path, name: str, type: str, input: str, told: str) -> None:
    assert ran("new-rule", name, "--type", type, "--input", input) == (2, [], [f"iacfix: error: {told}"])
    assert not (project / "tools").exists()


# tested


def test_the_example_passes() -> None:
    assert ran("test", str(EXAMPLE)) == (0, [], ["15 cases of 1 rule: no failure"])


def test_the_documentation_shows_the_example() -> None:
    text = (ROOT / "docs" / "writing-rules.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(title: .*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block == (EXAMPLE / "unencrypted-topic.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kmsMasterKeyId", "kmsMasterKey", "names the input kmsMasterKey, which aws.sns.Topic does not have"),
        ("aws.sns.Topic", "aws.sns.Topics", "names the type aws.sns.Topics, which no provider has"),
        ("alias/aws/sns", "alias/other", "not so: it comes out as written"),
        ("is-not: true", "is: false", "not so: it comes out as written"),
    ],
)
def test_a_rule_that_is_wrong_fails(project: Path, old: str, new: str, told: str) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    rule = project / "rules" / "unencrypted-topic.yaml"
    assert old in rule.read_text()
    rule.write_text(rule.read_text().replace(old, new))
    code, shown, said = ran("test", "rules")
    assert (code, "no failure" in said[0]) == (1, False)
    assert any(told in line for line in shown)


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ("# x\n", "unencrypted-topic has no case"),
        (f"## a\n\n```py\n{TOPIC}```\n", "not so: it comes out as written"),
        (f"## a\n\nreason: no\n\n```py\n{TOPIC}```\n", "no finding has the reason: no"),
    ],
)
def test_cases_that_say_something_else_fail(project: Path, cases: str, told: str) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    (project / "rules" / "cases" / "unencrypted-topic.md").write_text(cases)
    code, shown, _ = ran("test", "rules")
    assert code == 1
    assert any(told in line for line in shown)


HEADS = {
    "py": 'import pulumi_aws as aws\n\naws.sns.Topic("a")\n',
    "ts": 'import * as aws from "@pulumi/aws";\n\nnew aws.sns.Topic("a");\n',
    "hcl": 'resource "aws_sns_topic" "a" {}\n',
}


@pytest.mark.parametrize(
    ("language", "broken"),
    [
        *(("py", text) for text in ("x = (", "if x:\n  y\n z", 'x = """')),
        *(("ts", text) for text in ("const x = '", "/* x", "`${", "const x = /[", "`")),
        ("hcl", "resource {"),
    ],
)
def test_a_case_that_does_not_parse_fails(project: Path, language: str, broken: str) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    cases = project / "rules" / "cases" / "unencrypted-topic.md"
    cases.write_text(f"{cases.read_text()}\n## broken\n\n```{language}\n{HEADS[language]}{broken}\n```\n")
    code, shown, _ = ran("test", "rules")
    assert (code, sum("not so: it comes out as written" in line for line in shown)) == (1, 1)


def test_cases_may_have_windows_line_ends_and_a_mark(project: Path) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    for cases in (project / "rules" / "cases").iterdir():
        cases.write_bytes(b"\xef\xbb\xbf" + cases.read_bytes().replace(b"\n", b"\r\n"))
    assert ran("test", "rules")[:2] == (0, [])


def test_comments_are_found_behind_any_regular_expression(project: Path) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    cases = project / "rules" / "cases" / "unencrypted-topic.md"
    code = r"""const quote = /[/"\]]/; // one" + "\n" + r"const half = quote.length / 2; /* two */"""
    cases.write_text(f"{cases.read_text()}\n## divided\n\n```ts\n{code}\n```\n")
    assert ran("test", "rules")[:2] == (0, [])


def test_cases_without_a_rule_fail(project: Path) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    (project / "rules" / "cases" / "other.md").write_text("## a\n\n```py\nx = 1\n```\n")
    assert ran("test", "rules")[:2] == (1, ["rules/cases/other.md: there is no rule other"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("## a\n\ntext\n", "1: the case 'a' has no block of py, ts or hcl"),
        ("\n## a\n\nmajor: x\n\n```py\n```\n", "2: the major of the case 'a' is no number"),
        ("## a\n\n```diff py\nx\n```\n", "1: the case 'a': a line of a diff block begins with 'x'"),
    ],
)
def test_a_broken_case_file_is_told(project: Path, text: str, told: str) -> None:
    shutil.copytree(EXAMPLE, project / "rules")
    (project / "rules" / "cases" / "unencrypted-topic.md").write_text(text)
    code, _, said = ran("test", "rules")
    assert code == 2
    assert said[-1].endswith(f"rules/cases/unencrypted-topic.md:{told}")


@pytest.mark.usefixtures("project")
def test_a_folder_without_rules_is_told() -> None:
    assert ran("test") == (
        2,
        [],
        ["iacfix: error: no settings here name packs; name a folder with rules, or see iacfix new-rule"],
    )
    told = "there is no rule; each is a file that ends in .yaml or .py"
    assert ran("test", "nowhere")[2] == [f"iacfix: error: nowhere: {told}"]
    Path("empty").mkdir()
    assert ran("test", "empty")[2] == [f"iacfix: error: empty: {told}"]
