import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { events, mounts } from "./mount.ts";

// What `cardseal inventory` finds without running a page, held against what Chromium runs on it.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

const sri = (text: string) => `sha384-${createHash("sha384").update(text).digest("base64")}`;

/** Runs `cardseal`; gives its exit code and what it printed. */
function cardseal(...args: string[]): Promise<{ code: number; output: string }> {
  const program = join(import.meta.dirname, "../../pkg/dist/cli.js");
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout });
    });
  });
}

/** Opens a page; gives the hashes of all scripts that Chromium reads in the page itself, until `settled`. */
async function read(page: Page, address: string, settled: () => Promise<void>): Promise<Set<string>> {
  const session = await page.context().newCDPSession(page);
  const ids: string[] = [];
  session.on("Debugger.scriptParsed", ({ scriptId, url }) => {
    // The test's own are read with no address.
    if (url.startsWith(address)) ids.push(scriptId);
  });
  await session.send("Debugger.enable");
  await page.goto(address);
  await settled();
  const sources = await Promise.all(ids.map((scriptId) => session.send("Debugger.getScriptSource", { scriptId })));
  return new Set(sources.map(({ scriptSource }) => sri(scriptSource)));
}

test.skip(({ browserName }) => browserName !== "chromium", "what ran is asked of Chromium's debugger");

test("every script that Chromium runs on a page is in its inventory, with the same hash", async ({
  vault,
  host,
  page,
}) => {
  const html = `<script>window.first = 1;</script><script src="data:text/javascript,window.second=2"></script>
    <button id="button" onclick="window.third = 3">Pay</button><div id="card"></div>`;
  host.serve(html, mounts(vault, host.merchant));
  const run = await read(page, host.origin, async () => {
    await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  });
  const { code, output } = await cardseal("inventory", host.origin);
  expect(code).toBe(1);
  const { scripts } = JSON.parse(output) as { scripts: { kind: string; url?: string; hash?: string }[] };
  const listed = new Set(scripts.map(({ hash }) => hash));
  // The page's own script, the package's entry and the chunks that it imports, the inline one.
  expect(run.size).toBeGreaterThanOrEqual(4);
  expect([...run].filter((hash) => !listed.has(hash))).toEqual([]);
  for (const kind of ["external", "import", "inline", "handler"]) {
    expect(scripts.map((script) => script.kind)).toContain(kind);
  }
});

test("the demo shop's scripts are in its inventory, watching it finds no change, and its headers hold", async ({
  vault,
  shop,
  checkout,
  page,
}, testInfo) => {
  const address = `${shop.origin}/`;
  const run = await read(page, address, () => checkout.ready());
  const file = testInfo.outputPath("inventory.json");
  expect((await cardseal("inventory", address, "--out", file)).code).toBe(1);
  const { scripts } = JSON.parse(await readFile(file, "utf8")) as { scripts: { hash?: string }[] };
  expect(run.size).toBeGreaterThanOrEqual(1);
  expect([...run].filter((hash) => !scripts.some((script) => script.hash === hash))).toEqual([]);
  const watched = await cardseal("watch", address, "--inventory", file, "--once");
  expect(watched).toEqual({ code: 0, output: expect.stringContaining('"changes":0}') });
  expect((await cardseal("csp", "--vault", vault.origin, "--check", address)).output).not.toMatch(/^(blocked|wide):/m);
});
