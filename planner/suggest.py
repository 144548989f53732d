"""Near misses: what a misspelt word was probably meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, if any is like it at all; case does not matter."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a plan with a mistake needs it

    by_lower = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower()[:100], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean 'size'? `` (with a space after it), or nothing."""
    found = nearest(word, known)
    return f"Did you mean '{found}'? " if found is not None else ""
