"""A few of the real files; `python -m tests.corpus` takes all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.corpus.__main__ import main
from tests.corpus.files import ABSENT, FOLDERS, corpus_folder, files
from tests.corpus.report import report
from tests.corpus.running import Result, run

if TYPE_CHECKING:
    from tests.engines import Engine

CORPUS = corpus_folder()
EVERY = 24


@pytest.mark.engine
@pytest.mark.skipif(CORPUS is None, reason=ABSENT)
def test_a_sample_of_the_corpus(ministack: Engine) -> None:
    """Every so many files: refused with a sentence, or applied, nothing left to do, and the same after a round trip."""
    assert CORPUS is not None
    everything = [own for folder in FOLDERS for own in files(CORPUS, folder)]

    for number, own in enumerate(everything[::EVERY], 900):
        result = run(own, number, ministack.endpoint_url)

        assert result.problems == []
        assert (result.refused != "") is not (result.applied and result.empty)


def test_the_report_counts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused, applied and wrong is counted; without a corpus the command says where it looks for one."""
    good = Result(name="a.yaml", tables=2, applied=True, empty=True, held={"json": True})
    bad = Result(name="b.yaml", refused="`b.yaml` is a text.", reason="no table in it")
    wrong = Result(name="c.yaml", tables=1, held={"json": False}, problems=["json: the seeds differ"])
    text = report({"sam": [good, bad], "cdk": [wrong]}, applied=True)
    monkeypatch.setattr("tests.corpus.__main__.corpus_folder", lambda: None)

    assert "| sam | 2 | 1 | 2 | 1 | 1 | 1 | 1 | 1 |" in text
    assert "| all | 3 | 2 | 3 | 2 | 1 | 1 | 1 | 1 |" in text
    assert "- 1 no table in it" in text
    assert "- c.yaml: json: the seeds differ" in text
    assert main([]) == 1
    assert ABSENT in capsys.readouterr().out
