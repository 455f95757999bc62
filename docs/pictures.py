"""Takes the picture of the review page that the documentation shows: make pictures."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from browser import browser  # noqa: E402

PICTURE = ROOT / "docs" / "review.png"
PROGRAM = ROOT / "examples" / "python" / "pipeline" / "weak.py"
WIDTH, HEIGHT = 1120, 760


def taken(page: Path, picture: Path) -> None:
    """A picture of the first hunks of a page; the first one is accepted."""
    with browser() as chromium:
        tab = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        tab.goto(page.as_uri())
        tab.locator("#hunk-1 [data-accept]").first.click()
        tab.evaluate("document.getElementById('hunk-2').scrollIntoView({block: 'start'})")
        tab.screenshot(path=str(picture))


def rendered(folder: Path) -> Path:
    """The review page of the example, as a project of its own."""
    project = folder / "build-pipeline"
    project.mkdir()
    (project / "requirements.txt").write_text("pulumi-aws==7.1.0\n")
    (project / "pipeline.py").write_bytes(PROGRAM.read_bytes())
    command = [sys.executable, "-m", "iacfix", "diff", "--no-cache", "--output-format", "html=../review.html"]
    subprocess.run(command, cwd=project, check=False, capture_output=True)
    return folder / "review.html"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        taken(rendered(Path(folder).resolve()), PICTURE)


if __name__ == "__main__":
    main()
