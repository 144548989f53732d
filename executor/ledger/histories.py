"""Runs and their steps: from values to entries of the ledger and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from executor.ledger.entries import (
    PARTITION_KEY,
    RUN,
    STEP,
    Wire,
    check_version,
    entry,
    name_of,
    number,
    read_flag,
    read_number,
    read_text,
    text,
)
from executor.ledger.errors import WrongLedgerError
from executor.ledger.values import RunCommand, RunOutcome, RunRecord, StepOutcome, StepRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGE_CHARACTERS = 2_000
"""An entry stays small whatever a message says."""


def encode_run(run: RunRecord) -> Wire:
    """A run's head."""
    attributes = {
        "command": text(run.command),
        "owner": text(run.owner),
        "arn": text(run.arn),
        "host": text(run.host),
        "git_commit": text(run.git_commit),
        "plan_file": text(run.plan_file),
        "plan_hash": text(run.plan_hash),
        "environment": text(run.environment),
        "steps_hash": text(run.steps_hash),
        "approval": text(run.approval),
        "tool_version": text(run.tool_version),
        "fence": number(run.fence),
        "planned": number(run.planned),
        "outcome": text(run.outcome),
        "started_at": text(run.started_at),
        "finished_at": text(run.finished_at),
    }
    return entry(run.database, RUN + run.id, attributes)


def decode_run(item: Mapping[str, Any]) -> RunRecord:
    """A run's head as a value, without its steps."""
    check_version(item)
    return RunRecord(
        id=name_of(item).removeprefix(RUN),
        database=read_text(item, PARTITION_KEY),
        command=cast("RunCommand", _one_of(item, "command", get_args(RunCommand))),
        owner=read_text(item, "owner"),
        arn=read_text(item, "arn"),
        host=read_text(item, "host"),
        git_commit=read_text(item, "git_commit"),
        plan_file=read_text(item, "plan_file"),
        plan_hash=read_text(item, "plan_hash"),
        environment=read_text(item, "environment"),
        steps_hash=read_text(item, "steps_hash"),
        approval=read_text(item, "approval"),
        tool_version=read_text(item, "tool_version"),
        fence=read_number(item, "fence"),
        planned=read_number(item, "planned"),
        outcome=cast("RunOutcome", _one_of(item, "outcome", get_args(RunOutcome))),
        started_at=read_text(item, "started_at"),
        finished_at=read_text(item, "finished_at"),
    )


def encode_step(database: str, run: str, step: StepRecord) -> Wire:
    """One step of a run."""
    attributes = {
        "step": text(step.id),
        "address": text(step.address),
        "function": text(step.function),
        "content_hash": text(step.content_hash),
        "outcome": text(step.outcome),
        "started_at": text(step.started_at),
        "finished_at": text(step.finished_at),
        "already": {"BOOL": step.already},
        "error_code": text(step.error_code),
        "message": text(step.message[:MESSAGE_CHARACTERS]),
        "request_ids": {"L": [text(request_id) for request_id in step.request_ids[-10:]]},
    }
    return entry(database, f"{STEP}{run}#{step.number:04d}", attributes)


def decode_step(item: Mapping[str, Any]) -> StepRecord:
    """One step of a run, as a value."""
    check_version(item)
    _, _, place = name_of(item).rpartition("#")
    return StepRecord(
        number=int(place),
        id=read_text(item, "step"),
        address=read_text(item, "address"),
        function=read_text(item, "function"),
        content_hash=read_text(item, "content_hash"),
        outcome=cast("StepOutcome", _one_of(item, "outcome", get_args(StepOutcome))),
        started_at=read_text(item, "started_at"),
        finished_at=read_text(item, "finished_at"),
        already=read_flag(item, "already"),
        error_code=read_text(item, "error_code"),
        message=read_text(item, "message"),
        request_ids=tuple(str(member.get("S", "")) for member in item.get("request_ids", {}).get("L", ())),
    )


def _one_of(item: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = read_text(item, name)
    if value not in known:
        raise WrongLedgerError(
            f"The ledger's entry {name_of(item)!r} says {name} {value!r}, which ddbplan never writes."
        )
    return value
