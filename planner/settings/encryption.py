"""The key that encrypts a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from planner.settings import budgets, estimates
from planner.settings.arns import account_of
from planner.settings.base import Draft, Phase, Planned, Schema, Setting, TableChange
from planner.state import DesiredState, DesiredTable, TableState
from planner.steps import FieldChange, Hazard, HazardKind
from planner.values import Json

AWS_OWNED = "aws_owned"
AWS_MANAGED = "aws_managed"
_OWN = frozenset({AWS_OWNED, AWS_MANAGED})
_ON = frozenset({"ENABLED", "ENABLING", "UPDATING"})
_DEFAULT_ALIAS = "alias/aws/dynamodb"


def is_key(value: Json) -> bool:
    """Whether a value of ``encryption`` names a KMS key."""
    return isinstance(value, str) and value not in _OWN


def is_key_arn(value: str) -> bool:
    """Whether a text is a key's ARN, which needs no look-up; an alias has an ARN too, which does."""
    return value.startswith("arn:") and ":key/" in value


def keys_named(desired: DesiredState) -> tuple[str, ...]:
    """Aliases and ids of keys that the plan's tables name: DynamoDB tells only of ARNs, so they are looked up."""
    found = [table.state.settings.get(Encryption.name, "") for table in desired.tables.values() if not table.external]
    return tuple(sorted({str(key) for key in found if key and is_key(key) and not is_key_arn(key)}))


def with_keys(desired: DesiredState, arns: Mapping[str, str]) -> DesiredState:
    """The same plan with the ARN in place of each alias and id; an alias of AWS's own key is ``aws_managed``.

    Args:
        desired: The desired state.
        arns: What each alias or id stands for: an ARN, or ``aws_managed``.
    """
    tables = dict(desired.tables)
    for key, table in desired.tables.items():
        named = table.state.settings.get(Encryption.name, "")
        if named in arns:
            settings = {**table.state.settings, Encryption.name: arns[named]}
            tables[key] = replace(table, state=replace(table.state, settings=settings))
    return replace(desired, tables=tables)


class Encryption(Setting):
    """AWS's own key, the account's default key for DynamoDB, or a key of one's own by its ARN."""

    name: ClassVar[str] = "encryption"
    aspect: ClassVar[str] = "encryption"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The key's ARN; SSEDescription is absent for the key that AWS owns.

        The default key has an ARN like any other: KMS says that AWS manages it.
        """
        found = info["Table"].get("SSEDescription") or {}
        if found.get("Status") not in _ON:
            return AWS_OWNED
        arn = found.get("KMSMasterKeyArn", "")
        managed = (info.get("Encryption") or {}).get("KeyManager") == "AWS"
        return AWS_MANAGED if managed or not arn or arn.endswith(_DEFAULT_ALIAS) else arn

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """SSESpecification."""
        value = state.settings.get(self.name)
        if value is None:
            return
        specification: dict[str, Json] = {"Enabled": value != AWS_OWNED}
        if value != AWS_OWNED:
            specification["SSEType"] = "KMS"
        if is_key(value):
            specification["KMSMasterKeyId"] = value
        schema["SSESpecification"] = specification

    def creation_hazards(self, table: DesiredTable, account: str) -> tuple[Hazard, ...]:
        """A key of another account than the table's."""
        value = str(table.state.settings.get(self.name, AWS_OWNED))
        found = _exposure(table.name, value, account) if is_key(value) else ()
        return tuple(Hazard(kind=k, address=f"{table.address}.{self.name}", sentence=text) for k, text in found)

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """One step; its dangers are less control, and somebody else's key."""
        before, after = change.live.settings.get(self.name), change.desired.settings[self.name]
        step = change.step(
            self.name,
            {"kind": self.name},
            symbol="~",
            reason=_reason(after),
            changes=found,
            hazards=_hazards(change, before, after),
            estimate=estimates.ENCRYPTION,
        )
        # Back to the key that AWS owns is always free.
        spent = () if after == AWS_OWNED else budgets.spend(change, budgets.ENCRYPTION)
        return Planned(drafts=(Draft(phase=Phase.ENCRYPTION, step=step),), found=spent)


def _exposure(name: str, key: str, own: str) -> tuple[tuple[HazardKind, str], ...]:
    owner = account_of(key)
    if not owner or not own or owner == own:
        return ()
    sentence = f"Account {owner}, whose key encrypts {name} from then on, can make it unreadable."
    return ((HazardKind.EXPOSES_DATA, sentence),)


def _reason(after: str) -> str:
    match after:
        case "aws_owned":
            return "Encrypts the table with the key that AWS owns."
        case "aws_managed":
            return "Encrypts the table with the account's default key for DynamoDB."
        case _:
            return "Encrypts the table with the key of the plan."


def _hazards(change: TableChange, before: Json, after: str) -> tuple[tuple[HazardKind, str], ...]:
    name = change.table.name
    if is_key(after):
        exposes = _exposure(name, after, account_of(change.live.arn))
        costs = (
            f"Calls of KMS for {name} are billed, and whoever disables or deletes the key makes the table unreadable."
        )
        return (*exposes, (HazardKind.COSTS, costs))
    if is_key(before):
        lost = f"{name} is no longer encrypted with a key of your own: disabling that key no longer locks its data."
        return ((HazardKind.WEAKENS_PROTECTION, lost),)
    if before == AWS_MANAGED:
        lost = f"Uses of the key of {name} are no longer seen in CloudTrail."
        return ((HazardKind.WEAKENS_PROTECTION, lost),)
    return ((HazardKind.COSTS, f"Calls of KMS for {name} are billed."),)
