"""A checked plan as a picture: items as collections, indexes as the same items, what queries find and transactions do.

All of it is computed offline, for views that only draw.
"""

from __future__ import annotations

from planner.picture.building import draw
from planner.picture.model import (
    Absent,
    Collection,
    CostLine,
    Costs,
    Group,
    Outcome,
    Picture,
    PictureItem,
    PictureOperation,
    PictureQuery,
    PictureTable,
    PictureTransaction,
)
from planner.picture.reports import ExpectedRows, PictureReport, PictureSource
from planner.picture.state import MAX_ITEMS

__all__ = [
    "MAX_ITEMS",
    "Absent",
    "Collection",
    "CostLine",
    "Costs",
    "ExpectedRows",
    "Group",
    "Outcome",
    "Picture",
    "PictureItem",
    "PictureOperation",
    "PictureQuery",
    "PictureReport",
    "PictureSource",
    "PictureTable",
    "PictureTransaction",
    "draw",
]
