"""A plan as Terraform configuration, formatted as ``terraform fmt`` formats it.

Source: the AWS provider's documentation; Terraform's style conventions: two spaces, and the equals signs of
consecutive one-line arguments in one column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.exporting.tables import ExportTable
from planner.plan import Plan
from planner.values import Item, Json

_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(slots=True)
class Body:
    """What stands in a block: arguments, then blocks."""

    arguments: list[tuple[str, str]] = field(default_factory=list)
    blocks: list[tuple[str, Body]] = field(default_factory=list)

    def put(self, name: str, value: Json) -> None:
        """An argument; nothing where the value is None."""
        if value is not None:
            self.arguments.append((name, literal(value)))

    def raw(self, name: str, expression: str) -> None:
        """An argument that is an expression."""
        self.arguments.append((name, expression))

    def block(self, kind: str, /, **arguments: Json) -> Body:
        """A block inside, with arguments."""
        inner = Body()
        for argument, value in arguments.items():
            inner.put(argument, value)
        self.blocks.append((kind, inner))
        return inner

    def lines(self, indent: str) -> Iterator[str]:
        """The text; an argument of several lines stands apart, so that its neighbours align without it."""
        run: list[tuple[str, str]] = []
        written = False
        for name, value in [*self.arguments, ("", "")]:
            if name and "\n" not in value:
                run.append((name, value))
                continue
            width = max((len(own) for own, _ in run), default=0)
            yield from (f"{indent}{own.ljust(width)} = {text}" for own, text in run)
            written = written or bool(run)
            run = []
            if name:
                if written:
                    yield ""
                first, *rest = value.split("\n")
                yield f"{indent}{name} = {first}"
                yield from rest
                written = True
        for name, inner in self.blocks:
            if written:
                yield ""
            if inner.arguments or inner.blocks:
                yield f"{indent}{name} {{"
                yield from inner.lines(f"{indent}  ")
                yield f"{indent}}}"
            else:
                yield f"{indent}{name} {{}}"
            written = True


def literal(value: Json, indent: str = "  ") -> str:
    """A value as HCL writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list() | tuple():
            return "[" + ", ".join(literal(member) for member in value) + "]"
        case Mapping():
            return _object(value, indent)
        case _:
            return quoted(str(value))


def quoted(text: str) -> str:
    """A text in HCL's quotes: templates in it are taken as they are."""
    escaped = _ESCAPED.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}", text)
    return f'"{escaped.replace("${", "$${").replace("%{", "%%{")}"'


def _object(value: Mapping[str, Json], indent: str) -> str:
    if not value:
        return "{}"
    names = [name if _PLAIN_KEY.fullmatch(name) else quoted(name) for name in value]
    width = max(len(name) for name in names)
    members = [
        f"{indent}  {name.ljust(width)} = {literal(member, f'{indent}  ')}"
        for name, member in zip(names, value.values(), strict=True)
    ]
    return "{\n" + "\n".join(members) + f"\n{indent}}}"


def configuration(plan: Plan, tables: tuple[ExportTable, ...], items: Mapping[str, Sequence[Item]]) -> str:
    """The configuration as one file."""
    head = Body()
    head.put("ddbplan", {"database": plan.database})
    blocks: list[tuple[str, Body]] = [("locals", head)]
    labels = labels_of([table.key for table in tables])
    for table in tables:
        blocks += _resources(labels[table.key], table)
        blocks += _items(labels[table.key], table, items.get(table.key, ()))
    lines = [f"# {line}" for line in plan.description.splitlines()]
    texts = ["\n".join([f"{name} {{", *body.lines("  "), "}"]) for name, body in blocks]
    return "\n".join([*lines, *([""] if lines else []), "\n\n".join(texts)]) + "\n"


def labels_of(keys: Sequence[str]) -> dict[str, str]:
    """Names in Terraform: the plan's own, but for those that start with a digit."""
    return {key: key if _LABEL.fullmatch(key) else f"table_{key}" for key in keys}


def _resources(label: str, table: ExportTable) -> Iterator[tuple[str, Body]]:
    schema = table.schema
    yield f'resource "aws_dynamodb_table" "{label}"', _table(schema)
    name = f"aws_dynamodb_table.{label}"
    for target in schema.get("AutoScaling") or ():
        yield from _scaling(label, name, target)
    for stream in schema.get("KinesisStreamingDestinations") or ():
        body = Body()
        body.put("stream_arn", stream["StreamArn"])
        body.raw("table_name", f"{name}.name")
        body.put("approximate_creation_date_time_precision", stream.get("ApproximateCreationDateTimePrecision"))
        yield f'resource "aws_dynamodb_kinesis_streaming_destination" "{label}"', body
    for member in schema.get("ContributorInsights") or ():
        if member["ContributorInsightsAction"] == "ENABLE":
            body = Body()
            body.raw("table_name", f"{name}.name")
            body.put("index_name", member.get("IndexName"))
            body.put("mode", member.get("ContributorInsightsMode"))
            yield f'resource "aws_dynamodb_contributor_insights" "{_inner(label, member.get("IndexName"))}"', body
    if schema.get("ResourcePolicy"):
        body = Body()
        body.raw("resource_arn", f"{name}.arn")
        body.put("policy", schema["ResourcePolicy"])
        yield f'resource "aws_dynamodb_resource_policy" "{label}"', body


def _inner(label: str, part: str | None) -> str:
    return label if part is None else f"{label}_{re.sub(r'[^A-Za-z0-9_-]', '_', part)}"


def _table(schema: Mapping[str, Json]) -> Body:
    body = Body()
    body.put("name", schema["TableName"])
    body.put("billing_mode", schema["BillingMode"])
    _keys(body, schema["KeySchema"])
    units = schema.get("ProvisionedThroughput") or {}
    body.put("read_capacity", units.get("ReadCapacityUnits"))
    body.put("write_capacity", units.get("WriteCapacityUnits"))
    stream = schema.get("StreamSpecification")
    if stream is not None:
        body.put("stream_enabled", stream["StreamEnabled"])
        body.put("stream_view_type", stream.get("StreamViewType"))
    body.put("deletion_protection_enabled", schema.get("DeletionProtectionEnabled"))
    body.put("table_class", schema.get("TableClass"))
    if schema.get("Tags"):
        body.put("tags", {tag["Key"]: tag["Value"] for tag in schema["Tags"]})
    for attribute in schema["AttributeDefinitions"]:
        body.block("attribute", name=attribute["AttributeName"], type=attribute["AttributeType"])
    for index in schema.get("GlobalSecondaryIndexes") or ():
        _global_index(body, index)
    for index in schema.get("LocalSecondaryIndexes") or ():
        inner = body.block("local_secondary_index", name=index["IndexName"])
        inner.put("range_key", index["KeySchema"][-1]["AttributeName"])
        _projection(inner, index["Projection"])
    _throughput(body, schema)
    _settings(body, schema)
    _replicas(body, schema)
    if schema.get("AutoScaling"):
        body.block("lifecycle").raw("ignore_changes", "[read_capacity, write_capacity, global_secondary_index]")
    return body


def _keys(body: Body, schema: Sequence[Mapping[str, str]]) -> None:
    for element in schema:
        body.put("hash_key" if element["KeyType"] == "HASH" else "range_key", element["AttributeName"])


def _projection(body: Body, projection: Mapping[str, Json]) -> None:
    body.put("projection_type", projection["ProjectionType"])
    body.put("non_key_attributes", projection.get("NonKeyAttributes"))


def _global_index(body: Body, index: Mapping[str, Json]) -> None:
    inner = body.block("global_secondary_index", name=index["IndexName"])
    kinds = [element["KeyType"] for element in index["KeySchema"]]
    several = kinds.count("HASH") > 1 or kinds.count("RANGE") > 1
    if not several:
        _keys(inner, index["KeySchema"])
    _projection(inner, index["Projection"])
    units = index.get("ProvisionedThroughput") or {}
    inner.put("read_capacity", units.get("ReadCapacityUnits"))
    inner.put("write_capacity", units.get("WriteCapacityUnits"))
    for element in index["KeySchema"] if several else ():
        inner.block("key_schema", attribute_name=element["AttributeName"], key_type=element["KeyType"])
    _throughput(inner, index)


def _throughput(body: Body, owner: Mapping[str, Json]) -> None:
    most = owner.get("OnDemandThroughput")
    if most:
        sides = {"max_read_request_units": "MaxReadRequestUnits", "max_write_request_units": "MaxWriteRequestUnits"}
        limits = {name: most.get(member, -1) for name, member in sides.items()}
        body.block("on_demand_throughput", **{name: limit for name, limit in limits.items() if limit > 0})
    warm = owner.get("WarmThroughput")
    if warm:
        sides = {"read_units_per_second": "ReadUnitsPerSecond", "write_units_per_second": "WriteUnitsPerSecond"}
        body.block("warm_throughput", **{name: warm.get(member) for name, member in sides.items()})


def _settings(body: Body, schema: Mapping[str, Json]) -> None:
    ttl = schema.get("TimeToLiveSpecification")
    if ttl is not None:
        # The provider asks for a name even where it is off.
        body.block("ttl", attribute_name=ttl.get("AttributeName", "ttl"), enabled=ttl["Enabled"])
    recovery = schema.get("PointInTimeRecoverySpecification")
    if recovery is not None:
        days = recovery.get("RecoveryPeriodInDays")
        body.block(
            "point_in_time_recovery", enabled=recovery["PointInTimeRecoveryEnabled"], recovery_period_in_days=days
        )
    encryption = schema.get("SSESpecification")
    if encryption is not None:
        body.block(
            "server_side_encryption", enabled=encryption["Enabled"], kms_key_arn=encryption.get("KMSMasterKeyId")
        )


def _replicas(body: Body, schema: Mapping[str, Json]) -> None:
    for replica in schema.get("Replicas") or ():
        recovery = replica.get("PointInTimeRecoverySpecification")
        body.block(
            "replica",
            region_name=replica["RegionName"],
            kms_key_arn=replica.get("KMSMasterKeyId"),
            point_in_time_recovery=None if recovery is None else recovery["PointInTimeRecoveryEnabled"],
            deletion_protection_enabled=replica.get("DeletionProtectionEnabled"),
            consistency_mode=schema.get("MultiRegionConsistency"),
        )
    for witness in schema.get("GlobalTableWitnesses") or ():
        body.block("global_table_witness", region_name=witness["RegionName"])


def _scaling(label: str, table: str, target: Mapping[str, Json]) -> Iterator[tuple[str, Body]]:
    index, dimension = target.get("IndexName"), target["ScalableDimension"]
    side = dimension.removesuffix("CapacityUnits")
    name = f"{_inner(label, index)}_{side.lower()}"
    body = Body()
    body.put("service_namespace", "dynamodb")
    body.raw("resource_id", f'"table/${{{table}.name}}' + (f'/index/{index}"' if index else '"'))
    body.put("scalable_dimension", f"dynamodb:{'index' if index else 'table'}:{dimension}")
    body.put("min_capacity", target["MinCapacity"])
    body.put("max_capacity", target["MaxCapacity"])
    yield f'resource "aws_appautoscaling_target" "{name}"', body
    policy, own = Body(), f"aws_appautoscaling_target.{name}"
    policy.put("name", f"{name}_use")
    policy.put("policy_type", "TargetTrackingScaling")
    for argument in ("service_namespace", "resource_id", "scalable_dimension"):
        policy.raw(argument, f"{own}.{argument}")
    aim = policy.block("target_tracking_scaling_policy_configuration", target_value=target["TargetValue"])
    aim.block("predefined_metric_specification", predefined_metric_type=f"DynamoDB{side}CapacityUtilization")
    yield f'resource "aws_appautoscaling_policy" "{name}"', policy


def _items(label: str, table: ExportTable, items: Sequence[Item]) -> Iterator[tuple[str, Body]]:
    keys = table.settings["keys"]
    for number, item in enumerate(items, 1):
        body = Body()
        body.raw("table_name", f"aws_dynamodb_table.{label}.name")
        body.put("hash_key", keys["partition_key"])
        body.put("range_key", keys["sort_key"])
        body.put("item", json.dumps(item, ensure_ascii=False, separators=(",", ":")))
        yield f'resource "aws_dynamodb_table_item" "{label}_{number}"', body
