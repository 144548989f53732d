"""The rows of a seed, streamed: written in the plan, generated, or from files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from planner.codes import reading as codes
from planner.diagnostics import Position, Report
from planner.plan import Columns, Plan, Seed, SeedItem
from planner.reading.files import inside
from planner.reading.row_problems import KnownProblems, RowProblems, RowsError, TooManyBadRowsError
from planner.reading.scope import Scope
from planner.reading.sources.csv_files import read_csv
from planner.reading.sources.ion_files import read_ion
from planner.reading.sources.json_files import read_json
from planner.reading.sources.lines import read_lines
from planner.reading.sources.opening import UnreadableError, format_of
from planner.reading.sources.parquet_files import read_parquet

__all__ = ["RowsError", "data_files", "file_rows", "read_rows", "rows"]


def rows(
    plan: Plan,
    seed: Seed,
    report: Report | None = None,
    left_out: frozenset[Position] = frozenset(),
) -> Iterator[SeedItem]:
    """A seed's rows in order, each in DynamoDB JSON with its place; files are read while the caller asks for more.

    Args:
        plan: The plan, whose folder bounds every file.
        seed: One of its seeds.
        report: Takes the problems; rows that cannot be read are left out.
        left_out: Without a report, rows that were bad when the seed was checked, and are left out again.

    Raises:
        RowsError: A row cannot be read and there is no report to say so.
    """
    if report is None:
        yield from read_rows(plan, seed, KnownProblems(Scope(Report(), seed.address), left_out))
        return
    problems = RowProblems(Scope(report, seed.address))
    whole = True
    try:
        yield from read_rows(plan, seed, problems)
    except TooManyBadRowsError:
        whole = False
    problems.finish(whole=whole)


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
        shown = (_shown_folder(seed) / path.relative_to(plan.folder)).as_posix()
        problem = inside(plan.folder, path)
        if problem is None:
            found.append((path, shown))
        else:
            fix = "Put the file itself into the plan's folder."
            scope.error(codes.OUTSIDE_FOLDER, seed.position, f"`{shown}` is refused: {problem}", fix)
    return tuple(found)


def read_rows(plan: Plan, seed: Seed, problems: RowProblems) -> Iterator[SeedItem]:
    """A seed's rows in order, as ``rows``, with whoever takes the problems.

    Raises:
        TooManyBadRowsError: The source is another thing than rows.
    """
    yield from seed.items
    if seed.generate is not None:
        from planner.reading.sources.generated import generated_rows  # noqa: PLC0415 - few plans generate

        yield from generated_rows(plan, seed, seed.generate, problems)
    report = Report()
    files = data_files(plan, seed, report)
    problems.take(report)
    for path, shown in files:
        yield from file_rows(path, shown, problems, plan=plan, seed=seed)


def file_rows(
    path: Path,
    shown: str,
    problems: RowProblems,
    *,
    plan: Plan | None = None,
    seed: Seed | None = None,
) -> Iterator[SeedItem]:
    """The rows of one file, by the suffix of its name; ``.gz`` and ``.zst`` after it are unpacked on the way.

    Args:
        path: The file.
        shown: Its name in messages.
        problems: Takes what cannot be read.
        plan: What the seed is part of, where there is one.
        seed: What the file is read for.
    """
    table = None if plan is None or seed is None else plan.tables.get(seed.table)
    columns = Columns() if seed is None else seed.columns
    try:
        match format_of(path):
            case ".jsonl" | ".ndjson":
                yield from read_lines(path, shown, problems)
            case ".json":
                yield from read_json(path, shown, problems, () if table is None else (table.key, table.name))
            case ".csv":
                keys = {} if table is None else {name: table.key_types.get(name, "S") for name in table.key_names}
                yield from read_csv(path, shown, problems, columns, keys)
            case ".parquet":
                yield from read_parquet(path, shown, problems, columns.empty)
            case ".ion":
                yield from read_ion(path, shown, problems)
            case _:
                fix = "Convert it to `.jsonl`, one JSON object per line; .json, .csv, .parquet and .ion are read too."
                place = None if seed is None else seed.position
                problems.of_file(codes.SEED_KIND, place, f"the name of `{shown}` tells of no kind that is read", fix)
    except UnreadableError:
        return


def _shown_folder(seed: Seed) -> PurePath:
    """The plan's folder as the plan itself is shown, so that both files are found from the same place."""
    return PurePath(seed.position.file).parent


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
