"""The programs that the benchmarks read: the same bytes on every machine, each file with a name of its own."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples" / "python"
PLAIN, STRONG, COPIES = 2000, 200, 8
"""Files without the provider, programs with nothing to fix, copies of each weak example."""

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
PROGRAM = '''"""The queue of part {number}: nothing here needs a rewrite."""

import pulumi
import pulumi_aws as aws

topic = aws.sns.Topic("events-{number}", kms_master_key_id="alias/aws/sns")
dead = aws.sqs.Queue("dead-{number}", message_retention_seconds=1209600)
queue = aws.sqs.Queue(
    "events-{number}",
    visibility_timeout_seconds=60,
    redrive_policy=dead.arn.apply(lambda arn: f'{{{{"deadLetterTargetArn": "{{arn}}", "maxReceiveCount": 4}}}}'),
)
aws.sns.TopicSubscription("events-{number}", topic=topic.arn, protocol="sqs", endpoint=queue.arn)

pulumi.export("queue", queue.url)
'''


def write(folder: Path) -> dict[str, Path]:
    """Write `plain/`, `strong/` and `weak/` below the folder; every file by its name."""
    texts = {**_plain(), **_strong(), **_weak()}
    paths = {Path(place).name: folder / place for place in texts if place.endswith(".py")}
    for place, text in texts.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return paths


def _plain() -> dict[str, str]:
    texts: dict[str, str] = {}
    for number in range(PLAIN):
        pieces = (PIECE.format(number=number, piece=piece) for piece in range(1 + number % 5))
        texts[f"plain/part_{number // 50:02}/plain_{number:04}.py"] = MODULE.format(number=number) + "".join(pieces)
    return texts


def _strong() -> dict[str, str]:
    """Copies of the clean example in turn with programs that no rule has a word for."""
    clean = (EXAMPLES / "clean" / "weak.py").read_text(encoding="utf-8")
    texts: dict[str, str] = {}
    for number in range(STRONG):
        text = PROGRAM.format(number=number) if number % 2 else _copy(clean, number)
        texts[f"strong/part_{number // 50}/strong_{number:03}.py"] = text
    return texts


def _weak() -> dict[str, str]:
    """Each example with its pins beside it, as the version of the provider decides what is right."""
    texts: dict[str, str] = {}
    for example in sorted(path.parent for path in EXAMPLES.glob("*/weak.py") if path.parent.name != "clean"):
        program = (example / "weak.py").read_text(encoding="utf-8")
        pins = (example / "requirements.txt").read_text(encoding="utf-8")
        for number in range(COPIES):
            name = f"{example.name}_{number}"
            texts[f"weak/{name}/{name}.py"] = _copy(program, number)
            texts[f"weak/{name}/requirements.txt"] = pins
    return texts


def _copy(text: str, number: int) -> str:
    """Another text for each copy: nobody wins by remembering."""
    return f"# copy {number}\n{text}"
