import type { Page } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { mounts } from "./mount.ts";

// What the shopper typed is painted first, and what follows from it is shown and told a moment later: in its order, and soon,
// whether or not anything is painted.

const test = base.extend<{ host: Host }>({
  host: async ({ vault, page }, use) => {
    const host = await Host.start(vault);
    const listens = `for (const type of ["change", "submit"])
      card.on(type, (event) => events.push([type, event?.fields.number.length]));`;
    host.serve('<div id="card"></div>', mounts(vault, host.merchant) + listens);
    await page.goto(host.origin);
    await expect.poll(() => page.evaluate(() => window.events)).toEqual([["ready", undefined]]);
    await use(host);
    await host.stop();
  },
});

/** Types into the number, all in one task, and does what is to come right behind it. */
const type = (page: Page, then: "press Enter" | "nothing") =>
  page
    .frameLocator("iframe")
    .locator("#number")
    .evaluate((input: HTMLInputElement, then) => {
      for (const typed of ["4", "42", "4242"]) {
        input.value = typed;
        input.dispatchEvent(new InputEvent("input", { inputType: "insertText", bubbles: true }));
      }
      if (then === "press Enter") input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    }, then);

test("a change is told before what the shopper did after it, and only the last of those between two pictures", async ({
  host: _,
  page,
}) => {
  await type(page, "press Enter");
  await expect
    .poll(() => page.evaluate(() => window.events))
    .toEqual([
      ["ready", undefined],
      ["change", 4],
      ["submit", undefined],
    ]);
});

test("a change of fields that nobody sees is told all the same", async ({ host: _, page, browserName }) => {
  test.skip(browserName !== "chromium", "only Chromium stops painting a frame that is not displayed");
  await page.evaluate(() => {
    for (const frame of document.querySelectorAll("iframe")) frame.hidden = true;
  });
  const paints = await page
    .frameLocator("iframe")
    .locator("body")
    .evaluate(() => {
      const painted = new Promise((resolve) => requestAnimationFrame(() => resolve(true)));
      return Promise.race([painted, new Promise((resolve) => setTimeout(resolve, 500, false))]);
    });
  expect(paints, "this frame is painted, which shows nothing").toBe(false);
  await type(page, "nothing");
  await expect
    .poll(() => page.evaluate(() => window.events))
    .toEqual([
      ["ready", undefined],
      ["change", 4],
    ]);
});
