"""Whether this machine has anything to reach AWS with: looked at, never read, so that no command loads botocore."""

from __future__ import annotations

import os
from pathlib import Path

_NAMES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_FILES = {"AWS_SHARED_CREDENTIALS_FILE": "credentials", "AWS_CONFIG_FILE": "config"}
_VENDOR = Path("/sys/devices/virtual/dmi/id/sys_vendor")


def is_set_up() -> bool:
    """Whether there are credentials, a profile, or a machine of AWS below, which has credentials of its own."""
    if any(os.environ.get(name) for name in _NAMES):
        return True
    folder = Path(os.path.expanduser("~")) / ".aws"  # noqa: PTH111 - Path.home() fails where there is no home
    if any(Path(os.environ.get(name) or folder / file).is_file() for name, file in _FILES.items()):
        return True
    return os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() != "true" and _is_in_ec2()


def _is_in_ec2() -> bool:
    try:
        return _VENDOR.read_text(encoding="utf-8", errors="replace").startswith("Amazon EC2")
    except OSError:
        return False
