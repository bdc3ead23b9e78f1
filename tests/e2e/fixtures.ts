import { test as base, type TestInfo } from "@playwright/test";
import { Checkout } from "./checkout.ts";
import { Shop } from "./shop.ts";
import { Vault } from "./vault.ts";

export { expect } from "@playwright/test";

/** A test with a running vault, a shop registered with it, and the shop's checkout in a browser page. */
export const test = base.extend<{
  vault: Vault;
  shop: Shop;
  checkout: Checkout;
  /** Lets the pages of an origin use the clipboard. */
  allowClipboard: (origin: string) => Promise<void>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  vault: async ({}, use, testInfo) => {
    await lend(await Vault.start(), use, testInfo);
  },
  shop: async ({ vault }, use) => {
    const shop = await Shop.start(vault);
    await use(shop);
    await shop.stop();
  },
  checkout: async ({ page }, use) => {
    await use(new Checkout(page));
  },
  allowClipboard: async ({ context, browserName }, use) => {
    await use(async (origin) => {
      // Firefox has no such permission; playwright.config.ts starts it with the clipboard open to pages.
      if (browserName === "firefox") return;
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
    });
  },
});

/** Lets a test use a vault; where the test fails, its report has the vault's log. */
export async function lend(vault: Vault, use: (vault: Vault) => Promise<void>, testInfo: TestInfo): Promise<void> {
  await use(vault);
  await vault.stop();
  if (testInfo.status !== testInfo.expectedStatus) {
    await testInfo.attach("vault.log", { body: vault.log, contentType: "text/plain" });
  }
}
