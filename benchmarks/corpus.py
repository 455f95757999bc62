"""The programs that the benchmarks read: the same bytes on every machine, no two files the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"
SUFFIX = {"python": "py", "typescript": "ts"}
MARKS = {"python": "#", "typescript": "//"}
PINS = {"python": "requirements.txt", "typescript": "package.json"}
COUNTS = (200, 400)
"""Findings in one file."""

MODULE = '''"""Part {number} of a service that has nothing to do with infrastructure."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

log = logging.getLogger(__name__)
'''
PIECE = '''

@dataclass(frozen=True)
class Order{piece}:
    customer: str
    lines: tuple[tuple[str, int], ...] = ()

    def total(self, prices: dict[str, float]) -> float:
        """What the customer pays for batch {number}."""
        return sum(prices.get(name, 0.0) * count for name, count in self.lines)


def read_order_{piece}(text: str) -> Order{piece}:
    fields = json.loads(text)
    if "customer" not in fields:
        log.warning("order without a customer: %s", text[:{number}])
    lines = tuple((line["name"], line["count"]) for line in fields["lines"])
    return Order{piece}(fields.get("customer", "unknown"), lines)
'''
TYPED_MODULE = """// Part {number} of a service that has nothing to do with infrastructure.
import {{ readFileSync }} from "fs";
"""
TYPED_PIECE = """
export interface Order{piece} {{
    customer: string;
    lines: [string, number][];
}}

export function readOrder{piece}(path: string): Order{piece} {{
    const fields = JSON.parse(readFileSync(path, "utf8"));
    if (!("customer" in fields)) {{
        console.warn(`order without a customer in batch {number}`);
    }}
    return {{ customer: fields.customer ?? "unknown", lines: fields.lines }};
}}
"""
ALARM = """
aws.cloudwatch.MetricAlarm(
    "errors-{number}",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="Errors",
    namespace="AWS/Lambda",
    period=300,
    statistic="Sum",
    threshold=1,
)
"""
TYPED_ALARM = """
new aws.cloudwatch.MetricAlarm("errors-{number}", {{
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    metricName: "Errors",
    namespace: "AWS/Lambda",
    period: 300,
    statistic: "Sum",
    threshold: 1,
}});
"""
HEAD = {"python": "import pulumi_aws as aws\n", "typescript": 'import * as aws from "@pulumi/aws";\n'}


@dataclass(frozen=True)
class Sizes:
    """How many files: without the provider in each language, in one large tree of those, and copies of each program."""

    plain: int = 1000
    large: int = 30_000
    copies: int = 12


def write(folder: Path, sizes: Sizes) -> None:
    """Write below the folder: `empty/`, `large/` (no file names the provider), `alarms/LANGUAGE_COUNT.SUFFIX`, and for
    each language `programs/` (half of them weak), `weak/` (an alarm to fix in each) and `few/` (few are programs);
    modules are in `terraform/`, half of them weak."""
    (folder / "empty").mkdir(parents=True)
    for example in sorted((EXAMPLES / "terraform").iterdir()):
        for number in range(sizes.copies):
            _copy_module(example, number, folder / "terraform")
    for number in range(sizes.large):
        _write(folder / f"large/part_{number // 100:03}/plain_{number:05}.py", _plain("python", number))
    for language, suffix in SUFFIX.items():
        here = folder / language
        for example in sorted((EXAMPLES / language).iterdir()):
            if example.name != "clean":
                for number in range(sizes.copies):
                    _copy(example, number, here)
        for number in range(sizes.plain):
            _write(here / f"few/part_{number // 50:02}/plain_{number:04}.{suffix}", _plain(language, number))
        alarm = ALARM if language == "python" else TYPED_ALARM
        for count in COUNTS:
            text = HEAD[language] + "".join(alarm.format(number=number) for number in range(count))
            _write(folder / f"alarms/{language}_{count}.{suffix}", text)


def _copy(example: Path, number: int, folder: Path) -> None:
    """The weak and the fixed program with the pins beside them, which decide what is right. No copy has the text of
    another: nobody wins by remembering."""
    suffix, mark, pins = SUFFIX[folder.name], MARKS[folder.name], PINS[folder.name]
    name = f"{example.name}_{number}"
    pinned = (example / pins).read_text(encoding="utf-8")
    for state in ("weak", "fixed"):
        text = f"{mark} copy {number}\n" + (example / f"{state}.{suffix}").read_text(encoding="utf-8")
        places = [folder / "programs" / name]
        if state == "weak" and "MetricAlarm" in text:
            places += [folder / "weak" / name, *([folder / "few" / name] if number == 0 else [])]
        for place in places:
            _write(place / f"{name}_{state}.{suffix}", text)
            _write(place / pins, pinned)


def _copy_module(example: Path, number: int, folder: Path) -> None:
    for state in ("weak", "fixed"):
        for file in sorted((example / state).glob("*.tf")):
            text = f"# copy {number}\n" + file.read_text(encoding="utf-8")
            _write(folder / f"{example.name}_{number}_{state}" / file.name, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def _plain(language: str, number: int) -> str:
    module, piece = (MODULE, PIECE) if language == "python" else (TYPED_MODULE, TYPED_PIECE)
    pieces = (piece.format(number=number, piece=each) for each in range(1 + number % 5))
    return module.format(number=number) + "".join(pieces)
