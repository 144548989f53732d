"""Exported templates as cfn-lint judges them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from planner import load_plan
from planner.exporting import Target, export_plan
from planner.importing import RefusedError, import_files, plan_text, settle
from tests.corpus.files import files

_LEVELS = ("E", "W")


def lint_exports(corpus: Path, folders: Sequence[str]) -> list[str]:
    """cfn-lint's complaints about the template of every plan that comes of the corpus."""
    found = []
    for folder in folders:
        for own in files(corpus, folder):
            try:
                draft = import_files(own)
            except RefusedError:
                continue
            with tempfile.TemporaryDirectory() as place:
                path = Path(place) / "plan.yaml"
                path.write_text(plan_text(settle(draft, "corpus").draft, "corpus"), encoding="utf-8", newline="")
                checked = load_plan(path).plan
            if checked is not None:
                text = next(iter(export_plan(checked, Target.CLOUDFORMATION).files.values()))
                found += [f"- {own[0].name}: {complaint}" for complaint in complaints(text)]
    return found


def complaints(text: str) -> list[str]:
    """cfn-lint's errors and warnings about one template."""
    from cfnlint import lint  # noqa: PLC0415 - costs seconds, and only this needs it

    return [f"{match.rule.id} {match.message}" for match in lint(text) if match.rule.id[0] in _LEVELS]
