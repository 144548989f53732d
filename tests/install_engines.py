"""Install DynamoDB Local, the second engine of the tests, under ``.engines/``.

It comes as the npm package ``amplify-dynamodb-simulator``, of which only the folder ``emulator/`` is used: unpacked,
not installed. It needs Java. On a CI machine that lacks npm or Java, Debian's packages bring them; elsewhere nothing
outside ``.engines/`` is touched, and the tests say what they skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "amplify-dynamodb-simulator@2.9.30"
TARGET = Path(__file__).resolve().parent.parent / ".engines" / "dynamodb-local"
DEBIAN_PACKAGES = {"java": "default-jre-headless", "npm": "npm"}


def install_debian_packages() -> None:
    """Bring java and npm to a CI machine that lacks them."""
    missing = [package for program, package in DEBIAN_PACKAGES.items() if shutil.which(program) is None]
    if missing and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing], check=True)


def fetch(folder: Path) -> Path:
    """The package as npm delivers it, in ``folder``."""
    subprocess.run(
        ["npm", "pack", "--silent", PACKAGE],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.tgz")
    return archive


def unpack(archive: Path, target: Path) -> None:
    """The emulator's own files, without the folders above them."""
    prefix = "package/emulator/"
    unpacked = target.with_suffix(".new")
    shutil.rmtree(unpacked, ignore_errors=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and member.name.startswith(prefix):
                member.name = member.name.removeprefix(prefix)
                tar.extract(member, unpacked, filter="data")
    unpacked.rename(target)


def main() -> int:
    """Install it once; say what keeps it from being installed."""
    if (TARGET / "DynamoDBLocal.jar").exists():
        return 0
    install_debian_packages()
    if shutil.which("npm") is None:
        print("DynamoDB Local is not installed: npm is missing. Tests that need it will be skipped.", file=sys.stderr)
        return 0
    TARGET.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET.parent) as folder:
        unpack(fetch(Path(folder)), TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
