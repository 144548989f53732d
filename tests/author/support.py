"""A desk: a folder to work in, a fake Claude, and the real command between them."""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner, Result

from ddbplan.main import program
from tests.cli.support import PROGRAM, environment
from tests.fakes.claude import KEY, Answer, FakeClaude, Script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAN = """\
ddbplan: 1
database: shelf
description: Books by shelf. Assumes a few thousand books.
tables:
  books:
    # why: a shelf is read as a whole
    description: One item per book.
    partition_key: shelf
    sort_key: isbn
    point_in_time_recovery: true
    deletion_protection: true
seed:
  books:
    - {shelf: s1, isbn: a, title: One}
    - {shelf: s1, isbn: b, title: Two}
queries:
  shelf:
    description: A shelf's books.
    table: books
    rate: 5
    item_size: 1 KB
    key_condition: shelf = :shelf
    values: {shelf: s1}
    limit: 50
    expect: {items: [{title: One}, {title: Two}]}
"""
WRONG = PLAN.replace("{title: Two}]", "{title: Three}]")


def fenced(plan: str) -> str:
    """A plan as a reply."""
    return f"```yaml\n{plan}```\n"


def good(**changes: Any) -> Answer:
    """An answer that becomes a plan."""
    return Answer(text=fenced(PLAN), **changes)


def user_text(body: dict[str, Any], number: int = -1) -> str:
    """What a request's message says; the last one by default."""
    content = body["messages"][number]["content"]
    return content if isinstance(content, str) else "".join(block.get("text", "") for block in content)


class Desk:
    """Where a person asks for plans.

    Attributes:
        folder: The working directory.
        claude: Who is asked.
    """

    def __init__(self, folder: Path, claude: FakeClaude) -> None:
        self.folder = folder
        self.claude = claude

    @property
    def plans(self) -> list[str]:
        """The files of ``plans/``."""
        folder = self.folder / "plans"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def plan(self, name: str = "shelf.yaml") -> str:
        """The text of a plan that was written."""
        return (self.folder / "plans" / name).read_text(encoding="utf-8")

    def generate(self, *words: str, script: tuple[Script, ...] = (), stdin: str | bytes | None = None) -> Result:
        """Run the command in this process."""
        self.claude.enqueue(*script)
        return self.run("generate", *(words or ("books on shelves",)), stdin=stdin)

    def run(self, *words: str, stdin: str | bytes | None = None) -> Result:
        """Run any command in this process."""
        result = CliRunner().invoke(program, words, input=stdin)

        assert "Traceback" not in result.stderr, result.stderr
        return result

    def environment(self, **more: str) -> dict[str, str]:
        """For a process: the fake, its key, and the embedded engine."""
        return environment(ANTHROPIC_BASE_URL=self.claude.base_url, ANTHROPIC_API_KEY=KEY) | more

    @contextmanager
    def process(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Run the command as a process that can be interrupted."""
        running = subprocess.Popen(
            [*PROGRAM, "generate", *words],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background has Ctrl-C ignored, which a child would inherit.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - one thread waits
        )
        try:
            yield running
        finally:
            running.kill()
            running.communicate()


def record(path: Path) -> dict[str, Any]:
    """A record's JSON."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
