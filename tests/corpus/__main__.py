"""``python -m tests.corpus [FOLDER]... [--no-engine] [--refused]``: every real file, and the numbers."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext

from tests.corpus.files import ABSENT, FOLDERS, corpus_folder, files
from tests.corpus.linting import lint_exports
from tests.corpus.report import report
from tests.corpus.running import Result, run
from tests.engines import ministack


def main(words: list[str]) -> int:
    """Run every folder, or those that are named, and print the numbers; 1 when anything went wrong."""
    options = _options(words)
    corpus = corpus_folder()
    if corpus is None:
        print(ABSENT)
        return 1
    results: dict[str, list[Result]] = {}
    number = 0
    with nullcontext() if options.no_engine else ministack() as engine:
        for folder in options.folders or FOLDERS:
            print(f"{folder} ...", file=sys.stderr, flush=True)
            results[folder] = []
            for own in files(corpus, folder):
                number += 1
                results[folder].append(run(own, number, None if engine is None else engine.endpoint_url))
    print(report(results, applied=not options.no_engine))
    if options.refused:
        for own in results.values():
            print("\n".join(f"- {result.refused}" for result in own if result.refused))
    complaints = [] if options.no_lint else lint_exports(corpus, options.folders or FOLDERS)
    print("\n".join(["", f"cfn-lint on exported templates: {len(complaints)} complaints", *complaints]))
    wrong = complaints or any(result.problems for own in results.values() for result in own)
    return 1 if wrong else 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description="Import and export real files.")
    parser.add_argument("folders", nargs="*", metavar="FOLDER", choices=[*FOLDERS, []])
    parser.add_argument("--no-engine", action="store_true", help="apply nothing")
    parser.add_argument("--no-lint", action="store_true", help="leave out cfn-lint")
    parser.add_argument("--refused", action="store_true", help="print each refusal's sentence")
    return parser.parse_args(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
