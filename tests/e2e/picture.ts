import { statSync } from "node:fs";
import { join } from "node:path";
import { approvedCard } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";

const path = join(import.meta.dirname, "../../docs/shop.png");

test("the README's picture: the shop, just paid", async ({ shop, checkout, page }) => {
  await page.setViewportSize({ width: 1200, height: 1060 });
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");
  await page.screenshot({ path, animations: "disabled" });
  expect(statSync(path).size).toBeLessThan(250_000);
});
