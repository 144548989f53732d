"""The fixed head of a request is signed as botocore signs the same request."""

from __future__ import annotations

import datetime as dt
from unittest import mock

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from executor.loader.endpoint import Endpoint
from executor.loader.signing import CONTENT_TYPE, Keys, Signer

URLS = (
    "https://dynamodb.eu-west-1.amazonaws.com/",
    "https://111122223333.ddb.eu-west-1.amazonaws.com/",
    "http://127.0.0.1:8000/",
    "http://[::1]:8000/",
)


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}


@given(
    url=st.sampled_from(URLS),
    body=st.binary(max_size=50),
    token=st.sampled_from([None, "a-session-token=="]),
    moment=st.integers(0, 4_000_000_000),
)
def test_the_signature_is_botocores(url: str, body: bytes, token: str | None, moment: int) -> None:
    """Any body, time, address and session give the Authorization header that botocore gives."""
    keys = ReadOnlyCredentials("AKIDEXAMPLE", "secret", token)
    head = Signer(Endpoint(url=url, region="eu-west-1")).head("PutItem", body, keys, now=float(moment))
    request = AWSRequest(
        "POST",
        url,
        headers={"Content-Type": CONTENT_TYPE, "X-Amz-Target": "DynamoDB_20120810.PutItem"},
        data=body,
    )
    at = dt.datetime.fromtimestamp(moment, dt.UTC)
    with mock.patch("botocore.auth.get_current_datetime", return_value=at):
        SigV4Auth(Credentials("AKIDEXAMPLE", "secret", token), "dynamodb", "eu-west-1").add_auth(request)

    assert _headers(head)["authorization"] == request.headers["Authorization"]
    assert _headers(head)["x-amz-date"] == request.headers["X-Amz-Date"]


def test_refreshed_credentials_sign_from_then_on() -> None:
    """A signer that was given new credentials signs with them, not with the key that it kept."""
    endpoint = Endpoint(url=URLS[0], region="eu-west-1")
    signer = Signer(endpoint)
    signer.head("PutItem", b"", Keys("FIRST", "one"), now=0.0)
    second = signer.head("PutItem", b"", Keys("FIRST", "two"), now=0.0)

    assert second == Signer(endpoint).head("PutItem", b"", Keys("FIRST", "two"), now=0.0)


def test_credentials_are_not_shown() -> None:
    """The text of credentials holds neither secret nor token."""
    shown = f"{Keys('AKID', 'the-secret', 'the-token')!r}"

    assert "the-secret" not in shown
    assert "the-token" not in shown
