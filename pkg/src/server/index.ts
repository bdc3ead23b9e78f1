/**
 * The merchant's server: makes and signs orders, verifies what came back from page and vault, and pays with tokens. Node 20
 * or later, or another runtime with WebCrypto and fetch.
 *
 * @packageDocumentation
 */
export { formatAmount } from "../amount.js";
export { CardsealError, type ErrorCode, type ProblemCode } from "../errors.js";
export type { Brand, Failure, Field } from "../types.js";
export {
  type Directory,
  type DirectoryOptions,
  type DirectoryResult,
  type FetchDirectoryOptions,
  fetchDirectory,
  type PublishedDirectory,
  type TrustOptions,
  verifyDirectory,
} from "./directory.js";
export {
  type DualSignature,
  type DualSignatureOptions,
  type DualSignatureResult,
  verifyDualSignature,
} from "./dual-signature.js";
export {
  generateOrderKey,
  type OrderKey,
  type OrderPrivateKey,
  type OrderPublicKey,
  type VerifyingKey,
} from "./keys.js";
export {
  createOrderSigner,
  type OrderDetails,
  type OrderItem,
  type OrderSigner,
  type VerifiedOrder,
  type VerifyOptions,
  type VerifyResult,
  verifyOrder,
} from "./order.js";
export { type Receipt, type ReceiptOptions, type ReceiptResult, verifyReceipt } from "./receipt.js";
export {
  type ApprovedPayment,
  createVaultClient,
  type DeclineCode,
  type DeclinedPayment,
  type DeleteResult,
  type KeptReceipt,
  type Payment,
  type PayRequest,
  type PayResult,
  type ReceiptsResult,
  type TokenInfo,
  type TokenResult,
  type VaultClient,
  type VaultClientOptions,
} from "./vault.js";
