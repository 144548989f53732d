"""DDB145: a prefix ends where the name of a kind ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.entities import SEPARATORS
from planner.rules.base import Finding, Rule, listed, warning
from planner.rules.keys import begins, template_of
from planner.rules.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB145",
    "Prefix that reads another kind of item as well",
    "`begins_with` knows no words: `ORDER` is also the beginning of `ORDERITEM#1`.",
)


def _find(model: Model) -> Iterator[Finding]:
    for read in model.reads:
        for term in read.terms:
            prefix = text_of(term.values[0])
            if term.operator != "begins_with" or not prefix or prefix[-1] in SEPARATORS:
                continue
            found = [
                entity.name
                for entity in read.table.entities.values()
                if term.attribute in entity.keys and begins(template_of(entity, term.attribute), prefix)
            ]
            heads = {_head(template_of(read.table.entities[name], term.attribute).prefix) for name in found}
            if len(found) > 1 and prefix in heads and len(heads) > 1:
                yield Finding(
                    position=read.at("key_condition"),
                    address=read.address,
                    what=f"'{prefix}' is the beginning of the '{term.attribute}' of {listed(found)}.",
                    fix=f"Ask for the separator too: `{prefix}#`.",
                )


def _head(prefix: str) -> str:
    """The literal text up to its first separator."""
    place = next((at for at, sign in enumerate(prefix) if sign in SEPARATORS), len(prefix))
    return prefix[:place]


RULE = Rule(code=CODE, find=_find)
