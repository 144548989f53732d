"""What the planner takes, the engines take as it compiles it; what DynamoDB Local refuses, the planner refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.checks import InvalidQueryError, compile_query
from planner.checks.operations import check_operation
from planner.diagnostics import Report
from planner.expressions import reserved
from tests.planner.checks import make
from tests.planner.expressions import corpus
from tests.planner.expressions.speak import Answer, make_table, speak

if TYPE_CHECKING:
    from tests.engines import Engine

pytestmark = pytest.mark.engine

KEY = {"pk": {"S": "x"}, "sk": {"N": "1"}}
ITEM: dict[str, Any] = {
    **KEY,
    "c": {"N": "5"},
    "l": {"L": [{"N": "1"}, {"N": "2"}]},
    "m": {"M": {}},
    "ss": {"SS": ["a", "b"]},
    "g": {"S": "g"},
    "h": {"N": "2"},
    "b": {"L": [{"S": "x"}]},
    "value": {"S": "v"},
}
UNKNOWN_TO_DYNAMODB_LOCAL = {"CONVERT", "SIZE"}
"""Reserved by the guide's list; DynamoDB Local 1.25 takes them bare."""

_MADE: set[tuple[str, str]] = set()


@pytest.fixture
def table(engine: Engine) -> str:
    """A table of the corpus's schema, made once per engine."""
    return _table(engine)


@pytest.fixture
def strict_table(dynamodb_local: Engine) -> str:
    """The same on DynamoDB Local."""
    return _table(dynamodb_local)


def _table(engine: Engine) -> str:
    name = "expression-corpus"
    if (engine.endpoint_url, name) not in _MADE:
        make_table(engine, name)
        _MADE.add((engine.endpoint_url, name))
    speak(engine, "PutItem", {"TableName": name, "Item": ITEM})
    return name


def _values(*names: str) -> dict[str, Any]:
    return {name: corpus.VALUES[name] for name in names if name in corpus.VALUES}


def _used(text: str) -> dict[str, Any]:
    return _values(*make.placeholder_names(text))


def _native(text: str) -> dict[str, Any]:
    used = {f":{name}": value for name, value in _used(text).items()}
    return {"ExpressionAttributeValues": used} if used else {}


def _member(**parts: str) -> tuple[dict[str, Any] | None, Report]:
    report = Report()
    text = " ".join(parts.values())
    operation = make.operation(key=KEY, values=_used(text), **parts)
    checked = check_operation(make.plan(make.corpus_table()), operation, "transaction.t.operation.0", report)
    return (None if checked is None else checked.member), report


@pytest.mark.parametrize("text", corpus.lines(corpus.GOOD_CONDITIONS))
def test_good_conditions_are_taken_as_compiled(engine: Engine, table: str, text: str) -> None:
    """A condition that the planner takes is taken by every engine in its compiled form."""
    answer = _delete(engine, table, text)

    assert answer.taken, answer.message


@pytest.mark.parametrize("text", corpus.lines(corpus.RARE_CONDITIONS))
def test_rare_conditions_are_taken_as_compiled(dynamodb_local: Engine, strict_table: str, text: str) -> None:
    """A condition on a value rather than an attribute is taken by DynamoDB Local in its compiled form."""
    answer = _delete(dynamodb_local, strict_table, text)

    assert answer.taken, answer.message


@pytest.mark.parametrize("text", corpus.lines(corpus.BAD_CONDITIONS))
def test_bad_conditions_are_refused_by_both(dynamodb_local: Engine, strict_table: str, text: str) -> None:
    """A condition that DynamoDB Local refuses is refused by the planner."""
    answer = speak(
        dynamodb_local,
        "DeleteItem",
        {"TableName": strict_table, "Key": KEY, "ConditionExpression": text, **_native(text)},
    )
    member, _ = _member(condition=text, kind="delete")

    assert not answer.taken
    assert member is None


@pytest.mark.parametrize("text", corpus.lines(corpus.GOOD_UPDATES))
def test_good_updates_are_taken_as_compiled(engine: Engine, table: str, text: str) -> None:
    """An update that the planner takes is taken by every engine in its compiled form."""
    member, report = _member(expression=text, kind="update")

    assert member is not None, [found.what for found in report]
    answer = speak(engine, "TransactWriteItems", {"TransactItems": [_at(member, table)]})
    assert answer.taken, answer.message


@pytest.mark.parametrize("text", corpus.lines(corpus.BAD_UPDATES))
def test_bad_updates_are_refused_by_both(dynamodb_local: Engine, strict_table: str, text: str) -> None:
    """An update that DynamoDB Local refuses is refused by the planner."""
    answer = speak(
        dynamodb_local,
        "UpdateItem",
        {"TableName": strict_table, "Key": KEY, "UpdateExpression": text, **_native(text)},
    )
    member, _ = _member(expression=text, kind="update")

    assert not answer.taken
    assert member is None


@pytest.mark.parametrize("text", corpus.lines(corpus.GOOD_KEY_CONDITIONS))
def test_good_key_conditions_are_taken_as_compiled(engine: Engine, table: str, text: str) -> None:
    """A key condition that the planner takes is taken by every engine in its compiled form."""
    arguments = _query(key_condition=text, values=_used(text))

    answer = speak(engine, "Query", _request(arguments, table))
    assert answer.taken, answer.message


@pytest.mark.parametrize("text", corpus.lines(corpus.BAD_KEY_CONDITIONS))
def test_bad_key_conditions_are_refused_by_both(dynamodb_local: Engine, strict_table: str, text: str) -> None:
    """A key condition that DynamoDB Local refuses is refused by the planner."""
    request = {"TableName": strict_table, "KeyConditionExpression": text, **_native(text)}

    assert not speak(dynamodb_local, "Query", request).taken
    with pytest.raises(InvalidQueryError):
        _query(key_condition=text, values=_used(text))


@pytest.mark.parametrize("text", corpus.lines(corpus.GOOD_PROJECTIONS))
def test_good_projections_are_taken_as_compiled(engine: Engine, table: str, text: str) -> None:
    """A projection that the planner takes is taken by every engine in its compiled form."""
    arguments = _query(key_condition="pk = :s", projection=(text,), values=_values("s"))

    answer = speak(engine, "Query", _request(arguments, table))
    assert answer.taken, answer.message


@pytest.mark.parametrize("text", corpus.lines(corpus.BAD_PROJECTIONS))
def test_bad_projections_are_refused_by_both(dynamodb_local: Engine, strict_table: str, text: str) -> None:
    """A projection that DynamoDB Local refuses is refused by the planner."""
    request = {
        "TableName": strict_table,
        "KeyConditionExpression": "pk = :s",
        "ProjectionExpression": text,
        **_native(":s"),
    }

    assert not speak(dynamodb_local, "Query", request).taken
    with pytest.raises(InvalidQueryError):
        _query(key_condition="pk = :s", projection=(text,), values=_values("s"))


READS = {
    "filter by another attribute": {"key_condition": "pk = :s", "filter": "a = :n"},
    "filter by an index's key while reading the table": {"key_condition": "pk = :s", "filter": "g = :n"},
    "filter by the table's key while reading an index": {
        "index": "by_g",
        "key_condition": "g = :s",
        "filter": "pk = :n",
    },
    "filter by a copied attribute": {"index": "by_g", "key_condition": "g = :s", "filter": "p = :n"},
    "strong read of a local index": {"index": "by_h", "key_condition": "pk = :s AND h = :n", "consistent": True},
    "fetch through a local index": {
        "index": "by_h",
        "key_condition": "pk = :s AND h < :n",
        "projection": ("a",),
    },
    "scan of an index": {"index": "by_g", "scan": True, "filter": "p = :n OR pk = :s"},
    "scan by a key": {"scan": True, "filter": "pk = :s AND sk = :n"},
    "everything at once": {
        "index": "by_g",
        "key_condition": "g = :s AND h BETWEEN :n AND :n",
        "filter": "size(p) > :n",
        "projection": ("p", "pk, sk"),
        "descending": True,
        "limit": 3,
    },
}


@pytest.mark.parametrize("name", READS)
def test_good_reads_are_taken_as_compiled(engine: Engine, table: str, name: str) -> None:
    """A query or scan that the planner takes is taken by every engine."""
    given: dict[str, Any] = READS[name]
    text = " ".join(str(part) for part in given.values())
    arguments = _query(values=_used(text), **given)

    answer = speak(engine, "Scan" if given.get("scan") else "Query", _request(arguments, table))
    assert answer.taken, answer.message


REFUSED_READS = {
    "filter by the partition key": {"key_condition": "pk = :s", "filter": "pk = :s"},
    "filter by the sort key": {"key_condition": "pk = :s", "filter": "attribute_exists(sk)"},
    "filter by the sort key on the right": {"key_condition": "pk = :s", "filter": "a = sk"},
    "filter inside the key": {"key_condition": "pk = :s", "filter": "pk.x = :s"},
    "filter by the index's key": {"index": "by_g", "key_condition": "g = :s", "filter": "h = :n"},
    "filter by what the index lacks": {"index": "by_g", "key_condition": "g = :s", "filter": "q = :n"},
    "filter by what a local index lacks": {"index": "by_h", "key_condition": "pk = :s", "filter": "q = :n"},
    "strong read of a global index": {"index": "by_g", "key_condition": "g = :s", "consistent": True},
    "strong scan of a global index": {"index": "by_g", "scan": True, "consistent": True},
    "projection of what the index lacks": {"index": "by_g", "key_condition": "g = :s", "projection": ("q",)},
    "scan for what the index lacks": {"index": "by_g", "scan": True, "projection": ("q",)},
    "unknown index": {"index": "by_x", "key_condition": "g = :s"},
}


@pytest.mark.parametrize("name", REFUSED_READS)
def test_bad_reads_are_refused_by_both(dynamodb_local: Engine, strict_table: str, name: str) -> None:
    """A query or scan that DynamoDB Local refuses is refused by the planner."""
    given: dict[str, Any] = REFUSED_READS[name]
    text = " ".join(str(part) for part in given.values())
    request = {
        "TableName": strict_table,
        **({"IndexName": given["index"]} if "index" in given else {}),
        **({"KeyConditionExpression": given["key_condition"]} if "key_condition" in given else {}),
        **({"FilterExpression": given["filter"]} if "filter" in given else {}),
        **({"ProjectionExpression": given["projection"][0]} if "projection" in given else {}),
        **({"ConsistentRead": True} if "consistent" in given else {}),
        **_native(text),
    }

    assert not speak(dynamodb_local, "Scan" if given.get("scan") else "Query", request).taken
    with pytest.raises(InvalidQueryError):
        _query(values=_used(text), **given)


def test_every_reserved_word_is_refused_bare(dynamodb_local: Engine, strict_table: str) -> None:
    """DynamoDB refuses each word of the list where it stands unaliased, and takes its neighbours."""
    taken = {
        word
        for word in reserved.RESERVED_WORDS | reserved.KEYWORDS
        if speak(
            dynamodb_local,
            "Scan",
            {
                "TableName": strict_table,
                "FilterExpression": f"{word.lower()} = :s",
                "ExpressionAttributeValues": {":s": {"S": "x"}},
            },
        ).taken
    }

    assert len(reserved.RESERVED_WORDS) == 573
    assert taken == UNKNOWN_TO_DYNAMODB_LOCAL


def test_every_reserved_word_is_taken_as_compiled(dynamodb_local: Engine, strict_table: str) -> None:
    """Each reserved word works as an attribute's name in a plan, in backquotes where the grammar needs it."""
    refused = []
    for word in sorted(reserved.RESERVED_WORDS | reserved.KEYWORDS):
        name = f"`{word}`" if word in reserved.KEYWORDS else word
        arguments = _query(scan=True, filter=f"{name} = :s", values=_values("s"))
        if not speak(dynamodb_local, "Scan", _request(arguments, strict_table)).taken:
            refused.append(word)

    assert refused == []


LIMITS = {
    "300 operators": (" AND ".join(["a = :s"] * 150), True),
    "301 operators": (" AND ".join(["a = :s"] * 151), False),
    "BETWEEN counts once": (" OR ".join(["a BETWEEN :n AND :n"] * 150), True),
    "NOT counts": (" AND ".join(["NOT a = :s"] * 101), False),
    "100 choices": (f"a IN ({', '.join([':s'] * 100)})", True),
    "101 choices": (f"a IN ({', '.join([':s'] * 101)})", False),
    "4096 bytes": (f"attribute_exists({'a' * 4078})", True),
    "4097 bytes": (f"attribute_exists({'a' * 4079})", False),
    "32 levels": (f"{'.'.join(['a'] * 32)} = :s", True),
    "33 levels": (f"{'.'.join(['a'] * 33)} = :s", False),
    "33 levels of lists": (f"a{'[0]' * 32} = :s", False),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_lie_where_dynamodb_has_them(dynamodb_local: Engine, strict_table: str, name: str) -> None:
    """An expression at a limit is taken, and one above it refused, by the planner and by DynamoDB alike."""
    text, good = LIMITS[name]
    request = {"TableName": strict_table, "Key": KEY, "ConditionExpression": text, **_native(text)}
    member, _ = _member(condition=text, kind="delete")

    assert speak(dynamodb_local, "DeleteItem", request).taken is good
    assert (member is not None) is good


def _delete(engine: Engine, table: str, condition: str) -> Answer:
    member, report = _member(condition=condition, kind="delete")
    if member is None:
        raise ValueError(f"the planner refuses {condition}: {[found.what for found in report]}")
    request = {**member["Delete"], "TableName": table, "Key": {"pk": {"S": "none"}, "sk": {"N": "0"}}}
    del request["ReturnValuesOnConditionCheckFailure"]
    return speak(engine, "DeleteItem", request)


def _at(member: dict[str, Any], table: str) -> dict[str, Any]:
    return {kind: {**content, "TableName": table} for kind, content in member.items()}


def _query(**given: Any) -> dict[str, Any]:
    return dict(compile_query(make.query(**given), make.corpus_table()).call.arguments)


_MEMBERS = {
    "index_name": "IndexName",
    "key_condition_expression": "KeyConditionExpression",
    "filter_expression": "FilterExpression",
    "projection_expression": "ProjectionExpression",
    "expression_attribute_names": "ExpressionAttributeNames",
    "expression_attribute_values": "ExpressionAttributeValues",
    "scan_index_forward": "ScanIndexForward",
    "consistent_read": "ConsistentRead",
    "limit": "Limit",
}


def _request(arguments: dict[str, Any], table: str) -> dict[str, Any]:
    members = {_MEMBERS[name]: value for name, value in arguments.items() if name != "table_name"}
    return {"TableName": table, **members}
