"""What Claude is told of existing tables: names, keys, types, indexes, billing, time to live.

It goes by a list of what is allowed, so that whatever DynamoDB adds to its answers stays here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.values import Json

MAX_NAME = 255


def live_state(infos: Iterable[Mapping[str, Json]]) -> Json:
    """The schema of existing tables, by physical name.

    Args:
        infos: Answers of ``get_table_info``; more in them than is allowed is left out.

    Returns:
        JSON values without items, tags, ARNs, accounts, Regions, stream or encryption keys. Attribute names, which
        DynamoDB does not limit to any alphabet, come without control characters.
    """
    found = (_table(info) for info in infos)
    return dict(sorted((table.pop("name"), table) for table in found))


def _table(info: Mapping[str, Json]) -> dict[str, Json]:
    table = info["Table"]
    types = {_name(entry["AttributeName"]): entry["AttributeType"] for entry in table.get("AttributeDefinitions", ())}
    billing = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    expiry = info.get("TimeToLive") or {}
    shown: dict[str, Json] = {
        "name": _name(table["TableName"]),
        "keys": _keys(table.get("KeySchema", ())),
        "key_types": {name: kind for name, kind in sorted(types.items()) if kind in {"S", "N", "B"}},
        "billing": "on_demand" if billing == "PAY_PER_REQUEST" else "provisioned",
    }
    if expiry.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} and expiry.get("AttributeName"):
        shown["time_to_live"] = _name(expiry["AttributeName"])
    for member, name in (("GlobalSecondaryIndexes", "global"), ("LocalSecondaryIndexes", "local")):
        indexes = {_name(index["IndexName"]): _index(index) for index in table.get(member, ())}
        if indexes:
            shown[f"{name}_secondary_indexes"] = dict(sorted(indexes.items()))
    return shown


def _index(index: Mapping[str, Json]) -> Json:
    projection = index.get("Projection", {})
    kind = projection.get("ProjectionType", "ALL")
    names = sorted(_name(name) for name in projection.get("NonKeyAttributes", ()))
    return {
        "keys": _keys(index.get("KeySchema", ())),
        "projection": names if kind == "INCLUDE" else kind if kind in {"ALL", "KEYS_ONLY"} else "ALL",
    }


def _keys(schema: Iterable[Mapping[str, str]]) -> Json:
    return {
        "partition": [_name(key["AttributeName"]) for key in schema if key["KeyType"] == "HASH"],
        "sort": [_name(key["AttributeName"]) for key in schema if key["KeyType"] == "RANGE"],
    }


def _name(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:MAX_NAME]
