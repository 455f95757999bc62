"""`iacfix migrate` as a person runs it: exports in, a runbook and a document out."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from stacks import BUCKET, CIPHERTEXT, DEFAULT_6, DEFAULT_7, SECRET, Entry, bucket, export, provider, resource, urn
from typer.testing import CliRunner, Result

from iacfix.cli import program

RUNBOOKS = Path(__file__).parent / "runbooks"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
STORE = "acme:index:Store"

PROGRAM = """import pulumi
import pulumi_aws as aws

from shop import Store

logs = aws.s3.Bucket(
    "logs",
    force_destroy=True,
    versioning={"enabled": True},
    lifecycle_rules=[{"id": "old", "enabled": True, "expiration": {"days": 30}}],
)
plain = aws.s3.Bucket("plain")
Store("front")
Store("back")
"""
COMPONENT = """import pulumi
import pulumi_aws as aws


class Store(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("acme:index:Store", name)
        self._data = aws.s3.Bucket(
            f"{name}-data",
            bucket=f"{name}-data-09",
            versioning={"enabled": True},
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
"""
LOGS = {
    "__defaults": ["bucket"],
    "bucket": "logs-4f2a",
    "versioning": {"enabled": True},
    "lifecycleRules": [{"id": "old"}],
    "forceDestroy": True,
    "tags": SECRET,
}


def shop(of: Entry) -> list[Entry]:
    """The stack of the program, its component with a provider of its own."""
    eu = provider("eu", str(of["inputs"]["version"]))  # type: ignore[index]
    return [
        eu,
        resource("pulumi:providers:github", "gh", "gh-1", inputs={"token": SECRET}),
        bucket("logs", "logs-4f2a", of=of, inputs=LOGS),
        bucket("plain", "plain-77c1", of=of, inputs={"tags": SECRET}),
        *(resource(STORE, name) for name in ("front", "back")),
        *(
            bucket(f"{name}-data", f"{name}-data-09", of=eu, parents=f"{STORE}$", parent=urn(STORE, name), protect=True)
            for name in ("front", "back")
        ),
    ]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the program in a folder of its own; the root is the current folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    infra = tmp_path / "infra"
    infra.mkdir()
    (infra / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (infra / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (infra / "app.py").write_text(PROGRAM)
    (infra / "shop.py").write_text(COMPONENT)
    (tmp_path / "stack.json").write_text(export(*shop(DEFAULT_7)))
    return tmp_path


@pytest.fixture
def old(project: Path) -> Path:
    """The same under the major before."""
    (project / "infra/requirements.txt").write_text("pulumi-aws==6.83.4\n")
    (project / "stack.json").write_text(export(*shop(DEFAULT_6)))
    return project


def migrate(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(program(), ["migrate", "infra", "--stack-export", "stack.json", *arguments], input=stdin)


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def expected(name: str) -> str:
    return (RUNBOOKS / f"{name}.md").read_text()


# what goes wrong


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ["--stack-export", "none.json"],
            "none.json: cannot be read: No such file or directory; name a file that pulumi wrote",
        ),
        (
            ["--stack-export", "infra/app.py"],
            "infra/app.py:1: is not JSON; write it with pulumi stack export --file FILE",
        ),
        (["-o", "infra"], "infra: exists and is not an empty folder; name a new one for the migration"),
        (["-o", "stack.json"], "stack.json: exists and is not an empty folder; name a new one for the migration"),
        (["-"], "migrate reads programs from files; name them instead of -"),
        (["missing"], "missing: does not exist"),
        (["--select", "no-rule"], "unknown rule 'no-rule'; see iacfix rules"),
        (
            ["--import-file", "stack.json"],
            "stack.json: is not an import document, it has no list of resources; "
            "write it with pulumi preview --import-file FILE",
        ),
        (
            ["--provider-version", "6", "--import-file", "ids.json"],
            "--import-file is for resources that keep their class; leave it out: these change theirs",
        ),
        (
            ["--ignore", "inline-bucket-config", "--import-file", "ids.json"],
            "ids.json: cannot be filled: the rewrite splits no resource of the program; if it is already rewritten, "
            "run this on the version before (git stash, or a worktree of the last commit)",
        ),
    ],
)
def test_a_failure_is_one_line_and_exit_code_2(project: Path, arguments: list[str], error: str) -> None:
    (project / "ids.json").write_text('{"resources": []}')
    before = sorted(project.rglob("*"))
    result = migrate(*arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"iacfix: error: {error}")
    assert sorted(project.rglob("*")) == before


def test_an_empty_stack(project: Path) -> None:
    (project / "stack.json").write_text('{"version": 3, "deployment": {"manifest": {}}}')
    error = "stack.json: is an export of an empty stack; deploy it first, there is nothing to migrate"
    result = migrate()
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"iacfix: error: {error}\n")


def test_a_file_that_does_not_parse_makes_the_exit_code_2_after_the_rest(project: Path) -> None:
    (project / "infra/bad.py").write_text("import pulumi_aws\nBucket(\n")
    result = migrate("-q", "-o", "out")
    assert result.exit_code == 2
    assert result.stderr.startswith("iacfix: error: infra/bad.py:")
    assert written(project / "out")["runbook.md"] == expected("split")


# nothing to do


def test_a_program_that_splits_nothing(project: Path) -> None:
    (project / "infra/app.py").write_text('import pulumi_aws as aws\n\naws.s3.Bucket("plain")\n')
    (project / "infra/shop.py").unlink()
    result = migrate("-o", "out")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing to migrate\n")
    assert written(project / "out") == {
        "runbook.md": """# Migration of `dev`, project `shop`

The rewrite of these paths splits no resource of this project: nothing to migrate. `iacfix check`
shows what is not fixed and why.
"""
    }


def test_a_program_that_is_rewritten_already(project: Path) -> None:
    assert CliRunner().invoke(program(), ["apply", "infra"]).exit_code == 0
    result = migrate("-o", "out")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "",
        "nothing to migrate, but the program has BucketVersioning logs-versioning and 2 more, which the stack does "
        "not have; if the program is already rewritten, run this on the version before (git stash, or a worktree of "
        "the last commit)\n",
    )
    assert "if the program is already rewritten" in " ".join(written(project / "out")["runbook.md"].split())


def test_a_program_whose_rewrite_is_deployed(project: Path) -> None:
    assert CliRunner().invoke(program(), ["apply", "infra"]).exit_code == 0
    kinds = (VERSIONING, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    entries = [resource(kind, "logs-new", "logs-4f2a") for kind in kinds]
    (project / "stack.json").write_text(export(*shop(DEFAULT_7), *entries))
    assert migrate("-o", "out").stderr == "nothing to migrate\n"


# the runbooks


def test_resources_that_keep_their_class(project: Path) -> None:
    before = (project / "infra/app.py").read_bytes(), (project / "stack.json").read_bytes()
    result = migrate("-o", "out")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "3 deployed resources to migrate, 4 new\n"
    files = written(project / "out")
    assert set(files) == {"runbook.md", "import.json"}
    assert files["runbook.md"] == expected("split")
    assert json.loads(files["import.json"]) == {
        "nameTable": {
            "front": urn(STORE, "front"),
            "eu": urn("pulumi:providers:aws", "eu"),
            "back": urn(STORE, "back"),
        },
        "resources": [
            {"type": VERSIONING, "name": "logs-versioning", "id": "logs-4f2a", "version": "7.1.0"},
            {
                "type": "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
                "name": "logs-lifecycle",
                "id": "logs-4f2a",
                "version": "7.1.0",
            },
            *(
                {
                    "type": VERSIONING,
                    "name": f"{name}-data-versioning",
                    "id": f"{name}-data-09",
                    "parent": name,
                    "provider": "eu",
                    "version": "7.1.0",
                }
                for name in ("front", "back")
            ),
        ],
    }
    assert before == ((project / "infra/app.py").read_bytes(), (project / "stack.json").read_bytes())


def test_without_a_folder_the_document_is_on_the_page(project: Path) -> None:
    migrate("-q", "-o", "out")
    result = migrate("-q")
    assert (result.exit_code, result.stderr) == (0, "")
    page = expected("split").replace("../out/import.json", "import.json")
    document = (project / "out/import.json").read_text()
    assert result.stdout == (
        f"{page}\n## import.json\n\nSave this in the folder of the program, or let `-o DIR` write it:\n\n"
        f"```json\n{document}```\n"
    )


def test_the_export_may_come_from_stdin(project: Path) -> None:
    result = migrate("-q", "-o", "out", "--stack-export", "-", stdin=(project / "stack.json").read_text())
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert written(project / "out")["runbook.md"] == expected("split")


def test_an_empty_folder_is_taken(project: Path) -> None:
    (project / "out").mkdir()
    assert migrate("-q", "-o", "out").exit_code == 0
    assert set(written(project / "out")) == {"runbook.md", "import.json"}
    assert [path.name for path in project.iterdir() if path.name.startswith(".out")] == []


@pytest.mark.parametrize(
    ("procedure", "line", "code", "files"),
    [
        ("upgrade", "3 deployed resources to migrate", 0, {"runbook.md"}),
        ("import", "3 deployed resources to migrate, 7 new", 0, {"runbook.md", "import.json"}),
        ("retain", "1 deployed resource to migrate, 3 new, 2 to migrate by hand", 1, {"runbook.md"}),
    ],
)
def test_resources_that_change_their_class(old: Path, procedure: str, line: str, code: int, files: set[str]) -> None:
    result = migrate("--procedure", procedure, "-o", "out")
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"{line}\n")
    assert set(written(old / "out")) == files
    assert written(old / "out")["runbook.md"] == expected(procedure)


@pytest.mark.usefixtures("old")
def test_the_upgrade_is_what_is_recommended() -> None:
    result = migrate("-q")
    assert (result.exit_code, result.stdout) == (0, expected("upgrade"))


def test_gaps_and_what_the_rewrite_leaves(project: Path) -> None:
    """An operation that was interrupted is said, a bucket that is not split needs no migration."""
    more = 'aws.s3.Bucket("new", versioning={"enabled": True})\naws.s3.Bucket("open", **more)\n'
    (project / "infra/more.py").write_text(f"import pulumi_aws as aws\n\n{more}")
    entries = shop(DEFAULT_7)
    (project / "stack.json").write_text(export(*entries, pending=[entries[3]]))
    result = migrate("-o", "out")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "3 deployed resources to migrate, 4 new, 1 to migrate by hand\n"
    assert written(project / "out")["runbook.md"] == expected("by-hand")


# the document of a preview


def test_the_document_of_a_preview_is_filled(project: Path) -> None:
    """What is not of the rewrite stays, and is migrated by hand where it has no id."""
    specs = [
        {"type": STORE, "name": "side", "component": True},
        {"type": VERSIONING, "name": "logs-versioning", "id": "<PLACEHOLDER>", "version": "7.1.0"},
        {
            "type": "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            "name": "logs-lifecycle",
            "id": "<PLACEHOLDER>",
            "version": "7.1.0",
        },
        {"type": VERSIONING, "name": "front-data-versioning", "id": "<PLACEHOLDER>", "parent": "front"},
        {"type": BUCKET, "name": "fresh", "id": "<PLACEHOLDER>"},
    ]
    table = {"front": urn(STORE, "front")}
    (project / "ids.json").write_text(json.dumps({"nameTable": table, "resources": specs}))
    result = migrate("-o", "out", "--import-file", "ids.json")
    assert (result.exit_code, result.stdout) == (1, "")
    files = written(project / "out")
    assert json.loads(files["import.json"]) == {
        "nameTable": table,
        "resources": [
            specs[0],
            {**specs[1], "id": "logs-4f2a"},
            {**specs[2], "id": "logs-4f2a"},
            {**specs[3], "id": "front-data-09"},
            specs[4],
        ],
    }
    missing = urn(f"{STORE}${VERSIONING}", "back-data-versioning")
    assert files["runbook.md"].partition("## Migrate by hand\n")[2] == (
        "\nNeither the steps nor the import document cover these resources:\n\n"
        f"- `infra/shop.py:8` Bucket \\*-data, `{missing}`: ids.json does not have it; write that file "
        "again after the rewrite\n"
        f"- ids.json has no id for `{BUCKET} fresh`, which is not of this rewrite; fill it in or remove it\n"
    )


def test_a_document_with_secrets_is_not_printed(project: Path) -> None:
    spec = {"type": "pulumi:providers:aws", "name": "us", "inputs": {"token": SECRET}}
    (project / "ids.json").write_text(json.dumps({"resources": [spec]}))
    error = "ids.json: the import document holds secrets; name a folder for it with -o"
    result = migrate("--import-file", "ids.json")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"iacfix: error: {error}\n")


# secrets


@pytest.mark.parametrize("procedure", ["upgrade", "import", "retain"])
@pytest.mark.parametrize("major", [6, 7])
def test_no_secret_of_the_state_is_ever_shown(project: Path, procedure: str, major: int) -> None:
    """No ciphertext, nothing that --show-secrets lays open, no name that the state holds as a secret."""
    of = DEFAULT_7 if major == 7 else DEFAULT_6
    (project / "infra/requirements.txt").write_text(f"pulumi-aws=={major}.1.0\n")
    opened = {**SECRET, "plaintext": '"hush-hush"'}
    hidden = bucket("logs", "hidden-name", of=of, inputs={**LOGS, "bucket": opened, "versioning": SECRET})
    entries = [hidden if entry["urn"] == hidden["urn"] else entry for entry in shop(of)]
    (project / "stack.json").write_text(export(*entries))
    shown = migrate("--procedure", procedure)
    migrate("--procedure", procedure, "-o", "out")
    everything = [shown.stdout, shown.stderr, *written(project / "out").values()]
    assert shown.exit_code == 1
    assert "its bucket is a secret in the state, and the id would show it" in shown.stdout
    for text in everything:
        for secret in (CIPHERTEXT, "hush-hush", "hidden-name", "c2FsdA", "ciphertext"):
            assert secret not in text


# names that mean something elsewhere


def test_a_name_is_no_option_and_no_markdown_of_the_runbook(project: Path) -> None:
    folder = project / "infra" / "--select=unplaced-widget"
    folder.mkdir()
    name = "new\n```\n\n# hi\ntouch PWN\n```sh\nx.py"
    (folder / name).write_text((project / "infra" / "app.py").read_text())
    (project / "infra" / "app.py").unlink()
    (project / "infra" / "shop.py").unlink()
    command = ["migrate", "--stack-export", "stack.json", "--", str(folder.relative_to(project) / name)]
    page = CliRunner().invoke(program(), command).stdout
    shown = r"--select=unplaced-widget/new\n```\n\n# hi\ntouch PWN\n```sh\nx.py"
    quoted = shown.replace(r"\n", r"\x0a")
    assert f"   iacfix apply --select inline-bucket-config -- $'{quoted}'\n" in page
    assert f"`logs` of ```` infra/{shown}:6 ````:\n" in page
    assert "\ntouch" not in page
    assert "\n# hi" not in page
    words = subprocess.run(["bash", "-c", f"printf %s $'{quoted}'"], capture_output=True, text=True, check=True).stdout
    assert words == f"--select=unplaced-widget/{name}"


@pytest.mark.parametrize("procedure", ["import", "retain"])
def test_a_path_is_no_markdown_of_a_step(old: Path, procedure: str) -> None:
    name = "a `b` ```.py"
    (old / "infra" / name).write_text((old / "infra" / "app.py").read_text())
    (old / "infra" / "app.py").unlink()
    page = migrate("--procedure", procedure).stdout
    steps = page.partition("## Steps")[2].partition("## Resources")[0]
    assert f"```` infra/{name}:6 ````" in " ".join(steps.split())


def test_what_waits_for_its_deletion_goes_first(project: Path) -> None:
    """Whether the entry of another resource outlives an import is not known."""
    (project / "stack.json").write_text(export(*shop(DEFAULT_7), bucket("gone", "gone-1", delete=True)))
    gone = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::gone"
    page = " ".join(migrate().stdout.split())
    assert f"An old copy of `{gone}` is pending deletion: run `pulumi up` first." in page
