"""NoSQL Workbench, AWS's MCP server, DynamoDB's own JSON, and several files at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.importing import RefusedError, import_files, settle
from tests.interchange.support import imported, refusal, tables, todos, write


def _key(name: str, kind: str = "S") -> dict[str, str]:
    return {"AttributeName": name, "AttributeType": kind}


def _workbench(metadata: dict[str, str] | None, **table: Any) -> str:
    own = {
        "TableName": "Music",
        "KeyAttributes": {"PartitionKey": _key("PK"), "SortKey": _key("SK")},
        "NonKeyAttributes": [_key("n", "N")],
        "DataAccess": {"MySql": {}},
        **table,
    }
    return json.dumps(
        {"ModelName": "My Model"} | ({"ModelMetadata": metadata} if metadata else {}) | {"DataModel": [own]}
    )


@pytest.mark.parametrize("version", [None, "1.0", "2.0", "3.0"])
def test_workbench_versions(version: str | None, tmp_path: Path) -> None:
    """Tables, indexes and rows of every version of the format."""
    metadata = {"Version": version, "Description": "Songs."} if version else None
    text = _workbench(
        metadata,
        GlobalSecondaryIndexes=[
            {"IndexName": "inverted", "KeyAttributes": {"PartitionKey": _key("SK"), "SortKey": _key("PK")}}
        ],
        TableData=[{"PK": {"S": "a"}, "SK": {"S": "1"}, "n": {"N": 5}, "m": {"M": {"plain": True}}}],
    )
    draft = imported(tmp_path, text, "model.json")

    assert draft.database == "my_model"
    assert tables(draft)["music"] == {
        "name": "Music",
        "partition_key": "PK",
        "sort_key": "SK",
        "global_secondary_indexes": {"inverted": {"partition_key": "SK", "sort_key": "PK"}},
        "billing": "on_demand",
    }
    assert draft.seeds["music"] == (
        {"PK": {"S": "a"}, "SK": {"S": "1"}, "n": {"N": "5"}, "m": {"M": {"plain": {"BOOL": True}}}},
    )


def test_workbench_facets_and_units(tmp_path: Path) -> None:
    """A facet is a query of its rows' partition; autoscaled units are ranges; a row without its key is said."""
    scaling = {
        "ScalableTargetRequest": {"MinCapacity": 1, "MaxCapacity": 10},
        "ScalingPolicyConfiguration": {"TargetValue": 60},
    }
    text = _workbench(
        None,
        BillingMode="PROVISIONED",
        ProvisionedCapacitySettings={
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
            "AutoScalingRead": scaling,
        },
        TableFacets=[
            {"FacetName": "Album", "TableData": [
                {"PK": {"S": "a"}, "SK": {"S": "ALBUM#1"}},
                {"PK": {"S": "a"}, "SK": {"S": "ALBUM#2"}},
                {"PK": {"S": "b"}, "SK": {"S": ""}},
            ]},
            {"FacetName": "Empty", "KeyAttributeAlias": {"PartitionKeyAlias": "x"}},
        ],
        Unheard={"of": 1},
    )  # fmt: skip
    draft = imported(tmp_path, text, "model.json")
    album, empty = draft.queries

    assert tables(draft)["music"]["capacity"] == {"read": {"min": 1, "max": 10, "target": 60}, "write": 6}
    assert len(draft.seeds["music"]) == 2
    assert album.settings["key_condition"] == "PK = :partition AND begins_with(SK, :prefix)"
    assert album.settings["expect"] == {"min": 2}
    assert empty.settings == {}
    assert todos(draft) == [
        "table.music Unheard",
        "table.music seed",
        "query.music_empty the facet has no sample rows; its keys are `{PartitionKeyAlias",
    ]
    assert settle(draft, "x").problems == ()


MODEL = {
    "tables": [
        {
            "TableName": "Users",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [_key("id"), _key("mail")],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by_mail",
                    "KeySchema": [{"AttributeName": "mail", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
        }
    ],
    "items": {"Users": [{"PutRequest": {"Item": {"id": {"S": "a"}, "mail": {"S": "a@x"}}}}]},
    "access_patterns": [
        {
            "pattern": "AP1",
            "description": "A user by mail.",
            "table": "Users",
            "index": "by_mail",
            "dynamodb_operation": "Query",
            "implementation": "aws dynamodb query --table-name Users --index-name by_mail "
            "--key-condition-expression '#m = :m' --expression-attribute-names '{\"#m\": \"mail\"}' "
            '--expression-attribute-values \'{":m": {"S": "a@x"}}\' --no-scan-index-forward --limit 3',
        },
        {
            "pattern": "AP2",
            "table": "Users",
            "dynamodb_operation": "GetItem",
            "implementation": 'aws dynamodb get-item --table-name Users --key \'{"id": {"S": "a"}}\' --consistent-read',
        },
        {
            "pattern": "AP3",
            "table": "Users",
            "dynamodb_operation": "PutItem",
            "implementation": "aws dynamodb put-item",
        },
        {"pattern": "AP4", "table": "Users", "dynamodb_operation": "Query", "implementation": "aws 'broken"},
    ],
}


def test_the_mcp_servers_model(tmp_path: Path) -> None:
    """Tables, items, and the patterns' commands as queries; writes and what is not understood are comments."""
    draft = imported(tmp_path, json.dumps(MODEL), "dynamodb_data_model.json")
    first, second, third, fourth = draft.queries

    assert first.settings["key_condition"] == "mail = :m"
    assert (first.settings["index"], first.settings["descending"], first.settings["limit"]) == ("by_mail", True, 3)
    assert (second.settings["key_condition"], second.settings["consistent"]) == ("id = :id", True)
    assert third.settings == fourth.settings == {}
    assert len(draft.seeds["users"]) == 1
    assert settle(draft, "x").problems == ()


SCHEMA: dict[str, Any] = {
    "tables": [
        {
            "table_config": {"table_name": "Scores", "partition_key": "pk", "sort_key": "score"},
            "gsi_list": [{"name": "by_team", "partition_key": "team", "projection": "KEYS_ONLY"}],
            "entities": {
                "Score": {
                    "entity_type": "SCORE",
                    "pk_template": "GAME#{game}",
                    "sk_template": "{points}",
                    "gsi_mappings": [{"name": "by_team", "pk_template": "TEAM#{team_id}"}],
                    "fields": [
                        {"name": "game", "type": "string"},
                        {"name": "points", "type": "integer"},
                        {"name": "team_id", "type": "string"},
                    ],
                    "access_patterns": [
                        {
                            "name": "best",
                            "description": "Best scores.",
                            "operation": "Query",
                            "range_condition": ">=",
                            "parameters": [{"name": "game", "type": "string"}, {"name": "least", "type": "integer"}],
                            "filter_expression": {
                                "conditions": [{"field": "status", "operator": "<>", "param": "gone"}],
                            },
                        },
                        {"name": "put_score", "operation": "PutItem", "parameters": []},
                    ],
                }
            },
        }
    ]
}
USAGE = {
    "entities": {
        "Score": {"sample_data": {"game": "chess", "points": 7, "team_id": "t"}, "filter_values": {"least": 5}}
    }
}


def test_the_mcp_servers_schema_with_its_usage(tmp_path: Path) -> None:
    """Keys by template, numbers where a field alone makes a key, samples as rows, patterns as queries."""
    paths = write(tmp_path, schema__json=json.dumps(SCHEMA), usage__json=json.dumps(USAGE))
    draft = import_files(paths)
    best, put = draft.queries

    assert tables(draft)["scores"]["key_types"] == {"score": "N"}
    assert draft.seeds["scores"][0]["pk"] == {"S": "GAME#chess"}
    assert draft.seeds["scores"][0]["score"] == {"N": "7"}
    assert draft.seeds["scores"][0]["team"] == {"S": "TEAM#t"}
    assert best.settings["key_condition"] == "pk = :pk AND score >= :least"
    assert best.settings["filter"] == "status <> :gone"
    assert put.settings == {}
    assert settle(draft, "x").problems == ()
    with pytest.raises(RefusedError, match="holds no table of its own"):
        import_files(paths[1:])


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda e: e.update(pk_template="GAME#{game"), "with an open brace"),
        (lambda e: e.update(pk_template="{nope}"), "names `nope`, which is no field of it"),
        (lambda e: e["gsi_mappings"][0].update(name="no"), "is in an index `no` that the table has not"),
        (lambda e: e["access_patterns"][0].update(operation="Get"), "has the operation `Get`"),
        (lambda e: e.pop("fields"), "has no fields"),
    ],
)
def test_an_invalid_schema_is_refused(break_it: Any, said: str, tmp_path: Path) -> None:
    """With the first thing that is wrong with it."""
    broken = json.loads(json.dumps(SCHEMA))
    break_it(broken["tables"][0]["entities"]["Score"])

    assert said in refusal(tmp_path, json.dumps(broken), "schema.json")


def test_dynamodbs_own_json_together(tmp_path: Path) -> None:
    """A described table, a batch write, an export and a call beside them are one plan."""
    described = {
        "Table": {
            "TableName": "prod-users",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [_key("id")],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
            "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
            "TableStatus": "ACTIVE",
            "TableArn": "arn",
            "ItemCount": 3,
            "DeletionProtectionEnabled": False,
        }
    }
    batch = {
        "prod-users": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "z"}}}}]
    }
    export = '{"Item": {"id": {"S": "b"}}}\n{"Item": {"id": {"S": "c"}, "n": {"N": "1.50"}}}\n'
    ttl = {"TableName": "prod-users", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "gone"}}
    paths = write(
        tmp_path,
        table__json=json.dumps(described),
        batch__json=json.dumps(batch),
        export__json=export,
        ttl__json=json.dumps(ttl),
    )
    draft = import_files(paths)

    assert tables(draft)["prod-users"] == {
        "name": "prod-users",
        "partition_key": "id",
        "billing": "on_demand",
        "time_to_live": "gone",
        "deletion_protection": False,
    }
    assert [row["id"]["S"] for row in draft.seeds["prod-users"]] == ["a", "b", "c"]
    assert todos(draft) == []
    with pytest.raises(RefusedError, match="holds items of the table prod-users and not its keys"):
        import_files(paths[1:2])


def test_files_of_several_kinds_are_one_plan(tmp_path: Path) -> None:
    """Tables of one name in two files get a number, and their queries and rows follow."""
    paths = write(tmp_path, one__json=json.dumps(MODEL), two__json=json.dumps({**MODEL, "x": 1}))
    draft = import_files(paths)

    assert [table.key for table in draft.tables] == ["users", "users_2"]
    assert "name" not in draft.tables[1].settings
    assert set(draft.seeds) == {"users", "users_2"}
    assert {query.settings.get("table") for query in draft.queries} == {"users", "users_2", None}
    assert settle(draft, "x").problems == ()


def test_rows_and_queries_that_cannot_be_become_comments(tmp_path: Path) -> None:
    """The plan's own checks decide; the rest of the file is not lost."""
    broken = json.loads(json.dumps(MODEL))
    broken["access_patterns"][0]["index"] = "nope"
    broken["items"]["Users"] += [
        {"PutRequest": {"Item": {"id": {"S": "b"}, "big": {"S": "x" * 500_000}}}},
        {"PutRequest": {"Item": {"id": {"N": "1"}}}},
    ]
    settled = settle(imported(tmp_path, json.dumps(broken), "model.json"), "x")

    assert settled.problems == ()
    assert settled.draft.queries[0].settings == {}
    assert len(settled.draft.seeds["users"]) == 1
