"""From a plan to another tool's files, written where nothing stands yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan import plans
from ddbplan.failures import Failure

if TYPE_CHECKING:
    from planner.exporting import Exported


def export(plan: str, target: str, environment: str | None, output: str | None) -> Exported:
    """One plan in one format; nothing is written yet.

    Raises:
        Failure: The plan has errors, there are several, or the format needs a folder.
    """
    from planner.exporting import Target, export_plan  # noqa: PLC0415 - the command brings the writers

    sources = plans.find((plan,))
    if len(sources) > 1:
        names = ", ".join(source.name for source in sources)
        raise Failure(f"{plan} holds several plans: {names}. Export one at a time.")
    checked = plans.load(sources, environment).plans[0]
    exported = export_plan(checked, Target(target))
    if len(exported.files) > 1 and (output is None or not is_folder(output)):
        raise Failure(f"--to {target} makes {len(exported.files)} files. Say where they go with -o FOLDER/.")
    return exported


def is_folder(output: str) -> bool:
    """Whether an output is a folder."""
    return output.endswith("/") or Path(output).is_dir()


def write(exported: Exported, output: str | None, *, overwrite: bool) -> tuple[str, ...]:
    """Write the files; the names of those that were written, none where it is to be printed.

    Raises:
        Failure: A file stands there already and nobody said that it may go, or it cannot be written.
    """
    if output is None or output == "-":
        return ()
    folder = is_folder(output)
    texts = {str(Path(output) / name) if folder else output: text for name, text in exported.files.items()}
    existing = [name for name in texts if Path(name).exists()]
    if existing and not overwrite:
        raise Failure(f"{', '.join(existing[:5])} exists already, and nothing was written. Add --overwrite.")
    for name, text in texts.items():
        path = Path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
            if path.suffix == ".sh":
                path.chmod(0o755)
        except OSError as problem:
            raise Failure(f"{name} cannot be written: {problem.strerror}.") from None
    return tuple(texts)
