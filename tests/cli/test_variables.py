"""--set, through the command line: the same values from diff to the saved steps to apply."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from ddbplan.catalogue import COMMANDS
from ddbplan.exits import Exit
from ddbplan.main import program
from ddbplan.options import READS_PLANS

if TYPE_CHECKING:
    from tests.cli.site import Site

PLAN = """\
ddbplan: 1
database: {database}
variables:
  team: {{allowed: [core, risk]}}
tables:
  accounts: {{partition_key: id, tags: {{team: "${{team}}"}}}}
"""


def test_every_command_that_reads_plans_takes_set() -> None:
    """What `Next:` repeats, the next command takes."""
    taking = {entry.name for entry in COMMANDS if _takes_set(importlib.import_module(entry.module).command)}

    # import's --set is for another tool's parameters, and generate proves what is not yet a plan.
    assert taking - {"import", "generate"} == READS_PLANS


def _takes_set(command: click.Command) -> bool:
    if isinstance(command, click.Group):
        return all(_takes_set(one) for one in command.commands.values())
    return any("--set" in parameter.opts for parameter in command.params)


@pytest.mark.parametrize("typed", ["team", "=x"])
def test_a_slip_is_told(typed: str) -> None:
    """--set takes NAME=VALUE."""
    done = CliRunner().invoke(program, ["validate", "--set", typed])

    assert done.exit_code == Exit.ERROR
    assert "--set takes NAME=VALUE" in done.stderr


@pytest.mark.engine
def test_saved_steps_keep_the_values(quick_bank: Site) -> None:
    """Approved with a value, applied with it though nobody types it again; another value is another diff."""
    quick_bank.write(PLAN)
    plan, steps = str(quick_bank.plan), str(quick_bank.folder / "steps.json")
    missing = quick_bank.run("diff", plan)
    saved = quick_bank.run("diff", plan, "--set", "team=core", "--out", steps)
    applied = quick_bank.run("apply", steps, "--yes")
    same = quick_bank.run("diff", plan, "--set", "team=core", "--detailed-exitcode")
    other = quick_bank.run("diff", plan, "--set", "team=risk", "--detailed-exitcode")

    assert missing.exit_code == Exit.ERROR
    assert "--set team=VALUE" in missing.output
    assert saved.exit_code == Exit.DONE, saved.output
    assert applied.exit_code == Exit.DONE, applied.output
    assert same.exit_code == Exit.DONE, same.output
    assert other.exit_code == Exit.CHANGES
    assert "--set team=risk" in other.stderr
    assert "team: core -> risk" in other.stdout
