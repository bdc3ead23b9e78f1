// What a user may write. Compiled, never run: see types.test.ts.
import {
  type CardElement,
  type CardOptions,
  type CardState,
  CardsealError,
  type ErrorCode,
  type Field,
  type LoadOptions,
  loadCardseal,
  type TokenizeResult,
} from "cardseal";
import { type CardInputs, type DirectCard, loadDirect } from "cardseal/direct";
import {
  createOrderSigner,
  createVaultClient,
  generateOrderKey,
  type OrderDetails,
  type PayResult,
  type TokenResult,
  verifyOrder,
} from "cardseal/server";

const options: LoadOptions = { vault: "https://vault.example", merchant: "mer_demo", timeout: 5000 };

export async function page(): Promise<string> {
  const cardseal = await loadCardseal(options);
  if (!cardseal) return "on a server";
  const cardOptions: CardOptions = { cardholder: true, labels: { number: "Card" }, placeholders: {}, timeout: 5000 };
  const card: CardElement = cardseal.card(cardOptions);
  const stop: () => void = card.on("change", (state: CardState) => state.fields.number.problem?.toUpperCase());
  stop();
  card.on("ready", ({ complete }) => complete);
  card.on("focus", ({ field }: { field: Field }) => card.focus(field));
  card.on("blur", ({ field }) => field);
  card.on("submit", () => card.clear());
  card.on("loaderror", ({ cause, message }) => `${cause satisfies ErrorCode}: ${message}`);
  card.mount("#card");
  card.mount(document.body);
  card.update({ labels: { code: "CVC" } });
  card.focus();

  const result: TokenizeResult = await card.tokenize({ order: "…" });
  card.unmount();
  card.destroy();
  if (result.ok) return `${result.token} ${result.brand} ${result.last4} ${result.expMonth + result.expYear}`;
  const field: Field | undefined = result.error.field;
  return `${result.error.code} ${result.error.retryable} ${field}`;
}

export async function direct(inputs: CardInputs): Promise<TokenizeResult | undefined> {
  const loaded = await loadDirect({ vault: "https://vault.example", merchant: "mer_demo" });
  const card: DirectCard | undefined = loaded?.attach(inputs, { timeout: 5000 });
  card?.on("change", ({ last4 }) => last4);
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

export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CardsealError ? error.code : undefined;
}
