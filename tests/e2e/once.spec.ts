import { approvedCard } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";
import { Host } from "./host.ts";

test("a double click on Pay pays once", async ({ vault, shop, checkout, page }) => {
  const made: number[] = [];
  page.on("response", (response) => {
    if (response.url() === `${vault.origin}/v1/tokens`) made.push(response.status());
  });
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.payButton.dblclick();
  await checkout.expectPaid("4242");

  expect(made).toEqual([201]);
  const payments = shop.received.filter(({ path }) => path === "/api/pay");
  expect(payments).toHaveLength(1);

  // Asked at the vault itself: the order is paid, so that no other token and no other request can pay it again.
  const { order, token } = JSON.parse(payments[0]?.body ?? "");
  expect(await shop.client.token(token)).toMatchObject({ ok: true, status: "spent" });
  const [again, other] = [
    await shop.client.pay({ order, token }),
    await shop.client.pay({ order, token: `${token}x` }),
  ];
  expect(again).toMatchObject({ ok: true, status: "approved" });
  expect(again).toHaveProperty("authorizationCode", await checkout.fact("Authorisation code").textContent());
  expect(other).toMatchObject({ ok: false });
});

test("clicks, Enter in the form and a script's submit at once pay once", async ({ shop, checkout, page }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.code.press("Enter", { noWaitAfter: true });
  await page.evaluate(() => {
    const form = document.querySelector("form");
    for (let press = 0; press < 5; press++) form?.requestSubmit();
  });
  await checkout.expectPaid("4242");
  expect(shop.received.filter(({ path }) => path === "/api/pay")).toHaveLength(1);
});

test("the shop's server pays an order once, however often it is asked", async ({ shop, checkout, request }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
  const { body } = shop.received.find(({ path }) => path === "/api/pay") ?? { body: "" };
  const headers = { "content-type": "application/json" };
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const response = await request.post(`${shop.origin}/api/pay`, { headers, data: body });
      return (await response.json()).receipt;
    }),
  );
  const code = await checkout.fact("Authorisation code").textContent();
  for (const receipt of answers) expect(receipt).toMatchObject({ authorizationCode: code });
});

test("of two tokens for one order, made since the first answer was lost for good, one pays", async ({
  vault,
  checkout,
  page,
  context,
  browserName,
}) => {
  test.skip(browserName === "firefox", "an answer cannot be fetched and thrown away there");
  const host = await Host.start(vault);
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
  await checkout.type(approvedCard);
  const order = await host.order("twice");
  const tokenize = () => page.evaluate((order) => window.card.tokenize({ order }), order);

  const lost = new Set<string>();
  await context.route(`${vault.origin}/v1/tokens`, async (route) => {
    lost.add((await (await route.fetch()).json()).token);
    await route.abort("connectionreset");
  });
  expect(await tokenize()).toMatchObject({ ok: false, error: { code: "network", retryable: true } });
  expect(lost.size).toBe(1);

  await context.unroute(`${vault.origin}/v1/tokens`);
  const again = await tokenize();
  if (!again.ok) throw new Error(again.error.code);
  const [first = ""] = lost;
  expect(again.token).not.toBe(first);
  expect(await host.pay(order, again.token)).toMatchObject({ ok: true, status: "approved" });
  expect(await host.pay(order, first)).toMatchObject({ ok: false, error: { code: "order_paid" } });
  await host.stop();
});

test("a token does not pay another order", async ({ shop, checkout, request }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
  const paid = JSON.parse(shop.received.find(({ path }) => path === "/api/pay")?.body ?? "");

  const { order } = await (await request.post(`${shop.origin}/api/order`, { data: {} })).json();
  const answer = await request.post(`${shop.origin}/api/pay`, { data: { ...paid, order } });
  // The shop sees it by the receipt; the vault would not have it either.
  expect(await answer.json()).toMatchObject({ status: "failed", code: "receipt_invalid" });
  const refused = await shop.client.pay({ order, token: paid.token });
  expect(["order_mismatch", "token_spent"]).toContain(refused.ok || refused.error.code);
});

test("the shop's server refuses what is not a payment", async ({ shop, request }) => {
  const post = async (data: string, type = "application/json") =>
    (await request.post(`${shop.origin}/api/pay`, { headers: { "content-type": type }, data })).json();
  const { order } = await (await request.post(`${shop.origin}/api/order`, { data: {} })).json();
  const [header, claims] = order.split(".");
  const forged = `${header}.${claims}.${"A".repeat(86)}`;

  const whole = { order, token: "tok_x", receipt: "e30.e30.AA", dualSignature: "e30.e30.AA" };
  expect(await post("{")).toMatchObject({ code: "request_malformed" });
  for (const member of Object.keys(whole)) {
    expect(await post(JSON.stringify({ ...whole, [member]: undefined }))).toMatchObject({ code: "request_malformed" });
  }
  expect(await post(JSON.stringify(whole), "text/plain")).toMatchObject({ code: "request_malformed" });
  expect(await post(JSON.stringify({ ...whole, order: forged }))).toMatchObject({ code: "order_signature_invalid" });
  expect(await post(JSON.stringify(whole))).toMatchObject({ status: "failed", code: "receipt_malformed" });
});
