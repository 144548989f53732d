"""Queries and what they must find."""

from __future__ import annotations

from planner.codes import reading as codes
from planner.plan import Expect, Query
from planner.reading import grammar
from planner.reading.grammar_tables import MAX_UNITS
from planner.reading.items import item
from planner.reading.measures import read_item_size, read_rate
from planner.reading.nodes import Entry, SequenceNode
from planner.reading.scope import Scope
from planner.reading.transactions import read_values
from planner.reading.typed import Fields, fields, named
from planner.values import Item


def read_queries(plan: Fields) -> dict[str, Query]:
    """Every query of a plan by name; what is wrong is reported and left out."""
    declared = plan.mapping("queries")
    found = {}
    for entry in () if declared is None else named(declared, "a query", plan.scope):
        query = _read_query(entry, plan.scope.at(f"query.{entry.key}"))
        if query is not None:
            found[entry.key] = query
    return found


def _read_query(entry: Entry, scope: Scope) -> Query | None:
    given = fields(entry.value, grammar.QUERY, scope)
    if given is None:
        return None
    scan = given.boolean("scan") or False
    _check_kind(given, scan=scan)
    return Query(
        name=entry.key,
        description=given.text("description") or "",
        table=given.name("table") or "",
        index=given.name("index"),
        scan=scan,
        key_condition=given.expression("key_condition"),
        filter=given.expression("filter"),
        projection=given.names("projection"),
        values=read_values(given),
        descending=given.boolean("descending") or False,
        consistent=given.boolean("consistent") or False,
        limit=given.integer("limit", 1, MAX_UNITS),
        live=given.boolean("live") or False,
        expect=read_expect(given),
        position=entry.position,
        rate=read_rate(given),
        item_size=read_item_size(given),
        reads=given.integer("reads", 1, MAX_UNITS),
        positions=given.positions(),
    )


def _check_kind(given: Fields, *, scan: bool) -> None:
    """A query has a key condition, a scan has none."""
    if scan and given.has("key_condition"):
        fix = "Remove `scan: true` to read by key, or move the condition into `filter`."
        what = "a scan reads everything and takes no `key_condition`"
        given.scope.error(codes.CONFLICT, given.position("key_condition"), what, fix)
    elif scan and given.has("descending"):
        fix = "Remove `descending`, or read by a `key_condition`."
        given.scope.error(codes.CONFLICT, given.position("descending"), "a scan has no order", fix)
    elif not scan and not given.has("key_condition"):
        fix = "Write `key_condition: NAME = :value`, or `scan: true` where reading everything is meant."
        given.scope.error(codes.MISSING_KEY, given.node.position, "the query has no `key_condition`", fix)


def read_expect(query: Fields) -> Expect | None:
    """The key ``expect`` of a query or a report."""
    given = query.fields("expect", grammar.EXPECT)
    if given is None:
        return None
    if not given.node.entries:
        fix = "Write `{min: 1}` or another expectation, or remove `expect`."
        given.scope.error(codes.NO_VALUE, given.node.position, "`expect` says nothing", fix)
    items = given.sequence("items")
    return Expect(
        count=given.integer("count", 0, MAX_UNITS),
        minimum=given.integer("min", 0, MAX_UNITS),
        items=None if items is None else _items(items, given.scope),
        first=given.item("first"),
        contains=_one_or_more(given, "contains"),
        absent=_one_or_more(given, "absent"),
        ordered=given.name("ordered"),
        position=query.position("expect"),
    )


def _one_or_more(given: Fields, key: str) -> tuple[Item, ...]:
    node = given.value(key)
    if node is None:
        return ()
    if isinstance(node, SequenceNode):
        return _items(node, given.scope)
    single = item(node, given.scope)
    return () if single is None else (single,)


def _items(node: SequenceNode, scope: Scope) -> tuple[Item, ...]:
    found = (item(member, scope) for member in node.members)
    return tuple(member for member in found if member is not None)
