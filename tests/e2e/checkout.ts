import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

/** A card as a shopper types it. */
export interface TypedCard {
  number: string;
  expiry: string;
  code: string;
}

/** The sandbox acquirer approves it. */
export const approvedCard: TypedCard = { number: "4242 4242 4242 4242", expiry: "12/34", code: "123" };

/** The demo shop's checkout page, as its shopper sees it. */
export class Checkout {
  readonly page: Page;
  readonly frame: FrameLocator;
  readonly number: Locator;
  readonly expiry: Locator;
  readonly code: Locator;
  readonly payButton: Locator;
  readonly problem: Locator;
  readonly receipt: Locator;

  constructor(page: Page) {
    this.page = page;
    this.frame = page.frameLocator("iframe.cardseal-frame");
    this.number = this.frame.locator('[autocomplete~="cc-number"]');
    this.expiry = this.frame.locator('[autocomplete~="cc-exp"]');
    this.code = this.frame.locator('[autocomplete~="cc-csc"]');
    this.payButton = page.locator("#pay");
    this.problem = page.locator("#problem");
    this.receipt = page.locator("#receipt");
  }

  /** Opens the shop and waits until the card form can be filled in. */
  async open(origin: string): Promise<void> {
    await this.page.goto(origin);
    await this.ready();
  }

  async ready(): Promise<void> {
    await expect(this.payButton).toHaveText(/^\s*Pay €59\.40\s*$/);
  }

  /** Types a card key by key. */
  async type({ number, expiry, code }: TypedCard): Promise<void> {
    await this.number.click();
    await this.number.pressSequentially(number);
    await this.expiry.click();
    await this.expiry.pressSequentially(expiry);
    await this.code.click();
    await this.code.pressSequentially(code);
    // What comes of the last key, a problem that goes with the height that it took, moves the button.
    await this.frame.locator("body").evaluate(drawn);
    await this.page.evaluate(drawn);
  }

  async pay(): Promise<void> {
    await this.payButton.click();
  }

  async expectPaid(last4: string): Promise<void> {
    await expect(this.receipt.getByRole("heading")).toHaveText("Paid, thank you");
    await expect(this.receipt).toContainText(`ending in ${last4}`);
  }

  /** One entry of the receipt: "Token", "Authorisation code", … */
  fact(term: string): Locator {
    return this.receipt.locator("dl > div", { has: this.page.getByText(term, { exact: true }) }).locator("dd");
  }
}

/** Evaluated in a document: waits for two pictures of it. */
function drawn(): Promise<void> {
  const next = (act: () => void) => requestAnimationFrame(() => setTimeout(act));
  return new Promise((resolve) => next(() => next(resolve)));
}
