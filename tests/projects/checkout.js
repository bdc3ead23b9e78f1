/**
 * What a shop's server does with Cardseal, the same in every project here: it is copied to where each framework keeps the
 * code that only its server runs.
 */
import { randomUUID } from "node:crypto";
import { createOrderSigner, createVaultClient, fetchDirectory, verifyOrder, verifyReceipt } from "cardseal/server";

const {
  CARDSEAL_VAULT: vault = "",
  CARDSEAL_MERCHANT: merchant = "",
  CARDSEAL_ROOTS = "",
  CARDSEAL_API_KEY: apiKey = "",
  CARDSEAL_ORDER_KEY: orderKey = "",
  SHOP_ORIGIN: origin = "",
} = process.env;
const roots = CARDSEAL_ROOTS.split(" ");

/** What a page needs: which vault and merchant its card fields are of, and an order of 42.00 euro to pay. */
export async function checkout() {
  const signer = createOrderSigner({ merchant, privateKey: JSON.parse(orderKey) });
  const order = await signer.sign({ id: randomUUID(), amount: 4200, currency: "EUR", origins: [origin] });
  return { options: { vault, merchant, roots }, order };
}

/**
 * Pays with what the page got for a card, after the vault's own word for it has been read.
 *
 * @param {{ order: string, token: string, receipt: string, dualSignature: string }} tokenized
 * @returns {Promise<{ status: "approved" | "declined", last4: string } | { status: "failed", code: string }>}
 */
export async function pay({ order, token, receipt, dualSignature }) {
  const verified = await verifyOrder(order, JSON.parse(orderKey), { merchant });
  if (!verified.ok) return { status: "failed", code: verified.error.code };
  const listed = await fetchDirectory({ vault, roots });
  if (!listed.ok) return { status: "failed", code: listed.error.code };
  const keys = listed.directory.receiptKeys;
  const taken = await verifyReceipt(receipt, { keys, vault, merchant, order, token, dualSignature });
  if (!taken.ok) return { status: "failed", code: taken.error.code };
  const paid = await createVaultClient({ vault, apiKey }).pay({ token, order });
  if (!paid.ok) return { status: "failed", code: paid.error.code };
  return { status: paid.status, last4: taken.receipt.last4 };
}
