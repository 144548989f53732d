"""A plan in another tool's terms, so that it can be left as easily as it was taken up.

``values`` says what each format can hold, ``tables`` brings a plan's tables into CreateTable's shape with the settings
beside it, and one module a format writes it. ``planner.importing`` reads every one of them back.
"""

from __future__ import annotations

from planner.checked import CheckedPlan
from planner.exporting import aws_cli, cloudformation, mcp_model, terraform, whole, workbench
from planner.exporting.tables import items_of, left_out, tables_for
from planner.exporting.values import HELD, PARTS, Exported, Hold, Target


def export_plan(checked: CheckedPlan, target: Target) -> Exported:
    """A plan in one format.

    Args:
        checked: The plan, in one environment.
        target: The format.
    """
    plan = checked.plan
    tables = tables_for(plan, target)
    items = items_of(checked) if HELD[target]["seed"] is not Hold.NO else {}
    match target:
        case Target.CLOUDFORMATION:
            files = {f"{plan.database}.template.json": cloudformation.template(plan, tables)}
        case Target.TERRAFORM:
            files = {f"{plan.database}.tf": terraform.configuration(plan, tables, items)}
        case Target.WORKBENCH:
            files = {f"{plan.database}.workbench.json": workbench.model(plan, tables, items)}
        case Target.MCP:
            files = {"dynamodb_data_model.json": mcp_model.model(plan, tables, items)}
        case Target.AWS_CLI:
            files = aws_cli.files(tables, items)
        case Target.JSON:
            files = {f"{plan.database}.json": whole.document(plan, tables, items)}
    return Exported(target=target, files=files, left_out=tuple(left_out(plan, target)))


__all__ = ["HELD", "PARTS", "Exported", "Hold", "Target", "export_plan"]
