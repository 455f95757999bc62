"""Reading and replacing source files."""

from __future__ import annotations

import os
import stat
from codecs import lookup
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iacfix.engine.run import Request, run
from iacfix.errors import ChangedMeanwhile, SourceError
from iacfix.files.source import Source, encode, from_bytes, load, write_all


def _told(path: Path, **options: int) -> str:
    with pytest.raises(SourceError) as caught:
        load(path, "app/program.py", **options)
    return str(caught.value)


def _source(path: Path, data: bytes) -> Source:
    path.write_bytes(data)
    return load(path, path.name)


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "program.py"
    path.write_bytes(b"one\r\ntwo\rname = 'caf\xe9'\n")
    assert _told(path) == "app/program.py:3: is not UTF-8; save it as UTF-8 or exclude it"


def test_the_bom_does_not_shift_the_line_that_is_not_utf8(tmp_path: Path):
    path = tmp_path / "program.py"
    path.write_bytes(b"\xef\xbb\xbfone\n\xff")
    assert _told(path) == "app/program.py:2: is not UTF-8; save it as UTF-8 or exclude it"


@pytest.mark.parametrize("data", [b"a = 1\n\x00\x01\xff", "a = 1\n".encode("utf-16")[:4] + b"\x00"])
def test_a_binary_file_is_told(tmp_path: Path, data: bytes):
    path = tmp_path / "program.py"
    path.write_bytes(data)
    told = _told(path)
    assert told.partition(": ")[2] == "looks binary (it holds a NUL byte); save it as UTF-8 or exclude it"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_program_in_utf_16_is_told(tmp_path: Path, encoding: str):
    program = '\ufeffimport * as aws from "@pulumi/aws";\nnew aws.kms.Key("k");\n'
    (tmp_path / "index.ts").write_bytes(program.encode(encoding))
    (tmp_path / "other.ts").write_bytes(program.replace("@pulumi/aws", "react").encode(encoding))
    assert [error.partition(": ")[0] for error in run(Request((str(tmp_path),), jobs=1)).errors] == ["index.ts:1"]


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("unicode_escape", 'a = "b"'),
        ("raw_unicode_escape", 'a = "\\u00e9"'),
        ("utf-7", 'a = "~"'),
        ("idna", f"# {'x' * 200}"),
        ("iso2022_jp", 'a = "\x1b(B"'),
    ],
)
def test_what_its_encoding_would_write_otherwise_is_told(encoding: str, line: str):
    """Every byte of the file would be encoded anew, not only what a fix changes."""
    data = f"# coding: {encoding}\n{line}\n".encode()
    name = lookup(encoding).name
    with pytest.raises(SourceError, match=f"is not {name} as it says; save it as UTF-8 or exclude it"):
        from_bytes(data, "a.py")


@pytest.mark.parametrize("encoding", ["latin-1", "shift_jis", "gb18030", "utf-7", "iso2022_jp"])
def test_a_text_of_another_encoding_comes_back_byte_by_byte(encoding: str):
    data = f"# coding: {encoding}\na = 'plain'\n".encode(encoding)
    source = from_bytes(data, "a.py")
    assert encode(source, source.text) == data


def test_a_file_that_is_too_large_is_told_and_the_limit_is_a_setting(tmp_path: Path):
    path = tmp_path / "program.py"
    path.write_bytes(b"#" * 2_000_001)
    message = "app/program.py: is too large (2,000,001 bytes); exclude it or raise max-file-size"
    assert _told(path) == message
    assert load(path, "program.py", max_size=2_000_001).text == "#" * 2_000_001


def test_a_file_that_vanished_is_told(tmp_path: Path):
    assert _told(tmp_path / "program.py") == "app/program.py: was deleted during the run; run again"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_regular_file_is_told_without_waiting_for_it(tmp_path: Path, make: object):
    assert callable(make)
    make(tmp_path / "program.py")
    assert _told(tmp_path / "program.py") == "app/program.py: is not a regular file; exclude it"


def test_a_link_that_leads_to_itself_cannot_be_read(tmp_path: Path):
    (tmp_path / "program.py").symlink_to("program.py")
    expected = "app/program.py: cannot be read (Too many levels of symbolic links); give read permission or exclude it"
    assert _told(tmp_path / "program.py") == expected


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_told(tmp_path: Path):
    path = tmp_path / "program.py"
    path.write_bytes(b"a = 1\n")
    path.chmod(0)
    assert _told(path) == "app/program.py: cannot be read (Permission denied); give read permission or exclude it"


def test_an_empty_file_is_an_empty_text(tmp_path: Path):
    assert _source(tmp_path / "program.py", b"").text == ""


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "a\rb", "a\x0cb\n", "a\u2028b\x85c", "a\n\r\n\r", "no end"])
def test_line_ends_stay_as_they_are(text: str):
    assert from_bytes(text.encode(), "program.py").text == text


def test_the_bom_is_no_part_of_the_text_and_is_given_back(tmp_path: Path):
    source = _source(tmp_path / "program.py", b"\xef\xbb\xbfa = 1\r\n")
    assert (source.text, source.bom) == ("a = 1\r\n", True)
    write_all([(source, "a = 2\r\n")])
    assert (tmp_path / "program.py").read_bytes() == b"\xef\xbb\xbfa = 2\r\n"


@given(st.text().filter(lambda text: "\0" not in text), st.booleans())
def test_any_text_comes_back_byte_by_byte(text: str, bom: bool):
    data = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    source = from_bytes(data, "program.py")
    assert encode(source, source.text) == source.data == data


def test_a_file_that_changed_meanwhile_keeps_the_change(tmp_path: Path):
    source = _source(tmp_path / "program.py", b"a = 1\n")
    (tmp_path / "program.py").write_bytes(b"a = 3\n")
    with pytest.raises(ChangedMeanwhile) as caught:
        write_all([(source, "a = 2\n")])
    assert str(caught.value) == "program.py: changed since it was read; run again"
    assert (tmp_path / "program.py").read_bytes() == b"a = 3\n"
    assert os.listdir(tmp_path) == ["program.py"]


def test_a_file_that_vanished_is_not_made_again(tmp_path: Path):
    source = _source(tmp_path / "program.py", b"a = 1\n")
    (tmp_path / "program.py").unlink()
    with pytest.raises(ChangedMeanwhile):
        write_all([(source, "a = 2\n")])
    assert os.listdir(tmp_path) == []


def test_a_failure_to_replace_leaves_the_old_bytes_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    source = _source(tmp_path / "program.py", b"a = 1\n")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SourceError) as caught:
        write_all([(source, "a = 2\n")])
    expected = "cannot be written (No space left on device); free some space"
    assert str(caught.value) == f"program.py: {expected}"
    assert (tmp_path / "program.py").read_bytes() == b"a = 1\n"
    assert os.listdir(tmp_path) == ["program.py"]


@pytest.mark.parametrize("function", ["fsync", "open"])
def test_a_failure_before_replacing_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str):
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    source = _source(tmp_path / "program.py", b"a = 1\n")
    monkeypatch.setattr(os, function, fails)
    with pytest.raises(SourceError):
        write_all([(source, "a = 2\n")])
    assert (tmp_path / "program.py").read_bytes() == b"a = 1\n"
    assert os.listdir(tmp_path) == ["program.py"]


def test_one_file_that_changed_keeps_all_from_being_written(tmp_path: Path):
    first = _source(tmp_path / "first.py", b"a = 1\n")
    second = _source(tmp_path / "second.py", b"b = 1\n")
    (tmp_path / "second.py").write_bytes(b"b = 3\n")
    with pytest.raises(ChangedMeanwhile):
        write_all([(first, "a = 2\n"), (second, "b = 2\n")])
    assert (tmp_path / "first.py").read_bytes() == b"a = 1\n"
    assert sorted(os.listdir(tmp_path)) == ["first.py", "second.py"]


def test_all_are_written(tmp_path: Path):
    first = _source(tmp_path / "first.py", b"a = 1\n")
    second = _source(tmp_path / "second.py", b"b = 1\n")
    write_all([(first, "a = 2\n"), (second, "b = 2\n")])
    assert [(tmp_path / name).read_bytes() for name in ("first.py", "second.py")] == [b"a = 2\n", b"b = 2\n"]
    assert sorted(os.listdir(tmp_path)) == ["first.py", "second.py"]


def test_the_mode_is_kept(tmp_path: Path):
    source = _source(tmp_path / "program.py", b"a = 1\n")
    (tmp_path / "program.py").chmod(0o751)
    write_all([(source, "a = 2\n")])
    assert stat.S_IMODE((tmp_path / "program.py").stat().st_mode) == 0o751


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "program.py").write_bytes(b"a = 1\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "real" / "program.py")
    write_all([(load(tmp_path / "link.py", "link.py"), "a = 2\n")])
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "real" / "program.py").read_bytes() == b"a = 2\n"
    assert os.listdir(tmp_path / "real") == ["program.py"]


def test_stdin_cannot_be_written_to():
    with pytest.raises(ValueError, match="stdin has no file"):
        write_all([(from_bytes(b"a = 1\n", "program.py"), "a = 2\n")])
