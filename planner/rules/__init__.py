"""The design rules: each in a file of its own, found by one function over a checked plan.

A rule is a code and a function; ``RULES`` is the list, in the order of the codes. What Claude is taught
(``planner/author/design_rules.toml``) has the same codes, and a test holds the two together. What a rule needs and the
plan does not say makes the rule silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.diagnostics import Report
from planner.rule_settings import RuleSettings
from planner.rules import (
    ddb101_rates,
    ddb102_unused,
    ddb103_paths,
    ddb104_scan,
    ddb109_projection,
    ddb113_sparse,
    ddb115_moving_key,
    ddb116_hot,
    ddb117_few_values,
    ddb118_day,
    ddb119_shards,
    ddb120_child,
    ddb121_together,
    ddb122_differing,
    ddb123_collisions,
    ddb124_key_fit,
    ddb125_growing,
    ddb126_unlimited,
    ddb127_sortable,
    ddb130_expired,
    ddb131_unique,
    ddb133_single,
    ddb134_split,
    ddb135_guards,
    ddb136_repeated,
    ddb137_copies,
    ddb138_tenant,
    ddb139_names,
    ddb141_protection,
    ddb142_rename,
    ddb143_billing,
    ddb144_quota,
    ddb145_prefix,
    ddb146_unknown,
)
from planner.rules.model import Model
from planner.waivers import waive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.checked import CheckedPlan
    from planner.diagnostics import Diagnostic
    from planner.plan import Plan
    from planner.rules.base import Rule
    from planner.state import TableState

RULES: tuple[Rule, ...] = (
    ddb101_rates.RULE,
    ddb102_unused.RULE,
    ddb103_paths.RULE,
    ddb104_scan.RULE,
    ddb109_projection.RULE,
    ddb113_sparse.RULE,
    ddb115_moving_key.RULE,
    ddb116_hot.RULE,
    ddb117_few_values.RULE,
    ddb118_day.RULE,
    ddb119_shards.RULE,
    ddb120_child.RULE,
    ddb121_together.RULE,
    ddb122_differing.RULE,
    ddb123_collisions.RULE,
    ddb124_key_fit.RULE,
    ddb125_growing.RULE,
    ddb126_unlimited.RULE,
    ddb127_sortable.RULE,
    ddb130_expired.RULE,
    ddb131_unique.RULE,
    ddb133_single.RULE,
    ddb134_split.RULE,
    ddb135_guards.RULE,
    ddb136_repeated.RULE,
    ddb137_copies.RULE,
    ddb138_tenant.RULE,
    ddb139_names.RULE,
    ddb141_protection.RULE,
    ddb143_billing.RULE,
    ddb144_quota.RULE,
    ddb145_prefix.RULE,
    ddb146_unknown.RULE,
)
DIFF_CODES = (ddb142_rename.CODE,)
"""Rules that need live state: judged by ``diff`` (``lint_change``)."""


def lint(checked: CheckedPlan, settings: RuleSettings) -> tuple[Diagnostic, ...]:
    """What the rules find in a plan, with the severities that the project gives, before any waiver.

    Args:
        checked: A plan without errors.
        settings: What the project sets.
    """
    model = Model(checked=checked, quotas=settings.quotas)
    report = Report()
    for rule in RULES:
        if settings.levels.get(rule.code.code) != "off":
            for found in rule.find(model):
                report.add(rule.code, found.position, address=found.address, what=found.what, fix=found.fix)
    return tuple(settled for one in report if (settled := settings.apply(one)) is not None)


def lint_change(plan: Plan, live: Mapping[str, TableState], settings: RuleSettings) -> tuple[Diagnostic, ...]:
    """What the rules find in a change of live tables and no waiver lets pass, with the project's severities.

    Args:
        plan: What is wanted.
        live: The live tables, by physical name.
        settings: What the project sets.
    """
    found = Report()
    for one in ddb142_rename.find(plan, live):
        found.add(ddb142_rename.CODE, one.position, address=one.address, what=one.what, fix=one.fix)
    remaining = Report()
    waive((settled for one in found if (settled := settings.apply(one)) is not None), plan.waivers, remaining, ())
    return remaining.sorted()
