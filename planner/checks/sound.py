"""Whether an item is surely sound, told fast; what it is not sure of goes to the exact check of ``items``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.limits import MAX_ATTRIBUTE_NAME_BYTES, MAX_ITEM_NESTING, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES
from planner.values import MAX_ITEM_BYTES, nesting

if TYPE_CHECKING:
    from planner.plan import Table
    from planner.values import Item

_COPIES = 6
"""The item itself and its copies in at most five local indexes."""
_BYTES_A_CHARACTER = 4


class Sound:
    """The conditions of one table, ready to be asked many times."""

    def __init__(self, table: Table) -> None:
        limits = (MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES)
        self._keys = tuple(
            (name, table.key_types.get(name, "S"), limit // _BYTES_A_CHARACTER)
            for name, limit in zip(table.key_names, limits, strict=False)
        )
        others: dict[str, str] = {}
        for index in table.indexes.values():
            for name in index.key_names:
                if name not in table.key_names:
                    others[name] = table.key_types.get(name, "S")
        self._index_keys = tuple(others.items())
        self._most_bytes = MAX_ITEM_BYTES // (_COPIES if table.local_indexes else 1)

    def is_sound(self, item: Item, text: bytes) -> bool:
        """Whether an item surely passes; a refusal says only that the exact check has to look.

        Args:
            item: In DynamoDB JSON, each value well formed.
            text: Its DynamoDB JSON, which is never shorter than the item's size.
        """
        size = len(text)
        if size > self._most_bytes or "" in item:
            return False
        for name, wanted, most in self._keys:
            content = item.get(name, _NONE).get(wanted)
            if not content or len(content) > most:
                return False
        for name, type_ in self._index_keys:
            value = item.get(name)
            if value is not None:
                content = value.get(type_)
                if not content or len(content) > MAX_SORT_KEY_BYTES // _BYTES_A_CHARACTER:
                    return False
        if size > MAX_ATTRIBUTE_NAME_BYTES and any(len(name) * 4 > MAX_ATTRIBUTE_NAME_BYTES for name in item):
            return False
        if b'"L":' in text or b'"M":' in text:
            return all(nesting(value) <= MAX_ITEM_NESTING for value in item.values())
        return True


_NONE: dict[str, str] = {}
