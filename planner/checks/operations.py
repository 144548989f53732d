"""One operation of a transaction: its table, its key or item, its expressions; and what DynamoDB is sent for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from planner.checked import Touched
from planner.checks.attributes import check_comparisons, check_written
from planner.checks.items import check_item, check_key
from planner.checks.placeholders import check_defined, check_used
from planner.checks.tables import find_table
from planner.codes import model as codes
from planner.expressions.canonical import canonical
from planner.expressions.conditions import parse_condition
from planner.expressions.problems import ExpressionSyntaxError, into
from planner.expressions.render import Aliases, render
from planner.expressions.rules import check_condition, check_update
from planner.expressions.updates import parse_update
from planner.values import canonical_item, item_size, key_hash, value_size

if TYPE_CHECKING:
    from planner.diagnostics import Report
    from planner.expressions.tree import Condition, Update
    from planner.plan import Operation, Plan, Table
    from planner.values import Item, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOperation:
    """An operation whose parts are all good.

    Attributes:
        operation: As in the plan.
        table: Its table.
        key: The primary key of its item.
        condition: The parsed condition, if there is one.
        update: The parsed update expression of an update.
    """

    operation: Operation
    table: Table
    key: Item
    condition: Condition | None
    update: Update | None

    @property
    def touched(self) -> Touched:
        """The item that the operation is about."""
        return Touched(table=self.table.key, name=self.table.name, key=self.key, key_hash=key_hash(self.key))

    @property
    def size(self) -> int:
        """Bytes that count against the size of the transaction, values included."""
        written = self.operation.item if self.operation.item is not None else self.key
        return item_size(written) + sum(value_size(value) for value in self.operation.values.values())

    @property
    def member(self) -> Json:
        """The member of ``TransactItems``."""
        return _member(self)

    @property
    def canonical(self) -> Json:
        """What the operation does, as JSON: the same for every way of writing it."""
        operation = self.operation
        return {
            "kind": operation.kind,
            "table": operation.table,
            "key": None if operation.key is None else canonical_item(operation.key),
            "item": None if operation.item is None else canonical_item(operation.item),
            "update": None if self.update is None else canonical(self.update, operation.values),
            "condition": None if self.condition is None else canonical(self.condition, operation.values),
        }


def check_operation(plan: Plan, operation: Operation, address: str, report: Report) -> CheckedOperation | None:
    """Check one operation; None when it has errors, which the report then holds."""
    found_before = report.error_count
    table = find_table(plan, operation.table, operation.position, address, report)
    _check_shape(operation, address, report)
    condition, update = _parse(operation, address, report)
    if table is None:
        return None
    if table.external:
        report.add(
            codes.EXTERNAL_TABLE_WRITE,
            operation.position,
            address=address,
            what=f"Table '{table.key}' is external and has a {operation.kind} in a transaction.",
            fix="Remove the operation, or remove `external: true` if the table is this plan's own.",
        )
    _check_data(operation, table, address, report)
    _check_against_table(operation, table, condition, update, address, report)
    whole = operation.item if operation.kind == "put" else operation.key
    if report.error_count > found_before or whole is None:
        return None
    key = {name: whole[name] for name in table.key_names}
    return CheckedOperation(operation=operation, table=table, key=key, condition=condition, update=update)


def _check_shape(operation: Operation, address: str, report: Report) -> None:
    """The grammar sees to this for plans of text; plans made by programs come here first."""
    needed = {"put": ("item",), "update": ("key", "expression"), "delete": ("key",), "check": ("key", "condition")}
    for name in needed[operation.kind]:
        if getattr(operation, name) is None:
            report.add(
                codes.BAD_MEMBER,
                operation.position,
                address=address,
                what=f"The {operation.kind} has no {name}.",
                fix=f"Add `{name}`.",
            )
    if operation.kind != "update" and operation.expression is not None:
        report.add(
            codes.BAD_MEMBER,
            operation.position,
            address=address,
            what=f"The {operation.kind} has an update expression.",
            fix="Write it as `update:`, or remove the expression.",
        )


def _parse(operation: Operation, address: str, report: Report) -> tuple[Condition | None, Update | None]:
    condition = update = None
    if operation.condition is not None:
        try:
            condition = parse_condition(operation.condition.text)
        except ExpressionSyntaxError as error:
            into(report, operation.condition, address)(error.problem)
    if operation.expression is not None:
        try:
            update = parse_update(operation.expression.text)
        except ExpressionSyntaxError as error:
            into(report, operation.expression, address)(error.problem)
    return condition, update


def _check_data(operation: Operation, table: Table, address: str, report: Report) -> None:
    if operation.kind == "put" and operation.item is not None:
        check_item(operation.item, table, report, operation.position, address)
    elif operation.key is not None:
        check_key(operation.key, table, report, operation.position, address)


def _check_against_table(
    operation: Operation,
    table: Table,
    condition: Condition | None,
    update: Update | None,
    address: str,
    report: Report,
) -> None:
    values = operation.values
    if operation.condition is not None and condition is not None:
        complain = into(report, operation.condition, address)
        check_condition(condition, values, complain)
        check_defined(condition, values, complain)
        check_comparisons(condition, table, values, complain)
    if operation.expression is not None and update is not None:
        complain = into(report, operation.expression, address)
        check_update(update, values, complain)
        check_defined(update, values, complain)
        check_written(update, table, values, complain)
    unread = (operation.condition is not None and condition is None) or (
        operation.expression is not None and update is None
    )
    if not unread:
        nodes = [node for node in (condition, update) if node is not None]
        check_used(nodes, values, report, operation.position, address)


def _member(checked: CheckedOperation) -> Json:
    operation, aliases = checked.operation, Aliases()
    content: dict[str, Json] = {"TableName": checked.table.name}
    match operation.kind:
        case "put":
            name, content["Item"] = "Put", operation.item
        case "update":
            name, content["Key"] = "Update", operation.key
        case "delete":
            name, content["Key"] = "Delete", operation.key
        case "check":
            name, content["Key"] = "ConditionCheck", operation.key
        case _:
            assert_never(operation.kind)
    if checked.update is not None:
        content["UpdateExpression"] = render(checked.update, aliases)
    if checked.condition is not None:
        content["ConditionExpression"] = render(checked.condition, aliases)
    if aliases.names:
        content["ExpressionAttributeNames"] = aliases.names
    if operation.values:
        content["ExpressionAttributeValues"] = {f":{key}": value for key, value in operation.values.items()}
    if checked.condition is not None:
        content["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return {name: content}
