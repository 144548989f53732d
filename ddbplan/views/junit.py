"""What ``test`` proved as JUnit's XML, which CI systems read.

Form: the schema that Jenkins publishes for its JUnit plugin; ``time`` is in seconds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ddbplan.failures import Failure
from ddbplan.views.output import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ddbplan.views.proof import Proved
    from executor.proof import CaseResult

_SPACE = re.compile(r"\s+")


def write_junit(proofs: Sequence[Proved], file: Path) -> None:
    """Write a suite for each plan and environment.

    Raises:
        Failure: The file cannot be written.
    """
    everything = [case for proof in proofs for case in proof.cases]
    root = ET.Element("testsuites", {"name": "ddbplan test", **_counts(everything)})
    for proof in proofs:
        suite = ET.SubElement(root, "testsuite", {"name": _text(proof.title), **_counts(proof.cases)})
        for case in proof.cases:
            _add(suite, proof, case)
    ET.indent(root)
    try:
        ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    except OSError as problem:
        raise Failure(f"{file} cannot be written: {problem.strerror}.") from None


def _add(suite: ET.Element, proof: Proved, case: CaseResult) -> None:
    one = ET.SubElement(
        suite,
        "testcase",
        classname=_text(proof.title),
        name=_text(f"{case.address} {case.name}"),
        time=f"{case.seconds:.3f}",
    )
    if case.outcome == "failed":
        ET.SubElement(one, "failure", message=_text(case.message)).text = _text(case.message)
    elif case.outcome == "skipped":
        ET.SubElement(one, "skipped", message=_text(case.message))


def _counts(cases: Sequence[CaseResult]) -> dict[str, str]:
    outcomes = [str(case.outcome) for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(outcomes.count("failed")),
        "errors": "0",
        "skipped": str(outcomes.count("skipped")),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def _text(text: str) -> str:
    """Text without what XML has no way to hold."""
    return harmless(_SPACE.sub(" ", text))
