import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test as base, expect, type FrameLocator, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { Site } from "./site.ts";

// The editor on the documentation's page about styling: what is chosen there is what the fields look like, and what the code says.

const test = base.extend<{ editor: Editor }, { site: Site }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
    async ({}, use) => {
      const site = await Site.start();
      await use(site);
      site.stop();
    },
    { scope: "worker" },
  ],
  editor: async ({ page, site }, use) => {
    const editor = new Editor(page, site.origin);
    await editor.open();
    await use(editor);
  },
});

class Editor {
  readonly page: Page;
  readonly fields: FrameLocator;
  readonly #origin: string;

  constructor(page: Page, origin: string) {
    this.page = page;
    this.fields = page.frameLocator(".editor iframe");
    this.#origin = origin;
  }

  async open(fragment = ""): Promise<void> {
    await this.page.goto(`${this.#origin}/styling.html${fragment}`);
    await expect(this.fields.locator("[data-ready]")).toBeVisible();
  }

  input(name: string) {
    return this.page.locator(".editor").getByLabel(name, { exact: true });
  }

  get code() {
    return this.page.locator(".editor-code");
  }

  /** A computed style of the first element in the fields that a selector finds. */
  style(selector: string, property: string): Promise<string> {
    return this.fields
      .locator(selector)
      .first()
      .evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property);
  }
}

test("what is chosen is shown at once, and what is typed stays", async ({ editor }) => {
  const { fields } = editor;
  await fields.locator("#number").pressSequentially("4242");
  await editor.input("Theme").selectOption("night");
  await expect(fields.locator("html")).toHaveAttribute("data-theme", "night");
  await editor.input("Layout").selectOption("stacked");
  await expect(fields.locator(".cells")).toHaveAttribute("data-layout", "stacked");
  await editor.input("colorDanger").fill("#ff00aa");
  await expect.poll(() => editor.style("html", "--colorDanger")).toBe("#ff00aa");
  await editor.input("fieldHeight").fill("80");
  await expect.poll(() => editor.style(".cell", "min-height")).toBe("80px");
  await editor.input("Rules, as JSON").fill('{ "label": { "textTransform": "uppercase" } }');
  await expect.poll(() => editor.style("label", "text-transform")).toBe("uppercase");
  await editor.input("Language").selectOption("ar");
  await expect(fields.locator("html")).toHaveAttribute("dir", "rtl");
  await editor.input("Total").check();
  await expect(fields.locator(".amount")).toContainText("59.40");
  await expect(fields.locator("#number")).toHaveValue("4242");
  await editor.page.locator(".editor").getByRole("button", { name: "reset colorDanger" }).click();
  await expect.poll(() => editor.style("html", "--colorDanger")).toBe("#ff8794");
  await expect(editor.code).toContainText('layout: "stacked"');
  await expect(editor.code).not.toContainText("colorDanger");
});

test("what is no value is named where it was typed, and the rest goes on", async ({ editor }) => {
  const problem = editor.page.locator("#editor-appearance-rules");
  await editor.input("Rules, as JSON").fill('{ "label": { "display": "none" } }');
  await expect(problem).toContainText("appearance.rules.label.display");
  await editor.input("Rules, as JSON").fill('{ "label": ');
  await expect(problem).toContainText("This is no JSON");
  await editor.input("Theme").selectOption("plain");
  await expect(editor.fields.locator("html")).toHaveAttribute("data-theme", "plain");
  await editor.input("Rules, as JSON").fill('{ "label": { "color": "navy" } }');
  await expect(problem).toBeEmpty();
  await expect.poll(() => editor.style("label", "color")).toBe("rgb(0, 0, 128)");
  await editor.input("Layout").selectOption("areas");
  await editor.input("Areas, a row each line").fill("number\nexpiry");
  await expect(editor.page.locator("#editor-layout")).toContainText("layout.areas");
  await editor.input("Fonts, as JSON").fill('[{ "family": "Inter" }]');
  await expect(editor.page.locator("#editor-fonts")).toContainText("fonts");
});

test("it works by keyboard, and axe finds nothing in it, with a problem shown", async ({ editor }) => {
  const { page } = editor;
  await editor.input("Theme").focus();
  await page.keyboard.press("n");
  await expect(editor.fields.locator("html")).toHaveAttribute("data-theme", "night");
  // Layout, language, three boxes, colorPrimary, its reset, seven colours, fontSize.
  for (let step = 0; step < 15; step++) await page.keyboard.press("Tab");
  await expect(editor.input("fontSize")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => editor.style("#number", "font-size")).toBe("17px");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => editor.style("#number", "font-size")).toBe("16px");
  await expect(editor.input("fontSize")).toBeFocused();

  await editor.input("Rules, as JSON").fill("{");
  await expect(page.locator("#editor-appearance-rules")).toContainText("This is no JSON");
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(within: string): Promise<AxeResults> } };
    const { violations, passes } = await axe.run(".editor");
    return { violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), passes: passes.length };
  });
  expect(found.violations).toEqual([]);
  expect(found.passes).toBeGreaterThan(10);
});

test("a link brings the look back, and the code is what the link says", async ({ editor, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.input("Theme").selectOption("night");
  await editor.input("colorPrimary").fill("#00ff88");
  await editor.input("fontFamily").fill("Georgia, serif");
  await editor.page.getByRole("button", { name: "Copy the code" }).click();
  await expect(editor.page.locator(".editor-status")).toHaveText("The code is copied.");
  const code = await editor.code.textContent();
  expect(await editor.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  const { hash } = new URL(editor.page.url());
  expect(hash).toMatch(/^#look=/);
  await editor.page.goto("about:blank");
  await editor.open(hash);
  await expect(editor.code).toHaveText(code ?? "");
  await expect(editor.fields.locator("html")).toHaveAttribute("data-theme", "night");
  expect(await editor.style("html", "--colorPrimary")).toBe("#00ff88");

  // An address may come from anybody.
  await editor.page.goto("about:blank");
  const strange = Buffer.from('{"theme":"<img>","variables":{"x":"y","spacing":7},"rules":[]}').toString("base64url");
  await editor.open(`#look=${strange}`);
  await expect(editor.input("Theme")).toHaveValue("outline");
  await expect(editor.code).not.toContainText("spacing");
});

test("without the fields the code is still written", async ({ page, site }) => {
  await page.route("**/frame/**", (route) => route.abort());
  await page.goto(`${site.origin}/styling.html`);
  await page.locator(".editor").getByLabel("Theme", { exact: true }).selectOption("night");
  await expect(page.locator(".editor-code")).toContainText('theme: "night"');
  await expect(page.locator(".editor .stand")).toContainText("There is no preview", { timeout: 30_000 });
});
