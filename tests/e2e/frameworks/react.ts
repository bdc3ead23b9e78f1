import { CardElement, type CardHandle, CardsealProvider, useCard } from "cardseal/react";
import { createElement, createRef, StrictMode, version } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { container } from "./page.ts";

// In development mode and StrictMode, which renders, mounts and unmounts everything twice.

window.heard = [];
document.documentElement.dataset.version = version;
let renderings = 0;
let shown = false;
let options: { labels?: { number: string } } | undefined;
const handle = createRef<CardHandle>();
const root = createRoot(container());

/** Uses the component. */
function Checkout({ rendering }: { rendering: number }) {
  const heard = (type: "ready" | "change" | "focus" | "blur" | "submit") => () => {
    window.heard.push([type, rendering]);
  };
  return createElement(CardElement, {
    ref: handle,
    className: "card",
    "data-testid": "card",
    ...options,
    placeholders: { code: "123" },
    onReady: heard("ready"),
    onChange: heard("change"),
    onFocus: heard("focus"),
    onBlur: heard("blur"),
    onSubmit: heard("submit"),
  });
}

/** Uses the hook, on an element of its own. */
function Hooked() {
  const card = useCard({ cardholder: true });
  return createElement(
    "section",
    null,
    createElement("div", { ref: card.ref }),
    createElement("output", null, card.ready ? (card.state?.last4 ?? "ready") : "loading"),
  );
}

function render() {
  renderings += 1;
  const both = new URLSearchParams(location.search).has("both");
  root.render(
    createElement(
      StrictMode,
      null,
      createElement(
        CardsealProvider,
        // A new object each time, as an inline one is.
        { options: { ...window.settings } },
        shown && createElement(Checkout, { rendering: renderings }),
        shown && both && createElement(Hooked),
      ),
    ),
  );
}

window.fields = {
  mount() {
    shown = true;
    flushSync(render);
  },
  unmount() {
    shown = false;
    flushSync(render);
  },
  render(changed) {
    options = changed;
    render();
  },
  tokenize: async (order) => {
    if (!handle.current) throw new Error("there is no card element");
    return handle.current.tokenize({ order });
  },
};
