"""Where requests go and how: what the AWS client found out about the target, as plain values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from executor.clients import CONNECT_SECONDS, READ_SECONDS

if TYPE_CHECKING:
    import ssl

    from executor.clients import Clients

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint of DynamoDB, free of AWS objects, so that another process can be told of it.

    Attributes:
        url: Scheme, host, port and path, as the client resolved them for this account.
        region: Signed for.
        user_agent: As the client sends it.
        proxy: URL of the proxy that the environment names for it; empty for none.
        ca_file: Certificates to trust for TLS; empty for the client's own bundle.
        connect_seconds: How long a connection may take.
        read_seconds: How long an answer may take.
    """

    url: str
    region: str
    user_agent: str = ""
    proxy: str = ""
    ca_file: str = ""
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS

    @property
    def is_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return urlsplit(self.url).scheme == "https"

    @property
    def name(self) -> str:
        """The host without brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, by the scheme where none is written."""
        parts = urlsplit(self.url)
        return parts.port or DEFAULT_PORTS[parts.scheme]

    @property
    def host(self) -> str:
        """The Host header: with a port only where it is not the scheme's own, as the signature has it."""
        parts = urlsplit(self.url)
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == DEFAULT_PORTS[parts.scheme] else f"{name}:{self.port}"

    @property
    def path(self) -> str:
        """The path, at least ``/``."""
        return urlsplit(self.url).path or "/"

    def tls(self) -> ssl.SSLContext:
        """What verifies the endpoint, as the AWS client does it.

        Raises:
            OSError: The file of certificates cannot be read.
        """
        import ssl  # noqa: PLC0415 - an engine on this machine needs none

        from botocore.httpsession import create_urllib3_context, get_cert_path  # noqa: PLC0415 - as above

        context: ssl.SSLContext = create_urllib3_context()
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        trusted = self.ca_file or str(get_cert_path(verify=True))
        folder = os.path.isdir(trusted)  # noqa: PTH112 - as the client asks it
        context.load_verify_locations(None if folder else trusted, trusted if folder else None)
        return context


def endpoint_of(clients: Clients) -> Endpoint:
    """The endpoint that the target's client sends to; the client must have sent a DescribeTable before."""
    from botocore.httpsession import ProxyConfiguration  # noqa: PLC0415 - only a load needs it
    from botocore.utils import get_environ_proxies  # noqa: PLC0415 - as above

    url, user_agent = clients.last_request
    config: Any = clients.dynamodb.meta.config  # its stubs know no proxies
    proxies: dict[str, Any] = config.proxies or get_environ_proxies(url)
    return Endpoint(
        url=url,
        region=clients.region,
        user_agent=user_agent,
        proxy=ProxyConfiguration(proxies).proxy_url_for(url) or "",
        ca_file=clients.ca_bundle,
    )
