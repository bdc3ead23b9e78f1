import type { Page } from "@playwright/test";
import { approvedCard, Checkout } from "./checkout.ts";
import { expect } from "./fixtures.ts";
import { serveFramework, test } from "./framework.ts";

// The adapters, each in its framework, with the real frame.

const heard = (page: Page) => page.evaluate(() => window.heard);
const types = async (page: Page) => (await heard(page)).map(([type]) => type);
const mount = (page: Page) => page.evaluate(() => window.fields.mount());
const tokenize = (page: Page, order: string) => page.evaluate((order) => window.fields.tokenize(order), order);
const ready = (page: Page, times = 1) =>
  expect.poll(async () => (await types(page)).filter((type) => type === "ready").length).toBe(times);

const adapters = ["react", "react-18", "vue", "svelte"] as const;

for (const framework of adapters) {
  test.describe(framework, () => {
    test("there is one frame, and the card typed into it becomes a token", async ({ vault, host, page }) => {
      const problems: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(error.message));
      let frames = 0;
      page.on("frameattached", () => {
        frames += 1;
      });
      await serveFramework(host, vault, framework);
      await page.goto(host.origin);
      await mount(page);
      await ready(page);
      await expect(page.getByTestId("card")).toHaveClass("card");
      await new Checkout(page).type(approvedCard);
      expect(await tokenize(page, await host.order(framework))).toMatchObject({ ok: true, last4: "4242" });
      expect(frames).toBe(1);
      expect(new Set(await types(page))).toEqual(new Set(["ready", "focus", "change", "blur"]));
      expect(problems).toEqual([]);
    });

    test("rendering again keeps the frame and what was typed, and calls the newest listeners", async ({
      vault,
      host,
      page,
    }) => {
      await serveFramework(host, vault, framework);
      await page.goto(host.origin);
      await mount(page);
      await ready(page);
      const checkout = new Checkout(page);
      await checkout.number.pressSequentially("4242");
      const before = (await heard(page)).at(-1)?.[1] ?? 0;
      for (let time = 0; time < 3; time++) await page.evaluate(() => window.fields.render?.());
      await checkout.number.pressSequentially("42");
      await expect.poll(async () => (await heard(page)).at(-1)).toEqual(["change", before + 3]);
      await page.evaluate(() => window.fields.render?.({ labels: { number: "Your card" } }));
      await expect(checkout.frame.getByLabel("Your card")).toHaveValue("4242 42");
      // An option that is no longer given has its default again.
      await page.evaluate(() => window.fields.render?.());
      await expect(checkout.frame.getByLabel("Your card")).toHaveCount(0);
      await expect(checkout.number).toHaveValue("4242 42");
      expect((await types(page)).filter((type) => type === "ready")).toHaveLength(1);
    });

    test("what is known of a card can be rendered, beside another card on the page", async ({ vault, host, page }) => {
      await serveFramework(host, vault, framework);
      await page.goto(`${host.origin}/?both`);
      await mount(page);
      await expect(page.locator("iframe")).toHaveCount(2);
      const output = page.locator("output");
      await expect(output).toHaveText("ready");
      const frame = page.frameLocator("section iframe");
      await frame.locator('[autocomplete~="cc-number"]').pressSequentially(approvedCard.number);
      await expect(output).toHaveText("4242");
      await expect(frame.locator('[autocomplete~="cc-name"]')).toBeVisible();
      expect(await types(page)).not.toContain("change");
    });

    test("taken away and put back, the fields are empty and work", async ({ vault, host, page }) => {
      await serveFramework(host, vault, framework);
      await page.goto(host.origin);
      await mount(page);
      await ready(page);
      const checkout = new Checkout(page);
      await checkout.type(approvedCard);
      await page.evaluate(() => window.fields.unmount());
      await expect(page.locator("iframe")).toHaveCount(0);
      await mount(page);
      await ready(page, 2);
      await expect(checkout.number).toHaveValue("");
      await checkout.type(approvedCard);
      expect(await tokenize(page, await host.order("again"))).toMatchObject({ ok: true });
    });
  });
}

test("the tests of React are run in the version that they say", async ({ vault, host, page }) => {
  for (const [framework, version] of [
    ["react", /^19\./],
    ["react-18", /^18\./],
  ] as const) {
    await serveFramework(host, vault, framework);
    await page.goto(host.origin);
    await expect(page.locator("html")).toHaveAttribute("data-version", version);
  }
});

test("Vue's KeepAlive puts the fields back empty, and they work", async ({ vault, host, page }) => {
  await serveFramework(host, vault, "vue");
  await page.goto(`${host.origin}/?kept`);
  await mount(page);
  await ready(page);
  const checkout = new Checkout(page);
  await checkout.type(approvedCard);
  await page.evaluate(() => window.fields.unmount());
  await expect(page.locator("iframe")).toHaveCount(0);
  expect(await tokenize(page, await host.order("kept"))).toMatchObject({ ok: false, error: { code: "not_ready" } });
  await mount(page);
  await ready(page, 2);
  await expect(page.locator("iframe")).toHaveCount(1);
  await expect(checkout.number).toHaveValue("");
  await checkout.type(approvedCard);
  expect(await tokenize(page, await host.order("kept"))).toMatchObject({ ok: true });
});
