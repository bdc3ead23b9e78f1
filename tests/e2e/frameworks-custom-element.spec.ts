import type { Page } from "@playwright/test";
import type { CardsealCard } from "cardseal/custom-element";
import { approvedCard, Checkout } from "./checkout.ts";
import { expect } from "./fixtures.ts";
import { test } from "./framework.ts";
import type { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

// <cardseal-card> in forms of plain HTML, with the real frame.

declare global {
  interface Window {
    /** The events of the card elements, and the submissions that the page's own listener heard of. */
    told: [type: string, detail: unknown][];
  }
}

const defines = `
  import { defineCardElement } from "/dist/custom-element.js";
  window.told = [];
  for (const type of ["ready", "change", "token", "error"]) {
    document.addEventListener("cardseal-" + type, ({ detail }) => told.push([type, detail]));
  }
  defineCardElement();
`;

/** A page's own handling of its form, as most have one. */
const handles = `
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    told.push(["submit", Object.fromEntries(new FormData(event.target, event.submitter))]);
  });
`;

const element = (vault: Vault, host: Host, attributes = 'name="card" required') =>
  `<cardseal-card vault="${vault.origin}" merchant="${host.merchant}" roots="${vault.root}" ${attributes}></cardseal-card>`;

const form = (fields: string) => `
  <link rel="icon" href="data:,">
  <form>
    <input name="email" value="ann@example.com">
    ${fields}
    <button name="action" value="pay">Pay</button>
    <button name="action" value="hold">Hold</button>
  </form>`;

const told = (page: Page, type: string) =>
  page.evaluate((type) => window.told.filter(([told]) => told === type).map(([, detail]) => detail), type);
const ready = (page: Page, times = 1) => expect.poll(async () => (await told(page, "ready")).length).toBe(times);
const card = (page: Page) => page.locator("cardseal-card");
const give = (page: Page, order: string) =>
  card(page).evaluateAll((cards, order) => {
    for (const card of cards as CardsealCard[]) card.order = order;
  }, order);

test("a plain form is submitted once, by the same button, with the token and its proofs", async ({
  vault,
  host,
  page,
}) => {
  host.serve(form(element(vault, host)), defines);
  const submissions: URL[] = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) submissions.push(new URL(request.url()));
  });
  await page.goto(host.origin);
  await ready(page);
  const order = await host.order("form");
  await give(page, order);
  await new Checkout(page).type(approvedCard);
  await page.getByRole("button", { name: "Hold" }).click();
  await page.waitForURL(/card=/);
  await ready(page);
  expect(submissions).toHaveLength(2);
  const sent = Object.fromEntries(submissions[1]?.searchParams ?? []);
  expect(Object.keys(sent)).toEqual(["email", "card", "card-receipt", "card-dual-signature", "card-order", "action"]);
  expect(sent).toMatchObject({ email: "ann@example.com", action: "hold", "card-order": order });
  expect(sent.card).toMatch(/^tok_/);
  expect(await host.pay(order, sent.card as string)).toMatchObject({ ok: true, status: "approved" });
});

test("the page's own listener hears of one submission, which has a token; the next one has another", async ({
  vault,
  host,
  page,
}) => {
  host.serve(form(element(vault, host)), defines + handles);
  await page.goto(host.origin);
  await ready(page);
  await give(page, await host.order("own"));
  await new Checkout(page).type(approvedCard);
  // However long a busy machine takes between the two clicks, no token comes in between.
  let clicked: Promise<void> | undefined;
  await page.route("**/v1/tokens", async (route) => {
    await clicked;
    await route.continue();
  });
  for (const times of [1, 2]) {
    clicked = page.getByRole("button", { name: "Pay" }).dblclick();
    await clicked;
    await expect.poll(async () => (await told(page, "submit")).length).toBe(times);
  }
  const tokens = (await told(page, "submit")).map((entries) => (entries as Record<string, string>).card);
  expect(tokens[0]).toMatch(/^tok_/);
  expect(new Set(tokens).size).toBe(2);
  expect(await told(page, "token")).toHaveLength(2);
});

test("Enter in the frame submits the form, as in an input of the page", async ({ vault, host, page }) => {
  host.serve(form(element(vault, host)), defines + handles);
  await page.goto(host.origin);
  await ready(page);
  await give(page, await host.order("enter"));
  const checkout = new Checkout(page);
  await checkout.type(approvedCard);
  await checkout.code.press("Enter");
  await expect
    .poll(() => told(page, "submit"))
    .toMatchObject([{ card: expect.stringMatching(/^tok_/), action: "pay" }]);
});

test("a required card that is empty or incomplete stops the form, and the focus goes to what is missing", async ({
  vault,
  host,
  page,
}) => {
  host.serve(form(element(vault, host)), defines + handles);
  await page.goto(host.origin);
  const validity = () =>
    card(page).evaluate((card: CardsealCard) => {
      const { valid, valueMissing, customError } = card.validity;
      return { valid, valueMissing, customError, message: card.validationMessage };
    });
  await ready(page);
  await give(page, await host.order("validity"));
  const checkout = new Checkout(page);
  const pay = page.getByRole("button", { name: "Pay" });
  expect(await validity()).toEqual({
    valid: false,
    valueMissing: true,
    customError: false,
    message: "Enter your card details.",
  });
  await pay.click();
  await expect(checkout.number).toBeFocused();

  await checkout.number.pressSequentially(approvedCard.number);
  await expect.poll(validity).toMatchObject({ valid: false, customError: true, message: "Check your card details." });
  await pay.click();
  await expect(checkout.expiry).toBeFocused();
  expect(await page.locator("form").evaluate((form: HTMLFormElement) => form.reportValidity())).toBe(false);
  expect(await told(page, "submit")).toEqual([]);

  await checkout.number.clear();
  await checkout.type(approvedCard);
  await expect.poll(validity).toEqual({ valid: true, valueMissing: false, customError: false, message: "" });
  await pay.click();
  await expect.poll(async () => (await told(page, "submit")).length).toBe(1);
});

test("a card that is not required may be left empty; the form then goes without a token", async ({
  vault,
  host,
  page,
}) => {
  host.serve(form(element(vault, host, 'name="card"')), defines + handles);
  await page.goto(host.origin);
  await ready(page);
  await page.getByRole("button", { name: "Pay" }).click();
  expect(await told(page, "submit")).toEqual([{ email: "ann@example.com", action: "pay" }]);
});

test("a card that gets no token stops the form and says so; the next attempt goes through", async ({
  vault,
  host,
  page,
}) => {
  host.serve(form(element(vault, host)), defines + handles);
  await page.goto(host.origin);
  await ready(page);
  await give(page, "not.an.order");
  await new Checkout(page).type(approvedCard);
  const pay = page.getByRole("button", { name: "Pay" });
  await pay.click();
  await expect.poll(async () => (await told(page, "error")).length).toBe(1);
  expect(await card(page).evaluate((card: CardsealCard) => card.validationMessage)).toBe(
    "Your card could not be processed. Try again.",
  );
  expect(await told(page, "submit")).toEqual([]);
  await give(page, await host.order("again"));
  await pay.click();
  await expect.poll(async () => (await told(page, "submit")).length).toBe(1);
});

test("resetting the form empties the card, and disabling takes it out of the form", async ({ vault, host, page }) => {
  host.serve(form(`<fieldset>${element(vault, host)}</fieldset>`), defines + handles);
  await page.goto(host.origin);
  await ready(page);
  const checkout = new Checkout(page);
  await checkout.type(approvedCard);
  await page.locator("form").evaluate((form: HTMLFormElement) => form.reset());
  await expect(checkout.number).toHaveValue("");

  await page.locator("fieldset").evaluate((fieldset: HTMLFieldSetElement) => {
    fieldset.disabled = true;
  });
  expect(await card(page).evaluate((card: CardsealCard) => card.willValidate)).toBe(false);
  await page.locator('[name="email"]').focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Pay" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect.poll(() => told(page, "submit")).toEqual([{ email: "ann@example.com", action: "pay" }]);
});

test("moved in the page it loads afresh, and moved by moveBefore it keeps what was typed", async ({
  vault,
  host,
  page,
  browserName,
}) => {
  host.serve(`${form(element(vault, host))}<form id="other"></form>`, defines);
  await page.goto(host.origin);
  await ready(page);
  const checkout = new Checkout(page);
  await checkout.number.pressSequentially("4242");
  const move = (by: "append" | "moveBefore") =>
    page.evaluate((by) => {
      const card = document.querySelector("cardseal-card") as CardsealCard;
      const [first, other] = document.forms as unknown as [HTMLFormElement, HTMLFormElement];
      const target = card.form === first ? other : first;
      if (by === "append") target.append(card);
      else (target as never as { moveBefore(node: Node, child: null): void }).moveBefore(card, null);
      return card.form === target;
    }, by);
  // Firefox loads a frame within a shadow tree anew all the same.
  if (browserName === "chromium") {
    expect(await move("moveBefore")).toBe(true);
    await expect(checkout.number).toHaveValue("4242");
    expect(await told(page, "ready")).toHaveLength(1);
  }

  expect(await move("append")).toBe(true);
  await ready(page, 2);
  await expect(checkout.number).toHaveValue("");
  await expect(page.locator("iframe")).toHaveCount(1);
  await checkout.type(approvedCard);
  await expect.poll(() => card(page).evaluate((card: CardsealCard) => card.snapshot.state?.last4)).toBe("4242");
});

test("works inside a shadow tree, and takes properties that were set before it was defined", async ({
  vault,
  host,
  page,
}) => {
  const order = await host.order("shadow");
  const script = `
    const host = document.querySelector("#host").attachShadow({ mode: "open" });
    host.innerHTML = \`${form(element(vault, host))}\`;
    host.querySelector("cardseal-card").order = "${order}";
    host.querySelector("cardseal-card").options = { labels: { number: "Your card" } };
    host.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      told.push(["submit", Object.fromEntries(new FormData(event.target, event.submitter))]);
    });
  `;
  host.serve('<div id="host"></div>', defines.replace("defineCardElement();", `${script} defineCardElement();`));
  await page.goto(host.origin);
  await ready(page);
  const checkout = new Checkout(page);
  await expect(checkout.frame.getByLabel("Your card")).toBeVisible();
  await checkout.type(approvedCard);
  await page.getByRole("button", { name: "Pay" }).click();
  await expect
    .poll(() => told(page, "submit"))
    .toMatchObject([{ "card-order": order, card: expect.stringMatching(/^tok_/) }]);
});

test("a label moves the focus into the frame, and what loads again is not valid until it is there", async ({
  vault,
  host,
  page,
}) => {
  host.serve(form(`<label for="card">Your card</label>${element(vault, host, 'id="card" required')}`), defines);
  await page.goto(host.origin);
  await ready(page);
  const checkout = new Checkout(page);
  await page.getByText("Your card").click();
  await expect(checkout.number).toBeFocused();
  await checkout.type(approvedCard);
  const valid = () => card(page).evaluate((card: CardsealCard) => card.validity.valid);
  await expect.poll(valid).toBe(true);
  await card(page).evaluate((card: CardsealCard) => card.reload());
  expect(await valid()).toBe(false);
  await ready(page, 2);
  await checkout.type(approvedCard);
  await expect.poll(valid).toBe(true);
});

test("two cards in a form: one submission, with a token of each", async ({ vault, host, page }) => {
  const both = element(vault, host, 'name="first" required') + element(vault, host, 'name="second" required');
  host.serve(form(both), defines + handles);
  await page.goto(host.origin);
  await ready(page, 2);
  await give(page, await host.order("two"));
  for (const name of ["first", "second"]) {
    const frame = page.locator(`cardseal-card[name=${name}] iframe`).contentFrame();
    await frame.locator('[autocomplete~="cc-number"]').pressSequentially(approvedCard.number);
    await frame.locator('[autocomplete~="cc-exp"]').pressSequentially(approvedCard.expiry);
    await frame.locator('[autocomplete~="cc-csc"]').pressSequentially(approvedCard.code);
  }
  await page.getByRole("button", { name: "Pay" }).click();
  await expect.poll(async () => (await told(page, "submit")).length).toBe(1);
  const [entries] = (await told(page, "submit")) as [Record<string, string>];
  expect(entries.first).toMatch(/^tok_/);
  expect(entries.second).toMatch(/^tok_/);
  expect(entries.second).not.toBe(entries.first);
});

test("what is typed into one card while another gets its token takes nothing out of the submission", async ({
  vault,
  host,
  page,
}) => {
  const both = element(vault, host, 'name="first" required') + element(vault, host, 'name="second" required');
  host.serve(form(both), defines + handles);
  await page.goto(host.origin);
  await ready(page, 2);
  await give(page, await host.order("meanwhile"));
  const fields = (name: string) => page.locator(`cardseal-card[name=${name}] iframe`).contentFrame();
  for (const name of ["first", "second"]) {
    await fields(name).locator('[autocomplete~="cc-number"]').pressSequentially(approvedCard.number);
    await fields(name).locator('[autocomplete~="cc-exp"]').pressSequentially(approvedCard.expiry);
    await fields(name).locator('[autocomplete~="cc-csc"]').pressSequentially(approvedCard.code);
  }
  // The token that is asked for second waits until the other card has been typed into.
  let asked = 0;
  let answer = () => {};
  const typed = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/v1/tokens", async (route) => {
    if (++asked > 1) await typed;
    await route.continue();
  });
  await page.getByRole("button", { name: "Pay" }).click();
  await expect.poll(async () => (await told(page, "token")).length).toBe(1);
  const first = (await card(page).evaluateAll((cards) => cards.findIndex((card) => !card.matches(":state(busy)"))))
    ? "second"
    : "first";
  const changes = (await told(page, "change")).length;
  const code = fields(first).locator('[autocomplete~="cc-csc"]');
  await code.fill("12");
  await code.fill("123");
  await expect.poll(async () => (await told(page, "change")).length).toBe(changes + 2);
  answer();
  await expect.poll(async () => (await told(page, "submit")).length).toBe(1);
  expect(await told(page, "submit")).toMatchObject([
    { first: expect.stringMatching(/^tok_/), second: expect.stringMatching(/^tok_/) },
  ]);
});
