import { approvedCard, Checkout } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";
import { Shop } from "./shop.ts";

test("a page of an origin that the merchant did not register gets no card form", async ({ vault, page }) => {
  const shop = await Shop.start(vault, { registered: false });
  try {
    const checkout = new Checkout(page);
    await page.goto(shop.origin);
    await expect(checkout.problem).toContainText("The card form could not be loaded", { timeout: 15_000 });
    await expect(page.locator("iframe")).toHaveCount(0);
  } finally {
    await shop.stop();
  }
});

test("a card sealed on one origin does not pay an order for another", async ({ shop, checkout, context }) => {
  // A registered page that got hold of an order meant for another page of the merchant: the order names its origins.
  await context.route(`${shop.origin}/api/order`, async (route) => {
    const { sign } = shop.signer;
    const order = await sign({ id: "elsewhere", amount: 100, currency: "EUR", origins: ["http://localhost:9"] });
    await route.fulfill({ status: 201, json: { order } });
  });
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await expect(checkout.problem).toBeVisible();
  expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(0);
});
