import init, { CardForm, countries } from "../wasm/cardseal.js";
import moduleUrl from "../wasm/cardseal_bg.wasm?url";

export type { CardForm };

// Fetched and compiled while the page is still to say hello.
export const module = load();
// Heard again where it is awaited; until then a failure is not an unhandled one.
module.catch(() => undefined);

/**
 * The module that seals: WebAssembly or, where that is switched off or does not compile, the same as JavaScript. What does not
 * come over the network is not asked for in its other form, which is larger.
 */
async function load() {
  if (typeof WebAssembly === "object") {
    try {
      await init(fetch(moduleUrl));
      return { CardForm, countries };
    } catch (cause) {
      if (cause instanceof TypeError) throw cause;
    }
  }
  return import("../javascript/cardseal.js");
}
