"""A plan's files as one tree: read, decoded, composed, and merged where a plan has several."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.codes import reading as codes
from planner.diagnostics import Diagnostic, Report
from planner.reading import grammar
from planner.reading.compose import compose
from planner.reading.files import MAX_PLAN_BYTES, decode, read_bytes
from planner.reading.nodes import Entry, MappingNode, Node, ScalarNode, shorten
from planner.reading.scope import Scope
from planner.reading.typed import mapping
from planner.waivers import Waiver, read_waivers

_KEPT_TEXTS = 16
"""Each plan's files are asked for several times in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSource:
    """The files of one plan, found and not yet read.

    Attributes:
        name: The path as shown to people.
        folder: The folder that its data files must lie in.
        files: One file, or ``plan.yaml`` and the others of its folder.
        variables: Values that were given for the plan's variables.
    """

    name: str
    folder: Path
    files: tuple[Path, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A plan's text as one mapping.

    Attributes:
        source: Where it comes from.
        root: The top level; every node knows its own file.
        text_hash: SHA-256 of all its files, and of the variables' values, as hex.
        waivers: Comments that let findings pass.
        roots: The top level with the values of each environment, where the plan has variables.
    """

    source: PlanSource
    root: MappingNode
    text_hash: str
    waivers: tuple[Waiver, ...] = ()
    roots: Mapping[str, MappingNode] = field(default_factory=dict)

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments' names, in the plan's order."""
        declared = self.root.entries.get("environments")
        if declared is None or not isinstance(declared.value, MappingNode):
            return ()
        return tuple(declared.value.entries)


def read_document(source: PlanSource, report: Report) -> Document | None:
    """A plan's files as one tree, or None after diagnostics; nothing but YAML and duplicates is judged yet."""
    digest = hashlib.sha256()
    roots = []
    waivers: list[Waiver] = []
    for path in source.files:
        shown = _shown(source, path)
        data = read_bytes(path, shown, report, limit=MAX_PLAN_BYTES, fix=_TOO_LARGE_FIX)
        text = None if data is None else decode(data, shown, report)
        read = None if text is None else _read_text(text, shown)
        report.extend(() if read is None else read.problems)
        if read is None or read.root is None or data is None:
            continue
        waivers += read.waivers
        digest.update(f"{path.name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
        found = mapping(read.root, f"`{shown}`", Scope(report))
        roots.extend([] if found is None else [found])
    if len(roots) < len(source.files):
        return None
    return Document(
        source=source,
        root=_combine(roots, Scope(report)),
        text_hash=digest.hexdigest(),
        waivers=tuple(waivers),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One file's text, read."""

    root: Node | None
    problems: tuple[Diagnostic, ...]
    waivers: tuple[Waiver, ...]


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def _read_text(text: str, shown: str) -> _Read:
    """Read a text; once, however many environments and checks ask for it."""
    problems = Report()
    root = compose(text, shown, problems)
    waivers = () if root is None else read_waivers(text, shown)
    return _Read(root=root, problems=tuple(problems), waivers=tuple(waivers))


_TOO_LARGE_FIX = "Move rows into a data file and name it by `file:` in the seed."


def _shown(source: PlanSource, path: Path) -> str:
    return source.name if len(source.files) == 1 else f"{source.name.rstrip('/')}/{path.name}"


def _combine(roots: list[MappingNode], scope: Scope) -> MappingNode:
    """The files of a folder as one: sections are joined, everything else may stand once."""
    entries: dict[str, Entry] = {}
    for root in roots:
        for entry in root.entries.values():
            first = entries.get(entry.key)
            entries[entry.key] = entry if first is None else _join(first, entry, scope)
    return MappingNode(entries, None, roots[0].position)


def _join(first: Entry, second: Entry, scope: Scope) -> Entry:
    both = isinstance(first.value, MappingNode) and isinstance(second.value, MappingNode)
    if first.key in grammar.SECTIONS and both:
        return Entry(first.key, first.position, _join_sections(first, second, scope))
    if first.key == "ddbplan" and _same_scalar(first, second):
        return first
    _report_twice(first, second, scope)
    return first


def _join_sections(first: Entry, second: Entry, scope: Scope) -> MappingNode:
    if not isinstance(first.value, MappingNode) or not isinstance(second.value, MappingNode):
        raise TypeError("only mappings are joined. This is a bug in ddbplan.")
    entries = dict(first.value.entries)
    for entry in second.value.entries.values():
        before = entries.setdefault(entry.key, entry)
        if before is not entry:
            _report_twice(before, entry, scope)
    return MappingNode(entries, first.value.tag, first.value.position)


def _same_scalar(first: Entry, second: Entry) -> bool:
    a, b = first.value, second.value
    return isinstance(a, ScalarNode) and isinstance(b, ScalarNode) and (a.text, a.plain) == (b.text, b.plain)


def _report_twice(first: Entry, second: Entry, scope: Scope) -> None:
    what = f"`{shorten(second.key)}` stands here and already at {first.position}"
    fix = "Keep one of the two; the files of one folder are one plan."
    scope.error(codes.DUPLICATE_KEY, second.position, what, fix)
