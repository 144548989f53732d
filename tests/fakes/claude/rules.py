"""The checks that a request passes before it is answered, in the service's order: body first, then the conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.claude import blocks
from tests.fakes.claude.blocks import Json
from tests.fakes.claude.models import EFFORTS, MODELS, Model
from tests.fakes.claude.refusal import RefusedError
from tests.fakes.claude.schemas import check_schema

API_VERSION = "2026-10-21"
MAX_BREAKPOINTS = 4
FIELDS = frozenset(
    {
        *("model", "max_tokens", "messages", "system", "stream", "stop_sequences", "metadata", "thinking", "tools"),
        *("tool_choice", "output_config", "cache_control", "service_tier", "container", "diagnostics", "speed"),
        *("inference_geo",),
    }
)
Signatures = Callable[[str], str | None]


def check(body: Json, signatures: Signatures, *, counting: bool = False) -> None:
    """Refuse a request that the service would refuse.

    Args:
        body: The request.
        signatures: The prefix under which a signature of thinking was made; None for one that never was.
        counting: The request only counts tokens, and has no ``max_tokens``.

    Raises:
        RefusedError: With the service's own type and words.
    """
    model = _model(body)
    if not counting:
        _check_max_tokens(body, model)
    _check_fields(body)
    _check_settings(body, model)
    _check_messages(body)
    _check_thinking_blocks(body, signatures)
    if body["messages"][-1]["role"] == "assistant" and not model.prefill:
        raise RefusedError(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )


def _model(body: Json) -> Model:
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise RefusedError("model: Field required")
    if name not in MODELS:
        raise RefusedError(f"model: {name}", type="not_found_error")
    return MODELS[name]


def _check_max_tokens(body: Json, model: Model) -> None:
    asked = body.get("max_tokens")
    if not isinstance(asked, int) or isinstance(asked, bool):
        raise RefusedError("max_tokens: Field required")
    if asked < 1:
        raise RefusedError("max_tokens: Input should be greater than or equal to 1")
    if asked > model.max_output:
        raise RefusedError(
            f"max_tokens: {asked} > {model.max_output}, which is the maximum allowed number of output tokens for "
            f"{body['model']}"
        )


def _check_fields(body: Json) -> None:
    # Sampling parameters are among the fields that this version of the API no longer knows.
    for name in body:
        if name not in FIELDS:
            raise RefusedError(f"{name}: Extra inputs are not permitted")


def _check_settings(body: Json, model: Model) -> None:
    choice = (body.get("tool_choice") or {}).get("type")
    if choice in {"any", "tool"} and not model.forced_tools:
        raise RefusedError('tool_choice: type "tool" and "any" are not supported for this model.')
    thinking = (body.get("thinking") or {}).get("type")
    if thinking is not None and thinking not in model.thinking:
        raise RefusedError(
            f'"thinking.type.{thinking}" is not supported for this model. Use "thinking.type.adaptive" and '
            '"output_config.effort" to control thinking behavior.'
        )
    config = body.get("output_config") or {}
    effort = config.get("effort")
    if effort is not None and not model.effort:
        raise RefusedError("output_config.effort: This model does not support the effort parameter.")
    if effort is not None and effort not in EFFORTS:
        raise RefusedError("output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'")
    if config.get("format"):
        check_schema(config["format"].get("schema", {}))
    marks = blocks.breakpoints(body)
    if marks > MAX_BREAKPOINTS:
        raise RefusedError(f"A maximum of 4 blocks with cache_control may be provided. Found {marks}.")


def _check_messages(body: Json) -> None:
    for number, block in enumerate(blocks.system(body)):
        _check_text(block, f"system.{number}")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RefusedError("messages: at least one message is required")
    for number, message in enumerate(messages):
        at = f"messages.{number}"
        if message.get("role") not in {"user", "assistant", "system"}:
            raise RefusedError(f"{at}.role: Input should be 'user', 'assistant' or 'system'")
        if not message.get("content"):
            raise RefusedError(f"{at}: all messages must have non-empty content")
        for part, block in enumerate(blocks.content(message)):
            _check_text(block, f"{at}.content.{part}")
            if message["role"] == "user" and block.get("type") == "thinking":
                raise RefusedError(f"{at}.content.{part}: thinking blocks may only be in assistant messages")


def _check_text(block: Any, at: str) -> None:
    if not isinstance(block, dict) or "type" not in block:
        raise RefusedError(f"{at}.type: Field required")
    if block["type"] == "text" and not block.get("text"):
        raise RefusedError(f"{at}: text content blocks must be non-empty")
    if block["type"] == "text" and not block["text"].strip():
        raise RefusedError(f"{at}: text content blocks must contain non-whitespace text")


def _check_thinking_blocks(body: Json, signatures: Signatures) -> None:
    for number, message in enumerate(body["messages"]):
        for part, block in enumerate(blocks.content(message)):
            if block["type"] != "thinking":
                continue
            at = f"messages.{number}.content.{part}"
            made_under = signatures(block.get("signature", ""))
            if made_under is None:
                raise RefusedError(f"{at}: Invalid `signature` in `thinking` block")
            if made_under != blocks.prefix_key(body, messages=number):
                raise RefusedError(
                    f"{at}: Invalid `signature` in `thinking` block. The block is bound to a different conversation. "
                    'Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".'
                )
