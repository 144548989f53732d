#!/bin/sh
# The main job, once: check a plan, see what it would do, do it, see that nothing is left, ask it something, sum it up.
# Everything happens on the embedded engine; its data stays in .ddbplan/ for the next `ddbplan ... --local`.
set -eu
plan=${1:-plans/financial.yaml}

run() {
  printf '\n$ ddbplan %s\n' "$*"
  ddbplan "$@"
}

run validate "$plan"
run diff "$plan" --local
run apply "$plan" --local --yes
run diff "$plan" --local
run query "$plan" recent_postings --local
run report "$plan" position_of_customers --local

printf '\nThe embedded engine keeps running for the next command with --local. To stop it: ddbplan local stop\n'
printf 'The command is %s.\n' "$(command -v ddbplan)"
