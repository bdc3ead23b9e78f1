import type { Page } from "@playwright/test";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";

// Country and postal code of the billing address: asked for in the frame, sealed with the card, never told to the page.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

/** A page with a card element of these options, which writes down all that it is told. */
async function open(page: Page, host: Host, vault: { origin: string; root: string }, options: object): Promise<void> {
  host.serve(
    '<div id="card"></div>',
    `import { loadCardseal } from "/dist/index.js";
     const { origin, root } = ${JSON.stringify({ origin: vault.origin, root: vault.root })};
     const cardseal = await loadCardseal({ vault: origin, merchant: "${host.merchant}", roots: [root] });
     window.card = cardseal.card(${JSON.stringify(options)});
     window.heard = [];
     for (const type of ["ready", "change", "focus", "blur"]) card.on(type, (event) => heard.push([type, event]));
     addEventListener("message", (event) => heard.push(["message", event.data]));
     card.on("ready", () => document.body.append("ready"));
     card.mount("#card");`,
  );
  await page.goto(host.origin);
  await expect(page.locator("body")).toContainText("ready");
}

const fields = (page: Page) => page.evaluate("window.heard.findLast(([type]) => type === 'change')[1].fields");
const tokenize = (page: Page, order: string) =>
  page.evaluate((order) => window.card.tokenize({ order }), order) as Promise<{ ok: boolean; token: string }>;

function address(page: Page) {
  const { frame } = new Checkout(page);
  return { country: frame.getByLabel("Country"), postalCode: frame.getByLabel("Postal code") };
}

test("an address is asked for, judged by its country, and paid with, and the page hears nothing of it", async ({
  vault,
  host,
  page,
}) => {
  await open(page, host, vault, { country: true, postalCode: true });
  const { country, postalCode } = address(page);
  await new Checkout(page).type(approvedCard);
  const order = await host.order("address");
  expect(await tokenize(page, order)).toMatchObject({
    ok: false,
    error: { code: "card_incomplete", field: "country" },
  });
  await expect(country).toBeFocused();

  // By name, in the language's order, as a shopper finds it.
  const names = await country.locator("option").allTextContents();
  expect(names).toHaveLength(250);
  expect(names.slice(1)).toEqual(names.slice(1).toSorted(new Intl.Collator("en").compare));
  await country.selectOption({ label: "United Kingdom" });
  await expect(postalCode).toHaveAttribute("inputmode", "text");
  await postalCode.pressSequentially("ec1y8s");
  await postalCode.blur();
  expect(await fields(page)).toMatchObject({
    country: { complete: true },
    postalCode: { complete: false, length: 6, problem: "postal_code_incomplete" },
  });
  await postalCode.focus();
  await page.keyboard.press("End");
  await page.keyboard.type("y");
  await expect(postalCode).toHaveValue("EC1Y 8SY");

  const result = await tokenize(page, order);
  expect(result).toMatchObject({ ok: true, last4: "4242" });
  expect(await host.pay(order, result.token)).toMatchObject({ ok: true, status: "approved" });
  // As a word: three letters stand somewhere in one in twenty-five of the texts that are in base64url.
  expect(JSON.stringify([result, await page.evaluate("window.heard")])).not.toMatch(/EC1Y|\b8SY\b|"GB"|United/i);
  expect(vault.log).not.toMatch(/EC1Y|8SY|United/i);
});

test("a country without postal codes is not asked for one", async ({ vault, host, page }) => {
  await open(page, host, vault, { country: true, postalCode: true, defaultCountry: "US" });
  const { country, postalCode } = address(page);
  await expect(country).toHaveValue("US");
  await expect(postalCode).toHaveAttribute("inputmode", "numeric");
  await new Checkout(page).type(approvedCard);
  await postalCode.fill("941031");
  const width = () => country.locator("xpath=ancestor::*[@data-field]").evaluate((cell) => cell.clientWidth);
  const beside = await width();
  await country.selectOption("HK");
  await expect(postalCode).toBeHidden();
  // No gap is left in its place.
  expect(await width()).toBeGreaterThan(1.9 * beside);
  expect(await tokenize(page, await host.order("none"))).toMatchObject({ ok: true });
  await country.selectOption("US");
  await expect(postalCode).toBeVisible();
  expect(await width()).toBe(beside);
  await expect(postalCode).toHaveValue("941031");
});

test("nothing that was typed is lost when the page asks for more, or for less", async ({ vault, host, page }) => {
  await open(page, host, vault, {});
  const checkout = new Checkout(page);
  const { country, postalCode } = address(page);
  await expect(country).toBeHidden();
  await checkout.type(approvedCard);
  const typed = async () => {
    await expect(checkout.number).toHaveValue("4242 4242 4242 4242");
    await expect(checkout.expiry).toHaveValue("12 / 34");
    await expect(checkout.code).toHaveValue("123");
  };
  await page.evaluate(() => window.card.update({ country: true, postalCode: true, defaultCountry: "NL" }));
  await expect(country).toHaveValue("NL");
  await typed();
  await country.selectOption("FR");
  await postalCode.fill("75001");
  await page.evaluate(() => window.card.update({ cardholder: true }));
  const name = checkout.frame.getByLabel("Name on card");
  await name.fill("Ada Lovelace");
  await expect(country).toHaveValue("FR");
  await expect(postalCode).toHaveValue("75001");
  await typed();
  await page.evaluate(() => window.card.update({ postalCode: false }));
  await expect(postalCode).toBeHidden();
  await expect(name).toHaveValue("Ada Lovelace");
  await expect(country).toHaveValue("FR");
  await typed();
  expect(await tokenize(page, await host.order("kept"))).toMatchObject({ ok: true, last4: "4242" });
});

test("problems that were shown stay, and are judged anew, where the page asks for a country", async ({
  vault,
  host,
  page,
}) => {
  await open(page, host, vault, { postalCode: true, defaultCountry: "DE" });
  const { number, frame } = new Checkout(page);
  const { country, postalCode } = address(page);
  await number.pressSequentially("4242");
  await postalCode.pressSequentially("1011");
  await postalCode.blur();
  await expect(frame.locator(".problem:visible")).toHaveText([/card number/, /postal code/]);

  // In Norway four digits are a postal code.
  await page.evaluate(() => window.card.update({ country: true, defaultCountry: "NO" }));
  await expect(country).toHaveValue("NO");
  await expect(frame.locator(".problem:visible")).toHaveText([/card number/]);
  expect(await fields(page)).toMatchObject({
    number: { problem: "number_incomplete" },
    postalCode: { complete: true, problem: null },
    country: { problem: null },
  });
  // What was not left yet is not judged yet.
  await expect(new Checkout(page).expiry).not.toHaveAttribute("aria-invalid", "true");
});
