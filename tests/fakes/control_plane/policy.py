"""Resource policies: read late, written at most every 15 s, compared by meaning (K 205-214, 244-248, 346-356)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.clock import iso
from tests.fakes.control_plane.state import Json, Table

if TYPE_CHECKING:
    from tests.fakes.control_plane.site import Site

MAX_BYTES = 20_480
NEVER = "NO_POLICY"
"""An ExpectedRevisionId that says that there is none (M)."""
DEFAULT_VERSION = "2008-10-17"
STATEMENT_ORDER = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def check_policy(text: str) -> Json:
    """A policy's document.

    Raises:
        Refusal: It is too long, no JSON, or open to everybody (K 356, 442).
    """
    if len(text.encode()) > MAX_BYTES:
        raise request_texts.POLICY_SIZE.refusal()
    try:
        document = json.loads(text)
    except ValueError:
        raise request_texts.POLICY_JSON.refusal() from None
    if not isinstance(document, dict) or not document.get("Statement"):
        raise request_texts.POLICY_JSON.refusal()
    for statement in _statements(document):
        everybody = statement.get("Principal") in ("*", {"AWS": "*"})
        if statement.get("Effect") == "Allow" and everybody and not statement.get("Condition"):
            raise request_texts.POLICY_UNBOUNDED.refusal()
    return document


def _statements(document: Json) -> list[Json]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def canonical(text: str, account: str) -> Json:
    """A policy as AWS gives it back: lists of one as text, account ids as ARNs, in a fixed order (K 208, 351-354)."""
    document = json.loads(text)
    statements = []
    for statement in _statements(document):
        shaped = {name: _simple(statement[name], account) for name in STATEMENT_ORDER if name in statement}
        statements.append(shaped | {n: v for n, v in statement.items() if n not in shaped})
    head = {"Version": document.get("Version", DEFAULT_VERSION)}
    if "Id" in document:
        head["Id"] = document["Id"]
    return {**head, "Statement": statements}


def _simple(value: Any, account: str) -> Any:
    if isinstance(value, dict):
        return {name: _simple(member, account) for name, member in value.items()}
    if isinstance(value, list):
        members = [_simple(member, account) for member in value]
        return members[0] if len(members) == 1 else members
    return f"arn:aws:iam::{value}:root" if isinstance(value, str) and value == account else value


def get_policy(site: Site, params: Json) -> Json:
    """The policy as it was until a write is seconds old.

    Raises:
        Refusal: There is no table, or no policy.
    """
    table = site.table(params["ResourceArn"])
    found = table.policy.read(site.now(), times.POLICY_LAG)
    if found is None:
        raise texts.NO_POLICY.refusal(arn=table.arn)
    return {"Policy": json.dumps(canonical(found["Policy"], site.account)), "RevisionId": found["RevisionId"]}


def put_policy(site: Site, params: Json) -> Json:
    """Set the policy; one that means the same is no change.

    Raises:
        Refusal: It can't be set, is expected to be another, or was changed within 15 s.
    """
    table = site.table(params["ResourceArn"])
    check_policy(params["Policy"])
    _check_revision(table, params)
    now, found = site.now(), table.policy.value
    if found is not None and _same(found["Policy"], params["Policy"], site.account):
        return {"RevisionId": found["RevisionId"]}
    _check_window(site, table)
    revision = str(int(now * 1000))
    table.policy.write({"Policy": params["Policy"], "RevisionId": revision}, now, times.POLICY_LAG)
    table.policy_changed = now
    return {"RevisionId": revision}


def delete_policy(site: Site, params: Json) -> Json:
    """Remove the policy; where there is none nothing is done (K 205).

    Raises:
        Refusal: It is expected to be another, or was changed within 15 s.
    """
    table = site.table(params["ResourceArn"])
    _check_revision(table, params)
    if table.policy.value is None:
        return {}
    _check_window(site, table)
    table.policy.write(None, site.now(), times.POLICY_LAG)
    table.policy_changed = site.now()
    return {"RevisionId": str(int(site.now() * 1000))}


def _same(one: str, other: str, account: str) -> bool:
    """Whether two texts mean the same; one without a Version is not one with the default (K 354)."""
    versions = {json.loads(text).get("Version") for text in (one, other)}
    return len(versions) == 1 and canonical(one, account) == canonical(other, account)


def _check_revision(table: Table, params: Json) -> None:
    expected = params.get("ExpectedRevisionId")
    if expected is None:
        return
    found = table.policy.value
    if expected != (NEVER if found is None else found["RevisionId"]):
        raise texts.OTHER_POLICY.refusal()


def _check_window(site: Site, table: Table) -> None:
    if table.status in {"CREATING", "DELETING"}:
        text = texts.CREATING if table.status == "CREATING" else texts.DELETING
        raise text.refusal(table=table.name)
    since, allowed = table.policy_changed, table.policy_changed + times.POLICY_WINDOW
    if not since or site.now() >= allowed:
        return
    if site.now() < since + times.POLICY_PENDING:
        raise texts.POLICY_PENDING.refusal(table=table.name)
    raise texts.POLICY_WINDOW.refusal(table=table.name, next=iso(allowed))
