#!/usr/bin/env bash
# Builds the browser crate to pkg/wasm/: cargo, wasm-bindgen, wasm-opt, short names. Does only the first when nothing changed.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$root"

out=pkg/wasm

# Panic messages carry file names: those of the builder's home folder are nobody's business and would make the bytes
# differ from one machine to the next.
remap="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/crates', '--remap-path-prefix=$root=/cardseal"
# The rounds of AES as loops, not written out one by one, which costs nothing: a card is a few blocks. Those of SHA-256 stay, since
# all of an envelope is hashed while the shopper waits.
compact="'--cfg=aes_backend_soft=\"compact\"'"
# As configuration and not as RUSTFLAGS, which would take the place of flags of the builder's own.
# As a cdylib only: Cargo does no link-time optimization for a crate that is also built as an rlib, which tests need.
# And with a standard library built for it, in which a panic is a bare trap (docs/architecture.md, "Decisions"). Stable Rust
# hides both behind the variable with which it builds itself.
RUSTC_BOOTSTRAP=1 with_wasm_toolchain cargo rustc --quiet --locked --package cardseal --lib --crate-type cdylib --profile wasm \
  --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort -Zpanic-immediate-abort \
  --config 'profile.wasm.panic="immediate-abort"' --config "target.wasm32-unknown-unknown.rustflags=['$remap', $compact]"

module=$target_dir/wasm32-unknown-unknown/wasm/cardseal.wasm
for tool in wasm-bindgen wasm-opt; do
  command -v "$tool" >/dev/null || { echo "wasm: $tool is missing: run make setup" >&2; exit 1; }
done
stamp="$(sha256sum <"$module") $(wasm-bindgen --version) $(wasm-opt --version) $(sha256sum <"$0") $(sha256sum <scripts/short-names.mjs)"
if [ -f "$out/.stamp" ] && [ "$(cat "$out/.stamp")" = "$stamp" ]; then
  exit 0
fi

# Into a new folder first, so that a failed step never leaves half an old and half a new build.
new=$target_dir/wasm-bindgen
rm -rf "$new"
wasm-bindgen "$module" --target web --out-dir "$new" --out-name cardseal \
  --remove-name-section --remove-producers-section
# Structured anew, the code compresses better. What lies in the first KiB is the far end of the stack, which grows down to it:
# a stack that comes so far may trap there instead of at its end.
wasm-opt --flatten --rereloop -Oz --converge --low-memory-unused --strip-target-features "$new/cardseal_bg.wasm" --output "$new/cardseal_bg.wasm"
node scripts/short-names.mjs "$new"
echo "$stamp" >"$new/.stamp"
rm -rf "$out"
mkdir -p "$(dirname "$out")"
mv "$new" "$out"
echo "wasm: built $out/cardseal_bg.wasm, $(wc -c <"$out/cardseal_bg.wasm") bytes"
