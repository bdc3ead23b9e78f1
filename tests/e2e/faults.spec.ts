import type { Frame, Page } from "@playwright/test";
import type { CardElement } from "cardseal";
import { type ErrorCode, errorCodes } from "../../pkg/src/errors.ts";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect, lend } from "./fixtures.ts";
import { Host } from "./host.ts";
import { type Fault, FaultyProxy, faults } from "./proxy.ts";
import { type Entry, Vault } from "./vault.ts";

// Whatever happens between a browser, a shop and their vault, a checkout ends in one token and one payment, or in one
// clear error, after which paying again succeeds.

declare global {
  interface Window {
    cards: CardElement[];
  }
}

/** How many checkouts in all, and which faults befall them. */
const checkouts = Number(process.env.CARDSEAL_CHECKOUTS ?? 120);
const seed = Number(process.env.CARDSEAL_SEED ?? 20_261_125);

/** Card elements that are used at the same time. */
const LANES = 6;
/** The longest that `tokenize` may take, in milliseconds: what the page allows it, and the package's grace. */
const TOKENIZE = 3000;
const GRACE = 2000;
/** What a busy machine may add to any time, in milliseconds. */
const SLACK = 5000;
/** The longest that the shop's server may take to pay, in milliseconds. */
const PAY = 30_000;

const weathers: Record<string, readonly Fault[]> = {
  cuts: ["cut before it arrived", "cut before the answer", "cut amid the answer"],
  repetitions: ["repeated", "repeated at once"],
  delays: ["delayed"],
  "requests that overtake each other": ["overtaken"],
  "flipped bits": ["flipped", "answer flipped"],
  "all of these": faults,
};

/** What a shopper must never be told here: it would be a mistake of the package or of the vault. */
const mistakes: ErrorCode[] = ["internal", "jti_reused", "destroyed", "not_ready", "tokenize_in_progress"];

const test = base.extend<{ wire: FaultyProxy; host: Host }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  wire: async ({}, use) => {
    const wire = await FaultyProxy.start(seed);
    await use(wire);
    await wire.stop();
  },
  vault: async ({ wire }, use, testInfo) => {
    const vault = await Vault.start({ origin: wire.origin });
    wire.lead(vault.address);
    await lend(vault, use, testInfo);
  },
  host: async ({ vault }, use) => {
    const host = await Host.start(vault);
    await use(host);
    await host.stop();
  },
});

// Hundreds of checkouts: what Firefox does by itself, outages.spec.ts and loading.spec.ts show.
test.skip(({ browserName }) => browserName !== "chromium", "the faults are the network's, whatever the browser");

/** What came of a checkout: `paid` or the code of an error, for each attempt. */
interface Outcome {
  id: string;
  results: string[];
  /** How many tokens the page was given. */
  tokens: number;
}

/** What is wrong with how a checkout ended. */
function judge({ id, results, tokens }: Outcome, entry: Entry | undefined): string[] {
  const [first, ...others] = results;
  const wrong: string[] = [];
  const expect = (holds: boolean, what: string) => {
    if (!holds) wrong.push(`${id}: ${what}: ${JSON.stringify({ results, tokens, entry })}`);
  };
  expect(entry?.approved === 1, "not paid exactly once");
  if (first === "paid") expect(entry?.tokens === 1, "not exactly one token");
  else expect((entry?.tokens ?? 0) <= results.length, "more tokens than attempts");
  for (const code of results.filter((result) => result !== "paid")) {
    expect(errorCodes.includes(code as ErrorCode) && !mistakes.includes(code as ErrorCode), "not a clear error");
  }
  if (first !== "paid") {
    // Where an answer was spoiled after the order was paid, paying again says so.
    expect(["paid", "order_paid"].includes(others.at(-1) ?? ""), "paying again without faults did not succeed");
    expect(others.length === 1, "more than one attempt without faults");
  }
  return wrong;
}

/** A page with card elements in it, each used for one checkout after the other. */
class Lanes {
  readonly #page: Page;
  readonly #host: Host;
  readonly #wire: FaultyProxy;
  #frames: Frame[] = [];

  constructor(page: Page, host: Host, wire: FaultyProxy) {
    this.#page = page;
    this.#host = host;
    this.#wire = wire;
  }

  async open(vault: Vault): Promise<void> {
    this.#host.serve(
      Array.from({ length: LANES }, (_, lane) => `<div id="lane-${lane}"></div>`).join(""),
      `import { loadCardseal } from "/dist/index.js";
      const cardseal = await loadCardseal({ vault: "${vault.origin}", merchant: "${this.#host.merchant}", roots: ["${vault.root}"] });
      window.cards = [];
      for (const place of document.querySelectorAll("div")) {
        const card = cardseal.card({ timeout: ${TOKENIZE} });
        card.on("ready", () => place.dataset.ready = "");
        card.mount(place);
        cards.push(card);
      }`,
    );
    await this.#page.goto(this.#host.origin);
    await expect(this.#page.locator("div[data-ready]")).toHaveCount(LANES);
    for (let lane = 0; lane < LANES; lane++) {
      const element = await this.#page.locator(`#lane-${lane} iframe`).elementHandle();
      const frame = await element?.contentFrame();
      if (frame) this.#frames.push(frame);
    }
  }

  /** Fills a form in, as a browser does that knows the card: there is only one focus for several forms to type in. */
  async fill(lane: number): Promise<void> {
    await this.#frames[lane]?.evaluate((card) => {
      for (const [name, text] of Object.entries(card)) {
        const input = document.querySelector<HTMLInputElement>(`#${name}`);
        if (!input) throw new Error(`no input ${name}`);
        input.value = text;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }
    }, approvedCard);
  }

  /** One checkout after the other in each lane, and what came of them. */
  async checkOut(ids: string[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const waiting = [...ids];
    await Promise.all(
      this.#frames.map(async (_, lane) => {
        for (let id = waiting.shift(); id; id = waiting.shift()) outcomes.push(await this.#checkOut(lane, id));
      }),
    );
    return outcomes;
  }

  async #checkOut(lane: number, id: string): Promise<Outcome> {
    const order = await this.#host.order(id);
    const outcome: Outcome = { id, results: [], tokens: 0 };
    await this.fill(lane);
    let token = await this.#attempt(lane, order, outcome);
    if (outcome.results[0] !== "paid") {
      this.#wire.spare(id);
      token = await this.#attempt(lane, order, outcome, token);
    }
    await this.#page.evaluate((lane) => window.cards[lane]?.clear(), lane);
    return outcome;
  }

  /** Pays, with a token of before of which it is not known whether it paid, or with a new one; gives such a token. */
  async #attempt(lane: number, order: string, outcome: Outcome, before?: string): Promise<string | undefined> {
    let token = before;
    if (!token) {
      const started = performance.now();
      const tokenized = await this.#page.evaluate(([lane, order]) => window.cards[lane]?.tokenize({ order }), [
        lane,
        order,
      ] as const);
      expect(performance.now() - started, "tokenize ends in bounded time").toBeLessThan(TOKENIZE + GRACE + SLACK);
      if (!tokenized?.ok) {
        expect(tokenized?.error.message).toMatch(/\S/);
        outcome.results.push(tokenized?.error.code ?? "no answer");
        return undefined;
      }
      token = tokenized.token;
      outcome.tokens += 1;
    }
    const started = performance.now();
    const paid = await this.#host.pay(order, token);
    expect(performance.now() - started, "pay ends in bounded time").toBeLessThan(PAY + SLACK);
    outcome.results.push(paid.ok ? (paid.status === "approved" ? "paid" : paid.declineCode) : paid.error.code);
    return !paid.ok && paid.error.retryable ? token : undefined;
  }
}

for (const [name, kinds] of Object.entries(weathers)) {
  test(`many checkouts through ${name}`, async ({ page, host, wire, vault }, testInfo) => {
    const number = Math.ceil(checkouts / Object.keys(weathers).length);
    test.setTimeout(60_000 + number * 3000);
    const told = `CARDSEAL_SEED=${seed}`;
    const lanes = new Lanes(page, host, wire);
    await lanes.open(vault);
    wire.spoil(kinds, 0.5);
    const ids = Array.from({ length: number }, (_, index) => `${name.replaceAll(" ", "-")}-${index}`);
    const outcomes = await lanes.checkOut(ids);
    const ledger = await vault.ledger();

    const counts = [...wire.injected].map(([fault, count]) => `${count} ${fault}`).join(", ");
    const failed = outcomes.map(({ results }) => results[0]).filter((result) => result !== "paid");
    testInfo.annotations.push({ type: "faults", description: counts });
    console.log(`${name}: ${number} checkouts, ${failed.length} ended in an error first; ${counts}`);
    expect(outcomes, told).toHaveLength(number);
    expect(
      outcomes.flatMap((outcome) => judge(outcome, ledger.get(outcome.id))),
      told,
    ).toEqual([]);
    // The control: each fault did befall requests; of all of them together, chance leaves some out in a short run.
    expect(wire.injected.size, told).toBeGreaterThanOrEqual(Math.min(kinds.length, 6));
  });
}

test("the proxy does what it says, and a second token is not overlooked", async ({ page, host, wire, vault }) => {
  const lanes = new Lanes(page, host, wire);
  await lanes.open(vault);
  const [outcome] = await lanes.checkOut(["calm"]);
  if (!outcome) throw new Error("no outcome");
  const { tokens } = outcome;
  expect(judge(outcome, (await vault.ledger()).get("calm"))).toEqual([]);
  expect([outcome.results, tokens, wire.injected.size]).toEqual([["paid"], 1, 0]);

  // Another token for the same order, as if a retry had made one.
  const order = await host.order("twice");
  await lanes.fill(0);
  const tokenize = () => page.evaluate((order) => window.cards[0]?.tokenize({ order }), order);
  const [first, second] = [await tokenize(), await tokenize()];
  if (!first?.ok || !second?.ok) throw new Error("no token");
  expect(await host.pay(order, first.token)).toMatchObject({ status: "approved" });
  const twice = judge({ id: "twice", results: ["paid"], tokens: 1 }, (await vault.ledger()).get("twice"));
  expect(twice.join()).toContain("not exactly one token");
  const unpaid = judge({ id: "unpaid", results: ["paid"], tokens: 1 }, { tokens: 1, approved: 2 });
  expect(unpaid.join()).toContain("not paid exactly once");
  const vague = judge({ id: "vague", results: ["internal", "network"], tokens: 0 }, { tokens: 1, approved: 1 });
  expect(vague.join()).toContain("not a clear error");
  expect(vague.join()).toContain("did not succeed");

  // Each fault by itself, as a client without retries sees it.
  const ask = async (kind: Fault) => {
    wire.spoil([kind], 1);
    const before = { ...wire.traffic };
    const asked = fetch(`${wire.origin}/v1/payments`, { method: "POST", body: JSON.stringify({ order: "", kind }) });
    const answer = await asked.then((answer) => answer.text()).catch(() => "cut");
    return [answer, wire.traffic.forwarded - before.forwarded];
  };
  wire.spoil([], 0);
  const whole = await fetch(`${wire.origin}/v1/payments`, { method: "POST", body: "{}" }).then((a) => a.text());
  expect(await ask("cut before it arrived")).toEqual(["cut", 0]);
  expect(await ask("cut before the answer")).toEqual(["cut", 1]);
  expect(await ask("cut amid the answer")).toEqual(["cut", 1]);
  expect(await ask("repeated")).toEqual([whole, 2]);
  expect(await ask("repeated at once")).toEqual([whole, 2]);
  expect(await ask("delayed")).toEqual([whole, 1]);
  const [altered] = await ask("answer flipped");
  expect(altered).not.toBe(whole);
  expect(altered).toHaveLength(whole.length);

  // The first of two is answered after the second.
  const answered: string[] = [];
  wire.spoil(["overtaken"], 1);
  const held = fetch(`${wire.origin}/.well-known/cardseal/keys`).then(() => answered.push("first"));
  await expect.poll(() => wire.traffic.received).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  wire.spoil([], 0);
  await fetch(`${wire.origin}/healthz`).then(() => answered.push("second"));
  await held;
  expect(answered).toEqual(["second", "first"]);
  expect(wire.injected.get("overtaken")).toBe(1);
});

for (const name of ["cuts", "delays", "all of these"]) {
  const kinds = weathers[name] ?? [];
  test(`the whole shop through ${name}`, async ({ page, shop, wire, vault }) => {
    const told = `CARDSEAL_SEED=${seed}`;
    const checkout = new Checkout(page);
    wire.spoil(kinds, 0.3);
    await page.goto(shop.origin);
    const ready = page.locator("#pay", { hasText: "€59.40" });
    await expect(ready.or(checkout.problem).filter({ visible: true }), told).toBeVisible({ timeout: 20_000 });
    if (await checkout.problem.isVisible()) {
      expect(await checkout.problem.textContent(), told).toMatch(/\w+/);
      wire.spoil([], 0);
      await checkout.problem.getByRole("button", { name: "Try again" }).click();
    }
    await checkout.ready();
    wire.spoil(kinds, 0.5);
    await checkout.type(approvedCard);
    await checkout.pay();
    await expect(checkout.receipt.or(checkout.problem).filter({ visible: true }), told).toBeVisible({
      timeout: 40_000,
    });
    if (await checkout.problem.isVisible()) {
      expect(await checkout.problem.textContent(), told).toMatch(/\w+/);
      wire.spoil([], 0);
      await checkout.pay();
      const paid = checkout.receipt.getByRole("heading", { name: "Paid, thank you" });
      await expect(paid.or(checkout.problem.getByText("has been paid already")), told).toBeVisible({ timeout: 20_000 });
    }
    const approved = [...(await vault.ledger()).values()].map((entry) => entry.approved);
    expect(
      approved.reduce((sum, count) => sum + count, 0),
      told,
    ).toBe(1);
  });
}
