"""``ddbplan completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.views.output import stdout

VARIABLE = "_DDBPLAN_COMPLETE"
"""What click looks for in the environment when a shell asks."""


@click.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> int:
    """Print the script that completes commands, plans and names.

    For bash: eval "$(ddbplan completion bash)" in ~/.bashrc; for zsh the same in ~/.zshrc; for fish: ddbplan completion
    fish > ~/.config/fish/completions/ddbplan.fish.
    """
    from ddbplan.main import program  # noqa: PLC0415 - main loads this module

    found = get_completion_class(shell)
    if found is None:
        raise Failure(f"click knows no completion for {shell}. This is a bug in ddbplan.")
    stdout().raw(found(program, {}, "ddbplan", VARIABLE).source())
    return Exit.DONE
