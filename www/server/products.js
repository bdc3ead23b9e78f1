/**
 * What the shop sells. Prices are here and nowhere else: the page is told them, and never tells them back.
 *
 * @typedef {object} Product
 * @property {string} id Also the name of the product's picture in index.html.
 * @property {string} name
 * @property {string} detail
 * @property {number} price Of one, in minor units of the shop's currency (cents).
 */

/** ISO 4217. */
export const currency = "EUR";

/** @type {readonly Product[]} */
export const products = [
  { id: "envelopes", name: "Airmail envelopes", detail: "Pack of 25, gummed flap", price: 650 },
  { id: "pen", name: "Fountain pen", detail: "Marine blue, fine nib", price: 2400 },
  { id: "seal", name: "Wax and seal", detail: "Brass die, one stick of red wax", price: 1850 },
];

/** Sending a parcel, in minor units. */
export const postage = 390;

/**
 * The demo's one basket: what a real shop would look up for the shopper's session.
 *
 * @type {readonly { product: string, quantity: number }[]}
 */
const chosen = [
  { product: "envelopes", quantity: 2 },
  { product: "pen", quantity: 1 },
  { product: "seal", quantity: 1 },
];

/**
 * The basket with its prices, as the page shows it and the order states it.
 *
 * @returns {import("../src/api.js").Basket}
 */
export function basket() {
  const items = chosen.flatMap(({ product, quantity }) => {
    const found = products.find(({ id }) => id === product);
    return found ? [{ ...found, quantity }] : [];
  });
  const goods = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return { items, postage, total: goods + postage, currency };
}
