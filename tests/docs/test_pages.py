"""README and documentation: every example on them is run, parsed or proved."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ddbplan.exits import Exit
from ddbplan.main import program
from executor.clients import Clients, Target
from executor.proof import CaseOutcome, prove
from planner.reading import find_plans
from planner.reading.grammar import RECORDS
from planner.steps import HazardKind
from planner.variants import variants
from tests.docs.blocks import LANGUAGES, PAGES, ROOT, Block, blocks, commands, missing, run
from tests.engines import CREDENTIALS, ministack_program

if TYPE_CHECKING:
    import click

    from tests.engines import Engine


def _id(page: Path) -> str:
    return page.stem


def _all(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page, *languages)]


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_block_says_its_language(page: Path) -> None:
    """A block in a language that no test knows would be an example that nobody runs."""
    fences = re.findall(r"^```(\w*)$", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(fences[::2]) <= set(LANGUAGES)
    assert set(fences[1::2]) <= {""}


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file of the repository."""
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]

    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.engine
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "yaml")], ids=_id)
def test_the_yaml_of_a_page_is_one_plan_that_holds(page: Path, tmp_path: Path, ministack: Engine, unique: str) -> None:
    """The YAML blocks of a page, put together, pass every check and the whole proof, in every environment."""
    text = "".join(block.text for block in blocks(page, "yaml"))
    text = re.sub(r"^(\s*(?:dev: \{)?database: \w+)", rf"\1_{unique}", text, flags=re.MULTILINE)
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    (source,), _ = find_plans([str(tmp_path / "plan.yaml")], tmp_path)

    with Clients(Target(endpoint_url=ministack.endpoint_url)) as clients:
        for variant in variants(source):
            assert variant.checked is not None, [(str(d.position), d.what) for d in variant.diagnostics]

            results = prove(variant.checked, clients)

            assert [r for r in results if r.outcome is not CaseOutcome.PASSED] == []


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A directory like a clone of the repository: plans and examples, and nothing else."""
    for name in ("plans", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")], ids=_id)
def test_console_blocks_show_what_happens(page: Path, workspace: Path, ministack: Engine) -> None:
    """A page's commands succeed one after another, without AWS, and print the lines that the page shows, in order."""
    env = {
        **{name: value for name, value in os.environ.items() if name not in CREDENTIALS},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DDBPLAN_ENGINE": str(ministack_program()),
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }
    try:
        for block in blocks(page, "console"):
            for command in commands(block):
                done = run(command.text, workspace, env)

                assert done.returncode == 0, f"{block.place}: {command.text}\n{done.stdout}{done.stderr}"
                absent = missing(command.shown, done.stdout, done.stderr)
                assert absent is None, f"{block.place}: {command.text}: {absent}\n{done.stdout}{done.stderr}"
    finally:
        run("ddbplan local reset --yes", workspace, env)


def _lines(block: Block) -> list[list[str]]:
    text = block.text.replace("\\\n", " ")
    return [shlex.split(line, comments=True) for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("block", _all("sh"), ids=lambda block: block.place)
def test_shell_blocks_name_real_commands_and_options(block: Block) -> None:
    """A command that needs an account is not run, but its command and options must exist."""
    for words in _lines(block):
        if words[0] != "ddbplan":
            assert words[0] in ("make", "uv", "pipx", "pip"), words
            continue
        command: click.Command | None = program.get_command(_context(), words[1])

        assert command is not None, words
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word.split("=")[0] for word in words[2:] if word.startswith("-")} <= known, words


def _context() -> click.Context:
    import click as _click  # noqa: PLC0415 - the annotation above is all that the module needs

    return _click.Context(program)


@pytest.mark.parametrize("block", _all("toml"), ids=lambda block: block.place)
def test_toml_blocks_are_toml(block: Block) -> None:
    """A configuration example can be pasted."""
    assert tomllib.loads(block.text)


@pytest.mark.engine
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=_id)
def test_python_blocks_run(page: Path, ministack: Engine, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python blocks of a page, put together, are a program that runs."""
    monkeypatch.chdir(workspace)
    program = "\n".join(block.text for block in blocks(page, "python"))

    exec(compile(program, str(page), "exec"), {"ENDPOINT_URL": ministack.endpoint_url})  # noqa: S102 - our own page


def test_the_plan_page_names_every_key() -> None:
    """The reference of the grammar leaves nothing out."""
    page = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    keys = {key.name for record in RECORDS for key in record.keys}

    assert [name for name in sorted(keys) if not re.search(rf"\b{name}\b", page)] == []


def test_the_applying_page_names_every_hazard_and_exit_code() -> None:
    """A hazard or an exit code that a reader meets is explained."""
    page = (ROOT / "docs" / "applying.md").read_text(encoding="utf-8")

    assert [kind for kind in HazardKind if f"`{kind}`" not in page] == []
    assert [code for code in Exit if not re.search(rf"\b{code.value}\b", page)] == []
