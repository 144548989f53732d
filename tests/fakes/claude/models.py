"""What each model takes, as far as requests are refused for it."""

from __future__ import annotations

from dataclasses import dataclass

EFFORTS = frozenset({"low", "medium", "high", "xhigh", "max"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model.

    Attributes:
        max_output: The most that ``max_tokens`` may ask for.
        thinking: The types of ``thinking`` that it takes.
        effort: Whether it takes ``output_config.effort``.
        forced_tools: Whether ``tool_choice`` may be ``any`` or ``tool``.
        prefill: Whether the last message may be the assistant's.
    """

    max_output: int = 128_000
    thinking: frozenset[str] = frozenset({"adaptive"})
    effort: bool = True
    forced_tools: bool = False
    prefill: bool = False


MODELS = {
    "claude-fable-5-2": Model(),
    "claude-opus-5-5": Model(),
    "claude-sonnet-5-5": Model(thinking=frozenset({"adaptive", "between_tools"})),
    "claude-haiku-5-5": Model(thinking=frozenset({"adaptive", "disabled"}), forced_tools=True),
    "claude-haiku-4-5": Model(
        max_output=64_000,
        thinking=frozenset({"enabled", "disabled"}),
        effort=False,
        forced_tools=True,
        prefill=True,
    ),
}
