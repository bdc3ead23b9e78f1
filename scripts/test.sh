#!/usr/bin/env bash
# Runs the tests, group by group, and stops at the first group that fails.
#
#   scripts/test.sh              all groups
#   scripts/test.sh rust wasm    these only
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/step.sh"
cd "$root"

main() {
  local groups=("$@") group
  [ "$#" -gt 0 ] || groups=(rust fuzz wasm package interop e2e projects docs size)
  # Built once here, so that a group finds what it needs: the package its glue, the browser tests a vault and a shop.
  scripts/build.sh
  for group in "${groups[@]}"; do
    declare -F "test_$group" >/dev/null || fail "there is no group of tests called $group" "one of: rust fuzz wasm package interop e2e projects docs size"
    "test_$group"
    passed+=("$group")
  done
  printf '\nAll groups passed: %s\n' "${passed[*]}"
}

passed=()

# Pure Rust and the vault, natively; then the examples in the documentation.
test_rust() {
  if cargo nextest --version >/dev/null 2>&1; then
    run "Rust tests" cargo nextest run --workspace --all-features --locked --no-fail-fast
  else
    run "Rust tests" cargo test --workspace --all-features --locked --no-fail-fast --lib --bins --tests
  fi
  run "Rust documentation examples" cargo test --doc --workspace --all-features --locked
}

# The fuzz targets, ten seconds each, after each has found the fault that is planted in it.
test_fuzz() {
  printf -- '- fuzzing\n'
  scripts/fuzz.sh control
  CARDSEAL_FUZZ_SECONDS=10 scripts/fuzz.sh
}

# The browser crate as WebAssembly: in the engine of each browser that shoppers have, and in Node.
test_wasm() {
  # Without debug info, in which the runner's glue would otherwise spend half the time; names and line numbers stay.
  local -x CARGO_PROFILE_DEV_DEBUG=none
  run_wasm Chromium "in Chrome" wasm-pack test --headless --chrome
  run_wasm Firefox "in Firefox" wasm-pack test --headless --firefox
  # WebKitGTK's driver understands what the runner says to Safari's. Its engine compiles in the test's own thread, since WebKitGTK 2.50
  # goes on wrongly, once in a while, in unoptimized code that another thread has compiled meanwhile: docs/testing.md.
  run_wasm WebKitGTK "in Safari" env JSC_useConcurrentJIT=0 xvfb-run --auto-servernum \
    wasm-pack test --headless --safari --safaridriver "$(command -v WebKitWebDriver)"
  run_wasm Node "" wasm-pack test --node
  # TAP, because what Node prints by itself is another format from version to version.
  run "linear memory of the built module in Node" node --test --test-reporter=tap tests/memory/node.test.js
  run "memory of the module as JavaScript in Node" node --test --test-reporter=tap tests/memory/javascript.test.js
}

# run_wasm WHERE SAID COMMAND...: the tests in one place, and whether they ran, and ran there, by what the runner said.
run_wasm() {
  run "WebAssembly tests in $1" with_wasm_toolchain "${@:3}"
  # The runner is content with nothing to run, which is what a wrong configuration looks like.
  grep -qE 'test result: ok\. [1-9]' "$log" || fail "no WebAssembly test ran in $1"
  # A driver that the environment names goes before the one that wasm-pack asks for.
  [ -z "$2" ] || grep -q "Running headless tests $2 " "$log" ||
    fail "the WebAssembly tests ran in another browser than $1" "unset CHROMEDRIVER, GECKODRIVER, SAFARIDRIVER and the like"
}

# The npm package: unit tests, its types as a user sees them, what would be published.
test_package() {
  run "npm package tests" npm test --workspace cardseal
}

# Independent implementations open what we seal and the other way round.
test_interop() {
  run "interoperability with other implementations" tests/interop/run.sh
}

# Real browsers against a real vault and the shop; docs/testing.md says which tests run in which.
test_e2e() {
  run "end-to-end tests in Chromium" playwright test --project chromium
  run "end-to-end tests on a phone" playwright test --project phone
  run "end-to-end tests in Firefox" playwright test --project firefox
  run "end-to-end tests in WebKitGTK" playwright test --project webkit
}

# The packed package in fresh projects of Vite, webpack, Next.js and so on, built and served as each does: all of them pay.
test_projects() {
  run "the packed package in fresh projects" playwright test --project projects
}

# The documentation site builds, and its pages are fit to be read.
test_docs() {
  scripts/docs.sh
  run "documentation site" playwright test --project docs
  run "gallery, compared with pictures of it" playwright test --project gallery
}

# What a shopper downloads stays within its limits.
test_size() {
  run "sizes" node scripts/size.mjs
}

# run TITLE COMMAND...: a step, and the lines in which its test runners count.
run() {
  step "$1" "passed before it: ${passed[*]:-nothing}" "${@:2}"
  sed 's/\x1b\[[0-9;]*m//g' "$log" |
    grep -vE 'test result: .* 0 passed' |
    grep -E '^ *(Summary \[|test result: |Tests +[0-9]|[0-9]+ (passed|flaky)|# pass|merchant page|frame, total|.* 0 mismatches)' |
    sed 's/^ */    /' || true
}

main "$@"
