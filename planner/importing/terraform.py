"""A folder of ``.tf`` files, or Terraform's JSON syntax: for where ``terraform show -json`` is not at hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from planner.importing.budget import Budget
from planner.importing.hcl_scope import Scope
from planner.importing.hcl_text import Block, from_json, parse_hcl
from planner.importing.hcl_values import Evaluator
from planner.importing.inside import Inside
from planner.importing.terraform_module import Module
from planner.importing.terraform_resources import draft_of
from planner.importing.values import Draft, Kind, Unknown
from planner.values import Json

_AUTOMATIC = ("terraform.tfvars", "*.auto.tfvars")


def is_json_syntax(document: Json) -> bool:
    """Whether it is a configuration in Terraform's JSON syntax, as CDKTF writes it."""
    if not isinstance(document, Mapping):
        return False
    return isinstance(document.get("resource"), Mapping | list) or (
        isinstance(document.get("module"), Mapping) and ("terraform" in document or "provider" in document)
    )


def import_folder(files: list[Path], folder: Path, inside: Inside, given: Mapping[str, str]) -> Draft:
    """The tables of one module.

    Args:
        files: Its ``.tf`` files, and ``.tfvars`` files with values of its variables.
        folder: Its folder.
        inside: What else may be read, such as the modules that it calls.
        given: Values of variables by name.

    Raises:
        RefusedError: A file is not HCL, or there is no table that can be imported.
    """
    blocks: list[Block] = []
    values: dict[str, Json] = {}
    automatic = [path for pattern in _AUTOMATIC for path in sorted(folder.glob(pattern)) if path not in files]
    for path in [*automatic, *files]:
        block = parse_hcl(inside.text(path), path.name)
        if path.suffix == ".tfvars":
            values |= _constants(block)
        else:
            blocks += block.blocks
    return _draft(blocks, folder, inside, {**values, **given}, folder.name or "folder")


def import_json_syntax(document: Mapping[str, Json], path: Path, inside: Inside, given: Mapping[str, str]) -> Draft:
    """The tables of a ``.tf.json`` file.

    Raises:
        RefusedError: There is no table that can be imported.
    """
    return _draft(from_json(document).blocks, path.parent, inside, given, path.name)


def _draft(blocks: list[Block], folder: Path, inside: Inside, given: Mapping[str, Json], name: str) -> Draft:
    module = Module(blocks, folder, inside, given)
    resources = list(module.resources())
    own = module.constant("ddbplan")
    database = own.get("database") if isinstance(own, Mapping) else None
    return draft_of(
        resources, Kind.TERRAFORM, name, module.todos, database=database if isinstance(database, str) else ""
    )


def _constants(block: Block) -> dict[str, Json]:
    """The values of a ``.tfvars`` file, which names nothing."""
    scope = Scope({}, lambda path: Unknown(text=".".join(path), why="a .tfvars file names nothing"), _no_file, Budget())
    evaluator = Evaluator(scope)
    return {name: evaluator.value(given) for name, given in block.attributes.items()}


def _no_file(name: str) -> Unknown:
    return Unknown(text=name, why="a .tfvars file reads no file")
