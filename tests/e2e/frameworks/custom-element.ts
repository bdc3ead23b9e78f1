import { type CardsealCard, defineCardElement } from "cardseal/custom-element";
import { container } from "./page.ts";

window.heard = [];
defineCardElement();
const place = container();
let card: CardsealCard | undefined;

window.fields = {
  mount() {
    card = document.createElement("cardseal-card");
    card.setAttribute("vault", window.settings.vault);
    card.setAttribute("merchant", window.settings.merchant);
    card.setAttribute("roots", window.settings.roots.join(" "));
    card.addEventListener("cardseal-ready", () => window.heard.push(["ready", 1]));
    place.append(card);
  },
  unmount() {
    card?.remove();
  },
  tokenize: async (order) => {
    if (!card) throw new Error("there is no card element");
    return card.tokenize({ order });
  },
};
