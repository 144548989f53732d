"""``ddbplan import`` and ``ddbplan export``, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from tests.conftest import ROOT

TEMPLATE = """
Parameters: {Stage: {Type: String}}
Resources:
  UsersTable:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '${Stage}-users'
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
  OrdersTable:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "template.yaml").write_text(TEMPLATE)


def _run(*words: str) -> Result:
    return CliRunner().invoke(program, words)


def test_import_writes_a_plan_that_validates() -> None:
    """The plan, its TODOs, a summary and the next command; without -o it goes into plans/."""
    done = _run("import", "template.yaml")

    assert done.exit_code == Exit.DONE
    assert "plans/template.yaml: 2 tables, 0 queries, 0 seed rows, 1 TODO, from cloudformation" in done.output
    assert "TODO table.users: name: the file says `!Sub '${Stage}-users'`, and the parameter Stage" in done.output
    assert "Next: ddbplan validate plans/template.yaml" in done.output
    assert "# TODO name:" in Path("plans/template.yaml").read_text()
    assert _run("validate", "plans/template.yaml").exit_code == Exit.DONE


def test_set_answers_a_todo() -> None:
    """--set gives what the file does not tell."""
    done = _run("import", "template.yaml", "--set", "Stage=prod", "--database", "shop", "-o", "-")

    assert done.exit_code == Exit.DONE
    assert "name: prod-users" in done.stdout
    assert "database: shop" in done.stdout
    assert "TODO" not in done.stdout
    assert not Path("plans").exists()


def test_nothing_is_written_over() -> None:
    """An existing file stays, and the message names the option."""
    Path("own.yaml").write_text("mine")
    refused = _run("import", "template.yaml", "-o", "own.yaml")

    assert refused.exit_code == Exit.ERROR
    assert (
        "own.yaml exists already, and nothing was written. Name another with -o, or add --overwrite." in refused.output
    )
    assert Path("own.yaml").read_text() == "mine"
    assert _run("import", "template.yaml", "-o", "own.yaml", "--overwrite").exit_code == Exit.DONE
    assert Path("own.yaml").read_text() != "mine"


def test_a_folder_is_one_plan_with_a_file_a_table() -> None:
    """plan.yaml holds the head; each table has its own file; the folder validates as one plan."""
    assert _run("import", "template.yaml", "-o", "shop/").exit_code == Exit.DONE
    assert sorted(path.name for path in Path("shop").iterdir()) == ["orders.yaml", "plan.yaml", "users.yaml"]
    assert _run("validate", "shop").exit_code == Exit.DONE


def test_many_rows_go_into_a_file() -> None:
    """A seed of more than 500 rows is a data file beside the plan, which the plan names."""
    table = {
        "TableName": "many",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
    }
    Path("t.json").write_text(json.dumps(table))
    Path("rows.jsonl").write_text("".join(f'{{"Item": {{"id": {{"N": "{n}"}}}}}}\n' for n in range(600)))
    done = _run("import", "t.json", "rows.jsonl", "-o", "plans/many.yaml")

    assert done.exit_code == Exit.DONE
    assert "many: {file: data/many_many.jsonl}" in Path("plans/many.yaml").read_text().replace('"', "")
    assert len(Path("plans/data/many_many.jsonl").read_text().splitlines()) == 600
    assert _run("validate", "plans/many.yaml").exit_code == Exit.DONE


def test_json_is_for_programs() -> None:
    """Tables, TODOs and files as one document."""
    done = _run("import", "template.yaml", "-o", "x.yaml", "--format", "json")
    found = json.loads(done.stdout)

    assert found["tables"] == ["users", "orders"]
    assert found["files"] == ["x.yaml"]
    assert [todo["address"] for todo in found["todos"]] == ["table.users"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("template.yaml", "--from", "workbench"), "`template.yaml` is cloudformation, and --from says workbench."),
        (("template.yaml", "--set", "Stage"), "--set takes NAME=VALUE"),
        (("template.yaml", "--database", "a b"), "--database takes letters"),
        (("nowhere.yaml",), "does not exist"),
        ((), "Missing argument"),
    ],
)
def test_mistakes_are_told_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    """And nothing is written."""
    done = _run("import", *words)

    assert done.exit_code == Exit.ERROR
    assert said in done.output
    assert not Path("plans").exists()


def test_export_prints_or_writes_and_says_what_is_left_out() -> None:
    """The text on stdout, or in a file; what the format cannot hold on stderr."""
    plan = str(ROOT / "plans" / "financial.yaml")
    printed = _run("export", plan, "--to", "workbench")
    written = _run("export", plan, "--to", "cloudformation", "-o", "out.json")

    assert json.loads(printed.stdout)["ModelName"] == "financial"
    assert "cannot hold transactions" in printed.stderr
    assert written.stdout == "out.json\n"
    assert "Next: aws cloudformation deploy --template-file out.json" in written.stderr
    assert _run("export", plan, "--to", "json", "-o", "out.json").exit_code == Exit.ERROR
    assert _run("import", "out.json", "-o", "back.yaml").exit_code == Exit.DONE
    assert _run("validate", "back.yaml").exit_code == Exit.DONE


def test_the_command_lines_files_need_a_folder() -> None:
    """Several files cannot be printed; in a folder stands a script that shell accepts."""
    plan = str(ROOT / "plans" / "social.yaml")
    refused = _run("export", plan, "--to", "aws-cli")
    done = _run("export", plan, "--to", "aws-cli", "-o", "cli/")

    assert refused.exit_code == Exit.ERROR
    assert "Say where they go with -o FOLDER/." in refused.output
    assert done.exit_code == Exit.DONE
    assert Path("cli/make.sh").stat().st_mode & 0o100
    script = Path("cli/make.sh").read_text()
    assert all(
        Path("cli", word.removeprefix("file://")).exists() for word in script.split() if word.startswith("file://")
    )


def test_export_of_an_environment() -> None:
    """A plan with environments is written as the one that is named."""
    plan = str(ROOT / "examples" / "environments" / "plan.yaml")
    asked = _run("export", plan, "--to", "json")
    named = _run("export", plan, "--to", "json", "-e", "dev")

    assert asked.exit_code == Exit.ERROR
    assert "-e NAME" in asked.output
    assert json.loads(named.stdout)["format"] == "ddbplan-export/1"
