"""Variables of the Serverless Framework, ``${self:custom.stage, 'dev'}``, worked out as far as files and options tell.

Source: Serverless Framework documentation, "Variables". What looks alike, such as ``${AWS::Region}`` inside
``Fn::Sub``, has no source before its colon and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from planner.importing.budget import Budget
from planner.importing.foreign import read_json, read_yaml
from planner.importing.inside import Inside
from planner.importing.values import RefusedError, Unknown, shown
from planner.values import Json

MAX_DEPTH = 40
_SOURCES = r"self|opt|sls|env|file|aws|ssm|cf|s3|param|git|strToBool|terraform|output"
_IS_VARIABLE = re.compile(rf"\s*(?:{_SOURCES})\s*[:(.]|\s*['\"]")
_ADDRESS = re.compile(
    r"(?P<source>[A-Za-z]+)(?:\((?P<argument>[^)]*)\))?(?:\.[a-z0-9-]+)?(?::(?P<path>.*))?", re.DOTALL
)
_NUMBER = re.compile(r"-?[0-9]+")
_WORDS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_YAML = frozenset({".yml", ".yaml"})


class _Missing:
    """There is no such value, so that a default takes its place."""


MISSING: Final = _Missing()


class Variables:
    """The variables of one serverless.yml.

    Attributes:
        document: The whole file; empty where a fragment is imported by itself.
    """

    def __init__(self, document: Mapping[str, Json], folder: Path, inside: Inside, given: Mapping[str, str]) -> None:
        """Args: the file, its folder, what else may be read, and options by name."""
        self.document = document
        self._folder = folder
        self._inside = inside
        self._given = given
        self._depth = 0
        self._budget = Budget()

    def resolve(self, value: Json) -> Json:
        """The value with every variable worked out; what is not known is ``Unknown``."""
        self._depth += 1
        try:
            circles = "it goes in circles" if self._depth > MAX_DEPTH else None
            why = circles or self._budget.step(len(value) if isinstance(value, str) else 0)
            if why:
                return Unknown(text=shown(value) if isinstance(value, str) else "...", why=why)
            if isinstance(value, str):
                return self._text(value)
            if isinstance(value, Mapping):
                return {name: self.resolve(member) for name, member in value.items()}
            if isinstance(value, list):
                return [self.resolve(member) for member in value]
            return value
        finally:
            self._depth -= 1

    def _text(self, text: str) -> Json:
        parts: list[str | tuple[str, str]] = list(_parts(text))
        if len(parts) == 1 and not isinstance(parts[0], str):
            return self._variable(parts[0][1], text)
        written = []
        for part in parts:
            if isinstance(part, str):
                written.append(part)
                continue
            value = self._variable(part[1], text)
            if isinstance(value, Unknown):
                return Unknown(text=text, why=value.why)
            written.append(
                {True: "true", False: "false", None: ""}.get(value, str(value)) if _is_plain(value) else text
            )
        found = "".join(written)
        why = self._budget.made(found)
        return Unknown(text=text, why=why) if why else found

    def _variable(self, content: str, whole: str) -> Json:
        """The first of the alternatives that has a value."""
        last: Json = MISSING
        for alternative in _alternatives(content):
            address = self._text(alternative) if "${" in alternative else alternative
            if isinstance(address, Unknown):
                return address
            last = self._address(str(address).strip(), whole)
            if isinstance(last, Unknown):
                return Unknown(text=whole, why=last.why)
            if last is not MISSING and last is not None:
                return last
        if isinstance(last, _Missing):
            name = content.partition(",")[0].strip()
            return Unknown(text=whole, why=f"`{name}` has no value in the file; --set {_option(name)}=VALUE says it")
        return last

    def _address(self, address: str, whole: str) -> Json:  # noqa: C901, PLR0911 - one line for each source
        if address[:1] in {"'", '"'} and len(address) > 1:
            return address[1:-1]
        if address in _WORDS:
            return _WORDS[address]
        if _NUMBER.fullmatch(address):
            return int(address)
        found = _ADDRESS.fullmatch(address)
        if address in self._given:
            return self._given[address]
        if found is None:
            return Unknown(text=whole, why=f"`{address}` is not understood")
        source, path = found["source"], (found["path"] or "").strip()
        match source:
            case "self":
                return self._self(path)
            case "opt":
                return self._given.get(path, MISSING)
            case "sls":
                return self._stage() if path == "stage" else self._given.get(path, MISSING)
            case "file":
                return self._file((found["argument"] or "").strip(), path, whole)
            case "env" | "param":
                return self._given.get(path, MISSING)
            case _:
                why = f"`{address}` is looked up when it is deployed; --set {address}=VALUE says it"
                return Unknown(text=whole, why=why)

    def _stage(self) -> Json:
        own = self.document.get("provider")
        stage = own.get("stage") if isinstance(own, Mapping) else None
        return self._given.get("stage") or (self.resolve(stage) if stage and "sls:stage" not in str(stage) else "dev")

    def _self(self, path: str) -> Json:
        if not self.document:
            why = f"the serverless.yml around it was not read; --set self:{path}=VALUE says it"
            return Unknown(text=f"${{self:{path}}}", why=why)
        if path == "provider.stage":
            return self._stage()
        found: Json = self.document
        for name in path.split(".") if path else ():
            found = self.resolve(found) if isinstance(found, str) else found
            if isinstance(found, Unknown):
                return found
            found = _member(found, name)
            if isinstance(found, _Missing):
                return found
        return self.resolve(found)

    def _file(self, name: str, path: str, whole: str) -> Json:
        where = self._inside.find(self._folder, name)
        if isinstance(where, Unknown):
            return MISSING if where.why.startswith("there is no") else Unknown(text=whole, why=where.why)
        try:
            text = self._inside.text(where)
            why = self._budget.step(len(text))
            if why:
                return Unknown(text=whole, why=why)
            if where.suffix in _YAML:
                found = read_yaml(text, name)
            elif where.suffix == ".json":
                found = read_json(text, name)
            else:
                return Unknown(text=whole, why=f"`{name}` is a program, or no YAML or JSON, and programs are not run")
        except RefusedError as problem:
            return Unknown(text=whole, why=problem.message.rstrip("."))
        for member in path.split(".") if path else ():
            found = _member(found, member)
            if isinstance(found, _Missing):
                return found
        return self.resolve(found)


def _member(value: Json, name: str) -> Json:
    if isinstance(value, Mapping) and name in value:
        return value[name]
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return value[int(name)]
    return MISSING


def _is_plain(value: Json) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _option(name: str) -> str:
    source, _, path = name.partition(":")
    return path if source in {"opt", "env", "param"} and path else name


def _parts(text: str) -> list[str | tuple[str, str]]:
    """A text as plain pieces and ``("variable", content)``; braces are counted: variables stand inside variables."""
    found: list[str | tuple[str, str]] = []
    at = 0
    while (start := text.find("${", at)) >= 0:
        end = _closing(text, start + 2)
        content = text[start + 2 : end] if end >= 0 else ""
        if end < 0 or not _IS_VARIABLE.match(content):
            found.append(text[at : start + 2])
            at = start + 2
            continue
        if start > at:
            found.append(text[at:start])
        found.append(("variable", content))
        at = end + 1
    if at < len(text) or not found:
        found.append(text[at:])
    return found


def _closing(text: str, at: int) -> int:
    depth = 1
    while at < len(text):
        if text.startswith("${", at):
            depth += 1
            at += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1


def _alternatives(content: str) -> list[str]:
    """The parts between commas that are not in quotes, brackets or an inner variable."""
    found, start, depth, quote = [], 0, 0, ""
    for at, character in enumerate(content):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth == 0:
            found.append(content[start:at])
            start = at + 1
    return [part.strip() for part in (*found, content[start:])]
