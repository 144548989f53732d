"""The forked process that runs the command line. Importing this imports all that the command line imports."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import boto3  # noqa: F401 - for those who are forked from a process that has it
import botocore.session  # noqa: F401 - as above
import yaml  # noqa: F401 - as above

import ddbplan.main

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def run(arguments: Sequence[str], environment: Mapping[str, str], folder: str, output: str, mutant: str) -> None:
    """Become ``ddbplan ARGUMENTS``: its streams, folder, environment and exit code."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, 0)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    # As a new process has them: open until it ends.
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - as the line above says
    sys.argv = ["ddbplan", *arguments]
    if mutant:
        from tests.faults import mutants  # noqa: PLC0415 - imports the parts that it changes

        mutants.install(mutant)
    ddbplan.main.run()
