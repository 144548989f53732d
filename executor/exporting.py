"""Files into S3, as DynamoDB's importers read them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.connection import CLIENT_ERRORS
from executor.errors import CallError, error_code, error_message, understand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from executor.clients import Clients
    from planner.bulk_source import S3Place


class Bucket:
    """A place in S3 that is written to.

    Args:
        clients: The target's; S3 is beside its DynamoDB on an engine, AWS's own otherwise.
        place: Where.
    """

    def __init__(self, clients: Clients, place: S3Place) -> None:
        self._clients = clients
        self._place = place
        self._owner = {"ExpectedBucketOwner": place.owner} if place.owner else {}

    def keys(self, under: str) -> tuple[str, ...]:
        """The names of all objects below the place that begin so, without the place's own prefix.

        Raises:
            CallError: S3 refused, or was not reached.
        """
        return tuple(self._listed(under))

    def _listed(self, under: str) -> Iterator[str]:
        following: dict[str, str] = {}
        while True:
            page = self._asked("list_objects_v2", Prefix=self._place.prefix + under, **following)
            for entry in page.get("Contents", ()):
                yield str(entry["Key"]).removeprefix(self._place.prefix)
            if not page.get("IsTruncated"):
                return
            following = {"ContinuationToken": page["NextContinuationToken"]}

    def put(self, name: str, path: Path) -> None:
        """Write one file below the place, over an object of that name.

        Raises:
            CallError: S3 refused, or was not reached.
        """
        with path.open("rb") as body:
            self._asked("put_object", Key=self._place.prefix + name, Body=body)

    def remove(self, name: str) -> None:
        """Remove one object below the place.

        Raises:
            CallError: S3 refused, or was not reached.
        """
        self._asked("delete_object", Key=self._place.prefix + name)

    def _asked(self, operation: str, **parameters: Any) -> Any:
        try:
            return getattr(self._clients.s3, operation)(Bucket=self._place.bucket, **self._owner, **parameters)
        except CLIENT_ERRORS as error:
            code = error_code(error)
            if code == "NoSuchBucket":
                raise CallError("BucketMissing", f"There is no bucket {self._place.bucket}. Make it first.") from error
            if code == "AccessDenied":
                message = f"The credentials may not use s3://{self._place.bucket}. S3 says: {error_message(error)}"
                raise CallError("AccessDenied", message) from error
            failure = understand(error, endpoint=self._clients.endpoint_url)
            raise CallError(failure.code, failure.message) from error
