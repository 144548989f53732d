"""``ddbplan local``: the embedded engine behind ``--local``."""

from __future__ import annotations

import click

from ddbplan import workspace
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import format_option
from ddbplan.views.hints import write_next
from ddbplan.views.local import write_started, write_status, write_text
from ddbplan.views.prompts import Answer, confirm


@click.group("local")
def command() -> None:
    """Start, stop, reset the embedded engine behind --local.

    Commands with --local start it themselves; its data lies in .ddbplan/ of the working directory.
    """


@command.command("start")
def start() -> int:
    """Start the engine and keep it running, for an application to use.

    It saves only when it ends, so a command with --local that wrote ends it and starts it again at the same address:
    the application's connections break for a moment.
    """
    from executor import local  # noqa: PLC0415 - loaded by the commands that use it

    workspace.check_engine_setting()
    write_started(local.start(workspace.folder()))
    write_next("ddbplan local stop")
    return Exit.DONE


@command.command("stop")
def stop() -> int:
    """Stop the engine; it saves its data first."""
    from executor import local  # noqa: PLC0415 - likewise

    stopped = local.stop(workspace.folder())
    write_text("The embedded engine is stopped; its data is saved." if stopped else "No embedded engine was running.")
    write_next("ddbplan local status")
    return Exit.DONE


@command.command("status")
@format_option("text", "json")
def status(form: str) -> int:
    """Show whether the engine runs, where, and what it keeps."""
    from executor import local  # noqa: PLC0415 - likewise

    write_status(local.status(workspace.folder()), form)
    return Exit.DONE


@command.command("reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(*, yes: bool) -> int:
    """Delete all data of the engine."""
    from executor import local  # noqa: PLC0415 - likewise

    question = f"Delete all data of the embedded engine in {local.status(workspace.folder()).folder}?"
    if not yes and confirm(question, without_terminal="--yes") is Answer.NO:
        raise Failure("Nothing was deleted.")
    local.reset(workspace.folder())
    write_text("All data of the embedded engine is deleted.")
    write_next("ddbplan apply --local")
    return Exit.DONE
