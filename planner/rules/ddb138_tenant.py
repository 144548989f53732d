"""DDB138: where tenants share a table, every partition key begins with the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.entities import entity_address
from planner.rules.base import Finding, Rule, warning
from planner.rules.keys import template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB138",
    "Partition key without its tenant",
    "A caller who may see one tenant's items then needs only to guess another's id; with the tenant in front, IAM's "
    "`dynamodb:LeadingKeys` and every query keep them apart.",
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        for entity in table.entities.values():
            if entity.tenant is None:
                continue
            partition = [table.partition_key, *(index.partition_key[0] for index in table.global_indexes.values())]
            for attribute in dict.fromkeys(partition):
                if attribute != table.partition_key and attribute not in entity.keys:
                    continue
                template = template_of(entity, attribute)
                if template.variables[:1] != (entity.tenant,):
                    yield Finding(
                        position=template.position or entity.positions.get("tenant", entity.position),
                        address=entity_address(table, entity),
                        what=f"'{attribute}' of '{entity.name}' is '{template.text}', and does not "
                        "begin with the tenant, "
                        f"'{entity.tenant}'.",
                        fix=f"Begin it with the tenant: `TENANT#{{{entity.tenant}}}#...`.",
                    )


RULE = Rule(code=CODE, find=_find)
