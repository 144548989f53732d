"""Settings of a live table in the plan's own words, less what every table has by default."""

from __future__ import annotations

from collections.abc import Mapping

from planner.importing.live_structure import text
from planner.importing.live_units import capacity, insights, maximum, note_warm
from planner.settings.autoscaling import AutoScaling
from planner.settings.billing import PROVISIONED
from planner.settings.encryption import AWS_OWNED, is_key
from planner.settings.kinesis import DEFAULT_PRECISION
from planner.settings.recovery import DEFAULT_DAYS
from planner.settings.replica_values import EVENTUAL, OF_ALL
from planner.settings.table_class import STANDARD
from planner.settings.units import OFF
from planner.values import Json

_KINESIS_ON = frozenset({"ACTIVE", "ENABLING", "UPDATING"})


def live_settings(settings: Mapping[str, Json], info: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    """Every setting that is not the service's default, in the order in which they are written.

    Args:
        settings: A live table's, in canonical form.
        info: What they were made of; it shows what the canonical form does not hold.
        todos: Takes what a plan cannot hold.
    """
    found = _throughput(settings, todos)
    note_warm(settings.get("warm"), settings.get("capacity"), "warm", todos)
    for name in ("time_to_live", "stream"):
        if settings.get(name) not in {None, OFF}:
            found[name] = settings[name]
    found |= _recovery(settings.get("point_in_time_recovery"))
    if settings.get("deletion_protection"):
        found["deletion_protection"] = True
    found |= _other_than("encryption", settings, AWS_OWNED)
    found |= _other_than("table_class", settings, STANDARD)
    if settings.get("tags"):
        found["tags"] = {name: text(value) for name, value in settings["tags"].items()}
    policy = settings.get("resource_policy")
    if isinstance(policy, Mapping):
        found["resource_policy"] = _document(policy)
    found |= insights(settings.get("contributor_insights"))
    found |= _kinesis(settings.get("kinesis"), info, todos)
    return found | _replicas(settings)


def _throughput(settings: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    if settings["billing"] == PROVISIONED:
        scaling = (settings.get("autoscaling") or {}).get("table")
        units = capacity(settings.get("capacity"), scaling, "capacity", todos)
        return {"billing": PROVISIONED, "capacity": units}
    if AutoScaling().declared(settings):
        todos.append(
            "billing: the table is on demand, and Application Auto Scaling still has ranges of it, which do nothing; "
            "apply ends them."
        )
    # Said although it is the default: a plan with `defaults` of its own would otherwise give it another.
    return {"billing": settings["billing"], **maximum(settings.get("maximum"))}


def _other_than(name: str, settings: Mapping[str, Json], default: str) -> dict[str, Json]:
    value = settings.get(name)
    return {} if value is None or value == default else {name: value}


def _recovery(value: Json) -> dict[str, Json]:
    if value is None or value == OFF:
        return {}
    plain = not isinstance(value, Mapping) or value["days"] == DEFAULT_DAYS
    return {"point_in_time_recovery": True if plain else dict(value)}


def _document(value: Json) -> Json:
    """A policy, in which no text is taken for the word ``off``."""
    match value:
        case Mapping():
            return {name: _document(member) for name, member in value.items()}
        case list() | tuple():
            return [_document(member) for member in value]
        case str():
            return text(value)
        case _:
            return value


def _kinesis(value: Json, info: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
    if not isinstance(value, Mapping):
        return {}
    streams = [
        stream["StreamArn"]
        for stream in info.get("KinesisDestinations") or ()
        if stream.get("DestinationStatus") in _KINESIS_ON
    ]
    others = [arn for arn in streams if arn != value["stream_arn"]]
    if others:
        todos.append(f"kinesis: a plan holds one stream, and changes also go to {', '.join(others)}; that stays.")
    precision = value.get("precision", DEFAULT_PRECISION)
    own = {} if precision == DEFAULT_PRECISION else {"precision": precision}
    return {"kinesis": {"stream_arn": value["stream_arn"], **own}}


def _replicas(settings: Mapping[str, Json]) -> dict[str, Json]:
    """Replicas by Region, each with what it does not take from the table."""
    shape = settings.get("replicas")
    if not isinstance(shape, Mapping) or not shape:
        return {}
    found: dict[str, Json] = {}
    for region in sorted(shape.keys() - OF_ALL):
        overrides = (settings.get("replica_overrides") or {}).get(region, {})
        own = (settings.get("replica_settings") or {}).get(region, {})
        found[region] = _overrides(overrides, settings) | _own(own)
    if shape.get("consistency", EVENTUAL) != EVENTUAL:
        found["consistency"] = shape["consistency"]
    if "witness" in shape:
        found["witness"] = shape["witness"]
    return {"replicas": found}


def _overrides(value: Mapping[str, Json], settings: Mapping[str, Json]) -> dict[str, Json]:
    found = {name: value[name] for name in ("capacity", "maximum", "global_secondary_indexes") if value.get(name)}
    if value.get("table_class", STANDARD) != settings.get("table_class", STANDARD):
        found = {"table_class": value["table_class"], **found}
    # A replica's own key is told only beside a key of the table's own: AWS's key of a Region is nobody's choice.
    if "kms_key" in value and is_key(settings.get("encryption", AWS_OWNED)):
        found = {"kms_key": value["kms_key"], **found}
    return found


def _own(value: Mapping[str, Json]) -> dict[str, Json]:
    found = _recovery(value.get("point_in_time_recovery"))
    if value.get("deletion_protection"):
        found["deletion_protection"] = True
    if value.get("tags"):
        found["tags"] = {name: text(tag) for name, tag in value["tags"].items()}
    return found
