"""A request that the service refuses, and the status of each type of error."""

from __future__ import annotations

STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


class RefusedError(Exception):
    """The request is refused before any model sees it.

    Attributes:
        type: The error's type, a key of `STATUS`.
        message: What the caller reads.
    """

    def __init__(self, message: str, *, type: str = "invalid_request_error") -> None:  # noqa: A002 - the API's own word
        super().__init__(message)
        self.type = type
        self.message = message
