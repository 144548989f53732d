"""What is the same resource policy, and what lets more in."""

from __future__ import annotations

from typing import Any

import pytest

from planner.settings.policy_document import canonical, parse, same, to_text, widened

READ: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": "444455556666"},
    "Action": ["dynamodb:GetItem", "dynamodb:Query"],
    "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
}
DENY: dict[str, Any] = {**READ, "Effect": "Deny", "Principal": "*", "Action": "dynamodb:DeleteTable"}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A document in canonical form."""
    return canonical({"Statement": list(statements)})


@pytest.mark.parametrize(
    "other",
    [
        {**READ, "Action": ["dynamodb:Query", "dynamodb:GetItem"]},
        {**READ, "Action": ["DynamoDB:getitem", "dynamodb:query"]},
        {**READ, "Resource": [READ["Resource"]]},
        {**READ, "Principal": {"AWS": ["arn:aws:iam::444455556666:root"]}},
    ],
)
def test_other_words_are_the_same_policy(other: dict[str, Any]) -> None:
    """Order, lists of one, accounts and their roots, and the case of actions are no difference."""
    assert same(policy(READ), policy(other))
    assert widened(policy(READ), policy(other)) == ()


def test_a_single_statement_needs_no_list() -> None:
    """IAM takes a statement where a list of one is meant."""
    assert same(canonical({"Statement": READ}), policy(READ))


def test_everybody_has_two_spellings() -> None:
    """`*` and `{AWS: *}` are the same principal."""
    assert same(policy(DENY), policy({**DENY, "Principal": {"AWS": "*"}}))


def test_a_policy_is_sent_with_a_version_and_read_back_the_same() -> None:
    """Without a Version of its own DynamoDB would give back another text than it was sent."""
    text = to_text({"Statement": [READ]})

    assert '"Version":"2012-10-17"' in text
    assert same(parse(text), policy(READ))
    assert not same(parse('{"Statement":[]}'), policy())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((), (READ,), ("444455556666 may dynamodb:GetItem, dynamodb:Query",)),
        ((READ,), (), ()),
        ((READ,), ({**READ, "Action": "dynamodb:GetItem"},), ()),
        ((READ,), ({**READ, "Action": "dynamodb:*"},), ("444455556666 may dynamodb:*",)),
        (({**READ, "Action": "dynamodb:*"},), (READ,), ()),
        (
            (READ,),
            ({**READ, "Principal": {"AWS": "999900001111"}},),
            ("999900001111 may dynamodb:GetItem, dynamodb:Query",),
        ),
        ((READ,), ({**READ, "Resource": "*"},), ("444455556666 may dynamodb:GetItem, dynamodb:Query",)),
        (
            (READ,),
            ({**READ, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},),
            ("444455556666 may dynamodb:GetItem, dynamodb:Query",),
        ),
        ((DENY,), (), ("everybody is no longer kept from dynamodb:DeleteTable",)),
        ((DENY,), ({**DENY, "Action": "dynamodb:*"},), ()),
        ((), (DENY,), ()),
        ((), ({**READ, "NotPrincipal": {"AWS": "444455556666"}, "Principal": None},), None),
    ],
)
def test_what_lets_more_in(before: tuple[Any, ...], after: tuple[Any, ...], expected: tuple[str, ...] | None) -> None:
    """Each allowance that no old one covers, and each denial that no new one does; in doubt it is wider."""
    found = widened(policy(*before), policy(*after))

    assert found == expected if expected is not None else found


def test_a_condition_that_only_moved_is_no_difference() -> None:
    """Conditions are compared with their values as sets of text, as IAM takes them."""
    one = {**DENY, "Condition": {"Bool": {"aws:SecureTransport": False}, "StringLike": {"aws:x": ["b", "a"]}}}
    other = {**DENY, "Condition": {"StringLike": {"aws:x": ["a", "b"]}, "Bool": {"aws:SecureTransport": "false"}}}

    assert same(policy(one), policy(other))
