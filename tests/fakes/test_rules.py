"""The fake refuses what DynamoDB refuses, in its words: every rule is shown once, with the finding it comes from."""

from __future__ import annotations

import copy
from itertools import combinations
from typing import Any

import pytest

from tests.fakes.control_plane import Account, Refusal, texts, times
from tests.fakes.control_plane import request_texts as asked
from tests.fakes.control_plane.describe import describe
from tests.fakes.control_plane.refusal import Text

Json = dict[str, Any]
KEY: Json = {"AttributeName": "id", "KeyType": "HASH"}
BASE: Json = {
    "TableName": "orders",
    "KeySchema": [KEY],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
UNITS: Json = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
PROVISIONED: Json = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
INDEX: Json = {
    "IndexName": "by_x",
    "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
TYPED: Json = {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "x")]}
STREAM: Json = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
CREATE: Json = {**TYPED, "GlobalSecondaryIndexUpdates": [{"Create": INDEX}]}


def made(account: Account | None = None, **more: Any) -> Account:
    """An account with the table ``orders``, ACTIVE and settled."""
    account = account or Account()
    account.handle("CreateTable", {**BASE, **more})
    account.clock.advance(60)
    return account


def update(account: Account, **members: Any) -> Json:
    """UpdateTable of ``orders``."""
    return account.handle("UpdateTable", {"TableName": "orders", **members})


def table(account: Account) -> Json:
    """DescribeTable of ``orders``."""
    found: Json = account.handle("DescribeTable", {"TableName": "orders"})["Table"]
    return found


def refused(account: Account, operation: str, params: Json) -> str:
    """The text of a refusal, with its code; nothing is changed by a refused call."""
    before = as_it_is(account)
    with pytest.raises(Refusal) as caught:
        account.handle(operation, params)

    assert as_it_is(account) == before
    return f"{caught.value.code}: {caught.value.message}"


def as_it_is(account: Account) -> Json | None:
    """``orders`` without the lag of DescribeTable; None where it is not there."""
    found = account.sites["eu-west-1"].find("orders")
    return None if found is None else copy.deepcopy(describe(found, account.clock.now()))


def says(text: Text, **parts: Any) -> str:
    """How a refusal of that text reads."""
    return str(text.refusal(**{"table": "orders", "index": "by_x", **parts}))


MEMBERS: dict[str, Json] = {
    "units": {"ProvisionedThroughput": {"ReadCapacityUnits": 11, "WriteCapacityUnits": 11}},
    "to on demand": {"BillingMode": "PAY_PER_REQUEST"},
    "to provisioned": {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {**UNITS, "ReadCapacityUnits": 12}},
    "maximum": {"OnDemandThroughput": {"MaxReadRequestUnits": 50}},
    "stream": STREAM,
    "protection": {"DeletionProtectionEnabled": True},
    "encryption": {"SSESpecification": {"Enabled": True}},
    "class": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
    "warm": {"WarmThroughput": {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}},
    "index": CREATE,
}
TOGETHER = {
    # What may share one UpdateTable on a provisioned table (K 174, 382, 433).
    frozenset({"to on demand", "maximum"}),
    frozenset({"to on demand", "stream"}),
    frozenset({"to on demand", "index"}),
    frozenset({"to provisioned", "index"}),
}
SAME_MEMBER = ({"units", "to provisioned"}, {"to on demand", "to provisioned"}, {"units", "to on demand"})


@pytest.mark.parametrize("pair", [pair for pair in combinations(MEMBERS, 2) if set(pair) not in SAME_MEMBER])
def test_one_update_is_about_one_thing(pair: tuple[str, str]) -> None:
    """Of all pairs of concerns only those around the billing mode pass; the others change nothing (K 382, 433)."""
    account = made(**PROVISIONED)
    both: Json = {**MEMBERS[pair[0]], **MEMBERS[pair[1]]}
    if frozenset(pair) == {"to provisioned", "index"}:
        own = {**INDEX, "ProvisionedThroughput": UNITS}
        both["GlobalSecondaryIndexUpdates"] = [{"Create": own}]
    if frozenset(pair) in TOGETHER:
        assert update(account, **both)["TableDescription"]["TableStatus"] == "UPDATING"
    else:
        assert refused(account, "UpdateTable", {"TableName": "orders", **both}).startswith("ValidationException: ")


ON_DEMAND_PAIRS = [
    (("encryption", "class"), texts.ONLY_ENCRYPTION),
    (("class", "protection"), texts.ONLY_CLASS),
    (("protection", "warm"), texts.ONLY_PROTECTION),
    (("warm", "stream"), texts.ONLY_WARM),
    (("index", "warm"), texts.CREATE_WITH_WARM),
    (("maximum", "stream"), texts.MAXIMUM_WITH),
    (("index", "stream"), texts.INDEX_WITH_STREAM),
]


@pytest.mark.parametrize(("pair", "text"), ON_DEMAND_PAIRS)
def test_the_first_of_two_words_the_refusal(pair: tuple[str, str], text: Text) -> None:
    """Encryption is named before class, class before protection, protection before warm throughput (K 433)."""
    params = {"TableName": "orders", **MEMBERS[pair[0]], **MEMBERS[pair[1]]}

    assert refused(made(), "UpdateTable", params) == says(text)


SAME_AGAIN: list[tuple[Json, str, Json, Text, Json]] = [
    # how the table is made, the call, its members, the text, its parts
    (PROVISIONED, "UpdateTable", {"ProvisionedThroughput": UNITS}, texts.SAME_UNITS, {"read": 10, "write": 10}),
    (PROVISIONED, "UpdateTable", PROVISIONED, texts.SAME_UNITS, {"read": 10, "write": 10}),
    (PROVISIONED, "UpdateTable", {"BillingMode": "PROVISIONED"}, asked.UNITS_MISSING, {}),
    (STREAM, "UpdateTable", STREAM, texts.STREAM_ON, {}),
    ({}, "UpdateTable", {"StreamSpecification": {"StreamEnabled": False}}, texts.STREAM_OFF, {}),
    ({}, "UpdateTable", {"SSESpecification": {"Enabled": False}}, texts.ENCRYPTED_BY_DEFAULT, {}),
    (
        {},
        "UpdateTimeToLive",
        {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "e"}},
        texts.TTL_OFF,
        {},
    ),
]


@pytest.mark.parametrize("case", SAME_AGAIN)
def test_the_same_again_is_an_error(case: tuple[Json, str, Json, Text, Json]) -> None:
    """Sending what is so already is refused, with the present value in the text (K 050, 079, 147, 164)."""
    how, operation, members, text, parts = case

    assert refused(made(**how), operation, {"TableName": "orders", **members}) == says(text, **parts)


def test_the_same_protection_class_and_mode_again_are_no_error() -> None:
    """These three re-sends are answered, and nothing happens (K 017, 026, 060)."""
    account = made(DeletionProtectionEnabled=True)
    for members in (
        {"DeletionProtectionEnabled": True},
        {"TableClass": "STANDARD"},
        {"BillingMode": "PAY_PER_REQUEST"},
    ):
        update(account, **members)

        assert table(account)["TableStatus"] == "ACTIVE"


INVALID: list[tuple[Json, Text, Json]] = [
    # CreateTable with these members instead, the text, its parts
    ({"KeySchema": [{**KEY, "KeyType": "RANGE"}]}, asked.FIRST_NOT_HASH, {}),
    ({"KeySchema": [KEY, KEY]}, asked.SECOND_NOT_RANGE, {}),
    ({"GlobalSecondaryIndexes": []}, asked.EMPTY_LIST, {"member": "GlobalSecondaryIndexes"}),
    (TYPED, asked.COUNT_OF_DEFINITIONS, {}),
    ({"GlobalSecondaryIndexes": [INDEX]}, asked.UNDEFINED_KEYS, {"keys": "id, x", "defined": "id"}),
    ({"ProvisionedThroughput": UNITS}, asked.UNITS_ON_DEMAND, {}),
    ({"BillingMode": "PROVISIONED"}, asked.UNITS_MISSING_CREATE, {}),
    (
        {**PROVISIONED, **TYPED, "GlobalSecondaryIndexes": [INDEX]},
        asked.INDEX_UNITS_MISSING_CREATE,
        {},
    ),
    (
        {**TYPED, "GlobalSecondaryIndexes": [{**INDEX, "IndexName": f"by_{n:02}"} for n in range(21)]},
        asked.GLOBAL_COUNT,
        {},
    ),
    ({"StreamSpecification": {"StreamEnabled": True}}, asked.VIEW_MISSING_CREATE, {}),
    ({"SSESpecification": {"Enabled": True, "KMSMasterKeyId": "k"}}, asked.KEY_WITHOUT_TYPE, {}),
    ({"OnDemandThroughput": {"MaxReadRequestUnits": 0}}, asked.MAXIMUM_RANGE, {"kind": "Read", "where": "table"}),
    ({"WarmThroughput": {"ReadUnitsPerSecond": 5}}, asked.WARM_INITIAL, {"kind": "Read", "where": "table"}),
    ({"Tags": [{"Key": "aws:x", "Value": ""}]}, asked.TAG_PREFIX, {"tag": "aws:x"}),
    ({"Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)]}, asked.TAG_COUNT, {}),
]


@pytest.mark.parametrize("case", INVALID)
def test_a_table_that_cannot_be_is_not_made(case: tuple[Json, Text, Json]) -> None:
    """Limits and contradictions of CreateTable are told in DynamoDB's words (section 1; K 024-045, 123-129)."""
    members, text, parts = case

    assert refused(Account(), "CreateTable", {**BASE, **members}) == says(text, **parts)


MALFORMED: list[tuple[str, Json, str]] = [
    (
        "CreateTable",
        {**BASE, "TableName": "ab"},
        (
            "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy "
            "constraint: Member must have length greater than or equal to 3"
        ),
    ),
    (
        "CreateTable",
        {**BASE, "BillingMode": "FREE"},
        (
            "ValidationException: 1 validation error detected: Value 'FREE' at 'billingMode' failed to satisfy "
            "constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"
        ),
    ),
    (
        "UpdateTable",
        {"TableName": "orders", "ProvisionedThroughput": {"ReadCapacityUnits": 4}},
        (
            "ValidationException: 1 validation error detected: Value null at "
            "'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must not be null"
        ),
    ),
    (
        "UpdateContinuousBackups",
        {
            "TableName": "orders",
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 36},
        },
        (
            "ValidationException: 1 validation error detected: Value '36' at "
            "'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint: Member must "
            "have value less than or equal to 35"
        ),
    ),
    (
        "UpdateTable",
        {"TableName": 7},
        "SerializationException: INT_VALUE can not be converted to a String at TableName",
    ),
    (
        "DescribeTable",
        {"TableName": "orders", "Depth": 1},
        "SerializationException: Unknown member DescribeTable.Depth",
    ),
]


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_call_is_refused_by_its_form(case: tuple[str, Json, str]) -> None:
    """Required members, types, enumerations and lengths are those of the installed service model (K 058, 123, 448)."""
    operation, params, text = case

    assert refused(made(), operation, params) == text


def test_an_added_index_is_filled_behind_an_active_table() -> None:
    """UPDATING only while resources are allotted, then ACTIVE while the index is filled for minutes (K 148)."""
    account = made()
    update(account, **CREATE)
    seen: list[tuple[str, str, bool | None]] = []
    for _ in range(110):
        account.clock.advance(10)
        now = table(account)
        (index,) = now["GlobalSecondaryIndexes"]
        state = (now["TableStatus"], index["IndexStatus"], index.get("Backfilling"))
        if not seen or seen[-1] != state:
            seen.append(state)

    assert seen == [("UPDATING", "CREATING", False), ("ACTIVE", "CREATING", True), ("ACTIVE", "ACTIVE", None)]


def test_one_index_is_added_or_dropped_at_a_time() -> None:
    """A second online change waits for the first, of whichever kind (K 149, 159, N)."""
    account = made()
    update(account, **CREATE)
    other = {**INDEX, "IndexName": "by_y"}
    vector = {
        "IndexName": "near",
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
        "Projection": {"ProjectionType": "ALL"},
    }
    drop = {"TableName": "orders", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_x"}}]}
    more = [
        {**TYPED, "GlobalSecondaryIndexUpdates": [{"Create": other}]},
        {"VectorIndexUpdates": [{"Create": vector}]},
    ]
    account.clock.advance(1)

    assert refused(account, "UpdateTable", drop) == says(texts.INDEX_ALLOCATING)
    for members in more:
        assert refused(account, "UpdateTable", {"TableName": "orders", **members}) == says(texts.ONE_INDEX)
    assert refused(account, "DeleteTable", {"TableName": "orders"}) == says(texts.DELETE_INDEXES)
    account.clock.advance(times.ALLOCATION)
    update(account, **{name: value for name, value in drop.items() if name != "TableName"})


def test_a_switch_to_provisioned_needs_units_for_every_index() -> None:
    """Table and indexes get their units in the one call, which drops maximums (K 152, 153)."""
    account = made(**TYPED, GlobalSecondaryIndexes=[INDEX], OnDemandThroughput={"MaxReadRequestUnits": 9})
    text = refused(account, "UpdateTable", {"TableName": "orders", **PROVISIONED})
    updates = [{"Update": {"IndexName": "by_x", "ProvisionedThroughput": UNITS}}]
    update(account, **PROVISIONED, GlobalSecondaryIndexUpdates=updates)
    account.clock.advance(times.TO_PROVISIONED + 1)

    assert text == says(asked.INDEX_UNITS_MISSING)
    assert table(account)["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 10
    assert "OnDemandThroughput" not in table(account)


def test_decreases_are_counted_by_day_and_then_by_hour() -> None:
    """Four at once, then one an hour after the last; indexes are counted apart (K 157, 184, 326)."""
    account = made(**PROVISIONED)
    for units in (9, 8, 7, 6):
        update(account, ProvisionedThroughput={"ReadCapacityUnits": units, "WriteCapacityUnits": 10})
        account.clock.advance(10)
    fifth = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 10}}
    text = refused(account, "UpdateTable", {"TableName": "orders", **fifth})
    account.clock.advance(times.HOUR)
    update(account, **fifth)

    assert "Number of decreases today: 4." in text
    assert "Next decrease can be made at Monday, November 2, 2026 at 10:0" in text


def test_windows_close_behind_a_change() -> None:
    """Time to live an hour, protection 15 s, class twice in 30 days, keys four times a day (K 003, 081, 143, 283)."""
    account = made()
    on, off = ({"Enabled": on, "AttributeName": "e"} for on in (True, False))
    account.handle("UpdateTimeToLive", {"TableName": "orders", "TimeToLiveSpecification": on})
    expiry = refused(account, "UpdateTimeToLive", {"TableName": "orders", "TimeToLiveSpecification": off})
    update(account, DeletionProtectionEnabled=True)
    toggle = refused(account, "UpdateTable", {"TableName": "orders", "DeletionProtectionEnabled": False})
    for wanted in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        update(account, TableClass=wanted)
        account.clock.advance(10)
    third = refused(account, "UpdateTable", {"TableName": "orders", **MEMBERS["class"]})
    for _ in range(4):
        update(account, SSESpecification={"Enabled": True})
        account.clock.advance(30)
    fifth = refused(account, "UpdateTable", {"TableName": "orders", "SSESpecification": {"Enabled": True}})
    update(account, SSESpecification={"Enabled": False})

    assert expiry == says(texts.TTL_WINDOW)
    assert toggle.startswith("ThrottlingException: Deletion protection setting for table orders modified within")
    assert third == says(texts.CLASS_CHANGES)
    assert fifth.startswith("LimitExceededException: Subscriber limit exceeded: Encryption mode changes are limited")


def test_an_alias_is_another_key_each_time_and_comes_back_as_an_arn() -> None:
    """Only the very ARN counts as the same (K 082)."""
    account = made()
    arn = account.sites["eu-west-1"].keys.add("alias/shop")
    by_alias = {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/shop"}}
    by_arn = {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": arn}}
    for _ in range(2):
        update(account, **by_alias)
        account.clock.advance(times.ENCRYPTION + 1)

    assert table(account)["SSEDescription"] == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}
    assert refused(account, "UpdateTable", {"TableName": "orders", **by_arn}) == says(texts.ENCRYPTED_WITH_KEY)


def test_what_is_written_is_read_late() -> None:
    """Descriptions, tags and policies are read as they were for a while (M, K 244-246, 406)."""
    account = Account()
    account.handle("CreateTable", BASE)
    invisible = refused(account, "DescribeTable", {"TableName": "orders"})
    account.clock.advance(60)
    arn = table(account)["TableArn"]
    account.handle("TagResource", {"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "b"}]})
    early = account.handle("ListTagsOfResource", {"ResourceArn": arn})["Tags"]
    locked = refused(account, "UntagResource", {"ResourceArn": arn, "TagKeys": ["a"]})
    account.clock.advance(times.TAG_LAG)

    assert invisible == says(texts.NO_TABLE)
    assert (early, locked) == ([], says(texts.TAGS_BUSY))
    assert account.handle("ListTagsOfResource", {"ResourceArn": arn})["Tags"] == [{"Key": "a", "Value": "b"}]


def test_backups_come_seconds_after_active() -> None:
    """Recovery is refused until continuous backups are there by themselves (K 111, 115)."""
    account = Account()
    account.handle("CreateTable", BASE)
    account.clock.advance(times.CREATE)
    on = {"TableName": "orders", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    early = refused(account, "UpdateContinuousBackups", on)
    account.clock.advance(times.BACKUPS_AFTER_ACTIVE)
    found = account.handle("UpdateContinuousBackups", on)["ContinuousBackupsDescription"]

    assert early == says(texts.BACKUPS_SOON)
    assert found["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 35


def test_a_stream_that_comes_again_is_another() -> None:
    """The ARN lingers while the stream is off, and is new when it is on again (K 035, 050)."""
    account = made(**STREAM)
    first = table(account)["LatestStreamArn"]
    update(account, StreamSpecification={"StreamEnabled": False})
    account.clock.advance(10)
    between = table(account)
    update(account, **STREAM)
    account.clock.advance(10)

    assert ("StreamSpecification" in between, between["LatestStreamArn"]) == (False, first)
    assert table(account)["LatestStreamArn"] != first


def test_calls_beyond_the_rate_are_throttled() -> None:
    """Time to live from the fifth call in a row, contributor insights beyond five a second (K 360, Q)."""
    account = Account(latency=0.0)
    made(account)
    passed = {}
    for operation in ("DescribeTimeToLive", "DescribeContributorInsights"):
        codes = []
        for _ in range(30):
            try:
                account.handle(operation, {"TableName": "orders"})
            except Refusal as refusal:
                codes.append(str(refusal))
        passed[operation] = 30 - codes.count("ThrottlingException: Rate exceeded")

    assert passed == {"DescribeTimeToLive": 4, "DescribeContributorInsights": 5}


def test_every_refusal_is_recorded_with_its_source() -> None:
    """Whoever runs the product against the fake can ask what was refused and why."""
    account = made()
    refused(account, "UpdateTable", {"TableName": "orders"})
    (called,) = account.refusals

    assert (called.operation, called.refusal and called.refusal.source) == ("UpdateTable", "K 015")
