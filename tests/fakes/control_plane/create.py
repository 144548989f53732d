"""CreateTable."""

from __future__ import annotations

from itertools import chain

from tests.fakes.control_plane import request_texts, texts, times, vectors
from tests.fakes.control_plane.definitions import (
    check_index_key,
    check_local,
    check_projected_count,
    check_projection,
    check_table_key,
    check_types,
)
from tests.fakes.control_plane.encryption import check_specification, enabled
from tests.fakes.control_plane.policy import check_policy
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import ON_DEMAND, PROVISIONED, Busy, GlobalIndex, Json, Table
from tests.fakes.control_plane.stream import begin_stream
from tests.fakes.control_plane.tags import check_tags
from tests.fakes.control_plane.throughput import (
    check_maximum,
    check_units,
    check_warm_at_creation,
    new_warm,
    units_of,
)

MAX_GLOBAL = 20
MAX_LOCAL = 5


def create_table(site: Site, params: Json) -> Json:
    """Make a table; it is CREATING for seconds, its indexes with it (K 001, 148).

    Raises:
        Refusal: It can't be made.
    """
    types = _check_keys(params)
    billing = params.get("BillingMode", PROVISIONED)
    _check_throughput(site, params, billing)
    _check_settings(site, params)
    _check_free(site, params["TableName"])
    table = _made(site, params, billing, types)
    site.tables[table.name] = table
    indexed = bool(table.global_indexes or table.vector_indexes)
    until = site.now() + (times.CREATE_WITH_INDEXES if indexed else times.CREATE)
    table.start(Busy.CREATE, until, lambda: _active(table, until))
    description = site.changed(table)
    table.versions[:] = [(table.created, description)]
    if site.items is not None:
        site.items.make(table)
    if "WarmThroughput" not in params:
        # The answer lacks what DescribeTable then has (K 033).
        description = {name: value for name, value in description.items() if name != "WarmThroughput"}
    return {"TableDescription": description}


def _check_keys(params: Json) -> dict[str, str]:
    for member in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if params.get(member) == []:
            raise request_texts.EMPTY_LIST.refusal(member=member)
    own, local = params.get("GlobalSecondaryIndexes", []), params.get("LocalSecondaryIndexes", [])
    vector = params.get("VectorIndexes", [])
    check_table_key(params["KeySchema"])
    schemas = [params["KeySchema"], *(index["KeySchema"] for index in (*own, *local))]
    schemas += [index.get("SearchSchema", []) for index in vector]
    used = {element["AttributeName"] for element in chain.from_iterable(schemas)}
    types = check_types(params["AttributeDefinitions"], used, indexed=bool(own or local or vector))
    _check_counts(own, local, vector)
    for index in own:
        check_index_key(index["KeySchema"])
    for index in local:
        check_local(index, params["KeySchema"])
    for index in (*own, *local):
        check_projection(index["Projection"])
    check_projected_count(index["Projection"] for index in (*own, *local))
    return types


def _check_counts(own: list[Json], local: list[Json], vector: list[Json]) -> None:
    if len(own) > MAX_GLOBAL:
        raise request_texts.GLOBAL_COUNT.refusal()
    if len(local) > MAX_LOCAL:
        raise request_texts.LOCAL_COUNT.refusal()
    if len(vector) > vectors.MAX_INDEXES:
        raise request_texts.VECTOR_COUNT.refusal()
    index_names = [index["IndexName"] for index in (*own, *local, *vector)]
    for name in index_names:
        if index_names.count(name) > 1:
            raise request_texts.REPEATED_INDEX.refusal(index=name)


def _check_throughput(site: Site, params: Json, billing: str) -> None:
    throughput, indexes = params.get("ProvisionedThroughput"), params.get("GlobalSecondaryIndexes", ())
    if billing == PROVISIONED and throughput is None:
        raise request_texts.UNITS_MISSING_CREATE.refusal()
    if billing == ON_DEMAND and throughput is not None:
        raise request_texts.UNITS_ON_DEMAND.refusal()
    for index in indexes:
        given = index.get("ProvisionedThroughput")
        if billing == PROVISIONED and given is None:
            raise request_texts.INDEX_UNITS_MISSING_CREATE.refusal(index=index["IndexName"])
        if billing == ON_DEMAND and given is not None:
            raise request_texts.INDEX_UNITS_ON_DEMAND_CREATE.refusal(index=index["IndexName"])
    for holder, where in ((params, "table"), *((index, f"index {index['IndexName']}") for index in indexes)):
        units = units_of(holder.get("ProvisionedThroughput"))
        check_units(units, site.region)
        check_maximum(holder.get("OnDemandThroughput", {}), billing, where, clearing=False)
        check_warm_at_creation(holder.get("WarmThroughput", {}), billing, units, where)


def _check_settings(site: Site, params: Json) -> None:
    for index in params.get("VectorIndexes", ()):
        vectors.check_index(index, params.get("BillingMode", PROVISIONED))
    vectors.check_together(params.get("VectorIndexes", ()))
    stream = params.get("StreamSpecification")
    if stream and stream["StreamEnabled"] and "StreamViewType" not in stream:
        raise request_texts.VIEW_MISSING_CREATE.refusal()
    if stream and not stream["StreamEnabled"] and "StreamViewType" in stream:
        raise request_texts.VIEW_GIVEN_CREATE.refusal()
    check_specification(site, params.get("SSESpecification", {}))
    check_tags(params.get("Tags", []))
    if "ResourcePolicy" in params:
        check_policy(params["ResourcePolicy"])


def _check_free(site: Site, name: str) -> None:
    found = site.find(name)
    if found is not None:
        text = texts.CREATING if found.status == "CREATING" else texts.EXISTS
        raise text.refusal(table=name)


def _made(site: Site, params: Json, billing: str, types: dict[str, str]) -> Table:
    now = site.now()
    units = units_of(params.get("ProvisionedThroughput"))
    table = Table(
        name=params["TableName"],
        region=site.region,
        account=site.account,
        created=now,
        key_schema=params["KeySchema"],
        types=types,
        billing=billing,
        units=units,
        warm=new_warm(params.get("WarmThroughput"), billing, units),
        modes_seen={billing},
        maximum=params.get("OnDemandThroughput", {}),
        global_indexes={i["IndexName"]: _index(i, billing, now) for i in params.get("GlobalSecondaryIndexes", ())},
        local_indexes=params.get("LocalSecondaryIndexes", []),
        vector_indexes={i["IndexName"]: vectors.described(i, "CREATING") for i in params.get("VectorIndexes", ())},
        table_class=params.get("TableClass", ""),
        protected=params.get("DeletionProtectionEnabled", False),
    )
    if params.get("StreamSpecification", {}).get("StreamEnabled"):
        begin_stream(table, params["StreamSpecification"]["StreamViewType"], now)
    table.encryption = table.encryption_shown = enabled(site, params.get("SSESpecification", {}))
    table.tags.value = {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
    if "ResourcePolicy" in params:
        table.policy.value = {"Policy": params["ResourcePolicy"], "RevisionId": str(int(now * 1000))}
    return table


def _index(index: Json, billing: str, now: float) -> GlobalIndex:
    units = units_of(index.get("ProvisionedThroughput"))
    return GlobalIndex(
        name=index["IndexName"],
        key_schema=index["KeySchema"],
        projection=index["Projection"],
        units=units,
        warm=new_warm(index.get("WarmThroughput"), billing, units),
        maximum=index.get("OnDemandThroughput", {}),
        since=now,
    )


def _active(table: Table, at: float) -> None:
    table.active_since = at
    for index in table.global_indexes.values():
        index.status = "ACTIVE"
    for vector in table.vector_indexes.values():
        vector["IndexStatus"] = "ACTIVE"
