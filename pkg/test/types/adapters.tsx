// What a user of the adapters may write, and what not. Compiled, never run: see types.test.ts.
import type { CardState, LoadOptions, TokenizeResult } from "cardseal";
import { type CardsealCard, defineCardElement } from "cardseal/custom-element";
import { CardElement, type CardHandle, CardsealProvider, useCard, useCardseal } from "cardseal/react";
import { type Card, createCard } from "cardseal/svelte";
import { useRef } from "react";

const options: LoadOptions = { vault: "https://vault.example", merchant: "mer_demo", roots: ["A".repeat(43)] };

export function Provided() {
  // @ts-expect-error the vault is missing
  const wrong = <CardsealProvider options={{ merchant: "mer_demo", roots: [] }} />;
  return <CardsealProvider options={options}>{wrong}</CardsealProvider>;
}

export function Checkout({ order }: { order: string | undefined }) {
  const handle = useRef<CardHandle>(null);
  const pay = async (): Promise<TokenizeResult | undefined> => handle.current?.tokenize({ order: order ?? "" });
  return (
    <form action={() => void pay()}>
      <CardElement
        ref={handle}
        className="card"
        data-testid="card"
        aria-labelledby="title"
        showTotal
        order={order}
        labels={{ number: "Card" }}
        onReady={({ complete }) => complete}
        onChange={(state: CardState) => state.last4}
        onFocus={({ field }) => field}
        onBlur={undefined}
        onSubmit={pay}
        onLoadError={({ cause, message }) => `${cause} ${message}`}
      />
      {/* @ts-expect-error there is no such option */}
      <CardElement holder />
      {/* @ts-expect-error there is no such event */}
      <CardElement onLoaderror={() => {}} />
      {/* @ts-expect-error a state never holds the number */}
      <CardElement onChange={({ number }) => number} />
      {/* @ts-expect-error the ref is a handle, not an element */}
      <CardElement ref={useRef<HTMLDivElement>(null)} />
    </form>
  );
}

export function Hooked() {
  const card = useCard({ cardholder: true, onChange: ({ brand }) => brand });
  const access = useCardseal()?.card();
  // @ts-expect-error what is not ready has no state
  card.state.complete;
  // @ts-expect-error there is no such input
  card.focus("cvc");
  // @ts-expect-error the order is missing
  card.tokenize();
  return (
    <div ref={card.ref}>
      {card.ready && card.state?.last4}
      {card.error?.message}
      <button type="button" onClick={() => (access ? card.reload() : undefined)}>
        Again
      </button>
    </div>
  );
}

export function inSvelte(node: Element): () => void {
  const card: Card = createCard(options, { onchange: ({ last4 }) => last4, onloaderror: ({ cause }) => cause });
  // @ts-expect-error there is no such option
  card.attach({ holder: true });
  // @ts-expect-error there is no such event
  createCard(options, { onloadError: () => {} });
  card.subscribe(({ state, ready, error }) => `${state?.last4} ${ready} ${error?.cause}`);
  card.action(node, { order: "…" }).update({ order: "…" });
  return card.attach({ order: "…" })(node);
}

export function inPlainHtml(): boolean {
  defineCardElement();
  defineCardElement("shop-card");
  const card: CardsealCard = document.createElement("cardseal-card");
  card.order = "…";
  card.options = { showTotal: true };
  card.required = true;
  card.validityTexts = { required: "Bitte Karte angeben." };
  // @ts-expect-error there is no such option
  card.options = { holder: true };
  // @ts-expect-error known, not set
  card.snapshot = { state: null, ready: true, error: null };
  card.addEventListener("cardseal-change", ({ detail }) => detail.last4);
  card.addEventListener("cardseal-token", ({ detail }) => detail.token);
  // @ts-expect-error an error has no token
  card.addEventListener("cardseal-error", ({ detail }) => detail.token);
  card.addEventListener("invalid", (event) => event.preventDefault());
  card.focus("code");
  card.focus({ preventScroll: true });
  return card.reportValidity();
}
