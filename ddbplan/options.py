"""Options that several commands share, turned into typed values; combinations that make no sense are refused here."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from ddbplan.rejects import DEFAULT_REJECTS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_LEDGER = "ddbplan_ledger"
DEFAULT_ITEMS = 1000
"""Of a table, that --check-data looks at."""
MAX_ITEMS = 1_000_000_000
MOST_ERRORS = 100_000
"""Where bad rows stand is remembered for as long as the plan is used."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions:
    """Where a command goes.

    Attributes:
        profile: A profile of the AWS configuration.
        region: A region.
        endpoint_url: Another endpoint than AWS's own.
        local: The embedded engine of this folder.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    local: bool = False

    @property
    def is_loopback(self) -> bool:
        """Whether it can only be an engine on this machine."""
        return self.local or (self.endpoint_url is not None and urlsplit(self.endpoint_url).hostname in LOOPBACK)

    @property
    def words(self) -> tuple[str, ...]:
        """The options as typed, for the next command."""
        named = {"--profile": self.profile, "--region": self.region, "--endpoint-url": self.endpoint_url}
        given = [word for option, value in named.items() if value for word in (option, value)]
        return (*given, "--local") if self.local else tuple(given)


def target_options(command: Command) -> Command:
    """Add --profile, --region, --endpoint-url and --local; the command gets ``target: TargetOptions``."""

    @functools.wraps(command)
    def with_target(
        *args: Any,
        profile: str | None,
        region: str | None,
        endpoint_url: str | None,
        local: bool,
        **options: Any,
    ) -> Any:
        target = TargetOptions(profile=profile, region=region, endpoint_url=endpoint_url, local=local)
        _check(target)
        return command(*args, target=target, **options)

    for option in (
        click.option("--local", is_flag=True, help="Use the embedded engine; its data stays in .ddbplan/."),
        click.option("--endpoint-url", metavar="URL", help="Use another endpoint than AWS's own."),
        click.option("--region", metavar="NAME", help="Use this AWS region."),
        click.option("--profile", metavar="NAME", help="Use this profile of your AWS configuration."),
    ):
        with_target = option(with_target)
    return with_target  # type: ignore[return-value] # click takes the wrapper for the command it wraps


def _check(target: TargetOptions) -> None:
    for option, value in (("--endpoint-url", target.endpoint_url), ("--profile", target.profile)):
        if target.local and value:
            raise click.UsageError(f"--local is the embedded engine, so {option} has no meaning beside it. Give one.")
    if target.endpoint_url is not None:
        check_url(target.endpoint_url, "--endpoint-url")


def check_url(url: str, option: str) -> None:
    """Refuse what is no URL of an endpoint.

    Raises:
        click.UsageError: It is none.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise click.UsageError(f"{option} takes a URL such as http://127.0.0.1:8000, not {url!r}.")


def _plan_files(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from ddbplan.completing import plan_files  # noqa: PLC0415 - only a shell's TAB needs it

    return plan_files(ctx, parameter, incomplete)


def names_completer(section: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Completes the names of a section of the plan that stands before it."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from ddbplan.completing import names_of  # noqa: PLC0415 - only a shell's TAB needs it

        return names_of(section)(ctx, parameter, incomplete)

    return complete


def plan_argument(command: Command) -> Command:
    """Add PLAN."""
    added: Command = click.argument("plan", shell_complete=_plan_files)(command)
    return added


def plans_argument(command: Command) -> Command:
    """Add ``[PLAN]...``: files or folders; without any, every plan of plans/ or of ddbplan.toml."""
    argument = click.argument("plans", nargs=-1, metavar="[PLAN]...", shell_complete=_plan_files)
    added: Command = argument(command)
    return added


def environment_option(command: Command) -> Command:
    """Add -e / --environment, and --set."""
    option = click.option(
        "-e",
        "--environment",
        metavar="NAME",
        shell_complete=names_completer("environments"),
        help="Use this environment of the plan.",
    )
    added: Command = option(set_option(command))
    return added


def set_option(command: Command) -> Command:
    """Add --set, whose values ``variables_given`` tells to whatever reads plans in this command."""
    option = click.option(
        "--set",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        expose_value=False,
        callback=_remember_variables,
        help="Give a variable of the plan this value; repeatable.",
    )
    added: Command = option(command)
    return added


_VARIABLES = f"{__name__}.variables"


def _remember_variables(ctx: click.Context, _option: click.Parameter, typed: tuple[str, ...]) -> None:
    found: dict[str, str] = {}
    for one in typed:
        name, separator, value = one.partition("=")
        if not separator or not name:
            raise click.UsageError(f"--set takes NAME=VALUE, such as stage=prod, not {one!r}.", ctx)
        if name in found:
            raise click.UsageError(f"--set gives {name} twice. Give it once.", ctx)
        found[name] = value
    ctx.meta[_VARIABLES] = found


def variables_given() -> dict[str, str]:
    """The variables that were typed; none outside a command."""
    ctx = click.get_current_context(silent=True)
    found: dict[str, str] = {} if ctx is None else ctx.meta.get(_VARIABLES, {})
    return found


def ledger_option(command: Command) -> Command:
    """Add --ledger."""
    added: Command = click.option(
        "--ledger",
        metavar="TABLE",
        default=DEFAULT_LEDGER,
        show_default=True,
        help="The table in which applies are recorded.",
    )(command)
    return added


lock_timeout_option = click.option(
    "--lock-timeout",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Wait this long for another run that holds the lock.",
)


def data_options(command: Command) -> Command:
    """Add --check-data and --check-items; the command gets ``look_at``: how many items, 0 for all, or None."""

    @functools.wraps(command)
    def with_data(*args: Any, check_data: bool, check_items: str | None, **options: Any) -> Any:
        if check_items is not None and not check_data:
            raise click.UsageError("--check-items says how many items --check-data looks at. Give both.")
        return command(*args, look_at=_items(check_items) if check_data else None, **options)

    for option in (
        click.option(
            "--check-items",
            metavar="N|all",
            show_default=str(DEFAULT_ITEMS),
            help="How many items of a table --check-data looks at.",
        ),
        click.option("--check-data", is_flag=True, help="Look at live items that an index or an expiry would concern."),
    ):
        with_data = option(with_data)
    return with_data  # type: ignore[return-value] # click takes the wrapper for the command it wraps


def _items(typed: str | None) -> int:
    if typed is None:
        return DEFAULT_ITEMS
    if typed == "all":
        return 0
    if not typed.isdecimal() or not typed.isascii() or not 0 < int(typed) <= MAX_ITEMS:
        raise click.UsageError(f"--check-items takes a number from 1 to {MAX_ITEMS:,}, or all, not {typed!r}.")
    return int(typed)


def max_errors_option(command: Command) -> Command:
    """Add --max-errors and --rejects; the command gets ``max_errors`` and ``rejects``."""
    for option in (
        click.option(
            "--rejects",
            metavar="FILE",
            default=DEFAULT_REJECTS,
            show_default=True,
            help="Where rows go that are not loaded.",
        ),
        click.option(
            "--max-errors",
            type=click.IntRange(0, MOST_ERRORS),
            default=0,
            metavar="N",
            help="Leave out up to N bad rows of a seed.",
        ),
    ):
        command = option(command)
    return command


def format_option(*choices: str) -> Callable[[Command], Command]:
    """Add --format with these choices, the first by default; the command gets ``form``."""

    def add(command: Command) -> Command:
        added: Command = click.option(
            "--format",
            "form",
            type=click.Choice(choices),
            default=choices[0],
            show_default=True,
            help="How the result is written.",
        )(command)
        return added

    return add


READS_PLANS = frozenset(
    {
        *("validate", "test", "diff", "apply", "show", "query", "report", "seed", "drift", "destroy"),
        *("cost", "iam", "outputs", "export", "doctor"),
    }
)
"""The commands that take --set."""


def next_command(command: str, *words: str, target: TargetOptions | None = None, environment: str | None = None) -> str:
    """A command to type, quoted for a shell."""
    chosen: tuple[str, ...] = ("-e", environment) if environment else ()
    if command in READS_PLANS:
        chosen += tuple(word for name, value in variables_given().items() for word in ("--set", f"{name}={value}"))
    return shlex.join(("ddbplan", command, *words, *chosen, *(target.words if target else ())))
