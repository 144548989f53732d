"""The policy file: permissions that stand outside the change, and say where they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ddbplan import policy
from ddbplan.exits import Exit
from ddbplan.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.site import Site

FLAG = "DROPS_INDEX:table.accounts.index.by_owner"


def written(folder: Path, text: str, name: str = "policy.yaml") -> Path:
    """A policy file."""
    path = folder / name
    path.write_text(text)
    return path


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    """YAML and TOML hold the same keys; an account is its digits, quoted or not."""
    yaml = policy.read(
        written(tmp_path, f"allow: [COSTS, '{FLAG}']\naccounts: [011122223333]\nregions: [eu-west-1]\nledger: own\n")
    )
    toml = policy.read(
        written(
            tmp_path,
            f'allow = ["COSTS", "{FLAG}"]\naccounts = ["011122223333"]\nregions = ["eu-west-1"]\nledger = "own"\n',
            "policy.toml",
        )
    )

    assert (yaml.allow, yaml.accounts, yaml.regions, yaml.ledger) == (
        ("COSTS", FLAG),
        ("011122223333",),
        ("eu-west-1",),
        "own",
    )
    assert (toml.allow, toml.accounts, toml.regions, toml.ledger) == (
        yaml.allow,
        yaml.accounts,
        yaml.regions,
        yaml.ledger,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("allows: [COSTS]", "It holds 'allows'; known are allow, accounts, regions, ledger."),
        ("allow: COSTS", "allow takes a list of texts."),
        ("allow: [[COSTS]]", "allow takes a list of texts."),
        ("allow: [EVERYTHING]", "allow takes HAZARD or HAZARD:ADDRESS, not 'EVERYTHING'."),
        ("allow: ['COSTS:']", "allow takes HAZARD or HAZARD:ADDRESS, not 'COSTS:'."),
        ("accounts: []", "accounts is empty"),
        ("accounts: ['123']", "accounts holds '123'"),
        ("regions: [Ireland]", "regions holds 'Ireland'"),
        ("ledger: [a]", "ledger takes the name of a table."),
        ("allow: []\nallow: [COSTS]", "policy.yaml:2:1"),
        ("- COSTS", "It has to hold allow"),
        ("", "no policy"),
        ("a: [", "policy.yaml:"),
    ],
)
def test_policy_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Nothing in a policy is passed over: what is not understood permits nothing and stops."""
    with pytest.raises(Failure) as refused:
        policy.read(written(tmp_path, text))

    assert said in refused.value.message


@pytest.mark.parametrize("name", ["policy.json", "missing.yaml"])
def test_file_that_is_no_policy_is_refused(tmp_path: Path, name: str) -> None:
    """Another kind of file, or none, is one sentence."""
    written(tmp_path, "{}", "policy.json")

    with pytest.raises(Failure, match="no policy that can be used"):
        policy.read(tmp_path / name)


@pytest.mark.engine
@pytest.mark.parametrize("allow", ["DROPS_INDEX", FLAG])
def test_policy_permits_hazards(quick_bank: Site, allow: str) -> None:
    """What the policy permits, of a kind or of one address, needs no flag, also where nobody is asked."""
    plan = str(quick_bank.plan)
    quick_bank.run("apply", plan, "--yes")
    quick_bank.change("      by_owner: {partition_key: owner}\n", "      {}\n")
    other = written(quick_bank.folder, "allow: [DROPS_DATA]\n", "other.yml")
    file = written(quick_bank.folder, f"allow: ['{allow}']\n", "policy.yml")
    refused = quick_bank.run("apply", plan, "--yes", "--policy", str(other))
    shown = quick_bank.run("diff", plan, "--policy", str(file))
    allowed = quick_bank.run("apply", plan, "--yes", "--policy", str(file))

    assert refused.exit_code == Exit.REFUSED, refused.output
    assert "needs  --allow" not in shown.output
    assert f"--policy {file}" in shown.stderr
    assert allowed.exit_code == Exit.DONE, allowed.output


@pytest.mark.engine
@pytest.mark.parametrize("text", ["accounts: ['111122223333']", "regions: [ap-south-1]", "ledger: another"])
@pytest.mark.parametrize("saved", [False, True])
def test_policy_for_another_place_stops_before_any_write(quick_bank: Site, text: str, *, saved: bool) -> None:
    """Another account, Region or ledger than the policy names is refused, saved steps or not."""
    file = written(quick_bank.folder, text + "\n", "policy.yml")
    plan, steps = str(quick_bank.plan), quick_bank.folder / "steps.json"
    quick_bank.run("diff", plan, "--out", str(steps))
    done = quick_bank.run("apply", str(steps) if saved else plan, "--yes", "--policy", str(file))

    assert done.exit_code == Exit.REFUSED, done.output
    assert "The policy" in done.stderr
    assert not quick_bank.has_table(quick_bank.ledger)
