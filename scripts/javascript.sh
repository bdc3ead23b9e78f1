#!/usr/bin/env bash
# Builds the browser crate once more, as JavaScript to pkg/javascript/, for browsers without WebAssembly: cargo, wasm-bindgen,
# wasm2js. Does only the first when nothing changed. The other build is scripts/wasm.sh.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$root"

out=pkg/javascript

# What wasm2js reads is the first WebAssembly, without the reference types and bulk memory that came later: the standard
# library too is built for it. And in JavaScript a multiplication of 64 bits takes more than those of 32 that make it up.
flags="'-Ctarget-cpu=mvp', '--cfg=cpubits=\"32\"'"
# All the memory there is, in bytes; the form takes all of it before it holds a secret (below).
memory=$((2 << 20))
# In a folder of its own: in one with the other build, each would have everything built anew.
built=$target_dir/javascript
build_module "$built" "$flags" -C "link-arg=--max-memory=$memory"

module=$built/wasm32-unknown-unknown/wasm/cardseal.wasm
for tool in wasm-bindgen wasm2js; do
  command -v "$tool" >/dev/null || { echo "javascript: $tool is missing: run make setup" >&2; exit 1; }
done
stamp="$(sha256sum <"$module") $(wasm-bindgen --version) $(wasm2js --version) $(sha256sum <"$0")"
if [ -f "$out/.stamp" ] && [ "$(cat "$out/.stamp")" = "$stamp" ]; then
  exit 0
fi

# Into a new folder first, so that a failed step never leaves half an old and half a new build.
new=$built/wasm-bindgen
rm -rf "$new"
# For bundlers, because that glue knows of no WebAssembly: it takes the module's functions from an import.
wasm-bindgen "$module" --target bundler --out-dir "$new" --out-name cardseal \
  --remove-name-section --remove-producers-section
wasm2js -Oz "$new/cardseal_bg.wasm" --output "$new/cardseal_bg.wasm.js"
# As wasm-bindgen writes it, but for the memory, and for exports of its own: the package's modules are said to have no side
# effects, and a bundler would go past one that only passes on what another exports.
cat >"$new/cardseal.js" <<END
/* @ts-self-types="./cardseal.d.ts" */
import * as glue from "./cardseal_bg.js";
import * as exports from "./cardseal_bg.wasm.js";

glue.__wbg_set_wasm(exports);

// Memory that grows is copied, and nobody wipes what it was before. So it grows once, as long as it holds nothing, to all
// that it may have; the allocator takes it in pages of 64 KiB, and less than one for itself.
const rest = $memory - exports.memory.buffer.byteLength - 65536;
exports.__wbindgen_free(exports.__wbindgen_malloc(rest, 1), rest, 1);

export const { CardForm, countries } = glue;
export { exports };
END
rm "$new"/cardseal_bg.wasm "$new"/cardseal_bg.wasm.d.ts
echo "$stamp" >"$new/.stamp"
rm -rf "$out"
mv "$new" "$out"
echo "javascript: built $out/cardseal_bg.wasm.js, $(wc -c <"$out/cardseal_bg.wasm.js") bytes"
