"""The plan under test, and what its tables must hold when all is done: money conserved, everything counted once."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Item = dict[str, Any]
"""An item with plain values: strings and whole numbers."""
Tables = dict[str, dict[str, Item]]
"""Items by their key's text, by the plan's name of the table."""

ACCOUNTS = 10
OPENING_BALANCE = 1000
ROWS = 200
RATES = 60
TRANSACTIONS = 20
EXISTING = 25
"""Items that the application put into the existing table before; every eighth row of its seed meets one of them."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account_id",),
    "postings": ("account_id", "posted_at"),
    "counters": ("name",),
    "products": ("product_id",),
    "customers": ("customer_id",),
    "rates": ("currency",),
}
EXISTING_TABLE = "customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One transaction: an amount from one account to another, a posting, and a counter of its own.

    Attributes:
        name: The transaction's name.
        payer: Who pays.
        payee: Who is paid.
        amount: How much.
    """

    name: str
    payer: str
    payee: str
    amount: int

    @property
    def posting(self) -> Item:
        """What it puts into postings."""
        return {
            "account_id": self.payer,
            "posted_at": f"2026-01-02#{self.name}",
            "reference": self.name,
            "amount": self.amount,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A generated plan.

    Attributes:
        database: Its identity, and the beginning of its tables' names.
        transfers: Its transactions.
        products: Seed rows of a new table.
        customers: Seed rows of the existing table.
        existing: What the application had put there before.
        rates: Seed rows of a new table that the plan owns altogether: they are written in batches, over what exists.
    """

    database: str
    transfers: tuple[Transfer, ...]
    products: tuple[Item, ...]
    customers: tuple[Item, ...]
    existing: tuple[Item, ...]
    rates: tuple[Item, ...]

    def table_name(self, key: str) -> str:
        """A table's physical name."""
        return f"{self.database}_{key}"

    @property
    def accounts(self) -> tuple[Item, ...]:
        """Seed rows of the accounts."""
        return tuple({"account_id": _account(number), "balance": OPENING_BALANCE} for number in range(ACCOUNTS))


def generate(database: str, seed: int) -> Subject:
    """A plan for a database, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - reproducible test data
    transfers = []
    for number in range(TRANSACTIONS):
        payer, payee = chance.sample(range(ACCOUNTS), 2)
        amount = chance.randint(1, 40)
        transfers.append(
            Transfer(name=f"t{number:02d}", payer=_account(payer), payee=_account(payee), amount=amount),
        )
    return Subject(
        database=database,
        transfers=tuple(transfers),
        products=tuple(
            {"product_id": f"product-{n:03d}", "category": f"category-{n % 7}", "price": chance.randint(1, 9999)}
            for n in range(ROWS)
        ),
        customers=tuple(
            {"customer_id": f"customer-{n:03d}", "region": f"region-{n % 5}", "name": f"Seeded {n}"}
            for n in range(ROWS)
        ),
        existing=tuple(
            {"customer_id": f"customer-{n * 8:03d}", "region": "region-9", "name": f"Before {n}"}
            for n in range(EXISTING)
        ),
        rates=tuple({"currency": f"currency-{n:02d}", "rate": chance.randint(1, 999)} for n in range(RATES)),
    )


def _account(number: int) -> str:
    return f"account-{number:02d}"


def write(subject: Subject, folder: Path) -> Path:
    """Write the plan and its data files; JSON is YAML.

    Returns:
        The plan's path.
    """
    for name, rows in (("products", subject.products), ("customers", subject.customers)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    path = folder / "bank.yaml"
    path.write_text(json.dumps(document(subject), indent=1), encoding="utf-8")
    return path


def document(subject: Subject) -> dict[str, Any]:
    """The plan as plain values."""
    return {
        "ddbplan": 1,
        "database": subject.database,
        "description": "A bank that is applied under faults.",
        "tables": {
            "accounts": {"partition_key": "account_id"},
            "postings": {
                "partition_key": "account_id",
                "sort_key": "posted_at",
                "global_secondary_indexes": {"by_reference": {"partition_key": "reference"}},
            },
            "counters": {"partition_key": "name", "time_to_live": "expires_at"},
            "products": {
                "partition_key": "product_id",
                "global_secondary_indexes": {"by_category": {"partition_key": "category"}},
            },
            "rates": {"partition_key": "currency"},
            "customers": {
                "partition_key": "customer_id",
                "global_secondary_indexes": {"by_region": {"partition_key": "region", "projection": "KEYS_ONLY"}},
            },
        },
        "seed": {
            "accounts": list(subject.accounts),
            "products": {"file": "products.jsonl"},
            "customers": {"file": "customers.jsonl"},
            "rates": {"on_conflict": "overwrite", "items": list(subject.rates)},
        },
        "transactions": {transfer.name: _transaction(transfer) for transfer in subject.transfers},
        "queries": {
            "of_reference": _by_index("postings", "by_reference", "reference", "t00"),
            "of_category": _by_index("products", "by_category", "category", "category-1"),
            "of_region": _by_index("customers", "by_region", "region", "region-1"),
        },
    }


def _by_index(table: str, index: str, key: str, value: str) -> dict[str, Any]:
    return {
        "description": f"Items of {table} by {key}.",
        "table": table,
        "index": index,
        "key_condition": f"{key} = :value",
        "values": {"value": value},
    }


def _transaction(transfer: Transfer) -> dict[str, Any]:
    pay = {
        "table": "accounts",
        "key": {"account_id": transfer.payer},
        "expression": "SET balance = balance - :amount",
        "condition": "balance >= :amount",
        "values": {"amount": transfer.amount},
    }
    receive = {
        "table": "accounts",
        "key": {"account_id": transfer.payee},
        "expression": "SET balance = balance + :amount",
        "values": {"amount": transfer.amount},
    }
    count = {
        "table": "counters",
        "key": {"name": transfer.name},
        "expression": "ADD runs :one",
        "values": {"one": 1},
    }
    return {
        "operations": [
            {"update": pay},
            {"update": receive},
            {"update": count},
            {"put": {"table": "postings", "item": transfer.posting}},
        ],
    }


def expected(subject: Subject) -> Tables:
    """What an uninterrupted apply leaves, computed without any of the product."""
    accounts = {row["account_id"]: dict(row) for row in subject.accounts}
    for transfer in subject.transfers:
        accounts[transfer.payer]["balance"] -= transfer.amount
        accounts[transfer.payee]["balance"] += transfer.amount
    counters = [{"name": transfer.name, "runs": 1} for transfer in subject.transfers]
    return {
        "accounts": index("accounts", accounts.values()),
        "postings": index("postings", (transfer.posting for transfer in subject.transfers)),
        "counters": index("counters", counters),
        "products": index("products", subject.products),
        "customers": index("customers", (*subject.customers, *subject.existing)),
        "rates": index("rates", subject.rates),
    }


def index(table: str, rows: Iterable[Item]) -> dict[str, Item]:
    """Items by their key; a later one takes an earlier one's place."""
    return {"|".join(str(row[name]) for name in KEYS[table]): dict(row) for row in rows}
