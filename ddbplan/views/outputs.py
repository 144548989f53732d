"""What an application takes of a plan: JSON, variables for a shell, or variables for Terraform."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING

from ddbplan.failures import Failure
from ddbplan.views.output import Output, stdout

if TYPE_CHECKING:
    from planner.outputs import Outputs, TableOutput


def write_outputs(found: Outputs, form: str, prefix: str = "") -> None:
    """Write them in one of the forms ``json``, ``env`` and ``tfvars``.

    Raises:
        Failure: Two variables would have one name.
    """
    out = stdout()
    match form:
        case "json":
            out.json({"version": 1, **asdict(found)})
        case "env":
            _write_env(out, found, prefix)
        case _:
            _write_tfvars(out, found)


def _write_env(out: Output, found: Outputs, prefix: str) -> None:
    from planner.outputs import NameTakenError, variables  # noqa: PLC0415 - loaded when it is used

    try:
        made = variables(found, prefix)
    except NameTakenError as taken:
        raise Failure(
            f"Two outputs would both be the variable {taken}, since a variable's name has no small letters and no "
            "dashes. Take --format json, or give a table or an index another name.",
        ) from None
    for name, value in made.items():
        out.line(f"{name}={shlex.quote(value)}")


def _write_tfvars(out: Output, found: Outputs) -> None:
    for name in ("database", "environment", "account", "region"):
        out.line(f"{name} = {_hcl(getattr(found, name))}")
    out.line("tables = {")
    for key, table in found.tables.items():
        out.line(f"  {_hcl(key)} = {{")
        for name, value in _facts(table):
            out.line(f"    {name} = {value}")
        out.line("  }")
    out.line("}")


def _facts(table: TableOutput) -> tuple[tuple[str, str], ...]:
    width = len("stream_arn")
    facts = {
        "name": _hcl(table.name),
        "arn": _hcl(table.arn),
        "stream_arn": _hcl(table.stream_arn),
        "indexes": f"[{', '.join(map(_hcl, table.indexes))}]",
    }
    return tuple((name.ljust(width), value) for name, value in facts.items())


def _hcl(text: str) -> str:
    """A string of Terraform's language: JSON's, with its templates made harmless."""
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")
