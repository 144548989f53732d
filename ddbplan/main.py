"""The console entry. Imports click and nothing else that costs time: a command's module is loaded when it is run."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ddbplan.catalogue import ALIASES, COMMANDS, GROUPS, entry
from ddbplan.exits import Exit
from ddbplan.failures import Failure, Terminated
from ddbplan.lasting import lasting_output, open_what_is_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType


class Program(click.Group):
    """The group of all commands, each loaded when it is asked for; ends with ddbplan's own exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name, in the order of the first page."""
        return [found.name for found in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load a command by its name or alias; None when there is none."""
        found = entry(cmd_name)
        if found is None:
            return None
        command: click.Command = importlib.import_module(found.module).command
        return command

    def resolve_command(
        self,
        ctx: click.Context,
        args: list[str],
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name offered for one that does not exist."""
        if args and not args[0].startswith("-") and entry(args[0]) is None:
            from difflib import get_close_matches  # noqa: PLC0415 - only a slip needs it

            near = get_close_matches(args[0], [*(found.name for found in COMMANDS), *ALIASES], n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The first page's groups, without loading any command."""
        width = max(len(found.name) for found in COMMANDS)
        for group in GROUPS:
            with formatter.section(group):
                formatter.write_dl(
                    [(found.name.ljust(width), found.summary) for found in COMMANDS if found.group == group]
                )

    def main(  # type: ignore[override] # always ends the process, whatever standalone_mode says
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,
    ) -> NoReturn:
        """Run a command and end the process with its exit code; nothing but a sentence ever reaches the user."""
        extra["standalone_mode"] = False
        words = sys.argv[1:] if args is None else args
        code = guarded(lambda: super(Program, self).main(words, prog_name or "ddbplan", **extra), for_machines(words))
        sys.exit(code)


def for_machines(words: Sequence[str]) -> bool:
    """Whether a command line, which may be wrong in any way, asks for JSON."""
    return "--format=json" in words or ("--format", "json") in itertools.pairwise(words)


def guarded(action: Callable[[], object], as_json: bool = False) -> int:  # noqa: FBT001, FBT002 - one thing to say
    """Run ``action`` and turn whatever ends it into an exit code and, for errors, a sentence on stderr.

    Args:
        action: The command.
        as_json: Errors are also a JSON value on stdout.
    """
    with lasting_output() as output:
        code = _guarded(action, as_json)
    # A reader that has seen enough is no error.
    if code or output.problem is None or isinstance(output.problem, BrokenPipeError):
        return code
    return _said(Failure(f"The output cannot be written: {output.problem.strerror}."), as_json=False)


def _guarded(action: Callable[[], object], as_json: bool) -> int:  # noqa: FBT001 - as above
    try:
        with _sigterm_as_exception():
            result = action()
    except (KeyboardInterrupt, Terminated, click.exceptions.Abort) as ended:
        return _ended(ended)
    except click.ClickException as usage:
        # click ends usage errors with 2, which here means "changes found".
        usage.show()
        if as_json:
            _write_json(Failure(usage.format_message()))
        return Exit.ERROR
    except Exception as problem:  # noqa: BLE001 - the last resort: whatever it is becomes a sentence
        return _said(problem, as_json=as_json)
    return int(result) if isinstance(result, int) else Exit.DONE


def _ended(ended: BaseException) -> int:
    if isinstance(ended, Terminated):
        return Exit.TERMINATED
    # click turns Ctrl-C into its own Abort, and so it does an end of input.
    if isinstance(ended, KeyboardInterrupt) or isinstance(ended.__cause__, KeyboardInterrupt):
        return Exit.INTERRUPTED
    click.echo("Nothing was typed, so nothing was done.", err=True)
    return Exit.ERROR


def _said(problem: Exception, *, as_json: bool) -> int:
    from ddbplan.views.failure import show_bug, show_failure  # noqa: PLC0415 - only a failure needs it

    failure = problem if isinstance(problem, Failure) else _known(problem)
    if failure is None:
        failure = Failure(show_bug(problem))
    else:
        show_failure(failure)
    if as_json:
        _write_json(failure)
    return failure.exit_code


def _write_json(failure: Failure) -> None:
    from ddbplan.views.failure import write_failure_json  # noqa: PLC0415 - only a failure needs it

    with contextlib.suppress(OSError):  # whoever reads it may have gone, and the sentence is said
        write_failure_json(failure)


_EXPECTED = (
    ("planner.reading.rows", "RowsError", Exit.ERROR),
    ("planner.checks.seeds", "SourceChangedError", Exit.ERROR),
    ("executor.local.errors", "LocalEngineError", Exit.ERROR),
    ("executor.reports.errors", "ReportError", Exit.ERROR),
    ("executor.proof.values", "NotThrowawayError", Exit.ERROR),
    ("executor.failure", "WrongPlaceError", Exit.STALE),
    ("executor.failure", "CallError", Exit.ERROR),
    ("executor.ledger.errors", "LedgerCallError", Exit.ERROR),
    ("executor.ledger.errors", "StopRequestedError", Exit.INTERRUPTED),
    ("executor.ledger.errors", "LockLostError", Exit.STOPPED),
    ("executor.ledger.errors", "LedgerError", Exit.STALE),
)
"""Errors whose message is for the user: the module and name of each, and what the process ends with."""


def _known(problem: Exception) -> Failure | None:
    # Only modules that are loaded can have raised their errors: nothing is imported to recognise one.
    for module, name, code in _EXPECTED:
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(problem, getattr(loaded, name)):
            return Failure(str(problem), exit_code=code)
    return None


@contextlib.contextmanager
def _sigterm_as_exception() -> Iterator[None]:
    def terminate(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Terminated

    try:
        before = signal.signal(signal.SIGTERM, terminate)
    except ValueError:  # not the main thread: whoever embeds the command line keeps its own handlers
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's
    if wanted:
        ctx.exit(ctx.invoke(importlib.import_module("ddbplan.commands.version").command))


@click.command(
    "ddbplan",
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the versions that a bug report needs.",
)
@click.pass_context
def program(ctx: click.Context) -> int:
    """Data models for DynamoDB, planned in YAML, reviewed like code, applied exactly once.

    A plan says what tables, seed data, transactions and queries there are to be. Check it with validate, prove it with
    test, see what would change with diff, and make it so with apply.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
    return Exit.DONE


def run() -> NoReturn:
    """The console script ``ddbplan``."""
    open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    program.main()


if __name__ == "__main__":
    run()
