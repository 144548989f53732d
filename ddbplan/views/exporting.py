"""What an export wrote, and what its format cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.hints import write_next
from ddbplan.views.output import Span, stderr, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.exporting import Exported

_NEXT = {
    "cloudformation": "aws cloudformation deploy --template-file {file} --stack-name NAME",
    "terraform": "terraform plan",
    "aws-cli": "sh {folder}/make.sh",
}


def write_exported(exported: Exported, written: Sequence[str]) -> None:
    """The text itself where it is printed; on stderr what was left out."""
    if not written:
        for text in exported.files.values():
            stdout().raw(text)
    out = stderr()
    for address, why in exported.left_out:
        out.prose(f"{why}.", first=f"Left out {address}: ", first_style="yellow")
    for name in written:
        stdout().line(Span(name, "bold"))
    command = _NEXT.get(exported.target)
    if written and command:
        write_next(command.format(file=written[0], folder=written[0].rpartition("/")[0] or "."))
