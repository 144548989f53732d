"""Files are anybody's: no bomb, no path and no text in them does more than be refused or written as a comment."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.importing import RefusedError, import_files, plan_text
from planner.importing.values import Draft, Kind, TableDraft, Typed
from planner.importing.yaml_text import comments, scalar, value_text
from planner.reading.dynamodb_json import checked_value
from planner.values import canonical_value
from tests.interchange.support import checked, imported, refusal, write

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{two}: &{two} [{', '.join([f'*{one}'] * 10)}]\n" for one, two in zip("abcdefg", "bcdefgh", strict=False)
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.yaml", BOMB, "values, those behind aliases included"),
        ("t.yaml", "[" * 100_000, "nested more than 64 deep"),
        ("t.yaml", "a: " + "{a: " * 100, "nested more than 64 deep"),
        ("t.json", "[" * 100_000 + "]" * 100_000, "nested"),
        ("t.json", '{"a": ' * 100 + "1" + "}" * 100, "nested more than 64 deep"),
        ("t.yaml", "a: b: c", "is not YAML: line 1"),
        ("t.json", '{"a": 1,}', "is not JSON: line 1, column"),
        ("t.yaml", "a: 1\n---\nb: 2\n", "is not YAML"),
        ("t.yaml", "a: !!python/object/apply:os.system [x]\n", "is not YAML"),
        ("t.yaml", "x" * (5 * 1024 * 1024 + 1), "is larger than"),
        ("main.tf", "a = " + "(" * 5000 + "1" + ")" * 5000, "there is no aws_dynamodb_table in it"),
        ("main.tf", "x" * (2 * 1024 * 1024 + 1), "is larger than"),
    ],
)
def test_bombs_are_refused(name: str, text: str, said: str, tmp_path: Path) -> None:
    """By size, by depth, by what aliases expand to, before anything is built."""
    assert said in refusal(tmp_path, text, name)


@pytest.mark.parametrize(
    "value",
    [
        'format("%999999999d", 1)',
        'format("%d", "1e999999999")',
        'replace(format("%999d", 1), " ", replace(format("%999d", 1), " ", format("%999d", 1)))',
    ],
)
def test_functions_make_no_texts_without_end(value: str, tmp_path: Path) -> None:
    """A short call that comes to gigabytes is not worked out, and said to be unknown."""
    text = (
        f'resource "aws_dynamodb_table" "t" {{\n name = {value}\n hash_key = "id"\n billing_mode = "PAY_PER_REQUEST"\n'
        ' attribute {\n name = "id"\n type = "S"\n }\n}\n'
    )
    (tmp_path / "main.tf").write_text(text)
    (table,) = import_files([tmp_path]).tables

    assert "does not take these arguments" in table.todos[0]


_TABLE = (
    'resource "aws_dynamodb_table" "t" {\n name = %s\n hash_key = "id"\n billing_mode = "PAY_PER_REQUEST"\n'
    ' attribute {\n name = "id"\n type = "S"\n }\n}\n'
)
_RANGE = range(1, 60)
_TOO_MUCH = re.compile(r"takes more than 200,000 steps|longer than 1,000,000 characters")


def _what_is_not_known(path: Path) -> re.Match[str] | None:
    try:
        return _TOO_MUCH.search(str(import_files([path]).all_todos))
    except RefusedError as problem:
        return _TOO_MUCH.search(problem.message)


@pytest.mark.parametrize(
    ("first", "level", "name"),
    [
        ('["x"]', "[local.a{0}, local.a{0}]", "join(local.a59...)"),
        ('["x"]', "[local.a{0}, local.a{0}]", '"${{local.a59}}"'),
        ('"x"', '"${{local.a{0}}}${{local.a{0}}}"', "local.a59"),
        ('["x"]', "concat(local.a{0}, local.a{0})", "local.a59[0]"),
        ('["x"]', "[for x in range(1000) : [for y in range(1000) : range(1000)]]", '"${{local.a59}}"'),
    ],
)
def test_locals_that_double_are_unknown(first: str, level: str, name: str, tmp_path: Path) -> None:
    """Values that name another twice at each of sixty levels end soon, with what could not be known."""
    levels = "\n".join(f"a{number} = {level.format(number - 1)}" for number in _RANGE)
    (tmp_path / "main.tf").write_text(f"locals {{\na0 = {first}\n{levels}\n}}\n{_TABLE % name.format()}")

    assert _what_is_not_known(tmp_path)


@pytest.mark.parametrize(
    "level", ["${{self:custom.a{0}}}${{self:custom.a{0}}}", "['${{self:custom.a{0}}}', '${{self:custom.a{0}}}']"]
)
def test_variables_that_double_are_unknown(level: str, tmp_path: Path) -> None:
    """Variables of the Serverless Framework that name another twice at each level end soon as well."""
    levels = "".join(f"  a{number}: {level.format(number - 1)}\n" for number in range(1, 20))
    text = (
        f"service: s\nprovider: {{name: aws}}\ncustom:\n  a0: x\n{levels}"
        "resources: {Resources: {T: {Type: AWS::DynamoDB::Table, Properties: {TableName: '${self:custom.a19}', "
        "BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: id, AttributeType: S}], "
        "KeySchema: [{AttributeName: id, KeyType: HASH}]}}}}\n"
    )

    assert _what_is_not_known(write(tmp_path, serverless__yml=text)[0])


def test_conditions_that_double_are_unknown(tmp_path: Path) -> None:
    """Conditions of a template that name another ten times at each level end soon as well."""
    conditions = {f"C{number}": {"Fn::And": [{"Condition": f"C{number - 1}"}] * 10} for number in range(1, 19)}
    properties = {
        "TableName": {"Fn::If": ["C18", "a", "b"]},
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    template = {
        "Conditions": {"C0": {"Fn::Equals": ["x", "x"]}, **conditions},
        "Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": properties}},
    }

    assert _what_is_not_known(write(tmp_path, t__json=json.dumps(template))[0])


def _ends_in_a_draft_or_a_sentence(path: Path) -> bool:
    try:
        return plan_text(import_files([path]), "x").endswith("\n")
    except RefusedError as problem:
        return bool(problem.message)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))),
    name=st.sampled_from(["x.yaml", "x.json", "x.jsonl", "x.tf", "x.tf.json", "serverless.yml"]),
)
def test_any_bytes_are_a_draft_or_a_sentence(tmp_path: Path, data: bytes, name: str) -> None:
    """Never anything else."""
    path = tmp_path / name
    path.write_bytes(data)
    assert _ends_in_a_draft_or_a_sentence(path)


_NAMES = (
    "Ref",
    "Fn::Sub",
    "Fn::If",
    "Fn::Join",
    "Fn::FindInMap",
    "Fn::Select",
    "Fn::Not",
    "Fn::Equals",
    "Name",
    "KeySchema",
    "AttributeName",
    "TableName",
    "Tags",
    "Replicas",
    "GlobalSecondaryIndexes",
    "PrimaryKey",
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab$!{}.:*", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_NAMES),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)
_PLACES = {
    "t.json": lambda own, kind: {"Resources": {"T": {"Type": f"AWS::{kind}", "Properties": own}}, "Conditions": own},
    "p.json": lambda own, _: {
        "planned_values": {"root_module": {"resources": [{"type": "aws_dynamodb_table", "values": own, "name": "t"}]}}
    },
    "w.json": lambda own, _: {"DataModel": [own], "ModelName": own},
    "m.json": lambda own, _: {"tables": [{"KeySchema": own, "AttributeDefinitions": own}], "items": own},
    "s.json": lambda own, _: {"tables": [{"table_config": own, "entities": own, "gsi_list": own}]},
    "e.json": lambda own, _: {"format": "ddbplan-export/1", "database": "x", "tables": own, "seed": own},
}


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    own=_json,
    name=st.sampled_from(sorted(_PLACES)),
    kind=st.sampled_from(["DynamoDB::Table", "DynamoDB::GlobalTable", "Serverless::SimpleTable"]),
)
def test_any_shape_inside_is_a_draft_or_a_sentence(tmp_path: Path, own: object, name: str, kind: str) -> None:
    """Whatever stands where a format has something else."""
    path = tmp_path / name
    path.write_text(json.dumps(_PLACES[name](own, kind)))
    assert _ends_in_a_draft_or_a_sentence(path)


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    """A link inside the folder to a file outside is not followed."""
    secret = write(tmp_path, other__yml="Resources: {}\n")[0]
    own = write(tmp_path / "own", serverless__yml="service: x\nprovider: {name: aws}\nresources: ${file(link.yml)}\n")[
        0
    ]
    (own.parent / "link.yml").symlink_to(secret)

    with pytest.raises(RefusedError, match="--inside names the folder to look in"):
        import_files([own])


def test_folders_devices_and_missing_files(tmp_path: Path) -> None:
    """What is no regular file is refused in a sentence."""
    for path, said in (
        (tmp_path, "holds no .tf file"),
        (Path("/dev/null"), "is no file"),
        (tmp_path / "x", "is no file"),
    ):
        with pytest.raises(RefusedError, match=said):
            import_files([path])


def test_a_hostile_text_stays_a_comment() -> None:
    """Line breaks, terminal escapes and document marks in a TODO never become YAML."""
    todo = "name: the file says `a\n--- \x1b[2J\u2028tables: {}\x85ddbplan: 2`, and x."
    lines = comments(todo, "    ")
    draft = Draft(kind=Kind.WORKBENCH, tables=(TableDraft(key="t", settings={"partition_key": "id"}, todos=(todo,)),))

    assert all(line.startswith("    #") and line.isprintable() for line in lines)
    assert yaml.safe_load(plan_text(draft, "x")) == {
        "ddbplan": 1,
        "database": "x",
        "tables": {"t": {"partition_key": "id"}},
    }


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_values = st.recursive(
    st.one_of(
        _texts.map(lambda text: {"S": text}),
        st.sampled_from(["0", "-1.50", "1E+30", "+5", "007", "1e-9", ".5"]).map(lambda text: {"N": text}),
        st.booleans().map(lambda value: {"BOOL": value}),
        st.just({"NULL": True}),
        st.binary(max_size=6).map(lambda data: checked_value({"B": __import__("base64").b64encode(data).decode()})),
        st.sets(_texts.filter(bool), min_size=1, max_size=3).map(lambda own: {"SS": sorted(own)}),
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda own: {"L": own})
        | st.dictionaries(_texts.filter(bool), inner, max_size=3).map(lambda own: {"M": own})
    ),
    max_leaves=8,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=_values)
def test_a_written_value_is_read_as_the_same_value(tmp_path: Path, value: dict[str, object]) -> None:
    """Whatever an attribute holds, the plan's reader takes back what was written."""
    row = f"{{id: x, value: {value_text(value)}, {scalar('odd name: #')}: true}}"
    plan = checked(tmp_path, f"ddbplan: 1\ndatabase: x\ntables: {{t: {{partition_key: id}}}}\nseed: {{t: [{row}]}}\n")
    (read,) = plan.plan.seeds["t"].items

    assert canonical_value(read.item["value"]) == canonical_value(value)
    assert read.item["odd name: #"] == {"BOOL": True}


def test_values_of_queries_are_typed() -> None:
    """A value keeps its DynamoDB type in a query's values."""
    assert value_text(Typed({"N": "5"}).value) == "5"
    assert value_text({"S": "5"}) == '"5"'


def test_a_template_keeps_its_account_ids_and_dates(tmp_path: Path) -> None:
    """A number with a leading zero and an unquoted date stay the texts that they are."""
    text = """
Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: 012345678901
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      Tags: [{Key: since, Value: 2012-10-17}]
"""
    settings_ = imported(tmp_path, text).tables[0].settings

    assert settings_["name"] == "012345678901"
    assert settings_["tags"] == {"since": "2012-10-17"}
