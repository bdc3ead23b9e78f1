/**
 * The merchant's page: card fields in a frame of the vault, and the token that comes of them.
 *
 * @packageDocumentation
 */
export { formatAmount } from "./amount.js";
export type { CardElement } from "./element.js";
export { CardsealError, type ErrorCode, type ProblemCode } from "./errors.js";
export { type Cardseal, type LoadOptions, loadCardseal } from "./load.js";
export type { VaultOptions } from "./options.js";
export type * from "./types.js";
