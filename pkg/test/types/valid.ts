// What a user may write. Compiled, never run: see types.test.ts.
import {
  type CardElement,
  type CardOptions,
  type CardState,
  CardsealError,
  type ErrorCode,
  type Field,
  formatAmount,
  type LoadCause,
  type LoadOptions,
  loadCardseal,
  type Step,
  type TokenizeResult,
} from "cardseal";
import { type CardInputs, type DirectCard, loadDirect } from "cardseal/direct";
import { loadShopperMessages, type ShopperMessages } from "cardseal/errors";
import {
  createOrderSigner,
  createVaultClient,
  type DirectoryResult,
  type DualSignatureResult,
  fetchDirectory,
  formatAmount as formatAmountOnServer,
  generateOrderKey,
  type OrderDetails,
  type PayResult,
  type Receipt,
  type ReceiptResult,
  type TokenResult,
  type VerifyingKey,
  verifyDirectory,
  verifyDualSignature,
  verifyOrder,
  verifyReceipt,
} from "cardseal/server";
import { type CardFields, cardFields, createTestVault, fillCard, serveFrames, type TestCard } from "cardseal/testing";
import { cardFrame, expectCardError, fillCard as fillInBrowser, testCards } from "cardseal/testing/playwright";

export const amounts: string[] = [formatAmount(4200, "EUR"), formatAmountOnServer(4200, "EUR", "de")];

const options: LoadOptions = {
  vault: "https://vault.example",
  merchant: "mer_demo",
  roots: ["A".repeat(43)],
  timeout: 5000,
};

export async function page(): Promise<string> {
  const cardseal = await loadCardseal(options);
  if (!cardseal) return "on a server";
  const cardOptions: CardOptions = {
    cardholder: true,
    country: true,
    postalCode: true,
    defaultCountry: "DE",
    preferredBrands: ["cartes_bancaires", "bancontact"],
    showTotal: true,
    order: "…",
    labels: { number: "Card", postalCode: "ZIP" },
    placeholders: {},
    timeout: 5000,
    locale: "pt-BR",
    appearance: {
      theme: "auto",
      variables: { colorPrimary: "#08f", fieldHeight: "56px" },
      rules: { "field:focus": { boxShadow: "none" }, "input::placeholder": { color: "gray" } },
    },
    fonts: [{ family: "Inter", src: "https://fonts.example/inter.woff2", weight: "400" }],
    layout: { areas: ["number number", "expiry code"], columns: ["1fr", "1fr"] },
  };
  const card: CardElement = cardseal.card(cardOptions);
  const stop: () => void = card.on("change", (state: CardState) => state.fields.number.problem?.toUpperCase());
  stop();
  card.on("ready", ({ complete }) => complete);
  card.on("focus", ({ field }: { field: Field }) => card.focus(field));
  card.on("blur", ({ field }) => field);
  card.on("submit", () => card.clear());
  card.on("optionserror", ({ cause, member }) => `${cause satisfies "options_invalid"}: ${member}`);
  card.on("progress", ({ step }) => step satisfies Step);
  card.on(
    "loaderror",
    ({ cause, code, message }) => `${cause satisfies LoadCause}, ${code satisfies ErrorCode}: ${message}`,
  );
  card.mount("#card");
  card.mount(document.body);
  card.update({ labels: { code: "CVC" } });
  card.focus();

  const result: TokenizeResult = await card.tokenize({ order: "…" });
  card.unmount();
  card.destroy();
  const messages: ShopperMessages = await loadShopperMessages("de");
  if (!result.ok) messages.of(result.error.code).toUpperCase();
  if (result.ok) return `${result.token} ${result.brand} ${result.last4} ${result.expMonth + result.expYear}`;
  const field: Field | undefined = result.error.field;
  return `${result.error.code} ${result.error.retryable} ${field}`;
}

export async function direct(inputs: CardInputs): Promise<TokenizeResult | undefined> {
  const loaded = await loadDirect({ vault: "https://vault.example", merchant: "mer_demo", roots: ["A".repeat(43)] });
  const card: DirectCard | undefined = loaded?.attach(inputs, { timeout: 5000, preferredBrands: ["visa"] });
  card?.on("change", ({ last4 }) => last4);
  card?.on("change", ({ brandChoices: [first], chosenBrand }) => chosenBrand ?? (first && card.choose(first)));
  card?.choose();
  card?.focus("code");
  card?.clear();
  const result = await card?.tokenize({ order: "…" });
  card?.destroy();
  return result;
}

export async function server(token: string): Promise<string> {
  const { publicKey, privateKey } = await generateOrderKey();
  const signer = createOrderSigner({ merchant: "mer_demo", privateKey });
  const details: OrderDetails = {
    id: "order-1",
    amount: 4200,
    currency: "EUR",
    origins: ["https://shop.example"] as const,
    expiresIn: 900,
    items: [{ name: "Cup", quantity: 1, amount: 4200 }],
  };
  const order = await signer.sign(details);

  const verified = await verifyOrder(order, [publicKey], { merchant: "mer_demo", now: 1 });
  if (!verified.ok) return verified.error.code;
  const minorUnits: number = verified.order.amount;

  const vault = createVaultClient({ vault: "https://vault.example", apiKey: "sk_…", timeout: 5000, fetch });
  const paid: PayResult = await vault.pay({ token, order });
  const info: TokenResult = await vault.token(token);
  const deleted = await vault.deleteToken(token);
  if (!paid.ok || !info.ok || !deleted.ok) return "failed";
  switch (paid.status) {
    case "approved":
      return `${minorUnits} ${paid.authorizationCode} ${info.status}`;
    case "declined":
      return paid.declineCode;
  }
}

export async function receipts(kept: string | undefined, jws: string, dualSignature: string): Promise<string | null> {
  const trust = { vault: "https://vault.example", roots: ["…"] as const };
  const fetched: DirectoryResult = await fetchDirectory({ ...trust, seen: kept, timeout: 5000, fetch });
  if (!fetched.ok) return fetched.error.code;
  const { receiptKeys, seen, sequence, expires, revoked } = fetched.directory;
  const again = await verifyDirectory({ delegation: "…", directory: "…" }, { ...trust, seen: null, now: expires });
  if (!again.ok) return `${again.error.message} ${seen.length + sequence + revoked.length}`;

  const keys: readonly VerifyingKey[] = receiptKeys;
  const verified: ReceiptResult = await verifyReceipt(jws, {
    keys,
    vault: "https://vault.example",
    merchant: "mer_demo",
    token: "tok_1",
    order: "…",
    envelope: "…",
    dualSignature,
  });
  if (!verified.ok) return verified.error.code;
  const receipt: Receipt = verified.receipt;
  const joined: DualSignatureResult = await verifyDualSignature(dualSignature, { order: "…", card: receipt.card });
  await verifyDualSignature(dualSignature, { envelope: "…" });
  if (!joined.ok) return joined.error.code;
  const { issued, order, card, device } = joined.dualSignature;
  return receipt.previous ?? `${receipt.hash} ${receipt.brand?.toUpperCase()} ${issued} ${order} ${card} ${device}`;
}

export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CardsealError ? error.code : undefined;
}

export async function test(): Promise<void> {
  const vault = await createTestVault({ suite: "HPKE-8", origins: ["https://shop.example"] });
  const stop: () => void = serveFrames(vault);
  const access: LoadOptions = vault.options;
  const client = createVaultClient({ vault: access.vault, apiKey: vault.apiKey, fetch: vault.fetch });
  createOrderSigner({ merchant: vault.merchant, privateKey: vault.orderKey });
  const fields: CardFields = await cardFields(document.body);
  await fields.fill({ number: testCards.visa.number });
  await fillCard(document, { ...testCards.amex, code: "1" });
  const cards: TestCard[] = Object.values(testCards);
  vault.failNext("network", { times: 1 });
  vault.answerNext({ status: 400, code: "clock_skew", now: 1 });
  vault.answerNext(async (answer) => (await answer()).clone(), { path: "/v1/payments" });
  vault.failNextLoad("blocked");
  await client.token(vault.tokens[0]?.token ?? cards[0]?.last4 ?? "");
  stop();
}

/** Whatever version of Playwright it is of: only what is used has to be there. */
export async function browser(page: Parameters<typeof fillInBrowser>[0]): Promise<void> {
  await fillInBrowser(page, testCards.cobadged, { element: "#card", timeout: 1000 });
  await expectCardError(page, "expiry", "expiry_past");
  await (await cardFrame(page)).locator("input").click();
}
