// Measures the card fields as a shopper has them: a merchant's page in headless Chromium, the built package, and the built
// vault over loopback, each on a site of its own. From `mount()` to `ready`, the page's layout shift, and from a key press to
// the frame that shows it on a processor slowed down four times; beside the least that a browser can do: an empty frame, and
// an input that nothing listens to, in the same run.
//
// Needs scripts/build.sh before. Prints a table; its figures are for reading and fail nothing.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import { generateOrderKey } from "../pkg/dist/server.js";

const root = join(import.meta.dirname, "..");
const binary = process.env.CARDSEAL_VAULT_BIN ?? join(root, "target/release/cardseal-vault");
const limits = { cold: 150, warm: 60, shift: 0, paint: 16 };
const visits = Number(process.env.CARDSEAL_BENCH_VISITS ?? 21);
const SLOWER = 4;
const merchant = "mer_bench";
const typed = ["4242424242424242", "1240", "123"];
const types = { ".js": "text/javascript" };

/** The merchant's page, by whose address it knows the vault. */
const page = `<!doctype html><title>Shop</title><meta name="viewport" content="width=device-width">
<style>#card { min-height: 164px }</style><div id="card"></div><p>What comes after it.</p>
<script type="module">
  import { loadCardseal } from "/dist/index.js";
  globalThis.shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
  const { vault, merchant, root, empty } = Object.fromEntries(new URLSearchParams(location.search));
  const card = (await loadCardseal({ vault, merchant, roots: [root] })).card();
  globalThis.mountCard = () => new Promise((resolve, reject) => {
    const began = performance.now();
    card.on("ready", () => resolve(performance.now() - began));
    card.on("loaderror", ({ message }) => reject(new Error(message)));
    card.mount("#card");
  });
  globalThis.mountEmpty = () => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    addEventListener("message", () => resolve(performance.now() - began), { once: true });
    const began = performance.now();
    frame.src = empty;
    // As the card fields: the frame before goes once the next is there, which may take its process.
    const before = document.querySelector("#card > iframe");
    document.querySelector("#card").append(frame);
    before?.remove();
  });
</script>`;

const data = mkdtempSync(join(tmpdir(), "cardseal-bench-"));
const closing = [() => rmSync(data, { recursive: true, force: true })];
try {
  const shop = await startShop();
  const empty = await startEmpty();
  const vault = await startVault(shop);
  const { binary, args } = JSON.parse(await readFile(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? binary, args });
  closing.push(() => browser.close());
  const address = `${shop}/?${new URLSearchParams({ vault: vault.origin, merchant, root: vault.thumbprint, empty })}`;

  const ready = { cold: [], warm: [] };
  const floor = { cold: [], warm: [] };
  const shifts = [];
  for (let visit = 0; visit < visits; visit++) {
    // In turn, so that a slow phase of the machine comes over both.
    for (const [mount, times] of [
      ["mountCard", ready],
      ["mountEmpty", floor],
    ]) {
      // A context of its own has caches of its own: for files, for compiled code, for keys.
      const context = await browser.newContext();
      const page = await open(context, address);
      times.cold.push(await page.evaluate((mount) => globalThis[mount](), mount));
      times.warm.push(await page.evaluate((mount) => globalThis[mount](), mount));
      if (mount === "mountCard") shifts.push(await shiftsOf(page));
      await context.close();
    }
  }
  const keys = await keystrokes(browser, address);
  print({ ready, floor, shifts, keys, version: browser.version() });
} finally {
  for (const close of closing.reverse()) await close();
}

async function open(context, address) {
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(address);
  await page.waitForFunction(() => globalThis.mountCard);
  // What the page still does for itself is no part of mounting.
  await page.waitForTimeout(200);
  return page;
}

/** What moved on the page until now, typing a wrong number and leaving the field included: CLS as web-vitals counts it. */
async function shiftsOf(page) {
  const frame = page.frameLocator("iframe.cardseal-frame");
  await frame.locator("#number").click();
  await page.keyboard.type("4242");
  await page.keyboard.press("Tab");
  await frame.locator("#number-problem").waitFor();
  // What is said of it comes with the next frames.
  await page.waitForTimeout(200);
  return page.evaluate(() =>
    globalThis.shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0),
  );
}

/** From key press to paint, in milliseconds: in the card fields, and in a plain input of an empty frame. */
async function keystrokes(browser, address) {
  const samples = { mountCard: [], mountEmpty: [] };
  for (let visit = 0; visit <= visits / 3; visit++) {
    for (const mount of Object.keys(samples)) {
      const context = await browser.newContext();
      const page = await open(context, address);
      await page.evaluate((mount) => globalThis[mount](), mount);
      const frame = page.frames()[1];
      await frame.evaluate(watch);
      const session = await context.newCDPSession(frame);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      await frame.locator("input").first().focus();
      for (const key of typed.join("")) {
        await page.keyboard.press(key);
        // The next key comes to a frame at rest, as a typist's does.
        await page.waitForTimeout(60);
      }
      const times = await frame.evaluate(() => globalThis.painted);
      if (times.length !== typed.join("").length) throw new Error(`${times.length} of the key presses were seen`);
      // The first only warms the machine up.
      if (visit > 0) samples[mount].push(...times);
      await context.close();
    }
  }
  return samples;
}

/** In the frame: writes down how long after a key press the browser has painted what came of it. */
function watch() {
  globalThis.painted = [];
  addEventListener(
    "keydown",
    ({ timeStamp }) => {
      requestAnimationFrame(() => {
        // Its task comes once style, layout and paint of this frame are done.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => globalThis.painted.push(performance.now() - timeStamp);
        port2.postMessage(null);
      });
    },
    true,
  );
}

/** The merchant's site. By the name `localhost` it is of another site than the vault, so that the frame has its own process. */
async function startShop() {
  return `http://localhost:${await serve(async (path) => {
    if (path === "/") return ["text/html", page];
    return [types[extname(path)], await readFile(join(root, "pkg", path))];
  })}`;
}

/** A site whose only page has an input and says that it is there. */
async function startEmpty() {
  return `http://127.0.0.1:${await serve(() => [
    "text/html",
    '<!doctype html><input><script>parent.postMessage("ready", "*")</script>',
  ])}`;
}

async function serve(answer) {
  const server = createServer(async ({ url }, response) => {
    try {
      const [type, body] = await answer(new URL(url, "http://localhost").pathname);
      response.writeHead(200, { "content-type": type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address().port;
}

async function startVault(shop) {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const origin = `http://127.0.0.1:${port}`;
  const run = (...words) => execFileSync(binary, words, { encoding: "utf8" });
  const kept = ["--data", join(data, "vault")];
  const thumbprint = run("root", "init", "--out", join(data, "root.jwk.json")).trim();
  run("root", "delegate", "--root", join(data, "root.jwk.json"), "--origin", origin, ...kept);
  writeFileSync(join(data, "order.jwk.json"), JSON.stringify((await generateOrderKey()).publicKey));
  const named = ["--id", merchant, "--name", "Bench", "--origin", shop, "--order-key", join(data, "order.jwk.json")];
  run("merchant", "add", ...named, ...kept);
  const serving = [
    "serve",
    ...kept,
    "--listen",
    `127.0.0.1:${port}`,
    "--origin",
    origin,
    "--frame",
    join(root, "pkg/dist/frame"),
  ];
  const child = spawn(binary, serving, { stdio: ["ignore", "pipe", "ignore"] });
  closing.push(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
  });
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the vault ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => line.includes("listening on") && resolve());
  });
  return { origin, thumbprint };
}

function print({ ready, floor, shifts, keys, version }) {
  const load = loadavg()[0].toFixed(1);
  console.log(
    `${`checkout, medians in headless Chromium ${version}, load ${load}`.padEnd(64)}${"ms".padStart(8)}   samples`,
  );
  row("mount() to ready, nothing cached", ready.cold, limited(median(ready.cold), limits.cold));
  row("an empty frame of another site, nothing cached", floor.cold, ratio(ready.cold, floor.cold));
  row("mount() to ready, again on the same page", ready.warm, limited(median(ready.warm), limits.warm));
  row("an empty frame of another site, again on the same page", floor.warm, ratio(ready.warm, floor.warm));
  const shift = Math.max(...shifts);
  console.log(
    `${"layout shift of the page, mount to a problem shown, the most".padEnd(64)}${shift.toFixed(3).padStart(8)}   ${String(shifts.length).padEnd(9)}${limited(shift, limits.shift)}`,
  );
  const { mountCard: card, mountEmpty: plain } = keys;
  const slowed = `processor ${SLOWER} times slower`;
  row(`key press to paint, ${slowed}`, card, limited(median(card), limits.paint));
  row(
    `key press to paint, ${slowed}, 95th percentile`,
    [quantile(card, 0.95)],
    limited(quantile(card, 0.95), limits.paint),
  );
  row(`a plain input of an empty frame, ${slowed}`, plain, ratio(card, plain));
  row(`a plain input, 95th percentile`, [quantile(plain, 0.95)], "");
}

function row(title, samples, remark) {
  console.log(
    `${title.padEnd(64)}${median(samples).toFixed(1).padStart(8)}   ${String(samples.length).padEnd(9)}${remark}`,
  );
}

function ratio(ours, theirs) {
  return `${(median(ours) / median(theirs)).toFixed(1)} times as long for the card fields`;
}

function limited(value, limit) {
  return `limit ${limit}: ${value <= limit ? "ok" : "OVER"}`;
}

function median(samples) {
  return quantile(samples, 0.5);
}

function quantile(samples, share) {
  if (!samples.length) throw new Error("nothing was measured");
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}
