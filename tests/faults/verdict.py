"""Compares what is in the tables with what must be there, and says in which way it is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.faults.subject import ACCOUNTS, OPENING_BALANCE, Item, Subject, Tables

SHOWN = 5
"""How many sentences of each kind a report shows."""


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What is wrong, by kind; each a list of sentences.

    Attributes:
        lost: Transactions that never happened, rows that are missing, money that is gone.
        doubled: Transactions that happened twice, money that is too much.
        overwritten: Items of the application that were written over.
        late: Writes of a former holder that took effect.
        wrong: Anything else: an exit code, a difference that remains, an item that should not be.
    """

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.overwritten or self.late or self.wrong)

    def __str__(self) -> str:
        """The first sentences of each kind, one a line."""
        lines: list[str] = []
        for kind in ("lost", "doubled", "overwritten", "late", "wrong"):
            sentences: list[str] = getattr(self, kind)
            lines += [f"{kind}: {sentence}" for sentence in sentences[:SHOWN]]
            if len(sentences) > SHOWN:
                lines.append(f"{kind}: and {len(sentences) - SHOWN} more")
        return "\n".join(lines)


def compare(subject: Subject, wanted: Tables, found: Tables, written: Tables) -> Verdict:
    """Judge a final state.

    Args:
        subject: The plan.
        wanted: What an uninterrupted apply leaves.
        found: What is there.
        written: What the application wrote meanwhile: whole items, or attributes of items that the plan changes too.
    """
    verdict = Verdict()
    _count(subject, found, verdict)
    _balance(found, verdict)
    for table, rows in wanted.items():
        theirs = written.get(table, {})
        for key in sorted(rows.keys() | theirs.keys() | found[table].keys()):
            _item(f"{table} {key}", rows.get(key), theirs.get(key), found[table].get(key), verdict)
    return verdict


def _count(subject: Subject, found: Tables, verdict: Verdict) -> None:
    for transfer in subject.transfers:
        runs = found["counters"].get(transfer.name, {}).get("runs", 0)
        if runs < 1:
            verdict.lost.append(f"{transfer.name} never happened")
        if runs > 1:
            verdict.doubled.append(f"{transfer.name} happened {runs} times")


def _balance(found: Tables, verdict: Verdict) -> None:
    total = sum(account.get("balance", 0) for account in found["accounts"].values())
    if total < ACCOUNTS * OPENING_BALANCE:
        verdict.lost.append(f"{ACCOUNTS * OPENING_BALANCE - total} of money is gone")
    if total > ACCOUNTS * OPENING_BALANCE:
        verdict.doubled.append(f"{total - ACCOUNTS * OPENING_BALANCE} of money is too much")


def _item(name: str, wanted: Item | None, theirs: Item | None, found: Item | None, verdict: Verdict) -> None:
    if theirs is not None and (found is None or any(found.get(key) != value for key, value in theirs.items())):
        verdict.overwritten.append(f"{name}: the application wrote {theirs}, there is {found}")
    elif found is None:
        verdict.lost.append(f"{name} is missing")
    elif found != {**(wanted or {}), **(theirs or {})}:
        verdict.wrong.append(f"{name}: {found} and not {wanted}")
