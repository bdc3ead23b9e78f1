/**
 * Card fields as a form-associated custom element: `<cardseal-card>` in a plain `<form>`.
 *
 * @packageDocumentation
 */
import { Binding, type CardHandle, type CardProps, type CardSnapshot } from "../binding.js";
import type { LoadOptions } from "../load.js";
import type { TokenizeRequest } from "../request.js";
import type { CardEvents, Failure, Field, Tokenized, TokenizeResult } from "../types.js";

export type { CardProps, CardSnapshot } from "../binding.js";

/** What the shopper is told by the browser's own bubble, and `validationMessage` says. */
export interface ValidityTexts {
  /** The element is `required`, and nothing was typed or can be yet. */
  required: string;
  /** Something was typed that cannot be submitted. */
  incomplete: string;
  /** The card could not be tokenized. */
  failed: string;
}

/** The events of the element: `CustomEvent`s, which bubble, out of shadow trees too. */
export type CardsealCardEvents = {
  [Type in keyof CardEvents as `cardseal-${Type}`]: CustomEvent<CardEvents[Type]>;
} & {
  /** A submission got a token, and goes on with it. */
  "cardseal-token": CustomEvent<Tokenized>;
  /** A submission got none, and goes no further. */
  "cardseal-error": CustomEvent<Failure>;
};

/**
 * `<cardseal-card vault merchant roots name required disabled locale>`.
 *
 * When its form is submitted, it holds the submission back, tokenizes the card for `order`, and submits the form again by
 * the same button. That submission carries four entries: `NAME` (the token), `NAME-receipt`, `NAME-dual-signature` and
 * `NAME-order`, where NAME is the attribute `name`, or `cardseal`. Until then the element has the state `busy`, for the
 * selector `:state(busy)`.
 */
export interface CardsealCard extends HTMLElement, Omit<CardHandle, "focus" | "tokenize"> {
  /** What is known of the card. */
  readonly snapshot: CardSnapshot;
  /** The signed order that a submission pays; where the options ask for the total, that of this order is shown. */
  order: string | undefined;
  /** Options of the card. A new object replaces them all. Default: none. */
  options: CardProps;
  /** Texts in place of the English ones. */
  validityTexts: Partial<ValidityTexts>;
  /** Reflects the attribute. Without it an empty card does not stop the form, which is submitted without a token. */
  required: boolean;
  /** Reflects the attribute. A disabled card takes no input, and no part in the form. */
  disabled: boolean;
  /** The form that it is part of. */
  readonly form: HTMLFormElement | null;
  /** As of an input: what keeps the form from being submitted. */
  readonly validity: ValidityState;
  /** What the browser tells the shopper; empty where nothing is wrong. */
  readonly validationMessage: string;
  /** `false` while it is disabled. */
  readonly willValidate: boolean;
  /** Whether the card can be submitted; emits `invalid` if not. */
  checkValidity(): boolean;
  /** The same, and tells the shopper. */
  reportValidity(): boolean;
  /** As a submission does, without a form. Default: for `order`. */
  tokenize(request?: TokenizeRequest): Promise<TokenizeResult>;
  /** Moves the focus into the fields: to the one that is named, or to the first that needs the shopper. */
  focus(field?: Field | FocusOptions): void;
  addEventListener<Type extends keyof CardsealCardEvents>(
    type: Type,
    listener: (this: CardsealCard, event: CardsealCardEvents[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "cardseal-card": CardsealCard;
  }
}

/**
 * Defines the element, under the name of a custom element. Has no effect on a server, nor where the name is taken already,
 * by this or by anything else.
 */
export function defineCardElement(tag = "cardseal-card"): void {
  if (globalThis.customElements && !customElements.get(tag)) customElements.define(tag, class extends Card {});
}

const english: ValidityTexts = {
  required: "Enter your card details.",
  incomplete: "Check your card details.",
  failed: "Your card could not be processed. Try again.",
};

/** The form that is being submitted again, with a token of each of its cards. */
let complete: HTMLFormElement | undefined;

/** On a server there is none, and no element either. */
const PageElement = globalThis.HTMLElement ?? Object;

class Card extends PageElement {
  static readonly formAssociated = true;
  static readonly observedAttributes = ["vault", "merchant", "roots", "locale", "required"];

  readonly #internals = this.attachInternals();
  readonly #place = document.createElement("div");
  readonly #binding = new Binding(
    (type, event) => this.#receive(type, event),
    () => this.#renew(),
  );
  #order: string | undefined;
  #options: CardProps = {};
  #texts: Partial<ValidityTexts> = {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host(:not([hidden])){display:block}");
    root.adoptedStyleSheets = [sheet];
    // Firefox complains only of what it can give the focus to.
    this.#place.tabIndex = -1;
    root.append(this.#place);
    // Where the browser moves the focus to the frame as a whole, to complain: on to the input it is about.
    this.addEventListener("invalid", () => setTimeout(() => root.activeElement && this.focus()));
    // A click inside the frame is not heard of here: this is one on a label.
    this.addEventListener("click", () => this.focus());
  }

  get order() {
    return this.#order;
  }
  set order(order) {
    if (order !== this.#order) this.#renew();
    this.#order = order;
    this.#bind();
  }
  get options() {
    return this.#options;
  }
  set options(options) {
    this.#options = options;
    this.#bind();
  }
  get validityTexts() {
    return this.#texts;
  }
  set validityTexts(texts) {
    this.#texts = texts;
    this.#validate();
  }
  get required() {
    return this.hasAttribute("required");
  }
  set required(required) {
    this.toggleAttribute("required", required);
  }
  get disabled() {
    return this.hasAttribute("disabled");
  }
  set disabled(disabled) {
    this.toggleAttribute("disabled", disabled);
  }
  get form() {
    return this.#internals.form;
  }
  get validity() {
    return this.#internals.validity;
  }
  get validationMessage() {
    return this.#internals.validationMessage;
  }
  get willValidate() {
    return this.#internals.willValidate;
  }
  get snapshot() {
    return this.#binding.snapshot;
  }

  checkValidity() {
    return this.#internals.checkValidity();
  }
  reportValidity() {
    return this.#internals.reportValidity();
  }
  tokenize(request = { order: this.#order as string }) {
    return this.#binding.tokenize(request);
  }
  override focus(field?: Field | FocusOptions) {
    this.#binding.focus(typeof field === "string" ? field : undefined);
  }
  clear() {
    this.#binding.clear();
  }
  reload() {
    this.#binding.reload();
  }

  connectedCallback() {
    // Properties that were set before the element was defined hide those of the class.
    const given = { ...this };
    for (const name in given) Reflect.deleteProperty(this, name);
    Object.assign(this, given);
    this.#bind();
  }
  disconnectedCallback() {
    this.#binding.drop();
  }
  /** Moved by `moveBefore`, which keeps the frame and what was typed: nothing to do, but it has to be said. */
  connectedMoveCallback() {}
  attributeChangedCallback() {
    this.#validate();
    this.#bind();
  }
  formAssociatedCallback(form: HTMLFormElement | null) {
    // Once for each form, however many cards it has, and for as long as there is the form: with no card in it, it does
    // nothing. Captured, so that the page's own listeners hear of the submission that has its tokens, and of no other.
    form?.addEventListener("submit", Card.#attempted, true);
    form?.addEventListener("click", Card.#attempted, true);
  }
  formResetCallback() {
    this.#renew();
    this.clear();
  }
  formDisabledCallback(disabled: boolean) {
    this.#place.inert = disabled;
  }

  #bind() {
    const [vault, merchant, roots, locale] = Card.observedAttributes.map((name) => this.getAttribute(name));
    if (!vault || !this.isConnected) return;
    this.#binding.bind(
      this.#place,
      { vault, merchant, roots: roots?.match(/\S+/g) } as LoadOptions,
      { locale, ...this.#options, order: this.#order } as CardProps,
    );
  }

  #receive<Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]) {
    this.#tell(type, event);
    if (type === "submit") this.#enter();
  }

  #tell(type: keyof CardEvents | "token" | "error", detail: unknown) {
    this.dispatchEvent(new CustomEvent(`cardseal-${type}`, { detail, bubbles: true, composed: true }));
  }

  /** Does what Enter in an input of the form does: presses its first submit button, if there is one. */
  #enter() {
    const { form } = this;
    const button = [...(form?.elements ?? [])].find((element) => (element as HTMLButtonElement).type === "submit");
    this.#validate();
    if (button) (button as HTMLButtonElement).click();
    else form?.requestSubmit();
  }

  /** Says what is wrong: with the card; or, until the shopper does something about it, that it got no token. */
  #validate(failed = false) {
    const { state } = this.snapshot;
    const isTyped = state?.empty === false;
    const texts = { ...english, ...this.#texts };
    this.#internals.setValidity(
      { valueMissing: this.required && !isTyped, customError: failed || (isTyped && !state.complete) },
      failed ? texts.failed : isTyped ? texts.incomplete : texts.required,
      this.#place,
    );
  }

  /**
   * The shopper tries to submit a form, or may be about to, with a click: the last attempt does not stand in the way any
   * more. A submission is held back until each card has a token, and then made once, by the same button.
   */
  static async #attempted(event: Event) {
    const form = event.currentTarget as HTMLFormElement;
    const cards = [...form.elements].filter(
      (element): element is Card =>
        #internals in element && element.willValidate && (element.required || element.snapshot.state?.empty === false),
    );
    for (const card of cards) card.#validate();
    if (event.type === "click" || form === complete || !cards.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (cards.some((card) => card.#internals.states.has("busy"))) return;
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    const values = await Promise.all(cards.map((card) => card.#prepare()));
    if (values.includes(undefined)) return;
    // Not before all have one: whatever is done to a card while another waits would take its token out of the form again.
    // With a state that says nothing: a token is for once, and not for the browser to restore.
    for (const [index, card] of cards.entries()) card.#internals.setFormValue(values[index] as FormData, "");
    complete = form;
    form.requestSubmit(button?.form === form ? button : null);
    // Where another field has become invalid in the meantime there was no submission.
    complete = undefined;
  }

  /** Gets a token, and gives what a submission says of it. */
  async #prepare(): Promise<FormData | undefined> {
    const { form } = this;
    const order = this.#order as string;
    this.#internals.states.add("busy");
    const result = await this.tokenize();
    this.#internals.states.delete("busy");
    // The element has been taken out of the form.
    if (form !== this.form) return;
    if (!result.ok) {
      // What is wrong with the card, the fields themselves say.
      this.#validate(result.error.code !== "card_incomplete");
      this.#tell("error", result.error);
      this.reportValidity();
      return;
    }
    const name = this.getAttribute("name") || "cardseal";
    const value = new FormData();
    value.append(name, result.token);
    value.append(`${name}-receipt`, result.receipt);
    value.append(`${name}-dual-signature`, result.dualSignature);
    value.append(`${name}-order`, order);
    this.#tell("token", result);
    return value;
  }

  /** The card is another, or what it is to pay: it has no token, and nothing has failed. */
  #renew() {
    this.#internals.setFormValue(null);
    this.#validate();
  }
}
