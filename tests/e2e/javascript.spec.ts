import type { Page } from "@playwright/test";
import { suites } from "cardseal/testing";
import { approvedCard, Checkout } from "./checkout.ts";
import { FAULTS, plantFaultsInJavaScript } from "./fault.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { events, mounts, tokenize } from "./mount.ts";

// Where WebAssembly is switched off, as in Lockdown Mode, the module runs in its form as JavaScript, which is loaded only then.

declare global {
  interface Window {
    /** In the frame: where the module traps. */
    fault: string;
  }
}

const javascript = /\/frame\/assets\/cardseal-[\w-]+\.js$/;

const test = base.extend<{
  host: Host;
  /** Requests for the module as JavaScript. */
  asked: string[];
}>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
  asked: async ({ page }, use) => {
    const asked: string[] = [];
    page.on("request", (request) => {
      if (javascript.test(request.url())) asked.push(request.url());
    });
    await use(asked);
  },
});

/** Takes WebAssembly away from the page and all its frames. */
function withoutWebAssembly(page: Page): Promise<unknown> {
  return page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
}

const internal = { ok: false, error: { code: "internal" } };

test("a card pays without WebAssembly, and the module comes compressed, as JavaScript", async ({
  shop,
  checkout,
  page,
}) => {
  await withoutWebAssembly(page);
  const loaded = page.waitForResponse(javascript);
  await checkout.open(shop.origin);
  expect(await page.evaluate(() => typeof WebAssembly)).toBe("undefined");
  expect(await checkout.number.evaluate(() => typeof WebAssembly), "in the frame").toBe("undefined");
  expect((await loaded).headers()).toMatchObject({
    "content-encoding": "br",
    "cache-control": "public, max-age=31536000, immutable",
  });

  await checkout.type(approvedCard);
  await expect(checkout.number).toHaveValue("4242 4242 4242 4242");
  await checkout.pay();
  await checkout.expectPaid("4242");
  await expect(page.locator("#seen-wire")).toContainText(suites.at(-1) as string);
});

test("with WebAssembly the JavaScript is never asked for", async ({ shop, checkout, asked }) => {
  await checkout.open(shop.origin);
  expect(await checkout.number.evaluate(() => typeof WebAssembly)).toBe("object");
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(asked).toEqual([]);
});

test("a card pays where a policy lets no WebAssembly compile", async ({ vault, shop, checkout, page, asked }) => {
  await page.route(`${vault.origin}/frame/?*`, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    const policy = headers["content-security-policy"]?.replace(" 'wasm-unsafe-eval'", "") ?? "";
    await route.fulfill({ response, headers: { ...headers, "content-security-policy": policy } });
  });
  await checkout.open(shop.origin);
  const compiles = checkout.number.evaluate(() => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
  await expect(compiles).rejects.toThrow(/CompileError/);
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(asked).toHaveLength(1);
});

test("a module that does not come is not asked for as JavaScript", async ({ vault, host, page, asked }) => {
  await page.route("**/frame/assets/*.wasm", (route) => route.abort());
  host.serve('<div id="card"></div>', mounts(vault, host.merchant));
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["loaderror", "blocked"]]);
  expect(asked).toEqual([]);
});

test("a card pays in a Chromium that interprets all its JavaScript, as Lockdown Mode does", async ({
  browserName,
  playwright,
  launchOptions,
  vault,
  host,
}) => {
  test.skip(browserName !== "chromium", "the switch for it is Chromium's");
  test.setTimeout(180_000);
  const args = [...(launchOptions.args ?? []), "--js-flags=--jitless"];
  const browser = await playwright.chromium.launch({ ...launchOptions, args });
  try {
    const page = await browser.newPage();
    host.serve('<div id="card"></div>', mounts(vault, host.merchant, ", timeout: 120_000"));
    await page.goto(host.origin);
    await expect.poll(() => events(page), { timeout: 120_000 }).toEqual([["ready", undefined]]);
    const checkout = new Checkout(page);
    expect(await checkout.number.evaluate(() => typeof WebAssembly)).toBe("undefined");
    await checkout.type(approvedCard);
    const order = await host.order("interpreted");
    const tokenized = await tokenize(page, order);
    expect(tokenized).toMatchObject({ ok: true, last4: "4242" });
    expect(await host.pay(order, tokenized.ok ? tokenized.token : "")).toMatchObject({ ok: true, status: "approved" });
  } finally {
    await browser.close();
  }
});

for (const fault of [undefined, ...FAULTS]) {
  const outcome = fault
    ? `every call is answered when the module traps: ${fault}`
    : "a fault that is not set off does nothing";
  test(`as JavaScript, ${outcome}`, async ({ vault, host, page }) => {
    await withoutWebAssembly(page);
    await page.route(javascript, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: plantFaultsInJavaScript(await response.text()) });
    });
    host.serve('<div id="card"></div>', mounts(vault, host.merchant));
    await page.goto(host.origin);
    await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
    const checkout = new Checkout(page);
    await checkout.type(approvedCard);
    await checkout.code.evaluate((_, fault = "") => {
      window.fault = fault;
    }, fault);
    if (fault === "event") await checkout.code.press("Backspace");

    const first = await tokenize(page, await host.order("first"));
    const second = await tokenize(page, await host.order("second"));
    if (!fault) {
      expect(first).toMatchObject({ ok: true, last4: "4242" });
      return;
    }
    expect([first, second]).toMatchObject([internal, internal]);
    // What traps as it is called has not begun a turn.
    if (fault === "call") return;
    await checkout.expiry.fill("");
    await checkout.expiry.pressSequentially("1234");
    await expect(checkout.expiry, "it is not formatted").toHaveValue("1234");
  });
}

test("cardseal/direct seals a card without WebAssembly, under a policy that allows none", async ({
  vault,
  host,
  page,
}) => {
  await withoutWebAssembly(page);
  host.serve(
    '<input id="number"><input id="expiry"><input id="code">',
    `import { loadDirect } from "/dist/direct.js";
     window.events = [];
     const input = (id) => document.getElementById(id);
     const direct = await loadDirect({ vault: "${vault.origin}", merchant: "${host.merchant}", roots: ["${vault.root}"] });
     window.card = direct.attach({ number: input("number"), expiry: input("expiry"), code: input("code") });
     for (const type of ["ready", "loaderror"]) card.on(type, (event) => events.push([type, event.code]));`,
    { "content-security-policy": `default-src 'none'; script-src 'self'; connect-src 'self' ${vault.origin}` },
  );
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  await page.locator("#number").pressSequentially("4242424242424242");
  await page.locator("#expiry").pressSequentially("1234");
  await page.locator("#code").pressSequentially("123");
  expect(await tokenize(page, await host.order("direct"))).toMatchObject({ ok: true, brand: "visa", last4: "4242" });
});
