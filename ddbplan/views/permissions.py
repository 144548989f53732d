"""Policies: as the documents that IAM takes, as JSON with what each statement is for, or as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ddbplan.views.hints import write_note
from ddbplan.views.output import Output, Span, stdout

if TYPE_CHECKING:
    from planner.permissions import Document, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """A policy and what it belongs to.

    Attributes:
        plans: The plans' paths as shown to people.
        purpose: ``apply``, ``diff``, ``test`` or ``app``.
        documents: Each within what IAM takes; none where nothing is needed.
        left_out: What the policy does not hold, in full sentences.
    """

    plans: tuple[str, ...]
    purpose: str
    documents: tuple[Document, ...]
    left_out: str


def write_permissions(permitted: Permitted, form: str) -> None:
    """The result to stdout, remarks to stderr."""
    out = stdout()
    match form:
        case "json":
            out.json(_as_json(permitted))
            return
        case "text":
            _write_text(out, permitted)
        case _:
            _write_policy(out, permitted)
    for note in _notes(permitted):
        write_note(note)


def _notes(permitted: Permitted) -> list[str]:
    from planner.permissions import ACCOUNT_PLACEHOLDER, REGION_PLACEHOLDER  # noqa: PLC0415 - by this command only
    from planner.permissions.documents import MANAGED_POLICIES_OF_A_ROLE, MANAGED_POLICY_CHARACTERS  # noqa: PLC0415

    notes = [permitted.left_out] if permitted.left_out else []
    arns = [arn for document in permitted.documents for part in document.statements for arn in part.resources]
    missing = [
        word for word in (ACCOUNT_PLACEHOLDER, REGION_PLACEHOLDER) if any(word in arn.split(":")[3:5] for arn in arns)
    ]
    if missing:
        notes.append(
            f"In place of {' and '.join(missing)} goes what the plan does not pin: give --account and --region."
        )
    many = len(permitted.documents)
    if many > 1:
        notes.append(
            f"{many} documents, since IAM takes {MANAGED_POLICY_CHARACTERS:,} characters in one: all of them have to "
            "be attached. --part N prints one of them."
        )
    if many > MANAGED_POLICIES_OF_A_ROLE:
        notes.append(
            f"A role takes {MANAGED_POLICIES_OF_A_ROLE} managed policies unless that quota is raised: raise it, or "
            "apply fewer plans with one role."
        )
    long = [part.sid for document in permitted.documents for part in document.statements if _is_long(document)]
    if long:
        notes.append(f"{', '.join(long)} cannot be made short enough for IAM.")
    return notes


def _is_long(document: Document) -> bool:
    from planner.permissions import MANAGED_POLICY_CHARACTERS  # noqa: PLC0415 - as above

    return document.characters > MANAGED_POLICY_CHARACTERS


def _write_policy(out: Output, permitted: Permitted) -> None:
    found = [document.as_json() for document in permitted.documents]
    if len(found) == 1:
        out.json(found[0])
    else:
        out.json(found)


def _write_text(out: Output, permitted: Permitted) -> None:
    if not permitted.documents:
        out.line("No permission is needed.")
        return
    for number, document in enumerate(permitted.documents, 1):
        many = len(permitted.documents)
        title = f"Document {number} of {many}" if many > 1 else "One document"
        out.line(Span(title, "bold"), f", {document.characters:,} characters")
        for statement in document.statements:
            _write_statement(out, statement)


def _write_statement(out: Output, statement: Statement) -> None:
    out.line("  ", Span(statement.sid, "bold"), Span(f"  {statement.why}", "dim"))
    for action in statement.actions:
        out.line(f"    {action}")
    for resource in statement.resources:
        out.line(f"      on {resource}")
    for operator, key, values in statement.condition:
        out.line(f"      if {key} {operator} {', '.join(values)}")


def _as_json(permitted: Permitted) -> dict[str, Any]:
    return {
        "version": 1,
        "plans": list(permitted.plans),
        "for": permitted.purpose,
        "documents": [
            {
                "characters": document.characters,
                "document": document.as_json(),
                "why": {statement.sid: statement.why for statement in document.statements},
            }
            for document in permitted.documents
        ],
        "notes": _notes(permitted),
    }
