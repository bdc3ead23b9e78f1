import { readFileSync } from "node:fs";
import { type Browser, chromium, type Frame, type Page } from "@playwright/test";
import type { CardOptions } from "cardseal";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { Styled } from "./styled.ts";

// Enlarged as people do who see badly (WCAG 2.2): a window of 1280 pixels at 400 %, which has 320 CSS pixels (1.4.10 Reflow);
// letters of twice the size and nothing else (1.4.4 Resize Text); and wide spacing of text (1.4.12).

const webdriver = readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8");
const { binary, args } = JSON.parse(webdriver)["goog:chromeOptions"];

const layouts: CardOptions["layout"][] = [
  "line",
  "rows",
  "stacked",
  { areas: ["number number", "code expiry", "name name", "country postalCode"] },
];

const ways: Record<string, { args?: string[]; size: { width: number; height: number }; scale: number; css?: string }> =
  {
    "at 400 % zoom": { size: { width: 320, height: 256 }, scale: 4 },
    "with letters of twice the size": {
      args: ["--blink-settings=minimumFontSize=24"],
      size: { width: 640, height: 512 },
      scale: 2,
    },
    "with wide spacing": {
      size: { width: 640, height: 640 },
      scale: 1,
      css: "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }",
    },
  };

/** What of the frame cannot be read or hit: texts cut off, parts over one another, targets too small. */
function faults(frame: Frame, onlyTexts: boolean): Promise<string[]> {
  return frame.evaluate((onlyTexts) => {
    const found: string[] = [];
    const named = (element: Element) =>
      `${element.id || element.className || element.tagName} "${element.textContent?.trim().slice(0, 24)}"`;
    const seen = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].filter(
        (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".unseen"),
      );
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push("scrolls sideways");
    if (document.body.getBoundingClientRect().bottom > window.innerHeight + 0.5) found.push("the bottom is cut off");

    // Not the marks of brands: they are logos, which WCAG leaves as they are.
    const texts = seen("label, .payee, .amount, .problem, #help, .help span").filter(
      (text) => text.textContent?.trim() && !text.querySelector("input") && getComputedStyle(text).clipPath === "none",
    );
    // Where letters alone are larger or wider, a long number may be moved in its input.
    for (const text of [...texts, ...seen(onlyTexts ? "#code" : ".entry > input")]) {
      const { clientWidth, clientHeight, scrollWidth, scrollHeight } = text;
      if (clientWidth === 0) continue;
      if (scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1) {
        found.push(`cut off: ${named(text)} ${scrollWidth} x ${scrollHeight} in ${clientWidth} x ${clientHeight}`);
      }
    }

    // Of an input, what is within its padding: the mark stands on the rest.
    const boxes = [
      ...texts,
      ...seen(`.entry > input, .cell > select, .mark, .help svg${onlyTexts ? "" : ", .brands"}`),
    ].map((element) => {
      // Of a text, its letters.
      const range = document.createRange();
      range.selectNodeContents(element);
      const { left, right, top, bottom } = (texts.includes(element) ? range : element).getBoundingClientRect();
      if (texts.includes(element)) return { element, left, right, top, bottom };
      const { paddingLeft, paddingRight } = getComputedStyle(element);
      return { element, left: left + parseFloat(paddingLeft), right: right - parseFloat(paddingRight), top, bottom };
    });
    for (const [at, one] of boxes.entries()) {
      for (const other of boxes.slice(at + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const along = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (across > 1 && along > 1) found.push(`${named(one.element)} over ${named(other.element)}`);
      }
    }

    for (const target of seen(".entry > input, .cell > select, .brands label, button")) {
      const { width, height } = target.getBoundingClientRect();
      if (width < 24 || height < 24) found.push(`target of ${width} x ${height}: ${named(target)}`);
    }
    return found;
  }, onlyTexts);
}

/** What the keyboard cannot reach, or is not seen when it has: fields and buttons in their order, from before the frame. */
async function walk(page: Page, frame: Frame): Promise<string[]> {
  await page.evaluate(() => {
    scrollTo(0, 0);
    document.querySelector<HTMLElement>("#before")?.focus();
  });
  const reached: string[] = [];
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement?.id === "after")) break;
    const at = await frame.evaluate(() => {
      const { activeElement } = document;
      const { left, right, top, bottom } = (activeElement as Element).getBoundingClientRect();
      return { name: activeElement?.id || activeElement?.className || "choice", left, right, top, bottom };
    });
    const seen = await page.evaluate(({ left, right, top, bottom }) => {
      const { x, y } = (document.querySelector("iframe") as Element).getBoundingClientRect();
      return x + left > -1 && y + top > -1 && x + right < innerWidth + 1 && y + bottom < innerHeight + 1;
    }, at);
    reached.push(seen ? `${at.name}` : `${at.name}, not in sight`);
  }
  return reached;
}

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

for (const [name, { args: more = [], size, scale, css }] of Object.entries(ways)) {
  test(`${name} nothing is cut off, covered or out of reach, in each layout, theme and direction`, async ({
    vault,
    host,
    browserName,
  }, testInfo) => {
    test.skip(browserName !== "chromium", "the switches for it are Chromium's");
    test.setTimeout(180_000);
    const browser: Browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? binary,
      args: [...args, ...more],
    });
    const page = await browser.newPage({ viewport: size, deviceScaleFactor: scale });
    const styled = new Styled(page, vault, host);
    const onlyTexts = scale !== 4;
    const found: string[] = [];
    for (const locale of ["de", "ar"]) {
      const order = await styled.order();
      const asked: CardOptions = { cardholder: true, country: true, postalCode: true, defaultCountry: "DE" };
      await styled.open({ ...asked, locale, showTotal: true, order });
      await page.evaluate(() => {
        for (const id of ["before", "after"]) {
          const button = Object.assign(document.createElement("button"), { id, textContent: id });
          document.querySelector("#card")?.[id === "before" ? "before" : "after"](button);
        }
      });
      const { frame } = styled;
      await expect(frame.locator("html")).toHaveAttribute("lang", locale);
      if (css) {
        await frame.evaluate((css) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets.push(sheet);
        }, css);
      }
      for (const state of ["co-badged", "wrong"]) {
        await frame.locator("#number").fill(state === "wrong" ? "4242 4242 4242 4241" : "4000 0025 0000 1001");
        await frame.locator("#expiry").fill(state === "wrong" ? "01/20" : "12/34");
        await frame.locator("#code").fill(state === "wrong" ? "1" : "123");
        await frame.locator("#name").fill("Ada Lovelace");
        await frame.locator("#postalCode").fill("10115");
        await frame.locator("#number").focus();
        for (const theme of ["plain", "outline"] as const) {
          for (const layout of layouts) {
            await styled.update({ appearance: { theme }, layout: layout as NonNullable<typeof layout> });
            const where = `${locale}, ${state}, ${theme}, ${typeof layout === "string" ? layout : "areas"}`;
            // The page hears of another height with the next frame, and the frame is drawn by it in the one after.
            await expect
              .poll(() => faults(frame, onlyTexts), { timeout: 1000 })
              .toEqual([])
              .catch(async () => {
                found.push(...(await faults(frame, onlyTexts)).map((fault) => `${where}: ${fault}`));
                const body = await page.locator("iframe").screenshot({ scale: "css" });
                await testInfo.attach(`${where}.png`, { body, contentType: "image/png" });
              });
            if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
              found.push(`${where}: the page scrolls sideways`);
            }
          }
        }
        const choice = state === "co-badged" ? ["choice"] : [];
        const order = ["number", ...choice, "expiry", "code", "name", "country", "postalCode", "help"];
        expect(await walk(page, frame), `${locale}, ${state}`).toEqual(order);
      }
    }
    await browser.close();
    expect(found).toEqual([]);
  });
}
