"""Rows of a plan as packed parts, in the form that DynamoDB's importers read: into a folder, or into S3."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan.failures import Failure
from ddbplan.views.seed import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO, Self

    from executor.clients import Clients
    from executor.exporting import Bucket
    from planner.bulk_source import S3Place
    from planner.checked import CheckedSeed


def place_of(address: str) -> S3Place:
    """The place that ``--to`` names; its prefix ends in a slash, so that tables stand beside each other.

    Raises:
        UsageError: It is no address of S3.
    """
    from planner.bulk_source import S3Place  # noqa: PLC0415 - loaded by the command that uses it

    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    if not address.startswith("s3://") or not bucket:
        raise click.UsageError(f"--to takes s3://BUCKET/PREFIX, not {address!r}.")
    return S3Place(bucket=bucket, prefix=f"{prefix.rstrip('/')}/" if prefix.strip("/") else "")


def export_to_s3(
    clients: Clients, seeds: Sequence[CheckedSeed], place: S3Place, part_bytes: int, *, force: bool
) -> list[Written]:
    """Write the rows of each seed below a prefix of its table's name, part by part.

    Args:
        clients: Whose target has the bucket.
        seeds: The seeds.
        place: Where.
        part_bytes: So much text a part, before it is packed.
        force: Replace parts of an earlier export; without it one is refused before anything is written.

    Raises:
        Failure: An export is there already, or a part could not be written.
        CallError: S3 refused, or was not reached.
    """
    from executor.exporting import Bucket  # noqa: PLC0415 - loaded by what talks to AWS

    bucket = Bucket(clients, place)
    old = {seed.table.key: bucket.keys(f"{seed.table.key}/part-") for seed in seeds}
    for key, names in old.items():
        if names and not force:
            raise Failure(f"{place}{key}/ holds an export already, so nothing was written. Give --force to replace it.")
    written = []
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="ddbplan-export-") as folder:
            made = export(seed, Path(folder), part_bytes, partial(_upload, bucket, f"{seed.table.key}/"))
        parts = [f"{seed.table.key}/{Path(file).name}" for file in made.files]
        for stale in set(old[seed.table.key]) - set(parts):
            bucket.remove(stale)
        written.append(Written(table=made.table, files=tuple(f"{place}{name}" for name in parts), rows=made.rows))
    return written


def _upload(bucket: Bucket, under: str, path: Path) -> None:
    bucket.put(under + path.name, path)
    path.unlink()


def export(
    seed: CheckedSeed, folder: Path, part_bytes: int, done: Callable[[Path], None] = lambda _path: None
) -> Written:
    """Write the rows of a seed into a folder.

    Args:
        seed: The seed.
        folder: Where; made if it is not there.
        part_bytes: So much text a part, before it is packed.
        done: Told each part that is whole.

    Raises:
        Failure: A part could not be written.
    """
    from planner.checks.seeds import same_rows  # noqa: PLC0415 - loaded by the command that uses it

    files: list[str] = []
    count = 0
    with Parts(folder, part_bytes, files, done) as parts:
        for row in same_rows(seed):
            parts.write(b'{"Item":' + row.encoded + b"}\n")
            count += 1
    return Written(table=seed.table.key, files=tuple(files), rows=count)


class Parts:
    """Packed files of a bounded size, one after the other."""

    def __init__(self, folder: Path, part_bytes: int, files: list[str], done: Callable[[Path], None]) -> None:
        self._done = done
        self._folder = folder
        self._part_bytes = part_bytes
        self._files = files
        self._file: BinaryIO | None = None
        self._left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._close()
        elif self._file is not None:
            # What stopped half-way is nobody's part.
            self._file.close()

    def write(self, line: bytes) -> None:
        """One row."""
        if self._file is None or self._left < len(line):
            self._next()
        if self._file is not None:
            self._file.write(line)
        self._left -= len(line)

    def _next(self) -> None:
        from planner.reading.sources.opening import packed  # noqa: PLC0415 - loaded by the command that uses it

        self._close()
        path = self._folder / f"part-{len(self._files) + 1:05}.json.gz"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = packed(path, "wb")
        except OSError as problem:
            raise Failure(f"{path} cannot be written: {problem.strerror or problem}.") from None
        self._files.append(str(path))
        self._left = self._part_bytes

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self._done(Path(self._files[-1]))
