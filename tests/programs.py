"""Whole Pulumi programs as text, as hypothesis draws them: what people write, in the layouts they write it in.

Every program runs against the recording stand-ins of `test_properties.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

REGION = "us-east-1"
MODULES = ("cloudwatch", "codebuild", "iam", "kms", "s3")
REMARKS = (
    "# keep",
    "# noqa: E501",
    "#no space",
    "# für später",
    "# type: ignore",
    '# "quoted", [bracketed] and (open',
    "# a = 1, b",
    "#",
)
ODD_FORMS = (
    "made['one'] = {call}",
    "noted = True; {thing} = {call}",
    "{thing} = ({call})",
    "{thing} = \\\n{indent}  {call}",
    "{thing} = [{call} for _ in [1]]",
    "{thing} = {'a': {call}}",
    "{thing} = {call} if is_live else None",
    "if is_live: {thing} = {call}",
    "({thing} := {call})",
    "made.update(one={call})",
)


T = TypeVar("T")


@dataclass
class Group:
    """A pair of brackets with what stands in front of it; each entry is its prefix and its value."""

    head: str
    entries: list[tuple[str, Node]]
    close: str


Node = str | Group
Choose = Callable[[int], int]
"""A number below the given one; every decision is one of these, 0 the plainest."""


@dataclass
class Pen:
    """One author's habits, and the choices that everything else hangs on."""

    choose: Choose
    quote: str = '"'
    unit: str = "    "
    imports: str = "as aws"
    pulumi: str = "pulumi"
    classes: int = 50
    breaks: int = 50
    comma: int = 50
    remarks: int = 0
    odd: int = 0
    used: set[str] = field(default_factory=set)
    names: int = 0

    def pick(self, *options: T) -> T:
        return options[self.choose(len(options))]

    def chance(self, percent: int) -> bool:
        return percent > 0 and self.choose(100) >= 100 - percent

    def fresh(self, base: str) -> str:
        self.names += 1
        return f"{base}{self.names}"

    # names

    def aws(self, path: str) -> str:
        """A member of the provider package as this file reaches it."""
        module, _, member = path.rpartition(".")
        match self.imports:
            case "as aws":
                return f"aws.{path}"
            case "plain":
                return f"pulumi_aws.{path}"
            case "from":
                self.used.add(f"pulumi_aws|{module or member}")
                return path
            case _:
                self.used.add(f"pulumi_aws{'.' * bool(module)}{module}|{member}")
                return member

    def pu(self, member: str) -> str:
        """A member of the pulumi package."""
        if self.pulumi == "from":
            self.used.add(f"pulumi|{member.partition('.')[0]}")
            return member
        return f"{self.pulumi}.{member}"

    # literals

    def text(self, text: str) -> str:
        """A string literal."""
        quote = {'"': "'", "'": '"'}[self.quote] if self.chance(10) else self.quote
        plain = quote + text.replace("\\", "\\\\").replace(quote, f"\\{quote}") + quote
        if not self.chance(self.odd) or not text:
            return plain
        half = len(text) // 2
        first, second = (quote + part.replace(quote, f"\\{quote}") + quote for part in (text[:half], text[half:]))
        return self.pick(f"({plain})", f"u{plain}", f"{quote * 3}{text}{quote * 3}", f"({first} {second})")

    def template(self, before: str, code: str, after: str = "") -> str:
        """Text with one computed part."""
        quote = {'"': "'", "'": '"'}[self.quote] if self.quote in before + code + after else self.quote
        forms = [f"f{quote}{before}{{{code}}}{after}{quote}"]
        if before:
            tail = f" + {self.text(after)}" if after else ""
            forms.append(f"{self.text(before)} + {code}{tail}")
        return self.pick(*forms)

    # brackets

    def inputs(self, name: str, entries: Sequence[tuple[str, Node]]) -> Group:
        """An input object: a class or a mapping, as the author likes."""
        if self.chance(self.classes):
            return Group(f"{self.aws(f'{name}Args')}(", [(f"{key}=", value) for key, value in entries], ")")
        return self.mapping(entries)

    def mapping(self, entries: Sequence[tuple[str, Node]]) -> Group:
        return Group("{", [(f"{self.text_key(key)}: ", value) for key, value in entries], "}")

    def text_key(self, key: str) -> str:
        return self.quote + key + self.quote

    def items(self, *values: Node) -> Group:
        return Group("[", [("", value) for value in values], "]")

    def code(self, node: Node, indent: str, column: int = 0) -> str:
        """The node's text; its first line begins at a column of a line with this indentation."""
        if isinstance(node, str):
            return node
        if not node.entries:
            return node.head + node.close
        if not self.chance(self.breaks):
            return node.head + self._row(node, indent, column) + node.close
        if len(node.entries) == 1 and not node.entries[0][0] and self.chance(40):
            return node.head + self.code(node.entries[0][1], indent, column + len(node.head)) + node.close
        return self._broken(node, indent, column)

    def _row(self, node: Group, indent: str, column: int) -> str:
        rows = [prefix + self.code(value, indent, column) for prefix, value in node.entries]
        gap = " " if self.chance(self.odd) else ""
        comma = "," if self.chance(self.odd) else ""
        return gap + ", ".join(rows) + comma + gap

    def _broken(self, node: Group, indent: str, column: int) -> str:
        aligned = self.chance(8)
        deeper = " " * (column + len(node.head)) if aligned else indent + self.unit
        hangs = aligned or self.chance(12)
        rows = [prefix + self.code(value, deeper, len(deeper) + len(prefix)) for prefix, value in node.entries]
        if self.chance(self.odd):
            return node.head + f"\n{deeper}" + f"\n{deeper}, ".join(rows) + f"\n{indent}{node.close}"
        out = node.head + ("" if hangs else self._remark())
        comma = self.chance(self.comma)
        full = self.chance(10)
        for index, row in enumerate(rows):
            if (not hangs and index == 0) or (index and not (full and index % 2)):
                out += "\n" + "".join(f"{line}\n" for line in self._alone(deeper)) + deeper
            last = index == len(rows) - 1
            out += row + ("," if comma or not last else "")
            if not last:
                out += " " if full and not index % 2 else self._remark()
        if self.chance(15) or (hangs and self.chance(60)):
            return out + node.close
        out += f"{self._remark()}\n" + "".join(f"{line}\n" for line in self._alone(deeper))
        return out + indent + node.close

    def remark(self) -> str:
        """A comment, often one of its own kind."""
        text = self.pick(*REMARKS)
        return f"{text} {self.fresh('n')}" if self.chance(60) and text != "#" else text

    def _remark(self) -> str:
        return f"{self.pick('  ', ' ', '')}{self.remark()}" if self.chance(self.remarks) else ""

    def _alone(self, indent: str) -> Iterator[str]:
        if self.chance(self.remarks):
            yield indent + self.remark()
            if self.chance(30):
                yield ""
            if self.chance(20):
                yield indent + self.remark()
        elif self.chance(self.odd):
            yield ""


@dataclass(frozen=True)
class Scope:
    """Where statements stand: how deep, what they may name, what options their resources take."""

    indent: str = ""
    env: str | None = None
    component: bool = False
    function: bool = False
    opts: str | None = None


@dataclass
class Program:
    """The statements of one program."""

    pen: Pen

    def resource(
        self, scope: Scope, type: str, args: Sequence[tuple[str, Node]], base: str, held: str | None = None
    ) -> list[str]:
        """The statement that makes a resource; `held` where later code names it."""
        pen = self.pen
        logical = pen.fresh(f"{base}-")
        name: Node = pen.text(logical)
        if scope.env is not None and pen.chance(50):
            name = pen.template(f"{logical}-", scope.env)
        entries: list[tuple[str, Node]] = [("resource_name=" if pen.chance(5) else "", name)]
        inputs = [(f"{key}=", value) for key, value in args]
        if inputs and pen.chance(pen.odd):
            inputs = [("", Group(f"{pen.aws(f'{type}Args')}(", inputs, ")"))]
            entries = [("", name)]
        elif pen.chance(pen.odd):
            inputs.append(("**", "common"))
        entries += inputs
        if scope.opts is not None and pen.chance(80):
            entries.append(("opts=", scope.opts))
        call = pen.code(Group(f"{pen.aws(type)}(", entries, ")"), scope.indent, len(scope.indent) + 8)
        if held is not None:
            note = f": {pen.aws(type)}" if "." not in held and pen.chance(pen.odd) else ""
            return self.noted(scope, f"{held}{note} = {call}")
        thing = pen.fresh("thing")
        form = pen.pick("{call}", "{thing} = {call}", "_ = {call}", *(ODD_FORMS if pen.odd else ()))
        holder = form.replace("{thing}", thing).replace("{indent}", scope.indent)
        return self.noted(scope, holder.replace("{call}", call))

    def noted(self, scope: Scope, statement: str) -> list[str]:
        """A statement with comments around it."""
        pen = self.pen
        above = [scope.indent + pen.remark()] if pen.chance(pen.remarks) else []
        behind = f"  {pen.remark()}" if pen.chance(pen.remarks) else ""
        blank = [""] if pen.chance(30) else []
        return [*blank, *above, scope.indent + statement + behind]

    def held(self, scope: Scope, base: str) -> str:
        return ("self." if scope.component else "") + self.pen.fresh(base)

    # buckets

    def bucket(self, scope: Scope) -> list[str]:
        pen = self.pen
        settings = [
            self._versioning,
            self._encryption,
            self._lifecycle,
            self._cors,
            self._logging,
            self._website,
            self._acl,
        ]
        args: list[tuple[str, Node]] = []
        if pen.chance(30):
            args.append(("bucket", pen.text(pen.fresh("my-bucket-"))))
        if pen.chance(80):
            args += [setting() for setting in settings if pen.chance(35)]
        if pen.chance(40):
            args.append(("tags", pen.mapping([("Name", pen.text("größe")), ("Env", scope.env or pen.text("dev"))])))
        if pen.chance(30):
            args.insert(0, ("force_destroy", "True"))
        held = self.held(scope, "bucket") if pen.chance(60) else None
        lines = self.resource(scope, "s3.Bucket", args, "assets", held)
        if held is not None and not scope.function and not scope.component and pen.chance(50):
            outputs = ("arn", "id", "website_endpoint") if any(key == "website" for key, _ in args) else ("arn", "id")
            lines.append(f"{scope.indent}{pen.pu('export')}({pen.text(held)}, {held}.{pen.pick(*outputs)})")
        return lines

    def _versioning(self) -> tuple[str, Node]:
        enabled = self.pen.pick("True", "True", "False", "is_live", "1 == 1")
        return "versioning", self.pen.inputs("s3.BucketVersioning", [("enabled", enabled)])

    def _encryption(self) -> tuple[str, Node]:
        pen = self.pen
        base = "s3.BucketServerSideEncryptionConfiguration"
        default = pen.inputs(f"{base}RuleApplyServerSideEncryptionByDefault", [("sse_algorithm", pen.text("AES256"))])
        rule = [("apply_server_side_encryption_by_default", default)]
        if pen.chance(20):
            rule.append(("bucket_key_enabled", "True"))
        return "server_side_encryption_configuration", pen.inputs(base, [("rule", pen.inputs(f"{base}Rule", rule))])

    def _lifecycle(self) -> tuple[str, Node]:
        return "lifecycle_rules", self.pen.items(*(self._rule() for _ in range(self.pen.pick(1, 1, 2, 0))))

    def _rule(self) -> Node:
        pen = self.pen
        base = "s3.BucketLifecycleRule"
        entries: list[tuple[str, Node]] = [("enabled", pen.pick("True", "False"))]
        if pen.chance(40):
            entries.insert(0, ("id", pen.text(pen.fresh("rule-"))))
        if pen.chance(30):
            entries.append(("prefix", pen.text("logs/")))
        if pen.chance(20):
            entries.append(("tags", pen.mapping([("kind", pen.text("log"))])))
        if pen.chance(60):
            entries.append(("expiration", pen.inputs(f"{base}Expiration", [("days", "30")])))
        if pen.chance(30):
            moved = [("days", "7"), ("storage_class", pen.text("GLACIER"))]
            entries.append(("transitions", pen.items(pen.inputs(f"{base}Transition", moved))))
        if pen.chance(20):
            old = pen.inputs(f"{base}NoncurrentVersionExpiration", [("days", "90")])
            entries.append(("noncurrent_version_expiration", old))
        if pen.chance(20):
            entries.append(("abort_incomplete_multipart_upload_days", "7"))
        return pen.inputs(base, entries)

    def _cors(self) -> tuple[str, Node]:
        pen = self.pen
        rule = [("allowed_methods", pen.items(pen.text("GET"))), ("allowed_origins", pen.items(pen.text("*")))]
        return "cors_rules", pen.items(pen.inputs("s3.BucketCorsRule", rule))

    def _logging(self) -> tuple[str, Node]:
        pen = self.pen
        entries = [("target_bucket", pen.text("logs")), ("target_prefix", pen.text("a/"))][: pen.pick(1, 2)]
        return "loggings", pen.items(pen.inputs("s3.BucketLogging", entries))

    def _website(self) -> tuple[str, Node]:
        pen = self.pen
        entries = [("index_document", pen.text("index.html")), ("error_document", pen.text("404.html"))]
        return "website", pen.inputs("s3.BucketWebsite", entries[: pen.pick(1, 2)])

    def _acl(self) -> tuple[str, Node]:
        return "acl", self.pen.text("private")

    # alarms, builds

    def alarm(self, scope: Scope) -> list[str]:
        pen = self.pen
        args: list[tuple[str, Node]] = [
            ("comparison_operator", pen.text(pen.pick("GreaterThanThreshold", "LessThanThreshold"))),
            ("evaluation_periods", "2"),
            ("metric_name", pen.text(pen.pick("Errors", "CPUUtilization", "RunningTaskCount"))),
            ("namespace", pen.text(pen.pick("AWS/Lambda", "AWS/EC2"))),
            ("statistic", pen.text("Sum")),
        ]
        if pen.chance(80):
            args.append(("threshold", pen.pick("1", "0.5", "-1")))
        if pen.chance(20):
            args.append(("treat_missing_data", pen.text("missing")))
        if pen.chance(40):
            args.append(("dimensions", pen.mapping([("FunctionName", pen.text("f"))])))
        if pen.chance(30):
            args.append(("alarm_actions", pen.items()))
        return self.resource(scope, "cloudwatch.MetricAlarm", args, "alarm")

    def project(self, scope: Scope) -> list[str]:
        pen = self.pen
        variables = []
        for _ in range(pen.pick(1, 2, 0, 3)):
            name = pen.pick("STAGE", "AWS_REGION", "API_TOKEN", "BUCKET")
            value = pen.text(REGION) if name == "AWS_REGION" else scope.env or pen.text("x")
            entries = [("name", pen.text(name)), ("value", value)]
            if pen.chance(20):
                entries.append(("type", pen.text("PLAINTEXT")))
            variables.append(pen.inputs("codebuild.ProjectEnvironmentEnvironmentVariable", entries))
        environment = [
            ("compute_type", pen.text("BUILD_GENERAL1_SMALL")),
            ("environment_variables", pen.items(*variables)),
        ]
        args = [
            ("service_role", pen.text("arn")),
            ("environment", pen.inputs("codebuild.ProjectEnvironment", environment)),
        ]
        return self.resource(scope, "codebuild.Project", args, "build")

    # documents

    def document(self, scope: Scope, key: str, content: Callable[[str], Node]) -> tuple[list[str], Node]:
        """A JSON document on its way to an input: the statements in front, and the expression."""
        pen = self.pen
        dumps = "json.dumps("
        form = pen.pick("plain", "output", "all", "apply", "named", "mapping", "text", "def", "keyword", "from_input")
        match form:
            case "plain":
                return [], Group(dumps, [("", content("account_id"))], ")")
            case "output":
                return [], Group(f"{pen.pu('Output')}.json_dumps(", [("", content(f"{key}.arn"))], ")")
            case "all":
                lambda_ = Group(f"lambda args: {dumps}", [("", content("args[0]"))], ")")
                return [], Group(f"{pen.pu('Output')}.all({key}.arn, {key}.id).apply(", [("", lambda_)], ")")
            case "keyword":
                code = f"args[{pen.text_key('arn')}]"
                lambda_ = Group(f"lambda args: {dumps}", [("", content(code))], ")")
                return [], Group(f"{pen.pu('Output')}.all(arn={key}.arn).apply(", [("", lambda_)], ")")
            case "apply":
                lambda_ = Group(f"lambda arn: {dumps}", [("", content("arn"))], ")")
                return [], Group(f"{key}.arn.apply(", [("", lambda_)], ")")
            case "named":
                name = pen.fresh("document")
                built = pen.code(Group(dumps, [("", content("account_id"))], ")"), scope.indent, len(scope.indent))
                return self.noted(scope, f"{name} = {built}"), name
            case "mapping":
                name = pen.fresh("document")
                built = pen.code(content("account_id"), scope.indent, len(scope.indent))
                return self.noted(scope, f"{name} = {built}"), Group(dumps, [("", name)], ")")
            case "def":
                name = pen.fresh("build_document")
                deeper = scope.indent + pen.unit
                built = pen.code(Group(f"return {dumps}", [("", content("arn"))], ")"), deeper, len(deeper))
                return ["", f"{scope.indent}def {name}(arn):", deeper + built, ""], f"{key}.arn.apply({name})"
            case "from_input":
                before = Group(f"{pen.pu('Output')}.from_input(", [("", content(f"{key}.arn"))], ").apply(json.dumps)")
                return [], before
            case _:
                return [], pen.text(json.dumps({"Statement": [], "widgets": []}))

    def policy(self, *statements: Node) -> Node:
        pen = self.pen
        return pen.mapping([("Version", pen.text("2012-10-17")), ("Statement", pen.items(*statements))])

    def statement(self, *entries: tuple[str, Node]) -> Node:
        return self.pen.mapping([("Effect", self.pen.text("Allow")), *entries])

    def key(self, scope: Scope) -> list[str]:
        pen = self.pen
        beside = self.held(scope, "topic")
        lines = self.resource(scope, "kms.Alias", [("target", pen.text("a"))], "topic", beside)

        def content(root: str) -> Node:
            region = pen.pick(f"logs.{REGION}.amazonaws.com", "logs.amazonaws.com", "sns.amazonaws.com")
            owner = pen.template("arn:aws:iam::", root, ":root") if root == "account_id" else root
            entries: list[tuple[str, Node]] = [
                ("Principal", pen.mapping([("Service", pen.text(region))])),
                ("Action", pen.items(pen.text("kms:Decrypt"), pen.text("kms:Encrypt"))),
                ("Resource", pen.text("*")),
            ]
            if pen.chance(25):
                test = pen.pick("aws:PrincipalOrgID", "kms:EncryptionContext:aws:logs:arn")
                entries.append(("Condition", pen.mapping([("StringLike", pen.mapping([(test, pen.text("o-1"))]))])))
            logs = self.statement(*entries)
            own = self.statement(
                ("Principal", pen.mapping([("AWS", owner)])),
                ("Action", pen.text("kms:*")),
                ("Resource", pen.text("*")),
            )
            return self.policy(*((own, logs) if pen.chance(60) else (logs,)))

        before, policy = self.document(scope, beside, content)
        args: list[tuple[str, Node]] = [("description", pen.text("a key")), ("policy", policy)]
        return [*lines, *before, *self.resource(scope, "kms.Key", args, "key")]

    def role(self, scope: Scope) -> list[str]:
        pen = self.pen
        role = self.held(scope, "role")
        service = pen.text(pen.pick("codebuild.amazonaws.com", "codepipeline.amazonaws.com", "lambda.amazonaws.com"))
        trust = self.policy(
            self.statement(("Principal", pen.mapping([("Service", service)])), ("Action", pen.text("sts:AssumeRole")))
        )
        dumped = Group("json.dumps(", [("", trust)], ")")
        lines = self.resource(scope, "iam.Role", [("assume_role_policy", dumped)], "role", role)

        def content(arn: str) -> Node:
            action: Node = pen.text("s3:ListBucket")
            if pen.chance(70):
                others = [name for name in ("s3:GetObject", "s3:GetBucketLocation", "s3:PutObject") if pen.chance(35)]
                action = pen.items(*(pen.text(name) for name in ("s3:ListBucket", *others)))
            resource = pen.text("arn:aws:s3:::assets") if arn == "account_id" else arn
            return self.policy(self.statement(("Action", action), ("Resource", resource)))

        before, policy = self.document(scope, role, content)
        if pen.chance(15):
            before, policy = [], self._policy_document()
        args: list[tuple[str, Node]] = [("role", f"{role}.{pen.pick('id', 'name')}"), ("policy", policy)]
        return [*lines, *before, *self.resource(scope, "iam.RolePolicy", args, "policy")]

    def _policy_document(self) -> Node:
        pen = self.pen
        entries = [("actions", pen.items(pen.text("s3:ListBucket"))), ("resources", pen.items(pen.text("*")))]
        statement = pen.inputs("iam.GetPolicyDocumentStatement", entries)
        return Group(f"{pen.aws('iam.get_policy_document')}(", [("statements=", pen.items(statement))], ").json")

    def dashboard(self, scope: Scope) -> list[str]:
        pen = self.pen
        beside = self.held(scope, "topic")
        lines = self.resource(scope, "kms.Alias", [("target", pen.text("a"))], "topic", beside)

        def content(name: str) -> Node:
            return pen.mapping([("widgets", pen.items(*(self._widget(name) for _ in range(pen.pick(1, 2, 3)))))])

        before, body = self.document(scope, beside, content)
        args: list[tuple[str, Node]] = [("dashboard_name", pen.text("builds")), ("dashboard_body", body)]
        return [*lines, *before, *self.resource(scope, "cloudwatch.Dashboard", args, "dashboard")]

    def _widget(self, name: str) -> Node:
        pen = self.pen
        metrics = [self._metric(name, metric) for metric in ("Builds", "FailedBuilds", "Duration") if pen.chance(60)]
        properties: list[tuple[str, Node]] = [("metrics", pen.items(*metrics)), ("region", pen.text(REGION))]
        properties += [("period", "300")] * pen.chance(50) + [("view", pen.text("timeSeries"))] * pen.chance(30)
        properties += [("title", pen.text("Bäume"))] * pen.chance(40) + [("stacked", "False")] * pen.chance(20)
        widget: list[tuple[str, Node]] = [("type", pen.text("metric")), ("properties", pen.mapping(properties))]
        if pen.chance(20):
            widget[1:1] = [("x", "0"), ("y", "0"), ("width", "12"), ("height", "6")]
        elif pen.chance(20):
            widget.insert(1, ("width", "24"))
        return pen.mapping(widget)

    def _metric(self, name: str, metric: str) -> Node:
        pen = self.pen
        parts: list[Node] = [pen.text("AWS/CodeBuild"), pen.text(metric)]
        if pen.chance(60):
            parts += [pen.text("ProjectName"), name]
        if pen.chance(30):
            parts.append(pen.mapping([("stat", pen.text("Sum"))]))
        elif pen.chance(10):
            parts.append(pen.mapping([("ProjectName", name)]))
        return pen.items(*parts)

    # regions

    def link(self, scope: Scope) -> list[str]:
        pen = self.pen
        name = pen.fresh("link")
        url = f"https://console.aws.amazon.com/cloudwatch/home?region={REGION}#logs:"
        part = scope.env or "account_id"
        output = Group(f"{pen.pu('Output')}.concat(", [("", pen.text(url)), ("", part)], ")")
        forms: list[Node] = [
            pen.text(url),
            pen.template(url, part),
            output,
            pen.template("arn:aws:sns:" + REGION + ":", "account_id", ":topic"),
            pen.text(f"com.amazonaws.{REGION}.s3"),
            f'"""\n#!/bin/sh\nput --region {REGION}\n"""',
            pen.items(pen.text(f"{REGION}a"), pen.text(f"{REGION}b")),
            pen.text("eu-west-1" if pen.chance(pen.odd) else REGION),
        ]
        value = pen.pick(*forms)
        lines = self.noted(scope, f"{name} = {pen.code(value, scope.indent, len(scope.indent) + len(name) + 3)}")
        if not scope.indent:
            lines += self.noted(scope, f"{pen.pu('export')}({pen.text(name)}, {name})")
        return lines

    def lookup(self, scope: Scope) -> list[str]:
        pen = self.pen
        opts = f"opts={pen.pu('InvokeOptions')}(parent=self)" if scope.component and pen.chance(60) else ""
        name = ("self." if scope.component and pen.chance(30) else "") + pen.pick("current", "region", "current_region")
        tail = pen.pick("", "", ".name", ".id")
        return self.noted(scope, f"{name} = {pen.aws('get_region')}({opts}){tail}")

    # blocks

    def block(self, scope: Scope, count: int) -> list[str]:
        pen = self.pen
        kinds = [self.bucket, self.alarm, self.key, self.role, self.dashboard, self.project, self.link, self.lookup]
        lines: list[str] = []
        for _ in range(count):
            lines += pen.pick(*kinds)(scope)
        return lines

    def function(self) -> list[str]:
        pen = self.pen
        name, deeper = pen.fresh("make"), pen.unit
        doc = [f'{deeper}"""Eine Größe in {REGION}."""'] if pen.chance(40) else []
        head = f"def {name}(env: str, is_live: bool = False):"
        scope = Scope(deeper, "env", function=True)
        body = self.block(scope, pen.pick(1, 2))
        if pen.chance(20):
            inner = pen.fresh("inner")
            deepest = Scope(deeper + pen.unit, "env", function=True)
            body += [f"{deeper}def {inner}():", *self.block(deepest, 1), f"{deeper}{inner}()"]
        if pen.chance(40):
            inputs = [("", pen.text("kept")), ("versioning=", pen.inputs("s3.BucketVersioning", [("enabled", "True")]))]
            call = Group(f"{pen.aws('s3.Bucket')}(", inputs, ")")
            body.append(f"{deeper}return {pen.code(call, deeper, len(deeper) + 7)}")
            head = head[:-1] + (f" -> {pen.aws('s3.Bucket')}:" if pen.chance(20) else ":")
        return ["", "", head, *doc, *body, "", "", f"{name}({pen.text('a')})"]

    def component(self) -> list[str]:
        pen = self.pen
        name, one, two = pen.fresh("Part"), pen.unit, pen.unit * 2
        opts = f"{pen.pu('ResourceOptions')}(parent=self)"
        lines = ["", "", f"class {name}({pen.pu('ComponentResource')}):"]
        lines += [f"{one}def __init__(self, name, env, is_live=False, opts=None):"]
        lines += [f"{two}super().__init__({pen.text('a:b:C')}, name, None, opts)"]
        if pen.chance(30):
            lines.append(f"{two}child = {opts}")
            opts = "child"
        scope = Scope(two, "env", component=True, opts=opts)
        lines += self.block(scope, pen.pick(1, 2, 3))
        if pen.chance(30):
            lines += [f"{two}self._rest(env)", "", f"{one}def _rest(self, env):"]
            opts = f"{pen.pu('ResourceOptions')}(parent=self)"
            lines += [f"{two}is_live = True", *self.block(Scope(two, "env", component=True, opts=opts), 1)]
        return [*lines, "", "", f"{name}({pen.text('part')}, {pen.text('b')})"]

    def loop(self) -> list[str]:
        pen = self.pen
        head = pen.pick('for env in ["a", "b"]:', "for env in ('a',):", "if True:", "try:", "with entered():")
        body = self.block(Scope(pen.unit, "env"), pen.pick(1, 2))
        rest = ["finally:", f"{pen.unit}pass"] if head == "try:" else []
        if head == "if True:" and pen.chance(50):
            rest = ["else:", *self.block(Scope(pen.unit, "env"), 1)]
        return [head, *body, *rest]

    def text(self) -> str:
        """The whole file, its line ends as `\\n`."""
        pen = self.pen
        body: list[str] = []
        for _ in range(pen.pick(1, 2, 3)):
            match pen.pick("block", "block", "function", "component", "loop"):
                case "block":
                    option = pen.pick("", "", "protect=True", "provider=other")
                    opts = f"{pen.pu('ResourceOptions')}({option})" if option else None
                    body += self.block(Scope("", "env", opts=opts), 1)
                case "function":
                    body += self.function()
                case "component":
                    body += self.component()
                case _:
                    body += self.loop()
            if pen.chance(pen.remarks):
                body += ["", pen.remark()]
        lines = [*self._head(body), *body]
        end = "" if pen.chance(15) else "\n"
        return "\n".join(lines) + end

    def _head(self, body: list[str]) -> list[str]:
        pen = self.pen
        account = f"account_id = {pen.aws('get_caller_identity')}().account_id"
        config = f"env = {pen.pu('Config')}().require({pen.text('env')})"
        rest = ["", "from contextlib import nullcontext as entered", "made = {}", "is_live = True", config, account]
        if pen.chance(40):
            rest[-1:] = [f"identity = {pen.aws('get_caller_identity')}()", "account_id = identity.account_id"]
        rest.append("common = {}")
        if any("provider=other" in line for line in body):
            rest.append(f"other = {pen.aws('Provider')}({pen.text('other')}, region=env)")
        found: dict[str, set[str]] = {}
        for each in pen.used:
            module, _, member = each.partition("|")
            found.setdefault(module, set()).add(member)
        lines = [f"{self._from(module, sorted(members))}" for module, members in sorted(found.items())]
        lines += {"as aws": ["import pulumi_aws as aws"], "plain": ["import pulumi_aws"]}.get(pen.imports, [])
        lines += {"pulumi": ["import pulumi"], "pu": ["import pulumi as pu"]}.get(pen.pulumi, [])
        first = ['"""Infrastruktur für us-east-1."""'] if pen.chance(30) else []
        return [*first, "import json", *lines, *rest]

    def _from(self, module: str, members: list[str]) -> str:
        if self.pen.chance(50):
            return f"from {module} import {', '.join(members)}"
        return self.pen.code(Group(f"from {module} import (", [("", member) for member in members], ")"), "")


def program(choose: Choose) -> str:
    """The program that these choices give."""
    pen = Pen(choose)
    pen.quote = pen.pick('"', "'")
    pen.unit = pen.pick("    ", "  ", "\t")
    pen.imports = pen.pick("as aws", "plain", "from", "class")
    pen.pulumi = pen.pick("pulumi", "from", "pu")
    pen.classes = pen.pick(0, 100, 50)
    pen.breaks = pen.pick(0, 50, 90)
    pen.comma = pen.pick(100, 0, 50)
    pen.remarks = pen.pick(0, 15, 40)
    pen.odd = pen.pick(0, 0, 3, 10)
    return Program(pen).text()


def programs() -> st.SearchStrategy[str]:
    """Plausible programs: drawn choice by choice, which shrinks well, or from a seed, which varies well."""
    return st.one_of(_chosen(), st.integers(0, 2**32).map(lambda seed: program(Random(seed).randrange)))


@st.composite
def _chosen(draw: st.DrawFn) -> str:
    return program(lambda count: draw(_below(count)))


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)
