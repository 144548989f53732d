"""The keys of KMS that the fake knows; an alias and an id are resolved to the key's ARN (K 081, 082)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from tests.fakes.control_plane import request_texts
from tests.fakes.control_plane.refusal import Refusal

DEFAULT_ALIAS = "alias/aws/dynamodb"


@dataclass(slots=True)
class KeyStore:
    """Keys of one Region.

    Attributes:
        region: Its name.
        account: The account's number.
        keys: Ids of the keys there are.
        aliases: Ids by alias.
    """

    region: str
    account: str
    keys: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add(alias=DEFAULT_ALIAS)

    def add(self, alias: str = "") -> str:
        """Make a key.

        Returns:
            Its ARN.
        """
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.account}/{self.region}/{alias or len(self.keys)}"))
        self.keys.add(key)
        if alias:
            self.aliases[alias] = key
        return self.arn(key)

    def arn(self, key: str) -> str:
        """A key's ARN by its id."""
        return f"arn:aws:kms:{self.region}:{self.account}:key/{key}"

    @property
    def default(self) -> str:
        """The ARN of the key behind alias/aws/dynamodb."""
        return self.arn(self.aliases[DEFAULT_ALIAS])

    def metadata(self, name: str) -> dict[str, str]:
        """What KMS's DescribeKey says of a key; the default key is managed by AWS.

        Raises:
            Refusal: NotFoundException, KMS's own.
        """
        try:
            arn = self.resolve(name)
        except Refusal:
            raise Refusal("NotFoundException", f"Key '{name}' does not exist", source="KMS") from None
        manager = "AWS" if arn == self.default else "CUSTOMER"
        return {"Arn": arn, "KeyId": arn.rpartition("/")[2], "AWSAccountId": self.account, "KeyManager": manager}

    def resolve(self, name: str) -> str:
        """The ARN of a key by its ARN, id, alias or alias ARN.

        Raises:
            Refusal: There is no such key.
        """
        prefix = f"arn:aws:kms:{self.region}:{self.account}:"
        short = name.removeprefix(prefix)
        if short.startswith("arn:"):
            raise request_texts.NO_KEY.refusal(what=f"Invalid arn {short.split(':')[3]}")
        if short.startswith("alias/"):
            if short not in self.aliases:
                raise request_texts.NO_KEY.refusal(what=f"Alias {prefix}{short} is not found.")
            return self.arn(self.aliases[short])
        key = short.removeprefix("key/")
        if key not in self.keys:
            raise request_texts.NO_KEY.refusal(what=f"Key '{self.arn(key)}' does not exist")
        return self.arn(key)
