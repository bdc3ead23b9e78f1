import { test as base } from "@playwright/test";
import { Checkout } from "./checkout.ts";
import { Shop } from "./shop.ts";
import { Vault } from "./vault.ts";

export { expect } from "@playwright/test";

/** A test with a running vault, a shop registered with it, and the shop's checkout in a browser page. */
export const test = base.extend<{ vault: Vault; shop: Shop; checkout: Checkout }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  vault: async ({}, use, testInfo) => {
    const vault = await Vault.start();
    await use(vault);
    await vault.stop();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach("vault.log", { body: vault.log, contentType: "text/plain" });
    }
  },
  shop: async ({ vault }, use) => {
    const shop = await Shop.start(vault);
    await use(shop);
    await shop.stop();
  },
  checkout: async ({ page }, use) => {
    await use(new Checkout(page));
  },
});
