"""What the call models share: their base, and the errors that many of them can answer with."""

import threading
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

Expression = Annotated[str, Field(min_length=1, max_length=4096)]

COMMON_ERRORS = {
    "InvalidArguments": "An argument is missing, unknown or of the wrong shape.",
    "CredentialsMissing": "No credentials were found.",
    "CredentialsExpired": "The credentials' session has ended.",
    "CredentialsInvalid": "The service does not accept the credentials.",
    "AccessDenied": "The credentials may not make this call.",
    "RegionMissing": "No Region is set.",
    "EndpointUnreachable": "Nothing answers at the endpoint.",
    "Throttled": "The service kept refusing for too much traffic.",
    "ServiceFailed": "The service kept failing.",
    "Interrupted": "A stop was asked for; what was in flight is finished.",
}
TABLE_ERRORS = {
    "TableMissing": "The table does not exist.",
    "ValidationException": "DynamoDB refuses the request as such.",
}
CREATE_ERRORS = {
    "TableExists": "A table of that name exists and is not what was asked for.",
    "NotSettled": "The table did not become ACTIVE in time.",
    "LimitReached": "A quota of the account or table is used up.",
    "Unsupported": "AWS does not know a call that the settings need.",
    "ValidationException": "DynamoDB refuses the schema.",
}


SHAPE = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)
"""A model is built when it is first used: most commands use few of them."""
_BUILDING = threading.Lock()


class FunctionCall(BaseModel):
    """Base of the call models; the docstring of each is its description."""

    model_config = SHAPE

    function: ClassVar[str]
    answer: ClassVar[str]
    examples: ClassVar[tuple[dict[str, Any], ...]]
    errors: ClassVar[dict[str, str]]

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Self:
        """A call with these arguments, from whatever thread.

        Raises:
            ValidationError: They are not what the function takes.
        """
        with _BUILDING:
            cls.model_rebuild()
        return cls.model_validate(dict(arguments))
