"""``ddbplan show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import plans as reading
from ddbplan.exits import Exit
from ddbplan.next_steps import command_to_compare
from ddbplan.options import environment_option, format_option, plan_argument
from ddbplan.pages import own_file, write_file
from ddbplan.views.hints import write_next, write_note
from ddbplan.views.output import stdout
from ddbplan.views.show import write_made

if TYPE_CHECKING:
    from planner.picture import Picture


@click.command("show")
@plan_argument
@click.option("-o", "--output", metavar="FILE", help="Write there; - is standard output.")
@click.option("--open", "opens", is_flag=True, help="Open the file in a browser.")
@environment_option
@format_option("html", "mermaid", "svg")
def command(plan: str, output: str | None, environment: str | None, form: str, *, opens: bool) -> int:
    """Show a plan as a page for the browser, or as a diagram.

    The page is one file that needs no network: tables with their items, indexes as the same items by other keys, what
    each query returns and each transaction changes. It is written to DATABASE.html unless -o says otherwise; a diagram
    goes to standard output. Nobody is asked: all of it is worked out from the plan.
    """
    if opens and (output == "-" or (output is None and form != "html")):
        raise click.UsageError("--open needs a file to open. Give -o FILE.")
    loaded = reading.load_one(plan, environment, command="show")
    text, name = _drawn(loaded, form)
    if output == "-" or (output is None and form != "html"):
        stdout().raw(text)
        return Exit.DONE
    path = own_file(name) if output is None else Path(output)
    write_file(path, text)
    write_made(path)
    if opens:
        _open(path)
    write_next(command_to_compare([plan], environment=environment))
    return Exit.DONE


def _drawn(loaded: reading.Loaded, form: str) -> tuple[str, str]:
    """The text, and the name of a file for it."""
    from ddbplan.picturing import picture_of  # noqa: PLC0415 - loaded by the command that uses it

    picture = picture_of(loaded)
    return _text(picture, form), picture.database


def _text(picture: Picture, form: str) -> str:
    from ddbplan.views.diagram import plan_mermaid, plan_svg  # noqa: PLC0415 - as above
    from ddbplan.views.picture import page  # noqa: PLC0415 - as above

    match form:
        case "mermaid":
            return plan_mermaid(picture)
        case "svg":
            return plan_svg(picture, standalone=True) + "\n"
        case _:
            return page(picture)


def _open(path: Path) -> None:
    import webbrowser  # noqa: PLC0415 - seldom wanted

    if not webbrowser.open(path.resolve().as_uri()):
        write_note(f"no browser was found; open {path} yourself.")
