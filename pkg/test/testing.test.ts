// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CardElement, type CardState, type LoadError, loadCardseal, type TokenizeResult } from "../src/index.js";
import {
  createOrderSigner,
  createVaultClient,
  fetchDirectory,
  verifyOrder,
  verifyReceipt,
} from "../src/server/index.js";
import {
  cardFields,
  createTestVault,
  fillCard,
  serveFrames,
  type TestCard,
  type TestVault,
  testCards,
} from "../src/testing/index.js";

let vault: TestVault;
let stop: () => void;

beforeEach(async () => {
  vault = await createTestVault();
  stop = serveFrames(vault);
  document.body.innerHTML = '<main><div id="card"></div></main>';
});
afterEach(() => {
  stop();
  vi.restoreAllMocks();
});

/** What a merchant's component does. */
async function mount(options = {}): Promise<CardElement> {
  const cardseal = await loadCardseal(vault.options);
  const card = cardseal?.card(options) as CardElement;
  card.mount("#card");
  return card;
}

function codeOf(result: TokenizeResult): string {
  return result.ok ? "a token" : result.error.code;
}

describe("card fields in memory", () => {
  it("a card that is typed is sealed, and comes back as a token with a receipt that verifies", async () => {
    const card = await mount();
    const states: CardState[] = [];
    const ready = new Promise((resolve) => card.on("ready", resolve));
    card.on("change", (state) => states.push(state));
    await fillCard(document, testCards.visa);
    expect(await ready).toMatchObject({ empty: true });
    expect(states.at(-1)).toMatchObject({ complete: true, brand: "visa", last4: "4242" });

    const order = await vault.signOrder({ id: "1001" });
    const result = await card.tokenize({ order });
    if (!result.ok) throw new Error(result.error.code);
    const { token, receipt, dualSignature, envelope } = result;
    const { expMonth, expYear } = testCards.visa;
    expect(result).toMatchObject({ brand: "visa", last4: "4242", expMonth, expYear });
    expect(vault.tokens).toMatchObject([{ token, order: "1001", amount: 4200, suite: "HPKE-7", status: "active" }]);
    expect(vault.lastCard).toEqual({ brand: "visa", last4: "4242", expMonth, expYear, name: null });

    const listed = await fetchDirectory({ vault: vault.url, roots: vault.roots });
    if (!listed.ok) throw new Error(listed.error.code);
    const about = { merchant: vault.merchant, order, token, envelope, dualSignature };
    expect(await verifyReceipt(receipt, { keys: listed.directory.receiptKeys, ...about })).toMatchObject({ ok: true });
  });

  it("a hybrid suite is as good, and the name is typed where it is asked for", async () => {
    stop();
    vault = await createTestVault({ suite: "HPKE-8" });
    stop = serveFrames(vault);
    const card = await mount({ cardholder: true });
    await fillCard(document, testCards.amex);
    expect(await card.tokenize({ order: await vault.signOrder() })).toMatchObject({ ok: true, brand: "amex" });
    expect(vault.tokens).toMatchObject([{ suite: "HPKE-8", name: "Alex Example" }]);
  });

  it("the billing address is asked for, and a brand chosen, as in a browser", async () => {
    const card = await mount({ country: true, postalCode: true, preferredBrands: ["cartes_bancaires"] });
    const fields = await cardFields(document);
    await fields.fill({ ...testCards.cobadged, country: "DE", postalCode: "1011" });
    expect(fields.state).toMatchObject({ complete: false, chosenBrand: "cartes_bancaires" });
    expect(codeOf(await card.tokenize({ order: await vault.signOrder() }))).toBe("card_incomplete");
    await fields.fill({ postalCode: "10115" });
    expect(await card.tokenize({ order: await vault.signOrder() })).toMatchObject({
      ok: true,
      brand: "cartes_bancaires",
    });
  });

  it("every test card is of the brands and the length of code that it says", async () => {
    const card = await mount();
    const fields = await cardFields(document);
    for (const [name, test] of Object.entries<TestCard>(testCards)) {
      await fields.fill(test);
      const { brand, brands, last4, codeLength, complete } = fields.state;
      expect({ brand, last4, codeLength, complete }, name).toEqual({
        brand: test.brand,
        last4: test.last4,
        codeLength: test.code.length,
        complete: true,
      });
      expect(brands, name).toEqual(test.brands);
    }
    card.destroy();
  });

  it("nothing of the card is in the page, nor kept by the vault", async () => {
    const card = await mount();
    await fillCard(document, testCards.visa);
    await card.tokenize({ order: await vault.signOrder() });
    expect(document.body.innerHTML).not.toContain("4242");
    expect([...document.body.querySelectorAll("input")]).toEqual([]);
    expect(JSON.stringify([vault, vault.tokens, vault.requests, vault.lastCard])).not.toMatch(/4242 ?4242/);
  });

  it("the element emits what it does in a browser, and nothing bubbles into the page", async () => {
    const events: string[] = [];
    const bubbled = vi.fn();
    for (const type of ["focusin", "input", "keydown"]) document.addEventListener(type, bubbled);
    const card = await mount();
    for (const type of ["ready", "submit"] as const) card.on(type, () => events.push(type));
    for (const type of ["focus", "blur"] as const) card.on(type, ({ field }) => events.push(`${type} ${field}`));
    const fields = await cardFields(document.querySelector("#card") as Element);
    await fields.fill({ number: "4242 4242 4242 4242" });
    await fields.pressEnter();
    // A number that is whole leads on to the expiry date by itself.
    expect(events).toEqual(["ready", "focus number", "blur number", "focus expiry", "blur expiry", "submit"]);
    expect(bubbled).not.toHaveBeenCalled();
  });

  it("a field that is wrong has its problem, and tokenize names the field", async () => {
    const card = await mount();
    const fields = await cardFields();
    await fields.fill({ ...testCards.visa, expiry: "01/20" });
    expect(fields.state.fields.expiry.problem).toBe("expiry_past");
    const events: string[] = [];
    for (const type of ["focus", "blur"] as const) card.on(type, ({ field }) => events.push(`${type} ${field}`));
    const result = await card.tokenize({ order: await vault.signOrder() });
    expect(result).toMatchObject({ ok: false, error: { code: "card_incomplete", field: "expiry" } });
    // The shopper is there, and stays.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(events).toEqual(["focus expiry"]);
  });

  it("clear and update reach the fields, and the total of a signed order is shown", async () => {
    const card = await mount({ showTotal: true });
    const fields = await cardFields();
    await fields.fill(testCards.visa);
    expect(fields.total).toBeNull();
    const order = await vault.signOrder({ amount: 1995, currency: "USD" });
    card.update({ order });
    await vi.waitFor(() =>
      expect(fields.total).toEqual({ payee: "Test shop", amount: 1995, minorUnits: 2, currency: "USD" }),
    );
    expect(codeOf(await card.tokenize({ order: await vault.signOrder() }))).toBe("total_changed");
    expect(fields.total).toMatchObject({ amount: 4200, currency: "EUR" });
    card.clear();
    await vi.waitFor(() => expect(fields.state.empty).toBe(true));
    // Another form takes the place of this one.
    card.update({ cardholder: true });
    await vi.waitFor(() => expect(fields.state.fields.name.complete).toBe(false));
  });

  it("each order that a vault refuses is refused by its code", async () => {
    const card = await mount();
    await fillCard(document, testCards.visa);
    const now = Math.floor(Date.now() / 1000);
    const other = await createTestVault({ url: vault.url });
    for (const [order, code] of [
      [await vault.signOrder({ issued: now - 7200 }), "order_expired"],
      [await vault.signOrder({ issued: now + 600 }), "order_not_yet_valid"],
      [await vault.signOrder({ origins: ["https://elsewhere.example"] }), "origin_not_allowed"],
      [await vault.signOrder({ amount: 0 }), "order_malformed"],
      [await other.signOrder(), "order_key_unknown"],
      [(await vault.signOrder()).replace(/.{8}$/, "AAAAAAAA"), "order_signature_invalid"],
    ] as const) {
      expect(codeOf(await card.tokenize({ order }))).toBe(code);
    }
  });

  it("receipts are a chain, also of cards that are tokenized at once", async () => {
    document.body.innerHTML = '<div id="card"></div><div id="other"></div>';
    const [card, other] = [await mount(), await mount()];
    other.mount("#other");
    for (const parent of document.querySelectorAll("div")) await fillCard(parent, testCards.visa);
    const order = await vault.signOrder();
    await Promise.all([card, other].map((element) => element.tokenize({ order })));
    const listed = await fetchDirectory({ vault: vault.url, roots: vault.roots, fetch: vault.fetch });
    if (!listed.ok) throw new Error(listed.error.code);
    const keys = listed.directory.receiptKeys;
    const read = await Promise.all(vault.tokens.map(({ receipt }) => verifyReceipt(receipt, { keys })));
    const receipts = read.map((result) => (result.ok ? result.receipt : undefined));
    expect(receipts.map((receipt) => receipt?.previous)).toEqual([null, receipts[0]?.hash]);
  });

  it("a key that is revoked is noticed, and the card is sealed to the next", async () => {
    const card = await mount();
    await fillCard(document, testCards.visa);
    await vault.revokeKey();
    expect(codeOf(await card.tokenize({ order: await vault.signOrder() }))).toBe("a token");
    expect(vault.requests.filter(({ path }) => path === "/v1/tokens")).toHaveLength(2);
  });

  it("time that a test has taken in hand does not stand in the way", async () => {
    vi.useFakeTimers({ now: new Date("2031-05-05T12:00:00Z"), toFake: ["setTimeout", "setInterval", "Date"] });
    try {
      vault = await createTestVault();
      stop();
      stop = serveFrames(vault);
      const card = await mount();
      await fillCard(document, testCards.visa);
      expect(await card.tokenize({ order: await vault.signOrder() })).toMatchObject({ ok: true, expYear: 2034 });
    } finally {
      vi.useRealTimers();
    }
  });

  it("an element that is unmounted, or moved elsewhere by mount, begins afresh", async () => {
    const card = await mount();
    await fillCard(document, testCards.visa);
    const first = await cardFields();
    card.mount("#card");
    expect((await cardFields()).state.empty).toBe(true);
    expect(() => first.state).toThrow("not there any more");
    card.unmount();
    await expect(cardFields(document, { timeout: 10 })).rejects.toThrow("There is no card element here");
    // What the frames had beside the page is gone too.
    await vi.waitFor(() => expect(document.documentElement.querySelectorAll("input")).toHaveLength(0));
  });

  it("several elements are told apart by their parents", async () => {
    document.body.innerHTML = '<div id="card"></div><div id="other"></div>';
    const [card, other] = [await mount(), await mount()];
    other.mount("#other");
    await expect(fillCard(document, testCards.visa)).rejects.toThrow("There are 2 card elements");
    await fillCard(document.querySelector("#other iframe") as Element, testCards.jcb);
    expect(codeOf(await card.tokenize({ order: await vault.signOrder() }))).toBe("card_incomplete");
    expect(await other.tokenize({ order: await vault.signOrder() })).toMatchObject({ ok: true, brand: "jcb" });
  });

  it("ends when it is told to: other iframes and other requests were never touched", async () => {
    const fetched = vi.fn(async () => new Response("from elsewhere"));
    stop();
    globalThis.fetch = fetched as never;
    stop = serveFrames(vault);
    expect(await (await fetch("https://shop.example/api")).text()).toBe("from elsewhere");
    expect((await fetch(`${vault.url}/v1/merchants/${vault.merchant}/keys`)).status).toBe(200);
    stop();
    expect(globalThis.fetch).toBe(fetched);
    document.body.innerHTML = '<iframe class="cardseal-frame" srcdoc=""></iframe>';
    await expect(cardFields(document, { timeout: 10 })).rejects.toThrow("call serveFrames(vault) before mount");
  });
});

describe("failures on purpose", () => {
  it.each(["blocked", "csp", "offline", "load_timeout", "version_unsupported", "network"] as const)(
    "the fields do not load: %s, and mount tries again",
    async (code) => {
      vault.failNextLoad(code);
      const card = await mount();
      const error = await new Promise<LoadError>((resolve) => card.on("loaderror", resolve));
      expect(error.code).toBe(code);
      expect(codeOf(await card.tokenize({ order: await vault.signOrder() }))).toBe(code);
      await expect(cardFields(document, { timeout: 10 })).rejects.toThrow(`did not load: ${code}`);
      card.mount("#card");
      await fillCard(document, testCards.visa);
      expect(codeOf(await card.tokenize({ order: await vault.signOrder() }))).toBe("a token");
    },
  );

  it("a merchant or a page that the vault does not know is blocked, as is a root key that is not pinned untrusted", async () => {
    const codes: string[] = [];
    for (const options of [
      { ...vault.options, merchant: "mer_other" },
      { ...vault.options, roots: ["A".repeat(43)] },
    ]) {
      const card = (await loadCardseal(options))?.card() as CardElement;
      card.mount("#card");
      codes.push((await new Promise<LoadError>((resolve) => card.on("loaderror", resolve))).code);
    }
    expect(codes).toEqual(["blocked", "directory_untrusted"]);
  });

  it("a call fails to its end; the next one succeeds", { timeout: 20_000 }, async () => {
    const card = await mount({ timeout: 1000 });
    await fillCard(document, testCards.visa);
    const order = await vault.signOrder();
    const tokenize = async () => codeOf(await card.tokenize({ order }));
    for (const [provoke, code] of [
      [() => vault.failNext("network"), "network"],
      [() => vault.failNext("hang"), "timeout"],
      [() => vault.answerNext({ status: 503 }), "unavailable"],
      [() => vault.answerNext({ status: 409, code: "jti_reused" }), "jti_reused"],
      [() => vault.answerNext(() => new Response("<html>", { status: 200 })), "response_invalid"],
    ] as const) {
      provoke();
      expect(await tokenize()).toBe(code);
      expect(await tokenize()).toBe("a token");
    }
  });

  it("one attempt that fails is made good by the next, and no token is given twice", { timeout: 20_000 }, async () => {
    const card = await mount();
    await fillCard(document, testCards.visa);
    const order = await vault.signOrder();
    for (const failure of ["network", "answer_lost"] as const) {
      vault.failNext(failure, { times: 1 });
      expect(codeOf(await card.tokenize({ order }))).toBe("a token");
    }
    vault.answerNext({ status: 503 }, { times: 1 });
    expect(codeOf(await card.tokenize({ order }))).toBe("a token");
    expect(vault.tokens).toHaveLength(3);
    expect(vault.requests.filter(({ path }) => path === "/v1/tokens")).toHaveLength(6);
  });

  it("a vault whose clock is another's is followed, and an answer that was altered is not believed", async () => {
    const card = await mount();
    await fillCard(document, testCards.visa);
    vault.answerNext({ status: 400, code: "clock_skew", now: Math.floor(Date.now() / 1000) });
    const order = await vault.signOrder();
    expect(codeOf(await card.tokenize({ order }))).toBe("a token");
    vault.answerNext(async (answer) => {
      const body = await (await answer()).json();
      return Response.json({ ...body, receipt: vault.tokens[0]?.receipt }, { status: 201 });
    });
    expect(codeOf(await card.tokenize({ order }))).toBe("receipt_invalid");
    vault.answerNext({ status: 400, code: "key_unknown" });
    vault.failNext("network", { path: "/.well-known/cardseal/keys", times: 1 });
    // The directory is asked for again, and once more where that failed.
    expect(codeOf(await card.tokenize({ order }))).toBe("a token");
  });
});

describe("cardseal/server against it", () => {
  /** A token for an order of this id. */
  async function pay(card: TestCard, id: string) {
    const element = await mount();
    await fillCard(document, card);
    const signer = createOrderSigner({ merchant: vault.merchant, privateKey: vault.orderKey });
    const order = await signer.sign({ id, amount: 1995, currency: "EUR", origins: vault.origins });
    expect(await verifyOrder(order, vault.orderKey)).toMatchObject({ ok: true });
    const result = await element.tokenize({ order });
    element.destroy();
    if (!result.ok) throw new Error(result.error.code);
    return { order, token: result.token };
  }

  const client = () => createVaultClient({ vault: vault.url, apiKey: vault.apiKey, fetch: vault.fetch });

  it("pays each test card as it says", async () => {
    for (const name of ["visa", "insufficientFunds", "expiredCard", "unknown", "silent"] as const) {
      const test: TestCard = testCards[name];
      const paid = await client().pay(await pay(test, name));
      const { payment } = test;
      expect(paid, name).toMatchObject(
        payment.status === "failed" ? { ok: false, error: { code: payment.code } } : { ok: true, ...payment },
      );
    }
    expect(vault.payments.map(({ status, declineCode }) => declineCode ?? status)).toEqual([
      "approved",
      "insufficient_funds",
      "expired_card",
      "not_a_test_card",
    ]);
  });

  it("an order is paid once, a token pays once, and an answer that was lost is given again", async () => {
    const first = await pay(testCards.visa, "1");
    vault.failNext("answer_lost", { times: 1 });
    const paid = await client().pay(first);
    expect(paid).toMatchObject({ ok: true, status: "approved", order: "1", amount: 1995 });
    expect(await client().pay(first)).toEqual(paid);
    expect(vault.payments).toHaveLength(1);
    const again = await pay(testCards.mastercard, "1");
    expect(await client().pay(again)).toMatchObject({ ok: false, error: { code: "order_paid" } });
    const { order } = await pay(testCards.visa, "2");
    expect(await client().pay({ ...first, order })).toMatchObject({ ok: false, error: { code: "token_spent" } });
    expect(await client().pay({ ...again, order })).toMatchObject({ ok: false, error: { code: "order_mismatch" } });
  });

  it("tells of tokens and receipts, and erases a card", async () => {
    const { token, order } = await pay(testCards.visa, "1");
    await pay(testCards.jcb, "2");
    expect(await client().token(token)).toMatchObject({ ok: true, status: "active", order: "1", last4: "4242" });
    const kept = await client().receipts();
    expect(kept).toMatchObject({ ok: true, receipts: [{ seq: 1 }, { seq: 2 }] });
    expect(await client().receipts(2)).toEqual({ ok: true, receipts: [] });
    const listed = await fetchDirectory({ vault: vault.url, roots: vault.roots, fetch: vault.fetch });
    if (!listed.ok || !kept.ok) throw new Error("nothing to verify");
    const { receiptKeys: keys } = listed.directory;
    const [one, two] = await Promise.all(kept.receipts.map(({ receipt }) => verifyReceipt(receipt, { keys })));
    expect(two).toMatchObject({ ok: true, receipt: { previous: one?.ok && one.receipt.hash } });

    expect(await client().deleteToken(token)).toEqual({ ok: true });
    expect(await client().token(token)).toMatchObject({ status: "deleted" });
    expect(await client().pay({ token, order })).toMatchObject({ error: { code: "token_unknown" } });
    const stranger = createVaultClient({ vault: vault.url, apiKey: "sk_other", fetch: vault.fetch });
    expect(await stranger.token(token)).toMatchObject({ error: { code: "api_key_invalid" } });
  });

  it("a payment fails as it is told to", async () => {
    const request = await pay(testCards.visa, "1");
    vault.answerNext({ status: 503 }, { path: "/v1/payments" });
    expect(await client().pay(request)).toMatchObject({ ok: false, error: { code: "unavailable", retryable: true } });
    expect(await client().pay(request)).toMatchObject({ ok: true, status: "approved" });
  });
});
