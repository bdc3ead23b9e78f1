import type { Field } from "cardseal";
import { type BasketAnswer, basket } from "./api.js";
import { money, showBasket } from "./basket.js";
import { type Checkout, type CheckoutView, startCheckout } from "./checkout.js";
import { byId, element } from "./element.js";
import { showReceipt } from "./receipt.js";
import { showNothingYet, showNotSentYet, showSealed, showServer, showState } from "./seen.js";
import { showTestCards } from "./test-cards.js";
import type { Wording } from "./wording.js";

const payment = byId("payment");
const receipt = byId("receipt");
const testCards = byId("test");
const problem = byId("problem");
const payButton = byId("pay");
const payLabel = byId("pay-label");
const place = byId("card");

showTestCards();
void start();

/** From the receipt back to an empty form, and the focus with it: the button that had it goes. */
function startAgain(): void {
  void start();
  byId("payment-title").focus();
}

async function start(): Promise<void> {
  showNothingYet();
  receipt.hidden = true;
  payment.hidden = false;
  testCards.hidden = false;
  document.title = "Checkout · Par Avion";
  loading();
  try {
    const answer = await basket();
    showBasket(answer.basket);
    byId("vault").textContent = new URL(answer.vault).host;
    await take(answer);
  } catch {
    missing({ what: "The shop did not answer.", advice: "Check your connection and try again." }, start);
  }
}

/** When the card form is seen that said it is ready, in milliseconds: it is drawn with the next pictures. */
const DRAWN = 100;

/** Takes the payment for a basket. */
async function take({ basket, ...options }: BasketAnswer): Promise<void> {
  const payText = `Pay ${money(basket.total, basket.currency)}`;
  let checkout: Checkout | undefined;

  const view: CheckoutView = {
    place,
    ready() {
      setTimeout(() => place.removeAttribute("aria-busy"), DRAWN);
      hideProblem();
      idle(payText);
    },
    missing(why, retry) {
      missing(why, () => {
        loading();
        retry();
      });
    },
    working(step) {
      hideProblem();
      if (step === "ordering") showNotSentYet();
      busy(steps[step]);
    },
    refused(why, correct) {
      idle(payText);
      showProblem(why);
      focusOn(correct);
    },
    paid(paid) {
      idle(payText);
      payment.hidden = true;
      testCards.hidden = true;
      document.title = "Paid · Par Avion";
      byId("status").textContent = "";
      showReceipt(receipt, paid, startAgain).focus();
    },
    submitted: () => void checkout?.pay(),
    typed(state) {
      showState(state);
      // With the first key, and not once all is put right: the button moves with it, and must not under the hand that presses it.
      hideProblem();
    },
    sealed: showSealed,
    answered: ({ seen }) => seen && showServer(seen),
  };

  byId("checkout").onsubmit = (event) => {
    event.preventDefault();
    if (payButton.getAttribute("aria-disabled") !== "true") void checkout?.pay();
  };
  checkout = await startCheckout(options, view);

  /** To the input that has to be corrected; else to the button, which is what to press next. */
  function focusOn(field?: Field): void {
    if (field) checkout?.focus(field);
    else payButton.focus();
  }
}

const steps = {
  ordering: "Preparing the order",
  verifying: "Checking the order",
  sealing: "Sealing the card",
  sending: "Sending the sealed card",
  checking: "Checking the receipt",
  paying: "Asking the bank",
};

function loading(): void {
  place.setAttribute("aria-busy", "true");
  hideProblem();
  busy("Loading the card form");
}

function missing(why: Wording, retry: () => void): void {
  const again = element("button", { type: "button" }, "Try again");
  again.addEventListener("click", () => {
    retry();
    payButton.focus();
  });
  place.removeAttribute("aria-busy");
  showProblem(why, again);
  // The two buttons take turns; whoever was on the one that goes is put on the one that comes.
  if (document.activeElement === payButton) again.focus();
  payButton.hidden = true;
}

/** `aria-disabled` and not `disabled`: a disabled button drops the keyboard's focus on the floor. */
function busy(label: string): void {
  payButton.hidden = false;
  payButton.setAttribute("aria-disabled", "true");
  payButton.classList.add("busy");
  payLabel.textContent = label;
  byId("status").textContent = label;
}

function idle(label: string): void {
  payButton.hidden = false;
  payButton.removeAttribute("aria-disabled");
  payButton.classList.remove("busy");
  payLabel.textContent = label;
  byId("status").textContent = "";
}

function showProblem({ what, advice }: Wording, ...more: HTMLElement[]): void {
  problem.replaceChildren(element("strong", {}, what), ` ${advice}`, ...more);
  problem.hidden = false;
}

function hideProblem(): void {
  problem.hidden = true;
  problem.replaceChildren();
}
