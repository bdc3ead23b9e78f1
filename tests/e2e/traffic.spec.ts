import { approvedCard } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";
import { holds } from "./leaks.ts";

test("nothing that leaves the browser holds the card, and the browser has nothing to complain of", async ({
  vault,
  shop,
  checkout,
  page,
  browserName,
}) => {
  test.skip(browserName === "firefox", "WebDriver BiDi does not give the bodies of requests");
  const sent: string[] = [];
  page.context().on("request", (request) => {
    sent.push(
      request.url(),
      request.postData() ?? "",
      JSON.stringify({ ...request.headers(), "content-length": undefined }),
    );
  });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });

  await checkout.open(shop.origin);
  await checkout.type({ ...approvedCard, code: "739" });
  await checkout.pay();
  await checkout.expectPaid("4242");

  const secrets = { number: approvedCard.number, code: "739" };
  expect(complaints).toEqual([]);
  expect(sent.filter((text) => text.includes('"envelope"'))).toHaveLength(1);
  expect(holds(sent, secrets)).toEqual([]);
  expect(
    holds(
      shop.received.flatMap(({ path, headers, body }) => [path, headers, body]),
      secrets,
    ),
  ).toEqual([]);
  // But for how long each request took, in microseconds: a number that may be anything.
  expect(vault.log).toContain("micros=");
  expect(holds(vault.log.replaceAll(/micros=\d+/g, "").split("\n"), secrets)).toEqual([]);
  // Nor does the page show it, but for the list of test cards, which the shopper pays from.
  await page.locator("#test").evaluate((list) => list.remove());
  expect(holds([await page.content()], secrets)).toEqual([]);
});

test("control: a card on its way is found in whatever it is wrapped", () => {
  const secrets = { number: "4242 4242 4242 4242", code: "739" };
  const plain = JSON.stringify({ number: "4242424242424242", code: "739" });
  expect(holds([plain], secrets)).toContain("739");
  expect(holds(["4242 4242 4242"], secrets)).toContain("42424242");
  expect(holds([`x.${Buffer.from(plain).toString("base64url")}.y`], secrets)).toContain("42424242");
  expect(holds([..."4242424242424242"], secrets)).toContain("42424242");
  expect(holds([..."739"], secrets)).toContain("739");
});

test("the shop's page is served with the strictest policy it works under", async ({ vault, shop, request }) => {
  const page = await request.get(shop.origin);
  const headers = page.headers();
  const policy = headers["content-security-policy"] ?? "";
  expect(policy).not.toMatch(/unsafe|\*|data:|blob:/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`frame-src ${vault.origin};`);
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(headers["cache-control"]).toBe("no-cache");
  expect(headers["x-content-type-options"]).toBe("nosniff");

  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
  const asset = await request.get(`${shop.origin}${script}`);
  expect(asset.headers()["cache-control"]).toContain("immutable");
  expect((await request.get(`${shop.origin}/server/config.js`)).status()).toBe(404);
});
