"""Sends requests of one load, in tasks: signs each, keeps connections, and tries again what is worth it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from executor import errors
from executor.caller import Tries
from executor.loader.connection import Connection
from executor.loader.loop import Pause
from executor.loader.signing import Signer
from executor.retry import DATA, StoppedError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from executor.clients import Frozen
    from executor.loader.connection import Answer
    from executor.loader.endpoint import Endpoint
    from executor.loader.loop import Task

_OK = 200


class Sender:
    """One load's way to DynamoDB, shared by its tasks; each request has a connection to itself.

    Args:
        endpoint: Where to.
        credentials: Gives the credentials of this moment; refreshes them where they are about to end.
        stop: Set when nothing more shall be sent.
        waiting: Told why a request has to wait before its next try.
        throttled: Called for each refusal because of traffic.
        answered: Told the id of each request that was answered.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        credentials: Callable[[], Frozen],
        stop: threading.Event,
        waiting: Callable[[str], None],
        throttled: Callable[[], None],
        answered: Callable[[str], None],
    ) -> None:
        self.stop = stop
        self.throttled = throttled
        self._endpoint = endpoint
        self._credentials = credentials
        self._waiting = waiting
        self._answered = answered
        self._signer = Signer(endpoint)
        self._tls = endpoint.tls() if endpoint.is_tls else None
        self._idle: deque[Connection] = deque()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    def send(self, operation: str, body: bytes) -> Task[dict[str, Any]]:
        """Send one request until it succeeds or trying again is pointless.

        Args:
            operation: Such as ``PutItem``.
            body: The request's JSON.

        Returns:
            The answer's JSON: binary values are base64 text in it.

        Raises:
            CallError: Credentials, permission, endpoint, traffic or service failed for good.
            ClientError: DynamoDB refused the request in a way that the caller may know how to take.
            StoppedError: A stop was asked for between two tries.
        """
        tries: Tries | None = None
        while True:
            try:
                return (yield from self._once(operation, body))
            except errors.CLIENT_ERRORS as error:
                tries = tries or Tries(DATA, self.stop, self._meaning, self._waiting)
                yield Pause(tries.pause_after(error))

    def _meaning(self, error: Exception) -> errors.Failure:
        return errors.understand(error, endpoint=self._endpoint.url)

    def _once(self, operation: str, body: bytes) -> Task[dict[str, Any]]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = Connection(self._endpoint, self._tls)
        try:
            yield from connection.open()
            head = self._signer.head(operation, body, self._credentials())
            # As late as can be: a run that was frozen past its lease may wake up anywhere before.
            if self.stop.is_set():
                raise StoppedError
            answer = yield from connection.exchange(head, body)
        finally:
            self._idle.append(connection)
        return self._understood(operation, answer)

    def _understood(self, operation: str, answer: Answer) -> dict[str, Any]:
        request_id = answer.headers.get(b"x-amzn-requestid", b"").decode("latin-1")
        if request_id:
            self._answered(request_id)
        content = _json(answer)
        if answer.status == _OK:
            return content
        error = _refusal(operation, answer.status, content, request_id)
        if errors.is_throttled(error):
            self.throttled()
        raise error


def _json(answer: Answer) -> dict[str, Any]:
    """The body as JSON; an error page of something in between counts as empty.

    Raises:
        ResponseParserError: A successful answer is none.
    """
    try:
        content = orjson.loads(answer.body) if answer.body else {}
    except orjson.JSONDecodeError:
        content = None
    if isinstance(content, dict):
        return content
    if answer.status == _OK:
        raise ResponseParserError("the answer is no JSON object")
    return {}


def _refusal(operation: str, status: int, content: dict[str, Any], request_id: str) -> ClientError:
    """A refusal as the AWS client raises it, so that one place knows what it means."""
    code = str(content.get("__type", "")).rpartition("#")[2] or str(content.get("code", "")) or str(status)
    message = str(content.get("message") or content.get("Message") or "")
    response: Any = {
        **content,
        "Error": {"Code": code.partition(":")[0], "Message": message},
        "ResponseMetadata": {"RequestId": request_id, "HTTPStatusCode": status, "RetryAttempts": 0},
    }
    return ClientError(response, operation)
