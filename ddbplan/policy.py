"""The policy file: what may be done where, decided outside the change that is to be applied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ddbplan.exits import Exit
from ddbplan.failures import Failure
from planner.steps import HazardKind

if TYPE_CHECKING:
    from executor.prepare import Caller
    from planner.reading.nodes import Node

MAX_BYTES = 256 * 1024
_LISTS = ("allow", "accounts", "regions")
_KEYS = (*_LISTS, "ledger")
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a policy file says.

    Attributes:
        path: Where it was read.
        allow: Permissions, ``KIND:ADDRESS`` or ``KIND``.
        accounts: The AWS accounts that it is for; None for all.
        regions: The Regions that it is for; None for all.
        ledger: The ledger's table; None where it does not say.
    """

    path: str
    allow: tuple[str, ...] = ()
    accounts: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    ledger: str | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The hazards that are permitted at every address."""
        return tuple(flag for flag in self.allow if ":" not in flag)

    def check_place(self, caller: Caller) -> None:
        """Refuse an account or a Region that the policy does not name.

        Raises:
            Failure: It names others.
        """
        for what, named, here in (
            ("account", self.accounts, caller.account),
            ("region", self.regions, caller.region),
        ):
            if named is not None and here not in named:
                raise Failure(
                    f"The policy {self.path} is for the {what} {' or '.join(named)}, and the credentials lead to "
                    f"{here or 'none'}. Nothing was changed.",
                    exit_code=Exit.REFUSED,
                )

    def check_ledger(self, ledger: str) -> None:
        """Refuse another ledger than the policy names.

        Raises:
            Failure: It names another one.
        """
        if self.ledger not in (None, ledger):
            raise Failure(
                f"The policy {self.path} names the ledger {self.ledger}, and {ledger} was to be used. "
                "Nothing was changed.",
                exit_code=Exit.REFUSED,
            )


def read(path: Path) -> Policy:
    """A policy from a file, YAML or TOML.

    Raises:
        Failure: It cannot be read, or holds anything but a policy.
    """
    from planner.diagnostics import Report  # noqa: PLC0415 - only --policy reads one
    from planner.reading.files import decode, read_bytes  # noqa: PLC0415 - likewise

    report = Report()
    data = read_bytes(path, str(path), report, limit=MAX_BYTES, fix="It holds permissions and nothing else.")
    text = None if data is None else decode(data, str(path), report)
    if text is None:
        raise _wrong(path, report.sorted()[0].what)
    match path.suffix:
        case ".toml":
            found = _from_toml(path, text)
        case ".yaml" | ".yml":
            found = _from_yaml(path, text)
        case _:
            raise _wrong(path, "Its name has to end with .yaml, .yml or .toml.")
    return _policy(path, found)


def _from_toml(path: Path, text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most policies are YAML

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _wrong(path, f"It is not TOML: {problem}.") from None


def _from_yaml(path: Path, text: str) -> dict[str, Any]:
    from planner.diagnostics import Report  # noqa: PLC0415 - as above
    from planner.reading.compose import compose  # noqa: PLC0415 - likewise
    from planner.reading.nodes import MappingNode  # noqa: PLC0415 - likewise

    report = Report()
    root = compose(text, str(path), report)
    if root is None or report.has_errors:
        raise _wrong(path, f"{report.sorted()[0].position}: {report.sorted()[0].what}")
    if not isinstance(root, MappingNode):
        raise _wrong(path, f"It has to hold {', '.join(_KEYS)}.")
    return {key: _plain(entry.value) for key, entry in root.entries.items()}


def _plain(node: Node) -> Any:
    """A text, or a list of texts; None for what no policy holds."""
    from planner.reading.nodes import ScalarNode, SequenceNode  # noqa: PLC0415 - as above

    match node:
        case ScalarNode(tag=None):
            return node.text
        case SequenceNode(tag=None):
            return [_plain(member) for member in node.members]
        case _:
            return None


def _policy(path: Path, found: dict[str, Any]) -> Policy:
    unknown = sorted(set(found) - set(_KEYS))
    if unknown:
        raise _wrong(path, f"It holds {unknown[0]!r}; known are {', '.join(_KEYS)}.")
    lists = {name: _texts(path, name, found[name]) for name in _LISTS if name in found}
    for flag in lists.get("allow", ()):
        kind, separator, address = flag.partition(":")
        if kind not in [str(known) for known in HazardKind] or (separator and not address):
            raise _wrong(path, f"allow takes HAZARD or HAZARD:ADDRESS, not {flag!r}.")
    for name, form in (("accounts", _ACCOUNT), ("regions", _REGION)):
        _check_form(path, name, lists.get(name), form)
    ledger = found.get("ledger")
    if "ledger" in found and not (isinstance(ledger, str) and _TABLE.fullmatch(ledger)):
        raise _wrong(path, "ledger takes the name of a table.")
    return Policy(path=str(path), ledger=ledger, **lists)


def _texts(path: Path, name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(member, str) and member for member in value):
        raise _wrong(path, f"{name} takes a list of texts.")
    return tuple(value)


def _check_form(path: Path, name: str, values: tuple[str, ...] | None, form: re.Pattern[str]) -> None:
    if values is None:
        return
    if not values:
        raise _wrong(path, f"{name} is empty, so nothing could be applied anywhere. Name one, or leave it out.")
    for value in values:
        if form.fullmatch(value) is None:
            raise _wrong(path, f"{name} holds {value!r}, which is none.")


def _wrong(path: Path, why: str) -> Failure:
    return Failure(f"{path} is no policy that can be used, so nothing was done. {why}")
