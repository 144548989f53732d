"""The fake against the engines: the same cases, and in data where an engine answers otherwise and why.

What ``CASES`` expects is AWS's behaviour. The fake has to show it in every case; an engine has to show it in every case
that ``OTHERWISE`` does not list, and exactly what is listed in the others, so that a list grown old fails as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from executor.caller import Caller
from executor.clients import Clients, Target
from executor.waiting import describe, wait_active
from tests.engines import Engine
from tests.fakes.control_plane import Account
from tests.fakes.control_plane.in_process import FakeClients, virtual_time

Json = dict[str, Any]
KEY: Json = {"AttributeName": "id", "KeyType": "HASH"}
SORT: Json = {"AttributeName": "at", "KeyType": "RANGE"}
UNITS: Json = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
PROVISIONED: Json = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
STREAM: Json = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
V, IN_USE, MISSING, LIMIT = (
    "ValidationException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "LimitExceededException",
)


def typed(*names: str) -> Json:
    """AttributeDefinitions of text attributes."""
    return {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names]}


def index(name: str, *, projection: Json | None = None) -> Json:
    """A global index by ``x``."""
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
        "Projection": projection or {"ProjectionType": "ALL"},
    }


def local(name: str) -> Json:
    """A local index by ``x``."""
    keys = [KEY, {"AttributeName": "x", "KeyType": "RANGE"}]
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "KEYS_ONLY"}}


class Subject:
    """The fake or an engine, and one table's name.

    Args:
        client: The AWS client.
        name: The table.
        settle: Waits until nothing is under way.
    """

    def __init__(self, client: Any, name: str, settle: Callable[[], None]) -> None:
        self._client = client
        self.name = name
        self._settle = settle

    def does(self, operation: str, **members: Any) -> str:
        """Call, and wait until it is done.

        Returns:
            ``ok`` or the error's code.
        """
        try:
            getattr(self._client, operation)(**members)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        self._settle()
        return "ok"

    def creates(self, **members: Any) -> str:
        """CreateTable with a key and what is given."""
        base = {"TableName": self.name, "KeySchema": [KEY], "BillingMode": "PAY_PER_REQUEST", **typed("id")}
        return self.does("create_table", **{**base, **members})

    def updates(self, **members: Any) -> str:
        """UpdateTable."""
        return self.does("update_table", TableName=self.name, **members)

    def expires(self, attribute: str, *, on: bool) -> str:
        """UpdateTimeToLive."""
        wanted = {"Enabled": on, "AttributeName": attribute}
        return self.does("update_time_to_live", TableName=self.name, TimeToLiveSpecification=wanted)

    def described(self) -> Json:
        """DescribeTable's Table."""
        found: Json = self._client.describe_table(TableName=self.name)["Table"]
        return found

    def asks(self, operation: str, member: str) -> Any:
        """A description of a sub-resource."""
        return getattr(self._client, operation)(TableName=self.name)[member]


Case = Callable[[Subject], list[Any]]


def _keys(it: Subject) -> list[Any]:
    made = it.creates(KeySchema=[KEY, SORT], **typed("at", "id"))
    found = it.described()
    return [made, found["TableStatus"], [key["AttributeName"] for key in found["KeySchema"]]]


def _index_lifecycle(it: Subject) -> list[Any]:
    it.creates()
    added = it.updates(**typed("id", "x"), GlobalSecondaryIndexUpdates=[{"Create": index("by_x")}])
    between = it.described()
    dropped = it.updates(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_x"}}])
    after = it.described()
    return [
        added,
        [(each["IndexName"], each["IndexStatus"]) for each in between["GlobalSecondaryIndexes"]],
        dropped,
        after.get("GlobalSecondaryIndexes"),
        sorted(each["AttributeName"] for each in after["AttributeDefinitions"]),
    ]


def _switch(it: Subject) -> list[Any]:
    it.creates(**typed("id", "x"), GlobalSecondaryIndexes=[index("by_x")])
    bare = it.updates(**PROVISIONED)
    units = [{"Update": {"IndexName": "by_x", "ProvisionedThroughput": UNITS}}]
    full = it.updates(**PROVISIONED, GlobalSecondaryIndexUpdates=units)
    return [bare, full, it.described()["ProvisionedThroughput"]["ReadCapacityUnits"]]


def _stream_again(it: Subject) -> list[Any]:
    it.creates(**STREAM)
    return [it.updates(**STREAM), it.updates(StreamSpecification={"StreamEnabled": False})]


def _expiry(it: Subject) -> list[Any]:
    it.creates()
    outcomes = [it.expires("e", on=False), it.expires("e", on=True), it.expires("e", on=True), it.expires("f", on=True)]
    found = it.asks("describe_time_to_live", "TimeToLiveDescription")
    return [*outcomes, found["TimeToLiveStatus"], found["AttributeName"]]


def _protected(it: Subject) -> list[Any]:
    it.creates(DeletionProtectionEnabled=True)
    return [it.does("delete_table", TableName=it.name), it.described()["DeletionProtectionEnabled"]]


def _recovery(it: Subject) -> list[Any]:
    it.creates()
    on = {"PointInTimeRecoveryEnabled": True}
    outcome = it.does("update_continuous_backups", TableName=it.name, PointInTimeRecoverySpecification=on)
    if outcome != "ok":
        return [outcome]
    found = it.asks("describe_continuous_backups", "ContinuousBackupsDescription")["PointInTimeRecoveryDescription"]
    return [outcome, found["PointInTimeRecoveryStatus"], found.get("RecoveryPeriodInDays")]


def _twice(it: Subject) -> list[Any]:
    return [it.creates(), it.creates()]


def _gone(it: Subject) -> list[Any]:
    it.creates()
    first = it.does("delete_table", TableName=it.name)
    return [first, it.does("describe_table", TableName=it.name), it.does("delete_table", TableName=it.name)]


def _after(create: Json, *updates: Json) -> Case:
    def case(it: Subject) -> list[Any]:
        it.creates(**create)
        return [it.updates(**members) for members in updates]

    return case


def _made(**members: Any) -> Case:
    return lambda it: [it.creates(**members)]


CASES: dict[str, tuple[Case, list[Any]]] = {
    # what is done, and what AWS answers (K and a number: findings of aws-controllers-k8s' measurements)
    "a table with two keys": (_keys, ["ok", "ACTIVE", ["id", "at"]]),
    "a table twice (K 005)": (_twice, ["ok", IN_USE]),
    "a table that is gone (K 008)": (_gone, ["ok", MISSING, MISSING]),
    "a change of no table (K 446)": (lambda it: [it.updates(DeletionProtectionEnabled=True)], [MISSING]),
    "a change of nothing (K 015)": (_after({}, {}), [V]),
    "a name too short (K 448)": (
        lambda it: [it.does("create_table", TableName="ab", KeySchema=[KEY], **typed("id"))],
        [V],
    ),
    "a sort key alone (K 124)": (_made(KeySchema=[{**KEY, "KeyType": "RANGE"}]), [V]),
    "a type that no key uses (K 127)": (_made(**typed("id", "x")), [V]),
    "an index key without a type (K 127)": (_made(GlobalSecondaryIndexes=[index("by_x")]), [V]),
    "an empty list of indexes (K 043)": (_made(GlobalSecondaryIndexes=[]), [V]),
    "two indexes of one name (K 442)": (_made(**typed("id", "x"), GlobalSecondaryIndexes=[index("by_x")] * 2), [V]),
    "names copied without INCLUDE (K 126)": (
        _made(
            **typed("id", "x"),
            GlobalSecondaryIndexes=[index("by_x", projection={"ProjectionType": "ALL", "NonKeyAttributes": ["a"]})],
        ),
        [V],
    ),
    "21 global indexes (K 169)": (
        _made(**typed("id", "x"), GlobalSecondaryIndexes=[index(f"by_{n:02}") for n in range(21)]),
        [V],
    ),
    "6 local indexes (K 442)": (
        _made(
            KeySchema=[KEY, SORT],
            **typed("at", "id", "x"),
            LocalSecondaryIndexes=[local(f"by_{n:02}") for n in range(6)],
        ),
        [V],
    ),
    "a local index without a sort key (K 442)": (_made(**typed("id", "x"), LocalSecondaryIndexes=[local("by_x")]), [V]),
    "units on demand (K 442)": (_made(ProvisionedThroughput=UNITS), [V]),
    "provisioned without units (K 024)": (_made(BillingMode="PROVISIONED"), [V]),
    "no units at all (K 058)": (
        _made(**{**PROVISIONED, "ProvisionedThroughput": {**UNITS, "ReadCapacityUnits": 0}}),
        [V],
    ),
    "a stream without a view (K 442)": (_made(StreamSpecification={"StreamEnabled": True}), [V]),
    "51 tags (K 442)": (_made(Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(51)]), [V]),
    "an index comes and goes (K 148, 151)": (_index_lifecycle, ["ok", [("by_x", "ACTIVE")], "ok", None, ["id"]]),
    "two index changes in a call (K 159)": (
        _after(
            {},
            {**typed("id", "x"), "GlobalSecondaryIndexUpdates": [{"Create": index("by_x")}, {"Create": index("by_y")}]},
        ),
        [LIMIT],
    ),
    "an index that is not there (K 161)": (
        _after({}, {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_x"}}]}),
        [MISSING],
    ),
    "an index that is there (K 442)": (
        _after(
            {**typed("id", "x"), "GlobalSecondaryIndexes": [index("by_x")]},
            {**typed("id", "x"), "GlobalSecondaryIndexUpdates": [{"Create": index("by_x")}]},
        ),
        [V],
    ),
    "to provisioned with an index (K 152)": (_switch, [V, "ok", 5]),
    "to provisioned without units (K 164)": (_after({}, {"BillingMode": "PROVISIONED"}), [V]),
    "the same units (K 164)": (_after(PROVISIONED, {"ProvisionedThroughput": UNITS}), [V]),
    "units of an on-demand table (K 442)": (_after({}, {"ProvisionedThroughput": UNITS}), [V]),
    "a stream that is on (K 050)": (_stream_again, [V, "ok"]),
    "no stream to end (K 050)": (_after({}, {"StreamSpecification": {"StreamEnabled": False}}), [V]),
    "stream and units (K 382)": (
        _after(PROVISIONED, {**STREAM, "ProvisionedThroughput": {**UNITS, "ReadCapacityUnits": 6}}),
        [V],
    ),
    "protection and stream (K 433)": (_after({}, {**STREAM, "DeletionProtectionEnabled": True}), [V]),
    "class and protection (K 433)": (
        _after({}, {"TableClass": "STANDARD_INFREQUENT_ACCESS", "DeletionProtectionEnabled": True}),
        [V],
    ),
    "expiry (K 143, 147)": (_expiry, [V, "ok", V, V, "ENABLED", "e"]),
    "a protected table (K 016)": (_protected, [V, True]),
    "recovery (K 083)": (_recovery, ["ok", "ENABLED", 35]),
}
NOT_CHECKED = "it does not check this"
ONE_CONCERN = "it takes several concerns in one UpdateTable and makes them all"
NO_NO_OPS = "it takes what is so already"
UNITS_OF_INDEXES = "it gives the index units by itself, which AWS never did (K 152, measured on AWS)"
LACKING = "it does not have this and drops it in silence"
OTHERWISE: dict[str, dict[str, tuple[list[Any], str]]] = {
    # What an engine answers instead, and why that is no fault of the fake.
    "ministack": {
        "an empty list of indexes (K 043)": (["ok"], NOT_CHECKED),
        "names copied without INCLUDE (K 126)": (["ok"], NOT_CHECKED),
        "21 global indexes (K 169)": (["ok"], NOT_CHECKED),
        "6 local indexes (K 442)": (["ok"], NOT_CHECKED),
        "a stream without a view (K 442)": (["ok"], NOT_CHECKED),
        "51 tags (K 442)": (["ok"], NOT_CHECKED),
        "two index changes in a call (K 159)": (["ok"], ONE_CONCERN),
        "to provisioned with an index (K 152)": (["ok", V, 5], UNITS_OF_INDEXES),
        "to provisioned without units (K 164)": (["ok"], NOT_CHECKED),
        "a stream that is on (K 050)": (["ok", "ok"], NO_NO_OPS),
        "no stream to end (K 050)": (["ok"], NO_NO_OPS),
        "stream and units (K 382)": (["ok"], ONE_CONCERN),
        "protection and stream (K 433)": (["ok"], ONE_CONCERN),
        "class and protection (K 433)": (["ok"], ONE_CONCERN),
        "expiry (K 143, 147)": (["ok", "ok", "ok", "ok", "ENABLED", "f"], NO_NO_OPS),
        "recovery (K 083)": (["ok", "ENABLED", None], "it knows no days of recovery"),
    },
    "DynamoDB Local": {
        "units on demand (K 442)": (["ok"], "it takes units on on-demand tables"),
        "51 tags (K 442)": (["ok"], LACKING),
        "to provisioned with an index (K 152)": (["ok", V, 5], UNITS_OF_INDEXES),
        "units of an on-demand table (K 442)": (["ok"], "it takes units on on-demand tables"),
        "protection and stream (K 433)": (["ok"], ONE_CONCERN),
        "class and protection (K 433)": (["ok"], LACKING),
        "recovery (K 083)": (["UnknownOperationException"], "it has no backups"),
    },
}


@pytest.fixture
def fake() -> Iterator[Clients]:
    """Clients of a new fake."""
    account = Account()
    with FakeClients(account) as clients, virtual_time(account.clock):
        yield clients


def settled(clients: Clients, name: str) -> None:
    """Wait until a table of an engine, where there is one, has nothing under way."""
    caller = Caller(clients)
    if describe(caller, name) is not None:
        wait_active(caller, name)


@pytest.mark.parametrize("case", CASES)
def test_the_fake_does_what_aws_does(case: str, fake: Clients, unique: str) -> None:
    """Every case comes out on the fake as it does on AWS."""
    done, expected = CASES[case]

    def settle() -> None:
        # An hour and more: whatever was begun has ended, and every window is open.
        fake._account.clock.advance(4_000)  # type: ignore[attr-defined] # the fake's own clients

    assert done(Subject(fake.dynamodb, unique, settle)) == expected


@pytest.mark.engine
@pytest.mark.parametrize("case", CASES)
def test_an_engine_does_the_same_or_is_listed(case: str, engine: Engine, unique: str) -> None:
    """Every case comes out on an engine as on the fake, or as the list says."""
    done, expected = CASES[case]
    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        outcome = done(Subject(clients.dynamodb, unique, lambda: settled(clients, unique)))
    listed, why = OTHERWISE[engine.name].get(case, (expected, ""))

    assert outcome == listed, why
    assert case not in OTHERWISE[engine.name] or listed != expected
