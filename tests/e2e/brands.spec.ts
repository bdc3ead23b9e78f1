import type { Page } from "@playwright/test";
import { Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";

// A co-badged card: which of its brands it is paid with is the shopper's to say (Regulation (EU) 2015/751, article 8(6)).

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

const coBadged = { number: "4000002500001001", expiry: "12/34", code: "123" };

/** A page with a card element of these options. */
async function open(page: Page, host: Host, vault: { origin: string; root: string }, options: object): Promise<void> {
  host.serve(
    '<div id="card"></div>',
    `import { loadCardseal } from "/dist/index.js";
     const { origin, root } = ${JSON.stringify({ origin: vault.origin, root: vault.root })};
     const cardseal = await loadCardseal({ vault: origin, merchant: "${host.merchant}", roots: [root] });
     window.card = cardseal.card(${JSON.stringify(options)});
     window.states = [];
     card.on("change", (state) => states.push(state));
     card.on("ready", () => document.body.append("ready"));
     card.mount("#card");`,
  );
  await page.goto(host.origin);
  await expect(page.locator("body")).toContainText("ready");
}

const state = (page: Page) => page.evaluate("window.states.at(-1)");
const tokenize = (page: Page, order: string) =>
  page.evaluate((order) => window.card.tokenize({ order }), order) as Promise<{ ok: boolean; token: string }>;

test("the shopper chooses by keyboard, and the token, its receipt and the vault have that brand", async ({
  vault,
  host,
  page,
}) => {
  await open(page, host, vault, { preferredBrands: ["cartes_bancaires"] });
  const checkout = new Checkout(page);
  const choice = checkout.frame.getByRole("group", { name: "Pay with" });
  await expect(choice).toBeHidden();
  await checkout.type(coBadged);
  await expect(choice).toBeVisible();
  const bank = choice.getByRole("radio", { name: "Cartes Bancaires" });
  const visa = choice.getByRole("radio", { name: "Visa" });
  await expect(bank).toBeChecked();
  expect(await state(page)).toMatchObject({ complete: true, chosenBrand: "cartes_bancaires" });

  await checkout.number.focus();
  await page.keyboard.press("Tab");
  await expect(bank).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(visa).toBeChecked();
  expect(await state(page)).toMatchObject({ brandChoices: ["cartes_bancaires", "visa"], chosenBrand: "visa" });

  const order = await host.order("chosen");
  const result = await tokenize(page, order);
  expect(result).toMatchObject({ ok: true, brand: "visa", last4: "1001" });
  expect(await host.pay(order, result.token)).toMatchObject({ ok: true, status: "approved", brand: "visa" });
});

test("where nobody chooses, nothing is preselected and the more specific brand pays", async ({ vault, host, page }) => {
  await open(page, host, vault, {});
  const checkout = new Checkout(page);
  await checkout.type({ ...coBadged, number: "6703444444444449" });
  const choice = checkout.frame.getByRole("group", { name: "Pay with" });
  await expect(choice.getByRole("radio")).toHaveCount(2);
  await expect(choice.getByRole("radio", { checked: true })).toHaveCount(0);
  expect(await tokenize(page, await host.order("left"))).toMatchObject({ ok: true, brand: "bancontact" });
});

test("what was chosen survives a change of the options, and goes with the number", async ({ vault, host, page }) => {
  await open(page, host, vault, {});
  const checkout = new Checkout(page);
  await checkout.type(coBadged);
  const choice = checkout.frame.getByRole("group", { name: "Pay with" });
  await choice.getByRole("radio", { name: "Visa" }).check();
  await page.evaluate(() => window.card.update({ cardholder: true }));
  await expect(checkout.frame.getByLabel("Name on card")).toBeVisible();
  await expect(choice.getByRole("radio", { name: "Visa" })).toBeChecked();
  await expect.poll(() => state(page)).toMatchObject({ chosenBrand: "visa" });

  await checkout.number.fill("4242424242424242");
  await expect(choice).toBeHidden();
  await checkout.number.fill(coBadged.number);
  await expect(choice.getByRole("radio", { checked: true })).toHaveCount(0);
  expect(await state(page)).toMatchObject({ chosenBrand: null });
});
