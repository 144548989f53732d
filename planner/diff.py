"""The difference between what a plan wants and what is live, as ordered steps. Pure: nothing is read or changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from planner.calls import tables_named
from planner.changes.found import Context, DiffOptions, Findings
from planner.changes.graph import assemble
from planner.changes.limit import matches, needed
from planner.changes.ownership import note_left_tables
from planner.changes.seeds import plan_seeds
from planner.changes.tables import plan_tables
from planner.changes.transactions import plan_transactions
from planner.codes import changes as codes
from planner.cost.changing import CostChange
from planner.cost.changing import as_json as costs_as_json
from planner.data_checks import DataFinding
from planner.data_checks import as_json as finding_as_json
from planner.diagnostics import Diagnostic, Report
from planner.redact import step_as_json
from planner.settings import SETTINGS
from planner.settings.keys import primary_key_names
from planner.state import DesiredState, LiveState, TransactionRecord
from planner.steps import INFORMATIVE, Hazard, Step, steps_hash
from planner.values import Json

NO_OPTIONS = DiffOptions()
KINDS = frozenset({"table", "seed", "transaction", "query"})
"""With what addresses begin; none is an address by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where steps run: an approval holds there and nowhere else.

    Attributes:
        account: The AWS account, or what an engine calls one.
        region: The Region.
        ledger_table: The ledger's physical name.
        ledger_id: Which ledger it is; empty while there is none.
        table_ids: TableId of every live table of the plan, by physical name.
    """

    account: str
    region: str
    ledger_table: str
    ledger_id: str
    table_ids: Mapping[str, str]

    def of(self, steps: Iterable[Step]) -> dict[str, Json]:
        """The place of some steps, with the tables that these touch; as JSON values."""
        names = sorted({name for step in steps for name in tables_named(step.call)} - {self.ledger_table})
        return {
            "account": self.account,
            "region": self.region,
            "ledger_table": self.ledger_table,
            "ledger_id": self.ledger_id,
            "table_ids": {name: self.table_ids.get(name, "") for name in names},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All that separates a plan from live state.

    Attributes:
        database: The plan's identity in the ledger.
        environment: The chosen environment's name, or None.
        steps: What to do, in an order in which the steps could run one by one.
        refusals: What keeps the plan from being applied; while there is one, no step is run.
        notes: What is worth saying and changes nothing.
        unchanged: Addresses that are as the plan has them.
        skips: Transactions to record as skipped.
        key_names: The primary key's attributes by physical table name: all that may be shown of an item.
        place: Where the steps run; None where nobody said it.
        costs: What the steps change of the cost; None where nothing is known of it.
        looked: What live items say of the steps, where it was asked for.
    """

    database: str
    environment: str | None
    steps: tuple[Step, ...]
    refusals: tuple[Diagnostic, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    unchanged: tuple[str, ...] = ()
    skips: tuple[TransactionRecord, ...] = ()
    key_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place | None = None
    costs: CostChange | None = None
    looked: tuple[DataFinding, ...] = ()

    @property
    def hash(self) -> str:
        """Identifies what would be done, and where: what ``apply --approve`` takes."""
        beside: dict[str, Json] = {} if self.place is None else {"place": self.place.of(self.steps)}
        if self.skips:
            beside["skips"] = {record.name: record.content_hash for record in self.skips}
        return steps_hash(self.steps, beside)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do and nothing to refuse."""
        return not self.steps and not self.refusals and not self.skips

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Every danger that needs a permission, once."""
        found = (hazard for step in self.steps for hazard in step.hazards if hazard.kind not in INFORMATIVE)
        return tuple(dict.fromkeys(found))


def diff(desired: DesiredState, live: LiveState, options: DiffOptions = NO_OPTIONS) -> Diff:
    """Compare a plan with live state.

    Args:
        desired: From ``desired_state``.
        live: All tables of the plan that exist, and the ledger's record of the database.
        options: What a person decided beside the plan.

    Returns:
        The steps, the refusals and the notes; the same for the same arguments.
    """
    context, found = Context(desired=desired, live=live, options=options), Findings()
    _check_options(context, found)
    plan_tables(context, found)
    note_left_tables(context, found)
    _note_unsupported(context, found)
    seeds = plan_seeds(context, found)
    transactions, skips = plan_transactions(context, found)
    steps = assemble(context, found, seeds, transactions)
    return Diff(
        database=desired.database,
        environment=desired.environment,
        steps=steps,
        refusals=found.refusals(),
        notes=found.notes(),
        unchanged=_unchanged(context, found, steps),
        skips=skips,
        key_names={table.name: primary_key_names(table.state) for table in desired.tables.values()},
    )


def limit_to(difference: Diff, addresses: Iterable[str]) -> Diff:
    """The part of a diff that concerns some addresses, with the steps that these need.

    Args:
        difference: The whole diff. Refusals stay, whatever they are about.
        addresses: Such as ``table.accounts`` (all of it) or ``table.accounts.index.by_status``.

    Returns:
        A diff of those steps; a refusal for an address of which the diff knows nothing.
    """
    wanted = tuple(addresses)
    report = Report()
    report.extend(difference.refusals)
    known = {*difference.unchanged, *(f"transaction.{record.name}" for record in difference.skips)}
    known |= {found.address for found in (*difference.refusals, *difference.notes)}
    for address in wanted:
        own = any(matches(step, address) for step in difference.steps)
        others = any(name == address or name.startswith(f"{address}.") for name in known)
        if address in KINDS or not (own or others):
            _refuse_address(report, address, "--only")
    return replace(
        difference,
        steps=needed(difference.steps, [address for address in wanted if address not in KINDS]),
        refusals=report.sorted(),
        skips=tuple(record for record in difference.skips if f"transaction.{record.name}" in wanted),
    )


def _refuse_address(report: Report, address: str, flag: str) -> None:
    report.add(
        codes.UNKNOWN_ADDRESS,
        None,
        address=address,
        what=f"`{flag} {address}` names nothing that the plan has.",
        fix="Use an address as `ddbplan diff` prints it, such as table.accounts or transaction.transfer_001.",
    )


def _check_options(context: Context, found: Findings) -> None:
    tables = {table.address for table in context.desired.tables.values()}
    transactions = {transaction.address for transaction in context.desired.transactions}
    for flag, addresses, known in (
        ("--adopt", context.options.adopt, tables),
        ("--rerun", context.options.rerun, transactions),
        ("--skip", context.options.skip, transactions),
    ):
        for address in sorted(addresses - known):
            _refuse_address(found.report, address, flag)
    for address in sorted(context.options.rerun & transactions):
        name = address.partition(".")[2]
        if name not in context.live.ledger.transactions:
            found.add(
                codes.TRANSACTION_NOT_RECORDED,
                None,
                address=address,
                what=f"The ledger has no record of the transaction {name}.",
                fix=f"Leave `--rerun {address}` out.",
            )


def _note_unsupported(context: Context, found: Findings) -> None:
    """One line per setting that the engine lacks and the plan declares."""
    titles = {setting.name: setting.title for setting in SETTINGS if setting.title}
    for name in sorted(context.live.unsupported):
        tables = [
            table.key
            for table in context.desired.tables.values()
            if not table.external and _declares(table.state.settings, name)
        ]
        if tables:
            found.add(
                codes.UNSUPPORTED,
                None,
                address="",
                what=f"unsupported on {context.live.engine}: {titles.get(name, name)} ({', '.join(tables)})",
                fix="Nothing; it is set where the plan is applied to AWS.",
            )


def _declares(settings: Mapping[str, Json], name: str) -> bool:
    scope, _, part = name.rpartition(".")
    if scope:
        return any(part in index for index in settings.get(scope, {}).values())
    return any(setting.declared(settings) for setting in SETTINGS if setting.name == name)


def _unchanged(context: Context, found: Findings, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Addresses of the plan that are owned and that no step concerns."""
    touched = {address for step in steps for address in (step.address, *step.covers)}
    refused = {diagnostic.address for diagnostic in found.refusals()}
    addresses = [table.address for key, table in context.desired.tables.items() if key in found.usable]
    addresses += [seed.address for key, seed in context.desired.seeds.items() if key in found.usable - found.imported]
    addresses += [transaction.address for transaction in context.desired.transactions]
    return tuple(
        address
        for address in addresses
        if not any(other == address or other.startswith(f"{address}.") for other in touched | refused)
    )


def as_json(difference: Diff) -> Json:
    """The diff as JSON values; items appear by key and hash only."""
    return {
        "database": difference.database,
        "environment": difference.environment,
        "hash": difference.hash,
        "steps": [step_as_json(step, difference.key_names) for step in difference.steps],
        "refusals": [diagnostic_as_json(found) for found in difference.refusals],
        "notes": [diagnostic_as_json(found) for found in difference.notes],
        "skips": [f"transaction.{record.name}" for record in difference.skips],
        "unchanged": list(difference.unchanged),
        # Only where something is known of them.
        **({} if difference.costs is None else {"cost": costs_as_json(difference.costs)}),
        **({"looked": [finding_as_json(finding) for finding in difference.looked]} if difference.looked else {}),
    }


def diagnostic_as_json(found: Diagnostic) -> Json:
    """A diagnostic as it stands in a diff's JSON."""
    where = found.position
    return {
        "code": found.code,
        "severity": str(found.severity),
        "title": found.title,
        "position": None if where is None else {"file": where.file, "line": where.line, "column": where.column},
        "address": found.address,
        "what": found.what,
        "why": found.why,
        "fix": found.fix,
    }
