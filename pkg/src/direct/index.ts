/**
 * The same sealing inside the merchant's own page, on inputs that the page itself made.
 *
 * What it costs: the page's scripts, its own and every one it includes, can read those inputs. The page and the server
 * that delivers it are then part of the cardholder data environment (PCI DSS: SAQ A-EP, or SAQ D, in place of SAQ A).
 * And the page's Content-Security-Policy has to allow `'wasm-unsafe-eval'` in `script-src` and the vault in
 * `connect-src`. Where a frame will do, use `cardseal`.
 *
 * @packageDocumentation
 */
export { CardsealError, type ErrorCode, type ProblemCode } from "../errors.js";
export type { VaultOptions } from "../options.js";
export type { TokenizeRequest } from "../request.js";
export type * from "../types.js";
export type { AttachOptions, CardInputs, DirectCard } from "./card.js";
export { type Direct, type DirectOptions, loadDirect } from "./load.js";
