"""Which finding of a rewritten text is which of the text as it was read."""

from __future__ import annotations

from pathlib import Path

from iacfix.engine.examine import examine
from iacfix.files.source import from_bytes
from iacfix.registry import packs
from iacfix.result import Fix, Plan

ALL = tuple(rule.id for pack in packs() for rule in pack.rules)

LIKE_EACH_OTHER = """\
import * as aws from "@pulumi/aws";

export function make(name: string, days: number) {
  const c = new aws.s3.Bucket(`${name}-c`, { lifecycleRules: [{ enabled: true, expiration: { days: days * 2 } }] });
  const list: aws.s3.Bucket[] = [];
  list.push(new aws.s3.Bucket(`${name}-d`, { versioning: { enabled: true } }));
  const map = { e: new aws.s3.Bucket(`${name}-e`, { versioning: { enabled: true } }) };
  const all = ["x", "y"].map(n => new aws.s3.Bucket(n, { versioning: { enabled: true } }));
  return new aws.s3.Bucket(`${name}-f`, { versioning: { enabled: true } });
}
"""


def test_code_that_is_moved_among_code_like_it() -> None:
    outcome = examine(from_bytes(LIKE_EACH_OTHER.encode(), "index.ts"), Plan(ALL, major=7), Path())
    found = [(found.line, found.message, found.fix) for found in outcome.findings if found.rule == "unblocked-bucket"]
    names = {4: "`${name}-c`", 6: "`${name}-d`", 7: "`${name}-e`", 8: "n", 9: "`${name}-f`"}
    assert found == [(line, f"public access of bucket {of} is not blocked", Fix.SAFE) for line, of in names.items()]
