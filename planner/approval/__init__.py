"""Saved steps: an approval of a diff, as a file. Never a program: what runs always comes from a new diff.

The file holds what a reviewer has to see and what has to be the same when it is used: where the plan applies, the
tables' identities, what is live of the declared settings, and the steps with items by key and hash only. What a step
would do is cut into parts (one table made, one row, one change), so that an apply that stopped half-way can go on under
the same approval, and nothing that is not in the file can run under it.
"""

from planner.approval.building import parts, save
from planner.approval.comparing import what_moved
from planner.approval.reading import InvalidApprovalError, from_json
from planner.approval.values import SavedStep, SavedSteps, SavedTable, Where, document, to_json

__all__ = [
    "InvalidApprovalError",
    "SavedStep",
    "SavedSteps",
    "SavedTable",
    "Where",
    "document",
    "from_json",
    "parts",
    "save",
    "to_json",
    "what_moved",
]
