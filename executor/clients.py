"""The AWS clients of one target, made when first used and shared by all threads."""

from __future__ import annotations

import functools
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from executor import engines
from executor.connection import is_unsent
from executor.errors import CLIENT_ERRORS, CallError, understand
from executor.rates import Rates

if TYPE_CHECKING:
    from types import TracebackType

    from botocore.loaders import Loader
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sts import STSClient

LOCAL_ACCESS_KEY = "ddbplanlocal"
"""DynamoDB Local refuses key ids with a dash or an underscore."""
LOCAL_REGION = "eu-west-1"
CONNECTIONS = 64
"""More than the threads that any call uses at once, so that no thread waits for a connection."""
CLIENT_ATTEMPTS = 4
"""The client's own tries. Never one: botocore checks an answer's checksum in its retry handler only."""
LOST_ANSWERS = "LostAnswers"
"""Member of an answer's metadata: how many tries of the call, this one too, failed and may have been carried out."""
_SERVER_ERROR = 500
CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0


class Frozen(Protocol):
    """Credentials at one moment, as botocore freezes them."""

    @property
    def access_key(self) -> str:
        """The key's id."""

    @property
    def secret_key(self) -> str:
        """The secret; never shown, never written."""

    @property
    def token(self) -> str | None:
        """The session's token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to go, as the command line or a library user says it.

    Attributes:
        profile: A profile of the AWS configuration; None as boto3 decides.
        region: The Region; None as boto3 decides.
        endpoint_url: Another endpoint than AWS's own; None as boto3 decides (its variables and files count).
        local: The embedded engine: fixed credentials that mean nothing, and a Region where none is named.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    local: bool = False


class Clients:
    """Clients of one target; safe to share between threads.

    Args:
        target: Where to go.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.rates = Rates()
        self._lock = threading.RLock()
        self._made: dict[str, Any] = {}
        self._regions: dict[str, Clients] = {}
        self._session: Session | None = None
        self._engine: str | None = None
        self._credentials: Any = None
        self._last_request = ("", "")
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back threads and connections."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(wait=True)
                self._pool = None
            for client in self._made.values():
                client.close()
            self._made.clear()
            for other in self._regions.values():
                other.close()
            self._regions.clear()

    @property
    def dynamodb(self) -> DynamoDBClient:
        """The client of DynamoDB.

        Raises:
            CallError: Profile, Region or endpoint are unusable.
        """
        return cast("DynamoDBClient", self._client("dynamodb", self.target.endpoint_url))

    @property
    def sts(self) -> STSClient:
        """The client of STS: beside DynamoDB on an engine, AWS's own otherwise.

        Raises:
            CallError: Profile, Region or endpoint are unusable.
        """
        return cast("STSClient", self._client("sts", self._beside()))

    @property
    def application_autoscaling(self) -> Any:
        """The client of Application Auto Scaling.

        Raises:
            CallError: Profile, Region or endpoint are unusable.
        """
        return self._client("application-autoscaling", self._beside())

    @property
    def s3(self) -> Any:
        """The client of S3: beside DynamoDB on an engine, AWS's own otherwise.

        Raises:
            CallError: Profile, Region or endpoint are unusable.
        """
        return self._client("s3", self._beside())

    @property
    def kms(self) -> Any:
        """The client of KMS.

        Raises:
            CallError: Profile, Region or endpoint are unusable.
        """
        return self._client("kms", self._beside())

    @property
    def endpoint_url(self) -> str:
        """Where calls of DynamoDB go, wherever the setting came from."""
        return str(self.dynamodb.meta.endpoint_url)

    @property
    def region(self) -> str:
        """The Region that requests are signed for."""
        return str(self.dynamodb.meta.region_name)

    @property
    def is_loopback(self) -> bool:
        """Whether the endpoint is on this machine, wherever the setting came from."""
        return engines.is_loopback(self.endpoint_url)

    @property
    def engine(self) -> str:
        """What answers: ``AWS``, ``ministack``, ``DynamoDB Local``, ``moto``, ... or the endpoint's host and port."""
        with self._lock:
            if self._engine is None:
                self._engine = engines.detect(self.endpoint_url)
            return self._engine

    @property
    def pool(self) -> ThreadPoolExecutor:
        """Threads for single calls of the client; nothing that runs in them waits for another of them."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=CONNECTIONS, thread_name_prefix="ddbplan-call")
            return self._pool

    @property
    def last_request(self) -> tuple[str, str]:
        """The address that DescribeTable was last sent to, and the user agent: an account may have one of its own."""
        return self._last_request

    @property
    def ca_bundle(self) -> str:
        """The file of certificates that the configuration names; empty for the client's own."""
        configured = self._new_session().get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
        return str(configured or "")

    def frozen_credentials(self) -> Frozen:
        """The credentials of this moment; those that are about to end are refreshed first.

        Raises:
            NoCredentialsError: There are none.
            BotoCoreError: Their source does not hand them out.
        """
        if self._credentials is None:
            with self._lock:
                self._credentials = self._find_credentials()
        return cast("Frozen", self._credentials.get_frozen_credentials())

    def _find_credentials(self) -> Any:
        from botocore.credentials import Credentials  # noqa: PLC0415 - only what talks to AWS pays for its client
        from botocore.exceptions import NoCredentialsError  # noqa: PLC0415 - as above

        session = self._new_session()
        key = self._fixed_key(session, self.endpoint_url)
        if key is not None:
            return Credentials(key, key)
        found = session.get_credentials()
        if found is None:
            raise NoCredentialsError
        return found

    def in_region(self, region: str) -> Clients:
        """Clients of the same account in another Region; made once, and closed together with these."""
        with self._lock:
            if region not in self._regions:
                # AWS has an endpoint for each Region; an engine has one for all.
                endpoint = None if engines.is_aws(self.endpoint_url) else self.endpoint_url
                self._regions[region] = self._other(replace(self.target, region=region, endpoint_url=endpoint))
            return self._regions[region]

    def _other(self, target: Target) -> Clients:
        return Clients(target)

    def _beside(self) -> str | None:
        return None if engines.is_aws(self.endpoint_url) else self.endpoint_url

    def _client(self, service: str, endpoint_url: str | None) -> Any:
        with self._lock:
            if service not in self._made:
                self._made[service] = self._make(service, endpoint_url)
            return self._made[service]

    def _make(self, service: str, endpoint_url: str | None) -> Any:
        try:
            return self._new_client(service, endpoint_url)
        except CLIENT_ERRORS as error:
            failure = understand(error, endpoint=endpoint_url or "")
            raise CallError(failure.code, failure.message) from error
        except ValueError as error:
            # botocore says so of an endpoint that is no URL.
            message = f"{endpoint_url or 'The endpoint'} is no usable address. Write it as http://HOST:PORT."
            raise CallError("EndpointUnreachable", message) from error

    def _new_client(self, service: str, endpoint_url: str | None) -> Any:
        from botocore.config import Config  # noqa: PLC0415 - only what talks to AWS pays for its client

        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            max_pool_connections=CONNECTIONS,
            parameter_validation=False,  # call models type the input; validating costs as much as all else of a call
            retries={"mode": "standard", "total_max_attempts": CLIENT_ATTEMPTS},
            tcp_keepalive=True,
            user_agent=_user_agent(),
            # An engine has one name for all buckets.
            s3={"addressing_style": "auto" if endpoint_url is None else "path"},
        )
        session = self._new_session()
        key = self._fixed_key(session, endpoint_url)
        create: Any = session.create_client  # its stubs know no variable for the service's name
        client = create(
            service,
            region_name=self._region_for(session, endpoint_url),
            endpoint_url=endpoint_url,
            config=config,
            aws_access_key_id=key,
            aws_secret_access_key=key,
        )
        client.meta.events.register("before-send.dynamodb.DescribeTable", self._note_address)
        client.meta.events.register("response-received.dynamodb.CreateTable", _count_lost_answers)
        return client

    def _note_address(self, request: Any, **_: object) -> None:
        agent = request.headers.get("User-Agent", b"")
        self._last_request = (request.url, agent.decode("latin-1") if isinstance(agent, bytes) else str(agent))

    def _new_session(self) -> Session:
        if self._session is None:
            from botocore.session import Session  # noqa: PLC0415 - only what talks to AWS pays for its client

            self._session = Session(profile=self.target.profile)
            models = _models(self._session.get_config_variable("data_path"))
            self._session.register_component("data_loader", models)
        return self._session

    def _region_for(self, session: Session, endpoint_url: str | None) -> str | None:
        if self.target.region:
            return self.target.region
        if self.target.local:
            return LOCAL_REGION
        configured = cast("str | None", session.get_config_variable("region"))
        # An engine on this machine has no Regions; whoever did not set one up means any.
        anonymous = endpoint_url is not None and engines.is_loopback(endpoint_url)
        return configured or (LOCAL_REGION if anonymous else None)

    def _fixed_key(self, session: Session, endpoint_url: str | None) -> str | None:
        """Fixed ones for the embedded engine, and for an engine on this machine where none are set up."""
        anonymous = endpoint_url is not None and engines.is_loopback(endpoint_url)
        if self.target.local or (anonymous and self.target.profile is None and session.get_credentials() is None):
            return LOCAL_ACCESS_KEY
        return None


@functools.cache
def _models(search_path: str | None) -> Loader:
    """The client's models, read once for all targets of this process: they take most of the time of making a client.

    Args:
        search_path: Of further models, from the person's AWS configuration.
    """
    from botocore.loaders import create_loader  # noqa: PLC0415 - only what talks to AWS pays for it

    return create_loader(search_path)


def _user_agent() -> str:
    """Fixed once for all calls: put together anew for each, as the client does, it takes a twelfth of its time."""
    import platform  # noqa: PLC0415 - only what talks to AWS pays for it

    import botocore  # noqa: PLC0415 - as above

    return f"ddbplan Botocore/{botocore.__version__} Python/{platform.python_version()} {platform.system()}"


def _count_lost_answers(
    context: dict[str, Any],
    exception: Exception | None = None,
    parsed_response: dict[str, Any] | None = None,
    **_: object,
) -> None:
    """Tell a try that got no answer from one that was refused: the client itself only counts tries.

    Called after each try of a call, with the same context.
    """
    metadata = (parsed_response or {}).get("ResponseMetadata", {})
    if (exception is not None and not is_unsent(exception)) or metadata.get("HTTPStatusCode", 0) >= _SERVER_ERROR:
        context[LOST_ANSWERS] = context.get(LOST_ANSWERS, 0) + 1
    metadata[LOST_ANSWERS] = context.get(LOST_ANSWERS, 0)
