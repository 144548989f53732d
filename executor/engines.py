"""What answers at an endpoint: AWS, or one of the engines for development."""

from __future__ import annotations

import http.client
import ipaddress
import ssl
from urllib.parse import SplitResult, urlsplit

AWS = "AWS"
MINISTACK = "ministack"
DYNAMODB_LOCAL = "DynamoDB Local"
MOTO = "moto"
LOCALSTACK = "LocalStack"

_AWS_DOMAINS = (
    # DNS suffixes of all partitions: botocore's endpoints.json, ``dnsSuffix`` and its dual-stack variants.
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
)
_PROBE_SECONDS = 2.0
_OK = 200


def is_aws(endpoint_url: str) -> bool:
    """Whether the endpoint is AWS's own, VPC endpoints included."""
    host = (urlsplit(endpoint_url).hostname or "").lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in _AWS_DOMAINS)


def is_loopback(endpoint_url: str) -> bool:
    """Whether the endpoint is on this machine."""
    host = (urlsplit(endpoint_url).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def detect(endpoint_url: str) -> str:
    """The name of what answers: AWS by its domain, engines by unsigned questions that only they answer.

    An endpoint that no rule knows is called by its host and port.
    """
    if is_aws(endpoint_url):
        return AWS
    parts = urlsplit(endpoint_url)
    answer = _ask(parts, "/_ministack/health")
    if answer is not None:
        status, server, body = answer
        if status == _OK and '"services"' in body:
            return MINISTACK
        if "MissingAuthenticationToken" in body and server.startswith("Jetty"):
            return DYNAMODB_LOCAL
        if _succeeds(parts, "/moto-api/data.json"):
            return MOTO
        if _succeeds(parts, "/_localstack/health"):
            return LOCALSTACK
    return parts.netloc.rpartition("@")[2]


def _succeeds(parts: SplitResult, path: str) -> bool:
    answer = _ask(parts, path)
    return answer is not None and answer[0] == _OK


def _ask(parts: SplitResult, path: str) -> tuple[int, str, str] | None:
    """Status, server header and the beginning of the body; None where nothing usable answers."""
    if parts.hostname is None:
        return None
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.hostname,
            parts.port,
            timeout=_PROBE_SECONDS,
            context=ssl.create_default_context(),
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("server", ""), answer.read(4096).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        # A question that only some engines answer: no answer means none of them.
        return None
    finally:
        connection.close()
