// Measures the card fields as a shopper has them: a merchant's page in headless Chromium, the built package, and the built
// vault over loopback, each on a site of its own. From `mount()` to `ready`, the page's layout shift, and from a key press to
// the frame that shows it on a processor slowed down four times; beside the least that a browser can do: an empty frame, and
// an input that nothing listens to, in the same run.
//
// No debugger hangs on the pages that mount: each mounts by itself and reports to its server. One that does (Playwright attaches
// itself to every page and every frame, stops each until it has answered, and hears of each request) makes all of it half as
// long again, and no shopper has one.
//
// Needs scripts/build.sh before. Prints a table; its figures are for reading and fail nothing.

import { execFileSync, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { chromium } from "@playwright/test";
import { generateOrderKey } from "../pkg/dist/server.js";
import { attaching, frameOf } from "./devtools.mjs";

const root = join(import.meta.dirname, "..");
const binary = process.env.CARDSEAL_VAULT_BIN ?? join(root, "target/release/cardseal-vault");
const limits = { cold: 150, warm: 60, shift: 0, paint: 16 };
const visits = Number(process.env.CARDSEAL_BENCH_VISITS ?? 21);
const SLOWER = 4;
/** How long a page is left alone before it mounts, in milliseconds: Chromium has work of its own with each new window. */
const REST = 1500;
const merchant = "mer_bench";
const typed = ["4242424242424242", "1240", "123"];
const types = { ".js": "text/javascript" };
/** What the pages report. */
const reports = new EventEmitter();

/** The merchant's page, by whose address it knows the vault. */
const page = `<!doctype html><title>Shop</title><meta name="viewport" content="width=device-width">
<style>#card { min-height: 164px }</style><div id="card"></div><p>What comes after it.</p>
<script type="module">
  import { loadCardseal } from "/dist/index.js";
  globalThis.shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
  const { vault, merchant, root, empty, what } = Object.fromEntries(new URLSearchParams(location.search));
  const card = (await loadCardseal({ vault, merchant, roots: [root] })).card();
  const mounts = {
    card: () => new Promise((resolve, reject) => {
      const began = performance.now();
      card.on("ready", () => resolve(performance.now() - began));
      card.on("loaderror", ({ message }) => reject(new Error(message)));
      card.mount("#card");
    }),
    empty: () => new Promise((resolve) => {
      const frame = document.createElement("iframe");
      addEventListener("message", () => resolve(performance.now() - began), { once: true });
      const began = performance.now();
      frame.src = empty;
      // As the card fields: the frame before goes once the next is there, which may take its process.
      const before = document.querySelector("#card > iframe");
      document.querySelector("#card").append(frame);
      before?.remove();
    }),
  };
  const times = [];
  try {
    for (let n = 0; n < 2; n++) {
      // What page and frame still do for themselves is no part of mounting.
      await new Promise((resolve) => setTimeout(resolve, ${REST}));
      times.push(await mounts[what]());
    }
    await fetch("/report", { method: "POST", body: JSON.stringify(times) });
  } catch (error) {
    await fetch("/report", { method: "POST", body: JSON.stringify(error.message) });
  }
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

  const begun = await ticks();
  const ready = { cold: [], warm: [] };
  const floor = { cold: [], warm: [] };
  const session = await browser.newBrowserCDPSession();
  for (let visit = 0; visit < visits; visit++) {
    // In turn, so that a slow phase of the machine comes over both.
    for (const [what, times] of [
      ["card", ready],
      ["empty", floor],
    ]) {
      const { cold, warm, close } = await mounted(session, `${address}&what=${what}`);
      times.cold.push(cold);
      times.warm.push(warm);
      await close();
    }
  }
  const shifts = [];
  for (let visit = 0; visit < 3; visit++) shifts.push(await shiftOf(browser, `${address}&what=card`));
  const keys = await keystrokes(session, address);
  print({ ready, floor, shifts, keys, version: browser.version(), stolen: stolen(begun, await ticks()) });
} finally {
  for (const close of closing.reverse()) await close();
}

/** A page that has mounted twice, in milliseconds, in a context of its own: with caches of its own for files, compiled code and keys. */
async function mounted(session, url) {
  const { browserContextId } = await session.send("Target.createBrowserContext");
  const times = reported();
  const { targetId } = await session.send("Target.createTarget", { url, browserContextId });
  const [cold, warm] = await times;
  return { cold, warm, targetId, close: () => session.send("Target.disposeBrowserContext", { browserContextId }) };
}

/** How long the next page took that mounts, the first time and the second. Rejects with what went wrong in it. */
async function reported() {
  const [report] = await once(reports, "report", { signal: AbortSignal.timeout(60_000) });
  if (!Array.isArray(report)) throw new Error(report);
  return report;
}

/** What moved on a page that mounts twice, by typing a wrong number and by leaving the field: CLS as web-vitals counts it. */
async function shiftOf(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const mounted = reported();
  await page.goto(url);
  await mounted;
  const frame = page.frameLocator("iframe.cardseal-frame");
  await frame.locator("#number").click();
  await page.keyboard.type("4242");
  await page.keyboard.press("Tab");
  await frame.locator("#number-problem").waitFor();
  // What is said of it comes with the next frames.
  await page.waitForTimeout(200);
  const shift = await page.evaluate(() =>
    globalThis.shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0),
  );
  await context.close();
  return shift;
}

/** From key press to paint, in milliseconds: in the card fields, and in a plain input of an empty frame. */
async function keystrokes(session, address) {
  const samples = { card: [], empty: [] };
  const targets = attaching(session);
  for (let visit = 0; visit <= Math.ceil(visits / 3); visit++) {
    for (const what of Object.keys(samples)) {
      const { targetId, close } = await mounted(session, `${address}&what=${what}`);
      const page = await targets.attach(targetId);
      const frame = await targets.attach(await frameOf(session, targetId));
      await frame.evaluate(`(${watch})()`);
      await frame.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      await frame.evaluate('document.querySelector("input").focus()');
      for (const key of typed.join("")) {
        const pressed = { key, code: `Digit${key}`, windowsVirtualKeyCode: key.charCodeAt(0) };
        await page.send("Input.dispatchKeyEvent", { type: "keyDown", text: key, ...pressed });
        await page.send("Input.dispatchKeyEvent", { type: "keyUp", ...pressed });
        // The next key comes to a frame at rest, as a typist's does.
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      const times = await frame.evaluate("globalThis.painted");
      if (times.length !== typed.join("").length) throw new Error(`${times.length} of the key presses were seen`);
      // The first only warms the machine up.
      if (visit > 0) samples[what].push(...times);
      await close();
    }
  }
  return samples;
}

/** In the frame: writes down how long after a key press the browser has painted what came of it. */
function watch() {
  globalThis.painted = [];
  let pressed;
  const paint = () => globalThis.painted.push(performance.now() - pressed);
  // A task of its own comes once style, layout and paint of this picture are done.
  const draw = () => scheduler.postTask(paint, { priority: "user-blocking" });
  addEventListener(
    "keydown",
    ({ timeStamp }) => {
      pressed = timeStamp;
      requestAnimationFrame(draw);
    },
    true,
  );
}

/** The merchant's site. By the name `localhost` it is of another site than the vault, so that the frame has its own process. */
async function startShop() {
  return `http://localhost:${await serve(async (path, request) => {
    if (path === "/") return ["text/html", page];
    if (path === "/report") {
      reports.emit("report", JSON.parse(await text(request)));
      return ["text/plain", ""];
    }
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
  const server = createServer(async (request, response) => {
    try {
      const [type, body] = await answer(new URL(request.url, "http://localhost").pathname, request);
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

/** What the processors have done so far, in ticks, as Linux counts it (proc_stat(5)); elsewhere nothing. */
async function ticks() {
  const [all] = await readFile("/proc/stat", "utf8").then(
    (text) => text.split("\n"),
    () => [""],
  );
  const counts = all.split(/ +/).slice(1, 9).map(Number);
  return { stolen: counts[7], idle: counts[3], total: counts.reduce((sum, count) => sum + count, 0) };
}

/** How much of the time in which a processor had something to do went to other machines on the same hardware. */
function stolen(before, after) {
  const busy = after.total - before.total - (after.idle - before.idle);
  const share = (after.stolen - before.stolen) / busy;
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "unknown";
}

function print({ ready, floor, shifts, keys, version, stolen }) {
  const load = loadavg()[0].toFixed(1);
  console.log(`checkout, medians in headless Chromium ${version}; load ${load}, processor time stolen ${stolen}`);
  console.log(`${"".padEnd(64)}${"ms".padStart(8)}   samples`);
  row("mount() to ready, nothing cached", ready.cold, limited(median(ready.cold), limits.cold));
  row("an empty frame of another site, nothing cached", floor.cold, ratio(ready.cold, floor.cold));
  row("mount() to ready, again on the same page", ready.warm, limited(median(ready.warm), limits.warm));
  row("an empty frame of another site, again on the same page", floor.warm, ratio(ready.warm, floor.warm));
  const shift = Math.max(...shifts);
  console.log(
    `${"layout shift of the page, mount to a problem shown, the most".padEnd(64)}${shift.toFixed(3).padStart(8)}   ${String(shifts.length).padEnd(9)}${limited(shift, limits.shift)}`,
  );
  const { card, empty: plain } = keys;
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
