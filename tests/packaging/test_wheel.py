"""The built wheel is what users install: it must be complete without the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and its dependencies, and knows nothing of the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # A path that a .pth file adds is not searched for .pth files of its own, so the editable install stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder / "bin" / "python"


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python in isolated mode."""
    return subprocess.run([str(python), "-I", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_wheel_holds_all_packages_the_plans_and_the_schema(wheel: Path) -> None:
    """Plans and JSON Schema travel in the wheel, tests do not."""
    names = zipfile.ZipFile(wheel).namelist()

    assert {"ddbplan/main.py", "planner/__init__.py", "executor/__init__.py"} <= set(names)
    assert {"ddbplan/plans/financial.yaml", "ddbplan/plans/plan.schema.json"} <= set(names)
    assert not [name for name in names if name.startswith("tests/")]


def test_an_installed_wheel_validates_the_plan_that_came_with_it(installed: Path, tmp_path: Path) -> None:
    """A clean environment can run the command line on the packaged plan."""
    find = "import ddbplan, pathlib; print(pathlib.Path(ddbplan.__file__).parent / 'plans' / 'financial.yaml')"
    plan = run(installed, "-c", find, cwd=tmp_path).stdout.strip()

    done = run(installed, "-c", "from ddbplan.main import run; run()", "validate", plan, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in plan
