"""Reading plans: from untrusted files to a ``Plan`` in one environment, every problem with its place.

One way through the package: ``discovery`` (which plans) -> ``files`` (bytes) -> ``compose`` (nodes) -> ``document``
(one tree) -> ``environments`` (what lies over it) -> ``plan`` and the reader of each section. ``grammar`` says which
keys there are; ``rows`` streams the rows of seeds.
"""

from __future__ import annotations

from planner.reading.discovery import find_plans
from planner.reading.document import PlanSource
from planner.reading.plan import check_together, environments, read_plan
from planner.reading.rows import RowsError, data_files, rows

__all__ = [
    "PlanSource",
    "RowsError",
    "check_together",
    "data_files",
    "environments",
    "find_plans",
    "read_plan",
    "rows",
]
