"""The grammar of what is said about a model for rules, costs and seeds: rates, sizes, volumes, entities."""

from __future__ import annotations

from planner.reading.shapes import Record, at_least_one, integer, key, map_of, name, names, rate, ref, size, text

MAX_COUNT = 9_007_199_254_740_991
MAX_ITEM_SIZE = 400 * 1024
MAX_RATE = 10_000_000

RATE = key("rate", rate(), "How often a second the application does this, such as 200 or 0.1.")
ITEM_SIZE = key("item_size", size(), "A typical item's size: bytes, or a text such as 1.5 KB.")
READS = key("reads", integer(1, MAX_COUNT), "How many items a typical call reads, before any filter.")

VOLUME = Record(
    id="volume",
    label="a volume",
    limits=at_least_one(),
    keys=(
        key("items", integer(1, MAX_COUNT), "How many items there will be."),
        ITEM_SIZE,
        key(
            "distinct",
            map_of(integer(1, MAX_COUNT)),
            "How many different values an attribute has, by name: key attributes above all.",
        ),
    ),
)
_VOLUME = key("volume", ref("volume"), "How much it will hold: what rules and costs are reckoned from.")

ENTITY = Record(
    id="entity",
    label="an entity",
    keys=(
        key("description", text(), "What one item of it is, for people."),
        key(
            "keys",
            map_of(name()),
            "Templates of key attributes, such as `TENANT#{tenant_id}` or `ORDER#{number:08}`; `{name}` without.",
        ),
        key("tenant", name(), "The attribute that says whose an item is; every key begins with it."),
        key("copies", map_of(name()), "Attributes that are copied from elsewhere: {attribute: TABLE.ATTRIBUTE}."),
        _VOLUME,
    ),
)
TABLE_FACTS = (
    key("entities", map_of(ref("entity"), plan_names=True), "The kinds of items in one table, with their keys."),
    key("unique", names(), "Attributes whose values no two items share."),
    _VOLUME,
)
MODEL = (VOLUME, ENTITY)
