// What the browser tests need of a page: inputs, a shopper's hands, and a vault's answers. The vault here is a recorder
// in the place of `fetch`; that the real one understands what is sent is the end-to-end tests' matter.

/** Inputs as a card form has them, in the place of the last ones. */
export function makeInputs(withName) {
  document.querySelector("main")?.remove();
  const main = document.createElement("main");
  document.body.append(main);
  const names = withName ? ["number", "expiry", "code", "name"] : ["number", "expiry", "code"];
  const entries = names.map((name) => {
    const input = document.createElement("input");
    input.type = "text";
    main.append(input);
    return [name, input];
  });
  return Object.fromEntries(entries);
}

/** Adds what asks for a billing address, below the others: a list of countries and an input. */
export function addAddress(inputs) {
  const country = document.createElement("select");
  country.append(...["", "US", "GB", "HK", "FR", "IS"].map((code) => new Option(code, code)));
  const postalCode = document.createElement("input");
  document.querySelector("main").append(country, postalCode);
  Object.assign(inputs, { country, postalCode });
}

/** Types or pastes at the caret as the keyboard does: the browser edits, and fires `input`. */
export function insert(text) {
  edit("insertText", "insertText", text);
}

/** Types one character after the other, wherever the focus is by then. */
export function type(text) {
  for (const character of text) insert(character);
}

export function backspace() {
  if (press("Backspace")) edit("delete", "deleteContentBackward");
}

export function deleteForward() {
  edit("forwardDelete", "deleteContentForward");
}

/** WebKit fires `beforeinput` for an edit by a script too. Chromium and Firefox do not, so there it is fired here. */
function edit(command, inputType, text = null) {
  if (!announcesEdits) {
    const event = new InputEvent("beforeinput", { inputType, data: text, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }
  document.execCommand(command, false, text ?? undefined);
}

/** Whether this browser fires `beforeinput` for an edit by a script, tried on an input that no form knows. */
const announcesEdits = (() => {
  const input = document.createElement("input");
  let announced = false;
  input.addEventListener("beforeinput", () => {
    announced = true;
  });
  document.body.append(input);
  input.focus();
  document.execCommand("insertText", false, "0");
  if (input.value !== "0") throw new Error("this browser does not edit by a script");
  input.remove();
  return announced;
})();

/** A key that goes down; false where the form kept the browser from acting on it. */
export function press(key) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  return document.activeElement.dispatchEvent(event);
}

/** Sets a value as a password manager does, with these events or none. */
export function fill(input, value, events) {
  input.value = value;
  for (const event of events) input.dispatchEvent(new Event(event, { bubbles: true }));
}

/** Sets a value as a browser does that says how. */
export function replace(input, value) {
  input.value = value;
  input.dispatchEvent(new InputEvent("input", { inputType: "insertReplacementText", bubbles: true }));
}

/** Changes a value as an input method does while it composes, then ends the composition. */
export function compose(input, values) {
  for (const data of values) {
    input.value = data;
    input.dispatchEvent(new InputEvent("input", { data, inputType: "insertCompositionText", isComposing: true }));
  }
}

export function endComposition(input) {
  input.dispatchEvent(new CompositionEvent("compositionend", { data: input.value }));
}

export function caret(input) {
  return input.selectionStart;
}

export function setCaret(input, at) {
  input.focus();
  input.setSelectionRange(at, at);
}

/** Which of the inputs has the focus. */
export function focused(inputs) {
  return Object.keys(inputs).find((name) => inputs[name] === document.activeElement) ?? "";
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Puts a recorder in the place of `fetch`. `keys` and `orderKeys` are answered to GET; `answers` one after the other to
 * POST, the last for ever: `{status, body, headers}`, or `"network"` for a failed request, or `"hang"` for none at all.
 */
export function answerFetch(keys, orderKeys, answers, date) {
  const sent = [];
  globalThis.sent = sent;
  globalThis.fetch = async (url, init = {}) => {
    const { pathname } = new URL(url);
    const method = init.method ?? "GET";
    sent.push({ method, url: String(url), body: init.body ?? "", init });
    let answer;
    if (method === "POST") answer = answers.length > 1 ? answers.shift() : answers[0];
    else answer = pathname.startsWith("/.well-known/") ? keys : orderKeys;
    if (answer === "network") throw new TypeError("Failed to fetch");
    if (answer === "hang") return new Promise(() => {});
    const headers = date ? { date, ...answer.headers } : answer.headers;
    // Which receipt it has to be is known only now.
    const receipt = method === "POST" && answer.status === 201 ? { receipt: globalThis.signReceipt(init.body) } : {};
    return new Response(JSON.stringify({ ...receipt, ...answer.body }), { status: answer.status, headers });
  };
}

/** `sign` gives the receipt for a posted body. */
export function signReceipts(sign) {
  globalThis.signReceipt = sign;
}

/** A key as the package's device.ts makes one, but for its keeping. */
export async function makeDevice() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const { x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const sign = async (input) => new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, input));
  return { x, y, sign };
}

/** Has the browser answer as `answer` does when it verifies a signature: of what is right, and of how often it was asked before. */
export function verifyBy(answer) {
  const verify = crypto.subtle.verify;
  let index = 0;
  crypto.subtle.verify = (...given) => {
    const asked = index++;
    return verify.apply(crypto.subtle, given).then((right) => answer(right, asked));
  };
}

/** Has it answer by itself again. */
export function verifyByItself() {
  // Its own is the prototype's.
  delete crypto.subtle.verify;
}

/** Takes away what a browser has in secure contexts only, or gives it back. */
export function blockSubtle(block) {
  // Its own is the prototype's.
  if (!block) return delete crypto.subtle;
  Object.defineProperty(crypto, "subtle", { configurable: true, value: undefined });
}

/** The bodies posted so far. */
export function posted() {
  return globalThis.sent.filter((request) => request.method === "POST").map((request) => request.body);
}

export function requests() {
  return globalThis.sent.map((request) => `${request.method} ${new URL(request.url).pathname}`);
}

/** A number of 16 digits with a right check digit, that is nowhere in the program's own text. */
export function randomNumber() {
  const digits = [4, ...Array.from({ length: 14 }, () => Math.floor(Math.random() * 10))];
  const sum = digits.reduce((sum, digit, index) => {
    const value = index % 2 === 0 ? digit * 2 : digit;
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
  return [...digits, (10 - (sum % 10)) % 10].join("");
}

/** How many times any eight digits in a row of `number` stand in `memory`, with or without gaps of a space. */
export function occurrences(memory, number) {
  const text = new TextDecoder("latin1").decode(memory.buffer);
  const windows = [];
  for (let at = 0; at + 8 <= number.length; at++) windows.push(number.slice(at, at + 8));
  const grouped = number.match(/.{4}/g).join(" ");
  for (let at = 0; at + 9 <= grouped.length; at++) windows.push(grouped.slice(at, at + 9));
  return windows.filter((window) => text.includes(window)).length;
}

/** Calls a function and says what it threw. */
export function attempt(call) {
  try {
    return { value: call() };
  } catch (error) {
    return { error };
  }
}

/** How caches were to be used for the requests for a directory. */
export function caches() {
  return globalThis.sent.filter(({ url }) => url.includes("/.well-known/")).map(({ init }) => init.cache);
}

/** Forgets what an earlier test's vault left in the browser. */
export function forget() {
  localStorage.clear();
}

const storage = Object.getOwnPropertyDescriptor(globalThis, "localStorage");

/** Makes storage as a browser has it whose owner has switched it off, or as it was. */
export function blockStorage(block) {
  const get = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  Object.defineProperty(globalThis, "localStorage", block ? { configurable: true, get } : storage);
}

/** Has an input throw whenever its value is asked for. */
export function breakValue(input, broken) {
  if (!broken) return delete input.value;
  Object.defineProperty(input, "value", {
    configurable: true,
    get() {
      throw new Error("as a trap would");
    },
    set() {},
  });
}
