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

"$ours" make HPKE-7 "$count" "$seed" >"$files/ours.json"
node tests/interop/npm.mjs "$files/ours.json" "$files/npm.json"
"$ours" check "$files/npm.json"
"$CARDSEAL_PYTHON" tests/interop/pypi.py "$files/ours.json" "$files/pypi.json"
"$ours" check "$files/pypi.json"
