"""Items as the bytes that a request carries: DynamoDB JSON in UTF-8, without white space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from planner.values import Item


def encoded(item: Item) -> bytes:
    """An item's DynamoDB JSON, attributes in their order.

    Numbers are texts there and stay as they are. The text is never shorter than the bytes that DynamoDB counts for the
    item, so its length is a bound of the item's size.
    """
    return orjson.dumps(item)
