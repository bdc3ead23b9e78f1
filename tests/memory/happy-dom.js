// What the scan needs of a browser, in Node: happy-dom's inputs, and what the module looks for in the global scope.

import { Window } from "happy-dom";

const window = new Window({ url: "https://vault.example/" });
const { document, HTMLInputElement, InputEvent, KeyboardEvent, localStorage } = window;
Object.assign(globalThis, { HTMLInputElement, InputEvent, KeyboardEvent, localStorage });

export function makeInputs() {
  return Object.fromEntries(["number", "expiry", "code", "country", "postalCode"].map((name) => [name, makeInput()]));
}

function makeInput() {
  const input = document.createElement("input");
  document.body.append(input);
  return input;
}

/** What a browser does for a key or a paste. */
export function insert(input, data) {
  input.focus();
  const edit = { data, inputType: "insertText", bubbles: true };
  input.dispatchEvent(new InputEvent("beforeinput", { ...edit, cancelable: true }));
  input.setRangeText(data, input.selectionStart, input.selectionEnd, "end");
  input.dispatchEvent(new InputEvent("input", edit));
}
