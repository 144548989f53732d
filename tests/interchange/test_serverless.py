"""serverless.yml: variables with defaults, files, fragments, and what only looks like a variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.importing import import_files
from tests.interchange.support import imported, refusal, tables, todos, write

TABLE = """
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: NAME
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
"""
SERVICE = """
service: {{name: shop}}
provider: {{name: aws, stage: "${{opt:stage, 'dev'}}", region: eu-west-1}}
custom:
  stage: ${{opt:stage, self:provider.stage}}
  names: {{dev: developer, prod: live}}
  circle: ${{self:custom.circle}}
resources:
  Resources:
    Users:{table}
"""


def _service(name: str) -> str:
    return SERVICE.format(table=TABLE.replace("NAME", name).replace("\n", "\n    "))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("${self:service.name}-${self:custom.stage}", "shop-dev"),
        ("${self:custom.names.${self:custom.stage}}", "developer"),
        ("x-${sls:stage}", "x-dev"),
        ("x-${opt:other, 'fall, back'}", None),
        ("x-${opt:other, 'back'}", "x-back"),
        ('x-${env:HOME, "y"}', "x-y"),
        ("!Sub 'x-${AWS::Region}'", "x-eu-west-1"),
        ("${self:custom.circle}", None),
        ("x-${ssm:/a/b}", None),
        ("x-${file(./absent.yml):a, 'z'}", "x-z"),
    ],
)
def test_variables(written: str, name: str | None, tmp_path: Path) -> None:
    """Worked out as the framework does, and a TODO where only a deployment knows."""
    draft = imported(tmp_path, _service(written), "serverless.yml")

    assert tables(draft)["users"].get("name") == name
    assert draft.database == "shop"
    assert todos(draft) == ([] if name else ["table.users name"])


def test_options_of_the_command_line(tmp_path: Path) -> None:
    """--set gives options and whole variables."""
    draft = imported(tmp_path, _service("${self:custom.names.${self:custom.stage}}"), "serverless.yml", stage="prod")
    known = imported(tmp_path, _service("x-${ssm:/a/b}"), "serverless.yml", **{"ssm:/a/b": "y"})

    assert tables(draft)["users"]["name"] == "live"
    assert tables(known)["users"]["name"] == "x-y"


def test_resources_from_files(tmp_path: Path) -> None:
    """A list of files, templates or bare resources, JSON too; programs and files outside are not read."""
    service = (
        _service("x").partition("resources:")[0]
        + """
resources:
  - ${file(resources/one.yml)}
  - Resources: ${file(resources/two.json)}
  - ${file(../secret.yml)}
  - ${file(resources/program.js):tables}
"""
    )
    two = '{"Two": {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": [{"AttributeName": "id", "KeyType":'
    two += '"HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}}}'
    write(tmp_path / "own", serverless__yml=service)
    write(tmp_path / "own" / "resources", one__yml=f"Resources:\n  One:{TABLE}", two__json=two, program__js="run()")
    write(tmp_path, secret__yml=f"Resources:\n  Secret:{TABLE}")

    draft = import_files([tmp_path / "own"])
    wider = import_files([tmp_path / "own"], inside=tmp_path)

    assert set(tables(draft)) == {"one", "two"}
    assert "--inside names the folder to look in" in draft.todos[0]
    assert "programs are not run" in draft.todos[1]
    assert set(tables(wider)) == {"one", "two", "secret"}


def test_fragments(tmp_path: Path) -> None:
    """A file that a serverless.yml names is read by itself; what the rest of the service knows is a TODO."""
    text = TABLE.replace("NAME", "${self:custom.name}")
    bare, rooted = (imported(tmp_path, f"{head}{text}", "dynamodb.yml") for head in ("Users:", "Resources:\n  Users:"))
    given = imported(tmp_path, f"Users:{text}", "dynamodb.yml", **{"self:custom.name": "live-users"})

    assert todos(bare) == todos(rooted) == ["table.users name"]
    assert "the serverless.yml around it was not read" in bare.all_todos[0][1]
    assert tables(given)["users"]["name"] == "live-users"


def test_a_service_without_tables_is_refused(tmp_path: Path) -> None:
    """And the sentence says why."""
    assert "has no resources" in refusal(tmp_path, "service: x\nprovider: {name: aws}\n", "serverless.yml")
