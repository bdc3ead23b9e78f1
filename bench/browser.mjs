// Measures the browser's part in headless Chromium, with the module that shoppers get, in each of its forms: handling real key presses, sealing,
// the key schedule that runs ahead, and what is signed and verified around them, once for each suite; beside npm's jose and
// hpke doing their whole call in the same run. Nothing in the module is there for this: bench/page.js takes the time where
// the module calls the browser.
//
// Needs scripts/build.sh browser before. Prints a table; its figures are for reading and fail nothing.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "@playwright/test";
import { suites } from "../pkg/dist/testing/index.js";

const root = join(import.meta.dirname, "..");
/** The forms that the module has, where they run, and how often each is measured. */
const forms = {
  WebAssembly: { module: "../pkg/wasm/cardseal.js", count: 40, rounds: 12 },
  JavaScript: { module: "../pkg/javascript/cardseal.js", count: 40, rounds: 3 },
  // As in Lockdown Mode.
  "JavaScript, interpreted": {
    module: "../pkg/javascript/cardseal.js",
    count: 5,
    rounds: 1,
    flags: ["--js-flags=--jitless"],
  },
};
const limits = { keystroke: 1, seal: 0.05, directory: 5 };
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
try {
  for (const [name, { flags = [], ...form }] of Object.entries(forms)) {
    const executablePath = process.env.CHROMIUM ?? binary;
    const browser = await chromium.launch({ executablePath, args: [...args, ...flags] });
    const measured = {};
    for (const suite of suites) measured[suite] = await measure(browser, suite, form);
    print(name, measured, browser.version());
    await browser.close();
  }
} finally {
  server.close();
}

async function measure(browser, suite, { module, count, rounds }) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(`${origin}/bench/page.html`);
  await page.waitForFunction(() => globalThis.bench);
  await page.evaluate((options) => globalThis.bench.start(options), { suite, module, count });
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

function print(name, measured, version) {
  const classic = measured["HPKE-7"];
  // The limits are for WebAssembly.
  const limited = name === "WebAssembly" ? within : () => "";
  console.log(`${`${name}, medians in headless Chromium ${version}`.padEnd(64)}${"ms".padStart(8)}   samples`);
  row("handling one keystroke", classic.keystroke, limited(median(classic.keystroke), limits.keystroke));
  for (const [suite, samples] of Object.entries(measured)) {
    row(
      `${suite}: verifying the directory, at load()`,
      samples.directory,
      limited(median(samples.directory), limits.directory),
    );
    row(`${suite}: key schedule, run while the shopper types`, samples.schedule, "");
    row(`${suite}: sealing at submit`, samples.seal, limited(median(samples.seal), limits.seal));
    row(`${suite}: dual signature, by the browser`, samples.dual, "");
    row(`${suite}: tokenize() until the request leaves, order checked`, samples.submit, "");
    row(`${suite}: verifying the receipt`, samples.receipt, "");
  }
  if (name !== "WebAssembly") return;
  for (const library of ["jose", "hpke"]) {
    const title =
      library === "jose" ? "jose, ECDH-ES with A256GCM, whole call" : "hpke, the same suite as HPKE-7, whole call";
    row(
      title,
      classic[library],
      `${(median(classic[library]) / median(classic.seal)).toFixed(1)} times sealing at submit`,
    );
  }
}

function row(title, samples, remark) {
  console.log(
    `${title.padEnd(64)}${median(samples).toFixed(3).padStart(8)}   ${String(samples.length).padEnd(9)}${remark}`,
  );
}

function within(value, limit) {
  return `limit ${limit}: ${value <= limit ? "ok" : "OVER"}`;
}

function median(samples) {
  if (!samples.length) throw new Error("nothing was measured");
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
