"""What a project sets: severities of codes, and quotas that AWS raises on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from planner.diagnostics import Severity
from planner.limits import DEFAULT_QUOTAS, Quotas

if TYPE_CHECKING:
    from planner.diagnostics import Diagnostic

Level = Severity | Literal["off"]
LEVELS: tuple[str, ...] = ("off", *(str(severity) for severity in reversed(Severity)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """What a project sets.

    Attributes:
        levels: By code; a code that is not named keeps its own severity.
        quotas: The account's quotas.
    """

    levels: Mapping[str, Level] = field(default_factory=dict)
    quotas: Quotas = DEFAULT_QUOTAS

    def apply(self, found: Diagnostic) -> Diagnostic | None:
        """A finding with the severity that the project gives it; None where its code is off."""
        level = self.levels.get(found.code, found.severity)
        return None if level == "off" else replace(found, severity=Severity(level))


DEFAULT = RuleSettings()
