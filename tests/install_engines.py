"""Install DynamoDB Local, the second engine of the tests, and what tests of pages need, under ``.engines/``.

The engine comes as the npm package ``amplify-dynamodb-simulator``, of which only the folder ``emulator/`` is used:
unpacked, not installed. It needs Java. Beside it comes axe, which judges pages that a browser shows. On a CI machine
that lacks npm, Java or Chromium, Debian's packages bring them; elsewhere nothing outside ``.engines/`` is touched, and
the tests say what they skip.
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
AXE_PACKAGE = "axe-core@4.14.1"
ENGINES = Path(__file__).resolve().parent.parent / ".engines"
TARGET = ENGINES / "dynamodb-local"
AXE = ENGINES / "axe.min.js"
DEBIAN_PACKAGES = {
    "java": "default-jre-headless",
    "npm": "npm",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
}


def install_debian_packages() -> None:
    """Bring java, npm and a browser to a CI machine that lacks them."""
    missing = [package for program, package in DEBIAN_PACKAGES.items() if shutil.which(program) is None]
    if missing and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing], check=True)


def fetch(package: str, folder: Path) -> Path:
    """The package as npm delivers it, in ``folder``."""
    subprocess.run(
        ["npm", "pack", "--silent", package],
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


def unpack_axe(archive: Path, target: Path) -> None:
    """The one file of axe that a page loads."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile("package/axe.min.js")
        if file is None:
            raise FileNotFoundError("axe-core holds no axe.min.js")
        new = target.with_suffix(".new")
        new.write_bytes(file.read())
        new.replace(target)


def main() -> int:
    """Install it once; say what keeps it from being installed."""
    install_debian_packages()
    wanted = [name for name in (TARGET / "DynamoDBLocal.jar", AXE) if not name.exists()]
    if not wanted:
        return 0
    if shutil.which("npm") is None:
        print("npm is missing: DynamoDB Local and axe are not installed, and tests of them skipped.", file=sys.stderr)
        return 0
    ENGINES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ENGINES) as folder:
        if AXE in wanted:
            unpack_axe(fetch(AXE_PACKAGE, Path(folder)), AXE)
            wanted.remove(AXE)
    with tempfile.TemporaryDirectory(dir=ENGINES) as folder:
        if wanted:
            unpack(fetch(PACKAGE, Path(folder)), TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
