import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import type { Route } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { events, mounts } from "./mount.ts";

// What the vault serves is what was published, and the frame's page runs no script that was altered without it.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

test("the vault serves every file of the frame as integrity.json has it, compressed and not", async ({
  vault,
  host,
}) => {
  const list = await readFile(join(import.meta.dirname, "../../pkg/dist/integrity.json"), "utf8");
  const files = Object.entries<string>(JSON.parse(list).files).filter(([path]) => path.startsWith("dist/frame/"));
  expect(files.length).toBeGreaterThanOrEqual(12);
  for (const [path, hash] of files) {
    const [, name = "", extension] = /^dist\/frame\/(.+?)(?:\.(br|gz))?$/.exec(path) ?? [];
    const encoding = { br: "br", gz: "gzip" }[extension ?? ""] ?? "identity";
    const address = name === "index.html" ? `?merchant=${host.merchant}` : name;
    expect([path, await served(`${vault.origin}/frame/${address}`, encoding)]).toEqual([path, hash]);
  }
});

/** Serves the same with more behind it. */
const altered = (text: string) => async (route: Route) => {
  const response = await route.fetch();
  await route.fulfill({ response, body: `${await response.text()}\n${text}` });
};

test("a script that was altered in the vault's assets is not run, and the page is told", async ({
  vault,
  host,
  page,
  context,
}) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant));
  await context.route(`${vault.origin}/frame/assets/*.js`, altered("parent.postMessage('altered', '*');"));
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["loaderror", "blocked"]]);

  // The control: without the hash the same script runs.
  await context.route(`${vault.origin}/frame/?*`, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text.replaceAll(/ integrity="[^"]*"/g, "") });
  });
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
});

test("a style that was altered in the vault's assets is not applied, and no card is asked for without it", async ({
  vault,
  host,
  page,
  context,
}) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant));
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);

  let asked = 0;
  const alter = altered("body { visibility: hidden }");
  await context.route(`${vault.origin}/frame/assets/*.css`, (route) => {
    asked++;
    return alter(route);
  });
  await page.goto(host.origin);
  await expect.poll(() => events(page), { timeout: 20_000 }).toEqual([["loaderror", "blocked"]]);
  expect(asked).toBeGreaterThan(0);
});

test("a style sheet that got lost once is fetched again, and the fields are ready", async ({
  vault,
  host,
  page,
  context,
}) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant));
  let lost = 0;
  await context.route(`${vault.origin}/frame/assets/*.css`, (route) =>
    lost++ === 0 ? route.abort() : route.continue(),
  );
  await page.goto(host.origin);
  await expect.poll(() => events(page), { timeout: 20_000 }).toEqual([["ready", undefined]]);
  expect(lost).toBe(2);
});

/** The hash of what is sent, as it is sent. */
function served(address: string, encoding: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(address, { headers: { "accept-encoding": encoding } }, (response) => {
      const hash = createHash("sha384");
      expect(response.headers["content-encoding"] ?? "identity").toBe(encoding);
      response.on("data", (chunk) => hash.update(chunk));
      response.on("end", () => resolve(`sha384-${hash.digest("base64")}`));
    }).on("error", reject);
  });
}
