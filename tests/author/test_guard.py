"""No test of this folder can ask the real service."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import pytest_socket

from planner.author.claude import connect
from planner.author.values import AskError, AskFailure, Effort, Prompt, Provider
from tests.fakes.claude import KEY

if TYPE_CHECKING:
    from tests.author.support import Desk

PROMPT = Prompt(
    model="claude-opus-5-5",
    max_tokens=100,
    effort=Effort.LOW,
    system=({"type": "text", "text": "rules"},),
    messages=({"role": "user", "content": [{"type": "text", "text": "go"}]},),
)


def test_there_is_no_key_and_no_way_out() -> None:
    """Without a desk there are no credentials, and the address is a closed port of this machine."""
    assert "ANTHROPIC_API_KEY" not in os.environ
    assert os.environ["ANTHROPIC_BASE_URL"].startswith("http://127.0.0.1:")
    with pytest.raises(AskError) as failed, connect(Provider.ANTHROPIC) as claude:
        claude(PROMPT, lambda _text: None)

    assert failed.value.failure is AskFailure.NO_KEY


def test_the_real_address_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even with a key and the package's own address, the socket is refused before a packet leaves."""
    monkeypatch.delenv("ANTHROPIC_BASE_URL")
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    blocked = (AskError, pytest_socket.SocketBlockedError, pytest_socket.SocketConnectBlockedError)
    with connect(Provider.ANTHROPIC) as claude, pytest.raises(blocked):
        claude(PROMPT, lambda _text: None)


def test_the_fake_takes_no_other_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real key that got into a test would be refused, loudly."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-real")
    result = desk.generate()

    assert result.exit_code == 1
    assert "invalid x-api-key" in result.stderr
    assert "sk-ant-real" not in result.output + result.stderr
