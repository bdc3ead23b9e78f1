/**
 * Taking a payment with Cardseal: this is the file to copy.
 *
 * The page mounts a card element (a frame of the vault's), asks its own server for a signed order, has the element
 * seal the card for that order and swap it for a token, and hands the token to its server, which pays with it.
 */
import {
  type CardElement,
  type CardState,
  type Cardseal,
  type Field,
  type LoadOptions,
  loadCardseal,
  type Step,
  type Tokenized,
} from "cardseal";
import { loadShopperMessages } from "cardseal/errors";
import { type PayAnswer, pay, type Receipt, ShopUnreachable, signOrder } from "./api.js";
import { type Wording, Words } from "./wording.js";

/** What happens on the page's side of a checkout. */
export interface CheckoutView {
  /** Where the card element goes. */
  place: HTMLElement;
  /** The card form can be filled in. */
  ready(): void;
  /** There is no card form; `retry` tries to load it again. */
  missing(why: Wording, retry: () => void): void;
  /** Tells the shopper what is being done. */
  working(step: "ordering" | Step | "paying"): void;
  /** The payment did not happen; what to say, and the input to correct if there is one. */
  refused(why: Wording, correct?: Field): void;
  paid(receipt: Receipt): void;
  /** The shopper pressed Enter in the card form. */
  submitted(): void;
  /** For the panel "What each party saw". */
  typed(state: CardState): void;
  sealed(card: Tokenized): void;
  answered(answer: PayAnswer): void;
}

/** One basket's payment. */
export interface Checkout {
  /** Pays. A call while one is under way does nothing. */
  pay(): Promise<void>;
  /** Puts the cursor into one of the card form's inputs. */
  focus(field: Field): void;
}

/** Loads the card form into the page. */
export async function startCheckout(options: LoadOptions, view: CheckoutView): Promise<Checkout> {
  const loaded = await loadCardseal(options);
  // Only on a server, where there is no page to pay on.
  if (!loaded) throw new Error("Cardseal needs a browser");
  const cardseal: Cardseal = loaded;
  // Ahead of the first problem, which may be that the browser is offline.
  const words = new Words(await loadShopperMessages());

  let card: CardElement;
  let busy = false;
  /** The order being paid. Kept after a decline: the shopper pays the same order with another card. */
  let order: string | undefined = (await signOrder()).order;
  /** A token of which it is not known whether it paid: trying again must mean the same one, so that it pays once. */
  let unanswered: Tokenized | undefined;

  mount();
  return { pay: once, focus: (field) => card.focus(field) };

  function mount(): void {
    // The frame shows the total of the order as it was signed, and seals for no other.
    card = cardseal.card({ showTotal: true, ...(order && { order }) });
    card.on("ready", () => view.ready());
    card.on("change", (state) => {
      unanswered = undefined;
      view.typed(state);
    });
    card.on("submit", () => view.submitted());
    card.on("progress", ({ step }) => view.working(step));
    card.on("loaderror", ({ code }) => {
      card.destroy();
      view.missing(words.of(code), mount);
    });
    card.mount(view.place);
  }

  async function once(): Promise<void> {
    // The button says so too, but a second click must never depend on what a button looks like.
    if (busy) return;
    busy = true;
    try {
      await attempt();
    } catch (error) {
      view.refused(words.of(error instanceof ShopUnreachable ? "outcome_unknown" : "internal"));
    } finally {
      busy = false;
    }
  }

  async function attempt(): Promise<void> {
    view.working("ordering");
    order ??= (await signOrder()).order;

    const sealed = unanswered ?? (await card.tokenize({ order }));
    if (!sealed.ok) return refuse(sealed.error.code, sealed.error.field);
    view.sealed(sealed);

    view.working("paying");
    unanswered = sealed;
    const answer = await pay(order, sealed);
    view.answered(answer);
    if (answer.status === "failed" && answer.again) return view.refused(words.of("outcome_unknown"));
    // A token serves once, whatever the answer.
    unanswered = undefined;

    switch (answer.status) {
      case "paid":
        card.destroy();
        return view.paid(answer.receipt);
      case "declined":
        return view.refused(words.ofDecline(answer.reason), fieldToCorrect(answer.reason));
      case "failed":
        return refuse(answer.code);
    }
  }

  function refuse(code: string, field?: Field): void {
    // An order that cannot be paid is worth nothing: the next attempt gets a new one. But nobody pays a paid one again.
    if (code.startsWith("order_") && code !== "order_paid") order = undefined;
    view.refused(words.of(code), field);
  }
}

function fieldToCorrect(reason: string): Field {
  if (reason === "expired_card") return "expiry";
  return reason === "incorrect_code" ? "code" : "number";
}
