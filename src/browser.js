// What the module has the browser do: with inputs, with requests, with what is remembered from one visit to the next, and with
// signatures.
//
// One file, because each is a request of its own where nothing bundles them, as in the tests.

// An input, or a select that is used like one.

/** What is listened to; the module knows each by its place. `change` is for password managers that set a value and fire only this. */
const EVENTS = ["beforeinput", "input", "compositionend", "change", "focus", "blur", "keydown"];
/** The keys that are answered. What any other types comes as an input. */
const KEYS = ["Enter", "Backspace"];

/** Whether it is one. */
export function isInput(value) {
  // Tests run where there is no select.
  return [globalThis.HTMLInputElement, globalThis.HTMLSelectElement].some((type) => type && value instanceof type);
}

/** Has the listener hear of the element, and gives what ends that. */
export function listen(element, listener) {
  const controller = new AbortController();
  const { signal } = controller;
  for (const [place, type] of EVENTS.entries()) {
    const heard = (event) => (type !== "keydown" || KEYS.includes(event.key)) && listener(place, event);
    element.addEventListener(type, heard, { signal });
  }
  return controller;
}

/** What an `input` event did (W3C Input Events, section 5.1.2), by its place in `Typed`. Events without a type are password managers'. */
export function typed({ isComposing, inputType }) {
  if (isComposing === true) return 0;
  // The type names are of a fixed list; none holds what was typed.
  if (typeof inputType !== "string" || inputType === "insertReplacementText") return 1;
  if (!inputType.startsWith("delete")) return 2;
  return inputType.endsWith("Forward") ? 4 : 3;
}

export function unlisten(controller) {
  controller.abort();
}

/** What is typed. */
export function read({ value }) {
  // A page may have put something of its own in the element's place.
  return typeof value === "string" ? value : undefined;
}

export function write(element, text) {
  element.value = text;
}

/** The caret in UTF-16 code units; behind the text where there is none, as in a select. */
export function caret(element) {
  return element.selectionStart ?? element.value.length;
}

export function setCaret(element, caret) {
  try {
    element.setSelectionRange(caret, caret);
  } catch {
    // An input type that has no caret, or a select: there is none to set.
  }
}

export function hasFocus(element) {
  return element.matches(":focus");
}

/** Whether the page marks it as wrong. */
export function isMarked(element) {
  return element.matches("[aria-invalid=true]");
}

/** Moves the keyboard focus there, the caret behind what is typed. */
export function focus(element) {
  try {
    element.focus();
  } catch {
    // A method of the page's own in its place; what it throws is the page's to report.
  }
  setCaret(element, element.value.length);
}

/** Fits the input to the postal codes that it is for. */
export function fit(element, isNumeric, isRequired, isDisabled) {
  element.setAttribute("inputmode", isNumeric ? "numeric" : "text");
  element.setAttribute("aria-required", isRequired);
  element.disabled = isDisabled;
}

// One HTTP request, as the browser sends it.

/** Sends a request; with `json` it is a POST of that. Nothing of the shopper goes along: no cookies with a card, no referrer. */
export function begin(url, cache, json) {
  const controller = new AbortController();
  return { answer: exchange(url, cache, json, controller.signal), controller };
}

/** The promise of what comes back. */
export function answer({ answer }) {
  return answer;
}

/** Gives the request up. */
export function abort({ controller }) {
  controller.abort();
}

async function exchange(url, cache, json, signal) {
  const post = json && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: json,
    credentials: "omit",
  };
  const response = await fetch(url, { signal, redirect: "error", referrerPolicy: "no-referrer", cache, ...post });
  const body = await response.text();
  const { status, headers } = response;
  return { status, body, date: headers.get("date"), retryAfter: Number.parseInt(headers.get("retry-after"), 10) };
}

// Where storage is blocked, reading the property throws; where it is full, writing does. Then nothing is remembered.

export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {}
}

export function remember(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {}
}

// Cryptography.

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Whether all signatures are right, once `before` is fulfilled too. Each is three of the list: the key as a point, the input, and
 * the signature over it. Rejects where the browser cannot tell.
 */
export async function verify(list, before) {
  const answers = [before];
  for (let i = 0; i < list.length; i += 3) answers.push(isRight(...list.slice(i, i + 3)));
  return (await Promise.all(answers)).slice(1).every((answer) => answer === true);
}

async function isRight(point, input, signature) {
  const key = await crypto.subtle.importKey("raw", point, ES256, false, ["verify"]);
  return crypto.subtle.verify(ES256, key, signature, input);
}
