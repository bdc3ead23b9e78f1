import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { Site } from "./site.ts";

// The documentation site, as scripts/docs.sh built it: what a reader sees, in both colour schemes, on a desktop and a phone.

const site = join(import.meta.dirname, "../../www/docs/dist");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const files = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"));

/** One of each kind of page; those that have a part of their own, all. */
const pages = [
  "index",
  "quick-start",
  "react",
  "styling",
  "gallery",
  "security",
  "going-live",
  "moving/stripe",
  "errors",
  "api/cardseal",
];

const test = base.extend<object, { origin: string }>({
  origin: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
    async ({}, use) => {
      const server = await Site.start();
      await use(server.origin);
      server.stop();
    },
    { scope: "worker" },
  ],
});

/** What axe, and the width of the screen, have to object to in a page that is open. */
async function objections(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } };
    return axe.run({
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      // Experimental, and wrong about VitePress's search button: what it sees beside the name are keys that are hidden from
      // readers, who are told of them by aria-keyshortcuts.
      rules: { "label-content-name-mismatch": { enabled: false } },
    });
  });
  const measured = passes.some(({ id }) => id === "color-contrast");
  // The page itself cuts off what is too wide, so that it does not scroll: what sticks out is looked for, but for what scrolls.
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll("main *, .VPContent *")]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1)
      .filter((element) => {
        for (let above = element.parentElement; above; above = above.parentElement) {
          if (/auto|scroll/.test(getComputedStyle(above).overflowX) && above !== document.documentElement) return false;
        }
        return true;
      })
      .map(({ outerHTML }) => `sticks out: ${outerHTML.slice(0, 120)}`),
  );
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target} ${any[0]?.message ?? ""}`),
    ),
    ...(measured ? [] : ["contrast was not measured"]),
    ...wide,
  ];
}

for (const scheme of ["light", "dark"] as const) {
  for (const width of [390, 1280]) {
    test(`there is nothing to object to on any page: ${scheme}, ${width} px`, async ({ browser, origin }) => {
      test.setTimeout(180_000);
      const viewport = { width, height: 900 };
      const context = await browser.newContext({ colorScheme: scheme, viewport, reducedMotion: "reduce" });
      const page = await context.newPage();
      const found: string[] = [];
      page.on("console", (said) => {
        if (["error", "warning"].includes(said.type())) found.push(`${page.url()}: ${said.text()}`);
      });
      page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
      page.on("request", (request) => {
        if (!request.url().startsWith(origin) && !request.url().startsWith("data:"))
          found.push(`asks ${request.url()}`);
      });
      for (const path of pages) {
        await page.goto(`${origin}/${path}.html`, { waitUntil: "networkidle" });
        found.push(...(await objections(page)).map((objection) => `${path}: ${objection}`));
      }
      await context.close();
      expect(found).toEqual([]);
    });
  }
}

test("what is planted in a page is objected to", async ({ page, origin }) => {
  await page.goto(`${origin}/saved-cards.html`);
  await page.evaluate(() => {
    const picture = document.createElement("img");
    Object.assign(picture.style, { width: "3000px", maxWidth: "none" });
    document.querySelector("main")?.append(picture);
  });
  const found = await objections(page);
  expect(found).toContainEqual(expect.stringContaining("image-alt"));
  expect(found).toContainEqual(expect.stringContaining("sticks out: <img"));
});

test("every link within the site leads to a page, and to a heading of it", () => {
  const pagesWithIds = new Map(
    files.map((file) => {
      const html = readFileSync(join(site, file), "utf8");
      const ids = Array.from(html.matchAll(/\sid="([^"]+)"/g), ([, id = ""]) => id);
      return [file, { html, ids: new Set(ids) }];
    }),
  );
  const dead: string[] = [];
  for (const [file, { html }] of pagesWithIds) {
    for (const [, href = ""] of html.matchAll(/<a[^>]*\shref="([^"]+)"/g)) {
      const url = new URL(href, `http://site/${file}`);
      if (url.host !== "site") continue;
      const path = decodeURIComponent(url.pathname).slice(1) || "index.html";
      const target = pagesWithIds.get(path);
      const id = decodeURIComponent(url.hash.slice(1));
      // What is drawn in the browser is not there yet, as the place where a search box will be.
      if (!target) dead.push(`${file}: ${href}`);
      else if (id && id !== "VPContent" && !target.ids.has(id)) dead.push(`${file}: ${href}`);
    }
  }
  expect(files.length).toBeGreaterThan(30);
  expect(dead).toEqual([]);
});

test("every page of docs/ has one on the site", () => {
  const docs = join(import.meta.dirname, "../../docs");
  const missing = readdirSync(docs)
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.replace(".md", ".html"))
    .filter((file) => !existsSync(join(site, file)));
  expect(missing).toEqual([]);
});
