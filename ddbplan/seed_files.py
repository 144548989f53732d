"""Files of seed rows that commands write: whole or not at all, and never over another file unless told."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan import workspace
from ddbplan.failures import Failure
from planner.masking import KEY_BYTES
from planner.reading.sources.opening import packed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MASK_KEY = ".ddbplan/mask.key"


@contextlib.contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file that is there under its name only when all of it is written; packed as its suffix says.

    Args:
        path: The file.
        force: One that exists is replaced.

    Raises:
        Failure: It exists, or cannot be written.
    """
    refuse_existing(path, force=force)
    part = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with packed(part) as file:
            yield file
        if force:
            part.replace(path)
        else:
            os.link(part, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as problem:
        raise Failure(f"{path} cannot be written: {problem.strerror or problem}.") from None
    finally:
        part.unlink(missing_ok=True)


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse to write over a file.

    Raises:
        Failure: It exists and nobody said that it may be replaced.
    """
    if not force and (path.exists() or path.is_symlink()):
        raise _exists(path)


def _exists(path: Path) -> Failure:
    return Failure(f"{path} exists, so nothing was written over it. Give --force to replace it, or another -o.")


def mask_key() -> bytes:
    """The key of this folder's masks, made by chance when it is first needed.

    Raises:
        Failure: It cannot be read or made.
    """
    path = workspace.folder() / MASK_KEY
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as problem:
        raise Failure(f"{MASK_KEY}, the key of masks, cannot be used: {problem}.") from None
    if len(key) != KEY_BYTES:
        raise Failure(f"{MASK_KEY} does not hold {KEY_BYTES} bytes in hexadecimal. Remove it to have another made.")
    return key
