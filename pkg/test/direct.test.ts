import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DirectCard } from "../src/direct/index.js";
import type { CardEvent, CardEvents, TokenizeResult } from "../src/types.js";
import { state } from "./page.js";

/** In place of the WebAssembly module, which needs a real browser and is tested there. */
const wasm = vi.hoisted(() => ({
  init: vi.fn<() => Promise<unknown>>(),
  made: [] as {
    inputs: unknown;
    options: unknown;
    emit: (event: CardEvent) => void;
    calls: unknown[][];
    freed: number;
  }[],
  refuse: undefined as unknown,
  load: async (): Promise<void> => {},
  tokenize: async (): Promise<TokenizeResult> => new Promise<TokenizeResult>(() => {}),
}));
vi.mock("../wasm/cardseal.js", () => ({
  default: wasm.init,
  fetchModule: async () => new Response(),
  CardForm: class {
    readonly #log: (typeof wasm.made)[number];
    constructor(inputs: unknown, options: unknown, emit: (event: CardEvent) => void) {
      if (wasm.refuse) throw wasm.refuse;
      this.#log = { inputs, options, emit, calls: [], freed: 0 };
      wasm.made.push(this.#log);
    }
    state = () => state;
    load = () => wasm.load();
    tokenize = (...args: unknown[]) => {
      this.#log.calls.push(["tokenize", ...args]);
      return wasm.tokenize();
    };
    choose = (...args: unknown[]) => void this.#log.calls.push(["choose", ...args]);
    clear = () => void this.#log.calls.push(["clear"]);
    focus = (...args: unknown[]) => void this.#log.calls.push(["focus", ...args]);
    free = () => {
      this.#log.freed += 1;
    };
  },
}));
/** In place of the module as JavaScript. */
const javascript = vi.hoisted(() => ({ made: 0 }));
vi.mock("../javascript/cardseal.js", () => ({
  CardForm: class {
    constructor() {
      javascript.made += 1;
    }
    load = async () => {};
  },
}));

const options = { vault: "https://vault.example", merchant: "mer_demo", roots: ["A".repeat(43)] };
const order = "aGVhZA.Ym9keQ.c2ln";
const inputs = { number: {}, expiry: {}, code: {} } as never;
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

let loadDirect: typeof import("../src/direct/index.js").loadDirect;
beforeEach(async () => {
  vi.resetModules();
  ({ loadDirect } = await import("../src/direct/index.js"));
  wasm.init.mockReset().mockResolvedValue({});
  wasm.made.length = 0;
  wasm.refuse = undefined;
  wasm.load = async () => {};
  wasm.tokenize = () => new Promise(() => {});
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("location", { origin: "https://shop.example" });
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function attach(): Promise<{ card: DirectCard; form: (typeof wasm.made)[number]; events: [string, unknown][] }> {
  const card = (await loadDirect(options))?.attach(inputs) as DirectCard;
  const events: [string, unknown][] = [];
  for (const type of ["ready", "change", "focus", "blur", "submit", "progress", "loaderror"] as (keyof CardEvents)[]) {
    card.on(type, (event) => events.push([type, event]));
  }
  await new Promise(setImmediate);
  return { card, form: wasm.made.at(-1) as (typeof wasm.made)[number], events };
}

describe("loadDirect", () => {
  it("resolves to null on a server, and loads nothing there", async () => {
    vi.unstubAllGlobals();
    expect(await loadDirect(options)).toBeNull();
    expect(wasm.init).not.toHaveBeenCalled();
  });

  it("loads the module once", async () => {
    await Promise.all([loadDirect(options), loadDirect({ ...options, merchant: "mer_other" })]);
    await loadDirect(options);
    expect(wasm.init).toHaveBeenCalledTimes(1);
  });

  it("loads the module as JavaScript where there is no WebAssembly", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const direct = await loadDirect(options);
    expect(wasm.init).not.toHaveBeenCalled();
    direct?.attach(inputs);
    expect(javascript.made).toBe(1);
    expect(wasm.made).toHaveLength(0);
  });

  it.each([
    ["csp", new WebAssembly.CompileError("unsafe-eval")],
    ["network", new TypeError("Failed to fetch")],
    ["internal", new Error("?")],
  ])("rejects with %s, and loads again when called again", async (code, cause) => {
    wasm.init.mockRejectedValueOnce(cause);
    const both = await Promise.allSettled([loadDirect(options), loadDirect(options)]);
    for (const one of both) expect(one).toMatchObject({ status: "rejected", reason: { name: "CardsealError", code } });
    expect(await loadDirect(options)).not.toBeNull();
    expect(wasm.init).toHaveBeenCalledTimes(2);
  });

  it("rejects with load_timeout rather than wait for ever", async () => {
    wasm.init.mockReturnValue(new Promise(() => {}));
    await expect(loadDirect({ ...options, timeout: 20 })).rejects.toMatchObject({ code: "load_timeout" });
  });

  it("rejects with options_invalid before it loads anything", async () => {
    await expect(loadDirect({ ...options, vault: "http://vault.example" })).rejects.toMatchObject({
      code: "options_invalid",
    });
    await expect(loadDirect({ ...options, timeout: -1 })).rejects.toMatchObject({ code: "options_invalid" });
    expect(wasm.init).not.toHaveBeenCalled();
  });
});

describe("attach", () => {
  it("gives the form the inputs, the device's key, and the origin that the browser reports", async () => {
    const { form } = await attach();
    expect(form.inputs).toBe(inputs);
    const { device, ...others } = form.options as { device: Promise<unknown> };
    expect(others).toEqual({
      ...options,
      preferredBrands: [],
      defaultCountry: "",
      timeout: 15_000,
      origin: "https://shop.example",
    });
    const coordinate = expect.stringMatching(/^[\w-]{43}$/);
    await expect(device).resolves.toEqual({ x: coordinate, y: coordinate, sign: expect.any(Function) });
  });

  it("throws what the form refuses with, as a CardsealError", async () => {
    const direct = await loadDirect(options);
    wasm.refuse = { code: "options_invalid", message: "…", retryable: false };
    expect(() => direct?.attach(inputs)).toThrow(
      expect.objectContaining({ name: "CardsealError", code: "options_invalid" }),
    );
    expect(() => direct?.attach(inputs, { timeout: 0 })).toThrow(expect.objectContaining({ code: "options_invalid" }));
  });

  it("passes on what the form reports", async () => {
    const { form, events } = await attach();
    form.emit({ type: "focus", field: "number" });
    form.emit({ type: "change", state });
    form.emit({ type: "blur", field: "number" });
    form.emit({ type: "submit" });
    form.emit({ type: "progress", step: "sealing" });
    form.emit({ type: "total", payee: "Demo shop", amount: 4200, minorUnits: 2, currency: "EUR" });
    expect(events).toEqual([
      ["ready", state],
      ["focus", { field: "number" }],
      ["change", state],
      ["blur", { field: "number" }],
      ["submit", undefined],
      ["progress", { step: "sealing" }],
    ]);
  });

  it("emits loaderror when the keys cannot be fetched", async () => {
    wasm.load = () => Promise.reject({ code: "merchant_unknown", message: "…", retryable: false });
    const { events } = await attach();
    expect(events).toEqual([
      ["loaderror", { cause: "blocked", code: "merchant_unknown", message: expect.any(String) }],
    ]);
  });
});

describe("a direct card", () => {
  it("tokenizes", async () => {
    wasm.tokenize = async () => tokenized;
    const { card, form } = await attach();
    expect(await card.tokenize({ order })).toEqual(tokenized);
    expect(form.calls).toEqual([["tokenize", order]]);
  });

  it("does not tokenize offline", async () => {
    const { card, form } = await attach();
    vi.stubGlobal("navigator", { onLine: false });
    expect(await card.tokenize({ order })).toMatchObject({ ok: false, error: { code: "offline", retryable: true } });
    expect(form.calls).toEqual([]);
  });

  it("resolves for what is no order, and for a module that fails", async () => {
    wasm.tokenize = () => Promise.reject(new WebAssembly.RuntimeError("unreachable"));
    const { card, form } = await attach();
    expect(await card.tokenize({} as never)).toMatchObject({ ok: false, error: { code: "order_malformed" } });
    expect(await card.tokenize({ order: "x".repeat(16_385) })).toMatchObject({
      ok: false,
      error: { code: "order_too_large" },
    });
    expect(form.calls).toEqual([]);
    expect(await card.tokenize({ order })).toMatchObject({ ok: false, error: { code: "internal" } });
  });

  it("ends everything when it is destroyed", async () => {
    const { card, form, events } = await attach();
    const result = card.tokenize({ order });
    card.destroy();
    card.destroy();
    expect(await result).toMatchObject({ ok: false, error: { code: "destroyed" } });
    expect(await card.tokenize({ order })).toMatchObject({ ok: false, error: { code: "destroyed" } });
    card.clear();
    card.focus();
    form.emit({ type: "submit" });
    expect(form.freed).toBe(1);
    expect(form.calls).toEqual([["tokenize", order]]);
    expect(events).toEqual([["ready", state]]);
  });

  it("clears, chooses and focuses", async () => {
    const { card, form } = await attach();
    card.clear();
    card.choose("visa");
    card.focus("code");
    card.focus();
    expect(form.calls).toEqual([["clear"], ["choose", "visa"], ["focus", "code"], ["focus", undefined]]);
  });
});
