"""A strict stand-in for the Messages API, on a loopback socket.

It answers what a test scripts, but checks each request first by the documented rules of API version 2026-10-21: a
request that the service would refuse is refused here, with the same status and type of error.

    with FakeClaude(Answer(text="...")) as fake:
        client = anthropic.Anthropic(api_key=KEY, base_url=fake.base_url)
"""

from tests.fakes.claude.server import KEY, FakeClaude, Recorded
from tests.fakes.claude.steps import Answer, Break, Failure, Script, Step

__all__ = ["KEY", "Answer", "Break", "Failure", "FakeClaude", "Recorded", "Script", "Step"]
