"""The parts of an ARN: ``arn:partition:service:region:account:resource``."""

from __future__ import annotations

_REGION = 3
_ACCOUNT = 4


def account_of(arn: str) -> str:
    """The account; empty where there is none."""
    return _part(arn, _ACCOUNT)


def region_of(arn: str) -> str:
    """The Region; empty where there is none."""
    return _part(arn, _REGION)


def _part(arn: str, place: int) -> str:
    parts = arn.split(":", maxsplit=5)
    return parts[place] if arn.startswith("arn:") and len(parts) > place else ""
