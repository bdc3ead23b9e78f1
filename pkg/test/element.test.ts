import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CardElement } from "../src/element.js";
import {
  type CardEvents,
  type CardOptions,
  CardsealError,
  type ErrorCode,
  type LoadCause,
  type LoadError,
  type LoadOptions,
  loadCardseal,
} from "../src/index.js";
import type { TokenizeResult } from "../src/types.js";
import { VERSION } from "../src/version.js";
import { delivered, FakePage, ROOTS, state, VAULT } from "./page.js";

const order = "aGVhZA.Ym9keQ.c2ln";
const tokenized: TokenizeResult = {
  ok: true,
  token: "tok_1",
  brand: "visa",
  last4: "4242",
  expMonth: 12,
  expYear: 2030,
  expires: 1_900_000_000,
  envelope: "a.b..c.",
  dualSignature: "a.b.c",
  receipt: "a.b.c",
};

let page: FakePage;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  page = new FakePage();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function makeCard(options?: CardOptions, load: Partial<LoadOptions> = {}): Promise<CardElement> {
  const cardseal = await loadCardseal({ vault: VAULT, merchant: "mer_demo", roots: ROOTS, ...load });
  if (!cardseal) throw new Error("there is a window");
  return cardseal.card(options);
}

/** What a card has emitted, in order. */
function record(card: CardElement): [keyof CardEvents, unknown][] {
  const events: [keyof CardEvents, unknown][] = [];
  for (const type of ["ready", "change", "focus", "blur", "submit", "progress", "loaderror"] as const) {
    card.on(type, (event) => events.push([type, event]));
  }
  return events;
}

/** Of each event its type, cause and code. */
const cause = (events: [string, unknown][]) =>
  events.map(([type, event]) => {
    const { cause, code } = event as Partial<LoadError>;
    return [type, cause, code];
  });

/** What a promise has settled to, or `"pending"`. */
async function settled<T>(promise: Promise<T>): Promise<T | "pending"> {
  await delivered();
  return Promise.race([promise, Promise.resolve("pending" as const)]);
}

const failed = (code: string) =>
  expect.objectContaining({ ok: false, error: expect.objectContaining({ code, retryable: false }) });

describe("loadCardseal", () => {
  it("gives the same object for the same vault and merchant only", async () => {
    const options = { vault: "https://memo.example", merchant: "mer_demo", roots: ROOTS };
    const first = await loadCardseal(options);
    expect(await loadCardseal({ ...options, vault: "https://MEMO.example/" })).toBe(first);
    expect(await loadCardseal({ ...options, merchant: "mer_other" })).not.toBe(first);
    expect(await loadCardseal({ ...options, vault: "https://memo2.example" })).not.toBe(first);
  });

  it.each([
    { vault: "vault.example" },
    { vault: "http://vault.example" },
    { vault: "https://vault.example/frame" },
    { vault: "https://vault.example?" },
    { vault: "https://user@vault.example" },
    { vault: "javascript:alert(1)" },
    { vault: "null" },
    { vault: "*" },
    { vault: undefined },
    { vault: "http://localhost.evil.example" },
    { merchant: "" },
    { merchant: "a&b=c" },
    { merchant: "x".repeat(65) },
    { merchant: undefined },
    { roots: undefined },
    { roots: [] },
    { roots: "A".repeat(43) },
    { roots: ["A".repeat(42)] },
    { roots: [`${"A".repeat(42)}=`] },
    { roots: Array(9).fill("A".repeat(43)) },
    { timeout: 0 },
    { timeout: Number.POSITIVE_INFINITY },
  ])("rejects %o with options_invalid, every time", async (wrong) => {
    for (let time = 0; time < 2; time++) {
      const error = await loadCardseal({ vault: VAULT, merchant: "mer_demo", roots: ROOTS, ...wrong } as never).catch(
        (error) => error,
      );
      expect(error).toBeInstanceOf(CardsealError);
      expect(error.code).toBe("options_invalid");
    }
    expect(await loadCardseal({ vault: VAULT, merchant: "mer_demo", roots: ROOTS })).not.toBeNull();
  });

  it("rejects without options, and a vault on the page's own origin", async () => {
    await expect(loadCardseal(undefined as never)).rejects.toMatchObject({ code: "options_invalid" });
    await expect(loadCardseal({ vault: "https://shop.example", merchant: "m", roots: ROOTS })).rejects.toMatchObject({
      code: "options_invalid",
    });
  });

  it.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])("takes %s", async (vault) => {
    expect(await loadCardseal({ vault, merchant: "mer_demo", roots: ROOTS })).not.toBeNull();
  });

  it("resolves to null where there is no window", async () => {
    vi.unstubAllGlobals();
    expect(await loadCardseal({ vault: VAULT, merchant: "mer_demo", roots: ROOTS })).toBeNull();
  });
});

describe("mounting", () => {
  it("makes one iframe on the vault's origin, without style", async () => {
    (await makeCard()).mount("#card");
    expect(page.iframes).toHaveLength(1);
    expect(page.iframe).toMatchObject({
      src: "https://vault.example/frame/?merchant=mer_demo",
      title: "Card details",
      className: "cardseal-frame",
      allow: "",
      referrerPolicy: "no-referrer",
      width: "100%",
      height: "164",
      frameBorder: "0",
      align: "top",
      scrolling: "no",
      style: { display: "" },
    });
  });

  it.each([
    [{}, 320, 164],
    [{ showTotal: true }, 320, 205],
    [{ cardholder: true, layout: "stacked" }, 320, 284],
    [{ layout: "line" }, 479, 164],
    [{ layout: "line" }, 480, 104],
    [{ layout: { areas: ["number number number", "code . expiry", "code . expiry"] } }, 320, 224],
    [{ showTotal: true, appearance: { theme: "outline" } }, 320, 233],
    [{ appearance: { theme: "outline", variables: { spacing: "8px", fieldHeight: "72px" } } }, 320, 196],
    [{ appearance: { theme: "plain", variables: { spacing: "8px" } } }, 320, 164],
  ] as const)(
    "gives the iframe of %o at a width of %i the height %i that it will need",
    async (options, width, height) => {
      page.iframeWidth = width;
      (await makeCard(options as CardOptions)).mount("#card");
      expect(page.iframe.height).toBe(String(height));
    },
  );

  it("names the origins of web fonts in the frame's address", async () => {
    const font = (src: string) => ({ family: "Inter", src });
    const fonts = [font("https://fonts.example/a.woff2"), font("https://x.example:8443/")];
    (await makeCard({ fonts })).mount("#card");
    expect(page.iframe.src).toBe(
      "https://vault.example/frame/?merchant=mer_demo&fonts=https://fonts.example,https://x.example:8443",
    );
  });

  it("passes the look on as it is, and says what the frame refused of it", async () => {
    const look: CardOptions = { appearance: { theme: "night" }, fonts: [], layout: { areas: ["number expiry code"] } };
    const card = await makeCard(look);
    const refused: unknown[] = [];
    card.on("optionserror", (error) => refused.push(error));
    card.mount("#card");
    const peer = await page.ready();
    expect(peer.connect.options).toEqual(look);
    peer.send({ type: "optionserror", member: "appearance.theme" });
    await delivered();
    expect(refused).toEqual([{ cause: "options_invalid", member: "appearance.theme" }]);
  });

  it.each([
    { appearance: () => 1 },
    { appearance: null },
    { appearance: { variables: { fieldHeight: 48 } } },
    { appearance: { variables: { colorText: undefined } } },
    { appearance: { rules: { "field, body": {} } } },
    { appearance: JSON.parse('{ "__proto__": {} }') },
    { appearance: { rules: { field: { color: "x".repeat(2049) } } } },
    { fonts: "Inter" },
    { fonts: Array(9).fill({ family: "Inter", src: "https://fonts.example/a.woff2" }) },
    { layout: Symbol() },
  ])("throws for a look that is no plain data", async (options) => {
    await expect(makeCard(options as never)).rejects.toMatchObject({ code: "options_invalid" });
  });

  it("hands one port to the vault's exact origin, and nothing before the document has loaded", async () => {
    const card = await makeCard({ cardholder: true, labels: { number: "Kartennummer" } });
    const events = record(card);
    card.mount(page.place as never);
    expect(page.iframe.posted).toEqual([]);
    const peer = await page.ready();
    expect(page.iframe.posted.map(({ target }) => target)).toEqual([VAULT]);
    expect(page.iframe.posted[0]?.ports).toHaveLength(1);
    expect(peer.connect).toEqual({
      cardseal: 1,
      type: "connect",
      roots: ROOTS,
      version: VERSION,
      options: { cardholder: true, labels: { number: "Kartennummer" } },
    });
    expect(events).toEqual([["ready", state]]);
  });

  it.each(["#nowhere", "][", null, undefined, {}, { nodeType: 3 }])(
    "throws options_invalid for the target %o",
    async (target) => {
      const card = await makeCard();
      expect(() => card.mount(target as never)).toThrow(expect.objectContaining({ code: "options_invalid" }));
      expect(page.iframes).toEqual([]);
    },
  );

  it.each([{ cardholders: true }, { timeout: 0 }, { labels: { cvc: "x" } }, { labels: { number: 7 } }, null])(
    "throws options_invalid for the options %o",
    async (options) => {
      const cardseal = await loadCardseal({ vault: VAULT, merchant: "mer_demo", roots: ROOTS });
      expect(() => cardseal?.card(options as never)).toThrow(expect.objectContaining({ code: "options_invalid" }));
    },
  );

  it("takes over the frame's name for itself, in the shopper's language", async () => {
    const card = await makeCard({ locale: "de-AT" });
    card.mount("#card");
    const peer = await page.ready();
    expect(peer.connect.options).toEqual({ locale: "de-AT" });
    peer.send({ type: "title", title: "Kartendaten" });
    await delivered();
    expect(page.iframe.title).toBe("Kartendaten");
  });

  it("follows the frame's height and tells the page what it may know", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    const peer = await page.ready();
    peer.send({ type: "resize", height: 212 });
    peer.send({ type: "focus", field: "number" });
    peer.send({ type: "change", state: { ...state, empty: false } });
    peer.send({ type: "blur", field: "number" });
    peer.send({ type: "submit" });
    await delivered();
    expect(page.iframe.height).toBe("212");
    expect(events.slice(1)).toEqual([
      ["focus", { field: "number" }],
      ["change", { ...state, empty: false }],
      ["blur", { field: "number" }],
      ["submit", undefined],
    ]);
  });

  it("drops what is not a message", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    const peer = await page.ready();
    for (const hostile of [
      null,
      "ready",
      { v: 2, type: "submit" },
      { v: 1, type: "submit", x: 1 },
      { v: 1, type: "change" },
    ]) {
      peer.port.postMessage(hostile);
    }
    await delivered();
    expect(events).toHaveLength(1);
  });

  it("starts afresh when it is mounted again", async () => {
    const card = await makeCard();
    card.mount("#card");
    const old = await page.ready();
    const events = record(card);
    card.mount("#card");
    old.send({ type: "submit" });
    await delivered();
    expect(events).toEqual([]);
    await page.ready();
    expect(events).toEqual([["ready", state]]);
  });

  it("shows one frame, and removes the one before once the next is ready", async () => {
    const card = await makeCard();
    card.mount("#card");
    await page.ready();
    card.mount("#card");
    expect(page.iframes.map(({ isConnected }) => isConnected)).toEqual([true, true]);
    expect(page.iframes.map(({ isShown }) => isShown)).toEqual([false, true]);
    expect(page.iframes.map(({ className }) => className)).toEqual(["", "cardseal-frame"]);
    await page.ready();
    expect(page.iframes.map(({ isConnected }) => isConnected)).toEqual([false, true]);
  });

  it.each<[string, (card: CardElement) => void]>([
    ["does not load", () => vi.advanceTimersByTime(60_000)],
    ["is taken out again", (card) => card.unmount()],
    ["is one before the next again", (card) => card.mount("#card")],
  ])("removes the frame before one that %s", async (_, end) => {
    const card = await makeCard();
    card.mount("#card");
    await page.ready();
    card.mount("#card");
    end(card);
    expect(page.iframes.slice(0, 2).map(({ isConnected }) => isConnected)).toEqual([false, false]);
  });

  it("removes at once a frame that was not ready", async () => {
    const card = await makeCard();
    card.mount("#card");
    card.mount("#card");
    expect(page.iframes.map(({ isConnected }) => isConnected)).toEqual([false, true]);
  });
});

describe("on", () => {
  it("gives the function that stops listening", async () => {
    const card = await makeCard();
    const heard: string[] = [];
    const stop = card.on("submit", () => heard.push("first"));
    card.on("submit", () => heard.push("second"));
    card.mount("#card");
    const peer = await page.ready();
    peer.send({ type: "submit" });
    await delivered();
    stop();
    stop();
    peer.send({ type: "submit" });
    await delivered();
    expect(heard).toEqual(["first", "second", "second"]);
  });

  it("throws options_invalid for an event that does not exist", async () => {
    const card = await makeCard();
    expect(() => card.on("chnage" as never, () => {})).toThrow(expect.objectContaining({ code: "options_invalid" }));
    expect(() => card.on("change", undefined as never)).toThrow(expect.objectContaining({ code: "options_invalid" }));
  });

  it("reports a listener that throws and goes on to the next", async () => {
    const card = await makeCard();
    const uncaught: unknown[] = [];
    vi.stubGlobal("queueMicrotask", (task: () => void) => {
      try {
        task();
      } catch (error) {
        uncaught.push(error);
      }
    });
    const heard: unknown[] = [];
    card.on("ready", () => {
      throw new Error("the shop's own mistake");
    });
    card.on("ready", (event) => heard.push(event));
    card.mount("#card");
    await page.ready();
    expect(heard).toEqual([state]);
    expect(uncaught).toEqual([new Error("the shop's own mistake")]);
  });
});

describe("loaderror", () => {
  it("is blocked when the document that loads is not the vault's frame, three times", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    for (let time = 1; time <= 3; time++) {
      expect(page.iframes).toHaveLength(time);
      page.iframe.origin = "https://attacker.example";
      expect(page.iframe.load()).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1999);
      expect(page.iframe.isConnected).toBe(true);
      // The pause before the next: 300 and 600 ms, at most half as much again.
      await vi.advanceTimersByTimeAsync(time < 3 ? 1 + 450 * time : 1);
    }
    expect(cause(events)).toEqual([["loaderror", "blocked", "blocked"]]);
    expect(page.iframe.isConnected).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toHaveLength(1);
    expect(page.iframes).toHaveLength(3);
  });

  it("does not come when the vault's frame comes at the second or third try, in the place of the first", async () => {
    for (const missed of [1, 2]) {
      const card = await makeCard();
      const events = record(card);
      const before = page.iframes.length;
      card.mount("#card");
      const result = card.tokenize({ order });
      for (let time = 1; time <= missed; time++) {
        page.iframe.origin = "null";
        page.iframe.load();
        await vi.advanceTimersByTimeAsync(2000 + 450 * time);
      }
      const peer = await page.ready();
      expect(events).toEqual([["ready", state]]);
      expect(page.iframes.slice(before).map(({ isConnected }) => isConnected)).toEqual([
        ...Array(missed).fill(false),
        true,
      ]);
      // What was asked of it meanwhile has been kept.
      expect(await peer.got("tokenize")).toHaveLength(1);
      peer.send({ type: "result", id: 1, result: tokenized });
      expect(await result).toEqual(tokenized);
      expect(vi.getTimerCount()).toBe(0);
      card.destroy();
    }
  });

  it("pauses differ, so that shoppers do not all come back at once", async () => {
    const random = vi.spyOn(Math, "random");
    for (const [value, pause] of [
      [0, 150],
      [1, 450],
    ] as const) {
      random.mockReturnValue(value);
      const card = await makeCard();
      card.mount("#card");
      const count = page.iframes.length;
      page.iframe.origin = "null";
      page.iframe.load();
      await vi.advanceTimersByTimeAsync(2000 + pause - 1);
      expect(page.iframes).toHaveLength(count);
      await vi.advanceTimersByTimeAsync(1);
      expect(page.iframes).toHaveLength(count + 1);
      card.destroy();
    }
    random.mockRestore();
  });

  it("is not waited for by a retry that there is no time for", async () => {
    const card = await makeCard({}, { timeout: 2100 });
    const events = record(card);
    card.mount("#card");
    page.iframe.origin = "null";
    page.iframe.load();
    await vi.advanceTimersByTimeAsync(2000);
    expect(cause(events)).toEqual([["loaderror", "blocked", "blocked"]]);
  });

  it("has the cause that was seen, though the last try only ran out of time", async () => {
    const card = await makeCard({}, { timeout: 3000 });
    const events = record(card);
    card.mount("#card");
    page.iframe.origin = "null";
    page.iframe.load();
    await vi.advanceTimersByTimeAsync(3000);
    expect(page.iframes).toHaveLength(2);
    expect(cause(events)).toEqual([["loaderror", "blocked", "blocked"]]);
  });

  it("does not put the iframe back where the page has taken it out", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    page.iframe.remove();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(page.iframes.map(({ isConnected }) => isConnected)).toEqual([false, false]);
    expect(cause(events)).toEqual([["loaderror", "timeout", "load_timeout"]]);
  });

  it("is origin_refused, at once and with what to do, on a page whose origin is null", async () => {
    vi.stubGlobal("origin", "null");
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toMatchObject([
      ["loaderror", { cause: "origin", code: "origin_refused", message: expect.stringContaining("allow-same-origin") }],
    ]);
    expect(page.iframe.isConnected).toBe(false);
  });

  it("does not come when a greeting waited behind a busy script", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    const peer = page.iframe.load();
    peer?.send({ type: "hello" });
    // As after a script that ran for long: the first timer fires before the message is heard.
    vi.advanceTimersByTime(1500);
    await delivered();
    await vi.advanceTimersByTimeAsync(5000);
    expect(events).toEqual([]);
  });

  it.each([
    [{}, 10_000],
    [{ timeout: 3000 }, 3000],
  ])("is timeout when nothing loads, with %o after %i ms; half of it is left to a second try", async (load, after) => {
    const card = await makeCard({}, load);
    const events = record(card);
    card.mount("#card");
    await vi.advanceTimersByTimeAsync(after / 2 - 1);
    expect(page.iframes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(after / 2);
    expect(page.iframes).toHaveLength(2);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(cause(events)).toEqual([["loaderror", "timeout", "load_timeout"]]);
  });

  it("is timeout when the frame greets and never gets ready; it is not loaded anew", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    page.iframe.load()?.send({ type: "hello" });
    await delivered();
    await vi.advanceTimersByTimeAsync(9999);
    expect(events).toEqual([]);
    expect(page.iframes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(cause(events)).toEqual([["loaderror", "timeout", "load_timeout"]]);
  });

  it("comes of a frame that reloads over and over without getting ready", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    for (let time = 0; time < 10; time++) {
      page.iframe.load()?.send({ type: "hello" });
      await delivered();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(cause(events)).toEqual([["loaderror", "timeout", "load_timeout"]]);
  });

  it("is offline when the browser says so and nothing came, without another try", async () => {
    page.navigator.onLine = false;
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    page.iframe.origin = "null";
    page.iframe.load();
    await vi.advanceTimersByTimeAsync(2000);
    expect(cause(events)).toEqual([["loaderror", "offline", "offline"]]);
    expect(page.iframes).toHaveLength(1);
  });

  it("does not come of being offline alone: the vault may be on this machine", async () => {
    page.navigator.onLine = false;
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    await page.ready();
    expect(events).toEqual([["ready", state]]);
  });

  it("is csp at once when the page's policy refuses the frame", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    page.violate({ blockedURI: "https://vault.example/frame/?merchant=mer_demo" });
    expect(cause(events)).toEqual([["loaderror", "csp", "csp"]]);
    page.iframe.load();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toHaveLength(1);
  });

  it("does not come of other violations", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    page.violate({ blockedURI: "https://vault.example.attacker.example/frame/" });
    page.violate({ blockedURI: "https://ads.example/" });
    page.violate({ blockedURI: "inline" });
    page.violate({ blockedURI: VAULT, disposition: "report" });
    page.violate({ blockedURI: VAULT, effectiveDirective: "connect-src" });
    expect(events).toEqual([]);
    page.violate({ blockedURI: VAULT });
    expect(cause(events)).toEqual([["loaderror", "csp", "csp"]]);
  });

  it.each([
    ["version", "version_unsupported"],
    ["origin", "origin_refused"],
    ["blocked", "options_invalid"],
    ["blocked", "directory_untrusted"],
    ["blocked", "network"],
    ["timeout", "timeout"],
    ["blocked", "a_code_of_the_future"],
    ["blocked", "constructor"],
  ] as [LoadCause, ErrorCode][])("is %s when the frame says %s; it is not loaded anew", async (word, code) => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    const peer = page.iframe.load();
    peer?.send({ type: "hello" });
    peer?.send({ type: "failed", code });
    await delivered();
    expect(cause(events)).toEqual([["loaderror", word, code]]);
    expect(await card.tokenize({ order })).toEqual(failed(code));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.iframes).toHaveLength(1);
  });

  it("can be followed by mount, which tries again", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await card.tokenize({ order })).toEqual(failed("load_timeout"));
    card.mount("#card");
    await page.ready();
    expect(events.map(([type]) => type)).toEqual(["loaderror", "ready"]);
  });
});

describe("tokenize", () => {
  it("sends the order and resolves to the frame's result", async () => {
    const card = await makeCard();
    card.mount("#card");
    const peer = await page.ready();
    const result = card.tokenize({ order });
    const [call] = await peer.got("tokenize");
    expect(call).toEqual({ v: 1, type: "tokenize", id: 1, order });
    peer.send({ type: "result", id: 2, result: tokenized });
    expect(await settled(result)).toBe("pending");
    peer.send({ type: "result", id: 1, result: tokenized });
    expect(await result).toEqual(tokenized);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("waits for ready", async () => {
    const card = await makeCard();
    card.mount("#card");
    const result = card.tokenize({ order });
    const peer = page.iframe.load();
    peer?.send({ type: "hello" });
    expect(await peer?.got("tokenize")).toEqual([]);
    peer?.send({ type: "ready", state });
    await delivered();
    expect(await peer?.got("tokenize")).toHaveLength(1);
    peer?.send({ type: "result", id: 1, result: tokenized });
    expect(await result).toEqual(tokenized);
  });

  it("fails with the cause when the fields do not load", async () => {
    const card = await makeCard();
    card.mount("#card");
    const result = card.tokenize({ order });
    page.violate({ blockedURI: VAULT });
    expect(await result).toEqual(failed("csp"));
  });

  it("does one card at a time", async () => {
    const card = await makeCard();
    card.mount("#card");
    const peer = await page.ready();
    const first = card.tokenize({ order });
    expect(await card.tokenize({ order })).toMatchObject({
      ok: false,
      error: { code: "tokenize_in_progress", retryable: true },
    });
    expect(await peer.got("tokenize")).toHaveLength(1);
    peer.send({ type: "result", id: 1, result: tokenized });
    expect(await first).toEqual(tokenized);
    const second = card.tokenize({ order });
    expect((await peer.got("tokenize"))[1]?.id).toBe(2);
    peer.send({
      type: "result",
      id: 2,
      result: { ok: false, error: { code: "card_incomplete", message: "…", retryable: false, field: "code" } },
    });
    expect(await second).toMatchObject({ ok: false, error: { code: "card_incomplete" } });
  });

  it("brings the shopper to the input that is to be corrected, before the page hears of it", async () => {
    const card = await makeCard();
    card.mount("#card");
    const peer = await page.ready();
    const refused = (id: number, field?: "code") => {
      const error = { code: "card_incomplete", message: "…", retryable: false, ...(field && { field }) } as const;
      peer.send({ type: "result", id, result: { ok: false, error } });
    };
    const focused = card.tokenize({ order }).then(() => page.iframe.focused);
    refused(1, "code");
    expect(await focused).toBe(1);
    const untouched = card.tokenize({ order }).then(() => page.iframe.focused);
    refused(2);
    expect(await untouched).toBe(1);
  });

  it("settles when a frame that is ready does not answer", async () => {
    const card = await makeCard({ timeout: 4000 });
    card.mount("#card");
    const peer = await page.ready();
    const result = card.tokenize({ order });
    await vi.advanceTimersByTimeAsync(5999);
    expect(await settled(result)).toBe("pending");
    await vi.advanceTimersByTimeAsync(251);
    expect(await result).toMatchObject({ ok: false, error: { code: "timeout", retryable: true } });
    // The answer that comes too late belongs to no one.
    const next = card.tokenize({ order });
    peer.send({ type: "result", id: 1, result: tokenized });
    expect(await settled(next)).toBe("pending");
  });

  it("tells its progress, and no longer once it was given up", async () => {
    const card = await makeCard({ timeout: 4000 });
    card.mount("#card");
    const peer = await page.ready();
    const events = record(card);
    const result = card.tokenize({ order });
    peer.send({ type: "progress", step: "verifying" });
    peer.send({ type: "progress", step: "sealing" });
    await delivered();
    await vi.advanceTimersByTimeAsync(6250);
    expect(await result).toMatchObject({ ok: false, error: { code: "timeout" } });
    peer.send({ type: "progress", step: "sending" });
    await delivered();
    expect(events).toEqual([
      ["progress", { step: "verifying" }],
      ["progress", { step: "sealing" }],
    ]);
  });

  it("is refused at once in a browser that is offline, keeps nothing, and works again when it is back", async () => {
    const card = await makeCard();
    card.mount("#card");
    const peer = await page.ready();
    page.navigator.onLine = false;
    const refused = { ok: false, error: { code: "offline", message: expect.any(String), retryable: true } };
    expect(await card.tokenize({ order })).toEqual(refused);
    page.navigator.onLine = true;
    expect(await peer.got("tokenize")).toEqual([]);
    const result = card.tokenize({ order });
    expect(await peer.got("tokenize")).toHaveLength(1);
    peer.send({ type: "result", id: 1, result: tokenized });
    expect(await result).toEqual(tokenized);
  });

  it.each([
    ["order_malformed", undefined],
    ["order_malformed", {}],
    ["order_malformed", { order: "" }],
    ["order_malformed", { order: 7 }],
    ["order_too_large", { order: "x".repeat(16_385) }],
  ])("resolves to %s for %o", async (code, request) => {
    const card = await makeCard();
    card.mount("#card");
    await page.ready();
    expect(await card.tokenize(request as never)).toEqual(failed(code));
  });

  it("resolves to not_ready before mount and after unmount", async () => {
    const card = await makeCard();
    expect(await card.tokenize({ order })).toEqual(failed("not_ready"));
    card.mount("#card");
    await page.ready();
    card.unmount();
    expect(await card.tokenize({ order })).toEqual(failed("not_ready"));
  });
});

describe("whatever happens", () => {
  const greet = () => page.iframe.load()?.send({ type: "hello" });
  const elsewhere = () => {
    page.iframe.origin = "https://attacker.example";
    page.iframe.load();
  };
  const bound = 3000 + 4000 + 2000 + 250;

  it.each<[string, () => unknown, after?: () => unknown]>([
    ["nothing loads", () => {}],
    ["something else loads", elsewhere],
    ["a frame greets and falls silent", greet],
    ["a frame is ready and falls silent", () => page.ready()],
    ["a frame is ready and then navigated elsewhere", () => page.ready(), elsewhere],
    ["a frame is ready and then reloaded", () => page.ready(), greet],
    ["a frame is ready and then taken out", () => page.ready(), () => page.iframe.remove()],
    ["a frame is taken out before it loads", () => page.iframe.remove()],
    ["the page's policy refuses the frame", () => page.violate({ blockedURI: VAULT })],
    ["the browser goes offline", () => Object.assign(page.navigator, { onLine: false }), elsewhere],
  ])("tokenize settles within all time-outs: %s", async (_, before, after) => {
    const card = await makeCard({ timeout: 4000 }, { timeout: 3000 });
    const endings = record(card);
    card.mount("#card");
    const early = card.tokenize({ order });
    await before();
    await delivered();
    const results = [early, card.tokenize({ order })];
    await after?.();
    await vi.advanceTimersByTimeAsync(bound);
    for (const result of results) expect(await settled(result)).toMatchObject({ ok: false });
    expect(endings.filter(([type]) => type === "ready" || type === "loaderror").length).toBeGreaterThanOrEqual(1);
    // Nor does anything go on by itself, but for a frame that is there.
    card.destroy();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a frame that goes away", () => {
  it("gets a fresh port on reload, to the vault's origin only; what was under way fails", async () => {
    const card = await makeCard();
    card.mount("#card");
    const old = await page.ready();
    const events = record(card);
    const result = card.tokenize({ order });
    await old.got("tokenize");
    const fresh = page.iframe.load();
    expect(await result).toEqual(failed("not_ready"));
    expect(page.iframe.posted.map(({ target }) => target)).toEqual([VAULT, VAULT]);
    old.send({ type: "result", id: 1, result: tokenized });
    old.send({ type: "submit" });
    fresh?.send({ type: "hello" });
    fresh?.send({ type: "ready", state });
    await delivered();
    expect(events).toEqual([["ready", state]]);
    expect(await fresh?.got("tokenize")).toEqual([]);
    const again = card.tokenize({ order });
    expect(await fresh?.got("tokenize")).toHaveLength(1);
    fresh?.send({ type: "result", id: 2, result: tokenized });
    expect(await again).toEqual(tokenized);
  });

  it("is an error when it was navigated elsewhere", async () => {
    const card = await makeCard();
    card.mount("#card");
    await page.ready();
    const events = record(card);
    page.iframe.origin = "https://attacker.example";
    expect(page.iframe.load()).toBeUndefined();
    const result = card.tokenize({ order });
    await vi.advanceTimersByTimeAsync(2000);
    expect(cause(events)).toEqual([["loaderror", "blocked", "blocked"]]);
    expect(page.iframes).toHaveLength(1);
    expect(await result).toEqual(failed("blocked"));
  });

  it("ends the call under way when the page takes the iframe out of the document", async () => {
    const card = await makeCard();
    card.mount("#card");
    await page.ready();
    const result = card.tokenize({ order });
    page.iframe.remove();
    await vi.advanceTimersByTimeAsync(250);
    expect(await result).toEqual(failed("destroyed"));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("clear, focus and update", () => {
  it("reach the frame in order, also when they were called before it was ready", async () => {
    const card = await makeCard({ cardholder: true });
    card.mount("#card");
    card.update({ labels: { number: "Number" } });
    card.focus("number");
    const peer = await page.ready();
    card.clear();
    card.focus();
    await delivered();
    expect(peer.received).toEqual([
      { v: 1, type: "update", options: { cardholder: true, labels: { number: "Number" } } },
      { v: 1, type: "focus", field: "number" },
      { v: 1, type: "clear" },
      { v: 1, type: "focus" },
    ]);
    expect(page.iframe.focused).toBe(2);
  });

  it("do nothing without a frame, but options are kept for the next", async () => {
    const card = await makeCard();
    card.clear();
    card.focus();
    card.update({ cardholder: true });
    expect(() => card.update({ timeout: -1 })).toThrow(expect.objectContaining({ code: "options_invalid" }));
    card.mount("#card");
    expect((await page.ready()).connect.options).toEqual({ cardholder: true });
  });
});

describe("destroy", () => {
  it("ends everything, once and for all", async () => {
    const card = await makeCard();
    const events = record(card);
    card.mount("#card");
    const peer = await page.ready();
    const result = card.tokenize({ order });
    card.destroy();
    card.destroy();
    expect(await result).toEqual(failed("destroyed"));
    expect(await card.tokenize({ order })).toEqual(failed("destroyed"));
    expect(page.iframe.isConnected).toBe(false);
    peer.send({ type: "submit" });
    await delivered();
    expect(events).toEqual([["ready", state]]);
    expect(() => card.mount("#card")).toThrow(expect.objectContaining({ code: "destroyed" }));
    expect(vi.getTimerCount()).toBe(0);
  });
});
