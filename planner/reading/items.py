"""Items and values of a plan, resolved by ddbplan's own table and never through a float.

A JSON number is N and stays the text that was written; ``true`` and ``false`` are BOOL, ``null`` is NULL, everything
else is S. A list is L, a mapping M, ``!!binary`` B, ``!set [...]`` a set, ``!ddb {...}`` DynamoDB JSON.
"""

from __future__ import annotations

import base64
import binascii
import re

from planner.codes import reading as codes
from planner.reading.dynamodb_json import InvalidValueError, checked_value
from planner.reading.nodes import MappingNode, Node, ScalarNode, SequenceNode, shorten
from planner.reading.scope import Scope
from planner.values import AttributeValue, InvalidNumberError, Item, Json, canonical_number, canonical_value

JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
# Forms that YAML 1.1, other programs or people read as numbers; deliberately not times such as 1:30.
_LOOKS_LIKE_NUMBER = re.compile(
    r"[-+]?0[xXoObB][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9]+)?|[-+]?\.[0-9]+(?:[eE][+-]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
)
_LOOKS_LIKE_WORD = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "Null": "null"}
_LOOKS_LIKE_WORD |= {"NULL": "null", "~": "null"}


def item(node: Node, scope: Scope) -> Item | None:
    """A mapping as an item or a part of one, in DynamoDB JSON; None after a diagnostic."""
    if not isinstance(node, MappingNode) or node.tag is not None:
        fix = "Write the attributes as `{name: value}`."
        scope.error(codes.WRONG_TYPE, node.position, f"an item has to be a mapping, not {describe(node)}", fix)
        return None
    return _members(node, scope)


def value(node: Node, scope: Scope) -> AttributeValue | None:
    """Any node as a value in DynamoDB JSON; None after a diagnostic."""
    match node.tag:
        case "!!binary":
            return _binary(node, scope)
        case "!set":
            return _set(node, scope)
        case "!ddb":
            return _dynamodb_json(node, scope)
        case _:
            return _untagged(node, scope)


def _untagged(node: Node, scope: Scope) -> AttributeValue | None:
    if isinstance(node, ScalarNode):
        return _scalar(node, scope)
    if isinstance(node, MappingNode):
        members = _members(node, scope)
        return None if members is None else {"M": members}
    found = [value(member, scope) for member in node.members]
    whole = [member for member in found if member is not None]
    return {"L": whole} if len(whole) == len(found) else None


def plain_json(node: Node) -> Json:
    """A node as ordinary JSON, for settings in the API's own terms: integers exact, fractions as floats."""
    if isinstance(node, MappingNode):
        return {entry.key: plain_json(entry.value) for entry in node.entries.values()}
    if isinstance(node, SequenceNode):
        return [plain_json(member) for member in node.members]
    if not node.plain or node.tag is not None:
        return node.text
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    if JSON_NUMBER.fullmatch(node.text) and len(node.text) <= 40:  # noqa: PLR2004 - no setting has a longer number
        return float(node.text)
    return {"true": True, "false": False, "null": None, "": None}.get(node.text, node.text)


def integer_of(node: Node) -> int | None:
    """The integer that a plain scalar stands for, or None when it is none."""
    if isinstance(node, ScalarNode) and node.plain and node.tag is None and _INTEGER.fullmatch(node.text):
        return int(node.text)
    return None


def describe(node: Node) -> str:
    """What a node is, in words for a message."""
    if node.tag is not None:
        return f"a value tagged `{node.tag}`"
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    if node.plain and not node.text:
        return "nothing"
    if node.plain and (node.text in {"true", "false", "null"} or JSON_NUMBER.fullmatch(node.text)):
        kind = "number " if JSON_NUMBER.fullmatch(node.text) else ""
        return f"the {kind}`{shorten(node.text)}`" if kind else f"`{node.text}`"
    return f"the text `{shorten(node.text)}`"


def _members(node: MappingNode, scope: Scope) -> Item | None:
    found = {entry.key: value(entry.value, scope) for entry in node.entries.values()}
    whole = {name: member for name, member in found.items() if member is not None}
    return whole if len(whole) == len(found) else None


def _scalar(node: ScalarNode, scope: Scope) -> AttributeValue | None:
    if not node.plain:
        return {"S": node.text}
    if JSON_NUMBER.fullmatch(node.text):
        return _number(node, scope)
    if node.text in {"true", "false"}:
        return {"BOOL": node.text == "true"}
    if node.text == "null":
        return {"NULL": True}
    if not node.text:
        fix = 'Write `null`, the empty text `""`, or remove the attribute.'
        scope.error(codes.NO_VALUE, node.position, "an attribute has no value", fix)
        return None
    _warn_of_looks(node, scope)
    return {"S": node.text}


def _number(node: ScalarNode, scope: Scope) -> AttributeValue | None:
    try:
        canonical_number(node.text)
    except InvalidNumberError as problem:
        what = f"`{shorten(node.text)}`: {shorten(str(problem), 120)}"
        scope.error(codes.BAD_NUMBER, node.position, what, "Put it in quotes to store it as text, or round it.")
        return None
    return {"N": node.text}


def _warn_of_looks(node: ScalarNode, scope: Scope) -> None:
    word = _LOOKS_LIKE_WORD.get(node.text)
    if word is None and not _LOOKS_LIKE_NUMBER.fullmatch(node.text):
        return
    meant = f"`{word}`" if word else "a number"
    shown = shorten(node.text)
    what = f"`{shown}` is stored as text, though it looks like {meant}"
    fix = f'Write "{shown}" in quotes if text is meant' + (f", or `{word}`." if word else ", or a JSON number.")
    scope.error(codes.LOOKS_LIKE, node.position, what, fix)


def _binary(node: Node, scope: Scope) -> AttributeValue | None:
    if isinstance(node, ScalarNode):
        try:
            content = base64.b64decode("".join(node.text.split()), validate=True)
        except (binascii.Error, ValueError):
            pass  # said below, with the place
        else:
            return {"B": base64.b64encode(content).decode("ascii")}
    what = f"`!!binary` needs base64 text, not {describe(_without_tag(node))}"
    scope.error(codes.BAD_VALUE, node.position, what, "Write the bytes in base64, such as `!!binary aGVsbG8=`.")
    return None


def _without_tag(node: Node) -> Node:
    match node:
        case ScalarNode():
            return ScalarNode(node.text, node.plain, None, node.position, node.start)
        case SequenceNode():
            return SequenceNode(node.members, None, node.position)
        case MappingNode():
            return MappingNode(node.entries, None, node.position)


def _set(node: Node, scope: Scope) -> AttributeValue | None:
    if not isinstance(node, SequenceNode):
        what = f"`!set` needs a list, not {describe(_without_tag(node))}"
        scope.error(codes.BAD_VALUE, node.position, what, "Write `!set [a, b]`.")
        return None
    members = [value(member, scope) for member in node.members]
    if any(member is None for member in members):
        return None
    tagged = [(kind, content) for member in members if member is not None for kind, content in member.items()]
    kinds = sorted({kind for kind, _ in tagged})
    if len(kinds) != 1 or kinds[0] not in {"S", "N", "B"}:
        found = f"{' and '.join(kinds)} values" if kinds else "no members"
        what = f"a set holds texts, numbers or binary values of one kind and is never empty; this one holds {found}"
        scope.error(codes.BAD_VALUE, node.position, what, "Write a plain list, or make the members of one kind.")
        return None
    made: AttributeValue = {f"{kinds[0]}S": [content for _, content in tagged]}
    ((_, canonical),) = canonical_value(made).items()
    if len(set(canonical)) != len(canonical):
        fix = "Remove the member that stands twice."
        scope.error(codes.BAD_VALUE, node.position, "a set holds each member once; one stands twice here", fix)
        return None
    return made


def _dynamodb_json(node: Node, scope: Scope) -> AttributeValue | None:
    try:
        return checked_value(_as_texts(_without_tag(node)))
    except InvalidValueError as problem:
        fix = 'Write DynamoDB JSON, such as `!ddb {S: text}` or `!ddb {N: "1"}`.'
        scope.error(codes.BAD_VALUE, node.position, f"`!ddb`: {problem}", fix)
        return None


def _as_texts(node: Node) -> Json:
    """A node as DynamoDB JSON would be parsed: texts, and true, false and null where they are plain."""
    if isinstance(node, MappingNode):
        return {entry.key: _as_texts(entry.value) for entry in node.entries.values()}
    if isinstance(node, SequenceNode):
        return [_as_texts(member) for member in node.members]
    if node.plain and node.text in {"true", "false"}:
        return node.text == "true"
    return node.text
