import type { Page } from "@playwright/test";
import type { TokenizeResult } from "cardseal";
import { approvedCard, Checkout } from "./checkout.ts";
import { FAULTS, type Fault, plantFaults } from "./fault.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

// A panic of the module is a trap, after which nothing in its memory can be trusted. In the module that shoppers get, traps are
// planted; no call may hang then, nor be answered by what is left of the module, and the inputs stay as they are.

declare global {
  interface Window {
    /** In the frame: the module's instance. */
    instance: WebAssembly.Instance;
  }
}

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

const internal = { ok: false, error: { code: "internal" } };

/** A page with a card that is typed into a frame whose module has faults planted in it. */
async function open(page: Page, host: Host, vault: Vault): Promise<Checkout> {
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...source) => {
      const instantiated = await instantiate(...source);
      window.instance = instantiated.instance;
      return instantiated;
    };
  });
  await page.route("**/frame/assets/*.wasm", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ contentType: "application/wasm", body: plantFaults(await response.body()) });
  });
  host.serve(
    '<div id="card"></div>',
    `import { loadCardseal } from "/dist/index.js";
     const options = { vault: "${vault.origin}", merchant: "${host.merchant}", roots: ["${vault.root}"] };
     window.card = (await loadCardseal(options)).card();
     card.on("ready", () => document.body.classList.add("ready"));
     card.mount("#card");`,
  );
  await page.goto(host.origin);
  await expect(page.locator("body")).toHaveClass("ready");
  const checkout = new Checkout(page);
  await checkout.type(approvedCard);
  return checkout;
}

/** From now on the module traps there; without a fault, nowhere. */
async function setFault(page: Page, fault?: Fault): Promise<void> {
  const frame = page.frames().find((frame) => frame.url().includes("/frame/"));
  await frame?.evaluate(
    (value) => {
      (window.instance.exports.fault as WebAssembly.Global).value = value;
    },
    FAULTS.indexOf(fault as Fault) + 1,
  );
}

function tokenize(page: Page, order: string): Promise<TokenizeResult> {
  return page.evaluate((order) => window.card.tokenize({ order }), order);
}

test("the module with faults that are not set off gives a token", async ({ vault, host, page }) => {
  await open(page, host, vault);
  expect(await tokenize(page, await host.order("control"))).toMatchObject({ ok: true, last4: "4242" });
});

for (const fault of FAULTS) {
  test(`every call is answered when the module traps: ${fault}`, async ({ vault, host, page }) => {
    const checkout = await open(page, host, vault);
    await setFault(page, fault);
    if (fault === "event") await checkout.code.press("Backspace");
    expect(await tokenize(page, await host.order("first"))).toMatchObject(internal);
    expect(await tokenize(page, await host.order("second"))).toMatchObject(internal);
  });
}

for (const fault of ["task", "event"] as const) {
  test(`nothing more is done once the module has trapped: ${fault}`, async ({ vault, host, page }) => {
    const checkout = await open(page, host, vault);
    await setFault(page, fault);
    if (fault === "event") await checkout.code.press("Backspace");
    else expect(await tokenize(page, await host.order("first"))).toMatchObject(internal);
    await setFault(page);

    expect(await tokenize(page, await host.order("second"))).toMatchObject(internal);
    await page.evaluate(() => window.card.clear());
    await checkout.expiry.fill("");
    await checkout.expiry.pressSequentially("1234");
    await expect(checkout.expiry, "it is not formatted").toHaveValue("1234");
    await expect(checkout.number, "it is not emptied").toHaveValue(approvedCard.number);
  });
}

test("a call that is under way when the module traps is answered", async ({ vault, host, page }) => {
  const checkout = await open(page, host, vault);
  const sent = page.waitForRequest("**/v1/tokens");
  // An answer that never comes.
  await page.route("**/v1/tokens", () => {});
  const result = tokenize(page, await host.order("hanging"));
  await sent;
  await setFault(page, "event");
  await checkout.code.press("Backspace");
  expect(await result).toMatchObject(internal);
});
