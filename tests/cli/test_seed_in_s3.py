"""Seeds in S3 on the embedded engine, which has S3 and ImportTable: exported, imported, applied again, refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ddbplan.exits import Exit
from executor.bulk_reports import reported_errors
from executor.caller import Caller
from executor.clients import Clients, Target
from planner.function_shapes import BulkErrors
from tests.cli.support import ddbplan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engines import Engine

pytestmark = pytest.mark.engine
ROWS = """\
ddbplan: 1
database: {name}_rows
tables:
  events: {{partition_key: id, sort_key: at, key_types: {{at: N}}}}
seed:
  events:
    generate: {{count: 60, item: {{id: "e-{{row}}", at: {{row: 1}}, kind: {{choose: [a, b]}}}}}}
"""
LAKE = """\
ddbplan: 1
database: {name}
tables:
  events:
    partition_key: id
    sort_key: at
    key_types: {{at: N}}
    time_to_live: expires_at
    stream: NEW_IMAGE
    tags: {{team: core}}
    global_secondary_indexes: {{by_kind: {{partition_key: kind, sort_key: at}}}}
seed:
  events: {{source: "s3://{bucket}/lake/{prefix}/", format: {format}, compression: {compression}}}
"""


class Place:
    """A folder, and a bucket beside it."""

    def __init__(self, folder: Path, endpoint_url: str, name: str) -> None:
        self.folder, self.endpoint_url, self.name = folder, endpoint_url, name
        self.bucket = name.replace("_", "-").lower()
        self.s3: Any = boto3.client("s3", endpoint_url=endpoint_url, region_name="eu-west-1")
        self.dynamodb: Any = boto3.client("dynamodb", endpoint_url=endpoint_url, region_name="eu-west-1")
        where = {"LocationConstraint": "eu-west-1"}
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=where)

    def write(self, text: str, **more: str) -> None:
        """The plan."""
        given = {"prefix": "events", "format": "dynamodb_json", "compression": "gzip", **more}
        (self.folder / "plan.yaml").write_text(text.format(name=self.name, bucket=self.bucket, **given))

    def run(self, *words: str) -> Any:
        """A command of the target."""
        ledger = () if words[0] == "seed" else ("--ledger", f"{self.name}_ledger")
        return ddbplan(*words, *ledger, "--endpoint-url", self.endpoint_url, folder=self.folder)

    def keys(self) -> list[str]:
        """All objects of the bucket."""
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", ())]


@pytest.fixture
def place(ministack: Engine, tmp_path: Path, unique: str) -> Place:
    """A place of the test's own."""
    return Place(tmp_path, ministack.endpoint_url, unique)


def test_exported_rows_are_imported_whole_and_once(place: Place) -> None:
    """Parts written into S3 make a table with all its settings; a second diff is empty; another source is refused."""
    place.write(ROWS)
    exported = place.run("seed", "export", "plan.yaml", "--to", f"s3://{place.bucket}/lake")
    again = place.run("seed", "export", "plan.yaml", "--to", f"s3://{place.bucket}/lake")
    forced = place.run("seed", "export", "plan.yaml", "--to", f"s3://{place.bucket}/lake", "--force")

    assert exported.returncode == forced.returncode == Exit.DONE, exported.stderr + forced.stderr
    assert f"s3://{place.bucket}/lake/events/part-00001.json.gz" in exported.stdout
    assert again.returncode == Exit.ERROR
    assert "holds an export already" in again.stderr
    assert place.keys() == ["lake/events/part-00001.json.gz"]

    place.write(LAKE)
    applied = place.run("apply", "plan.yaml", "--yes")
    same = place.run("diff", "plan.yaml", "--detailed-exitcode")
    table = place.dynamodb.describe_table(TableName=f"{place.name}_events")["Table"]
    tags = place.dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]

    assert applied.returncode == Exit.DONE, applied.stderr
    assert same.returncode == Exit.DONE, same.stdout
    assert place.dynamodb.scan(TableName=table["TableName"], Select="COUNT")["Count"] == 60
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert {"team", "ddbplan:database", "ddbplan:ledger"} <= {tag["Key"] for tag in tags}

    place.write(LAKE, prefix="events-2")
    other = place.run("diff", "plan.yaml")

    assert other.returncode == Exit.REFUSED
    assert "has to be told where it reports rows" in other.stdout


def test_a_source_that_is_not_there_makes_no_table_and_can_be_mended(place: Place) -> None:
    """The announcement is withdrawn with the failure, so that the next apply imports under another token."""
    place.write(LAKE, format="csv", compression="none")
    failed = place.run("apply", "plan.yaml", "--yes")
    place.s3.put_object(Bucket=place.bucket, Key="lake/events/1.csv", Body=b"id,at,kind\ne1,1,a\ne2,2,b\n")
    mended = place.run("apply", "plan.yaml", "--yes")

    assert failed.returncode == Exit.STOPPED, failed.stderr
    assert "No table was made." in failed.stderr
    assert mended.returncode == Exit.DONE, mended.stderr
    assert place.dynamodb.scan(TableName=f"{place.name}_events", Select="COUNT")["Count"] == 2


def test_exports_need_one_place_and_a_bucket(place: Place) -> None:
    """Both places, none, no address, no bucket: said in one sentence each."""
    place.write(ROWS)
    both = place.run("seed", "export", "plan.yaml", "--to", "s3://b/p", "-o", "parts")
    none = place.run("seed", "export", "plan.yaml")
    wrong = place.run("seed", "export", "plan.yaml", "--to", "gs://b/p")
    missing = place.run("seed", "export", "plan.yaml", "--to", "s3://nobody-has-this-one/p")

    assert [one.returncode for one in (both, none, wrong, missing)] == [Exit.ERROR] * 4
    assert "Say where the rows go" in both.stderr
    assert "Say where the rows go" in none.stderr
    assert "--to takes s3://BUCKET/PREFIX" in wrong.stderr
    assert "There is no bucket nobody-has-this-one. Make it first." in missing.stderr


def test_reports_in_s3_are_read_for_their_reasons(place: Place) -> None:
    """Of the operation's own objects only, packed or not, and nothing of what stands in the rows."""
    line = json.dumps({"Item": {"name": {"S": "a secret"}}, "errorMessages": ["The key is missing", "Too large"]})
    place.s3.put_object(Bucket=place.bucket, Key="errors/op-1/ERROR/1.json", Body=line.encode())
    place.s3.put_object(Bucket=place.bucket, Key="errors/op-2/ERROR/1.json", Body=b'{"ErrorMessage": "Another"}')
    with Clients(Target(endpoint_url=place.endpoint_url)) as clients:
        errors = BulkErrors(S3Bucket=place.bucket, S3KeyPrefix="errors/")

        found = reported_errors(Caller(clients), errors, "arn:aws:dynamodb:x/op-1")

    assert found == ["The key is missing", "Too large"]
