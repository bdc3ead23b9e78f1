import { approvedCard } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";

test("a typed card pays, and the receipt says with what", async ({ shop, checkout, page }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();

  await checkout.expectPaid("4242");
  await expect(checkout.receipt).toContainText("Visa");
  await expect(checkout.receipt).toContainText("€59.40");
  await expect(checkout.fact("Authorisation code")).toHaveText(/^\d{6}$/);
  await expect(checkout.receipt.getByRole("heading")).toBeFocused();
  await expect(page).toHaveTitle(/^Paid/);

  const token = (await checkout.fact("Token").textContent()) ?? "";
  expect(token).toMatch(/^tok_/);
  expect(await shop.client.token(token)).toMatchObject({ ok: true, status: "spent", last4: "4242", amount: 5940 });
});

test("the side panel shows what each party saw", async ({ shop, checkout, page }) => {
  await checkout.open(shop.origin);
  await checkout.number.pressSequentially("4242");
  await expect(page.locator("#seen-page")).toContainText("Visa");
  await expect(page.locator("#seen-wire")).toHaveText("Nothing has left the browser.");

  await checkout.number.clear();
  await checkout.type(approvedCard);
  await expect(page.locator("#seen-page")).toContainText("•••• 4242");
  await checkout.pay();
  await checkout.expectPaid("4242");

  const wire = page.locator("#seen-wire");
  await expect(wire).toContainText("HPKE-8");
  await expect(wire).toContainText("cardseal-card+jwe");
  await expect(wire).toContainText(shop.origin);
  await expect(page.getByLabel("What the device signed")).toContainText("card");
  await expect(page.getByLabel("What the vault signed")).toContainText("suite HPKE-8");
  await expect(page.locator("#seen-server")).toContainText("tok_");
  await expect(page.locator("#seen-vault")).toContainText("approved");
});

test("another order can be paid after the first", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
  const first = await checkout.fact("Order").textContent();

  await checkout.receipt.getByRole("button").click();
  await expect(checkout.page.getByRole("heading", { name: "Pay by card" })).toBeFocused();
  await checkout.ready();
  await expect(checkout.number).toHaveValue("");
  await checkout.type({ number: "5555 5555 5555 4444", expiry: "01/33", code: "999" });
  await checkout.pay();
  await checkout.expectPaid("4444");
  await expect(checkout.receipt).toContainText("Mastercard");
  await expect(checkout.fact("Order")).not.toHaveText(first ?? "");
});

const refusals = [
  { number: "4000 0000 0000 0002", says: "Your bank declined the payment", focus: "number" },
  { number: "4000 0000 0000 9995", says: "not enough money", focus: "number" },
  { number: "4000 0000 0000 0069", says: "expired", focus: "expiry" },
  { number: "4000 0000 0000 0127", says: "security code does not match", focus: "code" },
  { number: madeUpNumber(), says: "not one of the test cards", focus: "number" },
] as const;

for (const { number, says, focus } of refusals) {
  test(`a refused card is explained, and another one pays the same order: ${says}`, async ({ shop, checkout }) => {
    await checkout.open(shop.origin);
    await checkout.type({ ...approvedCard, number });
    await checkout.pay();
    await expect(checkout.problem).toContainText(says);
    await expect(checkout.problem).toContainText("Nothing was charged");
    await expect(checkout[focus]).toBeFocused();

    for (const input of [checkout.number, checkout.expiry, checkout.code]) await input.clear();
    await checkout.type(approvedCard);
    await checkout.pay();
    await checkout.expectPaid("4242");
    expect(shop.received.filter(({ path }) => path === "/api/order")).toHaveLength(1);
    expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(2);
  });
}

test("an explanation goes with the first key, so that the button lies still by the time it is pressed", async ({
  shop,
  checkout,
}) => {
  await checkout.open(shop.origin);
  await checkout.type({ ...approvedCard, number: "4000 0000 0000 9995" });
  await checkout.pay();
  await expect(checkout.problem).toContainText("not enough money");
  const below = await checkout.payButton.boundingBox();
  await checkout.number.press("Backspace");
  await expect(checkout.problem).toBeHidden();
  const place = await checkout.payButton.boundingBox();
  expect(place?.y).toBeLessThan(below?.y ?? 0);
  await checkout.number.press("5");
  await expect(checkout.page.getByText("•••• 9995")).toBeVisible();
  expect(await checkout.payButton.boundingBox()).toEqual(place);
});

test("a bank that does not answer is told, and the shopper can try again", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  await checkout.type({ ...approvedCard, number: "4000 0000 0000 0119" });
  await checkout.pay();
  await expect(checkout.problem).toContainText("did not answer in time", { timeout: 45_000 });
  await expect(checkout.payButton).toBeFocused();

  await checkout.number.clear();
  await checkout.number.pressSequentially(approvedCard.number);
  await checkout.pay();
  await checkout.expectPaid("4242");
});

/** A number with a right check digit that no payment provider publishes: made here, so that none stands in the code. */
function madeUpNumber(): string {
  const digits = [...`4${String(Math.sqrt(2)).slice(2, 16)}`].map(Number);
  const sum = digits.reduce((sum, digit, at) => sum + (at % 2 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return [...digits, (10 - (sum % 10)) % 10].join("");
}
