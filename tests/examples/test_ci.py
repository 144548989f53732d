"""The action and the examples for CI: valid by their public schemas, and their shell lines run against an engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.engines import CREDENTIALS, ministack_program
from tests.examples.github import TOKEN, GitHub

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.engines import Engine

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "examples" / "ci"
SCHEMAS = {
    ROOT / "action.yml": "vendor.github-actions",
    CI / "github.yml": "vendor.github-workflows",
    CI / "github-action.yml": "vendor.github-workflows",
    CI / "github-steps.yml": "vendor.github-workflows",
    CI / "gitlab.yml": "vendor.gitlab-ci",
}
PLAN = """\
ddbplan: 1
database: {database}
tables:
  notes: {{partition_key: id, deletion_protection: true, point_in_time_recovery: true}}
seed:
  notes: [{{id: a, text: first}}]
queries:
  by_id: {{table: notes, key_condition: "id = :id", values: {{id: a}}, expect: {{count: 1}}}}
environments:
  prod: {{database: {database}_prod}}
"""


@pytest.mark.parametrize(("path", "schema"), SCHEMAS.items(), ids=lambda value: getattr(value, "name", value))
def test_files_are_what_their_hosts_schema_says(path: Path, schema: str) -> None:
    """GitHub's and GitLab's own schemas take the action and the examples."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_name_commands_that_exist() -> None:
    """A pre-commit hook is a command of ours that takes files."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    assert [hook["entry"] for hook in hooks] == ["ddbplan validate", "ddbplan fmt"]


class Job:
    """A checkout in which a job's lines are run, against an engine, with ddbplan on PATH."""

    def __init__(self, folder: Path, engine: Engine, database: str) -> None:
        self.folder = folder
        (folder / "plans").mkdir()
        self.plan = folder / "plans" / "notes.yaml"
        self.plan.write_text(PLAN.format(database=database), encoding="utf-8")
        (folder / "policy.toml").write_text(f'ledger = "{database}_ledger"\n', encoding="utf-8")
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "SYSTEMROOT") if name in os.environ}
        self.env = {
            **kept,
            **CREDENTIALS,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": engine.endpoint_url,
            "DDBPLAN_ENGINE": str(ministack_program()),
            "PYTHONPATH": str(ROOT),
        }

    def run(self, script: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run shell lines as a CI host does: it stops at the first that fails."""
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env=self.env | dict(env),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@pytest.fixture
def job(tmp_path: Path, ministack: Engine, unique: str) -> Job:
    """A fresh checkout."""
    return Job(tmp_path, ministack, unique)


def _action(name: str, **inputs: str) -> tuple[str, dict[str, str]]:
    """A step of the action: its script, and its environment with the inputs put in."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = next(step for step in action["runs"]["steps"] if step["name"] == name)
    given = {key: value["default"] for key, value in action["inputs"].items()} | inputs
    env = {"GITHUB_ACTION_PATH": str(ROOT)}
    for key, text in step["env"].items():
        for word, value in given.items():
            text = text.replace(f"${{{{ inputs.{word} }}}}", value)  # noqa: PLW2901 - built up
        env[key] = text.replace("${{ github.event.pull_request.number }}", "7")
    return step["run"], env


@pytest.mark.engine
@pytest.mark.slow
def test_the_action_checks_comments_and_applies_what_was_shown(job: Job) -> None:
    """One comment however often it runs; the saved steps are applied; the next check finds nothing to do."""
    inputs = {"plans": "plans/notes.yaml", "environment": "prod", "policy": "policy.toml", "token": TOKEN}
    with GitHub() as github:
        host = {"GITHUB_API_URL": github.url, "GITHUB_REPOSITORY": "owner/name", "GITHUB_ACTIONS": "true"}
        github.comments.append({"id": 1, "body": "looks good", "html_url": ""})
        github.comments += [{"id": number, "body": "more", "html_url": ""} for number in range(2, 120)]
        checked = job.run(*_with(_action("Check", **inputs), host))
        posted = job.run(*_with(_action("Comment", **inputs), host))
        applied = job.run(*_with(_action("Apply", **inputs, steps="ddbplan-out/steps.json"), host))
        again = job.run(*_with(_action("Check", **inputs), host))
        rewritten = job.run(*_with(_action("Comment", **inputs), host))

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert posted.returncode == 0, posted.stderr
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert again.returncode == 0, again.stdout + again.stderr
    assert rewritten.returncode == 0, rewritten.stderr
    assert len(github.comments) == 120
    assert "**no changes**" in github.comments[-1]["body"]
    assert (job.folder / "ddbplan-out" / "test-results.xml").read_text(encoding="utf-8").startswith("<?xml")


def _with(step: tuple[str, dict[str, str]], more: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    return step[0], step[1] | dict(more)


def test_a_comment_of_somebody_else_is_not_written_anew(tmp_path: Path) -> None:
    """Whoever posts the marker first would own what reviewers read, and could change it after us."""
    file = tmp_path / "comment.md"
    file.write_text("<!-- ddbplan --> refused", encoding="utf-8")
    planted = {
        "id": 1,
        "user": {"login": "mallory", "type": "User"},
        "body": "<!-- ddbplan --> all is well",
        "html_url": "",
    }
    with GitHub() as github:
        github.comments.append(dict(planted))
        env = {"GITHUB_API_URL": github.url, "GITHUB_REPOSITORY": "owner/name", "GITHUB_TOKEN": TOKEN}
        command = [sys.executable, str(ROOT / "ci" / "comment.py"), "7", str(file)]
        for _ in range(2):
            subprocess.run(command, env=env, check=True, capture_output=True)

    assert github.comments[0] == planted
    assert [one["body"] for one in github.comments[1:]] == ["<!-- ddbplan --> refused"]


@pytest.mark.parametrize(("token", "said"), [("wrong", "GitHub answered 404"), ("", "GITHUB_TOKEN")])
def test_a_comment_that_cannot_be_written_is_one_sentence(tmp_path: Path, token: str, said: str) -> None:
    """No traceback in a job's log."""
    file = tmp_path / "comment.md"
    file.write_text("<!-- ddbplan -->", encoding="utf-8")
    with GitHub() as github:
        env = {"GITHUB_API_URL": github.url, "GITHUB_REPOSITORY": "owner/name", "GITHUB_TOKEN": token}
        command = [sys.executable, str(ROOT / "ci" / "comment.py"), "7", str(file)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def _lines(name: str) -> dict[str, list[str]]:
    """The shell lines of an example, by job, without those that install."""
    found: Any = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    match name:
        case "gitlab.yml":
            jobs = {job: found[job]["script"] for job in ("check", "apply")}
        case "buildspec.yml":
            jobs = {"check": found["phases"]["build"]["commands"], "apply": found["phases"]["build"]["commands"]}
        case _:
            jobs = {
                job: [step["run"] for step in found["jobs"][job]["steps"] if "run" in step]
                for job in ("check", "apply")
            }
    return {job: [line for line in lines if "install" not in line] for job, lines in jobs.items()}


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml", "buildspec.yml"])
def test_the_lines_of_an_example_check_and_apply(job: Job, name: str, unique: str) -> None:
    """As they stand there, against an engine: the check passes before and after, and the apply makes the table."""
    env = {"GITHUB_STEP_SUMMARY": str(job.folder / "summary.md")}
    lines = _lines(name)
    chosen = "-e prod"
    if name == "github.yml":
        # `init` writes this one beside its plan, which has no environments.
        chosen = ""
        job.plan.write_text(job.plan.read_text(encoding="utf-8").partition("environments:")[0], encoding="utf-8")
    shutil.copy(job.plan, job.folder / "kept.yaml")
    # The examples keep the default ledger; another test's may stand in the shared engine.
    ours = {job_name: "\n".join(_with_ledger(line, unique) for line in found) for job_name, found in lines.items()}
    checked = job.run(ours["check"], env)
    applied = job.run(ours["apply"], env | {"APPLY": "yes"})
    again = job.run(ours["check"], env)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert again.returncode == 0, again.stdout + again.stderr
    diff = job.run(f"ddbplan diff {chosen} --format json --ledger {unique}_ledger", {})
    assert json.loads(diff.stdout)["diffs"][0]["steps"] == []


def _with_ledger(line: str, unique: str) -> str:
    for word in ("ddbplan diff ", "ddbplan apply "):
        line = line.replace(word, f"{word}--ledger {unique}_ledger ")
    return line
