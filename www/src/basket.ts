import { formatAmount } from "cardseal";
import type { Basket } from "./api.js";
import { byId, element, picture } from "./element.js";

/** Shows the basket and what it comes to. */
export function showBasket({ items, postage, total, currency }: Basket): void {
  byId("basket").replaceChildren(
    ...items.map(({ id, name, detail, price, quantity }) =>
      element(
        "li",
        {},
        element("span", { class: "picture" }, picture(id)),
        element(
          "div",
          {},
          element("p", { class: "name" }, name),
          element("p", { class: "detail" }, detail),
          element("p", { class: "detail" }, `${quantity} × ${money(price, currency)}`),
        ),
        element("p", { class: "amount" }, money(price * quantity, currency)),
      ),
    ),
  );
  byId("goods").textContent = money(total - postage, currency);
  byId("postage").textContent = money(postage, currency);
  byId("total").textContent = money(total, currency);
}

/** An amount in minor units, as the shop's shoppers write it. */
export function money(minor: number, currency: string): string {
  return formatAmount(minor, currency, "en-IE");
}
