"""What is wrong with a plan's text: every check in every environment, then the proof on throwaway engines."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan import plans as reading
from ddbplan.options import variables_given
from ddbplan.proofs import prove_source
from planner.author.events import Checking, Proving
from planner.codes import author as codes
from planner.diagnostics import Diagnostic, Report

if TYPE_CHECKING:
    from executor.proof import CaseResult
    from planner.author.events import Listener
    from planner.checked import CheckedPlan
    from planner.reading import PlanSource

_ENGINE = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\]):[0-9]+/?")


class Prover:
    """Judges texts, one after another.

    Attributes:
        checked: The last text that passed every check, in its first variant.
    """

    def __init__(self, folder: Path, file: str, listen: Listener) -> None:
        """Prepare for texts of one plan.

        Args:
            folder: Where the plan is, or will be: the data files that it names lie there.
            file: Its name in positions.
            listen: Told when checks and proofs begin.
        """
        self.checked: CheckedPlan | None = None
        self._folder = folder
        self._file = file
        self._listen = listen

    def __call__(self, text: str) -> tuple[Diagnostic, ...]:
        """Everything that is wrong with a text, warnings included; a proof runs only where there is no error.

        Raises:
            LocalEngineError: The engine cannot be started.
        """
        from planner.reading import PlanSource  # noqa: PLC0415 - reading brings YAML

        with tempfile.TemporaryDirectory(prefix="ddbplan-") as folder:
            path = Path(folder) / "plan.yaml"
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            source = PlanSource(name=self._file, folder=self._folder, files=(path,), variables=variables_given())
            self._listen(Checking())
            (validated,) = reading.validate([source])
            if validated.has_errors:
                return validated.diagnostics
            self._listen(Proving())
            return (*validated.diagnostics, *self._proved(source))

    def _proved(self, source: PlanSource) -> tuple[Diagnostic, ...]:
        from planner.variants import variants  # noqa: PLC0415 - as above

        self.checked = next(variants(source)).checked
        report = Report()
        try:
            for proved in prove_source(source):
                where = f" in environment {proved.environment}" if proved.environment else ""
                for case in proved.cases:
                    _add(case, where, report)
        except reading.InvalidPlansError as invalid:
            report.extend(invalid.diagnostics)
        return report.sorted()


def _add(case: CaseResult, where: str, report: Report) -> None:
    if case.outcome != "failed":
        return
    # The engine's address differs from run to run, and is nobody's business.
    message = _ENGINE.sub("the engine", case.message)
    report.add(
        codes.UNPROVED,
        None,
        address=case.address,
        what=f"The proof failed ({case.name}{where}): {message.rstrip('.')}.",
        fix="Correct the model, the data or the expectation, whichever is wrong.",
    )
