import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { suites } from "cardseal/testing";
import { expectedReport } from "../memory/scenario.js";

// In Node it is measured once more.
test.skip(({ browserName }) => browserName !== "chromium", "a module's memory is the same in every browser");

const names = ["number", "expiry", "code", "country", "postalCode"];

/** How many cards are typed in each suite, each looked for afterwards. */
const ROUNDS = 1000;

// The built module itself, on inputs of a bare page: what it leaves in its own memory is the same in the frame.
for (const alg of suites) {
  test(`no digits of a card stay in the module's memory, ${alg}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.route("https://frame.example/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") {
        const inputs = names.map((id) => `<input id="${id}">`).join("");
        return route.fulfill({ contentType: "text/html", body: `<!doctype html><title>Memory</title>${inputs}` });
      }
      const body = await readFile(new URL(`../..${pathname}`, import.meta.url));
      const contentType = pathname.endsWith(".wasm") ? "application/wasm" : "text/javascript";
      return route.fulfill({ contentType, body });
    });
    await page.goto("https://frame.example/");
    expect(await sealCards(page, { rounds: ROUNDS, suite: alg })).toEqual(expectedReport(ROUNDS));
  });
}

function sealCards(page: Page, setting: { rounds: number; suite: string }) {
  return page.evaluate(
    async ({ names, ...setting }) => {
      // Variables, because these are paths of the page's.
      const [module, scenario] = ["/pkg/wasm/cardseal.js", "/tests/memory/scenario.js"];
      const { default: init, CardForm, fetchModule } = await import(module);
      const { sealCards } = await import(scenario);
      const exports = await init(fetchModule());
      const inputs = Object.fromEntries(names.map((id) => [id, document.getElementById(id)]));
      const insert = (input: HTMLInputElement, data: string) => {
        input.focus();
        // Which Chromium does not fire for an edit by a script.
        input.dispatchEvent(new InputEvent("beforeinput", { data, inputType: "insertText" }));
        document.execCommand("insertText", false, data);
      };
      return sealCards({ CardForm, exports, inputs, insert }, setting);
    },
    { ...setting, names },
  );
}
