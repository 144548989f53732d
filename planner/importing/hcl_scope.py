"""What names in an expression mean, and what stands for a thing that only the cloud knows whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planner.importing.budget import Budget
from planner.importing.values import Unknown
from planner.values import Json


@dataclass(frozen=True, slots=True)
class Reference:
    """What only the cloud knows whole: a resource, a data source, a module. Its members may be known one by one.

    Attributes:
        path: Such as ``("aws_dynamodb_table", "users")``.
    """

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean in one module.

    Attributes:
        names: Values of roots such as ``each`` and ``count``.
        find: The value of ``var.x``, ``local.x`` or a resource's member, by its path.
        read: The text of a file, or why it is not read.
        budget: What is left of the import's work.
    """

    names: Mapping[str, Json]
    find: Callable[[tuple[str, ...]], Json]
    read: Callable[[str], str | Unknown]
    budget: Budget

    def having(self, **names: Json) -> Scope:
        """The same with more names."""
        return Scope({**self.names, **names}, self.find, self.read, self.budget)
