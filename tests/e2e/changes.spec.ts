import { readFile } from "node:fs/promises";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { mounts } from "./mount.ts";

// What comes of a key: what is typed is painted with the least that a browser can do, and the page hears of each change in its order.

/** What is read of an event of Chromium's trace. */
interface TraceEvent {
  name: string;
  pid: number;
  args: {
    data?: { type?: string };
    beginData?: { partialLayout: boolean; totalObjects: number };
    elementCount?: number;
  };
}

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

test("the page hears of every change, and before what the shopper did after it", async ({ host: _, page }) => {
  await page
    .frameLocator("iframe")
    .locator("#number")
    .evaluate((input: HTMLInputElement) => {
      // All in one task, as a password manager may do it.
      for (const typed of ["4", "42", "4242"]) {
        input.value = typed;
        input.dispatchEvent(new InputEvent("input", { inputType: "insertText", bubbles: true }));
      }
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    });
  const told = ["change", "change", "change", "submit"].map((type, n) => [type, [1, 2, 4][n]]);
  await expect.poll(() => page.evaluate(() => window.events.slice(1))).toEqual(told);
});

test("a digit is drawn before what comes of it, which is told where nothing is drawn, too", async ({
  host: _,
  page,
}) => {
  const number = page.frameLocator("iframe").locator("#number");
  const order = await number.evaluate(async (input: HTMLInputElement) => {
    const order: string[] = [];
    const marked = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        order.push("brand");
        resolve();
      });
      observer.observe(document.querySelector(".mark use") as Element, { attributes: true });
    });
    input.value = "4";
    input.dispatchEvent(new InputEvent("input", { inputType: "insertText", bubbles: true }));
    requestAnimationFrame(() => order.push("picture"));
    await marked;
    return order;
  });
  expect(order).toEqual(["picture", "brand"]);

  await page.locator("iframe").evaluate((iframe: HTMLIFrameElement) => {
    iframe.style.display = "none";
  });
  await number.evaluate((input: HTMLInputElement) => {
    input.value = "42";
    input.dispatchEvent(new InputEvent("input", { inputType: "insertText", bubbles: true }));
  });
  await expect
    .poll(() => page.evaluate(() => window.events.slice(1)))
    .toEqual([
      ["change", 1],
      ["change", 2],
    ]);
});

test("with each digit Chromium lays out the input alone, and styles nothing", async ({
  host: _,
  page,
  browser,
  browserName,
}, info) => {
  test.skip(browserName !== "chromium", "what is laid out is told by Chromium's trace");
  /** How many objects each layout was of, `Infinity` for the whole document, and how many elements were styled. */
  const work = async (keys: string[]) => {
    const path = info.outputPath("trace.json");
    await browser.startTracing(page, { path, categories: ["devtools.timeline"] });
    for (const key of keys) await page.keyboard.press(key, { delay: 50 });
    await browser.stopTracing();
    const events: TraceEvent[] = JSON.parse(await readFile(path, "utf8")).traceEvents;
    const frame = events.find(({ args }) => args.data?.type === "keydown")?.pid;
    const done = (name: string) => events.filter((event) => event.pid === frame && event.name === name);
    return {
      layouts: done("Layout").map(({ args: { beginData } }) =>
        beginData?.partialLayout ? beginData.totalObjects : Infinity,
      ),
      styled: done("UpdateLayoutTree").reduce((sum, { args }) => sum + (args.elementCount ?? 0), 0),
    };
  };

  await page.frameLocator("iframe").locator("#number").press("4");
  const { layouts, styled } = await work([..."24242424"]);
  expect(layouts.length).toBeGreaterThanOrEqual(8);
  // The input, its editor and the text.
  expect(Math.max(...layouts)).toBeLessThanOrEqual(3);
  expect(styled).toBe(0);

  // The control: a problem is shown, which is more than a digit.
  const left = await work(["Tab"]);
  expect(Math.max(...left.layouts)).toBe(Infinity);
  expect(left.styled).toBeGreaterThan(0);
});
