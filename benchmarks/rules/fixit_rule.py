"""The rule of the comparison for Fixit."""

import libcst as cst
import libcst.matchers as m
from fixit import LintRule

ALARM = m.Call(func=m.Attribute(m.Attribute(m.Name("aws"), m.Name("cloudwatch")), m.Name("MetricAlarm")))
SETS_TREATMENT = m.Call(args=[m.ZeroOrMore(), m.Arg(keyword=m.Name("treat_missing_data")), m.ZeroOrMore()])


class UnsetMissingData(LintRule):
    MESSAGE = "alarm does not say what missing data means"

    def visit_Call(self, node: cst.Call) -> None:
        if m.matches(node, ALARM) and not m.matches(node, SETS_TREATMENT):
            self.report(node)
