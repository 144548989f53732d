"""Another tool's acceptance tests as plans: its configurations from their JSON, its sequences of them step by step.

``SEQUENCES.tsv`` names for each test which configurations follow each other, with the arguments that each is made with;
the JSON of a configuration holds the values of one call of it. So a step's arguments are laid over its values.
"""

from __future__ import annotations

import copy
import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Values = dict[str, Any]
Fragment = dict[str, Any]
ALTERNATE, THIRD = "us-east-2", "us-west-2"
"""Regions of the replicas; the tables themselves are in eu-west-1."""
KEY = "alias/shop"
KEY_ARN = "arn:aws:kms:{region}:111122223333:key/{name}"
MISSING = "its configuration is not in the corpus"
_STEP = re.compile(r"(?P<name>testAcc\w+)\((?P<arguments>(?:[^()]|\(\))*)\)(?P<notes>(?:\[[^\]]*\])*)")
_VARIABLES: dict[str, Any] = {
    "acctest.AlternateRegion()": ALTERNATE,
    "acctest.ThirdRegion()": THIRD,
    "attributes": ["AnotherAttribute", "RandomAttribute"],
    "reorderedAttributes": ["RandomAttribute", "AnotherAttribute"],
    "rName": "tf-acc-test-1234",
}


class NotExpressibleError(Exception):
    """What a configuration asks for is no desired state of a table; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One configuration of a test.

    Attributes:
        configuration: Its name.
        arguments: What it is made with.
        notes: What the test expects of it, such as ``plan only, no diff``.
    """

    configuration: str
    arguments: tuple[Any, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """One test.

    Attributes:
        name: Of the test.
        steps: In order.
    """

    name: str
    steps: tuple[Step, ...]


def sequences(folder: Path) -> tuple[Sequence, ...]:
    """Every test of the corpus.

    Args:
        folder: That of the configurations and of ``SEQUENCES.tsv``.
    """
    with (folder / "SEQUENCES.tsv").open(newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    found = []
    for row in rows:
        steps = tuple(_step(match) for match in _STEP.finditer(row["steps"]))
        assert len(steps) == int(row["n_steps"]), row
        found.append(Sequence(name=row["test"], steps=steps))
    return tuple(found)


def _step(match: re.Match[str]) -> Step:
    arguments = tuple(_argument(text.strip()) for text in match["arguments"].split(",") if text.strip())
    return Step(
        configuration=match["name"],
        arguments=arguments,
        notes=tuple(re.findall(r"\[([^\]]*)\]", match["notes"])),
    )


def _argument(text: str) -> Any:
    if text in _VARIABLES:
        return _VARIABLES[text]
    return text if text.isidentifier() and text not in {"true", "false"} else json.loads(text)


def configurations(folder: Path) -> tuple[str, ...]:
    """Every configuration that the corpus holds."""
    return tuple(sorted(path.stem for path in folder.glob("*.json")))


def tables_of(folder: Path, step: Step) -> dict[str, Fragment]:
    """The tables of a configuration by their resource's name, as the plan language has them.

    Raises:
        NotExpressibleError: It asks for what is no desired state of a table.
    """
    source, over = _OVER.get(step.configuration, (step.configuration, None))
    path = folder / f"{source}.json"
    if not path.exists():
        raise NotExpressibleError(MISSING)
    resources = copy.deepcopy(json.loads(path.read_text())["resources"])
    found = {resource["address"]: resource["values"] for resource in resources}
    tables = {name.partition(".")[2]: v for name, v in found.items() if name.startswith("aws_dynamodb_table.")}
    if not tables:
        raise NotExpressibleError("a global table of 2017 by itself; `replicas` of the table says what it says")
    if "test" in tables:
        _join_replica(tables["test"], found)
        keys = [name for name in found if name.startswith("aws_kms_key.")]
        tables["test"]["key"] = KEY if keys and not over else ""
        if over is not None:
            over(tables["test"], *step.arguments[1:])
    return {name: _table(values) for name, values in tables.items()}


def _join_replica(values: Values, found: dict[str, Values]) -> None:
    """A replica that stands as a resource of its own."""
    for name, own in found.items():
        if name.startswith("aws_dynamodb_table_replica."):
            values["replica"] = [{"region_name": ALTERNATE, **own}]


def _table(values: Values) -> Fragment:
    if values.get("restore_source_name"):
        raise NotExpressibleError("a table restored from a backup, which happens once and is no state")
    ranges = {"sort_key": values["range_key"]} if values.get("range_key") else {}
    table: Fragment = {"partition_key": values["hash_key"], **ranges, **_capacity(values)}
    table["key_types"] = {attribute["name"]: attribute["type"] for attribute in values["attribute"]}
    table["global_secondary_indexes"] = {index["name"]: _index(index) for index in values["global_secondary_index"]}
    if values["local_secondary_index"]:
        table["local_secondary_indexes"] = {
            index["name"]: {"sort_key": index["range_key"], "projection": _projection(index)}
            for index in values["local_secondary_index"]
        }
    return table | {name: value for name, value in _settings(values).items() if value is not None}


def _capacity(values: Values) -> Fragment:
    if values["billing_mode"] == "PAY_PER_REQUEST":
        return {"billing": "on_demand"}
    return {
        "billing": "provisioned",
        "capacity": {"read": values["read_capacity"], "write": values["write_capacity"]},
    }


def _index(index: Values) -> Fragment:
    ranges = {"sort_key": index["range_key"]} if index.get("range_key") else {}
    units = {"capacity": {"read": index["read_capacity"], "write": index["write_capacity"]}}
    return {"partition_key": index["hash_key"], **ranges, "projection": _projection(index), **units}


def _projection(index: Values) -> Any:
    return index["non_key_attributes"] if index["projection_type"] == "INCLUDE" else index["projection_type"]


def _settings(values: Values) -> Fragment:
    """Settings that the other tool always manages have its default; ``None`` for what it leaves alone."""
    encryption = values.get("server_side_encryption") or [{"enabled": False}]
    recovery = values.get("point_in_time_recovery") or [{"enabled": False}]
    owned = "aws_managed" if encryption[0]["enabled"] else "aws_owned"
    replicas = {replica["region_name"]: _replica(replica, values) for replica in values["replica"]}
    return {
        "stream": _stream(values),
        "point_in_time_recovery": recovery[0]["enabled"],
        "deletion_protection": bool(values.get("deletion_protection_enabled")),
        "encryption": values["key"] if values.get("key") and encryption[0]["enabled"] else owned,
        "table_class": {None: "standard", "STANDARD": "standard"}.get(values["table_class"], "infrequent_access"),
        "tags": values.get("tags") or {},
        "replicas": replicas if replicas or values["billing_mode"] == "PAY_PER_REQUEST" else None,
    }


def _stream(values: Values) -> Any:
    return values.get("stream_view_type", "") if values.get("stream_enabled") else False


def _replica(replica: Values, values: Values) -> Fragment:
    found: Fragment = {"point_in_time_recovery": bool(replica.get("point_in_time_recovery"))}
    found["tags"] = "inherit" if replica.get("propagate_tags") and values.get("tags") else replica.get("tags") or {}
    if replica.get("key"):
        found["kms_key"] = KEY_ARN.format(region=replica["region_name"], name=replica["key"])
    return found


def _streams(values: Values, enabled: bool, view: str) -> None:  # noqa: FBT001 - the configuration's own arguments
    # A stream that is off has whatever view; "anything" is the test's word for a value that stands for true.
    values.update(stream_enabled=bool(enabled), stream_view_type=view)


def _projected(values: Values, attributes: list[str]) -> None:
    values["global_secondary_index"][0]["non_key_attributes"] = attributes


def _typed(values: Values, *arguments: str) -> None:
    """Names of the index's keys, then names and types of the attributes."""
    keys = len(arguments) // 3
    attributes = arguments[keys:]
    typed = zip(attributes[::2], attributes[1::2], strict=True)
    values["attribute"] = [
        *({"name": name, "type": kind} for name, kind in typed),
        {"name": "staticHashKey", "type": "S"},
    ]


def _local(values: Values, name: str) -> None:
    values["local_secondary_index"][0]["name"] = name


def _own_key(values: Values, enabled: bool) -> None:  # noqa: FBT001 - the configuration's own argument
    values.update(server_side_encryption=[{"enabled": enabled}], key="")


def _customer_keys(values: Values, replica: str) -> None:
    values["key"] = KEY
    values["replica"] = [{**values["replica"][0], "key": replica}]


def _recovery(values: Values, *enabled: bool) -> None:
    values["point_in_time_recovery"] = [{"enabled": enabled[0]}]
    values["replica"] = [
        {**values["replica"][0], "region_name": region, "point_in_time_recovery": on}
        for region, on in zip((ALTERNATE, THIRD), enabled[1:], strict=True)
    ]


def _recovery_with_keys(values: Values, *enabled: bool) -> None:
    _recovery(values, *enabled)
    values["key"] = KEY
    for replica, key in zip(values["replica"], ("alternate", "third"), strict=True):
        replica["key"] = key


def _tagged(values: Values, name: str, value: str, *propagate: bool) -> None:
    values["tags"] = {"Name": _VARIABLES["rName"], "Pozo": "Amargo", name: value}
    _propagated(values, *(part for pair in zip((ALTERNATE, THIRD), propagate, strict=True) for part in pair))


def _propagated(values: Values, *arguments: Any) -> None:
    """Regions, each with whether it takes the table's tags."""
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    values["replica"] = [{**values["replica"][0], "region_name": r, "propagate_tags": on} for r, on in pairs]


def _in_regions(values: Values, *regions: str) -> None:
    values["replica"] = [{**values["replica"][0], "region_name": region} for region in regions]


def _class(values: Values, name: str) -> None:
    values["table_class"] = name


def _class_and_units(values: Values, name: str, units: int) -> None:
    values.update(table_class=name, read_capacity=units, write_capacity=units)


_OVER: dict[str, tuple[str, Callable[..., None]]] = {
    "testAccTableConfig_streamSpecification": ("testAccTableConfig_streamSpecification", _streams),
    "testAccTableConfig_gsiMultipleNonKeyAttributes": ("testAccTableConfig_gsiMultipleNonKeyAttributes", _projected),
    "testAccTableConfig_oneAttribute": ("testAccTableConfig_oneAttribute", _typed),
    "testAccTableConfig_twoAttributes": ("testAccTableConfig_twoAttributes", _typed),
    "testAccTableConfig_lsi": ("testAccTableConfig_lsi", _local),
    "testAccTableConfig_class": ("testAccTableConfig_class", _class),
    "testAccTableConfig_classConcurrent": ("testAccTableConfig_classConcurrent", _class_and_units),
    "testAccTableConfig_replicaPITR": ("testAccTableConfig_replicaPITR", _recovery),
    "testAccTableConfig_replicaPITRKMS": ("testAccTableConfig_replicaPITRKMS", _recovery_with_keys),
    "testAccTableConfig_replicaTags": ("testAccTableConfig_replicaTags", _tagged),
    "testAccTableConfig_replicaTagsNext1": ("testAccTableConfig_replicaTagsNext1", _propagated),
    "testAccTableConfig_replicaTagsNext2": ("testAccTableConfig_replicaTagsNext2", _propagated),
    **{
        f"testAccTableConfig_replicaTagsUpdate{n}": (f"testAccTableConfig_replicaTagsUpdate{n}", _in_regions)
        for n in range(1, 6)
    },
    # Not in the corpus; the table is another configuration's, with other keys.
    "testAccTableConfig_initialStateEncryptionAmazonCMK": ("testAccTableConfig_initialStateEncryptionBYOK", _own_key),
    "testAccTableConfig_replicaAmazonManagedKey": ("testAccTableConfig_replicaEncryptedDefault", lambda _values: None),
    "testAccTableConfig_replicaCMKUpdate": ("testAccTableConfig_replicaEncryptedDefault", _customer_keys),
}
"""Where a configuration's values are, and how a step's arguments (less the name) are laid over them."""
