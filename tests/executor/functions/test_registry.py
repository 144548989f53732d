"""Registry, call models, files and documentation agree; arguments are checked with messages for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import executor.functions
from executor.clients import Clients, Target
from executor.registry import FUNCTION_REGISTRY, call_function
from planner.function_names import FUNCTION_NAMES, READING_FUNCTIONS, WRITING_FUNCTIONS
from planner.function_tools import input_schema, tool_definition, tool_definitions
from planner.functions import CALL_MODELS

FOLDER = Path(executor.functions.__file__).parent
README = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
NOBODY = Clients(Target(endpoint_url="http://127.0.0.1:9", region="eu-west-1", local=True))


def test_names_models_registry_and_files_agree() -> None:
    """Eleven functions: each named, modelled, registered and in a file of its own."""
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    assert len(FUNCTION_NAMES) == 11
    assert set(FUNCTION_NAMES) == set(CALL_MODELS) == set(FUNCTION_REGISTRY) == files
    assert {name: model.function for name, model in CALL_MODELS.items()} == {name: name for name in FUNCTION_NAMES}
    assert not set(READING_FUNCTIONS) & set(WRITING_FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_the_documentation_names_arguments_and_errors(name: str) -> None:
    """The README has a section for each function with every argument and every error of its own."""
    section = README.split(f"### `{name}`", 1)[1].split("\n### ", 1)[0]
    common = set.intersection(*(set(model.errors) for model in CALL_MODELS.values()))

    for argument in CALL_MODELS[name].model_fields:
        assert f"`{argument}`" in section, argument
    for error in CALL_MODELS[name].errors:
        assert f"`{error}`" in (README if error in common else section), error


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_examples_are_valid_calls(name: str) -> None:
    """Every example passes the call model and the JSON Schema."""
    for example in CALL_MODELS[name].examples:
        CALL_MODELS[name].model_validate(example)
        jsonschema.validate(example, input_schema(name))


def test_tool_definitions_are_complete() -> None:
    """Each tool has a name, a description with examples and errors, and a closed schema that says what is required."""
    for tool in tool_definitions():
        model = CALL_MODELS[tool["name"]]
        assert set(tool) == {"name", "description", "input_schema"}
        assert tool["input_schema"]["type"] == "object"
        assert tool["input_schema"]["additionalProperties"] is False
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        assert set(tool["input_schema"]["required"]) == required
        assert json.dumps(model.examples[0]) in tool["description"]
        assert all(f"- {code}: " in tool["description"] for code in model.errors)


def test_a_tool_is_described_as_its_docstring_says() -> None:
    """The description begins with what the function does."""
    tool = tool_definition("list_all_tables")

    assert tool["description"].startswith("Names of all tables of the account and Region, all pages to the end.\n")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("put_item", {"table_name": "abc"}, "put_item: item is missing."),
        (
            "put_item",
            {"table_name": "abc", "item": {}, "conditon_expression": "x"},
            "put_item: conditon_expression is unknown (did you mean condition_expression?).",
        ),
        (
            "put_item",
            {"table_name": "abc", "item": {"a": 1}},
            'put_item: item: a must be one typed value such as {"S": "text"} or {"N": "1"}.',
        ),
        (
            "put_item",
            {"table_name": "abc", "item": {"a": {"L": [{"B": "%"}]}}},
            "put_item: item: a[0] is not base64 text.",
        ),
        ("put_item", {"table_name": "abc", "item": {"a": {"N": "x"}}}, "put_item: item: a: 'x' is not a number."),
        ("batch_write_items", {"table_name": "abc"}, "batch_write_items: give either items or source."),
        (
            "execute_transaction",
            {"transaction_items": [{"Put": {}, "Delete": {}}], "client_request_token": "t"},
            "execute_transaction: transaction_items[0] must hold exactly one operation.",
        ),
        (
            "scan_table",
            {"table_name": "abc", "limit": 0},
            "scan_table: limit: input should be greater than or equal to 1.",
        ),
        ("scan_table", {"table_name": "abc", "rows": 1}, "scan_table: rows is unknown."),
        ("scan_table", {"table_name": "abc", "stop": "now"}, "scan_table: stop is unknown."),
        ("get_table_info", {"table_name": "abc", "name": "x"}, "get_table_info: name is unknown."),
    ],
)
def test_bad_arguments_are_said_in_words(name: str, arguments: dict[str, Any], message: str) -> None:
    """A wrong argument is a result that names it, and nothing is sent."""
    result = call_function(name, NOBODY, **arguments)

    assert (result.ok, result.error_code, result.message) == (False, "InvalidArguments", message)
    assert result.request_ids == ()


def test_an_unknown_function_is_a_result() -> None:
    """A name outside the registry calls nothing."""
    result = call_function("delete_table", NOBODY)

    assert (result.ok, result.error_code) == (False, "UnknownFunction")


def test_a_marker_leaves_98_operations() -> None:
    """With a marker a transaction holds 98 operations at most."""
    member = {"Put": {"TableName": "abc", "Item": {"id": {"S": "a"}}}}
    marker = {"table_name": "abc", "database": "d", "entry": "transaction#t", "fence": 1, "content_hash": "h"}
    result = call_function(
        "execute_transaction",
        NOBODY,
        transaction_items=[member] * 99,
        client_request_token=marker["database"],
        marker=marker,
    )

    assert result.message == "execute_transaction: with a marker a transaction holds at most 98 operations."


def test_nothing_that_deletes_a_table_can_be_called() -> None:
    """No function sends DeleteTable."""
    sources = [*FOLDER.glob("*.py"), *FOLDER.parent.glob("*.py")]

    assert FOLDER.parent / "caller.py" in sources
    assert "delete_table" not in (FOLDER.parent / "caller.py").read_text(encoding="utf-8")
    assert all("delete_table" not in path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
