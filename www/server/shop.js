/**
 * The merchant's server: it signs orders and pays them with tokens. Cards never come here; what comes is a token that
 * pays one order, once.
 */
import { randomBytes } from "node:crypto";
import { createOrderSigner, createVaultClient, fetchDirectory, verifyOrder, verifyReceipt } from "cardseal/server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { pages } from "./pages.js";
import { basket } from "./products.js";

/** How long a shopper may look at the signed order before paying it. */
const orderLife = 15 * 60;

/**
 * @param {import("./config.js").ShopConfig} config
 * @returns {Hono} The shop, as a Fetch API handler: `shop.fetch(request)`.
 */
export function createShop({ vault, merchant, roots, apiKey, orderKey, origin }) {
  const signer = createOrderSigner({ merchant, privateKey: orderKey });
  const client = createVaultClient({ vault, apiKey });
  const payOnce = onePaymentPerOrder();
  const receiptKeys = keysOfReceipts({ vault, roots });

  const shop = new Hono();
  shop.use("/api/*", bodyLimit({ maxSize: 32 * 1024 }));

  shop.get("/api/basket", (c) => c.json({ basket: basket(), vault, merchant, roots }));

  // The page asks for an order and has no say in what it costs: the amount is worked out here and signed, so that
  // neither the page nor anything between it and the vault can change it.
  shop.post("/api/order", async (c) => {
    const { items, postage, total, currency } = basket();
    const order = await signer.sign({
      id: `PA-${randomBytes(6).toString("hex")}`,
      amount: total,
      currency,
      origins: [origin],
      expiresIn: orderLife,
      items: [
        ...items.map(({ name, quantity, price }) => ({ name, quantity, amount: price })),
        { name: "Postage", quantity: 1, amount: postage },
      ],
    });
    return c.json({ order }, 201);
  });

  shop.post("/api/pay", async (c) => {
    const received = await payRequest(c.req.raw);
    if (!received) return c.json({ status: "failed", code: "request_malformed", again: false }, 400);
    const { order, token, receipt, dualSignature } = received;

    const answer = await payOnce(order, async () => {
      // The order comes back by way of the page, so it is trusted for its signature only.
      const verified = await verifyOrder(order, orderKey, { merchant });
      if (!verified.ok) return failed(verified.error);
      // What the vault signed for, before it is asked for money: a real shop keeps both with the order, for a dispute.
      const keys = await receiptKeys(receipt);
      if (!keys.ok) return failed(keys.error);
      const signed = await verifyReceipt(receipt, { keys: keys.keys, vault, merchant, order, token, dualSignature });
      if (!signed.ok) return failed(signed.error);
      const paid = await client.pay({ order, token });
      return { ...outcome(paid), seen: { received, answered: paid } };
    });
    return c.json(answer, answer.status !== "failed" ? 200 : answer.again ? 503 : 422);
  });

  shop.route("/", pages(vault));
  return shop;
}

/**
 * Reads `{ order, token, receipt, dualSignature }`. A form on another site cannot send JSON without the browser asking us first, so the content
 * type is also what keeps other sites from posting here in the shopper's name.
 *
 * @param {Request} request
 * @returns {Promise<{ order: string, token: string, receipt: string, dualSignature: string } | undefined>}
 */
async function payRequest(request) {
  const [type] = (request.headers.get("content-type") ?? "").split(";");
  if (type !== "application/json") return undefined;
  const { order, token, receipt, dualSignature } = (await request.json().catch(() => null)) ?? {};
  const received = { token, order, receipt, dualSignature };
  return Object.values(received).every((text) => typeof text === "string") ? received : undefined;
}

/**
 * The keys that verify the vault's receipts. Fetched when there are none, when the directory has expired, and when a
 * receipt is signed by a key that was not in it.
 *
 * @param {{ vault: string, roots: string[] }} trusted
 */
function keysOfReceipts(trusted) {
  /** @type {import("cardseal/server").Directory | undefined} */
  let directory;

  /**
   * @param {string} receipt
   * @returns {Promise<{ ok: true, keys: import("cardseal/server").VerifyingKey[] } | { ok: false, error: import("cardseal/server").Failure }>}
   */
  return async (receipt) => {
    const isKnown = directory?.receiptKeys.some(({ kid }) => kid === signerOf(receipt));
    if (!directory || directory.expires * 1000 <= Date.now() || !isKnown) {
      // An older directory than the last one is refused. A real shop keeps `seen` in its database.
      const fetched = await fetchDirectory({ ...trusted, seen: directory?.seen });
      if (!fetched.ok) return fetched;
      directory = fetched.directory;
    }
    return { ok: true, keys: directory.receiptKeys };
  };
}

/**
 * The `kid` in the header of a JWS, not verified.
 *
 * @param {string} jws
 */
function signerOf(jws) {
  try {
    return JSON.parse(Buffer.from(jws.split(".", 1)[0] ?? "", "base64url").toString()).kid;
  } catch {
    return undefined;
  }
}

/**
 * What the page is told of the vault's answer. The error's message is for the shop's people, so the page gets the code.
 *
 * @param {import("cardseal/server").PayResult} result
 * @returns {import("../src/api.js").PayAnswer}
 */
function outcome(result) {
  if (!result.ok) return failed(result.error);
  if (result.status === "declined") return { status: "declined", reason: result.declineCode };
  const { order, amount, currency, brand, last4, token, authorizationCode, created } = result;
  return {
    status: "paid",
    receipt: { order, amount, currency, brand, last4, token, authorizationCode, paidAt: created },
  };
}

/**
 * @param {import("cardseal/server").Failure} error
 * @returns {import("../src/api.js").PayAnswer}
 */
function failed({ code, retryable }) {
  return { status: "failed", code, again: retryable };
}

/**
 * Makes attempts to pay one order wait for each other, and once it is paid gives everyone who asks the same receipt.
 * The vault refuses to be paid twice for an order too; this spares an impatient shopper the error. A real shop keeps
 * what is paid in its database.
 */
function onePaymentPerOrder() {
  /** @type {Map<string, Promise<import("../src/api.js").PayAnswer>>} */
  const attempts = new Map();

  /**
   * @param {string} order
   * @param {() => Promise<import("../src/api.js").PayAnswer>} pay
   */
  return async (order, pay) => {
    const earlier = attempts.get(order) ?? Promise.resolve(undefined);
    const attempt = earlier.catch(() => undefined).then((answer) => (answer?.status === "paid" ? answer : pay()));
    attempts.set(order, attempt);
    let paid = false;
    try {
      const answer = await attempt;
      paid = answer.status === "paid";
      return answer;
    } finally {
      // Only what is paid has to be remembered, unless somebody waits in line.
      if (!paid && attempts.get(order) === attempt) attempts.delete(order);
    }
  };
}
