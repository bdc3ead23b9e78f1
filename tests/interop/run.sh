#!/usr/bin/env bash
# Independent implementations open our envelopes and verify our orders, and we theirs. 0 mismatches, or it fails.
#
#   tests/interop/run.sh [COUNT [SEED]]
set -euo pipefail
source "$(dirname "$0")/../../scripts/env.sh"
cd "$root"

count=${1:-200}
seed=${2:-$(date +%s)}
echo "interop: $count cards and orders, seed $seed"

cargo build --quiet --locked --package cardseal-protocol --example interop --all-features
ours=$target_dir/debug/examples/interop
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT

for suite in HPKE-7 HPKE-8; do
  "$ours" make "$suite" "$count" "$seed" >"$files/$suite.json"
  node tests/interop/npm.mjs "$files/$suite.json" "$files/npm.json"
  "$ours" check "$files/npm.json"
done
# Nothing on PyPI has the KEM of HPKE-8.
"$CARDSEAL_PYTHON" tests/interop/pypi.py "$files/HPKE-7.json" "$files/pypi.json"
"$ours" check "$files/pypi.json"
