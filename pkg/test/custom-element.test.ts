// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type CardsealCard, defineCardElement } from "../src/custom-element/index.js";
import { FakeCard, settings } from "./cards.js";
import { state } from "./page.js";

// What needs no browser; forms, validity and focus are tested in one (tests/e2e/frameworks-custom-element.spec.ts).

vi.mock("../src/element.js", async () => ({ CardElement: (await import("./cards.js")).FakeCard }));

// happy-dom has none.
HTMLElement.prototype.attachInternals = () =>
  ({ form: null, states: new Set(), setFormValue: () => {}, setValidity: () => {} }) as unknown as ElementInternals;

const settled = () => new Promise((resolve) => setTimeout(resolve));

function make(attributes: Record<string, string> = {}): CardsealCard {
  const card = document.createElement("cardseal-card");
  const { vault, merchant, roots } = settings;
  for (const [name, value] of Object.entries({ vault, merchant, roots: roots.join(" "), ...attributes })) {
    card.setAttribute(name, value);
  }
  return card;
}

beforeEach(() => {
  FakeCard.made.length = 0;
  defineCardElement();
});
afterEach(() => {
  document.body.replaceChildren();
});

it("is defined once, whoever asks again, and by another name too", () => {
  const first = customElements.get("cardseal-card");
  defineCardElement();
  expect(customElements.get("cardseal-card")).toBe(first);
  defineCardElement("shop-card");
  expect(customElements.get("shop-card")).toBeDefined();
});

it("makes its card of attributes and properties, once it is in the page", async () => {
  const card = make({ locale: "de", roots: ` ${"A".repeat(43)}\n${"B".repeat(43)} ` });
  card.order = "a.b.c";
  card.options = { cardholder: true };
  await settled();
  expect(FakeCard.made).toEqual([]);
  document.body.append(card);
  await settled();
  expect(FakeCard.only).toMatchObject({
    settings: { ...settings, roots: ["A".repeat(43), "B".repeat(43)] },
    options: { locale: "de", cardholder: true, order: "a.b.c" },
  });
});

it("gives its card what changes, and makes another only for another vault or merchant", async () => {
  const card = make();
  document.body.append(card);
  await settled();
  card.order = "a.b.c";
  card.setAttribute("locale", "de");
  expect(FakeCard.only.updates).toEqual([{ order: "a.b.c" }, { order: "a.b.c", locale: "de" }]);
  card.setAttribute("merchant", "mer_other");
  await settled();
  expect(FakeCard.made.map(({ destroyed }) => destroyed)).toEqual([true, false]);
});

it("takes its card along when it leaves the page, and makes another when it comes back", async () => {
  const card = make();
  document.body.append(card);
  await settled();
  FakeCard.only.emit("ready", state);
  expect(card.snapshot).toEqual({ state, ready: true, error: null });
  card.remove();
  expect(FakeCard.only.destroyed).toBe(true);
  expect(card.snapshot.ready).toBe(false);
  document.body.append(card);
  await settled();
  expect(FakeCard.made.map(({ destroyed }) => destroyed)).toEqual([true, false]);
});

it("dispatches events that bubble out of shadow trees", async () => {
  const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  root.append(make());
  await settled();
  const heard: unknown[] = [];
  document.addEventListener("cardseal-ready", (event) => heard.push((event as CustomEvent).detail), { once: true });
  FakeCard.only.emit("ready", state);
  expect(heard).toEqual([state]);
});

it("tokenizes for its order, or for another that it is given", async () => {
  const card = make();
  document.body.append(card);
  card.order = "a.b.c";
  await card.tokenize();
  await card.tokenize({ order: "d.e.f" });
  expect(FakeCard.only.calls).toEqual(["tokenize a.b.c", "tokenize d.e.f"]);
});
