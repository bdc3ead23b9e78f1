import { readFileSync } from "node:fs";
import { test as base, expect, type Frame, type Locator, type Page } from "@playwright/test";
import { Site } from "./site.ts";

// The gallery of the documentation site, compared with pictures of it: docs/testing.md says how they are renewed.

const test = base.extend<object, { site: Site }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
    async ({}, use) => {
      const site = await Site.start();
      await use(site);
      site.stop();
    },
    { scope: "worker" },
  ],
});

const themes = ["plain", "outline", "night"] as const;
const layouts = ["rows", "line", "stacked", "areas"] as const;

/** High enough for all languages at once: what is far from being seen is not there. */
const forLanguages = { width: 1280, height: 4400 };

/** Opens the gallery at one of its parts, and waits until each exhibit of the part is as it is to be. */
async function open(page: Page, site: Site, part: string): Promise<Locator> {
  // Only this part is there to be loaded, and nothing is above it wherever the page is scrolled to.
  await page.addInitScript((part) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `.exhibits:not(${part}) { display: none } .VPNav, .VPLocalNav, figcaption { visibility: hidden }`,
    );
    document.adoptedStyleSheets.push(sheet);
  }, part);
  await page.goto(`${site.origin}/gallery.html`);
  const exhibits = page.locator(part);
  await expect(exhibits.locator(".stand").first()).toBeAttached();
  await exhibits.evaluate((element) => element.scrollIntoView());
  await expect(exhibits.locator(".stand:not([data-shown])")).toHaveCount(0);
  return exhibits;
}

/** The frames of a part of the gallery. */
async function framesOf(exhibits: Locator): Promise<Frame[]> {
  const iframes = await exhibits.locator("iframe").elementHandles();
  return Promise.all(iframes.map(async (iframe) => (await iframe.contentFrame()) as Frame));
}

for (const theme of themes) {
  for (const layout of layouts) {
    test(`${theme} in ${layout} looks as it did, in each state`, async ({ page, site }) => {
      const exhibits = await open(page, site, `[data-theme="${theme}"][data-layout="${layout}"]`);
      await expect(exhibits).toHaveScreenshot(`${theme}-${layout}.png`);
    });
  }
}

for (const layout of layouts) {
  test(`${layout} looks as it did on a phone, in each state`, async ({ page, site }) => {
    await page.setViewportSize({ width: 390, height: 3000 });
    const exhibits = await open(page, site, `[data-theme="plain"][data-layout="${layout}"]`);
    await expect(exhibits).toHaveScreenshot(`phone-${layout}.png`);
  });
}

test("each language looks as it did", async ({ page, site }) => {
  await page.setViewportSize(forLanguages);
  const exhibits = await open(page, site, ".languages");
  await expect(exhibits.locator("iframe")).toHaveCount(18);
  await expect(exhibits).toHaveScreenshot("languages.png");
});

for (const [colorScheme, theme] of [
  ["light", "plain"],
  ["dark", "night"],
] as const) {
  test(`auto looks as ${theme} where ${colorScheme} colours are preferred`, async ({ page, site }) => {
    await page.emulateMedia({ colorScheme });
    // The page around it as in the other pictures.
    await page.addInitScript(() => localStorage.setItem("vitepress-theme-appearance", "light"));
    const exhibits = await open(page, site, '[data-theme="auto"]');
    await expect(exhibits).toHaveScreenshot(`${theme}-rows.png`);
  });
}

test("in forced colours a state is told by lines and letters", async ({ page, site }) => {
  await page.emulateMedia({ forcedColors: "active" });
  const exhibits = await open(page, site, '[data-theme="outline"][data-layout="rows"]');
  await expect(exhibits).toHaveScreenshot("forced-colours.png");
});

test("the pictures tell a planted change", async ({ page, site }) => {
  const exhibits = await open(page, site, '[data-theme="plain"][data-layout="rows"]');
  await expect(exhibits).toHaveScreenshot("plain-rows.png");
  const [empty] = await framesOf(exhibits);
  if (!empty) throw new Error("there is no first exhibit");
  const changes = {
    "corners two pixels rounder": ":root:root { --borderRadius: 12px }",
    "another grey": "label { color: #6b7688 !important }",
    "a mark that is missing": ".mark svg { visibility: hidden }",
    "a label a pixel lower": "label { position: relative; top: 1px }",
  };
  for (const [name, css] of Object.entries(changes)) {
    const planted = await empty.addStyleTag({ content: css });
    await expect(exhibits, name).not.toHaveScreenshot("plain-rows.png");
    await planted.evaluate((element) => (element as Element).remove());
  }
  await expect(exhibits).toHaveScreenshot("plain-rows.png");
});

test("nothing is cut off on a phone, in any exhibit", async ({ page, site }) => {
  test.slow();
  await page.setViewportSize({ width: 390, height: 3000 });
  await page.goto(`${site.origin}/gallery.html`);
  let looked = 0;
  // Some at a time: what is far from being seen is not there.
  await expect(page.locator(".exhibit")).toHaveCount(13 * 6 + 18);
  const exhibits = await page.locator(".exhibit").all();
  for (let first = 0; first < exhibits.length; first += 6) {
    const some = exhibits.slice(first, first + 6);
    await some[0]?.evaluate((element) => element.scrollIntoView());
    for (const exhibit of some) {
      await expect(exhibit.locator(".stand[data-shown]")).toHaveCount(1);
      const [frame] = await framesOf(exhibit);
      const cut = await frame?.evaluate(() =>
        [...document.querySelectorAll("label, p, .payee, .amount, .help span, body")]
          .filter((element) => element.checkVisibility({ visibilityProperty: true }))
          // What only screen readers are given is one pixel wide.
          .filter(({ scrollWidth, clientWidth }) => clientWidth > 1 && scrollWidth > clientWidth)
          .map((element) => element.textContent),
      );
      expect(cut, `exhibit ${looked + 1}`).toEqual([]);
      looked += 1;
    }
  }
  expect(looked).toBe(exhibits.length);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
});

test("each letter of the pictures is in the fonts that they are taken with", async ({ page, site }) => {
  await page.setViewportSize(forLanguages);
  const exhibits = await open(page, site, ".languages");
  const known = new Set(readFileSync(new URL("letters/letters.txt", import.meta.url), "utf8"));
  for (const frame of await framesOf(exhibits)) {
    const shown = await frame.evaluate(() => {
      const texts = [...document.querySelectorAll<HTMLElement>("label, p, b, .help span")].map(
        (text) => text.innerText,
      );
      const inputs = [...document.querySelectorAll("input")].map((input) => input.value || input.placeholder);
      return [...texts, ...inputs, document.querySelector("select")?.selectedOptions[0]?.text].join("");
    });
    const missing = [...new Set(shown.replaceAll("\n", ""))].filter((letter) => !known.has(letter));
    expect(missing, "run tests/e2e/letters/renew.sh").toEqual([]);
  }
});
