"""``ddbplan query``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.asked import Asked, missing_table, stream_of
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.limits import LIMIT, OWN
from ddbplan.options import (
    TargetOptions,
    environment_option,
    format_option,
    names_completer,
    next_command,
    plan_argument,
    target_options,
)
from ddbplan.placeholders import parse_values
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.items import (
    answer_json,
    write_answer,
    write_answers,
    write_items,
    write_missed,
    write_queries,
)

if TYPE_CHECKING:
    from executor.clients import Clients
    from planner.checked import CheckedPlan, CompiledQuery


@click.command("query")
@plan_argument
@click.argument("name", required=False, shell_complete=names_completer("queries"))
@click.option("--value", "values", multiple=True, metavar="NAME=VALUE", help="Use this value; repeatable.")
@click.option(
    "--limit", type=LIMIT, default=OWN, help="At most so many items, or all; the query's own limit without it."
)
@click.option("--all", "everything", is_flag=True, help="Run every query of the plan, with the plan's own values.")
@environment_option
@target_options
@format_option("table", "json", "jsonl", "csv")
def command(
    plan: str,
    name: str | None,
    values: tuple[str, ...],
    limit: int,
    everything: bool,  # noqa: FBT001 - click passes it by name
    environment: str | None,
    target: TargetOptions,
    form: str,
) -> int:
    """Run a query of a plan against live data.

    Without NAME, the plan's queries are listed. A --value takes the type that the plan's own value has, or DynamoDB
    JSON such as 'since={"N": "5"}'. All pages are read; memory does not grow with them for json, jsonl and csv.
    """
    checked = reading.one(plan, environment, command="query")
    asked = Asked(plan=plan, environment=environment, target=target)
    if everything:
        _refuse_beside_all(name, values, form)
        return _run_all(checked, asked, limit, form)
    if name is None:
        write_queries(checked.plan.queries.values(), form)
        return Exit.DONE
    compiled = _compiled(checked, name, values, limit)
    with connected(target, writes=False) as clients, missing_table(checked.plan, (name,), clients, asked):
        write_items(name, stream_of(compiled, clients), form, first=_keys(checked, name))
    if form == "table":
        write_next(next_command("query", plan, target=target, environment=environment))
    return Exit.DONE


def _refuse_beside_all(name: str | None, values: tuple[str, ...], form: str) -> None:
    if name is not None or values:
        raise click.UsageError("--all runs every query with the plan's own values; leave out NAME and --value.")
    if form in {"csv", "jsonl"}:
        raise click.UsageError(f"--all has many answers, and {form} holds one. Use --format table or json.")


def _run_all(checked: CheckedPlan, asked: Asked, limit: int, form: str) -> int:
    missed, answers = False, []
    with connected(asked.target, writes=False) as clients:
        for name in checked.plan.queries:
            try:
                answers += _run_one(checked, name, limit, clients, asked, form)
            except Failure as failure:
                missed = True
                write_missed(name, failure.message)
    if form == "json":
        write_answers(answers)
    elif not missed:
        write_next(next_command("query", asked.plan, target=asked.target, environment=asked.environment))
    return Exit.ERROR if missed else Exit.DONE


def _run_one(
    checked: CheckedPlan, name: str, limit: int, clients: Clients, asked: Asked, form: str
) -> list[dict[str, object]]:
    stream = stream_of(_compiled(checked, name, (), limit), clients)
    with missing_table(checked.plan, (name,), clients, asked):
        if form == "json":
            return [answer_json(name, stream, list(stream))]
        write_answer(name, stream, first=_keys(checked, name))
    return []


def _keys(checked: CheckedPlan, name: str) -> tuple[str, ...]:
    return checked.plan.tables[checked.plan.queries[name].table].key_names


def _compiled(checked: CheckedPlan, name: str, values: tuple[str, ...], limit: int) -> CompiledQuery:
    query = checked.plan.queries.get(name)
    if query is None:
        known = ", ".join(checked.plan.queries) or "none"
        raise Failure(f"{checked.plan.file} has no query {name!r}. Its queries: {known}.")
    from planner.checks import InvalidQueryError, compile_query  # noqa: PLC0415 - reading brings YAML

    if limit != OWN:
        query = replace(query, limit=limit or None)
    try:
        return compile_query(query, checked.plan.tables[query.table], parse_values(values, query.values))
    except InvalidQueryError as problem:
        raise Failure(f"{query.address} cannot be run with these values: {problem}.") from None
