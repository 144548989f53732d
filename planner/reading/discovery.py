"""Which plans are meant: files, folders, a folder that is one plan, or what the project names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.codes import reading as codes
from planner.diagnostics import Position, Report
from planner.reading.document import PlanSource
from planner.reading.files import decode, inside, read_bytes
from planner.reading.nodes import shorten
from planner.reading.scope import Scope, listed

DEFAULT_FOLDER = "plans"
PROJECT_FILE = "ddbplan.toml"
PROJECT_SECTIONS = ("plans", "generate", "local", "rules", "quotas")
"""``local`` is refused by whatever would start an engine, in words of its own."""
_SHOWN = tuple(f"[{name}]" for name in PROJECT_SECTIONS if name != "local")
MAIN_FILE = "plan.yaml"
MAX_PROJECT_BYTES = 256 * 1024

_SUFFIXES = (".yaml", ".yml")


def find_plans(arguments: Sequence[str], cwd: Path) -> tuple[tuple[PlanSource, ...], Report]:
    """The plans that a command is to work on, in order and each once.

    Args:
        arguments: Files and folders as the user gave them. A folder that holds ``plan.yaml`` is one plan, its other
            YAML files merged into it; in any other folder each YAML file and each such folder in it is a plan.
            Without arguments: what ``[plans] paths`` of ``ddbplan.toml`` names, else the folder ``plans``.
        cwd: What relative paths start from.

    Returns:
        The plans that were found, and a report of what was not.
    """
    report = Report()
    found: dict[tuple[Path, ...], PlanSource] = {}
    for argument in arguments or _inside_project(_project_paths(cwd, report), cwd, report):
        for source in _sources(argument, cwd, report):
            found.setdefault(tuple(_resolved(path) for path in source.files), source)
    return tuple(found.values()), report


def _sources(argument: str, cwd: Path, report: Report) -> list[PlanSource]:
    path = cwd / argument
    try:
        if path.is_dir():
            return _folder(path, argument, report)
        exists = path.exists()
    except (OSError, ValueError) as problem:
        Scope(report).error(codes.UNREADABLE, None, f"`{argument}` cannot be looked at: {problem}", "Check the path.")
        return []
    if not exists:
        what = f"there is no file or folder `{argument}`"
        Scope(report).error(codes.UNREADABLE, None, what, _missing_fix(path, argument, report))
        return []
    return [PlanSource(name=argument, folder=path.parent, files=(path,))]


def _missing_fix(path: Path, argument: str, report: Report) -> str:
    try:
        siblings = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        siblings = []
    hint = Scope(report).did_you_mean(path.name, siblings)
    before, slash, _ = argument.rstrip("/").rpartition("/")
    # The neighbour is named as the user has to type it, with the folder.
    return f"{hint.replace('`', f'`{before}{slash}', 1)}Check the path `{argument}`."


def _folder(path: Path, shown: str, report: Report) -> list[PlanSource]:
    """The plans of a folder."""
    shown = shown.rstrip("/") or shown
    try:
        entries = sorted(path.iterdir())
    except OSError as problem:
        what = f"the folder `{shown}` cannot be read: {problem.strerror}"
        Scope(report).error(codes.UNREADABLE, None, what, "Check its permissions.")
        return []
    if (path / MAIN_FILE).exists():
        return _one_plan(path, shown, report)
    found = []
    candidates = [entry for entry in entries if _is_plan_file(entry) or _is_plan_folder(entry)]
    for entry in candidates:
        name = _join(shown, entry.name)
        if _leads_out(path, entry, name, report):
            continue
        if _is_plan_file(entry):
            found.append(PlanSource(name=name, folder=path, files=(entry,)))
        else:
            found += _one_plan(entry, name, report)
    if not candidates:
        fix = "Write a plan there, or let `ddbplan generate` draft one."
        Scope(report).error(codes.NO_PLANS, None, f"the folder `{shown}` holds no .yaml file", fix)
    return found


def _one_plan(folder: Path, shown: str, report: Report) -> list[PlanSource]:
    """A folder as one plan: ``plan.yaml`` first, then its other files by name; none where a file leads out of it."""
    others = [entry for entry in sorted(folder.iterdir()) if _is_plan_file(entry) and entry.name != MAIN_FILE]
    files = (folder / MAIN_FILE, *others)
    refused = [_leads_out(folder, entry, _join(shown, entry.name), report) for entry in files]
    if any(refused):
        return []
    return [PlanSource(name=shown if len(files) > 1 else _join(shown, MAIN_FILE), folder=folder, files=files)]


def _leads_out(folder: Path, entry: Path, shown: str, report: Report) -> bool:
    """Whether what was found in a folder really lies elsewhere, which is reported: nobody named it."""
    problem = inside(folder, entry)
    if problem is not None:
        fix = "Put the file itself there, or name it on the command line."
        Scope(report).error(codes.OUTSIDE_FOLDER, None, f"`{shown}` is refused: {problem}", fix)
    return problem is not None


def _inside_project(paths: tuple[str, ...], cwd: Path, report: Report) -> list[str]:
    """Of the paths that the project names, those that lie in it; the others are reported."""
    found = []
    for path in paths:
        problem = inside(cwd, cwd / path)
        if problem is None:
            found.append(path)
        else:
            fix = "Name it on the command line, where it is meant."
            what = f"`{path}`, which nobody named on the command line, lies outside the working folder"
            Scope(report).error(codes.OUTSIDE_FOLDER, None, what, fix)
    return found


def _is_plan_file(path: Path) -> bool:
    # What `generate` kept of a text that did not become a plan lies beside the plans, and is none.
    kept = path.name.endswith(f".invalid{path.suffix}")
    return path.suffix in _SUFFIXES and not kept and not path.name.startswith(".") and not path.is_dir()


def _is_plan_folder(path: Path) -> bool:
    return path.is_dir() and (path / MAIN_FILE).exists()


def _join(folder: str, name: str) -> str:
    return name if folder in {"", "."} else f"{folder.rstrip('/')}/{name}"


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _project_paths(cwd: Path, report: Report) -> tuple[str, ...]:
    """What the project file names, else the default folder."""
    file = cwd / PROJECT_FILE
    if file.exists():
        return _named_paths(file, report)
    if (cwd / DEFAULT_FOLDER).is_dir():
        return (DEFAULT_FOLDER,)
    what = f"there is no folder `{DEFAULT_FOLDER}` and no `{PROJECT_FILE}` here"
    fix = (
        "Name a plan, as in `ddbplan validate my-plan.yaml`, put one into the folder `plans`, "
        "let `ddbplan init` start one, or `ddbplan generate` draft one."
    )
    Scope(report).error(codes.NO_PLANS, None, what, fix)
    return ()


def _named_paths(file: Path, report: Report) -> tuple[str, ...]:
    import tomllib  # noqa: PLC0415 - most projects have no such file

    data = read_bytes(file, PROJECT_FILE, report, limit=MAX_PROJECT_BYTES, fix="It names plans and nothing else.")
    text = None if data is None else decode(data, PROJECT_FILE, report)
    if text is None:
        return ()
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        position = Position(PROJECT_FILE, 1, 1)
        Scope(report).error(codes.PROJECT_FILE, position, f"it is not TOML: {problem}", "Correct it at that place.")
        return ()
    unknown = [name for name in content if name not in PROJECT_SECTIONS]
    for name in unknown:
        fix = f"{Scope(report).did_you_mean(name, PROJECT_SECTIONS)}Sections are {listed(_SHOWN)}."
        what = f"`{shorten(name)}` is nothing that `{PROJECT_FILE}` has"
        Scope(report).error(codes.PROJECT_FILE, Position(PROJECT_FILE, 1, 1), what, fix)
    if unknown:
        return ()
    section = content.get("plans", {"paths": [DEFAULT_FOLDER]})
    paths = section.get("paths") if isinstance(section, dict) else None
    usable = isinstance(paths, list) and paths and all(isinstance(path, str) and path for path in paths)
    if not usable or not isinstance(section, dict) or set(section) != {"paths"}:
        what = "`[plans]` has to hold `paths` and nothing else, a list of files and folders"
        fix = 'Write:\n\n    [plans]\n    paths = ["plans"]'
        Scope(report).error(codes.PROJECT_FILE, Position(PROJECT_FILE, 1, 1), what, fix)
        return ()
    return tuple(str(path) for path in paths or ())
