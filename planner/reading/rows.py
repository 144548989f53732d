"""The rows of a seed, streamed: written in the plan, one per line of ``.jsonl``, or a ``.json`` array."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from planner.codes import reading as codes
from planner.diagnostics import Diagnostic, Report, Severity
from planner.plan import Plan, Seed, SeedItem
from planner.reading.files import inside
from planner.reading.row_files import read_array, read_lines
from planner.reading.scope import Scope


class RowsError(Exception):
    """The rows of a seed cannot be read, though they could when the plan was checked.

    Attributes:
        diagnostic: The first problem.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(f"{diagnostic.position}: {diagnostic.what}. {diagnostic.fix}")
        self.diagnostic = diagnostic


def rows(plan: Plan, seed: Seed, report: Report | None = None) -> Iterator[SeedItem]:
    """A seed's rows in order, each in DynamoDB JSON with its place; files are read while the caller asks for more.

    Args:
        plan: The plan, whose folder bounds every file.
        seed: One of its seeds.
        report: Takes the problems; rows that cannot be read are left out.

    Raises:
        RowsError: A row cannot be read and there is no report to say so.
    """
    collected = Report() if report is None else report
    for row in _rows(plan, seed, Scope(collected, seed.address)):
        if report is None:
            _raise_first(collected)
        yield row
    if report is None:
        _raise_first(collected)


def data_files(plan: Plan, seed: Seed, report: Report) -> tuple[tuple[Path, str], ...]:
    """The files of a seed with the names they are shown by, in the order of their names.

    Args:
        plan: The plan, whose folder bounds every file.
        seed: One of its seeds; without ``file`` it has none.
        report: Takes what is missing or lies elsewhere.
    """
    if seed.file is None:
        return ()
    scope = Scope(report, seed.address)
    paths = _matches(plan.folder, seed.file)
    if not paths:
        fix = f"Check `file:`; it is looked for in `{plan.folder}`."
        scope.error(codes.UNREADABLE, seed.position, f"there is no file `{seed.file}` in the plan's folder", fix)
    found = []
    for path in paths:
        shown = path.relative_to(plan.folder).as_posix()
        problem = inside(plan.folder, path)
        if problem is None:
            found.append((path, shown))
        else:
            fix = "Put the file itself into the plan's folder."
            scope.error(codes.OUTSIDE_FOLDER, seed.position, f"`{shown}` is refused: {problem}", fix)
    return tuple(found)


def _rows(plan: Plan, seed: Seed, scope: Scope) -> Iterator[SeedItem]:
    for kind, given in (("generate", seed.generate), ("source", seed.source)):
        if given is not None:
            fix = "Write the rows under `items:`, or name a `.jsonl` file by `file:`."
            scope.error(codes.SEED_KIND, seed.position, f"rows by `{kind}` are not read by this version", fix)
    if seed.attributes:
        fix = "Remove `attributes:`; a row is then put whole, where no item has its key."
        scope.error(codes.SEED_KIND, seed.position, "`attributes` of a seed is not applied by this version", fix)
    yield from seed.items
    for path, shown in data_files(plan, seed, scope.report):
        if path.suffix in {".jsonl", ".json"}:
            yield from file_rows(path, shown, scope)
        else:
            fix = "Convert it to `.jsonl`, one JSON object per line."
            scope.error(codes.SEED_KIND, seed.position, f"`{shown}` is neither a .jsonl nor a .json file", fix)


def file_rows(path: Path, shown: str, scope: Scope) -> Iterator[SeedItem]:
    """The rows of one file: a ``.json`` array, or one row per line.

    Args:
        path: The file.
        shown: Its name in messages.
        scope: Takes the problems; rows that cannot be read are left out.
    """
    if path.suffix == ".json":
        yield from read_array(path, shown, scope)
    else:
        yield from read_lines(path, shown, scope)


def _matches(folder: Path, pattern: str) -> list[Path]:
    exact = folder / pattern
    try:
        if exact.exists() or exact.is_symlink():
            return [exact]
        if not any(character in pattern for character in "*?["):
            return []
        return sorted(path for path in folder.glob(pattern) if not path.is_dir())
    except (OSError, ValueError):
        return []


def _raise_first(collected: Report) -> None:
    for problem in collected:
        if problem.severity is Severity.ERROR:
            raise RowsError(problem)
