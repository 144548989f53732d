"""What ``ddbplan mcp`` serves: validate and test, for files below one folder or for a plan's text. Nothing else."""

from __future__ import annotations

import contextlib
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from ddbplan import plans
from ddbplan.failures import Failure
from ddbplan.views.output import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.reading import PlanSource

INSTRUCTIONS = """\
ddbplan checks and proves plans: YAML files that say what a DynamoDB database is to be. Write or change a plan, then
call validate until it has no errors, then test until every case passes. Both are safe: no AWS account is reached and no
file is written. Applying a plan is a person's work, at a terminal.
"""
PLAN_FILE = "plan.yaml"

Paths = Annotated[
    list[str] | None,
    Field(
        description="Plan files or folders of plans, relative to the folder that is served. Without them and without "
        "text: all of its plans."
    ),
]
Text = Annotated[str | None, Field(description="A plan's YAML itself, instead of files.")]


def make_server() -> MCPServer[Any]:
    """A server for the working directory, not yet running."""
    # What goes wrong with a plan is the answer, not a line in somebody's log.
    server: MCPServer[Any] = MCPServer(
        "ddbplan", version=version("ddbplan"), instructions=INSTRUCTIONS, log_level="ERROR"
    )
    harmless_tool = ToolAnnotations(
        read_only_hint=True,
        destructive_hint=False,
        idempotent_hint=True,
        open_world_hint=False,
    )
    server.tool(title="Check plans, offline", annotations=harmless_tool)(validate)
    server.tool(title="Prove plans on a throwaway engine", annotations=harmless_tool, name="test")(prove)
    return server


def validate(paths: Paths = None, text: Text = None) -> dict[str, Any]:
    """Check plans offline, in each of their environments; every problem at once, with its place and what to do."""
    from ddbplan.views.validation import validation_json  # noqa: PLC0415 - loaded when it is first asked for

    with _said(), _sources(paths, text) as sources:
        return validation_json(plans.validate(sources))


def prove(paths: Paths = None, text: Text = None) -> dict[str, Any]:
    """Apply plans to an empty engine in memory, diff again, and run every query and test transaction; says what failed.

    Plans with errors are not run: call validate first.
    """
    from ddbplan.proofs import prove_source  # noqa: PLC0415 - as above
    from ddbplan.views.proof import proofs_json  # noqa: PLC0415 - as above

    with _said(), _sources(paths, text) as sources:
        return proofs_json([proof for source in sources for proof in prove_source(source)])


@contextlib.contextmanager
def _sources(paths: Sequence[str] | None, text: str | None) -> Iterator[tuple[PlanSource, ...]]:
    """The plans that are meant.

    Raises:
        ToolError: A path leads out of the folder, or files and text are both given.
    """
    if text is None:
        yield _found(paths or ())
        return
    if paths:
        raise ToolError("Give paths or text, not both.")
    from planner.reading import PlanSource  # noqa: PLC0415 - as above

    # The reader works on files; a folder of its own also keeps a text from naming anybody's data files.
    with tempfile.TemporaryDirectory(prefix="ddbplan-") as folder:
        file = Path(folder) / PLAN_FILE
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        yield (PlanSource(name=PLAN_FILE, folder=file.parent, files=(file,)),)


def _found(paths: Sequence[str]) -> tuple[PlanSource, ...]:
    from planner.reading.files import inside, inside_by_text  # noqa: PLC0415 - as above

    here = Path.cwd()
    for path in paths:
        # A link within a folder of plans is the reader's to refuse.
        if inside_by_text(path) or inside(here, here / path):
            raise ToolError(f"{harmless(path)} is not below the folder that is served. Give a path relative to it.")
    return plans.find(paths)


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Whatever is for people to read is for the assistant, too."""
    from executor.local.errors import LocalEngineError  # noqa: PLC0415 - as above

    try:
        yield
    except plans.InvalidPlansError as invalid:
        found = [f"{d.position or ''} {d.code} {d.what} {d.fix}".strip() for d in invalid.diagnostics]
        raise ToolError("\n".join(found)) from invalid
    except (Failure, LocalEngineError) as failed:
        raise ToolError(str(failed)) from failed
