"""The fenced blocks of a page, and how a console block is run and compared."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
LANGUAGES = ("yaml", "console", "sh", "python", "toml", "text")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING = (
    (re.compile(r"\d+(\.\d+)? ?(ms|s)\b"), "0 s"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:0"),
    (re.compile(r"\bprocess \d+"), "process 0"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "HASH"),
    (re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(\.\d+)?Z?"), "TIME"),
    (re.compile(r"\s+"), " "),
)
_TIMEOUT = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        page: Where it stands.
        line: Of its first line of text.
        language: What stands after the fence.
        text: What stands in it.
    """

    page: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """Such as ``docs/plan.md:12``."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a console block, and the lines that the page shows below it."""

    text: str
    shown: tuple[str, ...]


def blocks(page: Path, *languages: str) -> tuple[Block, ...]:
    """The page's blocks in these languages, in order."""
    text = page.read_text(encoding="utf-8")
    return tuple(
        Block(page=page, line=text.count("\n", 0, found.start()) + 2, language=found[1], text=found[2])
        for found in _FENCE.finditer(text)
        if found[1] in languages
    )


def commands(block: Block) -> tuple[Command, ...]:
    """The block's commands: lines that begin with ``$``, each with what follows until the next one."""
    _, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    found = []
    for part in parts:
        first, *shown = part.splitlines()
        found.append(Command(text=first, shown=tuple(line for line in shown if line.strip() not in ("", "…"))))
    return tuple(found)


def steady(text: str) -> str:
    """The text without what differs from run to run: times, ports, ids, white space."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text.strip()


def run(command: str, folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would type it."""
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )


def missing(shown: tuple[str, ...], *outputs: str) -> str | None:
    """The first shown line that no output holds after the lines found in it before; None when all are there."""
    rests = [[steady(line) for line in output.splitlines()] for output in outputs]
    for line in shown:
        wanted = steady(line)
        found = next((rest for rest in rests if wanted in rest), None)
        if found is None:
            return line
        del found[: found.index(wanted) + 1]
    return None
