"""What a person decides beside the plan: the options that ``diff`` and ``apply`` share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ddbplan import policy as reading
from ddbplan.options import DEFAULT_LEDGER, max_errors_option
from ddbplan.rejects import DEFAULT_REJECTS, row_policy
from planner.steps import Hazard, HazardKind

if TYPE_CHECKING:
    from ddbplan.policy import Policy
    from executor.apply import ApplyOptions
    from executor.prepare import Caller
    from planner.reading.row_problems import RowPolicy

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """As typed.

    Attributes:
        ledger: The ledger's table.
        only: Addresses to limit the run to.
        adopt: Tables to take.
        rerun: Transactions to run again.
        skip: Transactions to record as skipped.
        allow: Permissions, ``KIND:ADDRESS`` or ``KIND``.
        policy: What a policy file says beside them.
        max_errors: So many bad rows of a seed are left out.
        rejects: The file that they are written to.
    """

    ledger: str
    only: tuple[str, ...] = ()
    adopt: tuple[str, ...] = ()
    rerun: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    policy: Policy | None = None
    max_errors: int = 0
    rejects: str = DEFAULT_REJECTS

    @property
    def row_policy(self) -> RowPolicy:
        """What happens to bad rows of seeds."""
        return row_policy(self.max_errors, self.rejects)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Hazards that the policy permits at every address."""
        return self.policy.kinds if self.policy else ()

    @property
    def permissions(self) -> tuple[str, ...]:
        """All permissions, the policy's with them."""
        return (*self.allow, *(self.policy.allow if self.policy else ()))

    def check_place(self, caller: Caller) -> None:
        """Refuse what the policy is not for.

        Raises:
            Failure: Another account, Region or ledger.
        """
        if self.policy is not None:
            self.policy.check_place(caller)
            self.policy.check_ledger(self.ledger)

    @property
    def addresses(self) -> dict[str, tuple[str, ...]]:
        """The addresses by the choice made for them, as saved steps keep them."""
        return {"adopt": self.adopt, "only": self.only, "rerun": self.rerun, "skip": self.skip}

    def idle(self, hazards: Iterable[Hazard]) -> tuple[str, ...]:
        """The permissions that were typed and that concern none of these hazards."""
        found = tuple(hazards)
        known = {hazard.flag for hazard in found} | {str(hazard.kind) for hazard in found}
        return tuple(dict.fromkeys(flag for flag in self.allow if flag not in known))

    def words(self) -> tuple[str, ...]:
        """The options as typed, for the next command."""
        named = [(f"--{name}", value) for name, values in self.addresses.items() for value in values]
        named += [("--allow", value) for value in self.allow]
        named += [("--policy", self.policy.path)] if self.policy else []
        named += [("--ledger", self.ledger)] if self.ledger != DEFAULT_LEDGER else []
        return (*(word for pair in named for word in pair), *self.row_words)

    @property
    def row_words(self) -> tuple[str, ...]:
        """Those of them that saved steps do not hold, and without which their plan cannot be read."""
        words = ("--max-errors", str(self.max_errors)) if self.max_errors else ()
        return (*words, "--rejects", self.rejects) if self.rejects != DEFAULT_REJECTS else words

    def as_options(self, **more: Any) -> ApplyOptions:
        """What the executor takes."""
        from executor.apply import ApplyOptions  # noqa: PLC0415 - loaded by the commands that talk to AWS

        return ApplyOptions(
            ledger=self.ledger,
            only=self.only,
            adopt=frozenset(self.adopt),
            rerun=frozenset(self.rerun),
            skip=frozenset(self.skip),
            # A kind that only the policy names is no permission of a person at a terminal, but one of its own.
            allow=frozenset(self.allow) | {flag for flag in self.permissions if ":" in flag},
            kinds=frozenset(self.kinds),
            **more,
        )


_OPTIONS = (
    click.option("--allow", multiple=True, metavar="HAZARD:ADDRESS", help="Permit a hazard, as diff prints it."),
    click.option(
        "--policy",
        "policy_file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A file that permits hazards, and says where.",
    ),
    click.option("--skip", multiple=True, metavar="ADDRESS", help="Record a transaction as skipped, for good."),
    click.option("--rerun", multiple=True, metavar="ADDRESS", help="Run a transaction again whose table was remade."),
    click.option("--adopt", multiple=True, metavar="ADDRESS", help="Take a live table that no ledger records."),
    click.option("--only", multiple=True, metavar="ADDRESS", help="Only this and what it needs."),
    click.option(
        "--ledger",
        metavar="TABLE",
        show_default=DEFAULT_LEDGER,
        help="The table in which applies are recorded.",
    ),
)


def choice_options(command: Command) -> Command:
    """Add --only, --adopt, --rerun, --skip, --allow, --policy and --ledger; the command gets ``choices: Choices``."""

    @functools.wraps(command)
    def with_choices(
        *args: Any,
        ledger: str | None,
        policy_file: Path | None,
        only: tuple[str, ...],
        adopt: tuple[str, ...],
        rerun: tuple[str, ...],
        skip: tuple[str, ...],
        allow: tuple[str, ...],
        max_errors: int,
        rejects: str,
        **options: Any,
    ) -> Any:
        for flag in allow:
            _check_flag(flag)
        policy = reading.read(policy_file) if policy_file else None
        named = ledger or (policy.ledger if policy else None) or DEFAULT_LEDGER
        chosen = Choices(
            ledger=named,
            only=only,
            adopt=adopt,
            rerun=rerun,
            skip=skip,
            allow=allow,
            policy=policy,
            max_errors=max_errors,
            rejects=rejects,
        )
        return command(*args, choices=chosen, **options)

    for option in (max_errors_option, *_OPTIONS):
        with_choices = option(with_choices)
    return with_choices  # type: ignore[return-value] # click takes the wrapper for the command it wraps


def _check_flag(flag: str) -> None:
    kind, separator, address = flag.partition(":")
    known = [str(member) for member in HazardKind]
    if kind not in known:
        raise click.UsageError(f"--allow takes HAZARD:ADDRESS, and {kind!r} is no hazard. Hazards: {', '.join(known)}.")
    if separator and not address:
        raise click.UsageError(f"--allow {flag} lacks the address, such as {kind}:table.accounts.")
