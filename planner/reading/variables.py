"""Variables: values that a plan leaves to whoever applies it, put in place of ``${name}`` where that is a whole value.

Nothing else is made of them: no text is built, so that a plan has the same keys and shape whatever the values are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.codes import reading as codes
from planner.diagnostics import Position, Report
from planner.reading import grammar
from planner.reading.items import JSON_NUMBER
from planner.reading.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, shorten
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields, fields, named
from planner.values import canonical_json

_USE = re.compile(r"\$\{([A-Za-z0-9_][A-Za-z0-9_-]{0,127})\}")
_EXAMPLES = {"number": "14", "boolean": "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable as the plan declares it.

    Attributes:
        name: As in the plan.
        kind: string, number or boolean.
        default: Its value where nobody gives one; None where somebody has to.
        allowed: The values that it may have; empty for any.
        position: Where it stands.
    """

    name: str
    kind: str
    default: str | None
    allowed: tuple[str, ...]
    position: Position


def read_variables(root: MappingNode, scope: Scope) -> dict[str, Variable]:
    """The variables that a plan declares, by name; what is wrong with them is reported."""
    declared = root.entries.get("variables")
    if declared is None or not isinstance(declared.value, MappingNode):
        return {}
    found = {}
    for entry in named(declared.value, "a variable", scope):
        variable = _read(entry, scope.at(f"variable.{entry.key}"))
        if variable is not None:
            found[entry.key] = variable
    return found


def _read(entry: Entry, scope: Scope) -> Variable | None:
    given = fields(entry.value, grammar.VARIABLE, scope)
    if given is None:
        return None
    given.text("description")
    kind = given.choice("type", grammar.VARIABLE_TYPES) or "string"
    allowed = tuple(text for node in _members(given) if (text := _typed(node, kind, "allowed", scope)) is not None)
    default = None
    if (node := given.value("default")) is not None:
        default = _typed(node, kind, "default", scope)
    if default is not None and allowed and default not in allowed:
        fix = f"Take one of {listed(allowed)}, or add it to `allowed`."
        scope.error(codes.BAD_VARIABLE, given.position("default"), f"`default` is not one of `{entry.key}`'s", fix)
    return Variable(name=entry.key, kind=kind, default=default, allowed=allowed, position=entry.position)


def _members(given: Fields) -> tuple[Node, ...]:
    found = given.sequence("allowed")
    return () if found is None else found.members


def _typed(node: Node, kind: str, key: str, scope: Scope) -> str | None:
    if isinstance(node, ScalarNode) and node.tag is None and is_of(node.text, kind):
        return node.text
    fix = f"Write a {kind}." if kind == "string" else f"Write a {kind}, such as `{_EXAMPLES[kind]}`."
    scope.error(codes.BAD_VARIABLE, node.position, f"`{key}` is no {kind}", fix)
    return None


def is_of(text: str, kind: str) -> bool:
    """Whether a text can be the value of a variable of that kind."""
    match kind:
        case "number":
            return JSON_NUMBER.fullmatch(text) is not None
        case "boolean":
            return text in ("true", "false")
        case _:
            return True


def values_for(
    declared: Mapping[str, Variable], given: Mapping[str, str], own: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The value of each variable that has one: given, else the environment's own, else the default."""
    defaults = {name: variable.default for name, variable in declared.items() if variable.default is not None}
    known = {name: value for name, value in {**(own or {}), **given}.items() if name in declared}
    return {**defaults, **known}


def read_own_values(root: MappingNode, declared: Mapping[str, Variable], scope: Scope) -> dict[str, dict[str, str]]:
    """What each environment says of the variables, by its name."""
    environments = root.entries.get("environments")
    if not declared or environments is None or not isinstance(environments.value, MappingNode):
        return {}
    return {
        entry.key: _own_values(entry, declared, scope.at(f"environment.{entry.key}"))
        for entry in environments.value.entries.values()
        if isinstance(entry.value, MappingNode)
    }


def _own_values(environment: Entry, declared: Mapping[str, Variable], scope: Scope) -> dict[str, str]:
    given = environment.value.entries.get("variables") if isinstance(environment.value, MappingNode) else None
    found: dict[str, str] = {}
    if given is None or not isinstance(given.value, MappingNode):
        return found
    for entry in given.value.entries.values():
        variable = declared.get(entry.key)
        if variable is None:
            fix = f"{scope.did_you_mean(entry.key, declared)}Variables are {listed(declared)}."
            what = f"`{shorten(entry.key)}` is no variable of the plan"
            scope.error(codes.UNKNOWN_VARIABLE, entry.position, what, fix)
            continue
        text = _typed(entry.value, variable.kind, entry.key, scope)
        if text is not None and check_value(variable, text, entry.value.position, scope):
            found[entry.key] = text
    return found


def check_given(declared: Mapping[str, Variable], given: Mapping[str, str], scope: Scope) -> None:
    """Report what is given to variables that do not exist, or that they may not have."""
    for name, value in given.items():
        variable = declared.get(name)
        if variable is None:
            known = f"Variables are {listed(declared)}." if declared else "The plan declares none under `variables:`."
            fix = f"{scope.did_you_mean(name, declared)}{known}"
            scope.error(codes.UNKNOWN_VARIABLE, None, f"`{shorten(name)}` is no variable of the plan", fix)
        else:
            check_value(variable, value, None, scope)


def check_value(variable: Variable, value: str, position: Position | None, scope: Scope) -> bool:
    """Whether a variable may have a value; reported where it may not."""
    if not is_of(value, variable.kind):
        fix = f"Give a {variable.kind}, such as `{_EXAMPLES.get(variable.kind, 'x')}`."
        scope.error(
            codes.BAD_VARIABLE, position, f"`{variable.name}` is a {variable.kind}, not `{shorten(value)}`", fix
        )
        return False
    if variable.allowed and value not in variable.allowed:
        fix = f"Give one of {listed(variable.allowed)}."
        scope.error(codes.BAD_VARIABLE, position, f"`{variable.name}` cannot be `{shorten(value)}`", fix)
        return False
    return True


def put_in(root: MappingNode, declared: Mapping[str, Variable], values: Mapping[str, str], scope: Scope) -> MappingNode:
    """The tree with each ``${name}`` that is a whole value replaced; the declarations stay.

    Args:
        root: The plan, or what an environment says.
        declared: Its variables; where there are none, nothing is replaced and nothing is looked for.
        values: Their values.
        scope: Takes the problems.
    """
    if not declared:
        return root
    put = _Putter(declared, values, scope)
    entries = {
        key: entry if key == "variables" else Entry(entry.key, entry.position, put.node(entry.value))
        for key, entry in root.entries.items()
    }
    return replace(root, entries=entries)


def without_consequences(report: Report) -> Report:
    """The problems of reading without those of a place whose variable has no value: what stands there is no value."""
    causes = {codes.UNKNOWN_VARIABLE.code, codes.BAD_VARIABLE.code}
    places = {found.position for found in report if found.code in causes and found.position is not None}
    kept = Report()
    kept.extend(found for found in report if found.code in causes or found.position not in places)
    return kept


class _Putter:
    """Replaces the uses in one tree, and complains of each unknown or misplaced one."""

    def __init__(self, declared: Mapping[str, Variable], values: Mapping[str, str], scope: Scope) -> None:
        self._declared = declared
        self._values = values
        self._scope = scope

    def node(self, node: Node) -> Node:
        match node:
            case ScalarNode():
                return self._scalar(node)
            case SequenceNode():
                return replace(node, members=tuple(self.node(member) for member in node.members))
            case MappingNode():
                entries = {
                    key: Entry(entry.key, entry.position, self.node(entry.value)) for key, entry in node.entries.items()
                }
                return replace(node, entries=entries)

    def _scalar(self, node: ScalarNode) -> ScalarNode:
        if "${" not in node.text or node.tag is not None:
            return node
        whole = _USE.fullmatch(node.text)
        if whole is None:
            self._refuse_parts(node)
            return node
        name = whole[1]
        if name not in self._declared:
            fix = (
                f"{self._scope.did_you_mean(name, self._declared)}Declare it under `variables:`; "
                'a text that only looks like one is written `!ddb {S: "..."}` in data.'
            )
            self._scope.error(codes.UNKNOWN_VARIABLE, node.position, f"`{name}` is no variable of the plan", fix)
            return node
        if name not in self._values:
            fix = f"Give it with `--set {name}=VALUE`, or give it a `default`."
            self._scope.error(codes.UNKNOWN_VARIABLE, node.position, f"the variable `{name}` has no value", fix)
            return node
        return replace(node, text=self._values[name], plain=self._declared[name].kind != "string")

    def _refuse_parts(self, node: ScalarNode) -> None:
        for use in _USE.finditer(node.text):
            if use[1] in self._declared:
                what = f"`${{{use[1]}}}` is only a part of the value `{shorten(node.text)}`"
                fix = "A variable is a whole value. Let it hold all of this one."
                self._scope.error(codes.BAD_VARIABLE, node.position, what, fix)
                return


def hash_with(text_hash: str, values: Mapping[str, str]) -> str:
    """The plan's hash with the values that it was read with: other values make another plan."""
    if not values:
        return text_hash
    return hashlib.sha256(f"{text_hash}\n{canonical_json(dict(values))}".encode()).hexdigest()
