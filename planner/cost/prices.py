"""What DynamoDB costs: one dated table. A price that is not in it is unknown, and nothing is guessed in its place.

Source: figures of the AWS Price List (offer AmazonDynamoDB) as public sources quoted them up to 2026-08-15, in US
dollars before tax. They were not read from the list itself: look a figure up there before a budget rests on it. A
replicated write costs in each Region what a write costs there.
Not in it: the free tier, reserved capacity, backups on request, data transfer, exports, vector search.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

PRICES_OF = "2026-08-15"
SOURCE = "AWS Price List as publicly quoted"
DEFAULT_REGION = "us-east-1"
"""Where nobody names a Region."""
MILLION = 1_000_000
HOURS_A_MONTH = 730
"""As AWS's own calculator counts: a year's hours by twelve."""
SECONDS_A_MONTH = HOURS_A_MONTH * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPrices:
    """The prices of one table class; None is a price that is not known.

    Attributes:
        read: A million read request units, on demand.
        write: A million write request units, on demand.
        read_hour: One provisioned read unit for an hour.
        write_hour: One provisioned write unit for an hour.
        storage: A GB stored for a month.
    """

    read: Decimal | None = None
    write: Decimal | None = None
    read_hour: Decimal | None = None
    write_hour: Decimal | None = None
    storage: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The prices of one Region.

    Attributes:
        standard: Of the standard table class.
        infrequent: Of the class for infrequent access.
        recovery: Point-in-time recovery of a GB for a month.
        stream_reads: A million read requests of a stream; those of Lambda are free.
        import_gb: Importing a GB from S3.
        kinesis: A million changes sent to Kinesis.
    """

    standard: ClassPrices = ClassPrices()
    infrequent: ClassPrices = ClassPrices()
    recovery: Decimal | None = None
    stream_reads: Decimal | None = None
    import_gb: Decimal | None = None
    kinesis: Decimal | None = None

    def of_class(self, table_class: str) -> ClassPrices:
        """Those of a table's class, in the plan's words."""
        return self.infrequent if table_class == "infrequent_access" else self.standard


def _class(
    read: str,
    write: str,
    storage: str | None = None,
    read_hour: str | None = None,
    write_hour: str | None = None,
) -> ClassPrices:
    return ClassPrices(
        read=Decimal(read),
        write=Decimal(write),
        storage=None if storage is None else Decimal(storage),
        read_hour=None if read_hour is None else Decimal(read_hour),
        write_hour=None if write_hour is None else Decimal(write_hour),
    )


_VIRGINIA = Prices(
    standard=_class("0.125", "0.625", "0.25", "0.00013", "0.00065"),
    infrequent=_class("0.155", "0.78", "0.10", "0.00016", "0.00081"),
    recovery=Decimal("0.20"),
    stream_reads=Decimal("0.20"),
    import_gb=Decimal("0.15"),
    kinesis=Decimal("0.10"),
)

PRICES: Mapping[str, Prices] = MappingProxyType(
    {
        "us-east-1": _VIRGINIA,
        "us-east-2": _VIRGINIA,
        "us-west-2": _VIRGINIA,
        "eu-west-1": Prices(
            standard=_class("0.1415", "0.705", "0.283", "0.000147", "0.000735"),
            infrequent=_class("0.177", "0.885", "0.1132"),
            recovery=Decimal("0.22"),
        ),
        "eu-west-2": Prices(standard=_class("0.1487", "0.7423")),
        "eu-central-1": Prices(
            standard=_class("0.1525", "0.7625", "0.306", "0.0001586", "0.000793"),
            infrequent=_class("0.1905", "0.955", "0.1224"),
            recovery=Decimal("0.2448"),
        ),
        "ap-northeast-1": Prices(standard=_class("0.1425", "0.715", "0.285", "0.0001484", "0.000742")),
        "ap-northeast-2": Prices(
            standard=_class("0.1355", "0.68", None, "0.00014098", "0.0007049"),
            infrequent=_class("0.1695", "0.845", None, "0.0001762"),
        ),
    },
)
"""By Region."""
