"""The fake under the AWS client of this process, which takes it for AWS; and virtual time for the product's waits."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from unittest import mock

from executor import retry
from executor.clients import Clients, Target
from executor.retry import StoppedError
from tests.fakes.control_plane.objects import is_s3, respond_s3
from tests.fakes.control_plane.wire import respond

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.session import Session

    from tests.fakes.control_plane.account import Account
    from tests.fakes.control_plane.clock import Clock


WAKING_SECONDS = 0.002
"""Real time between two looks at whether a thread may wake."""


class FakeClients(Clients):
    """Clients of AWS whose requests never leave the process.

    Args:
        account: Who answers.
        region: The Region.
    """

    def __init__(self, account: Account, region: str = "eu-west-1") -> None:
        super().__init__(Target(region=region))
        self._account = account
        self._hooked = False

    def _other(self, target: Target) -> Clients:
        return FakeClients(self._account, target.region or "eu-west-1")

    def _new_session(self) -> Session:
        session = super()._new_session()
        if not self._hooked:
            handler: Any = self._answer  # botocore's stubs know no handler that answers
            session.register("before-send", handler)
            self._hooked = True
        return session

    def _answer(self, request: AWSPreparedRequest, **_more: Any) -> AWSResponse:
        from botocore.awsrequest import AWSResponse  # noqa: PLC0415 - with the first client
        from botocore.compat import HTTPHeaders  # noqa: PLC0415 - with the first client

        if is_s3(request.url):
            found = respond_s3(self._account, request.url, self.region)
            content: Any = _Raw(found.body)
            return AWSResponse(request.url, found.status, HTTPHeaders.from_dict(found.headers), content)
        headers = {name: _text(value) for name, value in request.headers.items()}
        body: Any = request.body or b""
        answer = respond(
            self._account,
            headers.get("X-Amz-Target", ""),
            headers.get("Authorization", ""),
            body.encode() if isinstance(body, str) else bytes(body),
        )
        self._account.clock.called()
        raw: Any = _Raw(answer.body)
        return AWSResponse(request.url, answer.status, HTTPHeaders.from_dict(answer.headers), raw)


class _Raw(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, *_args: Any, **_more: Any) -> Iterator[bytes]:
        """The rest of it."""
        while chunk := self.read(65_536):
            yield chunk


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class VirtualTime:
    """Stands where a module imported ``time``: the fake's clock, moved on by whoever sleeps.

    Args:
        clock: The fake's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asleep: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def monotonic(self) -> float:
        """The fake's seconds."""
        return self._clock.read()

    def sleep(self, seconds: float) -> None:
        """Let the fake's time pass; threads that sleep together wake in the order of their times."""
        wakes = self._clock.waits_until(seconds)
        with self._lock:
            self._asleep.append(wakes)
        while True:
            with self._lock:
                if wakes <= min(self._asleep) and not self._clock.is_awaited():
                    self._asleep.remove(wakes)
                    self._clock.move_to(wakes)
                    self._clock.expect_a_call()
                    return
            time.sleep(WAKING_SECONDS)

    def rest(self, seconds: float, stop: threading.Event) -> None:
        """Sleep unless a stop is asked for.

        Raises:
            StoppedError: It was.
        """
        if stop.is_set():
            raise StoppedError
        self.sleep(seconds)


@contextlib.contextmanager
def virtual_time(clock: Clock) -> Iterator[None]:
    """While this lasts, all waiting of the executor and of botocore passes on the fake's clock."""
    import botocore.endpoint  # noqa: PLC0415 - it sleeps between the client's own tries

    fake, real_rest = VirtualTime(clock), retry.rest
    with contextlib.ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name == botocore.endpoint.__name__ or _waits(name):
                if getattr(module, "time", None) is time:
                    stack.enter_context(mock.patch.object(module, "time", fake))
                if getattr(module, "rest", None) is real_rest:
                    stack.enter_context(mock.patch.object(module, "rest", fake.rest))
        yield


def _waits(name: str) -> bool:
    return name.startswith("executor.") and not name.startswith("executor.local")
