#!/usr/bin/env bash
# Builds everything: the browser crate, the npm package with its frame, the shop, the vault.
#
#   scripts/build.sh browser   without the vault
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/step.sh"
cd "$root"

step "building the browser crate" "" scripts/wasm.sh
step "building the browser crate as JavaScript" "" scripts/javascript.sh
step "building the npm package and its frame" "" npm run build --workspace cardseal
step "building the shop" "" npm run build --workspace cardseal-shop
[ "${1:-}" = browser ] && exit
step "building the vault" "" cargo build --release --locked --package cardseal-vault
