"""The rule of the comparison as a codemod of LibCST: it sets the argument, and names each file that it would change."""

from __future__ import annotations

import sys
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext, TransformSuccess, VisitorBasedCodemodCommand, transform_module

ALARM = m.Call(func=m.Attribute(m.Attribute(m.Name("aws"), m.Name("cloudwatch")), m.Name("MetricAlarm")))
SETS_TREATMENT = m.Call(args=[m.ZeroOrMore(), m.Arg(keyword=m.Name("treat_missing_data")), m.ZeroOrMore()])
TREATMENT = cst.Arg(keyword=cst.Name("treat_missing_data"), value=cst.SimpleString('"notBreaching"'))


class SetMissingData(VisitorBasedCodemodCommand):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if m.matches(original_node, ALARM) and not m.matches(original_node, SETS_TREATMENT):
            return updated_node.with_changes(args=[*updated_node.args, TREATMENT])
        return updated_node


for folder in sys.argv[1:]:
    for path in sorted(Path(folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        done = transform_module(SetMissingData(CodemodContext(filename=str(path))), text)
        if isinstance(done, TransformSuccess) and done.code != text:
            print(path)
