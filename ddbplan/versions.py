"""Versions of what matters for a bug report."""

from __future__ import annotations

import platform
from importlib import metadata

PACKAGES = ("boto3", "botocore", "anthropic", "pydantic", "PyYAML", "click", "rich")
"""What every installation has."""
EXTRAS = ("ministack", "duckdb", "pyarrow", "amazon.ion", "Faker", "mcp", "python-hcl2")
"""What some have."""


def version() -> str:
    """Ddbplan's own."""
    return metadata.version("ddbplan")


def versions() -> dict[str, str]:
    """Of ddbplan, Python, the system, and each package that is installed, by name."""
    found = {
        "ddbplan": version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for package in (*PACKAGES, *EXTRAS):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
