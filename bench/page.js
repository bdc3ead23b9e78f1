// The page that bench/browser.mjs measures in. It wraps a few functions of the browser that the module calls on its way, and
// takes the time there, so that the module under test is the very one that shoppers get.

import * as hpke from "hpke";
import { CompactEncrypt, importJWK } from "jose";
import { createTestVault, makeDevice } from "../pkg/dist/testing/index.js";

if (!crossOriginIsolated) throw new Error("the page is not isolated: its clock would be too coarse");

const PAGE = "https://shop.example";
const samples = {
  keystroke: [],
  directory: [],
  schedule: [],
  seal: [],
  dual: [],
  submit: [],
  receipt: [],
  jose: [],
  hpke: [],
};
/** What the module exports, in the form that is measured. */
let CardForm;
// A form seals once for each key schedule, so that there are as many forms as tokenizations in a round.
let tokenizations;
const forms = [];
let vault;
let order;
let others;

globalThis.bench = {
  samples,

  async start({ suite, module, count }) {
    watchKeys();
    const loaded = await import(module);
    // WebAssembly has to be compiled first.
    await loaded.default?.(loaded.fetchModule());
    CardForm = loaded.CardForm;
    tokenizations = count;
    vault = await createTestVault({ suite, origins: [PAGE] });
    // What the vault's own keys were drawn by is no schedule of the module's.
    schedulesRun = 0;
    order = await vault.signOrder();
    globalThis.fetch = answer;
    const device = await makeDevice();
    for (let i = 0; i < tokenizations; i++) forms.push(await openForm(device));
    others = await prepareOthers(await sealingKey());
    await schedules();
  },

  /** Empties the first form, for real key presses. The others are filled in as a password manager does it. */
  startTyping() {
    forms[0].clear();
    forms[0].focus("number");
  },

  /** One round of everything but typing. Each kind runs without a pause, as its compiled code and data stay in the caches. */
  async runRound() {
    for (const form of forms) await load(form);
    await schedules();
    for (const form of forms) await tokenize(form);
    await schedules();
    for (const [name, seal] of Object.entries(others)) {
      for (let i = 0; i < tokenizations; i++) {
        const began = performance.now();
        await seal();
        samples[name].push(performance.now() - began);
      }
    }
  },

  forget() {
    for (const list of Object.values(samples)) list.length = 0;
  },
};

async function openForm({ x, y, sign }) {
  const inputs = Object.fromEntries(
    ["number", "expiry", "code"].map((field) => [field, document.createElement("input")]),
  );
  document.body.append(...Object.values(inputs));
  const signed = (input) => {
    passed.sealed = performance.now();
    return sign(input);
  };
  const device = Promise.resolve({ x, y, sign: signed });
  const form = new CardForm(inputs, { ...vault.options, origin: PAGE, device }, () => {});
  await form.load();
  for (const [field, value] of Object.entries({ number: "4242424242424242", expiry: "1240", code: "123" })) {
    inputs[field].value = value;
    inputs[field].dispatchEvent(new Event("change"));
  }
  return form;
}

// What one call passed, in milliseconds of performance.now(): it drew an envelope's id, had the device sign, sent the request,
// had an answer's text.
const nothing = { drewId: undefined, sealed: undefined, left: undefined, read: undefined };
const passed = { ...nothing };

// From an answer's text to the end of the call nothing is waited for but the browser, which verifies signatures. In load() that
// is: after the second of two answers, the signatures of delegation and directory are verified, the directory is compared to
// the one seen before, and the keys are read. In tokenize(), the receipt is verified and compared.
async function load(form) {
  Object.assign(passed, nothing);
  await form.load();
  samples.directory.push(performance.now() - reached("read"));
}

async function tokenize(form) {
  Object.assign(passed, nothing);
  const began = performance.now();
  const result = await form.tokenize(order);
  const ended = performance.now();
  if (!result.ok) throw new Error(`tokenize: ${result.error.code}`);
  samples.seal.push(reached("sealed") - reached("drewId"));
  samples.dual.push(reached("left") - reached("sealed"));
  samples.submit.push(reached("left") - began);
  samples.receipt.push(ended - reached("read"));
}

function reached(point) {
  if (passed[point] === undefined) throw new Error(`the module no longer calls the browser where ${point} is taken`);
  return passed[point];
}

// An envelope's random id of 16 bytes is drawn right before sealing, and nothing but sealing happens until the device is to
// sign for the envelope. The 32 bytes of a one-time key are the first thing that the key schedule asks for, and a hybrid suite
// asks once more for its other half; it runs to the end of its task, and a microtask asked for now comes right after it.
let scheduling = false;
const getRandomValues = crypto.getRandomValues.bind(crypto);
crypto.getRandomValues = (bytes) => {
  const now = performance.now();
  // The vault draws ids too, once the envelope is sealed.
  if (bytes.byteLength === 16 && passed.sealed === undefined) passed.drewId = now;
  else if (bytes.byteLength === 32 && !scheduling) {
    scheduling = true;
    queueMicrotask(() => {
      scheduling = false;
      scheduled(performance.now() - now);
    });
  }
  return getRandomValues(bytes);
};

/** The vault, without a network. */
async function answer(url, init) {
  passed.left = performance.now();
  const response = await vault.fetch(url, init);
  const text = await response.text();
  response.text = async () => {
    passed.read = performance.now();
    return text;
  };
  return response;
}

/** Sums up, for each key pressed, the time between the first and the last listener of each of its events. */
function watchKeys() {
  let spent = 0;
  let began = 0;
  for (const type of ["keydown", "beforeinput", "input"]) {
    addEventListener(
      type,
      () => {
        began = performance.now();
      },
      true,
    );
    addEventListener(type, () => {
      spent += performance.now() - began;
      if (type === "input") samples.keystroke.push(spent);
      if (type === "input") spent = 0;
    });
  }
}

/** What the vault publishes to seal to. */
async function sealingKey() {
  const { directory } = await (await vault.fetch(`${vault.url}/.well-known/cardseal/keys`)).json();
  return JSON.parse(new TextDecoder().decode(bytes(directory.split(".")[1]))).keys[0];
}

/** The same plaintext to the same key, by libraries that call the browser's own cryptography, which has no hybrid suite. */
async function prepareOthers({ kty, crv, x, y }) {
  if (kty !== "EC") return {};
  const plaintext = new TextEncoder().encode(
    '{"number":"4242424242424242","exp_month":12,"exp_year":2040,"code":"123"}'.padEnd(512),
  );
  const joseKey = await importJWK({ kty, crv, x, y }, "ECDH-ES");
  const suite = new hpke.CipherSuite(hpke.KEM_DHKEM_P256_HKDF_SHA256, hpke.KDF_HKDF_SHA256, hpke.AEAD_AES_256_GCM);
  const hpkeKey = await suite.DeserializePublicKey(Uint8Array.of(4, ...bytes(x), ...bytes(y)));
  return {
    jose: () => new CompactEncrypt(plaintext).setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM" }).encrypt(joseKey),
    hpke: () => suite.Seal(hpkeKey, plaintext),
  };
}

/** Of base64url. */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

let schedulesRun = 0;

function scheduled(took) {
  schedulesRun++;
  samples.schedule.push(took);
}

/** Waits until the module has run the next key schedule of every form. */
async function schedules() {
  while (schedulesRun < tokenizations) await new Promise((resolve) => setTimeout(resolve, 10));
  schedulesRun = 0;
}
