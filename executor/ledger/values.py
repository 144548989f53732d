"""What the ledger holds, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DEFAULT_LEDGER = "ddbplan_ledger"
DEFAULT_LEASE_SECONDS = 15.0

RunCommand = Literal["apply", "destroy", "forget"]
RunOutcome = Literal["running", "done", "failed", "interrupted", "detached"]
StepOutcome = Literal["started", "done", "failed", "interrupted", "detached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerIdentity:
    """Which ledger this is.

    Attributes:
        ledger_id: The TableId that the ledger's table had when it was made.
        account: The AWS account it was made in.
        region: The Region it was made in.
        version: Version of the entries' form.
    """

    ledger_id: str
    account: str
    region: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockInfo:
    """The lock of one database, as it was read.

    Attributes:
        database: Whose lock.
        fence: The fencing number: it rises with every acquisition and never falls.
        held: Whether somebody holds it.
        owner: Who took it last.
        host: On which host.
        boot_id: Which boot of that host and which process namespace; empty where the system cannot say.
        pid: Which process.
        process_started: When that process started, in the system's own ticks; guards against reused pids.
        run: The run that took it.
        since: When it was taken, ISO 8601 in UTC by the holder's clock; for people only.
    """

    database: str
    fence: int
    held: bool
    owner: str
    host: str
    boot_id: str
    pid: int
    process_started: str
    run: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseInfo:
    """The lease beside a lock.

    Attributes:
        counter: Raised by the holder's heartbeat.
        fence: The fencing number it belongs to.
        seconds: How long the holder may go without raising it.
    """

    counter: int
    fence: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step of a run.

    Attributes:
        number: Its place in the order of starting, from 1.
        id: The step's id.
        address: What it was about.
        function: Which function was called.
        content_hash: Identifies what the step does.
        outcome: ``started`` until an outcome is recorded: the run ended before it could be.
        started_at: When the intent was recorded, ISO 8601 in UTC.
        finished_at: When the outcome was recorded; empty before.
        already: Live state said that it was done before anything was sent.
        error_code: Empty unless it failed.
        message: Empty unless it failed.
        request_ids: AWS request ids, the last ten.
    """

    number: int
    id: str
    address: str
    function: str
    content_hash: str
    outcome: StepOutcome
    started_at: str
    finished_at: str = ""
    already: bool = False
    error_code: str = ""
    message: str = ""
    request_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run of apply, destroy or forget.

    Attributes:
        id: Sorts by time.
        database: Whose run.
        command: What was run.
        owner: Who.
        arn: Whose credentials; empty on an engine that does not say.
        host: On which host.
        git_commit: Of the folder that holds the plan, with ``+`` where it had uncommitted changes; empty without git.
        plan_file: The plan's path as shown to people.
        plan_hash: Identifies the plan's text.
        environment: Empty without one.
        steps_hash: Identifies the steps that were confirmed.
        approval: The approval's hash where the run was under one, else empty.
        tool_version: Version of ddbplan.
        fence: The fencing number it ran under.
        planned: How many steps there were to run.
        outcome: ``running`` until the end is recorded.
        started_at: ISO 8601 in UTC.
        finished_at: Empty before the end.
        steps: In the order of starting; empty where only the head was read.
    """

    id: str
    database: str
    command: RunCommand
    owner: str
    arn: str
    host: str
    git_commit: str
    plan_file: str
    plan_hash: str
    environment: str
    steps_hash: str
    approval: str
    tool_version: str
    fence: int
    planned: int
    outcome: RunOutcome
    started_at: str
    finished_at: str = ""
    steps: tuple[StepRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedHead:
    """A seed record without its rows, which follow in chunks."""

    table: str
    table_id: str
    source_hash: str
    count: int
    chunks: int
