"""Properties of ``AWS::DynamoDB::Table`` and ``AWS::Serverless::SimpleTable`` as a ``table_schema``."""

from __future__ import annotations

from collections.abc import Mapping

from planner.importing.values import Reason, RefusedError, Unknown, untold
from planner.values import Json

_TYPES = {"String": "S", "Number": "N", "Binary": "B", "S": "S", "N": "N", "B": "B"}


def table_schema(properties: Mapping[str, Json]) -> dict[str, Json]:
    """The members whose shape differs, brought into the shape of the API's; the others as they are."""
    schema = dict(properties)
    encryption = schema.pop("SSESpecification", None)
    if encryption is not None:
        schema["SSESpecification"] = sse(encryption)
    insights = schema.pop("ContributorInsightsSpecification", None)
    if insights is not None:
        schema["ContributorInsights"] = insights
    kinesis = schema.pop("KinesisStreamSpecification", None)
    if kinesis is not None:
        schema["KinesisStreamingDestinations"] = kinesis
    policy = schema.pop("ResourcePolicy", None)
    if policy is not None:
        schema["ResourcePolicy"] = policy_of(policy)
    stream = schema.get("StreamSpecification")
    if isinstance(stream, Mapping) and "ResourcePolicy" in stream:
        own = dict(stream)
        schema["StreamSpecification.ResourcePolicy"] = own.pop("ResourcePolicy")
        schema["StreamSpecification"] = own
    if schema.get("GlobalSecondaryIndexes"):
        schema["GlobalSecondaryIndexes"] = indexes(schema["GlobalSecondaryIndexes"])
    return schema


def indexes(given: Json) -> Json:
    """Global indexes with Contributor Insights under the name that it has elsewhere."""
    if not isinstance(given, list):
        return given
    found = []
    for index in given:
        own = dict(index) if isinstance(index, Mapping) else index
        if isinstance(own, dict) and "ContributorInsightsSpecification" in own:
            own["ContributorInsights"] = own.pop("ContributorInsightsSpecification")
        found.append(own)
    return found


def sse(given: Json) -> Json:
    """SSESpecification with the API's name for what is on."""
    if not isinstance(given, Mapping):
        return given
    own = dict(given)
    own["Enabled"] = own.pop("SSEEnabled", "KMSMasterKeyId" in own)
    return own


def policy_of(given: Json) -> Json:
    """The document inside a ResourcePolicy."""
    return given.get("PolicyDocument", given) if isinstance(given, Mapping) else given


def simple_table_schema(defaults: Json, properties: Mapping[str, Json]) -> dict[str, Json]:
    """A SimpleTable as the SAM transform makes it: one key, ``id`` where none is named, on demand without units.

    Args:
        defaults: ``Globals.SimpleTable``.
        properties: The resource's own.

    Raises:
        RefusedError: Its key cannot be known, or has no type.
    """
    schema = _merged(defaults if isinstance(defaults, Mapping) else {}, properties)
    name, kind = _primary_key(schema.pop("PrimaryKey", None))
    if schema.get("ProvisionedThroughput"):
        schema["BillingMode"] = "PROVISIONED"
    else:
        schema.pop("ProvisionedThroughput", None)
        schema["BillingMode"] = "PAY_PER_REQUEST"
    schema["KeySchema"] = [{"AttributeName": name, "KeyType": "HASH"}]
    schema["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": kind}]
    return table_schema(schema)


def _merged(defaults: Mapping[str, Json], own: Mapping[str, Json]) -> dict[str, Json]:
    """Mappings merge, everything else is the table's own."""
    found = dict(defaults)
    for name, value in own.items():
        before = found.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        found[name] = {**before, **value} if both else value  # type: ignore[dict-item] # both are mappings
    return found


def _primary_key(given: Json) -> tuple[str, str]:
    if given is None:
        return "id", "S"
    if isinstance(given, Unknown):
        raise RefusedError(Reason.STRUCTURE, untold("PrimaryKey", given, given))
    name, kind = (given.get("Name"), given.get("Type")) if isinstance(given, Mapping) else (None, None)
    for part, value in (("PrimaryKey.Name", name), ("PrimaryKey.Type", kind)):
        if isinstance(value, Unknown):
            raise RefusedError(Reason.STRUCTURE, untold(part, value, value))
        if value is None:
            raise RefusedError(Reason.INVALID, f"its PrimaryKey has no {part.partition('.')[2]}")
    if kind not in _TYPES:
        raise RefusedError(
            Reason.INVALID, f"its PrimaryKey has the type `{kind}`, which is not String, Number or Binary"
        )
    return str(name), _TYPES[str(kind)]
