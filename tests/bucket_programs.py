"""Small whole programs about one bucket: each inline setting in each form that people write it in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from graph.lake import listed
from graph.mocked_cloud import Json, Object


class Code(str):
    """An expression of the program, as Python writes it; `ts` is TypeScript's."""

    ts: str

    def __new__(cls, py: str, ts: str = "") -> Code:
        made = super().__new__(cls, py)
        made.ts = ts or camel(py)
        return made


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), name)


def document(value: Json) -> Code:
    return Code(f"json.dumps({_mapping(value)})", f"JSON.stringify({json.dumps(value)})")


def _mapping(value: Json) -> str:
    return json.dumps(value).replace("true", "True").replace("false", "False")


@dataclass(frozen=True)
class Setting:
    """Inputs of the bucket `data`, spelled as major 7's `Bucket` has them, and what stands around it."""

    title: str
    inputs: Object
    before: tuple[Code | Bucket, ...] = ()
    after: tuple[Code | Bucket, ...] = ()
    majors: tuple[int, ...] = (6, 7)
    languages: tuple[str, ...] = ("py", "ts")
    forms: frozenset[str] = frozenset()
    """Those it is written in; all where none is named."""
    options: Code | None = None


@dataclass(frozen=True)
class Bucket:
    name: str
    inputs: Object
    options: Code | None = None


@dataclass(frozen=True)
class Program:
    title: str
    major: int
    language: str
    form: str
    text: str

    @property
    def typed(self) -> bool:
        """Whether every name in it is one that a type checker looks up."""
        return self.language == "ts" or self.form in ("classes", "lists of classes")

    def __str__(self) -> str:
        return f"{self.language} {self.major} {self.title}, {self.form}"


FORMS = {
    "py": ("classes", "snake case", "camel case", "a variable", "lists of classes", "lists in snake case"),
    "ts": ("literals", "a variable", "lists"),
}
HEADS = {
    "py": "import json\n\nimport pulumi\nimport pulumi_aws as aws\n",
    "ts": 'import * as pulumi from "@pulumi/pulumi";\nimport * as aws from "@pulumi/aws";\n',
}


def programs(settings: tuple[Setting, ...]) -> Iterator[Program]:
    for setting in settings:
        for language, major in product(setting.languages, setting.majors):
            for form in FORMS[language]:
                if not setting.forms or form in setting.forms:
                    text = _Writer(language, major, form).text(setting)
                    yield Program(setting.title, major, language, form, text)


@dataclass(frozen=True)
class _Writer:
    language: str
    major: int
    form: str

    @property
    def kind(self) -> str:
        return "BucketV2" if self.form.startswith("lists") else "Bucket"

    def text(self, setting: Setting) -> str:
        data = Bucket("data", setting.inputs, setting.options)
        parts = [*setting.before, data, *setting.after]
        return "\n".join([HEADS[self.language], *map(self.line, parts), ""])

    def line(self, part: Code | Bucket) -> str:
        return self.code(part) if isinstance(part, Code) else "\n".join(self.bucket(part))

    def bucket(self, bucket: Bucket) -> Iterator[str]:
        inputs = self.inputs(bucket.inputs)
        values = {key: self.value(value, f"{self.kind}{_class(key, value)}", key) for key, value in inputs.items()}
        if self.form == "a variable":
            for key, value in values.items():
                name = f"{bucket.name}_{snake(key)}_setting"
                name = name if self.language == "py" else camel(name)
                yield f"{'const ' * (self.language == 'ts')}{name} = {value}{';' * (self.language == 'ts')}"
                values[key] = name
        options = self.code(bucket.options) if bucket.options else ""
        if self.language == "ts":
            rows = "".join(f"    {key}: {value},\n" for key, value in values.items())
            end = f", {{ {options} }}" * bool(options)
            yield f'const {bucket.name} = new aws.s3.{self.kind}("{bucket.name}", {{\n{rows}}}{end});'
            return
        rows = "".join(f"    {snake(key)}={value},\n" for key, value in values.items())
        opts = f"    opts=pulumi.ResourceOptions({options}),\n" * bool(options)
        yield f'{bucket.name} = aws.s3.{self.kind}(\n    "{bucket.name}",\n{rows}{opts})'

    def inputs(self, inputs: Object) -> Object:
        """As the class of this form takes them."""
        if self.kind == "BucketV2":
            return listed(inputs)
        if self.major == 7 or "logging" not in inputs:
            return inputs
        return {key: value for key, value in inputs.items() if key != "logging"} | {"loggings": [inputs["logging"]]}

    def code(self, code: Code) -> str:
        text = str(code) if self.language == "py" else code.ts
        return text.replace("{V2}", "V2" if self.major == 6 else "")

    def value(self, value: Json, name: str, key: str = "") -> str:
        """The text of a value; `name` is the class of the object that it is or that it lists."""
        match value:
            case Code():
                return self.code(value)
            case bool():
                return str(value) if self.language == "py" else str(value).lower()
            case list():
                return f"[{', '.join(self.value(each, name) for each in value)}]"
            case dict() if key == "tags":
                return json.dumps(value)
            case dict():
                return self._object(value, name)
            case _:
                return json.dumps(value)

    def _object(self, value: Object, name: str) -> str:
        inner = {key: self.value(each, name + _class(key, each), key) for key, each in value.items()}
        if self.language == "ts":
            return "{ " + ", ".join(f"{key}: {text}" for key, text in inner.items()) + " }"
        if self.form.endswith("classes"):
            return f"aws.s3.{name}Args({', '.join(f'{snake(key)}={text}' for key, text in inner.items())})"
        spelled = str if self.form == "camel case" else snake
        return "{" + ", ".join(f'"{spelled(key)}": {text}' for key, text in inner.items()) + "}"


def _class(key: str, value: Json) -> str:
    """A list's class is named after one of its entries."""
    return key[0].upper() + (key[1:-1] if isinstance(value, list) else key[1:])
