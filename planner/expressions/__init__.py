"""DynamoDB's expressions: read from text, judged, and written in the form that DynamoDB takes."""

from __future__ import annotations

from planner.expressions.conditions import parse_condition
from planner.expressions.problems import ExpressionSyntaxError, Problem, into, locate
from planner.expressions.projections import parse_projection
from planner.expressions.render import Aliases, render, render_path
from planner.expressions.updates import parse_update

__all__ = [
    "Aliases",
    "ExpressionSyntaxError",
    "Problem",
    "into",
    "locate",
    "parse_condition",
    "parse_projection",
    "parse_update",
    "render",
    "render_path",
]
