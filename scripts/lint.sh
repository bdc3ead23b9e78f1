#!/usr/bin/env bash
# Every check that needs no test run. CI runs this same script.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/step.sh"
cd "$root"

main() {
  step "formatting of Rust" "cargo fmt --all" cargo fmt --all --check
  step "formatting of the fuzz targets" "cargo fmt --manifest-path fuzz/Cargo.toml" cargo fmt --manifest-path fuzz/Cargo.toml --check
  step "formatting and lint of TypeScript, JavaScript and JSON" "npx biome check --write" biome ci --error-on-warnings .
  step "what is committed: no secrets, no card numbers, no addresses in lock files" "" node scripts/check-tracked.mjs
  step "what is made of the catalogue of errors" "node scripts/errors.mjs" node scripts/errors.mjs --check
  step "what the documentation points to" "" node scripts/check-docs.mjs
  if command -v shellcheck >/dev/null; then
    step "shell scripts" "" shellcheck scripts/*.sh bench/*.sh fuzz/*.sh .ci/run
  fi
  step "clippy" "" cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
  # By the wrapper and in the folder of scripts/fuzz.sh, so that what one built the other finds.
  step "clippy, for the fuzz targets" "" env RUSTC_WRAPPER="$root/fuzz/rustc.sh" \
    cargo clippy --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --locked -- -D warnings
  step "clippy, for the browser" "" with_wasm_toolchain \
    cargo clippy --package cardseal --package cardseal-protocol --target wasm32-unknown-unknown --all-targets --locked -- -D warnings
  # Bare addresses are allowed: clap prints these comments as help, where angle brackets would only disturb.
  step "documentation builds" "" env RUSTDOCFLAGS="-D warnings -A rustdoc::bare-urls" \
    cargo doc --workspace --all-features --no-deps --locked --document-private-items
  # The package's types come from the wasm build, the shop's from the package.
  step "building what the types come from" "" build_types
  local config
  # The projects in tests/projects are each checked by their own build: scripts/test.sh projects.
  for config in $(git ls-files '*tsconfig*.json' ':!tests/projects'); do
    step "types: $config" "" tsc --noEmit --project "$config"
  done
}

build_types() {
  scripts/wasm.sh && scripts/javascript.sh && npm run build --workspace cardseal
}

main
