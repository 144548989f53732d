"""Keys and indexes of a ``table_schema`` in a plan's terms: what a table cannot be imported without."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.importing import shapes
from planner.importing.settings import index_units
from planner.importing.values import Reason, RefusedError, Unknown, first_unknown, shown, untold
from planner.values import Json

_TYPES = ("S", "N", "B")
_Reader = Callable[[str, Mapping[str, Json]], Json]


def structure(schema: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    """partition_key, sort_key, key_types and the indexes.

    Args:
        schema: A ``table_schema``; any part of it may be unknown.
        todos: Takes what cannot be known of an index.

    Raises:
        RefusedError: The keys or their types cannot be known.
    """
    try:
        return _Structure(schema, todos).read()
    except shapes.MalformedError as problem:
        raise RefusedError(Reason.INVALID, f"its keys are not what DynamoDB takes: {problem}") from None


class _Structure:
    def __init__(self, schema: Mapping[str, Json], todos: list[str]) -> None:
        self._schema = schema
        self._todos = todos
        self._types = self._read_types()
        self._used: dict[str, None] = {}

    def read(self) -> dict[str, Json]:
        """The settings in the order in which a plan has them."""
        partition, sort = self._keys(self._known("KeySchema"), "the table")
        if len(partition) != 1 or len(sort) > 1:
            raise RefusedError(Reason.INVALID, "the table does not have one partition key and at most one sort key")
        found: dict[str, Json] = {"partition_key": partition[0]} | ({"sort_key": sort[0]} if sort else {})
        local = self._indexes("LocalSecondaryIndexes", "local_secondary_indexes", self._local)
        globals_ = self._indexes("GlobalSecondaryIndexes", "global_secondary_indexes", self._global)
        vectors = self._indexes("VectorIndexes", "vector_indexes", self._vector)
        return {**self._key_types(), **found, **globals_, **local, **vectors}

    def _known(self, member: str) -> Json:
        value = self._schema.get(member)
        unknown = first_unknown(value)
        if unknown is not None:
            raise RefusedError(Reason.STRUCTURE, untold(member, value, unknown))
        if value is None:
            raise RefusedError(Reason.INVALID, f"{member} is missing")
        return value

    def _read_types(self) -> dict[str, str]:
        types = {}
        for definition in shapes.sequence(self._known("AttributeDefinitions")):
            own = shapes.mapping(definition)
            name = shapes.text(shapes.member(own, "AttributeName"))
            types[name] = shapes.choice(shapes.member(own, "AttributeType"), *_TYPES)
        return types

    def _keys(self, given: Json, what: str) -> tuple[list[str], list[str]]:
        partition: list[str] = []
        sort: list[str] = []
        for element in shapes.sequence(given):
            own = shapes.mapping(element)
            name = shapes.text(shapes.member(own, "AttributeName"))
            kind = shapes.choice(shapes.member(own, "KeyType"), "HASH", "RANGE")
            (partition if kind == "HASH" else sort).append(name)
            self._used[name] = None
        if not partition:
            raise RefusedError(Reason.INVALID, f"{what} has no partition key")
        twice = next((name for name in sort if name in partition), None)
        if twice is not None:
            raise RefusedError(Reason.INVALID, f"{what} has `{twice}` twice in its key")
        return partition, sort

    def _key_types(self) -> dict[str, str]:
        """Types besides S; what is used and not defined, and defined and not used, is said."""
        missing = [name for name in self._used if name not in self._types]
        if missing:
            self._todos.append(f"key_types: the file gives no type for {', '.join(missing)}; S was taken.")
        unused = [f"{name} ({kind})" for name, kind in self._types.items() if name not in self._used]
        if unused:
            self._todos.append(f"key_types: {', '.join(unused)} is defined in the file and no key uses it; left out.")
        other = {name: self._types[name] for name in self._used if self._types.get(name, "S") != "S"}
        return {"key_types": other} if other else {}  # type: ignore[dict-item] # a mapping is a Json value

    def _indexes(self, member: str, key: str, read: _Reader) -> dict[str, Json]:
        given = self._schema.get(member)
        if given is None or given in ([], ()):
            return {}
        if isinstance(given, Unknown):
            raise RefusedError(Reason.STRUCTURE, untold(key, given, given))
        found = {}
        for index in shapes.sequence(given):
            if isinstance(index, Unknown):
                raise RefusedError(Reason.STRUCTURE, untold(key, given, index))
            own = shapes.mapping(index)
            self._require(own, key)
            name = shapes.text(shapes.member(own, "IndexName"))
            found[name] = read(name, own)
        return {key: found}

    @staticmethod
    def _require(index: Mapping[str, Json], key: str) -> None:
        """Refuse an index whose name, keys or projection cannot be known."""
        for member in ("IndexName", "KeySchema", "Projection", "SearchSchema", "VectorAttribute", "Dimensions"):
            unknown = first_unknown(index.get(member))
            if unknown is not None:
                raise RefusedError(Reason.STRUCTURE, untold(f"{key}, {member}", index[member], unknown))

    def _global(self, name: str, index: Mapping[str, Json]) -> Json:
        partition, sort = self._keys(index.get("KeySchema", ()), f"the index {name}")
        found = _named(partition, sort) | _projection(index, {*partition, *sort})
        units, todos = index_units(name, index)
        self._todos += todos
        return found | units

    def _local(self, name: str, index: Mapping[str, Json]) -> Json:
        _, sort = self._keys(index.get("KeySchema", ()), f"the index {name}")
        if len(sort) != 1:
            raise RefusedError(Reason.INVALID, f"the local index {name} has no sort key")
        return {"sort_key": sort[0]} | _projection(index, set())

    def _vector(self, name: str, index: Mapping[str, Json]) -> Json:  # noqa: ARG002 - as the other readers
        found: dict[str, Json] = {
            "attribute": shapes.text(
                shapes.member(shapes.mapping(shapes.member(index, "VectorAttribute")), "AttributeName")
            ),
            "dimensions": shapes.integer(shapes.member(index, "Dimensions")),
            "distance": shapes.text(shapes.member(index, "DistanceFunction")),
        }
        filters = []
        for element in shapes.sequence(index.get("SearchSchema") or ()):
            attribute = shapes.text(shapes.member(element, "AttributeName"))
            self._used[attribute] = None
            if element.get("SearchSchemaElementType") == "HASH":
                found["partition_key"] = attribute
            else:
                filters.append(attribute)
        return found | ({"filters": filters} if filters else {}) | _projection(index, set())


def _named(partition: list[str], sort: list[str]) -> dict[str, Json]:
    found: dict[str, Json] = {"partition_key": partition[0] if len(partition) == 1 else partition}
    if sort:
        found["sort_key"] = sort[0] if len(sort) == 1 else sort
    return found


def _projection(index: Mapping[str, Json], keys: set[str]) -> dict[str, Json]:
    """Nothing for ALL, which is the plan's default."""
    given = index.get("Projection")
    if given is None:
        return {}
    own = shapes.mapping(given)
    kind = shapes.choice(own.get("ProjectionType", "ALL"), "ALL", "KEYS_ONLY", "INCLUDE")
    if kind == "ALL":
        return {}
    if kind == "KEYS_ONLY":
        return {"projection": kind}
    names = [shapes.text(name) for name in shapes.sequence(own.get("NonKeyAttributes") or ())]
    named = list(dict.fromkeys(name for name in names if name not in keys))
    if not named:
        raise RefusedError(Reason.INVALID, f"the index projects INCLUDE and names no attribute: `{shown(given)}`")
    return {"projection": named}
