"""The files of the corpus, which lies beside the repository where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.engines import ROOT

FOLDERS = (
    "cloudformation",
    "sam",
    "cdk",
    "sam-expected",
    "serverless",
    "terraform-json",
    "terraform-acceptance",
    "workbench",
    "aws-mcp",
)
_SUFFIXES = frozenset({".yml", ".yaml", ".json", ".tfstate"})
ABSENT = "there is no corpus of real files: DDBPLAN_CORPUS names its folder, ../shared/corpus otherwise"


def corpus_folder() -> Path | None:
    """Where the corpus lies: ``DDBPLAN_CORPUS``, or ``shared/corpus`` beside the repository or a folder above it."""
    named = os.environ.get("DDBPLAN_CORPUS")
    candidates = [Path(named)] if named else [parent / "shared" / "corpus" for parent in ROOT.parents]
    return next((folder for folder in candidates if (folder / FOLDERS[0]).is_dir()), None)


def files(corpus: Path, folder: str) -> Iterator[tuple[Path, ...]]:
    """Each file of a folder, with the usage data that belongs to it."""
    for path in sorted((corpus / folder).rglob("*")):
        if path.suffix in _SUFFIXES and path.is_file():
            yield (path, *_beside(path))


def _beside(path: Path) -> Iterator[Path]:
    """A schema of AWS's MCP server has its sample entities in a file of its own."""
    if path.name.startswith("valid__"):
        usage = path.with_name(path.name.replace("valid__", "usage__").replace("_schema", "_usage_data"))
        if usage.exists():
            yield usage
