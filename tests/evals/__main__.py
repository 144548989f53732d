"""``python -m tests.evals [PURPOSE]... [--recorded | --live] [--model NAME] [--effort LEVEL]``."""

from __future__ import annotations

import argparse
import sys

from tests.evals.asking import ask_claude, ask_recorded, can_ask
from tests.evals.purposes import PURPOSES
from tests.evals.report import table


def main(words: list[str]) -> int:
    """Ask for every purpose, or those that are named, and print the table; 1 when a plan did not hold."""
    options = _options(words)
    known = {purpose.name: purpose for purpose in PURPOSES}
    chosen = [known[name] for name in options.purposes] or list(PURPOSES)
    recorded = options.recorded or not (options.live or can_ask())
    asked = [
        word
        for name in ("model", "effort", "provider")
        if (value := getattr(options, name))
        for word in (f"--{name}", value)
    ]
    scores = []
    for purpose in chosen:
        print(f"{purpose.name} ...", file=sys.stderr, flush=True)
        scores.append(ask_recorded(purpose) if recorded else ask_claude(purpose, tuple(asked)))
    print(table(scores, recorded=recorded))
    return 0 if all(score.passed for score in scores) else 1


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description="Judge the plans that Claude writes.")
    parser.add_argument("purposes", nargs="*", metavar="PURPOSE", choices=[*(p.name for p in PURPOSES), []])
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--recorded", action="store_true", help="judge recorded replies, whatever credentials there are")
    where.add_argument("--live", action="store_true", help="ask Claude, or fail")
    for name in ("model", "effort", "provider"):
        parser.add_argument(f"--{name}", help=f"passed to ddbplan generate --{name}")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
