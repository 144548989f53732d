"""Tables, indexes, queries and transactions as a diagram: SVG, which stands in the page too, or Mermaid.

Tables stand in the middle, each beside the queries that read it; transactions stand on the right, each near the tables
that it touches.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from ddbplan.views.output import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.picture import Collection, Picture, PictureTable

ROW = 26
GAP = 22
TOP = 30
LINE = 4
QUERY = (1, 226)
TABLE = (297, 276)
TRANSACTION = (671, 236)
WIDTH = 908
"""Places and widths are in pixels, and made to fit beside the contents on a screen of 1,280."""
_CHARACTER = 7.3
STYLE = """
.ddb{font:13px ui-sans-serif,system-ui,"Segoe UI",Roboto,sans-serif;background:#fff;color:#1c2330}
.ddb text{fill:#1c2330}.ddb .dim{fill:#5a6474}.ddb rect{fill:#fff;stroke:#c3cad5}
.ddb .head rect{fill:#e8effb;stroke:#8fabdc}.ddb .query rect{fill:#eaf6ef;stroke:#9bcbb0}
.ddb .tx rect{fill:#faf0e2;stroke:#dcb981}.ddb path{fill:none;stroke:#aab3c0;stroke-width:1.2}
@media (prefers-color-scheme:dark){.ddb{background:#14181f;color:#dfe5ee}.ddb text{fill:#dfe5ee}.ddb .dim{fill:#9aa6b8}
.ddb rect{fill:#1b212b;stroke:#3b4554}.ddb .head rect{fill:#1f2d47;stroke:#49669b}
.ddb .query rect{fill:#17301f;stroke:#3d7153}.ddb .tx rect{fill:#35281a;stroke:#7f6133}.ddb path{stroke:#566172}}
"""


@dataclass(slots=True, kw_only=True)
class _Layout:
    """Where things stand; ``rows`` are the middles of tables and indexes by address."""

    parts: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    rows: dict[str, float] = field(default_factory=dict)
    height: float = 0.0


def plan_svg(picture: Picture, *, standalone: bool = False) -> str:
    """The diagram as SVG.

    Args:
        picture: What is shown.
        standalone: As a file of its own, with its style; else part of the page, with links into it.
    """
    layout = _Layout(height=TOP)
    for table in picture.tables:
        _table(layout, picture, table, links=not standalone)
    _transactions(layout, picture, links=not standalone)
    counts = (("Queries", QUERY[0]), ("Tables and indexes", TABLE[0]), ("Transactions", TRANSACTION[0]))
    heads = "".join(f'<text class="dim" x="{x}" y="16">{title}</text>' for title, x in counts)
    parts = [heads, *layout.edges, *layout.parts]
    return drawing(parts, WIDTH, layout.height, f"Diagram of {picture.database}", standalone=standalone)


def drawing(parts: Iterable[str], width: float, height: float, name: str, *, standalone: bool = False) -> str:
    """An SVG element around its parts; with its own style where it is to stand alone."""
    style = f"<style>{STYLE}</style>" if standalone else ""
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    role = 'role="img"' if standalone else 'role="group"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ddb" {size} {role} aria-label="{escaped(name)}">{style}'
        f"{''.join(parts)}</svg>"
    )


def _table(layout: _Layout, picture: Picture, table: PictureTable, *, links: bool) -> None:
    x, width = TABLE
    top = layout.height
    y = top
    for number, one in enumerate((table.base, *table.indexes)):
        layout.rows[one.address] = y + ROW / 2
        keys = ", ".join(one.partition_key) + (f" → {', '.join(one.sort_key)}" if one.sort_key else "")
        drawn = box(Box(x=x, y=y, width=width, name=one.name, beside=keys, kind="head" if number == 0 else "index"))
        layout.parts.append(_link(drawn, one.address, links=links))
        y += ROW
    queries = [query for query in picture.queries if query.table == table.key]
    queries.sort(key=lambda query: layout.rows[query.reads])
    y = top
    for query in queries:
        layout.edges.append(curve(QUERY[0] + QUERY[1], y + ROW / 2, x, layout.rows[query.reads]))
        drawn = box(Box(x=QUERY[0], y=y, width=QUERY[1], name=query.name, beside="", kind="query"))
        layout.parts.append(_link(drawn, query.address, links=links))
        y += ROW + LINE
    layout.height = max(top + ROW * (1 + len(table.indexes)), y) + GAP


def _transactions(layout: _Layout, picture: Picture, *, links: bool) -> None:
    def middle(tables: tuple[str, ...]) -> float:
        return sum(layout.rows[f"table.{key}"] for key in tables) / max(1, len(tables))

    touched = {one.name: tuple(dict.fromkeys(op.table for op in one.operations)) for one in picture.transactions}
    ordered = sorted(picture.transactions, key=lambda one: middle(touched[one.name]))
    places = _spread([middle(touched[one.name]) - ROW / 2 for one in ordered])
    for one, y in zip(ordered, places, strict=True):
        edges = "".join(
            curve(TABLE[0] + TABLE[1], layout.rows[f"table.{key}"], TRANSACTION[0], y + ROW / 2)
            for key in touched[one.name]
        )
        beside = "" if one.run == "once" else "test"
        drawn = box(Box(x=TRANSACTION[0], y=y, width=TRANSACTION[1], name=one.name, beside=beside, kind="tx"))
        layout.parts.append(f'<g class="touch">{edges}{_link(drawn, one.address, links=links)}</g>')
    layout.height = max(layout.height, *(y + ROW + GAP for y in places), 0)


def _spread(wanted: list[float]) -> list[float]:
    """Where boxes go that want to stand somewhere, in this order: as near as they can without lying on each other."""
    step = ROW + LINE
    blocks: list[tuple[float, int]] = []  # the mean place of a block's first box, and how many boxes it has
    for number, place in enumerate(wanted):
        mean, size = place - number * step, 1
        while blocks and blocks[-1][0] > mean:
            before, others = blocks.pop()
            mean, size = (mean * size + before * others) / (size + others), size + others
        blocks.append((mean, size))
    starts = [max(mean, TOP) for mean, size in blocks for _ in range(size)]
    return [start + number * step for number, start in enumerate(starts)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box.

    Attributes:
        x: Of its left edge, in pixels.
        y: Of its upper edge.
        width: In pixels.
        name: What stands on its left.
        beside: What stands on its right, in a lighter colour.
        kind: Its colour: a class of the style.
    """

    x: float
    y: float
    width: float
    name: str
    beside: str
    kind: str


def box(one: Box) -> str:
    """A box; what has no room is cut, and stands whole in its title."""
    room = int((one.width - 20) / _CHARACTER)
    name, beside = harmless(one.name), harmless(one.beside)
    shown = cut(name, room if not beside else max(room - len(beside) - 2, 16))
    rest = cut(beside, max(room - len(shown) - 2, 4)) if beside else ""
    right, line = one.x + one.width - 9, one.y + 17
    side = f'<text class="dim" x="{right:.0f}" y="{line:.0f}" text-anchor="end">{escaped(rest)}</text>' if rest else ""
    return (
        f'<g class="{one.kind}"><title>{escaped(f"{name} {beside}".strip())}</title>'
        f'<rect x="{one.x:.0f}" y="{one.y:.0f}" width="{one.width:.0f}" height="{ROW}" rx="3"/>'
        f'<text x="{one.x + 9:.0f}" y="{line:.0f}">{escaped(shown)}</text>{side}</g>'
    )


def curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """A line from one box to another."""
    middle = (x1 + x2) / 2
    return f'<path d="M{x1:.0f} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"/>'


def _link(inner: str, address: str, *, links: bool) -> str:
    return f'<a href="#/{quote(harmless(address), safe="")}">{inner}</a>' if links else inner


def cut(text: str, room: int) -> str:
    """As much of a text as has room, and a sign that there is more."""
    return text if len(text) <= room else f"{text[: max(room - 1, 1)]}…"


def escaped(text: str) -> str:
    """Text as SVG has it, whatever it is."""
    return html.escape(harmless(text))


def plan_mermaid(picture: Picture) -> str:
    """The diagram as a Mermaid flowchart."""
    return "\n".join(_mermaid(picture)) + "\n"


def _mermaid(picture: Picture) -> Iterator[str]:
    yield "flowchart LR"
    names: dict[str, str] = {}
    for number, table in enumerate(picture.tables):
        yield f'  subgraph t{number}["{_label(table.key)}"]'
        for place, one in enumerate((table.base, *table.indexes)):
            names[one.address] = f"t{number}_{place}"
            yield f"    {names[one.address]}{_node(one)}"
        yield "  end"
    for number, query in enumerate(picture.queries):
        yield f'  q{number}(["{_label(query.name)}"]) --> {names[query.reads]}'
    for number, transaction in enumerate(picture.transactions):
        yield f'  x{number}{{{{"{_label(transaction.name)}"}}}}'
        kinds: dict[str, list[str]] = {}
        for operation in transaction.operations:
            kinds.setdefault(operation.table, []).append(operation.kind)
        for key, found in kinds.items():
            yield f'  x{number} -->|"{", ".join(dict.fromkeys(found))}"| {names[f"table.{key}"]}'


def _node(one: Collection) -> str:
    keys = _label(", ".join(one.partition_key) + (f" / {', '.join(one.sort_key)}" if one.sort_key else ""))
    title = "keys" if one.kind == "table" else _label(one.name)
    return f'[("{title}<br/>{keys}")]' if one.kind == "table" else f'["{title}<br/>{keys}"]'


def _label(text: str) -> str:
    """Text as Mermaid shows it, whatever it is: everything that could mean something is written as its code."""
    return "".join(one if one.isalnum() or one in " _-.,/" else f"#{ord(one)};" for one in harmless(text))
