// What a user must not be able to write: each marked line has to be an error. Compiled, never run: see types.test.ts.
import { loadCardseal, type TokenizeResult } from "cardseal";
import type { Direct } from "cardseal/direct";
// @ts-expect-error nor are the files of the build public
import "cardseal/dist/index.js";
// @ts-expect-error the messages are not public
import "cardseal/messages";
import {
  createOrderSigner,
  createVaultClient,
  fetchDirectory,
  type OrderKey,
  type PayResult,
  verifyDirectory,
  verifyDualSignature,
  verifyReceipt,
} from "cardseal/server";
import { createTestVault, testCards } from "cardseal/testing";
import { expectCardError, fillCard } from "cardseal/testing/playwright";

export async function page(): Promise<void> {
  // @ts-expect-error the vault's address is missing
  await loadCardseal({ merchant: "mer_demo" });
  // @ts-expect-error the root keys are missing
  await loadCardseal({ vault: "https://vault.example", merchant: "mer_demo" });
  // @ts-expect-error there is no such option
  await loadCardseal({ vault: "https://vault.example", merchant: "mer_demo", roots: ["A".repeat(43)], locale: "de" });
  const cardseal = await loadCardseal({
    vault: "https://vault.example",
    merchant: "mer_demo",
    roots: ["A".repeat(43)],
  });
  // @ts-expect-error it is null on a server
  cardseal.card();
  if (!cardseal) return;
  // @ts-expect-error elements are made by card()
  new (await import("cardseal")).CardElement();
  // @ts-expect-error there is no such option
  cardseal.card({ holder: true });
  // @ts-expect-error the page never learns the country
  cardseal.card({ country: true }).on("change", ({ country }) => country);
  // @ts-expect-error there is no such scheme
  cardseal.card({ preferredBrands: ["cb"] });
  // @ts-expect-error there is no such input
  cardseal.card({ labels: { cvc: "CVC" } });
  // @ts-expect-error options that are undefined are left out
  cardseal.card({ cardholder: undefined });
  // @ts-expect-error there is no such theme
  cardseal.card({ appearance: { theme: "fancy" } });
  // @ts-expect-error a rule hides nothing
  cardseal.card({ appearance: { rules: { field: { display: "none" } } } });
  const card = cardseal.card();
  // @ts-expect-error there is no such event
  card.on("chnage", () => {});
  // @ts-expect-error a state never holds the number
  card.on("change", ({ number }) => number);
  // @ts-expect-error nor does a field's state hold its value
  card.on("change", ({ fields }) => fields.number.value);
  // @ts-expect-error the cause is one of six words
  card.on("loaderror", ({ cause }) => cause === "load_timeout");
  // @ts-expect-error there is no such code
  card.on("loaderror", ({ code }) => code === "no_such_code");
  // @ts-expect-error there is no such step
  card.on("progress", ({ step }) => step === "paying");
  // @ts-expect-error there is no such input
  card.focus("cvc");
  // @ts-expect-error the order is missing
  await card.tokenize({});
  // @ts-expect-error a target may be missing
  card.mount(document.querySelector("#card"));
}

export function results(tokenized: TokenizeResult, paid: PayResult): void {
  // @ts-expect-error only where it went well
  tokenized.token;
  // @ts-expect-error only where it did not
  tokenized.error;
  // @ts-expect-error an error has no token
  if (!tokenized.ok) tokenized.token;
  // @ts-expect-error an answer is not yet an approval
  if (paid.ok) paid.authorizationCode;
  // @ts-expect-error an approval has no reason to decline
  if (paid.ok && paid.status === "approved") paid.declineCode;
}

export async function server({ publicKey, privateKey }: OrderKey, direct: Direct): Promise<void> {
  // @ts-expect-error a public key does not sign
  createOrderSigner({ merchant: "mer_demo", privateKey: publicKey });
  const signer = createOrderSigner({ merchant: "mer_demo", privateKey });
  const order = { id: "order-1", amount: 4200, currency: "EUR", origins: ["https://shop.example"] };
  // @ts-expect-error an amount is a number of minor units
  await signer.sign({ ...order, amount: "42.00" });
  // @ts-expect-error the currency is missing
  await signer.sign({ id: "order-1", amount: 4200, origins: ["https://shop.example"] });
  // @ts-expect-error an item has a quantity
  await signer.sign({ ...order, items: [{ name: "Cup", amount: 4200 }] });
  // @ts-expect-error the API key is missing
  const vault = createVaultClient({ vault: "https://vault.example" });
  // @ts-expect-error the order is missing
  await vault.pay({ token: "tok_1" });
  // @ts-expect-error an input is missing
  direct.attach({ number: document.createElement("input"), expiry: document.createElement("input") });
  // @ts-expect-error not an input
  direct.attach({ number: document.body, expiry: document.body, code: document.body });
}

export async function receipts(jws: string, order: string | undefined): Promise<void> {
  // @ts-expect-error whom to trust is missing
  await fetchDirectory({ vault: "https://vault.example" });
  // @ts-expect-error a single root is given as a list too
  await fetchDirectory({ vault: "https://vault.example", roots: "…" });
  // @ts-expect-error a delegation alone is no directory
  await verifyDirectory({ delegation: jws }, { vault: "https://vault.example", roots: ["…"] });
  const fetched = await fetchDirectory({ vault: "https://vault.example", roots: ["…"] });
  // @ts-expect-error only where it went well
  fetched.directory;
  if (!fetched.ok) return;
  const keys = fetched.directory.receiptKeys;
  // @ts-expect-error the keys are missing
  await verifyReceipt(jws, { merchant: "mer_demo" });
  // @ts-expect-error an order that may be missing would not be compared
  await verifyReceipt(jws, { keys, order });
  // @ts-expect-error there is no such option
  await verifyReceipt(jws, { keys, amount: 4200 });
  // @ts-expect-error nor would this one
  await verifyDualSignature(jws, { order });
  const verified = await verifyReceipt(jws, { keys });
  // @ts-expect-error a receipt never holds the number
  if (verified.ok) verified.receipt.number;
}

export async function test(): Promise<void> {
  const vault = await createTestVault();
  // @ts-expect-error there is no such failure
  vault.failNext("rain");
  // @ts-expect-error a status is missing
  vault.answerNext({ code: "jti_reused" });
  // @ts-expect-error what the vault was asked is not to be altered
  vault.requests.push({ method: "GET", path: "/" });
  // @ts-expect-error no number is kept
  vault.tokens[0]?.number;
  // @ts-expect-error between the vault and its frame alone
  vault.takeLoadFailure();
  // @ts-expect-error there is no such card
  testCards.platinum;
  // @ts-expect-error a page, not its address
  await fillCard("http://localhost", testCards.visa);
  // @ts-expect-error there is no such problem
  await expectCardError({} as Parameters<typeof fillCard>[0], "number", "number_ugly");
}
