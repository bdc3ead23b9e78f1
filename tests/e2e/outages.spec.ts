import { approvedCard } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";

test("a vault that is down when the page loads is told in bounded time, and can be tried again", async ({
  vault,
  shop,
  checkout,
  page,
}) => {
  await vault.kill();
  await page.goto(shop.origin);
  await expect(checkout.problem).toContainText("The card form could not be loaded", { timeout: 15_000 });
  await expect(checkout.payButton).toBeHidden();

  const again = checkout.problem.getByRole("button", { name: "Try again" });
  await again.press("Enter");
  await expect(checkout.payButton).toHaveText(/Loading/);
  await expect(again).toBeFocused({ timeout: 15_000 });

  await vault.serve();
  await again.press("Enter");
  await checkout.ready();
  await expect(checkout.payButton).toBeFocused();
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
});

test("a vault that dies before Pay and stays down is told in bounded time", async ({ vault, shop, checkout }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await vault.kill();
  await checkout.pay();
  await expect(checkout.problem).toContainText("payment service cannot be reached", { timeout: 25_000 });
  await expect(checkout.problem).toContainText("you will not pay twice");
  await expect(checkout.payButton).toBeFocused();
  expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(0);
});

test("a vault that dies before Pay and comes back gives one token", async ({ vault, shop, checkout, page }) => {
  const tokens = recordTokens(page);
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await vault.kill();
  await checkout.pay();
  await expect(checkout.problem).toContainText("payment service cannot be reached", { timeout: 25_000 });

  await vault.serve();
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(new Set(await tokens()).size).toBe(1);
  expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(1);
});

test("Pay in a browser that is offline is refused at once and sends nothing; it works when the browser is back", async ({
  vault,
  shop,
  checkout,
  context,
}) => {
  const asked: string[] = [];
  context.on("request", (request) => request.url().startsWith(`${vault.origin}/v1/`) && asked.push(request.url()));
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  asked.length = 0;
  await context.setOffline(true);
  await checkout.pay();
  await expect(checkout.problem).toContainText("You are offline", { timeout: 1000 });
  await expect(checkout.payButton).toBeFocused();

  await context.setOffline(false);
  // Nothing was kept that would go out by itself now.
  await expect.poll(() => checkout.page.evaluate(() => navigator.onLine)).toBe(true);
  expect(asked).toEqual([]);
  expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(0);
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(asked).toEqual([`${vault.origin}/v1/tokens`]);
});

test("the button says each step of a payment", async ({ shop, checkout, page }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await page.evaluate(() => {
    const label = document.querySelector("#pay-label") as HTMLElement;
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const { textContent } of addedNodes) said.push(textContent ?? "");
    }).observe(label, { childList: true });
  });
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(await page.evaluate("said")).toEqual([
    "Preparing the order",
    "Checking the order",
    "Sealing the card",
    "Sending the sealed card",
    "Checking the receipt",
    "Asking the bank",
    "Pay €59.40",
  ]);
});

test("an answer of the vault that gets lost is asked for again and is the same token", async ({
  vault,
  shop,
  checkout,
  context,
  browserName,
}) => {
  test.skip(
    browserName === "firefox",
    "WebDriver BiDi does not give the body of a request, without which it cannot be sent on",
  );
  const answers: { status: number; token: string }[] = [];
  const bodies: (string | null)[] = [];
  await context.route(`${vault.origin}/v1/tokens`, async (route) => {
    bodies.push(route.request().postData());
    const response = await route.fetch();
    answers.push({ status: response.status(), token: (await response.json()).token });
    // The vault has made the token; the browser does not hear of it the first time.
    await (answers.length === 1 ? route.abort("connectionreset") : route.fulfill({ response }));
  });
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(bodies).toHaveLength(2);
  expect(bodies[1]).toBe(bodies[0]);
  expect(answers[1]?.token).toBe(answers[0]?.token);
  await expect(checkout.fact("Token")).toHaveText(answers[0]?.token ?? "");
});

test("an answer of the shop that gets lost is asked for again and pays once", async ({
  shop,
  checkout,
  context,
  browserName,
}) => {
  test.skip(
    browserName === "firefox",
    "WebDriver BiDi does not give the body of a request, without which it cannot be sent on",
  );
  let lost = 0;
  await context.route(`${shop.origin}/api/pay`, async (route) => {
    const response = await route.fetch();
    await (lost++ === 0 ? route.abort("connectionreset") : route.fulfill({ response }));
  });
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await expect(checkout.problem).toContainText("you never pay twice");
  await expect(checkout.payButton).toBeFocused();

  await checkout.pay();
  await checkout.expectPaid("4242");
  const [first, second] = shop.received.filter(({ path }) => path === "/api/pay");
  expect(second?.body).toBe(first?.body);
});

test("a shop server that is away is told", async ({ shop, checkout, context, page }) => {
  await context.route(`${shop.origin}/api/basket`, (route) => route.abort());
  await page.goto(shop.origin);
  await expect(checkout.problem).toContainText("The shop did not answer");

  await context.unroute(`${shop.origin}/api/basket`);
  await checkout.problem.getByRole("button", { name: "Try again" }).click();
  await checkout.ready();
});

/** The tokens that the vault gives to the page's browser, from now on. */
function recordTokens(page: import("@playwright/test").Page): () => Promise<string[]> {
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    if (!response.url().endsWith("/v1/tokens") || response.status() > 201) return;
    answers.push(response.json().then((body) => body.token));
  });
  return () => Promise.all(answers);
}
