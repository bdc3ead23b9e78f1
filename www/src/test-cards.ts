import { byId, element } from "./element.js";

/** The sandbox acquirer's cards, and what each of them does. */
const testCards: { brand: string; number: string; does: string; approved?: true }[] = [
  { brand: "Visa", number: "4242 4242 4242 4242", does: "Approved", approved: true },
  { brand: "Mastercard", number: "5555 5555 5555 4444", does: "Approved", approved: true },
  { brand: "Amex", number: "3782 822463 10005", does: "Approved", approved: true },
  { brand: "Visa", number: "4000 0000 0000 0002", does: "Declined" },
  { brand: "Visa", number: "4000 0000 0000 9995", does: "Too little money" },
  { brand: "Visa", number: "4000 0000 0000 0069", does: "Expired" },
  { brand: "Visa", number: "4000 0000 0000 0127", does: "Wrong code" },
  { brand: "Visa", number: "4000 0000 0000 0119", does: "Bank too slow" },
];

/**
 * Lists the test cards. Pressing one puts its number on the clipboard and no further: the shopper pastes it, because
 * there is no way from this page into the card fields, and there must be none.
 */
export function showTestCards(): void {
  byId("test-cards").replaceChildren(
    ...testCards.map(({ brand, number, does, approved }) => {
      const digits = element("span", { class: "digits" }, number);
      const outcome = element("span", { class: approved ? "does approved" : "does" }, does);
      const button = element("button", { type: "button" }, element("span", { class: "brand" }, brand), digits, outcome);
      button.addEventListener("click", () => copy(number, digits, outcome, does));
      return element("li", {}, button);
    }),
  );
}

async function copy(number: string, digits: HTMLElement, outcome: HTMLElement, does: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(number);
    outcome.textContent = "Copied";
    byId("status").textContent = "Card number copied. Paste it into the card number field.";
    setTimeout(() => {
      outcome.textContent = does;
    }, 1600);
  } catch {
    // No clipboard (permission refused, or not a secure page): the number selected is the next best thing.
    getSelection()?.selectAllChildren(digits);
  }
}
