"""Policy documents of IAM as values: what is the same policy, and what lets more in.

Source: IAM's user guide, "Grammar of the IAM JSON policy language"; DynamoDB stores a document as it is sent, and a
missing Version comes back as another text (K 354), so that documents are compared parsed and always have one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from planner.values import Json

VERSION = "2012-10-17"
DEFAULT_VERSION = "2008-10-17"
"""What IAM takes a document for that does not say."""
_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")
_ACCOUNT = re.compile(r"[0-9]{12}")
_ROOT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):root")


def canonical(document: Mapping[str, Json], *, version: str = VERSION) -> dict[str, Json]:
    """A document in the one form that it is compared, shown and sent in.

    Lists are sorted sets, a single value is a list of one, an account stands for its root, actions are as they are
    written but compared in small letters.

    Args:
        document: As written in a plan, or as DynamoDB answers.
        version: Its Version where it has none.
    """
    statements = _as_list(document.get("Statement", []))
    found: dict[str, Json] = {"Version": document.get("Version", version)}
    if "Id" in document:
        found["Id"] = document["Id"]
    return found | {"Statement": [_statement(s) if isinstance(s, Mapping) else s for s in statements]}


def parse(text: str) -> dict[str, Json]:
    """A document as DynamoDB answers, in canonical form."""
    return canonical(json.loads(text), version=DEFAULT_VERSION)


def to_text(document: Mapping[str, Json]) -> str:
    """A document as it is sent: the same text for the same policy."""
    return json.dumps(canonical(document), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def same(before: Mapping[str, Json] | None, after: Mapping[str, Json] | None) -> bool:
    """Whether two documents in canonical form are the same policy; actions are so in capital and small letters."""
    return bool(_folded(before) == _folded(after))


def _folded(document: Mapping[str, Json] | None) -> Json:
    if document is None:
        return None
    return {**document, "Statement": [_folded_statement(statement) for statement in document["Statement"]]}


def _folded_statement(statement: Json) -> Json:
    if not isinstance(statement, Mapping):
        return statement
    actions = {name: sorted(_lower(statement[name])) for name in ("Action", "NotAction") if name in statement}
    return {**statement, **actions}


def widened(before: Mapping[str, Json] | None, after: Mapping[str, Json] | None) -> tuple[str, ...]:
    """How a policy lets more in than another did, one phrase for each statement that does; empty when it does not.

    In doubt it does: a statement counts as old only where an old one with the same conditions covers all of it.

    Args:
        before: The policy until now, in canonical form; None for none.
        after: The policy from now on, likewise.
    """
    old, new = _statements(before), _statements(after)
    gained = [
        f"{_people(statement)} may {_list(statement, 'Action', 'do all but', 'NotAction')}"
        for statement in _not_covered(new, old, "Allow")
    ]
    lost = [
        f"{_people(statement)} is no longer kept from {_list(statement, 'Action', 'all but', 'NotAction')}"
        for statement in _not_covered(old, new, "Deny")
    ]
    return (*gained, *lost)


def _not_covered(
    statements: list[Mapping[str, Json]], others: list[Mapping[str, Json]], effect: str
) -> Iterator[Mapping[str, Json]]:
    """Statements of an effect as far as no other says the same: each with the actions that are left of it."""
    for statement in statements:
        if statement.get("Effect") != effect:
            continue
        whole = dict(statement)
        alone = [{**whole, "Action": [action]} for action in statement.get("Action", [])] or [whole]
        left = [part for part in alone if not any(_covers(other, part) for other in others)]
        if left and "Action" in statement:
            yield {**statement, "Action": [action for part in left for action in part["Action"]]}
        elif left:
            yield statement


def _statements(document: Mapping[str, Json] | None) -> list[Mapping[str, Json]]:
    return [] if document is None else [s for s in document["Statement"] if isinstance(s, Mapping)]


def _covers(wide: Mapping[str, Json], narrow: Mapping[str, Json]) -> bool:
    """Whether all that one statement says is said by another of the same effect."""
    same = ("Effect", "Condition", "NotAction", "NotResource", "NotPrincipal")
    if any(wide.get(part) != narrow.get(part) for part in same):
        return False
    actions = _covers_all(_lower(wide.get("Action")), _lower(narrow.get("Action")))
    resources = _covers_all(wide.get("Resource", []), narrow.get("Resource", []))
    return actions and resources and _covers_principal(wide.get("Principal"), narrow.get("Principal"))


def _covers_principal(wide: Json, narrow: Json) -> bool:
    if wide in (narrow, "*"):
        return True
    if not isinstance(wide, Mapping) or not isinstance(narrow, Mapping):
        return False
    return all("*" in wide.get(kind, []) or set(members) <= set(wide.get(kind, [])) for kind, members in narrow.items())


def _covers_all(wide: Iterable[str], narrow: Iterable[str]) -> bool:
    patterns = [pattern.replace("[", "[[]") for pattern in wide]
    return all(any(fnmatchcase(name, pattern) for pattern in patterns) for name in narrow)


def _lower(actions: Json) -> list[str]:
    return [str(action).lower() for action in actions or []]


def _people(statement: Mapping[str, Json]) -> str:
    principal = statement.get("Principal")
    if principal == "*" or (isinstance(principal, Mapping) and "*" in principal.get("AWS", [])):
        return "everybody"
    if isinstance(principal, Mapping):
        return ", ".join(str(member) for members in principal.values() for member in members) or "nobody"
    return "everybody else" if "NotPrincipal" in statement else "somebody"


def _list(statement: Mapping[str, Json], key: str, all_but: str, but: str) -> str:
    found = statement.get(key)
    return ", ".join(found) if found else f"{all_but} {', '.join(statement.get(but, []))}"


def _statement(statement: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name in sorted(statement):
        value = statement[name]
        if name in _LISTS:
            found[name] = sorted({str(member) for member in _as_list(value)})
        elif name in _PRINCIPALS:
            found[name] = _principal(value)
        elif name == "Condition" and isinstance(value, Mapping):
            found[name] = {operator: _condition(keys) for operator, keys in sorted(value.items())}
        else:
            found[name] = value
    return found


def _condition(keys: Json) -> Json:
    if not isinstance(keys, Mapping):
        return keys
    return {key: sorted(_scalar(member) for member in _as_list(value)) for key, value in sorted(keys.items())}


def _scalar(value: Json) -> str:
    # IAM takes `true` and "true", 10 and "10" for the same.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _principal(value: Json) -> Json:
    if not isinstance(value, Mapping):
        return value
    found: dict[str, Json] = {
        str(kind): sorted({_account(str(member)) for member in _as_list(members)})
        for kind, members in sorted(value.items())
    }
    # Everybody, in either of its two spellings.
    return "*" if found == {"AWS": ["*"]} else found


def _account(member: str) -> str:
    """An account's id for its root's ARN: IAM turns the one into the other."""
    root = _ROOT.fullmatch(member)
    return root.group(1) if root and _ACCOUNT.fullmatch(root.group(1)) else member


def _as_list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]
