"""What the rules find, as people and programs see it: validate's forms, severities, waivers, explain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from ddbplan.main import program
from planner.codes import catalogue
from planner.pages import page

PLAN = """\
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: status
    point_in_time_recovery: true
    deletion_protection: true
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one plan that has one warning, at line 5, column 5."""
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "shop.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*words: str) -> Result:
    return CliRunner().invoke(program, words)


def _comment(project: Path, comment: str) -> None:
    path = project / "plans" / "shop.yaml"
    path.write_text(PLAN.replace("partition_key: status", f"partition_key: status  {comment}"), encoding="utf-8")


def _settings(project: Path, text: str) -> None:
    (project / "ddbplan.toml").write_text(text, encoding="utf-8")


def _found(answer: Result) -> list[tuple[str, str, int, int]]:
    (plan,) = json.loads(answer.stdout)["plans"]
    return [(one["code"], one["severity"], one["line"], one["column"]) for one in plan["diagnostics"]]


def test_a_warning_leaves_a_plan_valid(project: Path) -> None:
    """It is told with its place, and the exit code is that of success."""
    answer = _run("validate", "--format", "json")

    assert _found(answer) == [("DDB117", "warning", 5, 5)]
    assert answer.exit_code == 0


@pytest.mark.parametrize("named", ["plans/shop.yaml", "./plans/shop.yaml", "{here}/plans/shop.yaml"])
def test_a_row_of_a_file_is_found_from_the_working_folder(project: Path, named: str) -> None:
    """As the plan is: in text as it was named, for annotations and code scanning as a checkout has it."""
    (project / "plans" / "data").mkdir()
    (project / "plans" / "data" / "orders.jsonl").write_text('{"status": "new"}\n{"state": "new"}\n', encoding="utf-8")
    (project / "plans" / "shop.yaml").write_text(
        f"{PLAN}seed:\n  orders: {{file: data/orders.jsonl}}\n", encoding="utf-8"
    )
    plan = named.format(here=project)
    text, github, report = (_run("validate", plan, "--format", form).stdout for form in ("text", "github", "sarif"))
    places = [
        one["locations"][0]["physicalLocation"]["artifactLocation"] for one in json.loads(report)["runs"][0]["results"]
    ]

    assert (
        f"{'' if plan.startswith('.') else plan.removesuffix('plans/shop.yaml')}plans/data/orders.jsonl:2:1: DDB0"
        in text
    )
    assert '2 | {"state": "new"}' in text
    assert "file=plans/data/orders.jsonl,line=2,col=1," in github
    assert {"uri": "plans/data/orders.jsonl"} in places


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("info", 0), ("off", 0)])
def test_a_project_sets_the_severity_of_a_code(project: Path, level: str, code: int) -> None:
    """In ddbplan.toml; an error keeps the plan from being used."""
    _settings(project, f'[rules]\nDDB117 = "{level}"\n')
    answer = _run("validate", "--format", "json")

    assert [severity for _, severity, *_ in _found(answer)] == [level] * (level != "off")
    assert answer.exit_code == code


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[rules]\nDDB177 = "off"\n', "ddbplan.toml:2:1: DDB035 error ddbplan.toml\n  `DDB177` is no code."),
        ('[rules]\nDDB117 = "of"\n', "ddbplan.toml:2:1: DDB035 error ddbplan.toml\n  `DDB117` cannot be `of`."),
        ('[rules]\nDDB071 = "off"\n', "DDB071 is an error that DynamoDB or this grammar makes of it, and stays one."),
        ("[quotas]\nglobal_indexes = 50\n", "`global_indexes` is no quota."),
        ("[quotas]\nglobal_indexes_per_table = 0\n", "`global_indexes_per_table` is a whole number above 0."),
        ("rules = 5\n", "`rules` is a section."),
        ("[rule]\n", "`rule` is nothing that `ddbplan.toml` has."),
    ],
)
def test_a_mistake_in_the_settings_is_an_error(project: Path, text: str, what: str) -> None:
    """With its line; a misspelt code would turn nothing off and say nothing."""
    _settings(project, text)
    answer = _run("validate")

    assert answer.exit_code == 1
    assert what in answer.output


def test_a_near_miss_is_told_what_was_meant(project: Path) -> None:
    """Of codes, severities and quotas alike."""
    _settings(project, '[rules]\nDDB1177 = "off"\nDDB118 = "warn"\n[quotas]\nglobal_index_per_table = 5\n')
    answer = _run("validate")

    for meant in ("DDB117", "warning", "global_indexes_per_table"):
        assert f"Did you mean `{meant}`?" in answer.output


def test_a_raised_quota_is_taken_into_account(project: Path) -> None:
    """21 indexes are one too many, unless the account has more."""
    indexes = "".join(f"      by_{n}: {{partition_key: [a{n}, b{n}]}}\n" for n in range(21))
    text = PLAN.replace("status", "id") + f"    global_secondary_indexes:\n{indexes}"
    (project / "plans" / "shop.yaml").write_text(text, encoding="utf-8")

    assert "DDB046" in _run("validate").output
    _settings(project, "[quotas]\nglobal_indexes_per_table = 30\n")
    assert "DDB046" not in _run("validate").output


def test_a_waiver_with_a_reason_lets_a_finding_pass(project: Path) -> None:
    """On the line, or on lines of its own above it."""
    _comment(project, "# ddbplan: ignore DDB117 because three values are all there will be")
    assert _found(_run("validate", "--format", "json")) == []

    above = PLAN.replace(
        "    partition_key", "    # ddbplan: ignore DDB117, DDB118 because few\n    # (see above)\n    partition_key"
    )
    (project / "plans" / "shop.yaml").write_text(above, encoding="utf-8")
    assert _found(_run("validate", "--format", "json")) == []


@pytest.mark.parametrize(
    "comment", ["# ddbplan: ignore DDB117", "# ddbplan: ignore DDB117 because", "# ddbplan: ignore it because"]
)
def test_a_waiver_without_a_reason_does_not_count(project: Path, comment: str) -> None:
    """And says so, at its own place."""
    _comment(project, comment)

    assert _found(_run("validate", "--format", "json")) == [("DDB117", "warning", 5, 5), ("DDB190", "warning", 5, 28)]


def test_a_waiver_of_nothing_is_told(project: Path) -> None:
    """It would hide the next finding on that line unseen."""
    _comment(project, "# ddbplan: ignore DDB116, DDB118 because it was there once")

    assert ("DDB191", "info", 5, 28) in _found(_run("validate", "--format", "json"))


def test_an_error_of_the_plan_cannot_be_waived(project: Path) -> None:
    """Only what rules judge, and warnings."""
    text = PLAN.replace("status", "id") + (
        "queries:\n  q: {table: order, key_condition: id = :a, values: {a: a}}"
        "  # ddbplan: ignore DDB076 because it comes later\n"
    )
    (project / "plans" / "shop.yaml").write_text(text, encoding="utf-8")

    assert ("DDB076", "error", 9, 3) in _found(_run("validate", "--format", "json"))


def test_github_annotations_are_one_line_each(project: Path) -> None:
    """With file, line, column and title, and nothing in them that could end or begin another command."""
    answer = _run("validate", "--format", "github")

    assert answer.stdout.startswith(
        "::warning file=plans/shop.yaml,line=5,col=5,title=DDB117 Partition key with few values::'status', "
    )
    assert len(answer.stdout.splitlines()) == 1


def test_annotations_cannot_be_forged_by_a_plan(project: Path) -> None:
    """A name with line ends, colons and commas stays one message."""
    hostile = '"x\\n::error file=a,line=1::owned %0A\\e[31m"'
    text = (
        PLAN.replace("status", "id")
        + f"queries:\n  q: {{table: {hostile}, key_condition: id = :a, values: {{a: a}}}}\n"
    )
    (project / "plans" / "shop.yaml").write_text(text, encoding="utf-8")
    lines = _run("validate", "--format", "github").stdout.splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("::error file=plans/shop.yaml,line=9,col=3,title=DDB076 ")
    assert "\x1b" not in lines[0]
    assert "%250A" in lines[0]


def test_sarif_is_what_its_schema_says(project: Path) -> None:
    """Checked by a model that was made from the schema and forbids what it does not have."""
    answer = _run("validate", "--format", "sarif")
    document = json.loads(answer.stdout)
    Sarif.model_validate(document)
    (run,) = document["runs"]
    (result,) = run["results"]

    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["DDB117"]
    assert result["ruleIndex"] == 0
    assert result["level"] == "warning"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "plans/shop.yaml"},
        "region": {"startLine": 5, "startColumn": 5},
    }


def test_sarif_of_a_plan_that_cannot_be_read(project: Path) -> None:
    """Errors of reading are results as well; exit 1."""
    (project / "plans" / "shop.yaml").write_text("a: [", encoding="utf-8")
    answer = _run("validate", "--format", "sarif")

    Sarif.model_validate(json.loads(answer.stdout))
    assert answer.exit_code == 1


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_code_has_a_page(code: str) -> None:
    """Whatever ddbplan says can be asked about."""
    text = page(code)

    assert text is not None
    assert "## What to do" in text


def test_pages_are_of_codes_that_exist() -> None:
    """No page is left over, and nothing but a code leads to a file."""
    from planner import pages  # noqa: PLC0415 - its folder is looked at

    folder = Path(pages.__file__).parent
    named = {file.stem for file in folder.glob("*.md")}

    assert named <= set(catalogue())
    assert page("../pages/DDB101") is None
    assert page("DDB999") is None


def test_explain_shows_a_rule_with_its_examples(project: Path) -> None:
    """Why, what is found, what to do, and how to set it otherwise."""
    answer = _run("explain", "ddb117")

    for part in (
        "DDB117 warning",
        "Why: ",
        "What is found",
        "What to do",
        "by_status: {partition_key: [shop_id, status]",
    ):
        assert part in answer.stdout
    assert '    DDB117 = "off"' in answer.stdout
    assert "# ddbplan: ignore DDB117 because ..." in answer.stdout


def test_explain_of_an_error_shows_no_way_around_it(project: Path) -> None:
    """What DynamoDB refuses cannot be turned off."""
    answer = _run("explain", "DDB071")

    assert answer.exit_code == 0
    assert "ddbplan.toml" not in answer.stdout


def test_explain_lists_every_code_and_knows_near_misses(project: Path) -> None:
    """As text and as JSON."""
    assert all(code in _run("explain").stdout for code in catalogue())
    assert len(json.loads(_run("explain", "--format", "json").stdout)["codes"]) == len(catalogue())
    wrong = _run("explain", "DB117")
    assert wrong.exit_code == 1
    assert "Did you mean 'DDB117'?" in wrong.output
