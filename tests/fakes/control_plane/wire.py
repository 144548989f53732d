"""Between bytes and the core: AWS's JSON protocols, and STS's older one."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from urllib.parse import parse_qs

from tests.fakes.control_plane.account import Account
from tests.fakes.control_plane.items import DATA_OPERATIONS, renamed, table_names, twin
from tests.fakes.control_plane.refusal import Refusal
from tests.fakes.control_plane.state import Json

SERVICES = {
    "DynamoDB_20120810": "dynamodb",
    "AnyScaleFrontendService": "application-autoscaling",
    "TrentService": "kms",
}
_SCOPE = re.compile(r"Credential=[^/]+/[0-9]+/([^/]+)/")
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back.

    Attributes:
        status: The HTTP status.
        headers: By name.
        body: The bytes.
    """

    status: int
    headers: dict[str, str]
    body: bytes


def respond(account: Account, target: str, authorization: str, body: bytes) -> Answer:
    """Answer a request.

    Args:
        account: The fake.
        target: The X-Amz-Target header; empty for STS.
        authorization: The Authorization header: its scope names the Region.
        body: The request's bytes.
    """
    scope = _SCOPE.search(authorization)
    region = scope.group(1) if scope else ""
    if not target:
        return _sts(account, body, region)
    prefix, _, operation = target.partition(".")
    service = SERVICES.get(prefix, "")
    try:
        params = json.loads(body or b"{}")
        if service == "dynamodb" and operation in DATA_OPERATIONS:
            status, raw = _items(account, operation, params, region)
            return _json(status, raw)
        answer = account.handle(operation, params, service=service, region=region)
    except Refusal as refused:
        error = {"__type": f"com.amazonaws.dynamodb.v20120810#{refused.code}", "message": refused.message}
        return _json(refused.status, json.dumps(error).encode())
    return _json(_OK, json.dumps(answer).encode())


def _items(account: Account, operation: str, params: Json, region: str) -> tuple[int, bytes]:
    """A data call at the twins; names of twins in the answer are the tables' own again."""
    tables = table_names(params)
    account.check_readable(operation, tables, params.get("IndexName"), region)
    if account.items is None:
        raise AssertionError("there are no items; check_readable says so first")
    site = account.sites[region]
    names = {name: twin(site.table(name)) for name in tables}
    status, body = account.items.send(operation, json.dumps(renamed(params, names)).encode())
    for name, other in names.items():
        body = body.replace(other.encode(), name.encode())
    return status, body


def _json(status: int, body: bytes) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": uuid.uuid4().hex.upper()}
    return Answer(status=status, headers=headers, body=body)


def _sts(account: Account, body: bytes, region: str) -> Answer:
    action = parse_qs(body.decode()).get("Action", [""])[0]
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": uuid.uuid4().hex}
    try:
        found = account.handle(action, {}, service="sts", region=region)
    except Refusal as refused:
        error = f"<Error><Code>{refused.code}</Code><Message>{refused.message}</Message></Error>"
        text = f"<ErrorResponse>{error}</ErrorResponse>"
        return Answer(status=400, headers=headers, body=text.encode())
    members = "".join(f"<{name}>{value}</{name}>" for name, value in found.items())
    text = f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>{members}</{action}Result></{action}Response>'
    return Answer(status=_OK, headers=headers, body=text.encode())
