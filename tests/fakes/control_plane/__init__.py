"""A strict DynamoDB control plane in memory, with what was measured on AWS and no engine has.

``Account`` is the core: ``handle(service, operation, params, region)`` answers or raises ``Refusal``. It knows states
that take their time on a virtual clock, one concern per UpdateTable, refused re-sends, busy states, cooldowns, budgets,
rates, and descriptions that lag. ``in_process`` puts it under the AWS client of this process, ``server`` behind a real
socket. Where a rule comes from stands beside it: K and a number are findings of aws-controllers-k8s' measurements, M
the botocore model, Q the guide's quotas, G the guide, V AWS's DynamoDB skill, N the conformance suite; "design" is
stricter than anything known.
"""

from tests.fakes.control_plane.account import Account
from tests.fakes.control_plane.clock import Clock, ScaledClock
from tests.fakes.control_plane.refusal import Refusal

__all__ = ["Account", "Clock", "Refusal", "ScaledClock"]
