"""What a note of a file says when it is asked again."""

from __future__ import annotations

from pathlib import Path

from iacfix.files.evidence import answer_now
from iacfix.files.small_files import read_small


def test_a_file_in_place_of_a_folder_counts_as_nothing_below_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    answers = {answer_now("read", str(tmp_path / name), read_small) for name in ("a/b", "c")}
    assert answers == {"errno 2"}
