"""An authorizer in front of an engine: what a policy does not allow is refused as AWS refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor import Clients, Target
from tests.faults.actions import Action, Answer, Call, Forward
from tests.faults.proxy import Proxy
from tests.permissions.authorizer import REGION

if TYPE_CHECKING:
    from tests.engines import Engine
    from tests.permissions.authorizer import Authorizer


class Gate:
    """The proxy with an authorizer in it, and clients that go through it."""

    def __init__(self, engine: Engine, authorizer: Authorizer) -> None:
        self.authorizer = authorizer
        self._proxy = Proxy(engine.endpoint_url)

    def __enter__(self) -> Clients:
        self._proxy.__enter__()
        self._proxy.begin(self._judge)
        self._clients = Clients(Target(endpoint_url=self._proxy.endpoint_url, region=REGION))
        return self._clients

    def __exit__(self, *_: object) -> None:
        self._clients.close()
        self._proxy.__exit__()

    def _judge(self, call: Call) -> Action:
        if not call.operation:
            return Forward()  # a question of what engine this is, which AWS is never asked
        refused = self.authorizer.judge(call.operation, call.body)
        return Answer(status=400, code="AccessDeniedException", message=refused) if refused else Forward()
