// @vitest-environment happy-dom
import { get } from "svelte/store";
import { beforeEach, expect, it, vi } from "vitest";
import { createCard } from "../src/svelte/index.js";
import { FakeCard, settings } from "./cards.js";
import { state } from "./page.js";

vi.mock("../src/element.js", async () => ({ CardElement: (await import("./cards.js")).FakeCard }));

const settled = () => new Promise((resolve) => setTimeout(resolve));
beforeEach(() => {
  FakeCard.made.length = 0;
});

it("an attachment that is made again keeps the card and updates its options", async () => {
  const card = createCard(settings);
  const node = document.createElement("div");
  let detach = card.attach({ order: "a.b.c" })(node);
  await settled();
  detach();
  detach = card.attach({ order: "d.e.f" })(node);
  await settled();
  expect(FakeCard.only).toMatchObject({ destroyed: false, mounts: 1, updates: [{ order: "d.e.f" }] });
  detach();
  await settled();
  expect(FakeCard.only.destroyed).toBe(true);
});

it("an action does the same", async () => {
  const card = createCard(settings);
  const { update, destroy } = card.action(document.createElement("div"), { order: "a.b.c" });
  await settled();
  update({ order: "d.e.f" });
  expect(FakeCard.only.updates).toEqual([{ order: "d.e.f" }]);
  destroy();
  await settled();
  expect(FakeCard.only.destroyed).toBe(true);
});

it("is a store of what is known, and calls its listeners", async () => {
  const onchange = vi.fn();
  const card = createCard(settings, { onchange });
  expect(get(card)).toEqual({ state: null, ready: false, error: null });
  card.attach()(document.createElement("div"));
  await settled();
  const seen: boolean[] = [];
  const stop = card.subscribe(({ ready }) => seen.push(ready));
  FakeCard.only.emit("ready", state);
  stop();
  FakeCard.only.emit("change", state);
  expect(seen).toEqual([false, true]);
  expect(onchange).toHaveBeenCalledExactlyOnceWith(state);
  expect(get(card).state).toEqual(state);
});

it("passes calls on", async () => {
  const card = createCard(settings);
  card.attach()(document.createElement("div"));
  await settled();
  card.clear();
  card.focus("code");
  expect(await card.tokenize({ order: "a.b.c" })).toMatchObject({ ok: true });
  expect(FakeCard.only.calls).toEqual(["clear", "focus code", "tokenize a.b.c"]);
});
