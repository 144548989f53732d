"""Sends calls of the AWS client: tries again what is worth it, counts capacity, keeps request ids.

One caller serves one call of a function and may be used by many threads.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NoReturn, cast

from botocore.exceptions import ClientError

from executor import errors
from executor.clients import LOST_ANSWERS
from executor.engines import AWS
from executor.errors import CallError, ErrorKind, Failure
from executor.retry import CONTROL, DATA, UNREACHABLE_SECONDS, Backoff, Patience, StoppedError, rest
from executor.windows import opens
from planner.values import Item

if TYPE_CHECKING:
    from executor.clients import Clients

Progress = Callable[[str, int | None, int | None], None]
Rows = Callable[[], Iterable[Item]]
Operation = Literal[
    "batch_write_item",
    "create_table",
    "delete_resource_policy",
    "describe_bulk_operation",
    "describe_continuous_backups",
    "describe_contributor_insights",
    "describe_import",
    "describe_kinesis_streaming_destination",
    "describe_limits",
    "describe_table",
    "describe_time_to_live",
    "disable_kinesis_streaming_destination",
    "enable_kinesis_streaming_destination",
    "get_item",
    "get_resource_policy",
    "import_table",
    "list_bulk_operations",
    "list_imports",
    "list_tables",
    "list_tags_of_resource",
    "put_item",
    "put_resource_policy",
    "query",
    "scan",
    "start_bulk_put_items",
    "tag_resource",
    "transact_write_items",
    "untag_resource",
    "update_continuous_backups",
    "update_contributor_insights",
    "update_kinesis_streaming_destination",
    "update_table",
    "update_time_to_live",
]
Service = Literal["application_autoscaling", "kms"]
_DATA_OPERATIONS = frozenset({"batch_write_item", "get_item", "put_item", "query", "scan", "transact_write_items"})
KEPT_REQUEST_IDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How far a bulk write got.

    Attributes:
        done: Rows, those that an earlier run wrote included.
        total: Out of how many, where that is known.
        rate: Rows a second, lately.
        units: Write units that DynamoDB counted so far.
        seconds_left: At that rate, where the total is known.
    """

    done: int
    total: int | None
    rate: float
    units: float
    seconds_left: float | None


def _unheard(operation: str) -> None:
    """An operation that DynamoDB began, where nobody keeps its ARN."""


def _unwatched(rows: int) -> None:
    """How far a load surely got, where nobody keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What a bulk write is told beside its arguments: how to run, not what to do.

    Attributes:
        rows: Gives the items, anew each time it is called; they need not fit in memory.
        total: How many they are, where that is known.
        skip: Rows at the beginning that an earlier run surely wrote.
        checkpoint: Told now and then how many rows from the beginning are surely written.
        loading: Told how far it got; None to tell it as progress.
        workers: Processes that encode, sign and send; 1 for this one alone.
        max_write_units: Write units a second, at most; None for what the table takes.
        tried: An earlier run may have started the bulk operation of these rows.
        operation: The ARN of that operation, where its start was answered.
        started: Told the ARN of the operation that writes the rows.
    """

    rows: Rows | None = None
    total: int | None = None
    skip: int = 0
    checkpoint: Callable[[int], None] = _unwatched
    loading: Callable[[Load], None] | None = None
    workers: int = 1
    max_write_units: float | None = None
    tried: bool = False
    operation: str = ""
    started: Callable[[str], None] = _unheard


def silent(message: str, done: int | None, total: int | None) -> None:
    """Progress that nobody watches."""


class Caller:
    """One function call's way to DynamoDB.

    Args:
        clients: The clients of the target.
        progress: Told what goes on, and how much is done out of how much where known.
        stop: Set when the call shall end at its next safe point.
        bulk: How a bulk write runs.
    """

    def __init__(
        self,
        clients: Clients,
        progress: Progress = silent,
        stop: threading.Event | None = None,
        bulk: Bulk | None = None,
    ) -> None:
        self.clients = clients
        self.progress = progress
        self.bulk = bulk or Bulk()
        self.stop = stop or threading.Event()
        self._lock = threading.Lock()
        self._consumed: dict[str, float] = {}
        self._request_ids: deque[str] = deque(maxlen=KEPT_REQUEST_IDS)

    @property
    def consumed(self) -> dict[str, float]:
        """Capacity units so far, by table or ``table/index``."""
        with self._lock:
            return dict(sorted(self._consumed.items()))

    @property
    def request_ids(self) -> tuple[str, ...]:
        """The last hundred, oldest first."""
        with self._lock:
            return tuple(self._request_ids)

    def send(self, operation: Operation, patience: Patience | None = None, /, **parameters: Any) -> dict[str, Any]:
        """Send one call until it succeeds or trying again is pointless.

        Args:
            operation: The client's method.
            patience: How long to try; None for what fits the operation.
            parameters: As the client takes them, already of the right types.

        Returns:
            The answer without its metadata.

        Raises:
            CallError: Credentials, permission, endpoint, traffic or service failed for good.
            ClientError: DynamoDB refused the request in a way that the caller may know how to take.
            StoppedError: A stop was asked for between two tries.
        """
        patience = patience or (DATA if operation in _DATA_OPERATIONS else CONTROL)
        return self._until_sent(lambda: self.once(operation, **parameters), patience)

    def ask(self, service: Service, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """The same for a call of a service beside DynamoDB.

        Raises:
            CallError: As ``send``.
            ClientError: The service refused the request in a way that the caller may know how to take.
            StoppedError: A stop was asked for.
        """

        def once() -> dict[str, Any]:
            if self.stop.is_set():
                raise StoppedError
            answer: dict[str, Any] = getattr(getattr(self.clients, service), operation)(**parameters)
            self._note_request(answer)
            answer.pop("ResponseMetadata", None)
            return answer

        return self._until_sent(once, DATA)

    def _until_sent(self, once: Callable[[], dict[str, Any]], patience: Patience) -> dict[str, Any]:
        tries = Tries(
            patience,
            self.stop,
            self.understand,
            waiting=lambda message: self.progress(f"waiting: {message}", None, None),
        )
        while True:
            try:
                return once()
            except errors.CLIENT_ERRORS as error:
                rest(tries.pause_after(error), self.stop)

    def loading(self, load: Load) -> None:
        """Tell how far a bulk write got."""
        if self.bulk.loading is not None:
            self.bulk.loading(load)
        else:
            self.progress("items", load.done, load.total)

    def count_capacity(self, units: Mapping[str, float]) -> None:
        """Add capacity units, by table or ``table/index``."""
        with self._lock:
            for name, more in units.items():
                self._consumed[name] = self._consumed.get(name, 0.0) + more

    def note_request_id(self, request_id: str) -> None:
        """Keep a request's id."""
        with self._lock:
            self._request_ids.append(request_id)

    def once(self, operation: Operation, **parameters: Any) -> dict[str, Any]:
        """Send one call; the client itself tries a few times within seconds.

        Raises:
            ClientError: DynamoDB refused.
            BotoCoreError: The client could not send it or read the answer.
        """
        self._keep_rate(operation)
        try:
            answer: dict[str, Any] = getattr(self.clients.dynamodb, operation)(**parameters)
        except errors.CLIENT_ERRORS as error:
            self._note_request(getattr(error, "response", {}))
            raise
        self._note_request(answer)
        self._note_capacity(answer.get("ConsumedCapacity"))
        answer.pop("ResponseMetadata", None)
        return answer

    def in_region(self, region: str) -> Caller:
        """A caller for the same call in another Region of the account; request ids stay together."""
        other = Caller(self.clients.in_region(region), self.progress, self.stop)
        other._lock, other._request_ids = self._lock, self._request_ids
        return other

    def understand(self, error: Exception) -> Failure:
        """What an error means, with this target's endpoint named."""
        return errors.understand(error, endpoint=self.clients.endpoint_url)

    def lacks(self, error: Exception) -> bool:
        """Whether an engine for development does not know the operation; of AWS it is an error like any other."""
        return errors.is_unsupported(error) and self.clients.engine != AWS

    def _keep_rate(self, operation: str) -> None:
        if self.stop.is_set():
            raise StoppedError
        delay = self.clients.rates.delay(operation)
        if delay > 0 and self.clients.engine == AWS:
            rest(delay, self.stop)

    def _note_request(self, answer: Mapping[str, Any]) -> None:
        request_id = answer.get("ResponseMetadata", {}).get("RequestId")
        if request_id:
            with self._lock:
                self._request_ids.append(str(request_id))

    def _note_capacity(self, consumed: Any) -> None:
        if not consumed:
            return
        with self._lock:
            for entry in consumed if isinstance(consumed, list) else [consumed]:
                self._add_capacity(entry)

    def _add_capacity(self, entry: Mapping[str, Any]) -> None:
        table = str(entry.get("TableName", ""))
        indexes = {**entry.get("GlobalSecondaryIndexes", {}), **entry.get("LocalSecondaryIndexes", {})}
        of_table = entry.get("Table", {}).get("CapacityUnits") if indexes else entry.get("CapacityUnits")
        if of_table:
            self._consumed[table] = self._consumed.get(table, 0.0) + float(of_table)
        for index, units in indexes.items():
            name = f"{table}/{index}"
            self._consumed[name] = self._consumed.get(name, 0.0) + float(units.get("CapacityUnits", 0.0))


class Tries:
    """The tries of one call: says after each failure whether there is to be another, and when.

    Args:
        patience: How long to try.
        stop: Ends the waiting.
        understand: Says what an error means.
        waiting: Told why there is a pause.
    """

    def __init__(
        self,
        patience: Patience,
        stop: threading.Event,
        understand: Callable[[Exception], Failure],
        waiting: Callable[[str], None],
    ) -> None:
        self._backoff = Backoff(patience, stop)
        self._understand = understand
        self._waiting = waiting
        self._resends = self._lost = 0

    def pause_after(self, error: Exception) -> float:
        """Seconds until the next try.

        Raises:
            CallError: Credentials, permission, endpoint, traffic or service failed for good.
            ClientError: DynamoDB refused the request in a way that the caller may know how to take.
        """
        failure = self._understand(error)
        self._lost += _lost_answers(error, failure)
        _count_resends(error, self._resends, self._lost)
        if failure.kind not in {ErrorKind.TRANSIENT, ErrorKind.BUSY}:
            _raise(error, failure, sent=self._lost > 0)
        seconds = self._backoff.next_pause(failure.code, _allowed(failure))
        if seconds is None:
            raise CallError(failure.code, failure.message, sent=self._lost > 0) from error
        self._waiting(failure.message)
        self._resends += 1
        return seconds


def _raise(error: Exception, failure: Failure, *, sent: bool) -> NoReturn:
    """Answers of DynamoDB go to the caller as they are; the rest is final as it stands."""
    if errors.error_code(error) and failure.code == errors.error_code(error):
        raise error
    if failure.kind in {ErrorKind.ALREADY, ErrorKind.UNSUPPORTED, ErrorKind.WINDOW}:
        raise error
    if errors.is_table_missing(error):
        raise error
    raise CallError(failure.code, failure.message, sent=sent) from error


def _allowed(failure: Failure) -> float | None:
    """Seconds to be patient with a failure: only a busy resource is worth the whole patience."""
    if failure.kind is ErrorKind.BUSY:
        return None
    return UNREACHABLE_SECONDS if failure.code == "EndpointUnreachable" else DATA.seconds


def _lost_answers(error: Exception, failure: Failure) -> int:
    """How many tries of one call of the client may have been carried out although they failed."""
    if isinstance(error, ClientError):
        return answers_lost(error)
    # The client's earlier tries are not told of, so one that could not be sent in the end proves nothing.
    return int(failure.kind is ErrorKind.TRANSIENT)


def _count_resends(error: Exception, resends: int, lost: int) -> None:
    """Add ours to the client's own count, so that whoever takes the error knows of earlier tries."""
    if isinstance(error, ClientError):
        metadata: dict[str, Any] = {**error.response["ResponseMetadata"]}
        metadata |= {"RetryAttempts": metadata.get("RetryAttempts", 0) + resends, LOST_ANSWERS: lost}
        error.response["ResponseMetadata"] = cast("Any", metadata)


def was_sent_before(error: ClientError) -> bool:
    """Whether an earlier try of the same call may have landed."""
    return error.response["ResponseMetadata"].get("RetryAttempts", 0) > 0


def answers_lost(error: ClientError) -> int:
    """How many tries of the same call may have been carried out; one that was throttled or refused was not."""
    metadata: Mapping[str, Any] = error.response["ResponseMetadata"]
    return int(metadata.get(LOST_ANSWERS, metadata.get("RetryAttempts", 0)))


def failed(error: Exception, failure: Failure) -> CallError:
    """The failure as an error for the result, with a hint where the service named a time window."""
    if failure.kind is ErrorKind.WINDOW:
        message = f"{failure.message.rstrip('.')}. Run the same command again {opens(failure.message)}."
        return CallError("TryLater", message)
    if failure.kind is ErrorKind.UNSUPPORTED:
        operation = getattr(error, "operation_name", "a call")
        return CallError("Unsupported", f"The endpoint does not know {operation}.")
    sent = not isinstance(error, ClientError) or answers_lost(error) > 0
    return CallError(failure.code, failure.message, sent=sent)
