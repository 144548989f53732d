"""From a plan's files to a ``Plan`` in one environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from planner.codes import reading as codes
from planner.diagnostics import Report
from planner.plan import Plan, Seed, Table, Transaction
from planner.reading import grammar
from planner.reading.claims import Claim, claims_of, refuse_shared
from planner.reading.document import Document, PlanSource, read_document
from planner.reading.environments import Environment, choose, read_environments
from planner.reading.items import describe, integer_of
from planner.reading.naming import physical_name, read_database, read_pattern, refuse_shared_names
from planner.reading.queries import read_queries
from planner.reading.reports import read_reports
from planner.reading.scope import Scope
from planner.reading.seeds import read_seeds
from planner.reading.tables import read_defaults, read_table
from planner.reading.transactions import read_transactions
from planner.reading.typed import Fields, fields, named
from planner.reading.variables import (
    check_given,
    hash_with,
    put_in,
    read_own_values,
    read_variables,
    values_for,
    without_consequences,
)


def environments(source: PlanSource) -> tuple[str, ...]:
    """The names of a plan's environments; none when it has none or cannot be read."""
    document = read_document(source, Report())
    return () if document is None else document.environments


def read_plan(
    source: PlanSource,
    environment: str | None = None,
    *,
    own_data: bool = False,
) -> tuple[Plan | None, Report]:
    """Read one plan in one environment.

    Args:
        source: Its files.
        environment: The environment's name; None reads the plan without any.
        own_data: Keep the plan's own seeds and transactions where the environment says ``none`` of them.

    Returns:
        The plan, or None when the report holds errors; and the report.
    """
    report = Report()
    document = read_document(source, report)
    if document is None:
        return None, report
    document = _with_values(document, source, environment, Scope(report))
    plan = _opened_plan(document, source, environment, report, own_data=own_data)
    report = without_consequences(report)
    return (None if report.has_errors else plan), report


def _opened_plan(
    document: Document, source: PlanSource, environment: str | None, report: Report, *, own_data: bool
) -> Plan | None:
    top, known = _open(document, Scope(report))
    chosen = None
    if environment is not None:
        chosen = choose(environment, known, top, source.name)
        if chosen is None:
            return None
    return _plan(document, top, chosen, own_data=own_data)


def check_together(sources: Iterable[PlanSource]) -> Report:
    """See that no two plans claim one live table or one database, in whatever environments.

    Args:
        sources: All plans that a command works on; what is wrong within one of them is ``read_plan``'s to say.
    """
    claims: list[Claim] = []
    for source in sources:
        within = Report()
        document = read_document(source, within)
        if document is not None:
            document = _with_values(document, source, None, Scope(within))
            top, known = _open(document, Scope(within))
            if not within.has_errors:
                claims.extend(claims_of(top, known.values(), source.name))
    found, between = Report(), Report()
    refuse_shared(claims, Scope(found))
    between.extend(problem for problem in found if problem.code == codes.PLANS_COLLIDE.code)
    return between


def _with_values(document: Document, source: PlanSource, environment: str | None, scope: Scope) -> Document:
    """The plan with its variables' values put in: those given, the environment's own, the defaults.

    As it stands, a plan with environments takes what the first of them says of a variable without a default: nobody
    applies it so.
    """
    declared = read_variables(document.root, scope)
    check_given(declared, source.variables, scope)
    own = read_own_values(document.root, declared, scope)
    if not declared:
        return document
    shared = {name: value for values in reversed(own.values()) for name, value in values.items()}
    roots = {}
    for name, values in own.items():
        complain = scope if name == environment else Scope(Report())
        roots[name] = put_in(document.root, declared, values_for(declared, source.variables, values), complain)
    values = values_for(declared, source.variables, shared if environment is None else own.get(environment, {}))
    complain = scope if environment is None else Scope(Report())
    root = put_in(document.root, declared, values, complain)
    return replace(document, root=root, roots=roots, text_hash=hash_with(document.text_hash, values))


def _open(document: Document, scope: Scope) -> tuple[Fields, dict[str, Environment]]:
    """The top level and the environments, checked by themselves."""
    top = fields(document.root, grammar.PLAN, scope)
    if top is None:
        raise TypeError("a document is a mapping. This is a bug in ddbplan.")
    _check_version(top)
    top.text("description")
    known = read_environments(top, document.roots)
    if top.section("tables", grammar.MAX_TABLES) is not None:
        refuse_shared(claims_of(top, known.values(), document.source.name), scope)
    return top, known


def _plan(document: Document, top: Fields, chosen: Environment | None, *, own_data: bool) -> Plan | None:
    """The plan with an environment laid over it; None where its names cannot be made."""
    given = top if chosen is None else Fields(chosen.root, top.record, top.scope)
    database, pattern = read_database(given), read_pattern(given)
    tables = _tables(given, database, pattern)
    seeds, transactions = read_seeds(given, tables), read_transactions(given)
    queries, reports = read_queries(given), read_reports(given)
    if database is None:
        return None
    return Plan(
        file=document.source.name,
        folder=document.source.folder,
        database=database,
        description=given.text("description") or "",
        environment=None if chosen is None else chosen.name,
        environments=document.environments,
        account=None if chosen is None else chosen.account,
        region=None if chosen is None else chosen.region,
        tables=tables,
        seeds=_kept_seeds(seeds, chosen, own_data=own_data),
        transactions=_kept_transactions(transactions, chosen, own_data=own_data),
        queries=queries,
        reports=reports,
        text_hash=document.text_hash,
        positions=given.positions(),
        variables=document.source.variables,
        waivers=document.waivers,
    )


def _tables(given: Fields, database: str | None, pattern: str | None) -> dict[str, Table]:
    declared = given.section("tables", grammar.MAX_TABLES)
    defaults = read_defaults(given)
    if declared is None:
        return {}
    if database is not None and pattern is not None:
        refuse_shared_names(declared, pattern, database, given.scope)
    found = {}
    for entry in named(declared, "a table", given.scope):
        name = None if database is None or pattern is None else physical_name(entry, pattern, database)
        table = read_table(entry, name, defaults, given.scope.at(f"table.{entry.key}"))
        if table is not None:
            found[entry.key] = table
    return found


def _kept_seeds(seeds: dict[str, Seed], chosen: Environment | None, *, own_data: bool) -> dict[str, Seed]:
    return seeds if own_data or chosen is None or chosen.seeds else {}


def _kept_transactions(
    transactions: dict[str, Transaction],
    chosen: Environment | None,
    *,
    own_data: bool,
) -> dict[str, Transaction]:
    if own_data or chosen is None or chosen.transactions:
        return transactions
    return {name: transaction for name, transaction in transactions.items() if transaction.run == "test"}


def _check_version(top: Fields) -> None:
    node = top.value("ddbplan")
    if node is None or integer_of(node) == grammar.VERSION:
        return
    what = f"`ddbplan` is the version of the grammar, {grammar.VERSION}, not {describe(node)}"
    fix = f"Write `ddbplan: {grammar.VERSION}`; a plan of a later version needs a later ddbplan."
    top.scope.error(codes.GRAMMAR_VERSION, node.position, what, fix)
