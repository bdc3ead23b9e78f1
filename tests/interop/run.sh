#!/usr/bin/env bash
# Independent implementations open our envelopes and verify what we signed, and we theirs. 0 mismatches, or it fails.
#
#   tests/interop/run.sh [COUNT [SEED]]
set -euo pipefail
source "$(dirname "$0")/../../scripts/env.sh"
cd "$root"

count=${1:-200}
seed=${2:-$(date +%s)}
echo "interop: $count of each, seed $seed"

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

"$ours" make-signed "$count" "$seed" >"$files/ours-signed.json"
node tests/interop/signed.mjs "$files/ours-signed.json" "$files/npm-signed.json"
"$ours" check-signed "$files/npm-signed.json"
"$CARDSEAL_PYTHON" tests/interop/signed.py "$files/ours-signed.json" "$files/pypi-signed.json"
"$ours" check-signed "$files/pypi-signed.json"
node tests/interop/server.mjs "$files"/{ours,npm,pypi}-signed.json

# What the package's tests read is what is made today.
vectors=tests/vectors/cardseal-signed-objects.json
if ! "$ours" make-signed 3 3 | diff -q - "$vectors" >/dev/null; then
  echo "$vectors is out of date: cargo run -p cardseal-protocol --example interop --all-features make-signed 3 3 >$vectors" >&2
  exit 1
fi
