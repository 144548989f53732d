"""Invariant: any bytes as a plan file give diagnostics, never a traceback, and never take long."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.diagnostics import Report
from planner.reading import check_together, environments, read_plan, rows
from tests.planner.reading.support import MINIMAL, source_of

WHOLE = (Path(__file__).parent / "whole.yaml").read_text()
LINES = WHOLE.splitlines()
PIECES = [
    "off",
    "true",
    "null",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "1",
    "-1",
    "1e999",
    '""',
    "'x",
    "&a",
    "*a",
    "<<: *a",
    "---",
]
PIECES += [
    "!set [a]",
    "!ddb {S: x}",
    "!!binary x",
    "!other x",
    "\t",
    "`a`",
    "?",
    ": ",
    "- ",
    "\ud7ff",
    "\0",
    "x" * 300,
    "|",
    ">-",
]

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One folder for all examples; each overwrites the plan in it."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _survives(folder: Path, text: str | bytes) -> None:
    """Read a text in every way there is; a plan comes only without errors."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    source = source_of(folder, data)
    started = time.perf_counter()
    for environment in (None, *environments(source)[:3]):
        plan, report = read_plan(source, environment)
        assert (plan is None) == report.has_errors
        for found in report:
            assert found.what.endswith(".")
            assert found.why
            assert found.fix
        if plan is not None:
            for seed in plan.seeds.values():
                list(rows(plan, seed, Report()))
    check_together([source, source])
    assert time.perf_counter() - started < 120


@FUZZ
@given(data=st.binary(max_size=400))
def test_any_bytes(folder: Path, data: bytes) -> None:
    """Bytes that are no text, no YAML, no plan."""
    _survives(folder, data)


@FUZZ
@given(text=st.text(alphabet=st.sampled_from(list("ab1:-?[]{}&*!|>'\"%@`#,.~ \n\t")), max_size=200))
def test_any_signs_of_yaml(folder: Path, text: str) -> None:
    """Every combination of the characters that mean something."""
    _survives(folder, text)


@FUZZ
@given(text=st.text(alphabet=st.sampled_from(list("ab1:-[]{}&*!'\" \n")), max_size=80))
def test_any_tail_of_a_plan(folder: Path, text: str) -> None:
    """A good beginning and any end."""
    _survives(folder, MINIMAL + text)


@FUZZ
@given(st.data())
def test_mutated_plans(folder: Path, data: st.DataObject) -> None:
    """A whole plan with a few lines removed, doubled, moved, indented or given another value."""
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        match data.draw(st.integers(0, 5)):
            case 0:
                del lines[place]
            case 1:
                lines.insert(place, line)
            case 2:
                lines[place] = "  " + line
            case 3:
                lines[place] = line.partition(":")[0] + ": " + data.draw(st.sampled_from(PIECES))
            case 4:
                cut = data.draw(st.integers(0, len(line)))
                lines[place] = line[:cut] + data.draw(st.sampled_from(PIECES)) + line[cut:]
            case _:
                lines[place], lines[place // 2] = lines[place // 2], lines[place]
    _survives(folder, "\n".join(lines))


def _trees() -> st.SearchStrategy[object]:
    leaves = st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["off", "none", "once"])
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
        max_leaves=8,
    )


@FUZZ
@given(
    section=st.sampled_from(["defaults", "tables", "seed", "transactions", "queries", "environments", "naming"]),
    value=_trees(),
)
def test_any_value_in_any_section(folder: Path, section: str, value: object) -> None:
    """JSON is YAML: every section is given every kind of tree."""
    import json  # noqa: PLC0415 - only this test writes JSON

    _survives(folder, MINIMAL.partition("tables:")[0] + f"{section}: {json.dumps(value)}\ntables: {{}}\n")


@FUZZ
@given(
    key=st.sampled_from(
        ["partition_key", "capacity", "tags", "key_types", "global_secondary_indexes", "stream", "replicas"]
    ),
    value=_trees(),
)
def test_any_value_of_a_table(folder: Path, key: str, value: object) -> None:
    """Every setting is given every kind of tree."""
    import json  # noqa: PLC0415 - as above

    _survives(folder, MINIMAL.replace("partition_key: id", f"x: 1\n    {key}: {json.dumps(value)}"))


@FUZZ
@given(
    content=st.one_of(
        st.binary(max_size=200), st.text(alphabet=st.sampled_from(list('{}[]:,"aI1e.-\n \\')), max_size=80)
    )
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_any_rows(folder: Path, name: str, content: str | bytes) -> None:
    """Any bytes as a seed's file."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    _survives(folder, MINIMAL + f"seed: {{orders: {{file: {name}}}}}\n")


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        "{" * 1_000_000,
        "- " * 1_000_000,
        "a: " + "x" * 4_000_000,
        "? " * 1_000_000,
        '"' + "a\n\n" * 1_000_000,
        "a: |\n" + " \n" * 1_000_000,
        "\n".join(f"k{n}: v" for n in range(45_000)),
        "\n".join(["a: 1"] * 45_000),
        "tables:\n" + "\n".join(f"  t{n}: {{sort: 1}}" for n in range(20_000)),
        "[" + "&a *a, " * 500_000,
        "#" * 4_900_000,
    ],
    ids=lambda text: text[:8].strip(),
)
def test_long_texts_take_bounded_time(folder: Path, text: str) -> None:
    """Nothing that fits into five megabytes keeps the reader busy for long."""
    _survives(folder, MINIMAL + text)
    _survives(folder, text)
