"""An access pattern of a ``schema.json`` as a query: its key templates filled with sample values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.importing.mcp_templates import filled, templates_of
from planner.importing.rows import loose_value
from planner.importing.values import QueryDraft, Typed
from planner.reading.dynamodb_json import InvalidValueError
from planner.values import AttributeValue, Json

if TYPE_CHECKING:
    from planner.importing.mcp_entities import EntityTable

READS = frozenset({"GetItem", "Query", "Scan"})
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_EXAMPLES: Mapping[str, Json] = {"integer": 1, "decimal": 1, "boolean": True}


class _UnclearError(ValueError):
    """The pattern says something that is not understood."""


def pattern_query(
    name: str,
    pattern: Mapping[str, Json],
    table: EntityTable,
    key: str,
    entity: Mapping[str, Json],
    values: Mapping[str, Json],
) -> QueryDraft:
    """The query, or only its comment where the pattern writes or is not understood."""
    about, operation = str(pattern.get("description") or ""), str(pattern.get("operation"))
    if operation not in READS:
        return QueryDraft(name=name, settings={}, todos=(f"{about} ({operation}): a write is no query.",))
    try:
        settings = _Pattern(pattern, table, entity, values).settings()
    except (_UnclearError, InvalidValueError) as problem:
        return QueryDraft(name=name, settings={}, todos=(f"{about}: {problem}.",))
    return QueryDraft(name=name, settings={"description": about, "table": key, **settings})


class _Pattern:
    def __init__(
        self, pattern: Mapping[str, Json], table: EntityTable, entity: Mapping[str, Json], values: Mapping[str, Json]
    ) -> None:
        self._pattern = pattern
        self._table = table
        self._entity = entity
        self._parameters = [p for p in pattern.get("parameters") or () if isinstance(p, Mapping)]
        self._known = {**{str(p.get("name")): _example(p) for p in self._parameters}, **values}
        self._values: dict[str, Json] = {}

    def settings(self) -> dict[str, Json]:
        """What the query says."""
        found: dict[str, Json] = {}
        index = self._pattern.get("index_name")
        if index:
            found["index"] = str(index)
        if self._pattern["operation"] == "Scan":
            found["scan"] = True
        else:
            found["key_condition"] = self._key_condition(str(index) if index else "")
        condition = self._filter()
        if condition:
            found["filter"] = condition
        if self._values:
            found["values"] = self._values
        if self._pattern.get("consistent_read"):
            found["consistent"] = True
        return found

    def _key_condition(self, index: str) -> str:
        partition, sort = self._table.indexes[index] if index else (self._table.keys[:1], self._table.keys[1:])
        made = dict(templates_of(self._entity, self._table.keys, self._table.indexes))
        parts = [self._equals(attribute, made) for attribute in partition]
        if self._pattern["operation"] == "GetItem":
            parts += [self._equals(attribute, made) for attribute in sort]
        elif self._pattern.get("range_condition") and sort:
            parts.append(self._range(sort[-1], made))
        return " AND ".join(parts)

    def _equals(self, attribute: str, made: Mapping[str, str]) -> str:
        if attribute not in made:
            raise _UnclearError(f"the entity has no template for {attribute}")
        placeholder = self._bind(attribute, self._key(attribute, filled(made[attribute], self._known)))
        return f"{_quoted(attribute)} = :{placeholder}"

    def _range(self, attribute: str, made: Mapping[str, str]) -> str:
        """A range over the sort key: its bounds are the last parameters."""
        condition = str(self._pattern["range_condition"])
        count = 2 if condition == "between" else 1
        bounds = [str(p.get("name")) for p in self._parameters][-count:]
        if len(bounds) < count:
            raise _UnclearError(f"`{condition}` has no parameters")
        prefix = made.get(attribute, "").partition("{")[0]
        names = [self._bind(bound, self._key(attribute, f"{prefix}{self._known[bound]}")) for bound in bounds]
        match condition:
            case "begins_with":
                return f"begins_with({_quoted(attribute)}, :{names[0]})"
            case "between":
                return f"{_quoted(attribute)} BETWEEN :{names[0]} AND :{names[1]}"
            case "<" | "<=" | ">" | ">=":
                return f"{_quoted(attribute)} {condition} :{names[0]}"
            case _:
                raise _UnclearError(f"the range condition `{condition}` is not understood")

    def _filter(self) -> str:
        given = self._pattern.get("filter_expression")
        if not isinstance(given, Mapping):
            return ""
        joined = f" {given.get('logical_operator', 'AND')} "
        return joined.join(self._condition(own) for own in given.get("conditions") or ())

    def _condition(self, own: Mapping[str, Json]) -> str:
        field, function, operator = _quoted(str(own.get("field"))), own.get("function"), own.get("operator")
        names = [self._parameter(own[part]) for part in ("param", "param2") if own.get(part)]
        if function in {"attribute_exists", "attribute_not_exists"}:
            return f"{function}({field})"
        if function in {"contains", "begins_with"} and names:
            return f"{function}({field}, :{names[0]})"
        subject = f"size({field})" if function == "size" else field
        if operator in _COMPARISONS and names:
            return f"{subject} {operator} :{names[0]}"
        if operator == "between" and len(names) == 2:  # noqa: PLR2004 - a range has two ends
            return f"{subject} BETWEEN :{names[0]} AND :{names[1]}"
        if operator == "in" and own.get("params"):
            return f"{subject} IN (" + ", ".join(f":{self._parameter(name)}" for name in own["params"]) + ")"
        raise _UnclearError(f"the filter on {own.get('field')} is not understood")

    def _parameter(self, name: Json) -> str:
        return self._bind(str(name), loose_value(self._known.get(str(name), str(name))))

    def _key(self, attribute: str, text: str) -> AttributeValue:
        kind = self._table.types.get(attribute, "S")
        return loose_value(
            {"N": text if text.lstrip("-").replace(".", "", 1).isdecimal() else "1"} if kind == "N" else text
        )

    def _bind(self, name: str, value: AttributeValue) -> str:
        placeholder = "".join(c if c.isalnum() and c.isascii() else "_" for c in name)
        self._values[placeholder] = Typed(value)
        return placeholder


def _example(parameter: Mapping[str, Json]) -> Json:
    return parameter.get("default", _EXAMPLES.get(str(parameter.get("type")), str(parameter.get("name"))))


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else f"`{name}`"
