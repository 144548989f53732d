"""One module for each command: argv, typed options, one composed call, a view, an exit code."""
