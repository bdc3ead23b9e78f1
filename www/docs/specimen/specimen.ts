/**
 * Card fields to look at: the frame's own document, script and module and the package's own element, on this site's own
 * origin. So they need no vault, and can be shown with a card typed in; a checkout's page can do neither.
 */
import type { CardOptions, Field, OptionsError } from "cardseal";
// Not by the package's name: `loadCardseal` refuses a vault of the page's own origin, whose fields the page could read. That
// is right for every page but these two, which are there to be looked into and take no card.
import { CardElement } from "../../../pkg/src/element.js";
import { openVault } from "./vault.ts";

/** A state of a field that only a browser brings about, as style sheets name it. */
export type BrowserState = ":focus-within" | ":hover" | ":autofill";

/** How long the fields may take to load, in milliseconds. */
const TIMEOUT = 20_000;

/** The amount that totals show, in cents. */
const AMOUNT = 5940;

/** One card element, mounted and ready. */
export class Specimen {
  readonly #card: CardElement;
  readonly #frame: Window;

  private constructor(card: CardElement, frame: Window) {
    this.#card = card;
    this.#frame = frame;
  }

  /** Mounts card fields in `place`; resolves once they can be typed into. An `order` for a total is put in. */
  static async mount(
    place: Element,
    options: CardOptions,
    optionsError?: (error: OptionsError) => void,
  ): Promise<Specimen> {
    const vault = await openVault();
    const order = options.showTotal ? { order: await vault.signOrder({ amount: AMOUNT }) } : {};
    const card = new CardElement({ ...vault.options, timeout: TIMEOUT }, { ...options, ...order });
    if (optionsError) card.on("optionserror", optionsError);
    const ready = new Promise<void>((resolve, reject) => {
      card.on("ready", () => resolve());
      card.on("loaderror", ({ message }) => reject(new Error(message)));
    });
    card.mount(place);
    try {
      await ready;
      const frame = place.querySelector("iframe")?.contentWindow;
      if (!frame) throw new Error("the card fields were removed while they loaded");
      // Labels come in the language that was asked for, a moment after English ones would.
      await until(() => frame.document.documentElement.dir !== "");
      return new Specimen(card, frame);
    } catch (cause) {
      card.destroy();
      throw cause;
    }
  }

  /** The frame's document. */
  get document(): Document {
    return this.#frame.document;
  }

  /** Changes options at once. */
  async update(options: CardOptions): Promise<void> {
    const order = options.showTotal ? { order: await (await openVault()).signOrder({ amount: AMOUNT }) } : {};
    this.#card.update({ ...options, ...order });
  }

  /** Fills in a field as a password manager does: the focus stays where it is. */
  fill(field: Field, text: string): void {
    const input = this.#input(field);
    input.value = text;
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type));
  }

  /** Has a field say what is wrong with it, as it does once the shopper has left it. */
  leave(field: Field): void {
    this.#input(field).dispatchEvent(new Event("blur"));
  }

  /** Shows elements as the style sheets say of a state that cannot be brought about from outside. */
  pretend(state: BrowserState, selector: string): void {
    const { document } = this;
    for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) extend(sheet.cssRules, state);
    for (const element of document.querySelectorAll(selector)) element.classList.add(PRETENDED);
  }

  #input(field: Field): HTMLInputElement {
    return this.document.getElementById(field) as HTMLInputElement;
  }

  /** Takes the fields out of the page. */
  close(): void {
    this.#card.destroy();
  }
}

const PRETENDED = "pretended";

function extend(rules: CSSRuleList, state: BrowserState): void {
  for (const rule of rules) {
    if ("selectorText" in rule) {
      const named = rule as CSSStyleRule;
      named.selectorText = named.selectorText.replaceAll(state, `:is(${state}, .${PRETENDED})`);
    }
    if ("cssRules" in rule) extend(rule.cssRules as CSSRuleList, state);
  }
}

/** Waits until something holds. */
function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (holds() ? resolve() : setTimeout(look, 10));
    look();
  });
}
