import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "@playwright/test";
import type { TokenizeResult } from "cardseal";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

// The promise of docs/compatibility.md: a newer frame and vault serve the packages that were released before, and a package
// that is too new for its vault is told so.

declare global {
  interface Window {
    /** What the page sent to the frame, and what it received, as it went over the port. */
    sent: Record<string, unknown>[];
    received: { type: string }[];
    /** The events that the page's own code was told of. */
    emitted: string[];
  }
}

const root = join(import.meta.dirname, "../..");
const folder = join(root, "tests/compatibility");
const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();

/** The versions that were recorded, each in a folder: see record.mjs. */
const recorded = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

/** A page's script that mounts a card, and writes down what page and frame say to each other and what is told of it. */
const script = (vault: Vault, merchant: string, source: string, options: object) => `
  import { loadCardseal } from "${source}";
  Object.assign(window, { sent: [], received: [], emitted: [] });
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (message) {
    sent.push(message);
    postMessage.call(this, message);
  };
  Object.defineProperty(MessagePort.prototype, "onmessage", {
    set(listener) {
      this.addEventListener("message", (event) => {
        received.push(event.data);
        listener(event);
      });
      this.start();
    },
  });
  const { get } = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow");
  Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
    get() {
      const window = get.call(this);
      return {
        postMessage: (message, ...rest) => {
          sent.push(message);
          window.postMessage(message, ...rest);
        },
      };
    },
  });
  const cardseal = await loadCardseal({ vault: "${vault.origin}", merchant: "${merchant}", roots: ["${vault.root}"] });
  window.card = cardseal.card(${JSON.stringify(options)});
  for (const type of ["ready", "change", "focus", "blur", "submit", "progress"]) card.on(type, () => emitted.push(type));
  card.on("optionserror", ({ member }) => emitted.push("optionserror " + member));
  card.on("loaderror", ({ cause, code }) => emitted.push(\`loaderror \${cause} \${code}\`));
  card.mount("#card");
`;

const emitted = (page: Page) => page.evaluate(() => window.emitted);

/** What the page sent, without what is another each time. */
async function sent(page: Page, root: string): Promise<unknown> {
  const text = JSON.stringify(await page.evaluate(() => window.sent));
  return JSON.parse(text.replaceAll(/"eyJ[\w.-]+"/g, '"<order>"').replaceAll(root, "<root>"));
}

for (const version of recorded) {
  test(`package ${version} is served by the frame and the vault of today, and pays`, async ({ vault, host, page }) => {
    const server = await import(pathToFileURL(join(folder, version, "server.js")).href);
    const { publicKey, privateKey } = await server.generateOrderKey();
    const merchant = "mer_released";
    const apiKey = await vault.addMerchant(merchant, host.origin, publicKey);
    const signer = server.createOrderSigner({ merchant, privateKey });
    const order = await signer.sign({ id: "released", amount: 4200, currency: "EUR", origins: [host.origin] });

    await page.route(`${host.origin}/released.js`, (route) =>
      route.fulfill({ path: join(folder, version, "page.js"), contentType: "text/javascript" }),
    );
    const options = {
      cardholder: true,
      country: true,
      postalCode: true,
      defaultCountry: "DE",
      preferredBrands: ["cartes_bancaires"],
      labels: { number: "Card" },
      placeholders: { code: "CVC" },
      showTotal: true,
      order,
      timeout: 15_000,
      locale: "en",
      appearance: { theme: "plain", variables: { colorPrimary: "#08f" }, rules: { field: { borderRadius: "4px" } } },
      layout: { areas: ["number number", "expiry code", "name name", "country postalCode"] },
    };
    host.serve('<div id="card"></div>', script(vault, merchant, "/released.js", options));
    await page.goto(host.origin);
    await expect.poll(() => emitted(page)).toEqual(["ready"]);

    const checkout = new Checkout(page);
    await page.evaluate(() => window.card.focus());
    await checkout.type(approvedCard);
    await page.evaluate(() => window.card.clear());
    await expect(checkout.number).toHaveValue("");
    await checkout.type(approvedCard);
    // Key by key, as a shopper: over WebDriver BiDi, `fill` looks for the frame by its `contentWindow`, and what the script
    // above has put there is none.
    await checkout.frame.locator('[autocomplete~="cc-name"]').pressSequentially("Ada Lovelace");
    await checkout.frame.locator('[autocomplete~="postal-code"]').pressSequentially("10115");
    await page.evaluate(() => window.card.focus("code"));
    await checkout.code.press("Enter");
    await page.evaluate((order) => {
      window.card.update({ locale: "de", order });
      window.card.update({ appearance: { theme: "no such theme" as "plain" } });
    }, order);
    await expect.poll(() => emitted(page)).toContain("optionserror appearance.theme");
    await expect(page.locator("iframe")).toHaveAttribute("title", "Kartendaten");
    const result: TokenizeResult = await page.evaluate((order) => window.card.tokenize({ order }), order);
    expect(result).toMatchObject({ ok: true, last4: "4242", brand: "visa" });
    if (!result.ok) return;

    // Whatever the frame said, the released package understood.
    const received = await page.evaluate(() => window.received.map(({ type }) => type));
    const silent = ["hello", "resize", "title", "result"];
    const types = (await emitted(page)).map((line) => line.split(" ", 1)[0]);
    expect(types).toEqual(received.filter((type) => !silent.includes(type)));
    const spoken = [...silent, "ready", "change", "focus", "blur", "submit", "progress", "optionserror"];
    expect(new Set(received)).toEqual(new Set(spoken));

    // And its server the vault.
    const { token, receipt, dualSignature } = result;
    const listed = await server.fetchDirectory({ vault: vault.origin, roots: [vault.root] });
    const about = { keys: listed.directory.receiptKeys, vault: vault.origin, merchant, order, token, dualSignature };
    expect(await server.verifyReceipt(receipt, about)).toMatchObject({ ok: true });
    const client = server.createVaultClient({ vault: vault.origin, apiKey });
    expect(await client.token(token)).toMatchObject({ ok: true, last4: "4242" });
    expect(await client.pay({ token, order })).toMatchObject({ ok: true, status: "approved" });
    expect(await client.receipts()).toMatchObject({ ok: true, receipts: [{ receipt }] });
    const other = await signer.sign({ id: "other", amount: 1, currency: "EUR", origins: [host.origin] });
    const unpaid = await page.evaluate(async (other) => {
      window.card.update({ showTotal: false });
      return window.card.tokenize({ order: other });
    }, other);
    expect(await client.deleteToken(unpaid.ok && unpaid.token)).toMatchObject({ ok: true });

    // What it says is on record too, for tests that have no browser.
    const messages = join(folder, version, "messages.json");
    const said = await sent(page, vault.root);
    if (process.env.CARDSEAL_RECORD) writeFileSync(messages, `${JSON.stringify(said, null, 2)}\n`);
    expect(said).toEqual(JSON.parse(readFileSync(messages, "utf8")));
  });
}

test("what is released, and what is about to be, is recorded, and what is released has not changed since", () => {
  const { version } = JSON.parse(readFileSync(join(root, "pkg/package.json"), "utf8"));
  const released = git("tag", "--list", "v*.*.*").split("\n").filter(Boolean);
  // Before the first release there is no tag, and this version alone is looked for.
  expect(recorded).toEqual(expect.arrayContaining([version, ...released.map((tag) => tag.slice(1))]));
  for (const tag of released) {
    expect(git("diff", "--stat", tag, "--", `tests/compatibility/${tag.slice(1)}`)).toBe("");
  }
});

test.describe("a package that is newer than its vault", () => {
  /** The package of today, as a later version that has one more option. */
  async function serveNewer(page: Page, host: Host, vault: Vault, options: object): Promise<void> {
    const changed: string[] = [];
    await page.route(`${host.origin}/dist/**/*.js`, async (route) => {
      const response = await route.fetch();
      const body = (await response.text())
        .replace(/VERSION = "[^"]+"/, () => `VERSION = "${changed.push("version") && "0.10.0"}"`)
        .replace(/cardholder: .*optional\(/, (text) => `sparkle: (value) => value, ${changed.push("option") && text}`);
      await route.fulfill({ response, body });
    });
    host.serve('<div id="card"></div>', script(vault, host.merchant, "/dist/index.js", options));
    await page.goto(host.origin);
    await expect.poll(() => changed.toSorted()).toEqual(["option", "version"]);
  }

  test("works where it asks for nothing new", async ({ vault, host, page }) => {
    await serveNewer(page, host, vault, { cardholder: true });
    await expect.poll(() => emitted(page)).toEqual(["ready"]);
    const newer = await page.evaluate(() => window.sent[0]?.version);
    expect(newer).toBe("0.10.0");

    // An option of later that comes later changes nothing, and is named.
    await page.evaluate(() => window.card.update({ sparkle: "much" } as never));
    await expect.poll(() => emitted(page)).toEqual(["ready", "optionserror options"]);
    await page.evaluate(() => window.card.update({ sparkle: undefined, locale: "de" } as never));
    await expect(page.locator("iframe")).toHaveAttribute("title", "Kartendaten");
  });

  test("is told at once that the vault is too old for what it asks", async ({ vault, host, page }) => {
    await serveNewer(page, host, vault, { sparkle: "much" });
    await expect.poll(() => emitted(page)).toEqual(["loaderror version version_unsupported"]);
    await expect(page.locator("iframe")).toHaveCount(0);
  });
});
