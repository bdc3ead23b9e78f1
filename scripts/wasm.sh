#!/usr/bin/env bash
# Builds the browser crate to pkg/wasm/: cargo, wasm-bindgen, wasm-opt, short names. Does only the first when nothing changed.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$root"

out=pkg/wasm

# The rounds of AES as loops, not written out one by one, which costs nothing: a card is a few blocks. Those of SHA-256 stay, since
# all of an envelope is hashed while the shopper waits.
compact="'--cfg=aes_backend_soft=\"compact\"'"
build_module "$target_dir" "$compact"

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
# For bundlers, because the loader for the web is made for every way to be called, and is a twentieth of the frame's script.
wasm-bindgen "$module" --target bundler --out-dir "$new" --out-name cardseal \
  --remove-name-section --remove-producers-section
# Structured anew, the code compresses better. What lies in the first KiB is the far end of the stack, which grows down to it:
# a stack that comes so far may trap there instead of at its end.
wasm-opt --flatten --rereloop -Oz --converge --low-memory-unused --strip-target-features "$new/cardseal_bg.wasm" --output "$new/cardseal_bg.wasm"
node scripts/short-names.mjs "$new"
snippets=$(cd "$new" && echo ./snippets/cardseal-*/src)
cat >"$new/cardseal.js" <<END
/* @ts-self-types="./cardseal.d.ts" */
import * as glue from "./cardseal_bg.js";
import * as browser from "$snippets/browser.js";
import * as turn from "$snippets/turn.js";

export const { CardForm, countries } = glue;

export const fetchModule = () => fetch(new URL("cardseal_bg.wasm", import.meta.url));

export default async function init(source) {
  const { instance } = await instantiate(await source, [glue, turn, browser]);
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return instance.exports;
}

async function instantiate(source, imports) {
  if (!(source instanceof Response)) return WebAssembly.instantiate(source, imports);
  if (!source.ok) throw new TypeError("the module was answered with " + source.status);
  // Compiled while it comes; not by a server that does not say what it is.
  if (source.headers.get("content-type") === "application/wasm") return WebAssembly.instantiateStreaming(source, imports);
  return WebAssembly.instantiate(await source.arrayBuffer(), imports);
}
END
cat >>"$new/cardseal.d.ts" <<END

/** Fetches the module from beside this file. */
export function fetchModule(): Promise<Response>;

/** Starts the module from its bytes, or the answer that has them, and gives its exports. */
export default function init(source: BufferSource | Promise<Response>): Promise<WebAssembly.Exports>;
END
echo "$stamp" >"$new/.stamp"
rm -rf "$out"
mkdir -p "$(dirname "$out")"
mv "$new" "$out"
echo "wasm: built $out/cardseal_bg.wasm, $(wc -c <"$out/cardseal_bg.wasm") bytes"
