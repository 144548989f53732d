"""Signature Version 4 for requests that all have the same few headers.

botocore's signer works the canonical request out anew from any headers; that is most of what it costs. Here that text
is made from a template, botocore's signer makes the string to sign and its scope, and the key of a day is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.credentials import ReadOnlyCredentials

if TYPE_CHECKING:
    from executor.clients import Frozen
    from executor.loader.endpoint import Endpoint

SERVICE = "dynamodb"
API = "DynamoDB_20120810"
CONTENT_TYPE = "application/x-amz-json-1.0"
_TIME = "%Y%m%dT%H%M%SZ"
_DAY = 8


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials at one moment, where there is no botocore session."""

    access_key: str
    secret_key: str = ""
    token: str | None = None

    def __repr__(self) -> str:
        """Without the secret: a value like this must be safe in a message."""
        return "Keys(...)"


@dataclass(slots=True)
class _Signed:
    """What botocore's signer asks of a request once its canonical form is known."""

    context: dict[str, str]


class _Signing:
    """botocore's signer for one set of credentials; the key of a day is derived once."""

    def __init__(self, keys: Frozen, region: str) -> None:
        self.keys = keys
        self._region = region
        self._botocore: Any = SigV4Auth(
            ReadOnlyCredentials(keys.access_key, keys.secret_key, keys.token), SERVICE, region
        )
        self._day = ("", b"")

    def authorization(self, at: str, canonical: str, names: str) -> str:
        """The Authorization header's value for a canonical request at a time."""
        request = _Signed({"timestamp": at})
        text = self._botocore.string_to_sign(request, canonical)
        signature = hmac.new(self._key(at[:_DAY]), text.encode(), hashlib.sha256).hexdigest()
        scope = self._botocore.scope(request)
        return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"

    def _key(self, day: str) -> bytes:
        known, key = self._day
        if known != day:
            key = f"AWS4{self.keys.secret_key}".encode()
            for part in (day, self._region, SERVICE, "aws4_request"):
                key = hmac.new(key, part.encode(), hashlib.sha256).digest()
            self._day = (day, key)
        return key


class Signer:
    """Makes the signed head of a request. Safe to share between threads.

    Args:
        endpoint: Where requests go.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._path = endpoint.url if endpoint.proxy and not endpoint.is_tls else endpoint.path
        # An endpoint works these out of its address each time.
        self._host, self._canonical_path = endpoint.host, endpoint.path
        self._auth: _Signing | None = None

    def head(self, operation: str, body: bytes, keys: Frozen, now: float | None = None) -> bytes:
        """Request line and headers, up to the empty line.

        Args:
            operation: Such as ``PutItem``.
            body: The request's JSON.
            keys: The credentials of this moment.
            now: Seconds since 1970; None for now.
        """
        auth = self._signer(keys)
        at = time.strftime(_TIME, time.gmtime(now))
        target = f"{API}.{operation}"
        names = "content-type;host;x-amz-date;x-amz-target"
        token = ""
        if keys.token:
            names = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
            token = f"x-amz-security-token:{keys.token}\n"
        headers = f"content-type:{CONTENT_TYPE}\nhost:{self._host}\nx-amz-date:{at}\n{token}x-amz-target:{target}\n"
        canonical = f"POST\n{self._canonical_path}\n\n{headers}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        return (
            f"POST {self._path} HTTP/1.1\r\n"
            f"{headers.replace(chr(10), chr(13) + chr(10))}"
            f"Authorization: {auth.authorization(at, canonical, names)}\r\n"
            f"User-Agent: {self._endpoint.user_agent}\r\nAccept-Encoding: identity\r\n"
            f"Content-Length: {len(body)}\r\n"
        ).encode("latin-1")

    def _signer(self, keys: Frozen) -> _Signing:
        auth = self._auth
        if auth is None or auth.keys != keys:
            auth = self._auth = _Signing(keys, self._endpoint.region)
        return auth
