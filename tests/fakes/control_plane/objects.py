"""The two questions of S3 that ddbplan asks of reports: which objects there are, and what is in one."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.fakes.control_plane.account import Account
from tests.fakes.control_plane.wire import Answer

_XML = {"Content-Type": "application/xml"}
_OK, _MISSING = 200, 404


def is_s3(url: str) -> bool:
    """Whether a request goes to S3."""
    return ".s3." in f".{urlsplit(url).hostname or ''}"


def respond_s3(account: Account, url: str, region: str) -> Answer:
    """Answer ListObjectsV2 and GetObject from the buckets of a Region.

    Args:
        account: The fake.
        url: The request's, with the bucket in its host or its path.
        region: Where.
    """
    parts = urlsplit(url)
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    bucket, _, rest = host.partition(".s3.")
    if not rest:
        bucket, _, path = path.partition("/")
    objects = account.sites[region].buckets.get(bucket)
    if objects is None:
        return _error("NoSuchBucket")
    if path:
        found = objects.get(path)
        return _error("NoSuchKey") if found is None else Answer(status=_OK, headers={}, body=found)
    prefix = parse_qs(parts.query).get("prefix", [""])[0]
    keys = "".join(
        f"<Contents><Key>{escape(key)}</Key></Contents>" for key in sorted(objects) if key.startswith(prefix)
    )
    text = f"<ListBucketResult><IsTruncated>false</IsTruncated>{keys}</ListBucketResult>"
    return Answer(status=_OK, headers=_XML, body=text.encode())


def _error(code: str) -> Answer:
    return Answer(status=_MISSING, headers=_XML, body=f"<Error><Code>{code}</Code></Error>".encode())
