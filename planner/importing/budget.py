"""How much work one import may be: a short file can name values that double at each level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from planner.importing.values import first_unknown
from planner.values import Json

MAX_STEPS: Final = 200_000
"""Of all expressions of an import; a folder with a hundred tables takes some thousands."""
MAX_CHARACTERS: Final = 1_000_000
"""Of one value that is worked out, written out."""
_PER_STEP = 16
"""Characters that are walked in about the time of a step; a member of a list or a mapping counts as many."""
_WHY_STEPS = (
    f"working out what the files say takes more than {MAX_STEPS:,} steps (does a value name another many times over?)"
)
_WHY_LONG = f"it is longer than {MAX_CHARACTERS:,} characters when it is worked out"


class Budget:
    """The steps that are left to one import; it is shared by all that works out values for it."""

    def __init__(self) -> None:
        self._left = MAX_STEPS
        # By identity, beside the value itself, which so keeps its identity: values share their members.
        self._sizes: dict[int, tuple[Json, int]] = {}

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is worked out."""
        return self._left < 0

    def step(self, characters: int = 0) -> str | None:
        """Take one step, and those of reading or making so many characters; why nothing is, if nothing is."""
        self._left -= 1 + characters // _PER_STEP
        return _WHY_STEPS if self.is_spent else None

    def too_long(self, value: Json) -> str | None:
        """Why a value cannot be used, where it is too long."""
        return _WHY_LONG if self.size(value) > MAX_CHARACTERS else None

    def made(self, text: str) -> str | None:
        """Take the steps of making a text; why it cannot be used, where it cannot."""
        return self.too_long(text) or self.step(len(text))

    def unusable(self, value: Json) -> str | None:
        """Why a value cannot be read as a whole, where it cannot: it is too long, or a part of it is unknown."""
        why = self.too_long(value) or self.step(self.size(value))
        unknown = None if why else first_unknown(value)
        return why if unknown is None else unknown.why

    def size(self, value: Json) -> int:
        """The characters of a value written out; what its members share is measured once and counted each time."""
        if isinstance(value, str):
            return _PER_STEP + len(value)
        if not isinstance(value, Mapping | list | tuple):
            return _PER_STEP
        known = self._sizes.get(id(value))
        if known is not None:
            return known[1]
        members = value.values() if isinstance(value, Mapping) else value
        names = sum(len(name) for name in value) if isinstance(value, Mapping) else 0
        size = _PER_STEP + names + sum(self.size(member) for member in members)
        self._sizes[id(value)] = (value, size)
        return size
