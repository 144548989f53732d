"""What an apply would do, as a page: the plan's picture, its steps as a graph, and before and after of each table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ddbplan.views.changes import change_lines, creation_lines, value_words
from ddbplan.views.diagram import curve, cut, drawing, escaped
from ddbplan.views.diff import between, changes_of
from ddbplan.views.picture import finding_data, page
from executor.engines import AWS
from planner.picture.steps import graph
from planner.steps import INFORMATIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ddbplan.views.diff import Shown
    from planner.drift import TableDrift
    from planner.picture import Picture
    from planner.picture.steps import StepNode
    from planner.steps import FieldChange, Hazard, Step
    from planner.values import Json

LABEL = 330
SPAN = 570
ROW = 22
LINE = 4
LEAST = 6
ROOM = 120
LETTERS = 43
"""Pixels of the graph: names on the left, bars on the right, a text of a time's length; and letters of a name."""


def diff_page(picture: Picture, result: Shown) -> str:
    """The whole file."""
    nodes = graph(result.diff.steps)
    return page(picture, _change(result, nodes), steps_svg(nodes, times=result.engine == AWS))


def _change(result: Shown, nodes: Sequence[StepNode]) -> dict[str, Any]:
    diff = result.diff
    times = result.engine == AWS and bool(nodes)
    return {
        "where": f"Compared with {result.engine}, account {result.account}, {result.region}.",
        "hash": diff.hash,
        "time": between(max(n.low for n in nodes), max(n.high for n in nodes)) if times else "",
        "steps": [_step(node, result) for node in nodes],
        "refusals": [finding_data(found) for found in diff.refusals],
        "notes": [finding_data(found) for found in diff.notes],
        "findings": [finding_data(found) for found in result.findings],
        "drift": [_drift(table) for table in result.drifted],
        "unchanged": list(diff.unchanged),
    }


def _drift(table: TableDrift) -> dict[str, Any]:
    return {
        "address": table.address,
        "fate": "" if table.fate == "same" else str(table.fate),
        "fields": [row for one in table.changed for row in _fields(one.change)],
    }


def _step(node: StepNode, result: Shown) -> dict[str, Any]:
    step = node.step
    return {
        "number": node.number,
        "address": step.address,
        "covers": list(step.covers),
        "symbol": step.symbol,
        "function": step.call.function,
        "reason": step.reason,
        "after": list(node.after),
        "time": _time(step) if result.engine == AWS else "",
        "source": step.estimate.source if result.engine == AWS else "",
        "hazards": [_hazard(hazard, result) for hazard in step.hazards],
        "parts": [_part(step, address) for address in step.covers or (step.address,)],
    }


def _time(step: Step) -> str:
    return between(step.estimate.low, step.estimate.high)


def _hazard(hazard: Hazard, result: Shown) -> dict[str, Any]:
    return {
        "kind": str(hazard.kind),
        "address": hazard.address,
        "sentence": hazard.sentence,
        "flag": hazard.flag,
        "allowed": hazard.flag in result.allowed,
        "informative": hazard.kind in INFORMATIVE,
    }


def _part(step: Step, address: str) -> dict[str, Any]:
    changes = changes_of(step, address)
    if all(change.before is None for change in changes):
        return {"address": address, "made": [text for _, text in creation_lines(changes)], "fields": []}
    return {"address": address, "made": [], "fields": [row for change in changes for row in _fields(change)]}


def _fields(change: FieldChange) -> list[list[str]]:
    before, after = change.before, change.after
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        return [_row(f"{change.path}.{name}", before.get(name), after.get(name)) for name in names]
    lines = [text for _, text in change_lines(change)]
    if (isinstance(before, dict) or isinstance(after, dict)) and len(lines) == 1:  # an index as a whole
        name, _, words = lines[0].partition(": ")
        return [[name, words, value_words(None)] if after is None else [name, value_words(None), words]]
    return [_row(change.path, before, after)]


def _row(path: str, before: Json, after: Json) -> list[str]:
    return [path, value_words(before), value_words(after)]


def steps_svg(nodes: Sequence[StepNode], *, times: bool) -> str:
    """The steps as a graph, one on each line, from left to right as they can run; lines lead to what waits for them.

    Args:
        nodes: The steps.
        times: Bars are as long as the steps take at most; else each is one unit, since an engine answers at once.
    """
    total = max((node.high if times else node.depth + 1 for node in nodes), default=1.0) or 1.0
    bars = {node.number: _bar(place, node, total, times=times) for place, node in enumerate(nodes)}
    edges = [
        curve(bars[number].end, bars[number].y + ROW / 2, bars[node.number].x, bars[node.number].y + ROW / 2)
        for node in nodes
        for number in node.after
        if number in bars
    ]
    drawn = [_drawn(node, bars[node.number], _time(node.step) if times else "") for node in nodes]
    height = 2 + len(nodes) * (ROW + LINE)
    return drawing([*edges, *drawn], LABEL + SPAN + 2, height, "Order of the steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    x: float
    y: float
    width: float

    @property
    def end(self) -> float:
        return self.x + self.width


def _bar(place: int, node: StepNode, total: float, *, times: bool) -> _Bar:
    begins = node.high - node.step.estimate.high if times else node.depth
    lasts = node.step.estimate.high if times else 1.0
    width = max(lasts / total * SPAN, LEAST)
    return _Bar(x=LABEL + min(begins / total * SPAN, SPAN - width), y=1 + place * (ROW + LINE), width=width)


def _drawn(node: StepNode, bar: _Bar, time: str) -> str:
    line = bar.y + 15
    name = cut(f"{node.number}  {node.step.symbol} {node.step.address}", LETTERS)
    if bar.width > ROOM:
        side = f'x="{bar.x + 7:.0f}"'
    elif bar.end + ROOM < LABEL + SPAN:
        side = f'x="{bar.end + 6:.0f}"'
    else:
        side = f'x="{bar.x - 6:.0f}" text-anchor="end"'
    return (
        f'<g class="{_kind(node)}"><title>{escaped(f"{node.step.address} {time}".strip())}</title>'
        f'<text class="name" x="1" y="{line:.0f}">{escaped(name)}</text>'
        f'<rect x="{bar.x:.1f}" y="{bar.y + 2:.0f}" width="{bar.width:.1f}" height="{ROW - 4}" rx="2"/>'
        f'<text class="dim" {side} y="{line:.0f}">{escaped(time)}</text></g>'
    )


def _kind(node: StepNode) -> str:
    if any(hazard.kind not in INFORMATIVE for hazard in node.step.hazards):
        return "step danger"
    return {"+": "step query", "~": "step tx", "-": "step danger"}.get(node.step.symbol, "step head")
