"""Diagnostics of what Claude wrote: DDB400 to DDB419."""

from __future__ import annotations

from planner.diagnostics import Code, Severity


def _error(code: str, title: str, why: str) -> Code:
    return Code(code=code, severity=Severity.ERROR, title=title, why=why)


NO_PLAN = _error(
    "DDB400",
    "Answer without a plan",
    "Only a fenced YAML text is taken as a plan; nothing else in an answer is used.",
)
UNCLOSED = _error(
    "DDB401",
    "Plan that breaks off",
    "A plan whose end is missing may lack tables or rows and still look complete.",
)
UNPROVED = _error(
    "DDB402",
    "Plan that does not hold",
    "Run on an empty engine, the plan does not do what it says of itself.",
)
OUT_OF_REACH = _error(
    "DDB403",
    "More than a generated plan may say",
    "What reaches beyond tables and their first data, such as policies, other accounts, files or existing names, is "
    "for people to write.",
)
OTHER_DATABASE = _error(
    "DDB404",
    "Another database",
    "A plan that takes another name in the ledger leaves everything behind that was applied under the first one.",
)
UNFITTING = _error(
    "DDB405",
    "Change that does not fit",
    "A change is put into the plan entry by entry; this one could not be.",
)
