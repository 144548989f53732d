"""How a command stops: one exception with the sentence to show and the code to end with."""

from __future__ import annotations

from ddbplan.exits import Exit


class Failure(Exception):  # noqa: N818 - it carries refusals and stale approvals as well as errors
    """Ends the command with a message for its user.

    Attributes:
        message: What is wrong and why, in full sentences.
        command: A command to paste, if one helps.
        exit_code: What the process ends with.
    """

    def __init__(self, message: str, *, command: str = "", exit_code: Exit = Exit.ERROR) -> None:
        super().__init__(message)
        self.message = message
        self.command = command
        self.exit_code = exit_code


class Terminated(BaseException):
    """SIGTERM came; like KeyboardInterrupt, nothing but the last handler catches it."""
