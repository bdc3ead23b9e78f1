// Measures the browser's part in headless Chromium, with the module that shoppers get: handling real key presses, sealing,
// and the key schedule that runs ahead, once for each suite; beside npm's jose and hpke doing their whole call in the same
// run. Nothing in the module is there for this: bench/page.js takes the time where the module calls the browser.
//
// Needs scripts/build.sh browser before. Prints a table; its figures are for reading and fail nothing.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { KDF_SHAKE256, KEM_MLKEM768_P256 } from "@panva/hpke-noble";
import { chromium } from "@playwright/test";
import { createOrderSigner, generateOrderKey } from "cardseal/server";
import { AEAD_AES_256_GCM, CipherSuite } from "hpke";
import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";

const root = join(import.meta.dirname, "..");
const merchant = "mer_bench";
const rounds = 12;
const limits = { keystroke: 1, seal: 0.05 };
const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  try {
    const body = await readFile(join(root, path));
    response.writeHead(200, {
      "content-type": types[extname(path)] ?? "application/octet-stream",
      // Isolated pages have a clock of 5 microseconds, others of 100.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://localhost:${server.address().port}`;

// The one list of how Chromium is started here.
const { binary, args } = JSON.parse(await readFile(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? binary, args });
try {
  print(await measure(await classicKey()), await measure(await hybridKey()), browser.version());
} finally {
  await browser.close();
  server.close();
}

/** @param {object} vaultKey the JWK that cards are sealed to */
async function measure(vaultKey) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(`${origin}/bench/page.html`);
  await page.waitForFunction(() => globalThis.bench);
  await page.evaluate((setting) => globalThis.bench.start(setting), await setting(vaultKey));
  // The first round only warms the engine's compilers up.
  for (let round = 0; round <= rounds; round++) {
    await page.evaluate(() => globalThis.bench.startTyping());
    // The form moves on by itself to the next field.
    await page.keyboard.type("4242424242424242" + "1240" + "123");
    await page.evaluate(() => globalThis.bench.runRound());
    if (round === 0) await page.evaluate(() => globalThis.bench.forget());
  }
  const samples = await page.evaluate(() => globalThis.bench.samples);
  await page.close();
  return samples;
}

async function classicKey() {
  const { publicKey } = await generateKeyPair("ECDH-ES", { crv: "P-256", extractable: true });
  return { ...(await exportJWK(publicKey)), alg: "HPKE-7" };
}

async function hybridKey() {
  const suite = new CipherSuite(KEM_MLKEM768_P256, KDF_SHAKE256, AEAD_AES_256_GCM);
  const { publicKey } = await suite.GenerateKeyPair();
  return { kty: "AKP", pub: base64url.encode(await suite.SerializePublicKey(publicKey)), alg: "HPKE-8" };
}

/** What a vault and a shop would give the page: keys, and a signed order. */
async function setting(vaultKey) {
  const order = await generateOrderKey();
  const signer = createOrderSigner({ merchant, privateKey: order.privateKey });
  return {
    vault: "https://vault.example",
    merchant,
    origin: "https://shop.example",
    vaultKey: { ...vaultKey, kid: await calculateJwkThumbprint(vaultKey), use: "enc" },
    orderKey: order.publicKey,
    orderId: "ord_bench",
    order: await signer.sign({ id: "ord_bench", amount: 4200, currency: "EUR", origins: ["https://shop.example"] }),
  };
}

function print(classic, hybrid, version) {
  const seal = median(classic.seal);
  console.log(`${`browser, medians in headless Chromium ${version}`.padEnd(64)}${"ms".padStart(8)}   samples`);
  row("handling one keystroke", classic.keystroke, limited(median(classic.keystroke), limits.keystroke));
  for (const [suite, samples] of Object.entries({ "HPKE-7": classic, "HPKE-8": hybrid })) {
    row(`${suite}: sealing at submit`, samples.seal, limited(median(samples.seal), limits.seal));
    row(`${suite}: key schedule, run while the shopper types`, samples.schedule, "");
    row(`${suite}: tokenize() until the request leaves, order checked`, samples.submit, "");
  }
  for (const name of ["jose", "hpke"]) {
    const title =
      name === "jose" ? "jose, ECDH-ES with A256GCM, whole call" : "hpke, the same suite as HPKE-7, whole call";
    row(title, classic[name], `${(median(classic[name]) / seal).toFixed(1)} times sealing at submit`);
  }
}

function row(title, samples, remark) {
  console.log(
    `${title.padEnd(64)}${median(samples).toFixed(3).padStart(8)}   ${String(samples.length).padEnd(9)}${remark}`,
  );
}

function limited(value, limit) {
  return `limit ${limit}: ${value <= limit ? "ok" : "OVER"}`;
}

function median(samples) {
  if (!samples.length) throw new Error("nothing was measured");
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
