"""What other services take part in: a plan with every such setting, on the strict fake of AWS's control plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.clients import Clients, Target
from planner import load_plan
from planner.checked import CheckedPlan
from planner.desired import desired_state
from planner.permissions import Place, Purpose, documents, grants_for
from planner.state import LedgerState
from tests.fakes.control_plane import Account
from tests.fakes.control_plane.in_process import FakeClients, virtual_time
from tests.fakes.desired import KEY_ALIAS
from tests.fakes.world import World
from tests.permissions.authorizer import Asked, Authorizer, allows

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

ACCOUNT = "111122223333"
REGION = "eu-west-1"
HERE = Place(account=ACCOUNT, region=REGION)
POLICY = """{Version: "2012-10-17", Statement: [{Sid: Read, Effect: Allow, Principal: {AWS: "111122223333"},
          Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/shop_orders"}]}"""
PLAN = f"""
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: order_id
    billing: provisioned
    capacity: {{read: {{min: 5, max: 50, target: 70}}, write: 5}}
    encryption: {KEY_ALIAS}
    contributor_insights: true
    resource_policy: {POLICY}
    global_secondary_indexes:
      by_status: {{partition_key: status, contributor_insights: true}}
  events:
    partition_key: event_id
    kinesis: {{stream_arn: "arn:aws:kinesis:eu-west-1:111122223333:stream/one", precision: MICROSECOND}}
    stream: NEW_AND_OLD_IMAGES
    replicas: {{us-east-1: {{point_in_time_recovery: true, deletion_protection: true, tags: {{team: a}}}}}}
    time_to_live: gone_at
    tags: {{team: a}}
"""
BEFORE = (
    PLAN.replace("write: 5", "write: {min: 5, max: 9, target: 70}")
    .replace("tags: {team: a}", "tags: {team: a, former: b}")
    .replace("MICROSECOND", "MILLISECOND")
)
ENDED = """
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: order_id
    billing: provisioned
    capacity: {read: 5, write: 5}
    resource_policy: off
  events:
    partition_key: event_id
    kinesis: off
"""


class Judged(FakeClients):
    """Clients of the fake, with an authorizer before it in every Region."""

    def __init__(self, account: Account, authorizer: Authorizer, region: str = REGION) -> None:
        super().__init__(account, region)
        self.authorizer = authorizer

    def _other(self, target: Target) -> Clients:
        return Judged(self._account, self.authorizer, target.region or REGION)

    def _answer(self, request: AWSPreparedRequest, **more: Any) -> AWSResponse:
        target: Any = request.headers.get("X-Amz-Target") or b""
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        body: Any = request.body or b"{}"
        refused = self.authorizer.judge(operation, body if isinstance(body, bytes) else body.encode(), self.region)
        assert refused == ""
        return super()._answer(request, **more)


def _plan(text: str, folder: Path) -> CheckedPlan:
    path = folder / "plan.yaml"
    path.write_text(text)
    loaded = load_plan(path)
    assert loaded.plan is not None, [found.what for found in loaded.diagnostics]
    return loaded.plan


def _statements(plan: CheckedPlan) -> list[Any]:
    found = documents(grants_for([plan], Purpose.APPLY, HERE, "ledger"))
    return [statement for document in found for statement in document.as_json()["Statement"]]


OF_ITEMS_AND_LEDGER = ("Credentials", "Ledger")
"""Sections that ``test_applying`` shows on a real engine: the fake has no items."""


def test_settings_beside_the_table_suffice_and_are_needed(tmp_path: Path) -> None:
    """Each statement and action about autoscaling, keys, insights, Kinesis, policies and replicas is taken.

    One plan after another is applied by its own policy: settings are made, changed, and ended.
    """
    account = Account()
    for site in account.sites.values():
        site.keys.add(KEY_ALIAS)
    authorizer = Authorizer(statements=[], partition_keys={}, account=ACCOUNT)
    with Judged(account, authorizer) as clients, virtual_time(account.clock):
        world = World(clients=clients, ledger=LedgerState(exists=True, ledger_id="fake"), account=account)
        for text in (BEFORE, PLAN, ENDED):
            _apply(world, authorizer, _plan(text, tmp_path))
            world.later(days=2)
            if text is not BEFORE:
                _check(authorizer)


def _apply(world: World, authorizer: Authorizer, plan: CheckedPlan) -> None:
    authorizer.statements = _statements(plan)
    desired = desired_state(plan)
    world.apply(desired)
    # Of tables that nobody recorded, more is read: whose mark they bear.
    recorded, world.ledger = world.ledger, LedgerState(exists=True, ledger_id="fake")
    world.live(desired)
    world.ledger = recorded


def _check(authorizer: Authorizer) -> None:
    taken = list(authorizer.asked)
    statements = [s for s in authorizer.statements if not s["Sid"].startswith(OF_ITEMS_AND_LEDGER)]
    assert [s["Sid"] for s in statements if not _is_needed(s, authorizer.statements, taken)] == []
    assert _unused(statements, taken) == set()


def _is_needed(statement: Any, statements: list[Any], taken: list[Asked]) -> bool:
    others = [other for other in statements if other is not statement]
    return any(allows(statement, one) and not any(allows(other, one) for other in others) for one in taken)


def _unused(statements: list[Any], taken: list[Asked]) -> set[tuple[str, str]]:
    return {
        (statement["Sid"], action)
        for statement in statements
        for action in statement["Action"]
        if not any(_acts(one, action) and allows(statement, one) for one in taken)
    }


def _acts(one: Asked, action: str) -> bool:
    return one.action.startswith(action[:-1]) if action.endswith("*") else one.action == action
