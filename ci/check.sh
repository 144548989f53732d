#!/usr/bin/env bash
# Checks and proves the plans, and writes what applying them would do: comment.md, and for one plan steps.json.
#
#   PLANS        plans, separated by blanks; all of plans/ where it is empty
#   ENVIRONMENT  an environment of the plans
#   POLICY       a policy file; take it from the base branch, so that no change approves itself
#   OUT          the folder that takes comment.md, steps.json and test-results.xml (default: ddbplan-out)
#
# Ends with 0 where there is nothing to do or something to apply, and with ddbplan's own code where it is refused.
set -euo pipefail
read -ra plans <<<"${PLANS:-}"
out=${OUT:-ddbplan-out}
mkdir -p "$out"
options=()
[[ -z ${ENVIRONMENT:-} ]] || options+=(--environment "$ENVIRONMENT")
[[ -z ${POLICY:-} ]] || options+=(--policy "$POLICY")

if [[ -n ${GITHUB_ACTIONS:-} ]]; then
  ddbplan validate --format github "${plans[@]}"
else
  ddbplan validate "${plans[@]}"
fi
ddbplan test --junit "$out/test-results.xml" "${plans[@]}"

code=0
ddbplan diff --format markdown --detailed-exitcode "${options[@]}" "${plans[@]}" >"$out/comment.md" || code=$?
[[ -z ${GITHUB_STEP_SUMMARY:-} ]] || cat "$out/comment.md" >>"$GITHUB_STEP_SUMMARY"
# 2 says that there are changes, which is what a pull request is for.
if [[ $code == 2 ]]; then
  code=0
  if [[ ${#plans[@]} == 1 ]]; then
    ddbplan diff --out "$out/steps.json" "${options[@]}" "${plans[@]}"
  fi
fi
exit "$code"
