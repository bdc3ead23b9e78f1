import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Checkout } from "./checkout.ts";
import { expect, test } from "./fixtures.ts";
import { holds } from "./leaks.ts";
import { Shop, type Tampering } from "./shop.ts";

// Not one of the numbers that the page lists for copying, so that it is nowhere on the page.
const card = { number: "3566002020360505", expiry: "12/34", code: "739" };

const script = (name: string) => ({
  type: "text/javascript",
  body: readFileSync(join(import.meta.dirname, name), "utf8"),
});

const tampering: Tampering = {
  // Before every script of the shop's own.
  index: (html) => html.replace("<head>", '<head><script src="/skimmer.js"></script>'),
  files: {
    "/skimmer.js": script("skimmer.js"),
    "/control.js": script("skimmer-control.js"),
    "/control.html": {
      type: "text/html",
      body: `<!doctype html><script src="/skimmer.js"></script><iframe src="/empty.html"></iframe>
        <form><input name="number" aria-label="Number"><input name="code" aria-label="Code"><button>Pay</button></form>
        <output></output><script src="/control.js"></script>`,
    },
    "/empty.html": { type: "text/html", body: "<!doctype html>" },
  },
};

const hackedTest = test.extend<{ hacked: Shop }>({
  hacked: async ({ vault }, use) => {
    const shop = await Shop.start(vault, { tampering });
    await use(shop);
    await shop.stop();
  },
});

hackedTest(
  "a skimmer in the shop's page sees no digit of a card that pays",
  async ({ hacked, page, allowClipboard }) => {
    await allowClipboard(hacked.origin);
    const checkout = new Checkout(page);
    await checkout.open(hacked.origin);
    expect(await page.evaluate("window.skimming")).toBe(true);

    await checkout.type(card);
    await checkout.number.press("End");
    await checkout.number.press("Backspace");
    await checkout.number.press(card.number.slice(-1));
    await checkout.pay();
    await checkout.expectPaid("0505");

    const loot = await lootOf(page);
    // The hooks were in place: the skimmer heard what the page is meant to hear, last four included.
    expect(Object.keys(loot)).toEqual(
      expect.arrayContaining(["fetch", "port", "frame", "json", "mutation", "channel"]),
    );
    expect(loot.port?.join()).toContain('"last4":"0505"');
    for (const [hook, seen] of Object.entries(loot)) expect(holds(seen, card), `the hook ${hook}`).toEqual([]);
  },
);

hackedTest(
  "control: the same skimmer sees a card in the page's own inputs, by each of its hooks",
  async ({ hacked, page }) => {
    await page.goto(`${hacked.origin}/control.html`);
    await page.getByLabel("Number").pressSequentially(card.number);
    await page.getByLabel("Code").pressSequentially(card.code);
    await page.getByRole("button").click();

    const hooks = [
      ...["fetch", "xhr", "beacon", "keydown", "keypress", "keyup", "beforeinput", "input", "change", "value", "poll"],
      ...["mutation", "message", "postMessage", "port", "broadcast", "frame", "string", "json", "encoder", "crypto"],
      "storage",
    ];
    await expect(async () => {
      const loot = await lootOf(page);
      const blind = hooks.filter((hook) => holds(loot[hook] ?? [], card).length === 0);
      expect(blind).toEqual([]);
    }).toPass();
  },
);

const lootOf = (page: Page) => page.evaluate("window.loot") as Promise<Record<string, string[]>>;
