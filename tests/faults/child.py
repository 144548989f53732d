"""The forked process that runs the command line. Importing this imports all that the command line may import."""

from __future__ import annotations

import functools
import gc
import importlib
import os
import pkgutil
import sys
from typing import TYPE_CHECKING

import boto3
import botocore.loaders
import deepdiff  # noqa: F401 - for those who are forked from a process that has it
import yaml  # noqa: F401 - as above

import ddbplan.main
import executor
import planner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

LEFT_OUT = ("planner.author", "ddbplan.commands.generate", "ddbplan.commands.mcp")
"""What asks Claude: nothing of it runs under faults."""


def _import_all(package: ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.startswith(LEFT_OUT) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _read_service_models() -> None:
    """Parse the AWS client's models once for all; each process changes none but its own copy of them."""
    loader = botocore.loaders.JSONFileLoader
    loader.load_file = functools.cache(loader.load_file)  # type: ignore[method-assign]
    session = boto3.Session(region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")  # noqa: S106
    for service in ("dynamodb", "sts"):
        session.client(service)


for each in (ddbplan, executor, planner):
    _import_all(each)
_read_service_models()
gc.freeze()


def run(arguments: Sequence[str], environment: Mapping[str, str], folder: str, output: str) -> None:
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
    ddbplan.main.run()
