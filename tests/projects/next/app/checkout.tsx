"use client";

import type { LoadOptions } from "cardseal";
import { CardsealProvider, useCard } from "cardseal/react";
import { useState } from "react";

export function Checkout({ options, order }: { options: LoadOptions; order: string }) {
  return (
    <CardsealProvider options={options}>
      <CardForm order={order} />
    </CardsealProvider>
  );
}

function CardForm({ order }: { order: string }) {
  const card = useCard({ order, showTotal: true });
  const [outcome, setOutcome] = useState("");

  async function pay() {
    const result = await card.tokenize({ order });
    if (!result.ok) return setOutcome(result.error.code);
    const { token, receipt, dualSignature } = result;
    const body = JSON.stringify({ order, token, receipt, dualSignature });
    const paid = await (await fetch("/api/pay", { method: "POST", body })).json();
    setOutcome(`${paid.status} ${paid.last4 ?? paid.code}`);
  }

  return (
    <>
      <div id="card" ref={card.ref} />
      <button id="pay" type="button" disabled={!card.ready} onClick={pay}>
        Pay €42.00
      </button>
      <output id="outcome">{card.error?.message ?? outcome}</output>
    </>
  );
}
