// The scan in Node. Its inputs are happy-dom's.

import { deepEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Window } from "happy-dom";
import { suites } from "../../pkg/dist/testing/index.js";
import init, { CardForm } from "../../pkg/wasm/cardseal.js";
import { expectedReport, sealCards } from "./scenario.js";

const ROUNDS = 1000;

const window = new Window({ url: "https://vault.example/" });
const { document, HTMLInputElement, InputEvent, KeyboardEvent, localStorage } = window;
// What the module looks for in the global scope.
Object.assign(globalThis, { HTMLInputElement, InputEvent, KeyboardEvent, localStorage });
const exports = await init({
  module_or_path: await readFile(new URL("../../pkg/wasm/cardseal_bg.wasm", import.meta.url)),
});

for (const alg of suites) {
  test(`no digits of a card stay in the module's memory, ${alg}`, async () => {
    const inputs = Object.fromEntries(
      ["number", "expiry", "code", "country", "postalCode"].map((name) => [name, makeInput()]),
    );
    const report = await sealCards({ CardForm, exports, inputs, insert }, { rounds: ROUNDS, suite: alg });
    deepEqual(report, expectedReport(ROUNDS));
  });
}

function makeInput() {
  const input = document.createElement("input");
  document.body.append(input);
  return input;
}

/** What a browser does for a key or a paste. */
function insert(input, data) {
  input.focus();
  const edit = { data, inputType: "insertText", bubbles: true };
  input.dispatchEvent(new InputEvent("beforeinput", { ...edit, cancelable: true }));
  input.setRangeText(data, input.selectionStart, input.selectionEnd, "end");
  input.dispatchEvent(new InputEvent("input", edit));
}
