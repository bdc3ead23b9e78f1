import { type CardElement, loadCardseal } from "cardseal";
import { container } from "./page.ts";

// The package itself, without a framework.

window.heard = [];
const cardseal = await loadCardseal(window.settings);
const place = container();
let card: CardElement | undefined;

window.fields = {
  mount() {
    card = cardseal?.card();
    card?.on("ready", () => window.heard.push(["ready", 1]));
    card?.mount(place);
  },
  mountAgain() {
    card?.mount(place);
  },
  unmount() {
    card?.destroy();
  },
  tokenize: async (order) => {
    if (!card) throw new Error("there is no card element");
    return card.tokenize({ order });
  },
};
