"""Which plans are meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.reading import find_plans, read_plan
from tests.planner.reading.support import MINIMAL, found_names, place


def _write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(path.name + ".yaml").write_text(text)


def _problems(arguments: list[str], folder: Path) -> list[tuple[str, str]]:
    return [(found.code, found.what) for found in find_plans(arguments, folder)[1]]


def test_a_file_is_a_plan(tmp_path: Path) -> None:
    """By the name under which it was given, each once."""
    _write(tmp_path, a=MINIMAL)

    assert found_names(["a.yaml", "./a.yaml"], tmp_path) == ["a.yaml"]


def test_each_file_of_a_folder_is_a_plan(tmp_path: Path) -> None:
    """And each folder in it that holds plan.yaml; other files and hidden ones are not."""
    _write(tmp_path, plans__b=MINIMAL, plans__a=MINIMAL, plans__c__plan=MINIMAL, plans__c__more="{}", plans__d__x="{}")
    (tmp_path / "plans" / "plan.schema.json").write_text("{}")
    (tmp_path / "plans" / ".hidden.yaml").write_text("{}")

    assert found_names([], tmp_path) == ["plans/a.yaml", "plans/b.yaml", "plans/c"]


def test_what_did_not_become_a_plan_is_none(tmp_path: Path) -> None:
    """A text that `generate` kept beside the plans with its findings is not taken for one of them."""
    (tmp_path / "a.yaml").write_text("x")
    (tmp_path / "a.invalid.yaml").write_text("x")

    sources, _ = find_plans([str(tmp_path)], tmp_path)

    assert [path.name for source in sources for path in source.files] == ["a.yaml"]


def test_a_folder_with_plan_yaml_is_one_plan(tmp_path: Path) -> None:
    """Its other files are merged into it, and every place keeps its own file."""
    _write(
        tmp_path,
        shop__plan=MINIMAL,
        shop__queries="ddbplan: 1\nqueries: {q: {table: orders, scan: true}}\n",
        shop__more="tables: {b: {partition_key: 5}}\n",
    )
    (source,), _ = find_plans(["shop"], tmp_path)
    _, report = read_plan(source)

    assert [path.name for path in source.files] == ["plan.yaml", "more.yaml", "queries.yaml"]
    assert [f"{place(d)} {d.position.file if d.position else ''}" for d in report] == ["DDB015 1:29 shop/more.yaml"]


def test_files_of_one_plan_may_not_contradict_each_other(tmp_path: Path) -> None:
    """A table, or the database, that stands in two files is an error with both places."""
    _write(tmp_path, shop__plan=MINIMAL, shop__more="database: other\ntables: {orders: {partition_key: x}}\nseed: []\n")
    (tmp_path / "shop" / "z.yml").write_text("seed: {}\n")
    (source,), _ = find_plans(["shop"], tmp_path)
    _, report = read_plan(source)

    assert [(d.code, str(d.position)) for d in report if d.code == "DDB011"] == [
        ("DDB011", "shop/more.yaml:1:1"),
        ("DDB011", "shop/more.yaml:2:10"),
        ("DDB011", "shop/z.yml:1:1"),
    ]
    assert "already at shop/plan.yaml:4:3" in next(d.what for d in report if str(d.position).endswith("2:10"))


@pytest.mark.parametrize("name", ["link.yaml", "plan.yaml"])
def test_a_link_out_of_a_plan_of_several_files_is_an_error(tmp_path: Path, name: str) -> None:
    """A file of the folder that lies elsewhere is neither read nor left out silently."""
    _write(tmp_path, shop__plan=MINIMAL, shop__more="{}", other="secret: 1\n")
    (tmp_path / "shop" / name).unlink(missing_ok=True)
    (tmp_path / "shop" / name).symlink_to(tmp_path / "other.yaml")
    sources, report = find_plans(["shop"], tmp_path)

    assert sources == ()
    assert [(found.code, found.what) for found in report] == [
        ("DDB031", f"`shop/{name}` is refused: a symbolic link leads out of the plan's folder."),
    ]


@pytest.mark.parametrize("target", ["secret.txt", "elsewhere"])
def test_a_plan_that_is_a_link_out_of_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    """What a folder holds is read only if it lies there, be it a file or a plan of several files."""
    _write(tmp_path, plans__a=MINIMAL, elsewhere__plan=MINIMAL)
    (tmp_path / "secret.txt").write_text("secret: 1\n")
    (tmp_path / "plans" / "link.yaml").symlink_to(tmp_path / target)
    sources, report = find_plans([], tmp_path)

    assert [source.name for source in sources] == ["plans/a.yaml"]
    assert [(found.code, found.what) for found in report] == [
        ("DDB031", "`plans/link.yaml` is refused: a symbolic link leads out of the plan's folder."),
    ]


def test_a_project_leads_to_no_plans_outside_of_it(tmp_path: Path) -> None:
    """Neither its file nor a link in place of its folder makes ddbplan read what nobody named."""
    project = tmp_path / "project"
    _write(tmp_path, project__own=MINIMAL, outside__a=MINIMAL)
    (project / "plans").symlink_to(tmp_path / "outside")
    by_link = _problems([], project)
    (project / "ddbplan.toml").write_text('[plans]\npaths = ["../outside", "own.yaml"]\n')
    by_file = _problems([], project)

    assert [code for code, _ in by_link] == ["DDB031"]
    assert by_file == [
        ("DDB031", "`../outside`, which nobody named on the command line, lies outside the working folder."),
    ]
    assert found_names(["../outside"], project) == ["../outside/a.yaml"]


def test_the_project_file_names_plans(tmp_path: Path) -> None:
    """In its own order, instead of the default folder."""
    _write(tmp_path, plans__a=MINIMAL, b=MINIMAL)
    (tmp_path / "ddbplan.toml").write_text('[plans]\npaths = ["b.yaml", "plans"]\n')

    assert found_names([], tmp_path) == ["b.yaml", "plans/a.yaml"]
    assert found_names(["plans/a.yaml"], tmp_path) == ["plans/a.yaml"]


def test_a_project_file_without_plans_changes_nothing(tmp_path: Path) -> None:
    """The default folder holds where only another section stands."""
    _write(tmp_path, plans__a=MINIMAL)
    (tmp_path / "ddbplan.toml").write_text('[generate]\nmodel = "x"\n')

    assert found_names([], tmp_path) == ["plans/a.yaml"]


def test_an_unknown_section_of_the_project_file_is_an_error(tmp_path: Path) -> None:
    """Nothing would read it; a near miss is named."""
    _write(tmp_path, plans__a=MINIMAL)
    (tmp_path / "ddbplan.toml").write_text('[plan]\npaths = ["a.yaml"]\n')
    sources, report = find_plans([], tmp_path)
    (found,) = report.sorted()

    assert sources == ()
    assert (found.code, found.what) == ("DDB035", "`plan` is nothing that `ddbplan.toml` has.")
    assert found.fix.startswith("Did you mean `plans`?")


@pytest.mark.parametrize(
    "text",
    [
        "[plans",
        "[plans]\npaths = 'plans'\n",
        "[plans]\npaths = [1]\n",
        "[plans]\n",
        "plans = 1\n",
        "[plans]\nfiles = []\n",
    ],
)
def test_a_broken_project_file_is_an_error(tmp_path: Path, text: str) -> None:
    """It would leave plans out."""
    (tmp_path / "ddbplan.toml").write_text(text)

    assert [code for code, _ in _problems([], tmp_path)] == ["DDB035"]


def test_nothing_to_work_on_is_said(tmp_path: Path) -> None:
    """With what to do next."""
    (tmp_path / "empty").mkdir()

    assert _problems([], tmp_path) == [("DDB034", "There is no folder `plans` and no `ddbplan.toml` here.")]
    assert _problems(["empty"], tmp_path) == [("DDB034", "The folder `empty` holds no .yaml file.")]


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    """A near miss is named."""
    _write(tmp_path, financial=MINIMAL)
    (found,) = find_plans(["finacial.yaml"], tmp_path)[1].sorted()

    assert (found.code, found.fix) == ("DDB001", "Did you mean `financial.yaml`? Check the path `finacial.yaml`.")


def test_the_neighbour_of_a_missing_file_is_named_with_its_folder(tmp_path: Path) -> None:
    """What is named can be pasted: it is the path from the working folder, as the missing one was."""
    (tmp_path / "plans").mkdir()
    _write(tmp_path / "plans", financial=MINIMAL)
    (found,) = find_plans(["plans/finacial.yaml"], tmp_path)[1].sorted()

    assert found.fix == "Did you mean `plans/financial.yaml`? Check the path `plans/finacial.yaml`."


@pytest.mark.parametrize("name", ["\0", "x" * 5000, ""])
def test_odd_arguments_are_diagnostics(tmp_path: Path, name: str) -> None:
    """Never an exception."""
    sources, report = find_plans([name], tmp_path)

    assert sources == ()
    assert report.has_errors
