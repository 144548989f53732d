"""Terraform: HCL that can be worked out, resources that add to a table, modules, and what `show -json` prints."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest

from planner.importing import Draft, Kind, RefusedError, import_files
from tests.interchange.support import imported, refusal, tables, todos, write

BODY = """
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "id"
    type = "S"
  }
"""


def _folder(folder: Path, text: str, **given: str) -> Draft:
    write(folder, main__tf=text)
    return import_files([folder], given=given)


def _table(more: str = "", name: str = "users") -> str:
    return f'resource "aws_dynamodb_table" "{name}" {{\n  name = "prod-{name}"\n{BODY}{more}\n}}\n'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"${var.env}-users"', "dev-users"),
        ("local.names[var.env]", "developer"),
        ('local.names["prod"]', "live"),
        ('format("%s-%03d", upper(var.env), 7)', "DEV-007"),
        ('join("-", concat([var.env], ["a"], split(",", "b,c")))', "dev-a-b-c"),
        ('lookup(local.names, "nope", "other")', "other"),
        ("coalesce(null, var.env, 1)", "dev"),
        ("try(local.names.nope, var.env)", "dev"),
        ('replace("a.b", ".", "-")-x', None),
        ('merge(local.names, { dev = "new" }).dev', "new"),
        ('element([for n in ["a", "b"] : "${n}-tab" if n != "a"], 0)', "b-tab"),
        ("keys({ for k, v in local.names : v => k })[0]", "developer"),
        ('jsondecode("{\\"a\\": \\"tab-x\\"}").a', "tab-x"),
        ('trimspace(file("${path.module}/name.txt"))', "from-file"),
        ('length(local.list[*].n) == 2 ? "two-tab" : "other"', "two-tab"),
        ('var.on && var.env == "dev" ? "yes" : "nope"', "nope"),
        ("data.aws_ssm_parameter.x.value", None),
        ("module.other.name", None),
        ("terraform.workspace", None),
        ("uuid()", None),
        ("local.circle", None),
        ('file("../outside.txt")', None),
    ],
)
def test_names_are_expressions(expression: str, value: str | None, tmp_path: Path) -> None:
    """Worked out where variables, locals and functions tell, and a TODO where only Terraform knows."""
    folder = tmp_path / "own"
    write(folder, name__txt="from-file\n")
    write(tmp_path, outside__txt="secret")
    text = f"""
variable "env" {{ default = "dev" }}
variable "on" {{
  type    = bool
  default = false
}}
locals {{
  names  = {{ dev = "developer", prod = "live" }}
  list   = [{{ n = 1 }}, {{ n = 2 }}]
  circle = local.circle
}}
{_table().replace('"prod-users"', expression if value or "-x" not in expression else "local.nothing")}"""
    draft = _folder(folder, text)

    assert tables(draft)["users"].get("name") == value
    assert todos(draft) == ([] if value else ["table.users name"])


def test_variables_from_everywhere(tmp_path: Path) -> None:
    """Automatic files, a named .tfvars, and --set in this order; a map is an expression."""
    text = 'variable "env" {}\nvariable "tags" { type = map(string) }\n' + _table("tags = var.tags").replace(
        '"prod-users"', '"${var.env}-users"'
    )
    own = tmp_path / "own"
    paths = write(own, main__tf=text, terraform__tfvars='env = "auto"\ntags = { a = "auto" }')
    prod = write(tmp_path, prod__tfvars='env = "named"')

    assert tables(import_files([own]))["users"]["name"] == "auto-users"
    assert tables(import_files([own, *prod]))["users"]["name"] == "named-users"
    found = tables(import_files(paths[:1], given={"env": "said", "tags": '{ b = "c" }'}))["users"]
    assert (found["name"], found["tags"]) == ("said-users", {"b": "c"})


def test_capacity_by_a_condition(tmp_path: Path) -> None:
    """`cond ? "PROVISIONED" : "PAY_PER_REQUEST"` with null on the other branch; no mode means provisioned."""
    text = _table("read_capacity = var.on ? 5 : null\nwrite_capacity = var.on ? 6 : null").replace(
        '"PAY_PER_REQUEST"', 'var.on ? "PROVISIONED" : "PAY_PER_REQUEST"'
    )
    text += 'variable "on" { type = bool }\n'
    on, off, unknown = _folder(tmp_path, text, on="true"), _folder(tmp_path, text, on="false"), _folder(tmp_path, text)
    default = _folder(
        tmp_path, _table("read_capacity = 1\nwrite_capacity = 2").replace('billing_mode = "PAY_PER_REQUEST"', "")
    )

    assert tables(on)["users"]["capacity"] == {"read": 5, "write": 6}
    assert tables(off)["users"]["billing"] == "on_demand"
    assert todos(unknown)[0] == "table.users billing"
    assert tables(default)["users"]["billing"] == "provisioned"


def test_many_tables_of_one_block(tmp_path: Path) -> None:
    """for_each over a local map with dynamic blocks, count switches, and one that cannot be known."""
    text = f"""
locals {{
  all = {{
    users  = {{ key = "uid", by = ["mail"] }}
    orders = {{ key = "oid", by = [] }}
  }}
}}
resource "aws_dynamodb_table" "many" {{
  for_each     = local.all
  name         = "prod-${{each.key}}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value.key
  dynamic "attribute" {{
    for_each = toset(flatten([[each.value.key], each.value.by]))
    content {{
      name = attribute.value
      type = "S"
    }}
  }}
  dynamic "global_secondary_index" {{
    for_each = each.value.by
    iterator = it
    content {{
      name            = "by_${{it.value}}"
      hash_key        = it.value
      projection_type = "ALL"
    }}
  }}
}}
{_table("count = 0", "never")}{_table("count = 2", "twice").replace('"prod-twice"', '"t-${count.index}"')}
{_table("count = var.unknown", "maybe")}"""
    draft = _folder(tmp_path, text)

    assert list(tables(draft)) == ["many_users", "many_orders", "twice_0", "twice_1", "maybe"]
    assert tables(draft)["many_users"]["global_secondary_indexes"] == {"by_mail": {"partition_key": "mail"}}
    assert "global_secondary_indexes" not in tables(draft)["many_orders"]
    assert tables(draft)["twice_1"]["name"] == "t-1"
    assert todos(draft) == ["aws_dynamodb_table.never was left out", "table.maybe count"]


def test_an_index_has_its_keys_or_the_table_is_refused(tmp_path: Path) -> None:
    """key_schema blocks of provider 6 are read; an index without any key is an error, never an index without keys."""
    index = 'global_secondary_index {\n name = "gix"\n projection_type = "KEYS_ONLY"\n INNER\n}'
    blocks = "".join(
        f'key_schema {{\n attribute_name = "{name}"\n key_type = "{kind}"\n}}\n'
        for name, kind in (("id", "HASH"), ("b", "HASH"), ("c", "RANGE"))
    )
    found = _folder(tmp_path, _table(index.replace("INNER", blocks)))
    write(tmp_path / "none", main__tf=_table(index.replace("INNER", "")))

    assert tables(found)["users"]["global_secondary_indexes"]["gix"] == {
        "partition_key": ["id", "b"],
        "sort_key": "c",
        "projection": "KEYS_ONLY",
    }
    with pytest.raises(RefusedError, match="the index gix has no partition key"):
        import_files([tmp_path / "none"])


def test_what_stands_beside_a_table_is_joined(tmp_path: Path) -> None:
    """Autoscaling, streams, insights, a policy, a replica, an index and rows, by reference or by name."""
    text = (
        _table('lifecycle {\n prevent_destroy = true\n}\nttl {\n attribute_name = ""\n enabled = false\n}').replace(
            '"PAY_PER_REQUEST"', '"PROVISIONED"\n read_capacity = 1\n write_capacity = 1'
        )
        + """
resource "aws_appautoscaling_target" "r" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.users.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 1
  max_capacity       = 9
}
resource "aws_appautoscaling_policy" "r" {
  resource_id        = aws_appautoscaling_target.r.resource_id
  scalable_dimension = aws_appautoscaling_target.r.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 42
  }
}
resource "aws_dynamodb_kinesis_streaming_destination" "k" {
  stream_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
  table_name = aws_dynamodb_table.users.name
}
resource "aws_dynamodb_contributor_insights" "c" { table_name = "prod-users" }
resource "aws_dynamodb_resource_policy" "p" {
  resource_arn = aws_dynamodb_table.users.arn
  policy       = jsonencode({ Statement = [] })
}
resource "aws_dynamodb_table_replica" "r" {
  global_table_arn       = aws_dynamodb_table.users.arn
  region_name            = "us-east-1"
  point_in_time_recovery = true
}
resource "aws_dynamodb_global_secondary_index" "g" {
  table_name = aws_dynamodb_table.users.name
  index_name = "by_n"
  projection {
    projection_type = "ALL"
  }
  key_schema {
    attribute_name = "n"
    attribute_type = "N"
    key_type       = "HASH"
  }
}
resource "aws_dynamodb_table_item" "i" {
  table_name = aws_dynamodb_table.users.name
  hash_key   = "id"
  item       = <<-ITEM
    {"id": {"S": "a"}, "n": {"N": "1"}}
  ITEM
}
resource "aws_dynamodb_table_item" "other" {
  table_name = "elsewhere"
  item       = "{}"
}
"""
    )
    draft = _folder(tmp_path, text)
    found = tables(draft)["users"]

    assert found["capacity"] == {"read": {"min": 1, "max": 9, "target": 42}, "write": 1}
    assert found["kinesis"] == {"stream_arn": "arn:aws:kinesis:eu-west-1:111122223333:stream/s"}
    assert found["contributor_insights"] is True
    assert found["resource_policy"] == {"Statement": []}
    assert found["replicas"] == {"us-east-1": {"point_in_time_recovery": True}}
    assert found["global_secondary_indexes"] == {"by_n": {"partition_key": "n"}}
    assert found["key_types"] == {"n": "N"}
    assert "time_to_live" not in found
    assert draft.seeds == {"users": ({"id": {"S": "a"}, "n": {"N": "1"}},)}
    assert todos(draft) == ["aws_dynamodb_table_item.other was left out", "table.users lifecycle"]


def test_modules(tmp_path: Path) -> None:
    """A local module with literals, the community's own without its text, and one that is not read is said."""
    text = """
module "wrapped" {
  source = "./table"
  name   = "wrapped"
}
module "registry" {
  for_each               = toset(["one", "two"])
  source                 = "terraform-aws-modules/dynamodb-table/aws"
  name                   = "r-${each.key}"
  hash_key               = "id"
  billing_mode           = "PROVISIONED"
  read_capacity          = 1
  write_capacity         = 2
  autoscaling_enabled    = true
  autoscaling_read       = { max_capacity = 10 }
  attributes             = [{ name = "id", type = "N" }]
  ttl_enabled            = true
  ttl_attribute_name     = "gone"
}
module "far" { source = "git::https://example.com/x.git?ref=1" }
module "above" { source = "../secret" }
"""
    write(tmp_path / "own" / "table", main__tf='variable "name" {}\n' + _table().replace('"prod-users"', "var.name"))
    write(tmp_path / "secret", main__tf=_table(name="secret"))
    draft = _folder(tmp_path / "own", text)
    wider = import_files([tmp_path / "own"], inside=tmp_path)

    assert list(tables(draft)) == ["wrapped", "registry_one", "registry_two"]
    assert tables(draft)["wrapped"]["name"] == "wrapped"
    assert tables(draft)["registry_one"]["capacity"] == {"read": {"min": 1, "max": 10, "target": 70}, "write": 2}
    assert tables(draft)["registry_two"]["time_to_live"] == "gone"
    assert [todo.split(" ")[0] for todo in draft.todos] == ["module.far", "module.above"]
    assert "above" in tables(wider)


def test_files_as_people_have_them(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends, a link out of the folder, and HCL that does not parse."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "main.tf").write_bytes(b"\xef\xbb\xbf" + _table().replace("\n", "\r\n").encode())
    assert list(tables(import_files([tmp_path / "own"]))) == ["users"]

    (tmp_path / "own" / "bad.tf").write_text('resource "x" "y" {\n  a = \n}\n')
    with pytest.raises(RefusedError, match=r"`bad\.tf` is not HCL: line"):
        import_files([tmp_path / "own"])


def test_without_the_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what to install, and what needs no parser."""
    real = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name == "hcl2":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(RefusedError, match=r"pip install 'ddbplan\[import\]'.*terraform show -json"):
        _folder(tmp_path, _table())


def _shown(resources: list[dict[str, Any]], **more: Any) -> str:
    return json.dumps({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}, **more})


VALUES = {
    "name": "prod-users",
    "billing_mode": None,
    "hash_key": "id",
    "read_capacity": 5,
    "write_capacity": 5,
    "attribute": [{"name": "id", "type": "S"}],
    "global_secondary_index": [],
    "ttl": [],
    "stream_enabled": False,
    "stream_view_type": "",
    "tags": None,
    "timeouts": None,
    "table_class": "STANDARD",
}


def test_a_plan_as_json(tmp_path: Path) -> None:
    """Modules are resolved, what is known after apply is a TODO only where the configuration names it."""
    table = {"address": "aws_dynamodb_table.users", "type": "aws_dynamodb_table", "name": "users", "mode": "managed"}
    item = {"address": "aws_dynamodb_table_item.i", "type": "aws_dynamodb_table_item", "name": "i", "mode": "managed"}
    text = _shown(
        [{**table, "values": VALUES}, {**item, "values": {"item": '{"id": {"S": "a"}}'}}],
        resource_changes=[
            {"address": table["address"], "change": {"after_unknown": {"server_side_encryption": True, "ttl": True}}},
            {"address": item["address"], "change": {"after_unknown": {"table_name": True}}},
        ],
        configuration={
            "root_module": {
                "resources": [
                    {"address": table["address"], "expressions": {"server_side_encryption": [{}]}},
                    {
                        "address": item["address"],
                        "expressions": {"table_name": {"references": ["aws_dynamodb_table.users.name"]}},
                    },
                ]
            }
        },
    )
    draft = imported(tmp_path, text, "plan.json")

    assert draft.kind is Kind.TERRAFORM_JSON
    assert tables(draft)["users"] == {
        "name": "prod-users",
        "partition_key": "id",
        "billing": "provisioned",
        "capacity": {"read": 5, "write": 5},
        "stream": False,
        "table_class": "standard",
    }
    assert draft.seeds["users"] == ({"id": {"S": "a"}},)
    assert todos(draft) == ["table.users encryption"]


def test_state_files_and_json_syntax(tmp_path: Path) -> None:
    """A state file with instances, and CDKTF's output with interpolations in texts."""
    instances = [{"index_key": key, "attributes": {**VALUES, "name": f"prod-{key}"}} for key in ("a", "b")]
    table = {"mode": "managed", "type": "aws_dynamodb_table", "name": "t", "instances": instances}
    state = {"version": 4, "lineage": "x", "resources": [table]}
    cdktf = {"provider": {}, "variable": {"env": {"default": "dev"}}, "resource": {"aws_dynamodb_table": {
        "Counter_1A2B3C4D": {"//": {}, **VALUES, "name": "${var.env}-counter"}}}}  # fmt: skip

    assert list(tables(imported(tmp_path, json.dumps(state), "terraform.tfstate"))) == ["t_a", "t_b"]
    assert [own["name"] for own in tables(imported(tmp_path, json.dumps(cdktf), "x.tf.json")).values()] == [
        "dev-counter"
    ]


def test_restored_tables_and_broken_keys_are_refused(tmp_path: Path) -> None:
    """A table made of a backup has no keys in the file, and a key names an attribute once."""
    table = {"address": "aws_dynamodb_table.t", "type": "aws_dynamodb_table", "name": "t"}
    restored = _shown([{**table, "values": {"name": "ttt", "restore_source_name": "old", "attribute": []}}])
    twice = _shown([{**table, "values": {**VALUES, "range_key": "id"}}])

    assert "made of a backup (restore_source_name), whose keys the file does not tell" in refusal(
        tmp_path, restored, "plan.json"
    )
    assert "has `id` twice in its key" in refusal(tmp_path, twice, "plan.json")


def test_a_module_that_calls_itself_is_named_as_such(tmp_path: Path) -> None:
    """Directly, or by way of another: what Terraform refuses is said, once, and the other tables are imported."""
    table = (
        'resource "aws_dynamodb_table" "t" {\n  name = "t"\n  hash_key = "id"\n  billing_mode = "PAY_PER_REQUEST"\n'
        '  attribute {\n    name = "id"\n    type = "S"\n  }\n}\n'
    )
    for name, called in {"": "./one", "one": "../two", "two": "../one"}.items():
        (tmp_path / name).mkdir(exist_ok=True)
        module = f'module "{Path(called).name}" {{\n  source = "{called}"\n}}\n'
        (tmp_path / name / "main.tf").write_text(module + ("" if name else table))

    draft = import_files([tmp_path])

    assert [found.key for found in draft.tables] == ["t"]
    assert draft.todos == (
        (
            "module.one.module.two.module.one was not read, for `../one` is a module that calls itself, which "
            "Terraform refuses; what tables it makes is not known."
        ),
    )
