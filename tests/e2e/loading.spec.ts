import type { BrowserContext, Page, Route } from "@playwright/test";
import type { LoadError } from "cardseal";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

// Each cause that `loaderror` names, in a real browser; and that what may pass is tried again. hosts.spec.ts has the
// policies of merchants' pages.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

interface Options {
  timeout?: number;
  merchant?: string;
  root?: string;
  /** The page's content security policy. */
  csp?: string;
}

/** Puts up a page that mounts a card element and writes down how that ended, and after how many milliseconds. */
function mounts(host: Host, vault: Vault, options: Options = {}): void {
  const { timeout = 10_000, merchant = host.merchant, root = vault.root, csp } = options;
  const script = `
    import { loadCardseal } from "/dist/index.js";
    window.endings = [];
    const cardseal = await loadCardseal({
      vault: "${vault.origin}", merchant: "${merchant}", roots: ["${root}"], timeout: ${timeout},
    });
    window.card = cardseal.card();
    let began = performance.now();
    for (const type of ["ready", "loaderror"])
      card.on(type, ({ cause, code }) => endings.push({ type, cause, code, after: performance.now() - began }));
    window.mount = () => { began = performance.now(); card.mount("#card"); };
    mount();
  `;
  host.serve('<div id="card"></div>', script, csp ? { "content-security-policy": csp } : {});
}

interface Ending extends Pick<LoadError, "cause" | "code"> {
  type: "ready" | "loaderror";
  after: number;
}

/** How mounting ended: one event, whatever came of it. */
async function ending(page: Page, count = 1): Promise<Ending> {
  const endings = () => page.evaluate(() => (window as unknown as { endings: Ending[] }).endings);
  await expect.poll(async () => (await endings()).length, { timeout: 20_000 }).toBe(count);
  return (await endings()).at(-1) as Ending;
}

const frameDocument = (vault: Vault) => `${vault.origin}/frame/?*`;

/** Answers the frame's document, and counts how often it was asked for. */
async function answering(context: BrowserContext, vault: Vault, answer: (route: Route, time: number) => unknown) {
  let times = 0;
  await context.route(frameDocument(vault), (route) => answer(route, ++times));
  return () => times;
}

test("csp: a policy without the vault in frame-src, at once", async ({ vault, host, page, context, browserName }) => {
  const asked = await answering(context, vault, (route) => route.continue());
  mounts(host, vault, { csp: "default-src 'none'; script-src 'self'" });
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ cause: "csp", code: "csp" });
  // Firefox tells of the request before it asks the policy.
  if (browserName === "chromium") expect(asked()).toBe(0);
});

test("blocked: a merchant that the vault does not know, after three tries", async ({ vault, host, page, context }) => {
  const asked = await answering(context, vault, (route) => route.continue());
  mounts(host, vault, { merchant: "mer_unknown" });
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ cause: "blocked", code: "blocked" });
  expect(asked()).toBe(3);
});

test("blocked: keys that no pinned root stands behind, with the code that says so", async ({ vault, host, page }) => {
  mounts(host, vault, { root: "A".repeat(43) });
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ cause: "blocked", code: "directory_untrusted" });
});

test("timeout: a vault that never answers, within the load time-out, after a second try", async ({
  vault,
  host,
  page,
  context,
}) => {
  const asked = await answering(context, vault, () => {});
  mounts(host, vault, { timeout: 2000 });
  await page.goto(host.origin);
  const { after, ...seen } = await ending(page);
  expect(seen).toEqual({ type: "loaderror", cause: "timeout", code: "load_timeout" });
  expect(after).toBeGreaterThanOrEqual(1990);
  expect(asked()).toBe(2);
});

test("timeout: keys that never come to a frame that is there, which is not loaded anew", async ({
  vault,
  host,
  page,
  context,
}) => {
  const asked = await answering(context, vault, (route) => route.continue());
  await context.route(`${vault.origin}/v1/merchants/**`, () => {});
  mounts(host, vault, { timeout: 3000 });
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ cause: "timeout", code: "load_timeout" });
  expect(asked()).toBe(1);
});

test("offline: a browser without a connection, at the first try; mount works when it is back", async ({
  vault,
  host,
  page,
  context,
}) => {
  mounts(host, vault);
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ type: "ready" });
  await context.setOffline(true);
  await page.evaluate("mount()");
  expect(await ending(page, 2)).toMatchObject({ cause: "offline", code: "offline" });
  expect(await tokenize(page, await host.order("offline"))).toMatchObject({ ok: false, error: { code: "offline" } });
  await context.setOffline(false);
  await page.evaluate("mount()");
  expect(await ending(page, 3)).toMatchObject({ type: "ready" });
});

test("version: a page whose messages are of another version than the frame's", async ({
  vault,
  host,
  page,
  context,
}) => {
  let changed = 0;
  await context.route(`${host.origin}/dist/**/*.js`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace("cardseal: 1,", () => {
      changed++;
      return "cardseal: 2,";
    });
    await route.fulfill({ response, body });
  });
  mounts(host, vault);
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ cause: "version", code: "version_unsupported" });
  expect(changed).toBe(1);
});

test("origin: a page in a sandbox, which has no origin of its own", async ({ vault, host, page, context }) => {
  // A page without an origin of its own gets a module script only where that is allowed.
  await context.route(`${host.origin}/**/*.js`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
  });
  mounts(host, vault, { csp: "sandbox allow-scripts" });
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ cause: "origin", code: "origin_refused" });
});

test("a vault that restarts while the fields load is tried again, and they are ready", async ({
  vault,
  host,
  page,
  context,
  browserName,
}) => {
  // Firefox tells a page nothing of a frame that could not be reached: it is made anew when half of the time is over, once.
  const tries = browserName === "firefox" ? 2 : 3;
  const asked = await answering(context, vault, (route, time) =>
    time < tries ? route.abort("connectionrefused") : route.continue(),
  );
  mounts(host, vault);
  await page.goto(host.origin);
  expect(await ending(page)).toMatchObject({ type: "ready" });
  expect(asked()).toBe(tries);
  await expect(page.locator("iframe")).toHaveCount(1);

  // The tries have left nothing behind in the history: Back leaves the page.
  // What stands before it is the empty page that a test begins with, which Firefox does not count.
  expect(await page.evaluate(() => history.length)).toBe(browserName === "firefox" ? 1 : 2);

  await new Checkout(page).type(approvedCard);
  expect(await tokenize(page, await host.order("retried"))).toMatchObject({ ok: true, last4: "4242" });
});

function tokenize(page: Page, order: string) {
  return page.evaluate((order) => window.card.tokenize({ order }), order);
}
