"""What an apply would do, as a page: the plan's picture, its steps as a graph, and before and after of each table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ddbplan.views.changes import creation_lines, value_words
from ddbplan.views.diagram import Box, box, curve, drawing
from ddbplan.views.diff import between, changes_of
from ddbplan.views.picture import finding_data, page
from executor.engines import AWS
from planner.picture.steps import graph
from planner.steps import INFORMATIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ddbplan.views.diff import Shown
    from planner.picture import Picture
    from planner.picture.steps import StepNode
    from planner.steps import FieldChange, Hazard, Step
    from planner.values import Json

COLUMN = 300
WIDTH = 246
ROW = 26
LINE = 8


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
        "unchanged": list(diff.unchanged),
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
    return [_row(change.path, before, after)]


def _row(path: str, before: Json, after: Json) -> list[str]:
    return [path, value_words(before), value_words(after)]


def steps_svg(nodes: Sequence[StepNode], *, times: bool) -> str:
    """The graph of the steps: what can run at once stands in one column, what needs it to the right."""
    filled: dict[int, int] = {}
    places: dict[int, tuple[float, float]] = {}
    boxes: list[str] = []
    edges: list[str] = []
    for node in nodes:
        x, y = 1 + node.depth * COLUMN, 1 + filled.get(node.depth, 0) * (ROW + LINE)
        filled[node.depth] = filled.get(node.depth, 0) + 1
        places[node.number] = (x, y)
        edges += [_edge(places[number], (x, y)) for number in node.after if number in places]
        name = f"{node.number}  {node.step.symbol} {node.step.address}"
        beside = _time(node.step) if times else ""
        boxes.append(box(Box(x=x, y=y, width=WIDTH, name=name, beside=beside, kind=_kind(node))))
    width = 2 + max((node.depth for node in nodes), default=0) * COLUMN + WIDTH
    height = 2 + max(filled.values(), default=0) * (ROW + LINE)
    return drawing([*edges, *boxes], width, height, "Order of the steps")


def _edge(before: tuple[float, float], after: tuple[float, float]) -> str:
    return curve(before[0] + WIDTH, before[1] + ROW / 2, after[0], after[1] + ROW / 2)


def _kind(node: StepNode) -> str:
    if any(hazard.kind not in INFORMATIVE for hazard in node.step.hazards):
        return "step danger"
    return {"+": "query", "~": "tx", "-": "step danger"}.get(node.step.symbol, "head")
