import type { Locator, Page } from "@playwright/test";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { events, mounts, tokenize } from "./mount.ts";
import type { Vault } from "./vault.ts";

// Pages of other merchants than the demo shop: as strict as a page can be, and wrongly set up in every way that the
// package names a cause for.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

/** As strict as a policy gets around the element. */
const strict = (vault: string) => ({
  "content-security-policy": `default-src 'none'; script-src 'self'; frame-src ${vault}; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'`,
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=()",
});

test("a card is sealed in a page of the strictest policy, which has nothing to report", async ({
  vault,
  host,
  page,
}) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant), strict(vault.origin));
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  await new Checkout(page).type(approvedCard);
  expect(await tokenize(page, await host.order("strict"))).toMatchObject({ ok: true, brand: "visa", last4: "4242" });
  expect(await page.evaluate(() => window.violations)).toEqual([]);

  const iframe = page.locator("iframe");
  await expect(iframe).toHaveCount(1);
  expect(await iframe.getAttribute("style")).toBeNull();
  expect(await iframe.getAttribute("title")).toBe("Card details");
  await expect(iframe).toHaveAttribute("height", "164");
});

test("a policy without the vault in frame-src is named as the cause, at once", async ({ vault, host, page }) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant), {
    "content-security-policy": "default-src 'none'; script-src 'self'",
  });
  await page.goto(host.origin);
  await expect.poll(() => events(page), { timeout: 1500 }).toEqual([["loaderror", "csp"]]);
  expect(await tokenize(page, await host.order("csp"))).toMatchObject({ ok: false, error: { code: "csp" } });
  await expect(page.locator("iframe")).toHaveCount(0);
});

test("a policy that only reports does not stop anything", async ({ vault, host, page }) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant), {
    "content-security-policy-report-only": "default-src 'none'; script-src 'self'",
  });
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  expect(await page.evaluate(() => window.violations)).not.toEqual([]);
});

test("a page that the merchant did not register is blocked, in bounded time", async ({ vault, page }) => {
  const host = await Host.start(vault, { registered: false });
  host.serve('<div id="card"></div>', mounts(vault, host.merchant));
  await page.goto(host.origin);
  await expect.poll(() => events(page), { timeout: 12_000 }).toEqual([["loaderror", "blocked"]]);
  await host.stop();
});

test("an unknown merchant is blocked, in bounded time", async ({ vault, host, page }) => {
  host.serve('<div id="card"></div>', mounts(vault, "mer_unknown"));
  await page.goto(host.origin);
  await expect.poll(() => events(page), { timeout: 12_000 }).toEqual([["loaderror", "blocked"]]);
});

test("a vault that accepts connections and never answers is a load time-out", async ({
  vault,
  host,
  page,
  context,
}) => {
  await context.route(`${vault.origin}/frame/**`, () => {});
  host.serve('<div id="card"></div>', mounts(vault, host.merchant, ", timeout: 1500"));
  await page.goto(host.origin);
  await expect.poll(() => events(page), { timeout: 5000 }).toEqual([["loaderror", "timeout"]]);
});

test("being offline is named as the cause, and mount tries again", async ({ vault, host, page, context }) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant));
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  await context.setOffline(true);
  await page.evaluate(() => window.card.mount("#card"));
  await expect
    .poll(() => events(page))
    .toEqual([
      ["ready", undefined],
      ["loaderror", "offline"],
    ]);
  await context.setOffline(false);
  await page.evaluate(() => window.card.mount("#card"));
  await expect.poll(() => events(page).then((all) => all.at(-1))).toEqual(["ready", undefined]);
});

/** A page with card fields that are ready, and the button that pays. */
async function openWithButton(vault: Vault, host: Host, page: Page): Promise<Locator> {
  host.serve('<button>Pay</button><div id="card"></div>', mounts(vault, host.merchant));
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  return page.getByRole("button", { name: "Pay" });
}

test("an input that the page asks for has the focus, though the frame gets it a second later", async ({
  vault,
  host,
  page,
}) => {
  const button = await openWithButton(vault, host, page);
  await button.click();
  // As on a busy machine, where the two go different ways between the processes.
  await page.evaluate(() => {
    const iframe = document.querySelector("iframe") as HTMLIFrameElement;
    iframe.focus = () => void setTimeout(() => HTMLElement.prototype.focus.call(iframe), 1000);
    window.card.focus("expiry");
  });
  await expect(page.locator("iframe")).toBeFocused();
  await expect(page.frameLocator("iframe").locator("#expiry")).toBeFocused();
});

test("an input that the page asks for has the focus, though the page's button still takes it in between", async ({
  vault,
  host,
  page,
}) => {
  const button = await openWithButton(vault, host, page);
  const { number } = new Checkout(page);
  const iframe = page.locator("iframe");
  await iframe.evaluate((iframe: HTMLIFrameElement) => {
    iframe.focus = () => void setTimeout(() => HTMLElement.prototype.focus.call(iframe), 1000);
    window.card.focus("number");
  });
  await expect(number).toBeFocused();
  await button.focus();
  await expect(number).not.toBeFocused();
  await expect(iframe).toBeFocused();
  await expect(number).toBeFocused();
});

test("the input to be corrected has the focus, though a frame cannot take it by itself", async ({
  vault,
  host,
  page,
}) => {
  const button = await openWithButton(vault, host, page);
  const { number } = new Checkout(page);
  await button.focus();
  // As in Safari, and on a busy machine, where the frame hears of the button last.
  await number.evaluate((number) => {
    number.focus = () => void Reflect.deleteProperty(number, "focus");
  });
  const order = await host.order("focus");
  expect(await tokenize(page, order)).toMatchObject({ ok: false, error: { code: "card_incomplete", field: "number" } });
  await expect(number).toBeFocused();

  // What the page does with the focus once it knows, it does on purpose.
  await page.evaluate(async (order) => {
    await window.card.tokenize({ order });
    document.querySelector("button")?.focus();
  }, order);
  await page.waitForTimeout(500);
  await expect(button).toBeFocused();
  await expect(number).not.toBeFocused();
});

test("a frame that reloads is spoken to again; the card typed in it is gone", async ({ vault, host, page }) => {
  host.serve('<div id="card"></div>', mounts(vault, host.merchant), strict(vault.origin));
  await page.goto(host.origin);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  const checkout = new Checkout(page);
  await checkout.type(approvedCard);
  await page.frames()[1]?.evaluate(() => location.reload());
  await expect.poll(() => events(page)).toHaveLength(2);
  const order = await host.order("reload");
  expect(await tokenize(page, order)).toMatchObject({ ok: false, error: { code: "card_incomplete" } });
  await checkout.type(approvedCard);
  expect(await tokenize(page, order)).toMatchObject({ ok: true });
});

test("a frame that is taken out of the page, or navigated elsewhere, ends the call under way", async ({
  vault,
  host,
  page,
  context,
}) => {
  await context.route(`${vault.origin}/v1/tokens`, () => {});
  host.serve('<div id="card"></div>', mounts(vault, host.merchant));
  for (const [code, act] of [
    ["destroyed", () => document.querySelector("iframe")?.remove()],
    ["not_ready", () => document.querySelector("iframe")?.setAttribute("src", "about:blank")],
  ] as const) {
    await page.goto(host.origin);
    await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
    await new Checkout(page).type(approvedCard);
    const asked = page.waitForRequest(`${vault.origin}/v1/tokens`);
    const result = tokenize(page, await host.order("gone"));
    await asked;
    await page.evaluate(act);
    expect(await result).toMatchObject({ ok: false, error: { code } });
  }
  await expect
    .poll(() => events(page))
    .toEqual([
      ["ready", undefined],
      ["loaderror", "blocked"],
    ]);
});

test.describe("cardseal/direct", () => {
  const form = '<input id="number"><input id="expiry"><input id="code">';
  const attaches = (vault: Vault, merchant: string) => `
    import { loadDirect } from "/dist/direct.js";
    window.events = [];
    const input = (id) => document.getElementById(id);
    try {
      const direct = await loadDirect({ vault: "${vault.origin}", merchant: "${merchant}", roots: ["${vault.root}"] });
      window.card = direct.attach({ number: input("number"), expiry: input("expiry"), code: input("code") });
      for (const type of ["ready", "loaderror"]) card.on(type, (event) => events.push([type, event.code]));
      card.on("change", ({ last4, complete }) => events.push(["change", complete ? last4 : null]));
    } catch (error) {
      events.push([error.name, error.code]);
    }
  `;
  const policy = (vault: string, scripts: string) => ({
    "content-security-policy": `default-src 'none'; script-src 'self' ${scripts}; connect-src 'self' ${vault}`,
  });

  test("seals a card typed into the page's own inputs", async ({ vault, host, page }) => {
    host.serve(form, attaches(vault, host.merchant), policy(vault.origin, "'wasm-unsafe-eval'"));
    await page.goto(host.origin);
    await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
    await page.locator("#number").pressSequentially("4242424242424242");
    await page.locator("#expiry").pressSequentially("1234");
    await page.locator("#code").pressSequentially("123");
    await expect(page.locator("#number")).toHaveValue("4242 4242 4242 4242");
    await expect.poll(() => events(page).then((all) => all.at(-1))).toEqual(["change", "4242"]);
    const result = await tokenize(page, await host.order("direct"));
    expect(result).toMatchObject({ ok: true, brand: "visa", last4: "4242", expMonth: 12, expYear: 2034 });

    await page.evaluate(() => window.card.destroy());
    expect(await tokenize(page, await host.order("later"))).toMatchObject({ ok: false, error: { code: "destroyed" } });
  });

  test("says when the page's policy does not allow WebAssembly", async ({ vault, host, page }) => {
    host.serve(form, attaches(vault, host.merchant), policy(vault.origin, ""));
    await page.goto(host.origin);
    await expect.poll(() => events(page)).toEqual([["CardsealError", "csp"]]);
  });

  test("says when the vault does not know the page's merchant", async ({ vault, host, page }) => {
    host.serve(form, attaches(vault, "mer_unknown"), policy(vault.origin, "'wasm-unsafe-eval'"));
    await page.goto(host.origin);
    await expect.poll(() => events(page)).toEqual([["loaderror", "merchant_unknown"]]);
  });
});
