"""The proof of a plan: all of it, run on a throwaway engine. What ``ddbplan test`` runs."""

from executor.proof.running import prove, refuse_elsewhere
from executor.proof.values import CaseOutcome, CaseResult, NotThrowawayError

__all__ = ["CaseOutcome", "CaseResult", "NotThrowawayError", "prove", "refuse_elsewhere"]
