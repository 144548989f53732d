"""What a user is told when Claude gave no answer, and what to do about it."""

from __future__ import annotations

from ddbplan.failures import Failure
from planner.author.values import AskFailure, Provider, Settings

_READY_PLAN = "ddbplan init --from financial"
_NO_KEY = (
    "No key for Claude was found: make one at https://platform.claude.com and set ANTHROPIC_API_KEY to it; or start "
    "without one from a ready plan:"
)
_NO_AWS = "No credentials of AWS were found for {provider}: name a profile with --profile, or sign in to AWS first."


def failure_of(failure: AskFailure | None, message: str, settings: Settings) -> Failure:
    """The sentence for a failure.

    Args:
        failure: What kind it is; None where asking was not what failed.
        message: What is known of it.
        settings: How Claude was asked.
    """
    match failure:
        case AskFailure.NO_KEY if settings.provider is Provider.ANTHROPIC:
            return Failure(_NO_KEY, command=_READY_PLAN)
        case AskFailure.NO_KEY:
            return Failure(_NO_AWS.format(provider=settings.provider))
        case AskFailure.KEY_REFUSED:
            return Failure(f"{message} The key was not accepted: check ANTHROPIC_API_KEY.")
        case AskFailure.NO_MODEL:
            return Failure(f"{message} Name another model than {settings.model} with --model.")
        case _:
            return Failure(message)
