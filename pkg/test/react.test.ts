// @vitest-environment happy-dom
import { act, createElement, createRef, StrictMode, Suspense, version } from "react";
import { createRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Card,
  CardElement,
  type CardElementProps,
  type CardHandle,
  CardsealProvider,
  useCard,
  useCardseal,
} from "../src/react/index.js";
import { FakeCard, settings } from "./cards.js";
import { state } from "./page.js";

vi.mock("../src/element.js", async () => ({ CardElement: (await import("./cards.js")).FakeCard }));

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
let place: HTMLElement;
let root: Root;
beforeEach(() => {
  FakeCard.made.length = 0;
  place = document.body.appendChild(document.createElement("div"));
  root = createRoot(place);
});
afterEach(async () => {
  await act(async () => root.unmount());
  place.remove();
});

const provided = (...children: React.ReactNode[]) =>
  createElement(CardsealProvider, { options: { ...settings } }, ...children);
const render = (...children: React.ReactNode[]) => act(async () => root.render(provided(...children)));
const element = (props: CardElementProps & React.RefAttributes<CardHandle> = {}) => createElement(CardElement, props);

it("is tested in the version that the project names", () => {
  expect(version).toMatch(process.env.CARDSEAL_REACT === "18" ? /^18\./ : /^19\./);
});

describe("CardElement", () => {
  it("passes options on, and gives the container what is a container's", async () => {
    await render(element({ id: "card", className: "a", "data-testid": "b", cardholder: true, order: undefined }));
    expect(place.innerHTML).toBe('<div id="card" class="a" data-testid="b"></div>');
    expect(FakeCard.only).toMatchObject({ settings, options: { cardholder: true }, parent: place.firstElementChild });
  });

  it("makes one card in StrictMode, and keeps it", async () => {
    await act(async () => root.render(createElement(StrictMode, null, provided(element()))));
    expect(FakeCard.only).toMatchObject({ destroyed: false, mounts: 1 });
  });

  it("calls the newest listeners, without touching the card", async () => {
    const heard: string[] = [];
    for (const name of ["first", "second"]) {
      await render(element({ labels: { number: "Card" }, onChange: () => heard.push(name), onLoadError: () => {} }));
      FakeCard.only.emit("change", state);
    }
    FakeCard.only.emit("ready", state);
    expect(heard).toEqual(["first", "second"]);
    expect(FakeCard.only.updates).toEqual([]);
  });

  it("updates options that change", async () => {
    await render(element({ order: "a.b.c" }));
    await render(element({ order: "d.e.f" }));
    expect(FakeCard.only.updates).toEqual([{ order: "d.e.f" }]);
  });

  it("has a handle that stays the same", async () => {
    const ref = createRef<CardHandle>();
    await render(element({ ref }));
    const first = ref.current;
    await render(element({ ref, cardholder: true }));
    expect(ref.current).toBe(first);
    first?.clear();
    first?.focus("code");
    expect(await first?.tokenize({ order: "a.b.c" })).toMatchObject({ ok: true });
    expect(FakeCard.only.calls).toEqual(["clear", "focus code", "tokenize a.b.c"]);
  });

  it("takes its card along when it is unmounted", async () => {
    await render(element());
    await render();
    expect(FakeCard.only.destroyed).toBe(true);
  });

  it("says which component is missing", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    await expect(act(async () => root.render(element()))).rejects.toThrow("<CardsealProvider>");
    vi.restoreAllMocks();
  });

  it("is an empty container on a server, as it is before the fields load", () => {
    vi.stubGlobal("window", undefined);
    vi.stubGlobal("document", undefined);
    try {
      expect(renderToString(provided(element({ className: "a" }), createElement(Hooked)))).toBe(
        '<div class="a"></div><div></div>loading',
      );
    } finally {
      vi.unstubAllGlobals();
    }
    expect(FakeCard.made).toEqual([]);
  });

  it("keeps the card while Suspense hides it", async () => {
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let done = false;
    const sleep = () => {
      // As a library for React 18 does.
      if (!done) throw asleep.then(() => (done = true));
      return null;
    };
    const tree = (...more: React.ReactNode[]) => createElement(Suspense, { fallback: "…" }, element(), ...more);
    await render(tree());
    await render(tree(createElement(sleep)));
    expect(place.textContent).toBe("…");
    expect(FakeCard.only.destroyed).toBe(false);
    await act(async () => wake());
    expect(FakeCard.only).toMatchObject({ destroyed: false, mounts: 1 });
  });
});

let hooked: Card | undefined;
function Hooked({ shown = true }: { shown?: boolean }) {
  const card = useCard({ cardholder: true });
  hooked = card;
  return [
    shown ? createElement("div", { key: "card", ref: card.ref }) : null,
    card.ready ? (card.state?.last4 ?? "ready") : (card.error?.cause ?? "loading"),
  ];
}

describe("useCard", () => {
  it("renders again with what is known", async () => {
    await render(createElement(Hooked));
    expect(place.textContent).toBe("loading");
    await act(async () => FakeCard.only.emit("ready", state));
    expect(place.textContent).toBe("ready");
    await act(async () => FakeCard.only.emit("change", { ...state, last4: "4242" }));
    expect(place.textContent).toBe("4242");
    await act(async () => FakeCard.only.emit("loaderror", { cause: "offline", code: "offline", message: "" }));
    expect(place.textContent).toBe("offline");
  });

  it("gives functions that stay the same, and follows its element when that comes and goes", async () => {
    await render(createElement(Hooked));
    const first = hooked;
    await render(createElement(Hooked, { shown: false }));
    expect(FakeCard.only.destroyed).toBe(true);
    await render(createElement(Hooked, { shown: true }));
    expect(FakeCard.made.map(({ destroyed }) => destroyed)).toEqual([true, false]);
    for (const name of ["ref", "tokenize", "clear", "focus", "reload"] as const)
      expect(hooked?.[name]).toBe(first?.[name]);
  });
});

it("useCardseal gives access to the vault, once it is loaded", async () => {
  const seen: unknown[] = [];
  const Access = () => {
    seen.push(useCardseal());
    return null;
  };
  await render(createElement(Access));
  expect(seen[0]).toBeNull();
  expect(seen.at(-1)).toHaveProperty("card");
});
