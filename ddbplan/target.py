"""From target options to clients, with the embedded engine around them where ``--local`` is given."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ddbplan import workspace
from ddbplan.views.hints import write_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ddbplan.options import TargetOptions
    from executor.clients import Clients


@contextlib.contextmanager
def connected(target: TargetOptions, *, writes: bool) -> Iterator[Clients]:
    """Clients for one command; the embedded engine saves what was written when the command ends.

    Args:
        target: As typed.
        writes: The command may write.
    """
    from executor.clients import Clients, Target  # noqa: PLC0415 - botocore is loaded by what talks to AWS

    if not target.local:
        where = Target(profile=target.profile, region=target.region, endpoint_url=target.endpoint_url)
        with Clients(where) as clients:
            yield clients
        return
    from executor import local  # noqa: PLC0415 - only --local needs it

    workspace.check_engine_setting()
    with local.session(workspace.folder(), writes=writes) as engine:
        if engine.lost:
            write_note("The embedded engine ended without saving, so what was last written to it is lost.")
        with Clients(Target(region=target.region, endpoint_url=engine.endpoint_url, local=True)) as clients:
            yield clients
