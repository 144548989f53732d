"""Other tools' definitions of tables as a plan: text in, a ``Draft`` out, and from a draft the plan's text.

One way through the package: ``detect`` (what a file is) -> one module a kind, which brings what it reads into the
shape of CreateTable (``tables``) -> ``Draft`` -> ``settling`` (what the plan's own checks take of it) -> ``yaml_text``.
What a file does not tell is an ``Unknown`` all the way, and in the end a ``TODO`` beside the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from planner.importing import dynamodb_api, mcp_model, serverless, terraform, terraform_json, whole, workbench
from planner.importing.cloudformation import import_template
from planner.importing.detect import KINDS, Shape, parse, shape_of
from planner.importing.inside import Inside, read_text
from planner.importing.settling import Settled, settle
from planner.importing.tables import plan_key, with_own_names
from planner.importing.values import Draft, Kind, Reason, RefusedError
from planner.importing.yaml_text import folder_texts, plan_text
from planner.values import Json

_TERRAFORM = frozenset({".tf", ".tfvars"})
_SERVICES = ("serverless.yml", "serverless.yaml")
_LATER = frozenset({Shape.USAGE, Shape.TABLE, Shape.CALL, Shape.BATCH, Shape.ROWS})


def import_files(
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    given: Mapping[str, str] | None = None,
    inside: Path | None = None,
) -> Draft:
    """The tables of files that belong together.

    Args:
        paths: Files; a folder is a Terraform module, or one with a serverless.yml.
        kind: What they have to be; None for whatever they are.
        given: Values of parameters, variables and options by name.
        inside: The folder in which files that they name are looked for; each one's own folder where it is None.

    Raises:
        RefusedError: One of them cannot be imported; the message says what cannot be known.
    """
    try:
        return _import(paths, kind, given or {}, inside)
    except _OF_SHAPE as problem:
        # A foreign file can hold anything anywhere; each reader checks what it is likely to meet.
        names = ", ".join(path.name for path in paths)
        what = f"`{names}` is not as its format has it: {type(problem).__name__}: {str(problem)[:200]}"
        raise RefusedError(Reason.INVALID, what) from None


_OF_SHAPE = (TypeError, KeyError, AttributeError, ValueError, IndexError, RecursionError)


def _import(paths: Sequence[Path], kind: Kind | None, values: Mapping[str, str], inside: Path | None) -> Draft:
    configured, documents = _sorted(paths)
    drafts = []
    for folder, files in configured.items():
        _require(kind, Kind.TERRAFORM, folder.name)
        drafts.append(terraform.import_folder(files, folder, _inside(inside, folder), values))
    read = [(path, document, shape_of(document, path.name)) for path, document in _parsed(documents)]
    usage = next((document for _, document, shape in read if shape is Shape.USAGE), None)
    for path, document, shape in read:
        _require(kind, KINDS[shape], path.name)
        if shape not in _LATER:
            drafts.append(_one(path, document, shape, usage, values, inside))
    made = [(_called(path), document) for path, document, shape in read if shape is Shape.TABLE]
    calls = [document for _, document, shape in read if shape is Shape.CALL]
    if made or calls:
        drafts.append(dynamodb_api.import_tables(made, calls))
    draft = _merged(drafts)
    for path, document, shape in read:
        if shape is Shape.BATCH:
            draft = dynamodb_api.with_items(draft, path.name, dynamodb_api.batch_items(document))
        elif shape is Shape.ROWS:
            items = tuple(dynamodb_api.item_of(row["Item"], path.name) for row in document)
            draft = dynamodb_api.with_items(draft, path.name, {"": items})
    if not draft.tables:
        what = f"`{paths[0].name}` holds no table of its own. Name the file that makes it as well, beside this one."
        raise RefusedError(Reason.NO_TABLE, what)
    return replace(draft, tables=with_own_names(draft.tables))


def _called(path: Path) -> str:
    """The table's name in the plan where the file has it: ``accounts.create-table.json``, as an export writes it."""
    key, found, _ = path.name.partition(".create-table.json")
    return key if found else ""


def _inside(folder: Path | None, own: Path) -> Inside:
    return Inside((folder or own).resolve())


def _require(wanted: Kind | None, found: Kind, name: str) -> None:
    if wanted is not None and wanted is not found:
        raise RefusedError(Reason.UNKNOWN_KIND, f"`{name}` is {found}, and --from says {wanted}.")


def _sorted(paths: Sequence[Path]) -> tuple[dict[Path, list[Path]], list[Path]]:
    """Terraform's files by folder, and all others."""
    configured: dict[Path, list[Path]] = {}
    documents: list[Path] = []
    variables: list[Path] = []
    for given in paths:
        path = given.resolve()
        if path.is_dir():
            service = next((path / name for name in _SERVICES if (path / name).is_file()), None)
            own = sorted(path.glob("*.tf"))
            if service is None and not own:
                what = f"`{given}` holds no .tf file and no serverless.yml. Name the files."
                raise RefusedError(Reason.UNKNOWN_KIND, what)
            if service is not None:
                documents.append(service)
            configured |= {path: own} if own else {}
        elif path.suffix == ".tfvars":
            variables.append(path)
        elif path.suffix in _TERRAFORM:
            configured.setdefault(path.parent, []).append(path)
        else:
            documents.append(path)
    return {folder: [*files, *variables] for folder, files in configured.items()}, documents


def _parsed(paths: Sequence[Path]) -> Iterator[tuple[Path, Json]]:
    for path in paths:
        yield path, parse(read_text(path), path)


def _one(  # noqa: PLR0911 - one line for each shape
    path: Path, document: Json, shape: Shape, usage: Json, given: Mapping[str, str], inside: Path | None
) -> Draft:
    match shape:
        case Shape.WORKBENCH:
            return workbench.import_model(document, path.name)
        case Shape.MODEL:
            return mcp_model.import_model(document, path.name)
        case Shape.ENTITIES:
            return mcp_model.import_entities(document, usage, path.name)
        case Shape.SERVICE | Shape.FRAGMENT:
            return _with_comments(path, serverless.import_service, document, path, _inside(inside, path.parent), given)
        case Shape.SHOWN:
            return terraform_json.import_shown(document, path.name)
        case Shape.JSON_SYNTAX:
            return terraform.import_json_syntax(document, path, _inside(inside, path.parent), given)
        case Shape.EXPORT:
            return whole.import_export(document, path.name)
        case _:
            return _with_comments(path, import_template, document, path.name, given)


def _with_comments(path: Path, read: object, *arguments: object) -> Draft:
    """A reader's draft; where there is no table, whether one stands in a comment is said as well."""
    try:
        draft: Draft = read(*arguments)  # type: ignore[operator] # one of the two readers above
    except RefusedError as problem:
        lines = read_text(path).splitlines() if problem.reason is Reason.NO_TABLE else []
        marked = [at for at, line in enumerate(lines, 1) if line.lstrip().startswith("#") and "DynamoDB::" in line]
        if not marked:
            raise
        what = f"{problem.message} Tables stand only in comments, from line {marked[0]}."
        raise RefusedError(problem.reason, what) from None
    return draft


def _merged(drafts: Sequence[Draft]) -> Draft:
    """Several drafts as one; a name that is taken gets a number."""
    if not drafts:
        return Draft(kind=Kind.AWS_CLI)
    merged = drafts[0]
    for draft in drafts[1:]:
        keys: dict[str, str] = {}
        taken = [table.key for table in merged.tables]
        for table in draft.tables:
            keys[table.key] = plan_key(table.key, taken) if table.key in taken else table.key
            taken.append(keys[table.key])
        names = [query.name for query in merged.queries]
        queries = []
        for query in draft.queries:
            settings = {**query.settings, "table": keys[query.settings["table"]]} if query.settings else {}
            queries.append(replace(query, name=plan_key(query.name, names), settings=settings))
            names.append(queries[-1].name)
        merged = replace(
            merged,
            database=merged.database or draft.database,
            description=merged.description or draft.description,
            tables=(*merged.tables, *(replace(table, key=keys[table.key]) for table in draft.tables)),
            seeds={**merged.seeds, **{keys[key]: items for key, items in draft.seeds.items()}},
            on_conflict={**merged.on_conflict, **{keys[key]: word for key, word in draft.on_conflict.items()}},
            queries=(*merged.queries, *queries),
            transactions=(*merged.transactions, *draft.transactions),
            todos=(*merged.todos, *draft.todos),
        )
    return merged


__all__ = [
    "Draft",
    "Kind",
    "Reason",
    "RefusedError",
    "Settled",
    "folder_texts",
    "import_files",
    "plan_text",
    "settle",
]
