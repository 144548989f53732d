"""The exact lane: a row's text to an item, or why not and where."""

from __future__ import annotations

import json
from typing import NoReturn

from planner.reading.dynamodb_json import InvalidValueError, JsonNumber
from planner.values import Json

ROW_FIX = 'Write a row as `{"id": "x"}`, or wholly in DynamoDB JSON as `{"Item": {"id": {"S": "x"}}}`.'


def parse(text: str) -> Json:
    """JSON whose numbers are ``JsonNumber``.

    Raises:
        json.JSONDecodeError: It is not JSON.
        InvalidValueError: It is, and no value of DynamoDB.
    """
    try:
        return DECODER.decode(text)
    except RecursionError:
        raise InvalidValueError("it is nested too deeply") from None


def _without_duplicates(pairs: list[tuple[str, Json]]) -> Json:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidValueError(f"`{name[:60]}` stands twice in one object")
        found[name] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise InvalidValueError(f"`{word}` is not a JSON number")


DECODER = json.JSONDecoder(
    parse_float=JsonNumber,
    parse_int=JsonNumber,
    parse_constant=_no_constant,
    object_pairs_hook=_without_duplicates,
)
END_FINDER = json.JSONDecoder(parse_float=JsonNumber, parse_int=JsonNumber)
"""Takes what ``DECODER`` refuses, to find where a refused value ends."""
