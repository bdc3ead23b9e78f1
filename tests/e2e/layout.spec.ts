import type { Page, TestInfo } from "@playwright/test";
import { approvedCard } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";

const screens = [
  { name: "phone", width: 360, height: 740 },
  { name: "tablet", width: 820, height: 1180 },
  { name: "desktop", width: 1280, height: 900 },
] as const;

for (const colorScheme of ["light", "dark"] as const) {
  for (const { name, ...viewport } of screens) {
    test(`nothing is cut off or too small on a ${name}, ${colorScheme}`, async ({ shop, checkout, page }, testInfo) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await checkout.open(shop.origin);
      await expectToFit(page, testInfo, "empty");

      await checkout.type({ ...approvedCard, number: "4000 0000 0000 9995" });
      await checkout.pay();
      await expect(checkout.problem).toBeVisible();
      await expectToFit(page, testInfo, "declined");

      await checkout.number.clear();
      await checkout.type(approvedCard);
      await checkout.pay();
      await checkout.expectPaid("4242");
      await expectToFit(page, testInfo, "paid");
    });
  }
}

/** Attaches a screenshot, and checks what can be checked without looking at it. */
async function expectToFit(page: Page, testInfo: TestInfo, state: string): Promise<void> {
  // Not of the whole page at once: such a picture of Chromium's may leave out a frame of another origin.
  await page.locator("#payment:visible, #receipt:visible").scrollIntoViewIfNeeded();
  await testInfo.attach(`${state}.png`, { body: await page.screenshot(), contentType: "image/png" });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider, "wider than the screen").toBe(0);
  for (const frame of page.frames()) {
    const hidden = await frame.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
    if (frame !== page.mainFrame()) expect(hidden, "card fields cut off at the bottom").toBeLessThanOrEqual(0);
  }
  const small = await page
    .getByRole("button")
    .evaluateAll(
      (buttons) =>
        buttons.filter((button) => button.checkVisibility() && button.getBoundingClientRect().height < 24).length,
    );
  expect(small, "buttons too small to hit").toBe(0);
}
