"""One folder per kind of change: a plan and what is live in; the diff, its text and its calls out."""
