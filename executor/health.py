"""Is everything there that an apply needs? Asked one thing after another; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from executor.engines import AWS
from executor.errors import CLIENT_ERRORS, understand
from executor.ledger.errors import LedgerError, LedgerMissingError
from executor.ledger.guard import check_place
from executor.ledger.reader import LedgerReader
from executor.registry import call_function

if TYPE_CHECKING:
    from executor.clients import Clients
    from executor.ledger.values import LedgerIdentity

CLOCK_WARNING = timedelta(minutes=1)
CLOCK_PROBLEM = timedelta(minutes=5)
"""AWS refuses a signature whose time is off by more than this (Signature Version 4)."""


class State(StrEnum):
    """How something is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    """It could not be asked, because of another problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What, in a word or two.
        state: How it is.
        what: What was found.
        fix: What to do; empty where nothing is to be done.
    """

    name: str
    state: State
    what: str
    fix: str = ""


def examine(clients: Clients, ledger: str, databases: Sequence[str]) -> Iterator[Check]:
    """Credentials, permission, clock, ledger, and the lock of each database, in this order.

    Args:
        clients: Where.
        ledger: The ledger's physical name.
        databases: Whose locks are looked at.
    """
    who = call_function("validate_credentials", clients)
    if not who.ok:
        yield Check(name="credentials", state=State.PROBLEM, what=f"{who.error_code}.", fix=who.message)
        yield from (Check(name=name, state=State.UNKNOWN, what="not asked") for name in ("clock", "ledger", "locks"))
        return
    value = who.value
    what = f"{value['arn'] or 'nobody in particular'}, account {value['account']}, {value['region']}"
    yield Check(name="credentials", state=State.OK, what=what)
    yield Check(name="endpoint", state=State.OK, what=f"{value['endpoint']} ({value['engine']})")
    yield _may_list(may=value["may_list"])
    yield _clock(clients)
    identity, found = _ledger(clients, ledger, value["account"], value["region"])
    yield found
    if identity is not None:
        reader = LedgerReader(clients.dynamodb, ledger)
        for database in databases:
            yield _asked("lock", lambda name=database: _lock(reader, name), clients)  # type: ignore[misc] # bound by its default


def _may_list(*, may: bool) -> Check:
    if may:
        return Check(name="permission", state=State.OK, what="may list tables")
    return Check(
        name="permission",
        state=State.WARNING,
        what="may not list tables, which only some commands need",
        fix="`ddbplan iam PLAN` prints what each command needs.",
    )


def _clock(clients: Clients) -> Check:
    """The machine's clock beside the endpoint's, which every answer tells."""
    try:
        answer = clients.dynamodb.list_tables(Limit=1)
    except CLIENT_ERRORS as error:
        headers = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    else:
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
    here = datetime.now(UTC)
    try:
        there = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return Check(name="clock", state=State.UNKNOWN, what="the endpoint does not tell its time")
    off = abs(here - there.astimezone(UTC))
    seconds = f"{off.total_seconds():.0f} s off the endpoint's"
    if clients.engine != AWS or off < CLOCK_WARNING:
        return Check(name="clock", state=State.OK, what=seconds)
    state = State.PROBLEM if off >= CLOCK_PROBLEM else State.WARNING
    return Check(name="clock", state=state, what=seconds, fix="Set this machine's clock, best by NTP.")


def _ledger(clients: Clients, name: str, account: str, region: str) -> tuple[LedgerIdentity | None, Check]:
    absent = "no ledger yet; the first apply makes it"
    try:
        identity = LedgerReader(clients.dynamodb, name).identity()
        if identity is not None:
            check_place(identity, account=account, region=region)
    except LedgerMissingError:
        return None, Check(name="ledger", state=State.OK, what=f"{name}: {absent}")
    except LedgerError as error:
        return None, Check(name="ledger", state=State.PROBLEM, what=f"{name} cannot be used.", fix=str(error))
    if identity is None:
        fix = "Restore it from its point-in-time recovery, or name another with --ledger."
        return None, Check(name="ledger", state=State.PROBLEM, what=f"{name} is empty.", fix=fix)
    return identity, Check(name="ledger", state=State.OK, what=f"{name}, made in {identity.region}")


def _asked(name: str, ask: Callable[[], Check], clients: Clients) -> Check:
    try:
        return ask()
    except LedgerError as error:
        return Check(name=name, state=State.PROBLEM, what="cannot be read.", fix=str(error))
    except CLIENT_ERRORS as error:
        failure = understand(error, endpoint=clients.endpoint_url)
        return Check(name=name, state=State.PROBLEM, what=f"{failure.code}.", fix=failure.message)


def _lock(reader: LedgerReader, database: str) -> Check:
    lock = reader.lock(database)
    if lock is None or not lock.held:
        return Check(name="lock", state=State.OK, what=f"{database} is free")
    return Check(
        name="lock",
        state=State.WARNING,
        what=f"{database} is held by {lock.owner} on {lock.host} since {lock.since}",
        fix=f"Wait until that run is done; if it is gone: ddbplan unlock {database}",
    )
