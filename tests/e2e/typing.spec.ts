import { approvedCard } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";

test("a mistyped number is marked, corrected and paid with", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  await checkout.type({ ...approvedCard, number: "4242 4242 4242 4241" });
  await checkout.pay();
  await expect(checkout.number).toHaveAttribute("aria-invalid", "true");
  await expect(checkout.number).toBeFocused();
  await expect(checkout.problem).toContainText("Check your card details");
  expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(0);

  await checkout.number.press("End");
  await checkout.number.press("Backspace");
  await checkout.number.pressSequentially("2");
  await expect(checkout.number).not.toHaveAttribute("aria-invalid", "true");
  await checkout.pay();
  await checkout.expectPaid("4242");
});

test("an input shows how it is to be filled in as long as nothing is typed", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  for (const [input, typed, placeholder] of [
    [checkout.number, "4242 4242", "1234 1234 1234 1234"],
    [checkout.expiry, "12", "MM / YY"],
    [checkout.code, "1", "CVC"],
  ] as const) {
    await input.pressSequentially(typed);
    await expect(input).not.toHaveAttribute("placeholder");
    await input.fill("");
    await expect(input).toHaveAttribute("placeholder", placeholder);
  }
});

test("an expired date is marked and corrected", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  await checkout.type({ ...approvedCard, expiry: "01/20" });
  await expect(checkout.expiry).toHaveAttribute("aria-invalid", "true");
  await checkout.pay();
  await expect(checkout.expiry).toBeFocused();

  await checkout.expiry.clear();
  await checkout.expiry.pressSequentially("11/31");
  await checkout.pay();
  await checkout.expectPaid("4242");
});

test("an empty form says what is missing and goes nowhere", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  await checkout.pay();
  await expect(checkout.problem).toContainText("Check your card details");
  await expect(checkout.number).toBeFocused();
  for (const input of [checkout.number, checkout.expiry, checkout.code]) {
    await expect(input).toHaveAttribute("aria-invalid", "true");
    // Said in words too, where a screen reader finds them.
    await expect(input).toHaveAccessibleDescription(/\w+/);
  }
  expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(0);
});

const pasted = {
  spaces: "4242 4242 4242 4242",
  dashes: "4242-4242-4242-4242",
  "a line end and a label": " 4242424242424242\n",
  "full-width digits": "４２４２４２４２４２４２４２４２",
  "Arabic-Indic digits": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
};

for (const [how, text] of Object.entries(pasted)) {
  test(`a number pasted with ${how} pays`, async ({ shop, checkout, page, allowClipboard }) => {
    await allowClipboard(shop.origin);
    await checkout.open(shop.origin);
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await checkout.number.click();
    await page.keyboard.press("ControlOrMeta+v");
    await expect(checkout.number).toHaveValue("4242 4242 4242 4242");
    await checkout.expiry.pressSequentially(approvedCard.expiry);
    await checkout.code.pressSequentially(approvedCard.code);
    await checkout.pay();
    await checkout.expectPaid("4242");
  });
}

test("a test card is copied from the list and pasted into the form", async ({
  shop,
  checkout,
  page,
  allowClipboard,
}) => {
  await allowClipboard(shop.origin);
  await checkout.open(shop.origin);
  await page.getByRole("button", { name: "3782 822463 10005" }).click();
  await expect(page.getByRole("status")).toContainText("copied");
  await checkout.number.click();
  await page.keyboard.press("ControlOrMeta+v");
  await expect(checkout.number).toHaveValue("3782 822463 10005");
  await checkout.expiry.pressSequentially("12/34");
  await checkout.code.pressSequentially("1234");
  await checkout.pay();
  await checkout.expectPaid("0005");
});

test("a password manager fills the form", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  const filled = { number: "4242424242424242", expiry: "12/2034", code: "123" } as const;
  for (const [field, value] of Object.entries(filled)) {
    // As password managers do: the value set through the prototype's setter, then the events a keyboard would cause.
    await checkout[field as keyof typeof filled].evaluate((input: HTMLInputElement, value) => {
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
      input.focus();
      input.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
      set?.call(input, value);
      input.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.blur();
    }, value);
  }
  await expect(checkout.number).toHaveValue("4242 4242 4242 4242");
  await checkout.pay();
  await checkout.expectPaid("4242");
});

test("the keyboard alone is enough", async ({ shop, checkout, page }) => {
  await checkout.open(shop.origin);
  const [number, expiry, code] = [checkout.number, checkout.expiry, checkout.code];
  for (let presses = 0; presses < 40 && !(await isFocused(number)); presses++) await page.keyboard.press("Tab");
  await expect(number).toBeFocused();
  await page.keyboard.type("4242424242424242");
  if (!(await isFocused(expiry))) await page.keyboard.press("Tab");
  await expect(expiry).toBeFocused();
  await page.keyboard.type("1234");
  if (!(await isFocused(code))) await page.keyboard.press("Tab");
  await expect(code).toBeFocused();
  await page.keyboard.type("123");
  await page.keyboard.press("Tab");
  // How the card is protected, for who wants to know.
  const help = checkout.frame.getByRole("button");
  await expect(help).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(checkout.payButton).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(help).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(code).toBeFocused();
  await page.keyboard.press("Enter");
  await checkout.expectPaid("4242");
});

const isFocused = (input: import("@playwright/test").Locator) => input.evaluate((element) => element.matches(":focus"));
