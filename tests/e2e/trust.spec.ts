import type { Page } from "@playwright/test";
import type { Tokenized, TokenizeResult } from "cardseal";
import { fetchDirectory, verifyDualSignature, verifyReceipt } from "cardseal/server";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

// From the pinned root key to the receipt: what is signed, by whom, and what happens when a key goes.

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

/** A page that mounts a card element with these options, and says whether it loaded. */
function serve(host: Host, vault: Vault, { roots = [vault.root], options = {} } = {}): void {
  const load = JSON.stringify({ vault: vault.origin, merchant: host.merchant, roots });
  host.serve(
    '<div id="card"></div>',
    `import { loadCardseal } from "/dist/index.js";
     window.events = [];
     window.card = (await loadCardseal(${load})).card(${JSON.stringify(options)});
     for (const type of ["ready", "loaderror"]) card.on(type, (event) => events.push([type, event.code]));
     card.mount("#card");`,
  );
}

const loaded = (page: Page) => expect.poll(() => page.evaluate(() => window.events[0]));

async function tokenize(page: Page, order: string): Promise<TokenizeResult> {
  return page.evaluate((order) => window.card.tokenize({ order }), order);
}

/** Opens the host's page, types a card and has it tokenized. */
async function visit(page: Page, host: Host, id: string): Promise<Tokenized> {
  await page.goto(host.origin);
  await loaded(page).toEqual(["ready", undefined]);
  await new Checkout(page).type(approvedCard);
  const result = await tokenize(page, await host.order(id));
  expect(result).toMatchObject({ ok: true });
  return result as Tokenized;
}

/** What the browser posts to the vault, and what it answers. */
function posts(page: Page): { kid: string; status: number; code: string | undefined }[] {
  const seen: { kid: string; status: number; code: string | undefined }[] = [];
  page.on("response", async (response) => {
    if (!response.url().endsWith("/v1/tokens")) return;
    // Firefox does not tell what was sent.
    const { envelope } = response.request().postDataJSON() ?? {};
    const { kid } = envelope ? JSON.parse(Buffer.from(envelope.split(".")[0], "base64url").toString()) : {};
    seen.push({ kid, status: response.status(), code: (await response.json()).code });
  });
  return seen;
}

test("the frame shows what the signed order asks for, and seals no other total", async ({ vault, host, page }) => {
  const order = await host.order("shown");
  serve(host, vault, { options: { showTotal: true, order } });
  await page.goto(host.origin);
  await loaded(page).toEqual(["ready", undefined]);
  const checkout = new Checkout(page);
  await expect(checkout.frame.locator(".total")).toHaveText("Demo shop €42.00");
  await checkout.type(approvedCard);

  const dearer = await host.order("dearer", 4300);
  expect(await tokenize(page, dearer)).toMatchObject({ ok: false, error: { code: "total_changed" } });
  await expect(checkout.frame.locator(".total")).toHaveText("Demo shop €43.00");
  expect(await tokenize(page, dearer)).toMatchObject({ ok: true });

  await page.evaluate((order) => window.card.update({ order }), await host.order("cheaper", 100));
  await expect(checkout.frame.locator(".total")).toHaveText("Demo shop €1.00");
  await expect(checkout.number).toHaveValue("4242 4242 4242 4242");
});

test("the demo shop's shopper sees merchant and total inside the card form", async ({ shop, checkout }) => {
  await checkout.open(shop.origin);
  await expect(checkout.frame.locator(".total")).toHaveText("Demo shop €59.40");
});

test("keys that no pinned root stands behind are refused", async ({ vault, host, page }) => {
  serve(host, vault, { roots: ["A".repeat(43)] });
  await page.goto(host.origin);
  await loaded(page).toEqual(["loaderror", "directory_untrusted"]);
});

test("a vault that shows an older directory than before is refused", async ({ vault, host, page, context }) => {
  serve(host, vault);
  const address = `${vault.origin}/.well-known/cardseal/keys`;
  const older = await (await fetch(address)).json();
  await vault.command("keys", "rotate");
  await page.goto(host.origin);
  await loaded(page).toEqual(["ready", undefined]);

  await context.route(address, (route) => route.fulfill({ json: older }));
  await page.reload();
  await loaded(page).toEqual(["loaderror", "directory_rolled_back"]);
});

test("rotating the vault's keys while a shopper types loses nothing", async ({ vault, shop, checkout, page }) => {
  const seen = posts(page);
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await vault.command("keys", "rotate");
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(seen).toMatchObject([{ status: 201 }]);
});

test("a revoked key is replaced and the card sealed again, unseen by the shopper", async ({
  vault,
  shop,
  checkout,
  page,
  browserName,
}) => {
  const seen = posts(page);
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  for (const kid of await kidsInUse(vault)) await vault.command("keys", "revoke", kid);
  await checkout.pay();
  await checkout.expectPaid("4242");
  expect(seen).toMatchObject([{ status: 400, code: "key_revoked" }, { status: 201 }]);
  if (browserName === "chromium") expect(seen[1]?.kid).not.toBe(seen[0]?.kid);
});

test("a device signs with the key it has, one for each merchant", async ({ vault, host, page }) => {
  serve(host, vault);
  const { receiptKeys: keys } = await directoryOf(vault);
  const deviceOf = async ({ receipt }: Tokenized) => {
    const verified = await verifyReceipt(receipt, { keys });
    return verified.ok && verified.receipt.device;
  };
  const first = await deviceOf(await visit(page, host, "first"));
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(await deviceOf(await visit(page, host, "second"))).toBe(first);

  const other = await Host.start(vault, { merchant: "mer_other" });
  serve(other, vault);
  expect(await deviceOf(await visit(page, other, "elsewhere"))).not.toBe(first);
  await other.stop();
});

test("a browser that keeps nothing pays with a key for this visit only", async ({ vault, host, page }) => {
  serve(host, vault);
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("storage is switched off", "SecurityError");
    };
    for (const name of ["localStorage", "indexedDB"]) {
      Object.defineProperty(globalThis, name, { configurable: true, get: refuse });
    }
  });
  const { receiptKeys: keys } = await directoryOf(vault);
  const devices = [];
  for (const id of ["first", "second"]) {
    const verified = await verifyReceipt((await visit(page, host, id)).receipt, { keys });
    devices.push(verified.ok && verified.receipt.device);
  }
  expect(devices[0]).toMatch(/^[\w-]{43}$/);
  expect(devices[1]).not.toBe(devices[0]);
});

test("no script can read the device's key, not even one in the frame", async ({ vault, host, page }) => {
  serve(host, vault);
  await visit(page, host, "first");
  const outcomes = await page.frames()[1]?.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = reject;
      });
    const database = await answer(indexedDB.open("cardseal"));
    const [pair] = (await answer(database.transaction("keys").objectStore("keys").getAll())) as CryptoKeyPair[];
    if (!pair) return "no key is kept";
    const read = (format: "jwk" | "pkcs8" | "spki", key: CryptoKey) =>
      crypto.subtle.exportKey(format as "spki", key).then(
        () => "read",
        (error: DOMException) => error.name,
      );
    // The last is the control: a public key is there to be read.
    return Promise.all([read("jwk", pair.privateKey), read("pkcs8", pair.privateKey), read("spki", pair.publicKey)]);
  });
  expect(outcomes).toEqual(["InvalidAccessError", "InvalidAccessError", "read"]);
});

test("an auditor finds both halves of a payment to belong together", async ({ vault, shop, checkout }) => {
  await checkout.open(shop.origin);
  await checkout.type(approvedCard);
  await checkout.pay();
  await checkout.expectPaid("4242");

  // The merchant's half: what its server received with the order. The vault's: what it still has of the token.
  const merchant = JSON.parse(shop.received.find(({ path }) => path === "/api/pay")?.body ?? "");
  const kept = await shop.client.token(merchant.token);
  expect(kept).toMatchObject({ ok: true, receipt: merchant.receipt, dualSignature: merchant.dualSignature });
  expect(await vault.command("audit", "verify")).toContain("ok");

  const { receiptKeys: keys } = await directoryOf(vault);
  const { order, token, receipt, dualSignature } = merchant;
  const verified = await verifyReceipt(receipt, { keys, merchant: "mer_demo", order, token, dualSignature });
  if (!verified.ok) throw new Error(verified.error.message);
  const { card, device } = verified.receipt;
  expect(await verifyDualSignature(dualSignature, { order, card })).toMatchObject({
    ok: true,
    dualSignature: { device },
  });

  const otherOrder = await shop.signer.sign({ id: "other", amount: 100, currency: "EUR", origins: [shop.origin] });
  expect(await verifyDualSignature(dualSignature, { order: otherOrder, card })).toMatchObject({ ok: false });
  expect(await verifyDualSignature(dualSignature, { order, card: "A".repeat(43) })).toMatchObject({ ok: false });
});

async function directoryOf(vault: Vault) {
  const fetched = await fetchDirectory({ vault: vault.origin, roots: [vault.root] });
  if (!fetched.ok) throw new Error(fetched.error.message);
  return fetched.directory;
}

/** The encryption keys that the vault publishes. */
async function kidsInUse(vault: Vault): Promise<string[]> {
  const { directory } = await (await fetch(`${vault.origin}/.well-known/cardseal/keys`)).json();
  const { keys } = JSON.parse(Buffer.from(directory.split(".")[1], "base64url").toString());
  return keys.filter((key: { use: string }) => key.use === "enc").map((key: { kid: string }) => key.kid);
}
