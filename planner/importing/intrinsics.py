"""CloudFormation's intrinsic functions, worked out as far as parameters, mappings and conditions are known.

Source: CloudFormation user guide, "Intrinsic function reference" and "Pseudo parameters reference".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from planner.importing.budget import Budget
from planner.importing.values import Unknown, first_unknown, shown
from planner.values import Json

MAX_DEPTH = 60
_PSEUDO_KNOWN = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
_PSEUDO = frozenset(
    {"AWS::Region", "AWS::AccountId", "AWS::StackName", "AWS::StackId", "AWS::NotificationARNs", *_PSEUDO_KNOWN}
)
_REFERENCE = re.compile(r"\$\{(!?)([^}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}\}")


_NONE: Mapping[str, Json] = {}


class _Removed:
    """What ``AWS::NoValue`` stands for."""


REMOVED: Final = _Removed()


class Intrinsics:
    """One template's parameters, mappings and conditions."""

    def __init__(self, template: Mapping[str, Json], given: Mapping[str, str]) -> None:
        """Args: the template, and values of parameters and pseudo parameters by name."""
        self._given = given
        self._parameters = _section(template, "Parameters")
        self._mappings = _section(template, "Mappings")
        self._conditions = _section(template, "Conditions")
        self._resources = _section(template, "Resources")
        self._depth = 0
        self._budget = Budget()

    def resolve(self, value: Json) -> Json:
        """The value with every function worked out; unknown parts are ``Unknown``, removed members are gone."""
        found = self._resolve(value)
        return None if isinstance(found, _Removed) else found

    def condition(self, name: str) -> bool | Unknown:
        """Whether a condition holds."""
        if name not in self._conditions:
            return Unknown(text=name, why=f"there is no condition {name}")
        found = self._resolve(self._conditions[name])
        if isinstance(found, Unknown):
            return Unknown(text=f"condition {name}", why=found.why)
        return found is True or found == "true"

    def _resolve(self, value: Json) -> Json:
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                return Unknown(text=shown(value) if not isinstance(value, Mapping) else "...", why="it goes in circles")
            why = self._budget.step(len(value) if isinstance(value, str) else 0)
            if why:
                return Unknown(text=shown(value) if isinstance(value, str) else "...", why=why)
            return self._by_kind(value)
        finally:
            self._depth -= 1

    def _by_kind(self, value: Json) -> Json:
        if isinstance(value, str):
            return _dynamic(value)
        if isinstance(value, list):
            members = [self._resolve(member) for member in value]
            return [member for member in members if not isinstance(member, _Removed)]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            function = self._function(str(name))
            if function is not None:
                return function(argument)
        own = {name: self._resolve(member) for name, member in value.items()}
        return {name: member for name, member in own.items() if not isinstance(member, _Removed)}

    def _function(self, name: str) -> Callable[[Json], Json] | None:  # noqa: PLR0911 - one line for each function
        match name:
            case "Ref":
                return self._ref
            case "Fn::Sub":
                return self._sub
            case "Fn::If":
                return self._if
            case "Fn::Join":
                return self._join
            case "Fn::FindInMap":
                return self._find_in_map
            case "Fn::Select":
                return self._select
            case "Fn::Split":
                return self._split
            case "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" | "Condition":
                return lambda argument: self._logic(name, argument)
            case _ if name.startswith("Fn::"):
                return lambda argument: Unknown(
                    text=f"!{name.removeprefix('Fn::')} {shown(argument)}", why=_why_not(name, argument)
                )
            case _:
                return None

    def _ref(self, argument: Json) -> Json:
        if not isinstance(argument, str):
            return Unknown(text=f"!Ref {shown(argument)}", why="it names nothing")
        return self._named(argument, f"!Ref {argument}")

    def _named(self, name: str, text: str) -> Json:  # noqa: PLR0911 - one line for each kind of name
        if name == "AWS::NoValue":
            return REMOVED
        if name in self._given:
            return self._typed(name, self._given[name])
        if name in _PSEUDO_KNOWN:
            return _PSEUDO_KNOWN[name]
        if name in _PSEUDO:
            return Unknown(text=text, why=f"{name} is known only when it is deployed; --set {name}=VALUE says it")
        if name in self._parameters:
            return self._default(name, text)
        if name in self._resources:
            return self._resource(name, text)
        return Unknown(text=text, why=f"there is no parameter {name}; --set {name}=VALUE says it")

    def _default(self, name: str, text: str) -> Json:
        parameter = self._parameters[name]
        kind = str(parameter.get("Type", "")) if isinstance(parameter, Mapping) else ""
        if not isinstance(parameter, Mapping) or "Default" not in parameter:
            return Unknown(text=text, why=f"the parameter {name} has no default; --set {name}=VALUE says it")
        if kind.startswith("AWS::SSM::Parameter::Value"):
            why = f"the parameter {name} is looked up in SSM; --set {name}=VALUE says it"
            return Unknown(text=text, why=why)
        return self._typed(name, parameter["Default"])

    def _typed(self, name: str, value: Json) -> Json:
        parameter = self._parameters.get(name, {})
        kind = str(parameter.get("Type", "")) if isinstance(parameter, Mapping) else ""
        if ("List" in kind) and isinstance(value, str):
            return [member.strip() for member in value.split(",")]
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def _resource(self, name: str, text: str) -> Json:
        """A table's physical name where it is said; whatever else a resource stands for is not known."""
        resource = self._resources[name]
        why = f"{name} is made by the template"
        if isinstance(resource, Mapping) and str(resource.get("Type", "")).endswith(("::Table", "::GlobalTable")):
            properties = resource.get("Properties") or {}
            found = self._resolve(properties.get("TableName")) if isinstance(properties, Mapping) else None
            if isinstance(found, str):
                return found
            why = f"the name of the table {name} is not known"
        return Unknown(text=text, why=why)

    def _sub(self, argument: Json) -> Json:
        template, own = argument, _NONE
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], Mapping):  # noqa: PLR2004 - a pair
            template, own = argument[0], argument[1]
        if isinstance(template, Unknown):
            return template
        text = f"!Sub '{shown(template)}'"
        if not isinstance(template, str):
            return Unknown(text=text, why="it is no text")
        parts: list[str] = []
        end = 0
        for found in _REFERENCE.finditer(template):
            parts.append(template[end : found.start()])
            end = found.end()
            if found[1]:
                parts.append(f"${{{found[2]}}}")
                continue
            name = found[2].strip()
            part = self._resolve(own[name]) if name in own else self._part(name, text)
            if isinstance(part, Unknown):
                return Unknown(text=text, why=part.why)
            parts.append(_written(part))
        joined = "".join([*parts, template[end:]])
        why = self._budget.made(joined)
        return Unknown(text=text, why=why) if why else _dynamic(joined)

    def _part(self, name: str, text: str) -> Json:
        head, _, attribute = name.partition(".")
        if attribute and head in self._resources:
            return Unknown(text=text, why=f"{name} is known only when {head} is made")
        return self._named(name, text)

    def _if(self, argument: Json) -> Json:
        if not isinstance(argument, list) or len(argument) != 3:  # noqa: PLR2004 - a condition and two values
            return Unknown(text=f"!If {shown(argument)}", why="it has not three parts")
        name, yes, no = argument
        holds = self.condition(str(name))
        if not isinstance(holds, Unknown):
            return self._resolve(yes if holds else no)
        both = self._resolve(yes), self._resolve(no)
        if both[0] == both[1] and first_unknown(both[0]) is None:
            return both[0]
        return Unknown(text=f"!If {shown(argument)}", why=f"the condition {name} cannot be known: {holds.why}")

    def _join(self, argument: Json) -> Json:
        text = f"!Join {shown(argument)}"
        if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - a delimiter and a list
            return Unknown(text=text, why="it has not two parts")
        members = self._resolve(argument[1])
        unknown = first_unknown(members)
        if unknown is not None or not isinstance(members, list):
            return Unknown(text=text, why=unknown.why if unknown else "it joins no list")
        found = str(argument[0]).join(_written(member) for member in members)
        why = self._budget.made(found)
        return Unknown(text=text, why=why) if why else found

    def _find_in_map(self, argument: Json) -> Json:
        text = f"!FindInMap {shown(argument)}"
        keys = self._resolve(argument)
        unknown = first_unknown(keys)
        if unknown is not None:
            return Unknown(text=text, why=unknown.why)
        found: Json = self._mappings
        for key in keys[:3] if isinstance(keys, list) else ():
            if not isinstance(found, Mapping) or str(key) not in found:
                return Unknown(text=text, why=f"the mappings have no `{shown(key)}` there")
            found = found[str(key)]
        return self._resolve(found)

    def _select(self, argument: Json) -> Json:
        text = f"!Select {shown(argument)}"
        found = self._resolve(argument)
        unknown = first_unknown(found)
        if unknown is not None:
            return Unknown(text=text, why=unknown.why)
        try:
            return found[1][int(found[0])]
        except (TypeError, ValueError, IndexError, KeyError):
            return Unknown(text=text, why="there is no such member")

    def _split(self, argument: Json) -> Json:
        text = f"!Split {shown(argument)}"
        found = self._resolve(argument)
        unknown = first_unknown(found)
        if unknown is not None:
            return Unknown(text=text, why=unknown.why)
        if isinstance(found, list) and len(found) == 2 and found[0] and isinstance(found[1], str):  # noqa: PLR2004 - as Join
            return found[1].split(str(found[0]))
        return Unknown(text=text, why="it splits no text")

    def _logic(self, name: str, argument: Json) -> Json:
        if name == "Condition":
            return self.condition(str(argument))
        members = self._resolve(argument)
        members = members if isinstance(members, list) else [members]
        if name == "Fn::Equals":
            unknown = first_unknown(members)
            if unknown is not None or len(members) != 2:  # noqa: PLR2004 - two sides
                return unknown or Unknown(text="!Equals", why="it compares not two values")
            return _written(members[0]) == _written(members[1])
        known = [member for member in members if not isinstance(member, Unknown)]
        if name == "Fn::Not":
            return known[0] is not True if known else members[0]
        decides = name == "Fn::Or"
        if any((member is True) == decides for member in known):
            return decides
        return next((member for member in members if isinstance(member, Unknown)), not decides)


def _why_not(name: str, argument: Json) -> str:
    match name:
        case "Fn::GetAtt":
            subject = argument[0] if isinstance(argument, list) and argument else argument
            return f"it is known only when {shown(subject)} is made"
        case "Fn::ImportValue":
            return "it is the output of another stack"
        case "Fn::Transform" | "Fn::ForEach":
            return f"{name} is worked out by CloudFormation only"
        case _:
            return f"{name} is not worked out by ddbplan"


def _dynamic(text: str) -> Json:
    found = _DYNAMIC.search(text)
    if found is None:
        return text
    return Unknown(text=text, why="it is looked up when the stack is deployed")


def _written(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _section(template: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    found = template.get(name)
    return found if isinstance(found, Mapping) else {}
