/**
 * For the tests of a merchant's checkout, without a vault, a network or a browser: a vault in memory, card fields that are
 * filled in by a call, and published test cards. In Node 20 or later, with happy-dom or jsdom where there is a page.
 *
 * @packageDocumentation
 */
export { type Device, makeDevice } from "../device.js";
export { type TestCard, type TestPayment, type TypedCard, testCards } from "./cards.js";
export {
  type CardFields,
  type CardFieldsOptions,
  cardFields,
  fillCard,
  type ShownTotal,
  serveFrames,
} from "./frames.js";
export { type Suite, suites } from "./signing.js";
export {
  createTestVault,
  type Provocation,
  type TestAnswer,
  type TestFailure,
  type TestOrder,
  type TestPaid,
  type TestRequest,
  type TestToken,
  type TestVault,
  type TestVaultOptions,
} from "./vault.js";
