"""Laying one part of a plan over another: mappings merge, everything else replaces, and every place survives."""

from __future__ import annotations

from planner.reading.nodes import Entry, MappingNode, Node


def merge(base: Node, over: Node) -> Node:
    """The base with what lies over it.

    Args:
        base: What holds where nothing lies over it.
        over: What wins. Two mappings merge key by key; a list or a single value replaces.

    Returns:
        A tree of the same nodes, so that each value still stands where it was written.
    """
    if isinstance(base, MappingNode) and isinstance(over, MappingNode) and base.tag is None and over.tag is None:
        return merge_mappings(base, over)
    return over


def merge_mappings(base: MappingNode, over: MappingNode) -> MappingNode:
    """Two mappings as one, in the order of the base."""
    entries = dict(base.entries)
    for entry in over.entries.values():
        below = entries.get(entry.key)
        entries[entry.key] = entry if below is None else _merge_entry(below, entry)
    return MappingNode(entries, base.tag, base.position)


def _merge_entry(below: Entry, above: Entry) -> Entry:
    merged = merge(below.value, above.value)
    return above if merged is above.value else Entry(below.key, below.position, merged)
