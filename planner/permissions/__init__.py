"""The least IAM policy that can do what a plan asks for, worked out from the plan alone: nothing is asked of AWS."""

from __future__ import annotations

from planner.permissions.documents import MANAGED_POLICY_CHARACTERS, Document, Statement, documents
from planner.permissions.grants import ACCOUNT_PLACEHOLDER, REGION_PLACEHOLDER, Grant, Place, Section
from planner.permissions.needs import NOT_GRANTED, Purpose, grants_for

__all__ = [
    "ACCOUNT_PLACEHOLDER",
    "MANAGED_POLICY_CHARACTERS",
    "NOT_GRANTED",
    "REGION_PLACEHOLDER",
    "Document",
    "Grant",
    "Place",
    "Purpose",
    "Section",
    "Statement",
    "documents",
    "grants_for",
]
