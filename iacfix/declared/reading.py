"""A YAML file as a rule: read, held against the schema, and told with its line where it does not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, cast

from iacfix.errors import RuleError

Scalar = str | int | bool
Condition = tuple[str, tuple[Scalar, ...]]
"""`missing`, `present`, `is`, `is-not`, `one-of`, `none-of`, `below`, `above`, and what a value is compared with."""
SECTIONS = {
    "why": "Why",
    "impact": "Impact",
    "lesson": "Lesson",
    "left-alone": "Left alone",
    "reported-only": "Reported only",
    "on-a-deployed-stack": "On a deployed stack",
}


@dataclass(frozen=True)
class Declared:
    """What the file says; `page` is what a rule in code has as its docstring."""

    page: str
    severity: str
    types: tuple[str, ...]
    when: Mapping[str, Condition]
    message: str
    safety: str = "safe"
    category: str = "Own rules"
    service: str = ""
    checks: Mapping[str, str] = field(default_factory=dict[str, str])
    set: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict[str, "Scalar | tuple[Scalar, ...]"])
    drop: tuple[str, ...] = ()
    note: str | None = None
    reason: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every input that it names, as `a` or `a.b`."""
        return tuple(dict.fromkeys((*self.when, *self.set, *self.drop)))


def read(text: str, path: str) -> Declared:
    """The rule of a text; raises RuleError."""
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in cast(Any, yaml).parse(text)):
            raise RuleError("has a YAML alias; write the value out", path=path)
        node = cast(Any, yaml).compose(text, Loader=yaml.SafeLoader)
        said: Any = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise RuleError(f"is broken YAML: {error.problem}", path=path, line=line) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RuleError(f"is broken YAML: {' '.join(str(error).split())}", path=path) from None
    _check_keys(node, path)
    if (wrong := min(_schema().iter_errors(said), key=_priority, default=None)) is not None:
        keys, message = _explained(wrong)
        raise RuleError(message, path=path, line=_line(node, keys))
    return _declared(said)


def _check_keys(node: Any, path: str) -> None:
    """Raises RuleError for a key that is no text, as `on` and `1` are none in YAML, and for one that is there twice."""
    if node is None or node.id == "scalar":
        return
    seen = set[str]()
    for name, value in node.value if node.id == "mapping" else ((None, each) for each in node.value):
        if name is not None:
            line = name.start_mark.line + 1
            if name.tag != "tag:yaml.org,2002:str":
                raise RuleError(f"the key {name.value} is not a text; put it in quotes", path=path, line=line)
            if name.value in seen:
                raise RuleError(f"the key {name.value} is there twice; keep one", path=path, line=line)
            seen.add(name.value)
        _check_keys(value, path)


def _declared(said: Mapping[str, Any]) -> Declared:
    types = said["type"]
    plain = {key: said[key] for key in ("safety", "category", "service", "checks", "note", "reason") if key in said}
    return Declared(
        page=_page(said),
        severity=said["severity"],
        types=(types,) if isinstance(types, str) else tuple(types),
        when={input: _condition(condition) for input, condition in said["when"].items()},
        message=said["message"],
        set={key: _together(value) for key, value in said.get("set", {}).items()},
        drop=tuple(said.get("drop", ())),
        **plain,
    )


def _condition(said: Any) -> Condition:
    if isinstance(said, str):
        return said, ()
    ((test, value),) = cast("Mapping[str, Scalar | list[Scalar]]", said).items()
    together = _together(value)
    return test, together if isinstance(together, tuple) else (together,)


def _together(value: Scalar | list[Scalar]) -> Scalar | tuple[Scalar, ...]:
    return tuple(value) if isinstance(value, list) else value


def _page(said: Mapping[str, Any]) -> str:
    """The rule's page, as a docstring has it."""
    parts = [f"{said['title']}."]
    for key, heading in SECTIONS.items():
        text = said.get(key)
        if isinstance(text, list):
            parts.append(f"*{heading}*\n" + "\n".join(f"- {line}" for line in cast("list[str]", text)))
        elif text is not None:
            parts.append(f"*{heading}* {text.strip()}")
    return "\n\n".join([*parts, *([said["link"]] if "link" in said else [])])


@cache
def _schema() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(
        json.loads(files("iacfix.declared").joinpath("schema.json").read_text(encoding="utf-8"))
    )


def _priority(wrong: Any) -> bool:
    """A key that nobody knows may be the one that is missing."""
    return wrong.validator != "additionalProperties"


def _explained(wrong: Any) -> tuple[Sequence[str | int], str]:
    """Where an error of the schema is, and what it means."""
    keys: list[str | int] = list(wrong.absolute_path)
    at = ".".join(map(str, keys))
    of = f"{at}: " if at else ""
    match wrong.validator:
        case "additionalProperties":
            known = list(wrong.schema.get("properties", {}))
            key = next(key for key in wrong.instance if key not in known)
            near = get_close_matches(str(key), known, n=1)
            return [*keys, key], f"{of}unknown key '{key}'" + (f", did you mean '{near[0]}'?" if near else "")
        case "required":
            missing = [key for key in wrong.validator_value if key not in wrong.instance]
            return keys, f"{of}lacks {' and '.join(missing)}"
        case "oneOf":
            return keys, "expects set or drop, or else a reason why it is reported only"
        case "enum":
            return keys, f"{of}expects {' or '.join(map(str, wrong.validator_value))}"
        case "anyOf" if "enum" in wrong.validator_value[0]:
            tests = ", ".join(wrong.validator_value[1]["properties"])
            return keys, f"{of}expects missing or present, or one of {tests} with a value"
        case "anyOf" | "type" if keys and keys[0] == "set":
            return keys, f"{of}expects a text, a whole number, true or false, or a list of these"
        case "anyOf" if keys == ["type"]:
            return keys, f"type expects the name of the schema, as package.module.Class, and not {wrong.instance!r}"
        case _:
            return keys, f"{of}{wrong.message}"


def _line(node: Any, keys: Sequence[str | int]) -> int:
    """The line on which what the keys lead to begins."""
    line = node.start_mark.line + 1 if node is not None else 1
    for key in keys:
        inner = getattr(node, "value", None)
        if not isinstance(inner, list):
            break
        pairs = cast("list[Any]", inner)
        if isinstance(key, int):
            node = pairs[key]
            line = node.start_mark.line + 1
            continue
        found = next(((name, value) for name, value in pairs if name.value == str(key)), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
