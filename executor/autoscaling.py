"""Autoscaling of provisioned units: scalable targets and target-tracking policies of Application Auto Scaling.

It acts in DynamoDB by a service-linked role, which the first registration of an account makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from executor.caller import failed
from executor.engines import AWS, DYNAMODB_LOCAL, MINISTACK
from executor.errors import CLIENT_ERRORS, CallError, error_code
from executor.schema import indexes
from executor.settings import ALREADY, MADE, READ_BACK, Setting
from executor.waiting import describe, unsettled, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from executor.caller import Caller
    from executor.schema import Schema
    from executor.waiting import Table

SERVICE: Literal["application_autoscaling"] = "application_autoscaling"
NAMESPACE = "dynamodb"
TRACKING = "TargetTrackingScaling"
RESOURCES_A_CALL = 50
"""DescribeScalableTargets takes so many ResourceIds."""
_WITHOUT = frozenset({DYNAMODB_LOCAL, MINISTACK})
"""Engines of which it is known that they lack the service; others are asked."""
POLICY = "ddbplan-{dimension}"
METRICS = {
    "ReadCapacityUnits": "DynamoDBReadCapacityUtilization",
    "WriteCapacityUnits": "DynamoDBWriteCapacityUtilization",
}
_ROLE = (
    " The first autoscaled table of an account also needs the right iam:CreateServiceLinkedRole for "
    "dynamodb.application-autoscaling.amazonaws.com."
)

Answer = dict[str, list[dict[str, Any]]]


def describe_scaling(caller: Caller, table: Mapping[str, Any]) -> tuple[Answer | None, bool]:
    """Scalable targets and policies of a table and its indexes, and whether the engine has the service at all.

    Raises:
        CallError: AWS could not be asked.
    """
    if caller.clients.engine in _WITHOUT:
        return None, False
    names = [_resource(table["TableName"], None)]
    names += [_resource(table["TableName"], index) for index in sorted(indexes(table))]
    try:
        targets = _targets(caller, names)
        policies = [
            policy
            for name in names
            if any(target["ResourceId"] == name for target in targets)
            for policy in _pages(caller, "describe_scaling_policies", "ScalingPolicies", ResourceId=name)
        ]
    except (CallError, *CLIENT_ERRORS) as error:
        if caller.clients.engine != AWS:
            return None, False
        if isinstance(error, CallError):
            raise
        raise failed(error, caller.understand(error)) from error
    return {"ScalableTargets": targets, "ScalingPolicies": policies}, True


def _targets(caller: Caller, names: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for start in range(0, len(names), RESOURCES_A_CALL):
        some = names[start : start + RESOURCES_A_CALL]
        found += _pages(caller, "describe_scalable_targets", "ScalableTargets", ResourceIds=some)
    return found


def _pages(caller: Caller, operation: str, member: str, **parameters: Any) -> Iterable[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        page = caller.ask(SERVICE, operation, ServiceNamespace=NAMESPACE, **parameters, **token)
        yield from page.get(member, ())
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def set_autoscaling(caller: Caller, schema: Schema, table: Table, index: str | None) -> Setting:
    """Make the autoscaling of the table, or of one index, what the schema lists for it; what it does not list ends.

    Raises:
        CallError: As calls fail.
    """
    live, known = describe_scaling(caller, table)
    if not known or live is None:
        return Setting(already=False, unsupported=("autoscaling",))
    wanted = {
        target["ScalableDimension"]: target
        for target in schema.get("AutoScaling") or ()
        if target.get("IndexName") == index
    }
    resource = _resource(table["TableName"], index)
    differing = [units for units in METRICS if not _is_so(live, resource, units, wanted.get(units))]
    if not differing:
        return ALREADY
    for units in differing:
        if units in wanted:
            _begin(caller, live, resource, units, wanted[units])
        else:
            _end(caller, resource, units)

    def holds() -> str | None:
        now, _ = describe_scaling(caller, table)
        left = [units for units in METRICS if not _is_so(now or live, resource, units, wanted.get(units))]
        return "not visible yet" if left else None

    wait_until(caller, f"autoscaling of {resource}", holds, READ_BACK)
    _wait_for_units(caller, table["TableName"], index, wanted)
    return MADE


def _wait_for_units(caller: Caller, table_name: str, index: str | None, wanted: Mapping[str, Any]) -> None:
    """Wait until the service has raised units that were below a new minimum, which it does by itself (K 314)."""
    if caller.clients.engine != AWS or not wanted:
        return

    def holds() -> str | None:
        table = describe(caller, table_name)
        if table is None:
            raise CallError("TableMissing", f"The table {table_name} is gone while its units were waited for.")
        part = table if index is None else indexes(table).get(index, {})
        live = part.get("ProvisionedThroughput", {})
        low = [units for units, target in wanted.items() if live.get(units, 0) < target["MinCapacity"]]
        return f"{', '.join(low)} below the minimum" if low else unsettled(table)

    wait_until(caller, f"units of {_resource(table_name, index)}", holds, READ_BACK)


def make_all(caller: Caller, schema: Schema, table: Table) -> list[Setting]:
    """Begin all autoscaling of a table that was just made."""
    listed = dict.fromkeys(target.get("IndexName") for target in schema.get("AutoScaling") or ())
    return [set_autoscaling(caller, schema, table, index) for index in listed]


def _resource(table_name: str, index: str | None) -> str:
    return f"table/{table_name}" if index is None else f"table/{table_name}/index/{index}"


def _dimension(resource: str, units: str) -> str:
    return f"{NAMESPACE}:{'index' if '/index/' in resource else 'table'}:{units}"


def _find(entries: Iterable[dict[str, Any]], resource: str, units: str) -> list[dict[str, Any]]:
    dimension = _dimension(resource, units)
    return [e for e in entries if e["ResourceId"] == resource and e["ScalableDimension"] == dimension]


def _policy(live: Answer, resource: str, units: str) -> dict[str, Any]:
    """The live policy that follows the use of the units; a second one beside it would work against it."""
    found = [policy for policy in _find(live["ScalingPolicies"], resource, units) if policy["PolicyType"] == TRACKING]
    return found[0] if found else {}


def _is_so(live: Answer, resource: str, units: str, wanted: Mapping[str, Any] | None) -> bool:
    targets = _find(live["ScalableTargets"], resource, units)
    if wanted is None or not targets:
        return wanted is None and not targets
    aim = _policy(live, resource, units).get("TargetTrackingScalingPolicyConfiguration", {}).get("TargetValue")
    return (targets[0]["MinCapacity"], targets[0]["MaxCapacity"], aim) == (
        wanted["MinCapacity"],
        wanted["MaxCapacity"],
        wanted["TargetValue"],
    )


def _begin(caller: Caller, live: Answer, resource: str, units: str, wanted: Mapping[str, Any]) -> None:
    where = {"ServiceNamespace": NAMESPACE, "ResourceId": resource, "ScalableDimension": _dimension(resource, units)}
    _send(
        caller,
        "register_scalable_target",
        **where,
        MinCapacity=wanted["MinCapacity"],
        MaxCapacity=wanted["MaxCapacity"],
    )
    policy = _policy(live, resource, units)
    # What the plan says nothing of, such as pauses between two changes, stays as somebody set it.
    configuration = {
        "PredefinedMetricSpecification": {"PredefinedMetricType": METRICS[units]},
        **policy.get("TargetTrackingScalingPolicyConfiguration", {}),
        "TargetValue": float(wanted["TargetValue"]),
    }
    _send(
        caller,
        "put_scaling_policy",
        **where,
        PolicyName=policy.get("PolicyName", POLICY.format(dimension=units)),
        PolicyType=TRACKING,
        TargetTrackingScalingPolicyConfiguration=configuration,
    )


def _end(caller: Caller, resource: str, units: str) -> None:
    """Its policies go with a target."""
    try:
        caller.ask(
            SERVICE,
            "deregister_scalable_target",
            ServiceNamespace=NAMESPACE,
            ResourceId=resource,
            ScalableDimension=_dimension(resource, units),
        )
    except ClientError as error:
        if error_code(error) != "ObjectNotFoundException":
            raise failed(error, caller.understand(error)) from error


def _send(caller: Caller, operation: str, **parameters: Any) -> None:
    try:
        caller.ask(SERVICE, operation, **parameters)
    except CallError as error:
        if error.code == "AccessDenied":
            raise CallError(error.code, error.message + _ROLE) from error
        raise
    except ClientError as error:
        raise failed(error, caller.understand(error)) from error
