"""``python -m tests.matrix``: all ordered pairs and all sequences, and the totals; ends with 1 if any is wrong."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from executor.clients import Clients, Target
from planner.state import LedgerState
from tests import engines
from tests.engines import CREDENTIALS, EngineMissingError
from tests.fakes.place import Place
from tests.fakes.world import world
from tests.matrix.pairs import every_trip
from tests.matrix.report import pairs_table, sequences_table
from tests.matrix.running import FAKE, Outcome, Verdict, on_an_engine, on_fakes
from tests.matrix.sequences import Walked, walk
from tests.matrix.terraform import sequences

if TYPE_CHECKING:
    from tests.engines import Engine

STARTERS = {"ministack": engines.ministack, "dynamodb-local": engines.dynamodb_local}
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "terraform-acceptance"
PROGRESS_EVERY = 15.0


def main() -> int:
    """Run what was asked for.

    Returns:
        The exit code.
    """
    options = _parse()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(CREDENTIALS, AWS_EC2_METADATA_DISABLED="true")
    trips = every_trip()[:: options.every]
    outcomes: list[Outcome] = []
    wrong = False
    for where in options.on or ("fake", *STARTERS):
        with contextlib.ExitStack() as stack:
            try:
                engine = stack.enter_context(STARTERS[where]()) if where in STARTERS else None
            except EngineMissingError as missing:
                print(f"skipped: {missing}", file=sys.stderr)
                continue
            if options.what in {"pairs", "all"}:
                found = on_an_engine(engine, trips) if engine else on_fakes(trips, options.jobs)
                outcomes += _told(found, 2 * len(trips), where)
            if options.what in {"sequences", "all"}:
                wrong |= _sequences(options.corpus, engine)
    if outcomes:
        print(pairs_table(outcomes))
    return int(wrong or any(outcome.verdict is Verdict.WRONG for outcome in outcomes))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("--what", choices=("pairs", "sequences", "all"), default="all")
    parser.add_argument("--on", choices=("fake", *STARTERS), action="append", help="only there; may be given again")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth trip")
    parser.add_argument("--jobs", type=int, default=2, help="processes, for the fake")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of the acceptance tests")
    return parser.parse_args()


def _told(found: Iterable[Outcome], count: int, where: str) -> Iterator[Outcome]:
    """The outcomes, with a word of how far it is from time to time."""
    begun = said = time.monotonic()
    for number, outcome in enumerate(found, start=1):
        yield outcome
        if outcome.verdict is Verdict.WRONG:
            print(f"{where}: {' and '.join(outcome.parts)}: {outcome.why}", file=sys.stderr, flush=True)
        if time.monotonic() - said > PROGRESS_EVERY:
            said = time.monotonic()
            print(f"{where}: {number} of {count} pairs, {said - begun:.0f} s", file=sys.stderr, flush=True)


def _sequences(folder: Path, engine: Engine | None) -> bool:
    """Walk all sequences and print what came of each.

    Returns:
        Whether anything is wrong.
    """
    if not folder.is_dir():
        print(f"skipped: the corpus of acceptance tests is not at {folder}; name it with --corpus", file=sys.stderr)
        return False
    walked = list(_walks(folder, engine))
    print(sequences_table(engine.name if engine else FAKE, walked), end="\n\n", flush=True)
    return any(found.verdict is Verdict.WRONG for found in walked)


def _walks(folder: Path, engine: Engine | None) -> Iterator[Walked]:
    ledger = LedgerState(exists=True, ledger_id="matrix")
    for sequence in sequences(folder):
        name = f"m{uuid.uuid4().hex[:12]}"
        if engine is None:
            with world() as place:
                yield walk(place, folder, sequence, name)
        else:
            with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
                yield walk(Place(clients=clients, ledger=ledger), folder, sequence, name)


if __name__ == "__main__":
    sys.exit(main())
