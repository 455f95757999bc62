"""A real client and the server as an editor starts it: what it says of a text, saved or not, and what its edits do."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from alarms import ALARM, FIXED, TYPESCRIPT
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient, make_test_lsp_client

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE = 60
"""Seconds; the machine may have much else to do."""

BUCKET = 'import pulumi_aws as aws\n\naws.s3.Bucket("data", versioning={"enabled": True})\n'


@dataclass
class Editor:
    """What a person has open."""

    client: LanguageClient
    folder: Path
    versions: dict[str, int] = field(default_factory=dict[str, int])

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str) -> None:
        self.versions[name] = 1
        language = "python" if name.endswith(".py") else "typescript"
        document = lsp.TextDocumentItem(self.uri(name), language, 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))

    def change(self, name: str, text: str) -> None:
        self.versions[name] += 1
        about = lsp.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(about, [change]))

    def changed_on_disk(self, name: str) -> None:
        event = lsp.FileEvent(self.uri(name), lsp.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))

    async def found(self, name: str, *codes: str) -> Sequence[lsp.Diagnostic]:
        """What is said of a file, once it is of these rules."""

        async def told() -> Sequence[lsp.Diagnostic]:
            while True:
                found = self.client.diagnostics.get(self.uri(name))
                if found is not None and sorted(str(each.code) for each in found) == sorted(codes):
                    return found
                await asyncio.sleep(0.02)

        return await asyncio.wait_for(told(), PATIENCE)

    async def actions(self, name: str, line: int, *only: str) -> list[lsp.CodeAction]:
        at = lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0))
        context = lsp.CodeActionContext([], only=list(only) or None)
        asked = lsp.CodeActionParams(lsp.TextDocumentIdentifier(self.uri(name)), at, context)
        made = await asyncio.wait_for(self.client.text_document_code_action_async(asked), PATIENCE)
        return [each for each in made or () if isinstance(each, lsp.CodeAction)]

    async def edited(self, text: str, action: lsp.CodeAction) -> str:
        """The text after an action."""
        if action.edit is None:
            action = await asyncio.wait_for(self.client.code_action_resolve_async(action), PATIENCE)
        assert action.edit is not None, action.disabled
        changes = action.edit.document_changes
        assert changes is not None
        [change] = changes
        assert isinstance(change, lsp.TextDocumentEdit)
        return applied(text, [each for each in change.edits if isinstance(each, lsp.TextEdit)])

    @property
    def server(self) -> int:
        assert self.client._server is not None
        return self.client._server.pid

    def workers(self) -> list[int]:
        """The processes that the server has started to examine."""
        found = list[int]()
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.server and b"spawn_main" in (place / "cmdline").read_bytes():
                    found.append(int(place.name))
        return found


def applied(text: str, edits: Sequence[lsp.TextEdit]) -> str:
    """What an editor makes of edits, in UTF-16 and by the protocol's line ends."""
    starts = [0, *(end.end() for end in re.finditer(r"\r\n|\n|\r", text))]

    def offset(at: lsp.Position) -> int:
        return len(text[: starts[at.line]].encode("utf-16-le")) + 2 * at.character

    data = text.encode("utf-16-le")
    spans = sorted(((offset(each.range.start), offset(each.range.end), each.new_text) for each in edits), reverse=True)
    for (start, _, _), (_, stop, _) in pairwise(spans):
        assert stop <= start, "edits overlap"
    for start, stop, new in spans:
        data = data[:start] + new.encode("utf-16-le") + data[stop:]
    return data.decode("utf-16-le")


def capabilities(*, resolves: bool = True) -> lsp.ClientCapabilities:
    """Those of an editor that resolves actions late and watches files, or of a plain one."""
    late = lsp.ClientCodeActionResolveOptions(["edit"]) if resolves else None
    return lsp.ClientCapabilities(
        workspace=lsp.WorkspaceClientCapabilities(
            workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
        text_document=lsp.TextDocumentClientCapabilities(
            code_action=lsp.CodeActionClientCapabilities(resolve_support=late)
        ),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    return tmp_path


@asynccontextmanager
async def served(*, resolves: bool = True) -> AsyncIterator[LanguageClient]:
    """A client of a server of its own."""
    client = make_test_lsp_client()
    client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(lambda _: None)
    await client.start_io(sys.executable, "-m", "iacfix", "lsp")
    asked = lsp.InitializeParams(capabilities(resolves=resolves))
    await asyncio.wait_for(client.initialize_session(asked), PATIENCE)
    yield client
    await asyncio.wait_for(client.shutdown_session(), PATIENCE)
    await client.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncIterator[LanguageClient]:
    """One for most tests: an editor has many projects open too."""
    async with served() as client:
        yield client


@pytest.fixture
def editor(client: LanguageClient, folder: Path) -> Editor:
    return Editor(client, folder)


async def test_a_finding_has_its_place_its_rule_and_its_severity(editor: Editor) -> None:
    editor.open("a.py", ALARM)
    [found] = await editor.found("a.py", "unset-missing-data")
    assert (found.range.start.line, found.range.start.character) == (2, 0)
    assert (found.range.end.line, found.range.end.character) == (2, len("aws.cloudwatch.MetricAlarm("))
    assert (found.severity, found.source) == (lsp.DiagnosticSeverity.Warning, "iacfix")
    assert found.code_description is not None
    assert found.code_description.href.startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize(
    ("name", "text", "fixed"),
    [
        ("a.py", ALARM, FIXED),
        (
            "a.ts",
            TYPESCRIPT,
            TYPESCRIPT.replace("threshold: 1,", 'threshold: 1,\n    treatMissingData: "notBreaching",'),
        ),
        ("crlf.py", ALARM.replace("\n", "\r\n"), FIXED.replace("\n", "\r\n")),
        (
            "odd.py",
            ALARM.replace("\n\n", '\nprefix = "\U0001f600\u2028\u0085\x0c"; ', 1),
            FIXED.replace("\n\n", '\nprefix = "\U0001f600\u2028\u0085\x0c"; ', 1),
        ),
    ],
    ids=["python", "typescript", "crlf", "what Python takes for line ends"],
)
async def test_a_quick_fix_gives_the_text_that_apply_writes(editor: Editor, name: str, text: str, fixed: str) -> None:
    editor.open(name, text)
    [found] = await editor.found(name, "unset-missing-data")
    actions = await editor.actions(name, found.range.start.line)
    assert [each.title for each in actions] == [
        "iacfix: fix unset-missing-data",
        "iacfix: ignore unset-missing-data here",
    ]
    assert actions[0].is_preferred
    assert await editor.edited(text, actions[0]) == fixed


async def test_a_file_of_a_module_is_read_with_the_others(editor: Editor) -> None:
    """The comparison of the alarm is a local of another file."""
    (editor.folder / "versions.tf").write_text(
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 6.0" }\n  }\n}\n'
        'locals {\n  above = "GreaterThanThreshold"\n}\n'
    )
    text = (
        'resource "aws_cloudwatch_metric_alarm" "errors" {\n'
        '  alarm_name          = "errors"\n'
        "  comparison_operator = local.above\n"
        "  evaluation_periods  = 1\n"
        '  metric_name         = "Errors"\n'
        '  namespace           = "AWS/Lambda"\n'
        "  period              = 60\n"
        '  statistic           = "Sum"\n'
        "  threshold           = 1\n"
        "}\n"
    )
    (editor.folder / "main.tf").write_text("# not saved yet\n")
    editor.open("main.tf", text)
    [found] = await editor.found("main.tf", "unset-missing-data")
    fix = (await editor.actions("main.tf", found.range.start.line))[0]
    fixed = text.replace("= 1\n}", '= 1\n  treat_missing_data  = "notBreaching"\n}')
    assert await editor.edited(text, fix) == fixed


async def test_what_is_typed_counts_and_not_what_is_saved(editor: Editor) -> None:
    (editor.folder / "a.py").write_text(ALARM)
    editor.open("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    editor.change("a.py", FIXED)
    await editor.found("a.py")
    editor.change("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    assert (editor.folder / "a.py").read_text() == ALARM


async def test_of_many_changes_the_last_one_counts(editor: Editor) -> None:
    editor.open("a.py", ALARM)
    for number in range(30):
        editor.change("a.py", ALARM + f"x{number} = {number}\n")
        await asyncio.sleep(0.01)
    editor.change("a.py", FIXED)
    await editor.found("a.py")
    await asyncio.sleep(1)
    assert list(editor.client.diagnostics[editor.uri("a.py")]) == []


async def test_all_findings_of_a_rule_are_fixed_at_once_and_no_other_s(editor: Editor) -> None:
    text = ALARM + ALARM.replace("errors", "throttles").partition("\n\n")[2] + BUCKET.partition("\n\n")[2]
    editor.open("a.py", text)
    await editor.found("a.py", "unset-missing-data", "unset-missing-data", "inline-bucket-config", "unblocked-bucket")
    [at_once] = [each for each in await editor.actions("a.py", 2) if "all" in each.title]
    assert at_once.title == "iacfix: fix all 2 findings of unset-missing-data in this file"
    expected = text.replace("=1,\n)", '=1,\n    treat_missing_data="notBreaching",\n)')
    assert await editor.edited(text, at_once) == expected


async def test_fix_all_is_for_who_asks_and_takes_no_unsafe_fix(editor: Editor) -> None:
    text = ALARM + 'aws.s3.BucketV2("logs", acl="public-read")\naws.cloudwatch.LogGroup("kept")\n'
    editor.open("a.py", text)
    assert not [each for each in await editor.actions("a.py", 2) if each.kind != lsp.CodeActionKind.QuickFix]
    [every] = await editor.actions("a.py", 0, "source.fixAll")
    fixed = await editor.edited(text, every)
    assert 'treat_missing_data="notBreaching"' in fixed
    assert "retention_in_days" not in fixed
    assert await editor.actions("a.py", 0, "source.organizeImports") == []


async def test_an_unsafe_fix_is_called_so_and_never_preferred(editor: Editor) -> None:
    text = 'import pulumi_aws as aws\n\naws.cloudwatch.LogGroup("kept")\n'
    editor.open("a.py", text)
    [found] = await editor.found("a.py", "endless-log-group")
    assert "\nunsafe fix: " in found.message
    fix = (await editor.actions("a.py", 2))[0]
    assert (fix.title, fix.is_preferred) == ("iacfix: fix (unsafe) endless-log-group", False)
    assert "retention_in_days=30" in await editor.edited(text, fix)


async def test_a_finding_that_is_only_reported_says_why_and_has_no_fix(editor: Editor) -> None:
    text = """import pulumi_aws as aws

aws.ec2.SecurityGroup(
    "admin",
    ingress=[{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}],
)
"""
    editor.open("a.py", text)
    [found] = await editor.found("a.py", "open-ingress")
    assert "\nnot fixed: " in found.message
    titles = [each.title for each in await editor.actions("a.py", found.range.start.line)]
    assert titles == ["iacfix: ignore open-ingress here"]


async def test_ignoring_writes_the_comment_of_add_ignores(editor: Editor) -> None:
    editor.open("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    ignore = (await editor.actions("a.py", 2))[1]
    text = await editor.edited(ALARM, ignore)
    added = "# iacfix: ignore[unset-missing-data]"
    assert text.splitlines()[2].startswith(added)
    assert text.replace(f"{text.splitlines()[2]}\n", "") == ALARM
    editor.change("a.py", text)
    await editor.found("a.py")


async def test_the_page_of_a_rule_is_shown_on_its_finding_only(editor: Editor) -> None:
    editor.open("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    about = lsp.TextDocumentIdentifier(editor.uri("a.py"))
    shown = await editor.client.text_document_hover_async(lsp.HoverParams(about, lsp.Position(2, 5)))
    assert shown is not None
    assert isinstance(shown.contents, lsp.MarkupContent)
    assert shown.contents.value.startswith("**unset-missing-data** (medium, ")
    assert "**Why**" in shown.contents.value
    assert await editor.client.text_document_hover_async(lsp.HoverParams(about, lsp.Position(0, 0))) is None


async def test_settings_and_pins_are_read_again_when_they_change(editor: Editor) -> None:
    editor.open("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    (editor.folder / "iacfix.toml").write_text('ignore = ["unset-missing-data"]\n')
    editor.changed_on_disk("iacfix.toml")
    await editor.found("a.py")
    (editor.folder / "iacfix.toml").unlink()
    (editor.folder / "requirements.txt").write_text("pulumi-aws==4.0.0\n")
    editor.changed_on_disk("requirements.txt")
    await editor.found("a.py", "unknown-provider-major")


async def test_severities_files_and_packs_of_the_settings_count(editor: Editor) -> None:
    (editor.folder / "base.toml").write_text("[unset-missing-data]\nseverity = 'high'\n")
    shutil.copytree(Path(__file__).parents[2] / "examples" / "rules", editor.folder / "rules")
    settings = "extend = 'base.toml'\npacks = ['rules']\n"
    (editor.folder / "iacfix.toml").write_text(settings)
    topic = ALARM + 'aws.sns.Topic("orders")\n'
    editor.open("a.py", topic)
    alarm, found = await editor.found("a.py", "unencrypted-topic", "unset-missing-data")
    assert (alarm.severity, found.severity) == (lsp.DiagnosticSeverity.Error, lsp.DiagnosticSeverity.Warning)
    (fix, *_) = [each for each in await editor.actions("a.py", 12) if each.title == "iacfix: fix unencrypted-topic"]
    assert await editor.edited(topic, fix) == topic.replace('"orders")', '"orders", kms_master_key_id="alias/aws/sns")')
    about = lsp.TextDocumentIdentifier(editor.uri("a.py"))
    hover = await editor.client.text_document_hover_async(lsp.HoverParams(about, lsp.Position(12, 2)))
    assert hover is not None
    assert "Topic that is not encrypted" in str(hover.contents)
    (editor.folder / "iacfix.toml").write_text(f"{settings}[per-file-ignores]\n'a.py' = ['unset-missing-data']\n")
    editor.changed_on_disk("iacfix.toml")
    await editor.found("a.py", "unencrypted-topic")


async def test_wrong_settings_are_said_and_pass(editor: Editor) -> None:
    (editor.folder / "iacfix.toml").write_text('ignore = ["unset-missing-dat"]\n')
    editor.open("a.py", ALARM)
    [found] = await editor.found("a.py", "None")
    assert found.message.startswith("not checked: iacfix.toml:1: unknown rule 'unset-missing-dat'")
    (editor.folder / "iacfix.toml").unlink()
    editor.changed_on_disk("iacfix.toml")
    await editor.found("a.py", "unset-missing-data")


async def test_a_text_that_is_half_typed_is_said_to_be_unchecked(editor: Editor) -> None:
    editor.open("a.py", ALARM + "def f(:\n")
    [found] = await editor.found("a.py", "None")
    assert found.message.startswith("not checked: a.py:")
    assert found.severity == lsp.DiagnosticSeverity.Information
    assert await editor.actions("a.py", 2) == []


async def test_what_a_run_would_not_visit_is_left_alone(editor: Editor) -> None:
    (editor.folder / "iacfix.toml").write_text('exclude = ["old.py"]\n')
    (editor.folder / "dist").mkdir()
    for name in ("old.py", "dist/a.py", "a.py"):
        (editor.folder / name).write_text(ALARM)
        editor.open(name, ALARM)
    await editor.found("a.py", "unset-missing-data")
    await editor.found("old.py")
    await editor.found("dist/a.py")


async def test_an_action_of_an_older_text_changes_nothing(editor: Editor) -> None:
    editor.open("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    fix = (await editor.actions("a.py", 2))[0]
    editor.change("a.py", f"# first\n{ALARM}")
    late = await editor.client.code_action_resolve_async(fix)
    assert late.edit is None
    assert editor.client.messages[-1].message == ("iacfix: not changed: the text has changed; request the fix again")


async def test_a_plain_editor_gets_the_edits_at_once(folder: Path) -> None:
    async with served(resolves=False) as client:
        editor = Editor(client, folder)
        editor.open("a.py", ALARM)
        await editor.found("a.py", "unset-missing-data")
        fix, ignore = await editor.actions("a.py", 2)
        assert fix.edit is not None
        assert ignore.edit is not None
        assert await editor.edited(ALARM, fix) == FIXED


async def test_a_worker_that_dies_is_replaced(folder: Path) -> None:
    async with served() as client:
        editor = Editor(client, folder)
        editor.open("a.py", ALARM)
        await editor.found("a.py", "unset-missing-data")
        await editor.actions("a.py", 2)
        killed = editor.workers()
        assert len(killed) == 2
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        for text in (FIXED, ALARM):  # the first may be what finds them dead
            await asyncio.sleep(1)
            editor.change("a.py", text)
        await editor.found("a.py", "unset-missing-data")
        assert await editor.edited(ALARM, (await editor.actions("a.py", 2))[0]) == FIXED


async def test_a_closed_file_has_no_diagnostics(editor: Editor) -> None:
    editor.open("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    about = lsp.TextDocumentIdentifier(editor.uri("a.py"))
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(about))
    await editor.found("a.py")


async def test_nothing_is_left_when_the_server_is_killed(folder: Path) -> None:
    client = make_test_lsp_client()
    await client.start_io(sys.executable, "-m", "iacfix", "lsp")
    await client.initialize_session(lsp.InitializeParams(capabilities()))
    editor = Editor(client, folder)
    editor.open("a.py", ALARM)
    await editor.found("a.py", "unset-missing-data")
    workers = editor.workers()
    assert workers
    os.kill(editor.server, signal.SIGKILL)
    for _ in range(200):
        if not any(is_running(pid) for pid in workers):
            break
        await asyncio.sleep(0.1)
    assert not any(is_running(pid) for pid in workers)
    await client.stop()


async def test_settings_of_its_command_line_hold_over_those_of_the_project(folder: Path) -> None:
    (folder / "iacfix.toml").write_text("[unset-missing-data]\nseverity = 'low'\n")
    client = make_test_lsp_client()
    setting = 'unset-missing-data.severity="high"'
    await client.start_io(sys.executable, "-m", "iacfix", "lsp", "--config", setting)
    await client.initialize_session(lsp.InitializeParams(capabilities()))
    editor = Editor(client, folder)
    editor.open("a.py", ALARM)
    (found,) = await editor.found("a.py", "unset-missing-data")
    assert found.severity is lsp.DiagnosticSeverity.Error
    await client.shutdown_session()
    await client.stop()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_without_its_packages_it_says_what_to_install() -> None:
    without = (
        "import sys; sys.modules['pygls'] = None; sys.argv[1:] = ['lsp']; from iacfix.__main__ import main; main()"
    )
    done = await asyncio.create_subprocess_exec(sys.executable, "-c", without, stderr=asyncio.subprocess.PIPE)
    _, said = await done.communicate()
    assert (done.returncode, said.decode()) == (
        2,
        "iacfix: error: the language server needs the extra lsp; run pip install '.[lsp]' in a checkout of iacfix\n",
    )
