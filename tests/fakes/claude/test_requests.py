"""The fake refuses what the service refuses, seen through the real package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest

from tests.fakes.claude import KEY, Answer, FakeClaude

MODEL = "claude-opus-5-5"
ASKED: dict[str, Any] = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}]}
TOOL = {"name": "write", "input_schema": {"type": "object", "properties": {}}}
SENT = {"authorization": f"Bearer {KEY}", "anthropic-version": "2026-10-21"}


@pytest.fixture
def fake() -> Iterator[FakeClaude]:
    """A fake that would answer anything."""
    with FakeClaude(Answer(text="yes"), Answer(text="yes")) as running:
        yield running


def post(fake: FakeClaude, body: dict[str, Any], **headers: str) -> httpx2.Response:
    """A request without the package, which would refuse some of it by itself."""
    return httpx2.post(f"{fake.base_url}/v1/messages", json=body, headers=SENT | headers)


def ask(fake: FakeClaude, *, key: str = KEY, **changes: Any) -> anthropic.types.Message:
    """A request through the package."""
    # The package sends a request for very many tokens only as a stream.
    with (
        anthropic.Anthropic(api_key=key, base_url=fake.base_url, max_retries=0) as client,
        client.messages.stream(**(ASKED | changes)) as running,
    ):
        found: anthropic.types.Message = running.get_final_message()
        return found


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "too many tokens": ({"max_tokens": 128_001}, "128001 > 128000"),
    "no tokens": ({"max_tokens": 0}, "greater than or equal to 1"),
    "temperature": ({"extra_body": {"temperature": 0}}, "temperature: Extra inputs are not permitted"),
    "top_p": ({"extra_body": {"top_p": 1}}, "top_p: Extra inputs"),
    "top_k": ({"extra_body": {"top_k": 1}}, "top_k: Extra inputs"),
    "an unknown field": ({"extra_body": {"seed": 1}}, "seed: Extra inputs"),
    "a forced tool": ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "write"}}, "are not supported"),
    "any tool": ({"tools": [TOOL], "tool_choice": {"type": "any"}}, "are not supported"),
    "thinking off": ({"thinking": {"type": "disabled"}}, "thinking.type.disabled"),
    "a thinking budget": ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "thinking.type.enabled"),
    "an unknown effort": ({"output_config": {"effort": "much"}}, "output_config.effort"),
    "effort for an old model": (
        {"model": "claude-haiku-4-5", "output_config": {"effort": "low"}},
        "does not support the effort",
    ),
    "prefill": (
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "```yaml"}]},
        "assistant message prefill",
    ),
    "an empty text": (
        {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
        "text content blocks must be non-empty",
    ),
    "a blank text": (
        {"messages": [{"role": "user", "content": [{"type": "text", "text": " \n"}]}]},
        "non-whitespace text",
    ),
    "an empty answer sent back": (
        {
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": []},
                {"role": "user", "content": "b"},
            ]
        },
        "must have non-empty content",
    ),
    "no messages": ({"messages": []}, "at least one message"),
    "an unknown role": ({"messages": [{"role": "tool", "content": "a"}]}, "messages.0.role"),
    "an empty system block": ({"system": [{"type": "text", "text": ""}]}, "system.0"),
    "five cache marks": (
        {"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}] * 5},
        "maximum of 4 blocks",
    ),
    "an open schema": (
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        "additionalProperties",
    ),
    "a wide schema": (
        {
            "output_config": {
                "format": {
                    "type": "json_schema",
                    "schema": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {f"p{n}": {"type": "string"} for n in range(25)},
                    },
                }
            }
        },
        "too many optional parameters (25)",
    ),
    "invented thinking": (
        {
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "", "signature": "made up"}]},
                {"role": "user", "content": "b"},
            ]
        },
        "Invalid `signature`",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_refused(fake: FakeClaude, name: str) -> None:
    """With status 400, the service's words, and no step of the script used."""
    changes, words = BAD[name]

    with pytest.raises(anthropic.BadRequestError) as refused:
        ask(fake, **changes)

    assert words in str(refused.value)
    assert refused.value.request_id
    assert fake.left == 2


@pytest.mark.parametrize("field", ["model", "max_tokens"])
def test_a_missing_field_is_refused(fake: FakeClaude, field: str) -> None:
    """What the package would refuse by itself is refused without it, too."""
    answer = post(fake, {name: value for name, value in ASKED.items() if name != field})

    assert answer.status_code == 400
    assert answer.json()["error"] == {"type": "invalid_request_error", "message": f"{field}: Field required"}


def test_an_unknown_model_is_not_found(fake: FakeClaude) -> None:
    """As the service says it."""
    with pytest.raises(anthropic.NotFoundError, match="model: claude-9"):
        ask(fake, model="claude-9")


def test_another_key_is_refused(fake: FakeClaude) -> None:
    """Only the test's own key opens the fake: a real one would show itself."""
    with pytest.raises(anthropic.AuthenticationError, match="invalid x-api-key"):
        ask(fake, key="another")


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"authorization": ""}, "x-api-key header is required"),
        ({"anthropic-version": "2023-06-01"}, "is not a valid version"),
    ],
)
def test_wrong_headers_are_refused(fake: FakeClaude, headers: dict[str, str], words: str) -> None:
    """No key, or a version that this fake does not play."""
    answer = post(fake, ASKED, **headers)

    assert answer.status_code in {400, 401}
    assert words in answer.json()["error"]["message"]


def test_no_version_is_refused(fake: FakeClaude) -> None:
    """Every request says which API it was written for."""
    answer = httpx2.post(f"{fake.base_url}/v1/messages", json=ASKED, headers={"x-api-key": KEY})

    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "anthropic-version: header is required")


@pytest.mark.parametrize("sent", [b"{", b"[]"])
def test_what_is_no_json_object_is_refused(fake: FakeClaude, sent: bytes) -> None:
    """Before anything else of the body is looked at."""
    answer = httpx2.post(f"{fake.base_url}/v1/messages", content=sent, headers=SENT)

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_another_path_is_not_found(fake: FakeClaude) -> None:
    """The fake plays messages, tokens and models, nothing else."""
    answer = httpx2.post(f"{fake.base_url}/v1/complete", json=ASKED, headers=SENT)

    assert answer.status_code == 404


def test_a_request_that_is_too_large_is_refused(fake: FakeClaude) -> None:
    """32 MB are the most."""
    answer = post(fake, ASKED | {"system": "x" * (32 * 1024 * 1024)})

    assert (answer.status_code, answer.json()["error"]["type"]) == (413, "request_too_large")


def test_a_model_and_a_count_can_be_asked_for(fake: FakeClaude) -> None:
    """What a check of the set-up asks."""
    with anthropic.Anthropic(api_key=KEY, base_url=fake.base_url, max_retries=0) as client:
        model = client.models.retrieve(MODEL)
        count = client.messages.count_tokens(model=MODEL, messages=ASKED["messages"])
        with pytest.raises(anthropic.NotFoundError):
            client.models.retrieve("claude-9")

    assert model.max_tokens == 128_000
    assert count.input_tokens > 0


def test_bedrock_signs_and_names_its_own_models(fake: FakeClaude) -> None:
    """A signature for the service of its path, a model with the vendor before its name."""
    account: dict[str, Any] = {"aws_region": "eu-west-1", "aws_access_key": "test", "aws_secret_key": "test"}
    with anthropic.AnthropicBedrockMantle(**account, base_url=f"{fake.base_url}/anthropic", max_retries=0) as client:
        answer = client.messages.create(**(ASKED | {"model": f"anthropic.{MODEL}"}))
        with pytest.raises(anthropic.NotFoundError):
            client.messages.create(**ASKED)
    with (
        anthropic.AnthropicBedrockMantle(**account, base_url=fake.base_url, max_retries=0) as wrong,
        pytest.raises(anthropic.PermissionDeniedError),
    ):
        wrong.messages.create(**ASKED)

    assert answer.content[0].type == "text"


def test_the_platform_on_aws_wants_a_workspace(fake: FakeClaude) -> None:
    """Signed for its own service, with the workspace in a header."""
    with anthropic.AnthropicAWS(
        aws_region="eu-west-1",
        aws_access_key="test",
        aws_secret_key="test",  # noqa: S106 - nobody's secret
        workspace_id="wrk-1",
        base_url=fake.base_url,
        max_retries=0,
    ) as client:
        client.messages.create(**ASKED)

    assert fake.requests[0].headers["anthropic-workspace-id"] == "wrk-1"
    assert fake.requests[0].status == 200


def test_thinking_is_bound_to_its_conversation(fake: FakeClaude) -> None:
    """Sent back as it came it is taken; after another beginning it is not."""
    fake = _thinking(fake)
    first = ask(fake, system="be brief")
    turns = [*ASKED["messages"], first.to_param(), {"role": "user", "content": "more"}]
    again = ask(fake, system="be brief", messages=turns)

    with pytest.raises(anthropic.BadRequestError, match="bound to a different conversation"):
        ask(fake, system="be long", messages=turns)

    assert [block.type for block in first.content] == ["thinking", "text"]
    assert again.stop_reason == "end_turn"


def _thinking(fake: FakeClaude) -> FakeClaude:
    fake.next_step(ASKED)
    fake.next_step(ASKED)
    fake.enqueue(Answer(text="yes", thinking="hm"), Answer(text="more"), Answer(text="never"))
    return fake
