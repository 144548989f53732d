"""Application Auto Scaling for DynamoDB: targets, policies, and what they do by themselves (K 189-198, 314-316)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.control_plane import times
from tests.fakes.control_plane.refusal import Refusal
from tests.fakes.control_plane.state import PROVISIONED, GlobalIndex, Json, Table
from tests.fakes.control_plane.throughput import take_units

if TYPE_CHECKING:
    from tests.fakes.control_plane.site import Site

DIMENSIONS = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}
NAMESPACE = "dynamodb"
SERVICE = "application-autoscaling.amazonaws.com"
PAGE = 50


@dataclass(slots=True)
class Target:
    """A scalable target.

    Attributes:
        resource: Such as ``table/orders`` or ``table/orders/index/by_x``.
        dimension: Such as ``dynamodb:table:ReadCapacityUnits``.
        least: MinCapacity.
        most: MaxCapacity.
        role: RoleARN.
        since: When it was registered or changed last.
        raised: Whether units below the minimum were raised since.
        created: When it was registered first.
    """

    resource: str
    dimension: str
    least: int
    most: int
    role: str
    since: float
    created: float
    raised: bool = False


@dataclass(slots=True)
class Autoscaling:
    """The service in one Region.

    Attributes:
        region: Its name.
        account: The account's number.
        targets: By resource and dimension.
        policies: One for each target (K 240).
    """

    region: str
    account: str
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    policies: dict[tuple[str, str], Json] = field(default_factory=dict)

    def scales(self, resource: str, dimension: str) -> bool:
        """Whether there are a target and a policy: a bare target is not enough (K 249)."""
        return (resource, dimension) in self.targets and (resource, dimension) in self.policies

    def handle(self, operation: str, params: Json, site: Site) -> Json:
        """Answer a call.

        Raises:
            Refusal: It can't be done.
        """
        known: dict[str, Callable[[Json, Site], Json]] = {
            "RegisterScalableTarget": self._register,
            "DeregisterScalableTarget": self._deregister,
            "PutScalingPolicy": self._put_policy,
            "DeleteScalingPolicy": self._delete_policy,
            "DescribeScalableTargets": self._describe_targets,
            "DescribeScalingPolicies": self._describe_policies,
        }
        if operation not in known:
            raise Refusal("UnknownOperationException", f"Unknown operation {operation}")
        return known[operation](params, site)

    def _register(self, params: Json, site: Site) -> Json:
        key = (params["ResourceId"], params["ScalableDimension"])
        found = self.targets.get(key)
        if found is None and not {"MinCapacity", "MaxCapacity"} <= params.keys():
            raise _invalid("MinCapacity and MaxCapacity are required to register a new scalable target.")
        _, holder = self._holder(site, key)
        least = params.get("MinCapacity", found.least if found else 0)
        most = params.get("MaxCapacity", found.most if found else 0)
        if least > most:
            raise _invalid("Maximum capacity cannot be less than minimum capacity")
        role = f"arn:aws:iam::{self.account}:role/aws-service-role/dynamodb.{SERVICE}/AWSServiceRole"
        now = site.now()
        created = found.created if found else now
        # Only units that are below it when it is registered are raised to a minimum (K 314, 315).
        there = holder.units[_place(key[1])] >= least
        self.targets[key] = Target(*key, least=least, most=most, role=role, since=now, created=created, raised=there)
        return {"ScalableTargetARN": self._arn("scalable-target", key)}

    def _holder(self, site: Site, key: tuple[str, str]) -> tuple[Table, Table | GlobalIndex]:
        parts = key[0].split("/")
        table = site.find(parts[1]) if len(parts) > 1 and parts[0] == "table" else None
        if table is None:
            raise _invalid(f"DynamoDB table does not exist: {key[0]}")
        if len(parts) == 2:
            return table, table
        index = table.global_indexes.get(parts[-1])
        if index is None:
            raise _invalid(f"DynamoDB index does not exist: {key[0]}")
        return table, index

    def _deregister(self, params: Json, site: Site) -> Json:
        del site
        key = (params["ResourceId"], params["ScalableDimension"])
        if key not in self.targets:
            raise _missing("scalable target", key)
        # Its policy goes with it (K 198).
        self.policies.pop(key, None)
        del self.targets[key]
        return {}

    def _put_policy(self, params: Json, site: Site) -> Json:
        key = (params["ResourceId"], params["ScalableDimension"])
        if key not in self.targets:
            raise _missing("scalable target", key)
        if params.get("PolicyType", "StepScaling") != "TargetTrackingScaling":
            raise _invalid("Only TargetTrackingScaling is supported for dynamodb.")
        arn = self._arn("scalingPolicy", key) + f":policyName/{params['PolicyName']}"
        alarms = [{"AlarmName": f"TargetTracking-{side}", "AlarmARN": f"{arn}/{side}"} for side in ("High", "Low")]
        found = self.policies.get(key, {})
        # A policy of another name takes the place of the one that is there (K 240).
        self.policies[key] = {
            **params,
            "PolicyARN": arn,
            "Alarms": alarms,
            "CreationTime": found.get("CreationTime", site.now()),
        }
        return {"PolicyARN": arn, "Alarms": alarms}

    def _delete_policy(self, params: Json, site: Site) -> Json:
        del site
        key = (params["ResourceId"], params["ScalableDimension"])
        if self.policies.get(key, {}).get("PolicyName") != params["PolicyName"]:
            raise _missing("scaling policy", key)
        del self.policies[key]
        return {}

    def _describe_targets(self, params: Json, site: Site) -> Json:
        del site
        wanted = params.get("ResourceIds")
        found = [
            {
                "ServiceNamespace": NAMESPACE,
                "ResourceId": target.resource,
                "ScalableDimension": target.dimension,
                "MinCapacity": target.least,
                "MaxCapacity": target.most,
                "RoleARN": target.role,
                "CreationTime": target.created,
                "ScalableTargetARN": self._arn("scalable-target", key),
                "SuspendedState": dict.fromkeys(
                    ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"),
                    False,
                ),
            }
            for key, target in sorted(self.targets.items())
            if (not wanted or target.resource in wanted) and _of(params, target.dimension)
        ]
        return _page(found, "ScalableTargets", params)

    def _describe_policies(self, params: Json, site: Site) -> Json:
        del site
        found = [
            policy
            for (resource, dimension), policy in sorted(self.policies.items())
            if params.get("ResourceId", resource) == resource and _of(params, dimension)
        ]
        return _page(found, "ScalingPolicies", params)

    def _arn(self, kind: str, key: tuple[str, str]) -> str:
        return f"arn:aws:application-autoscaling:{self.region}:{self.account}:{kind}:{key[0]}/{key[1]}"

    def act(self, site: Site, table: Table) -> None:
        """Do to a table's units what is due: raise them to a new minimum, take back what was set by hand."""
        now = site.now()
        if table.billing != PROVISIONED or table.status != "ACTIVE":
            return
        for key, target in self.targets.items():
            parts = key[0].split("/")
            if parts[1] != table.name:
                continue
            holder = table if len(parts) == 2 else table.global_indexes.get(parts[-1])
            if holder is not None and self._scale(holder, target, key, now):
                site.changed(table)

    def _scale(self, holder: Table | GlobalIndex, target: Target, key: tuple[str, str], now: float) -> bool:
        """Whether anything was due."""
        place = _place(target.dimension)
        units = list(holder.units)
        changed = max(target.since, holder.decreases.last, holder.decreases.last_increase)
        if (units[place] < target.least and not target.raised and now >= target.since + times.AUTOSCALING_RAISE) or (
            target.least < units[place] <= target.most
            and key in self.policies
            and now >= changed + times.AUTOSCALING_RESET
        ):
            units[place] = target.least
        else:
            return False
        # What is set by hand below the minimum later stays (K 315).
        target.raised = True
        take_units(holder, (units[0], units[1]), now)
        return True


def _place(dimension: str) -> int:
    return DIMENSIONS[dimension.rpartition(":")[2]]


def _of(params: Json, dimension: str) -> bool:
    return bool(params.get("ScalableDimension", dimension) == dimension)


def _page(found: list[Any], member: str, params: Json) -> Json:
    start = int(params.get("NextToken", "0"))
    size = min(PAGE, params.get("MaxResults", PAGE))
    more = {"NextToken": str(start + size)} if len(found) > start + size else {}
    return {member: found[start : start + size], **more}


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message, source="application-autoscaling")


def _missing(what: str, key: tuple[str, str]) -> Refusal:
    verb = "found" if what == "scaling policy" else "registered"
    where = f"service namespace: {NAMESPACE}, resource ID: {key[0]}, scalable dimension: {key[1]}"
    return Refusal("ObjectNotFoundException", f"No {what} {verb} for {where}", source="application-autoscaling")
