"""Values of a real table made unrecognisable, so that its items can serve as a fixture.

The same value becomes the same mask under one key, of the same type, in whatever attribute it stands: items that
belonged together still do. Without the key nobody can try out which value a mask stands for.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from planner.values import canonical_value

if TYPE_CHECKING:
    from planner.values import AttributeValue, Item

KEY_BYTES = 32
_NUMBERS = 10**15


def masked(value: AttributeValue, key: bytes) -> AttributeValue:
    """A value in whose place nothing can be read: texts, numbers and bytes are replaced, however deep they stand.

    Args:
        value: In DynamoDB JSON.
        key: What the masks depend on, kept secret.
    """
    ((kind, content),) = value.items()
    match kind:
        case "S" | "N" | "B":
            return {kind: _mask(kind, content, key)}
        case "SS" | "NS" | "BS":
            return {kind: sorted({_mask(kind[0], member, key) for member in content})}
        case "L":
            return {"L": [masked(member, key) for member in content]}
        case "M":
            return {"M": {name: masked(member, key) for name, member in content.items()}}
        case _:
            # True, false and null say too little to be worth a mask, and their types have no other value.
            return value


def _mask(kind: str, content: str, key: bytes) -> str:
    ((_, canonical),) = canonical_value({kind: content}).items()
    digest = hashlib.blake2b(f"{kind}\n{canonical}".encode(), key=key, digest_size=16).digest()
    match kind:
        case "N":
            return str(int.from_bytes(digest, "big") % _NUMBERS)
        case "B":
            return base64.b64encode(digest).decode("ascii")
        case _:
            return f"masked-{digest.hex()}"


def redacted(item: Item, drop: frozenset[str], mask: frozenset[str], key: bytes) -> Item:
    """An item without some attributes and with masks in place of others.

    Args:
        item: In DynamoDB JSON.
        drop: Attributes that are left out.
        mask: Attributes whose values are masked.
        key: What the masks depend on.
    """
    return {name: masked(value, key) if name in mask else value for name, value in item.items() if name not in drop}
