// What a user of the Vue adapter may write, and what not. Compiled, never run: see types.test.ts.
import type { LoadOptions } from "cardseal";
import { CardElement, createCardseal, provideCardseal, useCard } from "cardseal/vue";
import { createApp, h, ref } from "vue";

const options: LoadOptions = { vault: "https://vault.example", merchant: "mer_demo", roots: ["A".repeat(43)] };

export function setup() {
  createApp({})
    .use(createCardseal(options))
    .use(createCardseal(ref(options)));
  provideCardseal(() => options);
  const { element, snapshot, tokenize } = useCard(() => ({ showTotal: true }), {
    onLoaderror: ({ cause }) => cause,
  });
  // @ts-expect-error there is no such option
  useCard({ holder: true });
  // @ts-expect-error the vault is missing
  createCardseal({ merchant: "mer_demo", roots: [] });
  // @ts-expect-error there is no such option
  h(CardElement, { options: { holder: true } });
  // @ts-expect-error a state never holds the number
  h(CardElement, { onChange: ({ number }) => number });
  h("div", { ref: element }, snapshot.value.state?.last4 ?? "");
  tokenize({ order: "…" }).then(({ ok }) => ok);
  return h(CardElement, { class: "card", options: { order: "…" }, onReady: ({ complete }) => complete });
}
