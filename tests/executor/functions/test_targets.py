"""Targets that can't be reached or used give one sentence each, quickly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from executor import engines
from executor.clients import Clients, Target
from executor.registry import call_function
from executor.result import Result
from tests.engines import Engine, free_port


def validate(target: Target) -> Result:
    """Ask who we are."""
    with Clients(target) as clients:
        return call_function("validate_credentials", clients)


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment without credentials and Region; the folder holds the AWS configuration."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def test_a_dead_endpoint_is_said_within_seconds() -> None:
    """Nobody listening is one sentence with the endpoint, before patience runs out."""
    url = f"http://127.0.0.1:{free_port()}"
    started = time.monotonic()
    result = validate(Target(endpoint_url=url))

    assert (result.ok, result.error_code) == (False, "EndpointUnreachable")
    assert result.message.startswith(f"Nothing answers at {url}. ")
    assert time.monotonic() - started < 20.0


def test_an_endpoint_that_is_no_address_is_said() -> None:
    """Text that is no URL is refused with the form that is expected."""
    result = validate(Target(endpoint_url="nonsense"))

    assert result.message == "nonsense is no usable address. Write it as http://HOST:PORT."


def test_missing_credentials_are_said(no_credentials: Path) -> None:
    """Without credentials nothing is sent to AWS."""
    result = validate(Target(region="eu-west-1"))

    assert (result.ok, result.error_code) == (False, "CredentialsMissing")
    assert "aws configure" in result.message


def test_a_missing_region_is_said(no_credentials: Path) -> None:
    """Without a Region the message says how to name one."""
    result = validate(Target())

    assert (result.ok, result.error_code) == (False, "RegionMissing")


def test_an_engine_on_this_machine_needs_no_region(no_credentials: Path) -> None:
    """An endpoint on this machine gets a Region where none is set up; the one that is set up counts."""
    with Clients(Target(endpoint_url="http://127.0.0.1:8000")) as clients:
        assert clients.region == "eu-west-1"

    (no_credentials / "config").write_text("[default]\nregion = us-west-2\n")
    with Clients(Target(endpoint_url="http://127.0.0.1:8000")) as clients:
        assert clients.region == "us-west-2"


def test_an_unknown_profile_is_said(no_credentials: Path) -> None:
    """A profile that is not configured is named."""
    result = validate(Target(profile="nobody", region="eu-west-1"))

    assert (result.ok, result.error_code) == (False, "CredentialsMissing")
    assert "nobody" in result.message


def test_an_engine_of_this_machine_needs_no_credentials(no_credentials: Path, engine: Engine) -> None:
    """An engine on a loopback address works on a machine that has no AWS configuration at all."""
    result = validate(Target(endpoint_url=engine.endpoint_url, region="eu-west-1"))

    assert result.ok, result


def test_the_endpoint_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, ministack: Engine) -> None:
    """An endpoint of AWS_ENDPOINT_URL counts as boto3 users expect, and is known to be on this machine."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack.endpoint_url)
    with Clients(Target()) as clients:
        assert clients.is_loopback
        assert clients.engine == "ministack"
        assert call_function("validate_credentials", clients).value["identified"] is True


@pytest.mark.parametrize(
    ("url", "aws", "loopback"),
    [
        ("https://dynamodb.eu-west-1.amazonaws.com", True, False),
        ("https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com", True, False),
        ("https://dynamodb.cn-north-1.amazonaws.com.cn", True, False),
        ("https://dynamodb.eu-west-1.api.aws", True, False),
        ("http://localhost:8000", False, True),
        ("http://127.0.0.2:8000", False, True),
        ("http://[::1]:8000", False, True),
        ("http://db.localhost:8000", False, True),
        ("http://localhost.example.com:8000", False, False),
        ("http://127.0.0.1.example.com", False, False),
        ("http://amazonaws.com.example.com", False, False),
        ("http://10.0.0.1:8000", False, False),
    ],
)
def test_addresses_are_told_apart(url: str, aws: bool, loopback: bool) -> None:  # noqa: FBT001 - parameters of the test
    """Only AWS's own domains are AWS, and only this machine's addresses are loopback."""
    assert (engines.is_aws(url), engines.is_loopback(url)) == (aws, loopback)
