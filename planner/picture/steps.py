"""Steps as a graph: how deep each lies, and how long the longest way through takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.steps import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNode:
    """A step in the graph.

    Attributes:
        number: From 1, in the order of the steps.
        step: The step.
        after: Numbers of the steps that must be done first.
        depth: How many steps lie before it on the longest way, from 0.
        low: Seconds until it is done, at best, where all that can run at once does.
        high: The same at worst.
    """

    number: int
    step: Step
    after: tuple[int, ...]
    depth: int
    low: float
    high: float


def graph(steps: Sequence[Step]) -> tuple[StepNode, ...]:
    """The steps with their places; each comes after all that it depends on, as a diff orders them."""
    nodes: dict[str, StepNode] = {}
    for number, step in enumerate(steps, start=1):
        before = [nodes[name] for name in step.depends_on if name in nodes]
        nodes[step.id] = StepNode(
            number=number,
            step=step,
            after=tuple(node.number for node in before),
            depth=max((node.depth + 1 for node in before), default=0),
            low=max((node.low for node in before), default=0.0) + step.estimate.low,
            high=max((node.high for node in before), default=0.0) + step.estimate.high,
        )
    return tuple(nodes.values())
