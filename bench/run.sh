#!/usr/bin/env bash
# Measures and prints; three minutes or so. Needs scripts/build.sh before. The figures of one machine are in
# docs/benchmarks.md.
set -euo pipefail
source "$(dirname "$0")/../scripts/env.sh"
source "$root/scripts/step.sh"
cd "$root"

step "building the load generator" "" cargo build --release --locked --package cardseal-bench
echo
node bench/browser.mjs
echo
node bench/checkout.mjs
echo
timeout 180 "$target_dir/release/cardseal-bench" "$CARDSEAL_VAULT_BIN" pkg/dist/frame
