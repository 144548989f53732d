"""Who may ask, by the path that was asked: the service itself, or one of the two doors that AWS has to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.claude.refusal import RefusedError
from tests.fakes.claude.rules import API_VERSION

_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[a-z0-9-]+/(?P<service>[a-z-]+)/aws4_request, "
    r"SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A way in.

    Attributes:
        prefix: What its paths begin with.
        model_prefix: What its models' names begin with.
        service: The AWS service that a signature has to be made for.
    """

    prefix: str
    model_prefix: str
    service: str


BEDROCK = Door(prefix="/anthropic", model_prefix="anthropic.", service="bedrock-mantle")
DIRECT = Door(prefix="", model_prefix="", service="aws-external-anthropic")


def door(path: str) -> Door:
    """The way in that a path belongs to."""
    return BEDROCK if path.startswith(f"{BEDROCK.prefix}/") else DIRECT


def check_access(headers: Mapping[str, str], way: Door, key: str) -> None:
    """Refuse who has neither the key nor, at AWS, a signature for the right service.

    Args:
        headers: By lower-case name.
        way: The door that was used.
        key: The only valid key.

    Raises:
        RefusedError: With the service's own type and words.
    """
    given = headers.get("authorization", "")
    if given.startswith("AWS4-HMAC-SHA256"):
        _check_signature(given, headers, way)
    else:
        _check_key(given, headers, key)
    version = headers.get("anthropic-version")
    if version is None:
        raise RefusedError("anthropic-version: header is required")
    if version != API_VERSION:
        raise RefusedError(f'anthropic-version: "{version}" is not a valid version')


def _check_signature(given: str, headers: Mapping[str, str], way: Door) -> None:
    signed = _SIGNED.fullmatch(given)
    if signed is None or "x-amz-date" not in headers:
        raise RefusedError("The request signature is incomplete.", type="permission_error")
    if signed["service"] != way.service:
        raise RefusedError(f"The credential is scoped to {signed['service']}.", type="permission_error")
    if way is DIRECT and not headers.get("anthropic-workspace-id"):
        raise RefusedError("anthropic-workspace-id: header is required")


def _check_key(given: str, headers: Mapping[str, str], key: str) -> None:
    found = given[7:] if given.lower().startswith("bearer ") else headers.get("x-api-key", "")
    if not found:
        raise RefusedError("x-api-key header is required", type="authentication_error")
    if found != key:
        raise RefusedError("invalid x-api-key", type="authentication_error")
