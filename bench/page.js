// The page that bench/browser.mjs measures in. It wraps a few functions of the browser that the module calls on its way, and
// takes the time there, so that the module under test is the very one that shoppers get.

import * as hpke from "hpke";
import { CompactEncrypt, importJWK } from "jose";
import init, { CardForm } from "../pkg/wasm/cardseal.js";

if (!crossOriginIsolated) throw new Error("the page is not isolated: its clock would be too coarse");

const samples = { keystroke: [], seal: [], schedule: [], submit: [], jose: [], hpke: [] };
// A form seals once for each key schedule, so that there are as many forms as tokenizations in a round.
const tokenizations = 40;
const forms = [];
let setting;
let others;

globalThis.bench = {
  samples,

  async start(given) {
    setting = given;
    watchKeys();
    await init();
    globalThis.fetch = answer;
    for (let i = 0; i < tokenizations; i++) forms.push(await openForm());
    others = await prepareOthers();
    await schedules();
  },

  /** Empties the first form, for real key presses. The others are filled in as a password manager does it. */
  startTyping() {
    forms[0].form.clear();
    forms[0].form.focus("number");
  },

  /** One round of everything but typing. Each kind runs without a pause, as its compiled code and data stay in the caches. */
  async runRound() {
    for (const { form } of forms) await tokenize(form);
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

async function openForm() {
  const inputs = Object.fromEntries(
    ["number", "expiry", "code"].map((field) => [field, document.createElement("input")]),
  );
  document.body.append(...Object.values(inputs));
  const form = new CardForm(
    inputs,
    { vault: setting.vault, merchant: setting.merchant, origin: setting.origin },
    () => {},
  );
  await form.load();
  for (const [field, value] of Object.entries({ number: "4242424242424242", expiry: "1240", code: "123" })) {
    inputs[field].value = value;
    inputs[field].dispatchEvent(new Event("change"));
  }
  return { form, inputs };
}

// What one tokenization passed, in milliseconds of performance.now().
const passed = { began: 0, drewId: undefined, sealed: undefined, left: undefined };

async function tokenize(form) {
  Object.assign(passed, { began: performance.now(), drewId: undefined, sealed: undefined, left: undefined });
  const result = await form.tokenize(setting.order);
  if (!result.ok) throw new Error(`tokenize: ${result.error.code}`);
  if (passed.drewId === undefined || passed.sealed === undefined || passed.left === undefined) {
    throw new Error("the module no longer calls the browser where this page takes the time");
  }
  samples.seal.push(passed.sealed - passed.drewId);
  samples.submit.push(passed.left - passed.began);
}

// An envelope's random id of 16 bytes is drawn right before sealing, and nothing but sealing happens until the request is
// turned into JSON. The 32 bytes of a one-time key are the first thing that the key schedule asks for, and a hybrid suite
// asks once more for its other half; it runs to the end of its task, and a microtask asked for now comes right after it.
let scheduling = false;
const getRandomValues = crypto.getRandomValues.bind(crypto);
crypto.getRandomValues = (bytes) => {
  const now = performance.now();
  if (bytes.byteLength === 16) passed.drewId = now;
  else if (bytes.byteLength === 32 && !scheduling) {
    scheduling = true;
    queueMicrotask(() => {
      scheduling = false;
      scheduled(performance.now() - now);
    });
  }
  return getRandomValues(bytes);
};
const stringify = JSON.stringify;
JSON.stringify = (...given) => {
  passed.sealed ??= performance.now();
  return stringify(...given);
};

/** The vault, without a network. */
async function answer(url) {
  passed.left = performance.now();
  const path = new URL(url).pathname;
  if (path === "/v1/keys") return Response.json({ keys: [setting.vaultKey] });
  if (path !== "/v1/tokens") return Response.json({ keys: [setting.orderKey] });
  const token = { token: "tok_bench", brand: "visa", last4: "4242", exp_month: 12, exp_year: 2040 };
  const expires = Math.floor(Date.now() / 1000) + 900;
  return Response.json({ ...token, order: setting.orderId, expires }, { status: 201 });
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

/** The same plaintext to the same key, by libraries that call the browser's own cryptography, which has no hybrid suite. */
async function prepareOthers() {
  const { kty, crv, x, y } = setting.vaultKey;
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
