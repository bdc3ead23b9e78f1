import { cardFrame, expectCardError, fillCard, type TestCard, testCards } from "cardseal/testing/playwright";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

// What merchants test their checkouts with, against a real vault: as they would write it.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

/** A page's script that mounts a card element into each of these, and writes down what `tokenize` resolves to. */
const mounts = (vault: Vault, host: Host, selectors: string[], options = "{}", loading = "{}") => `
  import { loadCardseal } from "/dist/index.js";
  const access = { vault: "${vault.origin}", merchant: "${host.merchant}", roots: ["${vault.root}"], ...${loading} };
  const cardseal = await loadCardseal(access);
  window.mounted = {};
  for (const selector of ${JSON.stringify(selectors)}) {
    window.mounted[selector] = cardseal.card(${options});
    window.mounted[selector].mount(selector);
  }
`;

declare global {
  interface Window {
    mounted: Record<string, import("cardseal").CardElement>;
  }
}

const message = (promise: Promise<unknown>) =>
  promise.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );

const outcomes = ["visa", "amex", "diners", "maestro19", "cobadged", "insufficientFunds", "unknown", "silent"] as const;

test("a test card gets a token, and its payment comes to what it says", async ({ vault, host, page }) => {
  host.serve('<div id="card"></div>', mounts(vault, host, ["#card"]));
  await page.goto(host.origin);
  for (const name of outcomes) {
    const card: TestCard = testCards[name];
    await fillCard(page, card);
    const order = await host.order(name);
    const result = await page.evaluate((order) => window.mounted["#card"]?.tokenize({ order }), order);
    expect(result, name).toMatchObject({
      ok: true,
      brand: card.brand,
      last4: card.last4,
      expMonth: card.expMonth,
      expYear: card.expYear,
    });
    const paid = await host.pay(order, (result as { token: string }).token);
    expect(paid, name).toMatchObject(
      card.payment.status === "failed" ? { ok: false, error: { code: card.payment.code } } : card.payment,
    );
  }
});

test("the demo shop's checkout is paid with a test card", async ({ shop, page, checkout }) => {
  await page.goto(shop.origin);
  await fillCard(page, testCards.mastercard);
  await checkout.ready();
  await checkout.pay();
  await checkout.expectPaid(testCards.mastercard.last4);
});

test("of two card elements the one that is named is filled in", async ({ vault, host, page }) => {
  host.serve('<div id="one"></div><div id="two"></div>', mounts(vault, host, ["#one", "#two"]));
  await page.goto(host.origin);
  expect(await message(fillCard(page, testCards.visa))).toMatch(/^There are 2 card elements in the page: say which/);
  await fillCard(page, testCards.visa, { element: "#one" });
  await fillCard(page, testCards.amex, { element: page.locator("#two iframe") });
  for (const [element, card] of [["#one", testCards.visa] as const, ["#two", testCards.amex] as const]) {
    const order = await host.order(element.slice(1));
    const result = await page.evaluate(([element, order]) => window.mounted[element]?.tokenize({ order }), [
      element,
      order,
    ] as const);
    expect(result).toMatchObject({ ok: true, brand: card.brand, last4: card.last4 });
  }
});

test("the cardholder's name is typed where it is asked for, and a card replaces the one before", async ({
  vault,
  host,
  page,
}) => {
  host.serve('<div id="card"></div>', mounts(vault, host, ["#card"], "{ cardholder: true }"));
  await page.goto(host.origin);
  await fillCard(page, testCards.amex);
  await fillCard(page, testCards.visa);
  const frame = await cardFrame(page);
  await expect(frame.locator('[data-field="name"] input')).toHaveValue("Alex Example");
  await expect(frame.locator('[data-field="code"] input')).toHaveValue("123");
  const order = await host.order("named");
  const result = await page.evaluate((order) => window.mounted["#card"]?.tokenize({ order }), order);
  expect(result).toMatchObject({ ok: true, last4: "4242" });
});

test("what lies below the fields lies still once they are filled in", async ({ vault, host, page }) => {
  // So narrow that one problem takes two lines, and the last key takes one of them away.
  await page.setViewportSize({ width: 200, height: 640 });
  host.serve('<div id="card"></div><button>Pay</button>', mounts(vault, host, ["#card"], '{ locale: "pl" }'));
  await page.goto(host.origin);
  const place = () => page.evaluate(() => document.querySelector("button")?.getBoundingClientRect().y ?? 0);
  const frame = await cardFrame(page);
  // The fields are ready before they are drawn in their language.
  await expect(frame.getByText("Numer karty")).toBeVisible();
  await page.waitForTimeout(300);
  const without = await place();
  const order = await host.order("still");
  // Each field has its problem, and the fields are higher.
  await page.evaluate((order) => window.mounted["#card"]?.tokenize({ order }), order);
  await expect.poll(place).toBeGreaterThan(without);
  // As on a busy machine: pictures come late.
  await frame.locator("body").evaluate(() => {
    const draw = requestAnimationFrame;
    window.requestAnimationFrame = (act) => Number(setTimeout(draw, 60, act));
  });
  await fillCard(page, testCards.visa);
  expect(await place()).toBe(without);
});

test("what a field complains of is expected by its code", async ({ vault, host, page }) => {
  host.serve('<div id="card"></div>', mounts(vault, host, ["#card"]));
  await page.goto(host.origin);
  await fillCard(page, { ...testCards.visa, expiry: "01/20" });
  await expectCardError(page, "expiry", "expiry_past");
  await expectCardError(page, "expiry");
  const other = await message(expectCardError(page, "expiry", "expiry_invalid", { timeout: 500 }));
  expect(other).toContain('The card field "expiry" should show expiry_invalid; it shows expiry_past.');
  const none = await message(expectCardError(page, "number", undefined, { timeout: 500 }));
  expect(none).toContain('The card field "number" should show a problem; it shows none.');
});

test.describe("where there are no fields to fill in, the error says why:", () => {
  test("nothing was mounted", async ({ host, page }) => {
    host.serve("<p>Nothing</p>", "");
    await page.goto(host.origin);
    const why = await message(fillCard(page, testCards.visa, { timeout: 500 }));
    expect(why).toMatch(/^There is no card element in the page .*Was card\.mount\(\) called/);
  });

  test("not in this place", async ({ vault, host, page }) => {
    host.serve('<div id="card"></div><div id="empty"></div>', mounts(vault, host, ["#card"]));
    await page.goto(host.origin);
    await cardFrame(page);
    const why = await message(fillCard(page, testCards.visa, { element: "#empty", timeout: 500 }));
    expect(why).toBe("There is no card element in #empty; 1 elsewhere in the page.");
  });

  test("the merchant has not registered the page", async ({ vault, page }) => {
    const host = await Host.start(vault, { registered: false });
    host.serve('<div id="card"></div>', mounts(vault, host, ["#card"]));
    await page.goto(host.origin);
    const why = await message(fillCard(page, testCards.visa));
    expect(why).toContain(
      `did not load (blocked): the vault does not list ${host.origin} among the merchant's origins (https://elsewhere.example)`,
    );
    await host.stop();
  });

  test("the vault does not know the merchant", async ({ vault, host, page }) => {
    host.serve('<div id="card"></div>', mounts(vault, host, ["#card"], "{}", '{ merchant: "mer_unknown" }'));
    await page.goto(host.origin);
    expect(await message(fillCard(page, testCards.visa))).toContain(
      "(blocked): the vault answers 404 merchant_unknown",
    );
  });

  test("the vault is down", async ({ vault, host, page }) => {
    host.serve('<div id="card"></div>', mounts(vault, host, ["#card"]));
    await vault.kill();
    await page.goto(host.origin);
    expect(await message(fillCard(page, testCards.visa))).toMatch(
      /\(blocked\): the vault cannot be reached at .*ECONNREFUSED/,
    );
  });

  test("the page's policy forbids the vault's frame", async ({ vault, host, page }) => {
    host.serve('<div id="card"></div>', mounts(vault, host, ["#card"]), {
      "content-security-policy": "default-src 'none'; script-src 'self'",
    });
    await page.goto(host.origin);
    expect(await message(fillCard(page, testCards.visa, { timeout: 2000 }))).toContain(
      `(csp): the page's Content-Security-Policy must allow ${vault.origin} in frame-src`,
    );
  });

  test("the fields take longer than the test waits", async ({ vault, host, page, context }) => {
    await context.route(`${vault.origin}/frame/**`, () => {});
    host.serve('<div id="card"></div>', mounts(vault, host, ["#card"]));
    await page.goto(host.origin, { waitUntil: "commit" });
    expect(await message(fillCard(page, testCards.visa, { timeout: 1000 }))).toBe(
      "The card element in the page is not ready within 1000 ms.",
    );
  });
});
