#!/usr/bin/env bash
# Applies what was approved: the steps that check.sh saved, or the plans.
#
#   STEPS        a file of saved steps; where it is empty or does not exist, the plans are applied
#   PLANS, ENVIRONMENT, POLICY   as for check.sh
#
# Run again after a failure it continues; nothing is done twice.
set -euo pipefail
read -ra plans <<<"${PLANS:-}"
options=()
[[ -z ${POLICY:-} ]] || options+=(--policy "$POLICY")

if [[ -n ${STEPS:-} && -f ${STEPS:-} ]]; then
  exec ddbplan apply "$STEPS" --yes --lock-timeout 600 "${options[@]}"
fi
[[ -z ${ENVIRONMENT:-} ]] || options+=(--environment "$ENVIRONMENT")
exec ddbplan apply --yes --lock-timeout 600 "${options[@]}" "${plans[@]}"
