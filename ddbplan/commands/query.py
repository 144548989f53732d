"""``ddbplan query``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import TargetOptions, environment_option, format_option, next_command, target_options
from ddbplan.placeholders import parse_values
from ddbplan.target import connected
from ddbplan.views.hints import write_next
from ddbplan.views.items import write_items, write_queries

if TYPE_CHECKING:
    from planner.checked import CheckedPlan, CompiledQuery
    from planner.plan import Plan, Query


@click.command("query")
@click.argument("plan")
@click.argument("name", required=False)
@click.option("--value", "values", multiple=True, metavar="NAME=VALUE", help="Use this value; repeatable.")
@environment_option
@target_options
@format_option("table", "json", "csv")
def command(
    plan: str,
    name: str | None,
    values: tuple[str, ...],
    environment: str | None,
    target: TargetOptions,
    form: str,
) -> int:
    """Run a query of a plan against live data.

    Without NAME, the plan's queries are listed. A --value takes the type that the plan's own value has, or DynamoDB
    JSON such as 'since={"N": "5"}'.
    """
    checked = _one_plan(plan, environment)
    if name is None:
        write_queries(checked.plan.queries.values(), form)
        return Exit.DONE
    compiled = _compiled(checked, name, values)
    with connected(target, writes=False) as clients:
        from executor.registry import call_function  # noqa: PLC0415 - loaded by the commands that talk to AWS

        result = call_function(compiled.call.function, clients, **compiled.call.arguments)
        where = f"on {clients.engine}, {clients.region}" if not result.ok else ""
    if result.error_code == "TableMissing":
        again = next_command("apply", plan, target=target, environment=environment)
        raise _missing(checked.plan, checked.plan.queries[name], where, again)
    if not result.ok:
        raise Failure(result.message)
    keys = checked.plan.tables[checked.plan.queries[name].table].key_names
    write_items(name, result.value, form, first=keys)
    if form == "table":
        write_next(next_command("query", plan, target=target, environment=environment))
    return Exit.DONE


def _missing(plan: Plan, query: Query, where: str, apply: str) -> Failure:
    """What is said where the table that a query reads is not there."""
    table = plan.tables[query.table]
    what = f"The table {table.name}" + (f" or its index {query.index}" if query.index else "")
    if table.external:
        return Failure(f"{what} does not exist {where}. It is external: whoever it belongs to has to make it.")
    return Failure(f"{what} does not exist {where}. Apply the plan there first:", command=apply)


def _one_plan(argument: str, environment: str | None) -> CheckedPlan:
    sources = reading.find((argument,))
    if len(sources) != 1:
        names = ", ".join(source.name for source in sources) or "none"
        raise click.UsageError(f"query takes one plan; {argument!r} holds {names}.")
    return reading.load(sources, environment).plans[0]


def _compiled(checked: CheckedPlan, name: str, values: tuple[str, ...]) -> CompiledQuery:
    query = checked.plan.queries.get(name)
    if query is None:
        known = ", ".join(checked.plan.queries) or "none"
        raise Failure(f"{checked.plan.file} has no query {name!r}. Its queries: {known}.")
    from planner.checks import InvalidQueryError, compile_query  # noqa: PLC0415 - reading brings YAML

    try:
        return compile_query(query, checked.plan.tables[query.table], parse_values(values, query.values))
    except InvalidQueryError as problem:
        raise Failure(f"{query.address} cannot be run with these values: {problem}.") from None
