// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ComponentBinding } from "../src/component-binding.js";
import { type CardEvents, CardsealError } from "../src/index.js";
import { FakeCard, settings } from "./cards.js";
import { state } from "./page.js";

vi.mock("../src/element.js", async () => ({ CardElement: (await import("./cards.js")).FakeCard }));

const events: [string, unknown][] = [];
const sink = <Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]) => events.push([type, event]);
const settled = () => new Promise((resolve) => setTimeout(resolve));
let binding: ComponentBinding;
let node: HTMLElement;

beforeEach(() => {
  FakeCard.made.length = events.length = 0;
  binding = new ComponentBinding(sink as never);
  node = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  binding.drop();
  node.remove();
});

describe("what is bound", () => {
  it("is put into the node, with its options, and lets go of it for good", async () => {
    binding.bind(node, settings, { cardholder: true, order: undefined });
    await settled();
    const card = FakeCard.only;
    expect(card).toMatchObject({ settings, options: { cardholder: true }, parent: node, destroyed: false });
    expect(Object.keys(card.options)).toEqual(["cardholder"]);
    binding.drop();
    expect(card.destroyed).toBe(true);
  });

  it("outlives effects that are taken away and put back at once", async () => {
    binding.bind(node, settings, {});
    await settled();
    binding.release();
    binding.bind(node, { ...settings }, {});
    await settled();
    expect(FakeCard.only.destroyed).toBe(false);
  });

  it("does so before the card is made, too", async () => {
    binding.bind(node, settings, {});
    binding.release();
    binding.bind(node, settings, {});
    await settled();
    expect(FakeCard.only.destroyed).toBe(false);
    binding.drop();
    binding.bind(node, settings, {});
    binding.drop();
    binding.bind(node, settings, {});
    await settled();
    expect(FakeCard.made.map(({ destroyed }) => destroyed)).toEqual([true, false]);
  });

  it("is taken away once released", async () => {
    binding.bind(node, settings, {});
    await settled();
    binding.release();
    await settled();
    expect(FakeCard.only.destroyed).toBe(true);
  });

  it("is never made where it is released before", async () => {
    binding.bind(node, settings, {});
    binding.release();
    await settled();
    expect(FakeCard.made).toEqual([]);
  });

  it("stays in a node that the framework hides, and goes with one that it removes", async () => {
    binding.bind(node, settings, {});
    await settled();
    binding.leave();
    await settled();
    expect(FakeCard.only.destroyed).toBe(false);
    node.remove();
    binding.leave();
    await settled();
    expect(FakeCard.only.destroyed).toBe(true);
  });

  it("moves to another node, and is made anew for another vault", async () => {
    binding.bind(node, settings, {});
    await settled();
    const other = document.createElement("div");
    binding.bind(other, settings, {});
    await settled();
    binding.bind(other, { ...settings, merchant: "mer_other" }, {});
    await settled();
    expect(FakeCard.made.map(({ parent, destroyed }) => [parent, destroyed])).toEqual([
      [node, true],
      [other, true],
      [other, false],
    ]);
  });
});

describe("options", () => {
  it("are given to the card when they say something new, and only then", async () => {
    binding.bind(node, settings, { labels: { number: "Card" } });
    await settled();
    binding.bind(node, settings, { labels: { number: "Card" }, timeout: undefined });
    expect(FakeCard.only.updates).toEqual([]);
    binding.bind(node, settings, { labels: { number: "Your card" } });
    expect(FakeCard.only.updates).toEqual([{ labels: { number: "Your card" } }]);
  });

  it("have their default again where they are no longer given", async () => {
    binding.bind(node, settings, { cardholder: true, timeout: 1 });
    await settled();
    binding.bind(node, settings, { timeout: 1 });
    expect(FakeCard.only.updates).toEqual([{ cardholder: undefined, timeout: 1 }]);
  });

  it("that change before the card is made are those it is made with", async () => {
    binding.bind(node, settings, { timeout: 1 });
    binding.bind(node, settings, { timeout: 2 });
    await settled();
    expect(FakeCard.only).toMatchObject({ options: { timeout: 2 }, updates: [] });
  });
});

describe("what is known", () => {
  it("changes with the card's events, each of which is passed on", async () => {
    const seen: unknown[] = [];
    const stop = binding.watch(() => seen.push(binding.snapshot));
    binding.bind(node, settings, {});
    await settled();
    expect(binding.snapshot).toEqual({ state: null, ready: false, error: null });
    const card = FakeCard.only;
    card.emit("ready", state);
    card.emit("focus", { field: "number" });
    card.emit("change", { ...state, last4: "4242" });
    card.emit("loaderror", { cause: "offline", code: "offline", message: "The browser is offline." });
    stop();
    card.emit("ready", state);
    expect(seen).toMatchObject([
      { ready: true, state: { last4: null }, error: null },
      { ready: true, state: { last4: "4242" } },
      { ready: false, state: null, error: { cause: "offline" } },
    ]);
    expect(events.map(([type]) => type)).toEqual(["ready", "focus", "change", "loaderror", "ready"]);
  });

  it("is the same object until it changes, and nothing again once the card is gone", async () => {
    binding.bind(node, settings, {});
    await settled();
    FakeCard.only.emit("ready", state);
    const { snapshot } = binding;
    FakeCard.only.emit("focus", { field: "number" });
    expect(binding.snapshot).toBe(snapshot);
    binding.drop();
    expect(binding.snapshot).toEqual({ state: null, ready: false, error: null });
  });

  it("is nothing, until it loads again, after reload", async () => {
    binding.bind(node, settings, {});
    await settled();
    FakeCard.only.emit("loaderror", { cause: "offline", code: "offline", message: "The browser is offline." });
    binding.reload();
    expect(FakeCard.only.mounts).toBe(2);
    expect(binding.snapshot.error).toBeNull();
  });
});

describe("tokenize", () => {
  it("waits until the card is made", async () => {
    binding.bind(node, settings, {});
    expect(await binding.tokenize({ order: "a.b.c" })).toMatchObject({ ok: true });
  });

  it("resolves to not_ready where there is no card", async () => {
    expect(await binding.tokenize({ order: "a.b.c" })).toMatchObject({ ok: false, error: { code: "not_ready" } });
  });
});

it("a mistake in the settings is told as a load error, and reported as uncaught", async () => {
  const uncaught: unknown[] = [];
  const report = (error: unknown) => uncaught.push(error);
  process.on("uncaughtException", report);
  const listeners = process.listeners("uncaughtException").filter((listener) => listener !== report);
  for (const listener of listeners) process.off("uncaughtException", listener);
  binding.bind(node, { ...settings, merchant: "" }, {});
  await vi.waitFor(() => expect(uncaught).toHaveLength(1));
  for (const listener of listeners) process.on("uncaughtException", listener);
  process.off("uncaughtException", report);
  expect(uncaught[0]).toBeInstanceOf(CardsealError);
  expect(events).toMatchObject([["loaderror", { cause: "blocked", code: "options_invalid" }]]);
  expect(await binding.tokenize({ order: "a.b.c" })).toMatchObject({ ok: false, error: { code: "options_invalid" } });
});
