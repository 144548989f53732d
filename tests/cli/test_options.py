"""Combinations of options that make no sense are refused before any work, in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ddbplan.asking import settings
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.main import program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("diff", "--local", "--endpoint-url", "http://127.0.0.1:1"), "--local is the embedded engine"),
        (("apply", "--local", "--profile", "x"), "--local is the embedded engine"),
        (("diff", "--endpoint-url", "127.0.0.1:8000"), "--endpoint-url takes a URL"),
        (("diff", "--endpoint-url", "http://127.0.0.1:99999"), "--endpoint-url takes a URL"),
        (("apply", "--allow", "DROP:table.x", "--yes"), "'DROP' is no hazard"),
        (("apply", "--allow", "DROPS_INDEX:", "--yes"), "lacks the address"),
        (("apply", "--format", "json"), "--format json cannot ask"),
        (("apply", "a", "b", "--approve", "x"), "one plan's steps"),
        (("apply", "steps.json", "plan.yaml"), "Saved steps are applied alone"),
        (("apply", "steps.json", "-e", "dev"), "Saved steps say themselves"),
        (("apply", "--parallelism", "0"), "--parallelism"),
        (("diff", "--expires", "soon"), "--expires takes a number"),
        (("call", "drop_table"), "There is no function"),
        (("call", "query_table", "[]"), "to be a JSON object"),
        (("call", "query_table", "{"), "is not JSON"),
        (("call", "query_table", "@/no/such/file"), "There is no file"),
        (("history", "--limit", "0"), "--limit"),
        (("unlock",), "Missing argument"),
    ],
)
def test_usage_is_refused_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    """The message says what is wrong, and the exit code is 1."""
    result = CliRunner().invoke(program, list(words))

    assert result.exit_code == Exit.ERROR
    assert said in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[genrate]\nmodel = 'x'\n", "Did you mean 'generate'?"),
        ("[generate]\nmodle = 'x'\n", "Did you mean 'model'?"),
    ],
)
def test_an_unknown_word_of_the_project_file_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    """A misspelt section or key of ddbplan.toml is named with the one that was probably meant."""
    (tmp_path / "ddbplan.toml").write_text(text)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(Failure, match=re.escape(said)):
        settings({}, {})
