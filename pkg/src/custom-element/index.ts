/**
 * Card fields as a form-associated custom element: `<cardseal-card>` in a plain `<form>`.
 *
 * @packageDocumentation
 */
import { Binding, type CardHandle, type CardProps, type CardSnapshot } from "../binding.js";
import type { TokenizeRequest } from "../request.js";
import type { CardEvents, Failure, Field, Tokenized, TokenizeResult } from "../types.js";
import { join } from "./submission.js";

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
  if (typeof customElements !== "undefined" && !customElements.get(tag)) customElements.define(tag, makeClass());
}

const english: ValidityTexts = {
  required: "Enter your card details.",
  incomplete: "Check your card details.",
  failed: "Your card could not be processed. Try again.",
};

/** Attributes that say what the fields are made with. */
const attributes = ["vault", "merchant", "roots", "locale"];

/** In a function, because there is no `HTMLElement` on a server. */
function makeClass(): CustomElementConstructor {
  return class extends HTMLElement {
    static readonly formAssociated = true;
    static readonly observedAttributes = [...attributes, "required"];

    readonly #internals = this.attachInternals();
    readonly #place = document.createElement("div");
    readonly #binding = new Binding((type, event) => this.#receive(type, event));
    /** Takes the element out of its form's submissions. */
    #leave: (() => void) | undefined;
    #order: string | undefined;
    #options: CardProps = {};
    #texts: Partial<ValidityTexts> = {};
    /** The last attempt got no token, for a reason that is not the card's. */
    #failed = false;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open", delegatesFocus: true });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(":host(:not([hidden])){display:block}");
      root.adoptedStyleSheets = [sheet];
      // Firefox complains only of what it can give the focus to.
      this.#place.tabIndex = -1;
      root.append(this.#place);
      this.#binding.watch(() => this.#validate());
      this.addEventListener("invalid", () => setTimeout(() => this.#follow()));
      // A click inside the frame is not heard of here: this is one on a label.
      this.addEventListener("click", () => this.focus());
    }

    get order() {
      return this.#order;
    }
    set order(order) {
      if (order !== this.#order) this.#forget();
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
      return this.#binding.snapshot();
    }

    readonly clear = this.#binding.clear;
    readonly reload = this.#binding.reload;
    checkValidity() {
      return this.#internals.checkValidity();
    }
    reportValidity() {
      return this.#internals.reportValidity();
    }
    tokenize({ order = this.#order ?? "" }: Partial<TokenizeRequest> = {}) {
      return this.#binding.tokenize({ order });
    }
    override focus(field?: Field | FocusOptions) {
      this.#binding.focus(typeof field === "string" ? field : undefined);
    }

    connectedCallback() {
      // Properties that were set before the element was defined hide those of the class.
      for (const [name, value] of Object.entries(this)) {
        Reflect.deleteProperty(this, name);
        Object.assign(this, { [name]: value });
      }
      this.#bind();
    }
    disconnectedCallback() {
      this.#forget();
      this.#binding.drop();
    }
    /** Moved by `moveBefore`, which keeps the frame and what was typed: nothing to do, but it has to be said. */
    connectedMoveCallback() {}
    attributeChangedCallback() {
      this.#bind();
    }
    formAssociatedCallback(form: HTMLFormElement | null) {
      this.#leave?.();
      this.#leave =
        form === null
          ? undefined
          : join(form, {
              takesPart: () => !this.matches(":disabled") && (this.required || this.snapshot.state?.empty === false),
              prepare: () => this.#prepare(),
              retried: () => this.#mend(),
            });
    }
    formResetCallback() {
      this.#forget();
      this.clear();
    }
    formDisabledCallback(disabled: boolean) {
      this.#place.inert = disabled;
    }

    #bind() {
      this.#validate();
      const [vault = "", merchant = "", roots = "", locale] = attributes.map(
        (name) => this.getAttribute(name) ?? undefined,
      );
      if (!vault || !this.isConnected) return;
      const options = { locale, ...this.#options, ...(this.#order && { order: this.#order }) };
      this.#binding.bind(this.#place, { vault, merchant, roots: roots.trim().split(/\s+/) }, options);
    }

    #receive<Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]) {
      if (type === "change" || type === "ready") this.#forget();
      // The focus comes and goes with the browser's own complaint.
      if (type !== "focus" && type !== "blur") this.#mend();
      this.#tell(type, event);
      if (type === "submit") enter(this.form);
    }

    #tell(type: keyof CardEvents | "token" | "error", detail: unknown) {
      this.dispatchEvent(new CustomEvent(`cardseal-${type}`, { detail, bubbles: true, composed: true }));
    }

    /** Where the browser has moved the focus to the frame as a whole, to complain: on to the input it is about. */
    #follow() {
      if (this.shadowRoot?.activeElement) this.focus();
    }

    #validate() {
      const { state } = this.snapshot;
      const texts = { ...english, ...this.#texts };
      let wrong: [keyof ValidityStateFlags, string] | undefined;
      if (this.#failed) wrong = ["customError", texts.failed];
      else if (!state || state.empty) wrong = this.required ? ["valueMissing", texts.required] : undefined;
      else if (!state.complete) wrong = ["customError", texts.incomplete];
      if (wrong) this.#internals.setValidity({ [wrong[0]]: true }, wrong[1], this.#place);
      else this.#internals.setValidity({});
    }

    /** Gets a token for a submission of the form. */
    async #prepare(): Promise<boolean> {
      const order = this.#order;
      const leave = this.#leave;
      this.#internals.states.add("busy");
      const result = await this.tokenize();
      this.#internals.states.delete("busy");
      // The element has been taken out of the form.
      if (!leave || leave !== this.#leave) return false;
      if (!result.ok) {
        // What is wrong with the card, the fields themselves say.
        this.#failed = result.error.code !== "card_incomplete";
        this.#validate();
        this.#tell("error", result.error);
        this.reportValidity();
        return false;
      }
      const name = this.getAttribute("name") || "cardseal";
      const entries = new FormData();
      for (const [suffix, value] of [
        ["", result.token],
        ["-receipt", result.receipt],
        ["-dual-signature", result.dualSignature],
        ["-order", order ?? ""],
      ] as const) {
        entries.append(name + suffix, value);
      }
      // With a state that says nothing: a token is for once, and not for the browser to restore.
      this.#internals.setFormValue(entries, "");
      this.#tell("token", result);
      return true;
    }

    /** The shopper does something about a failed attempt. */
    #mend() {
      this.#failed = false;
      this.#validate();
    }

    #forget() {
      this.#internals.setFormValue(null);
    }
  };
}

/** Does what Enter in an input of the form does: presses its first submit button, if there is one. */
function enter(form: HTMLFormElement | null): void {
  const button = [...(form?.elements ?? [])].find((element) => (element as HTMLButtonElement).type === "submit");
  if (button) (button as HTMLButtonElement).click();
  else form?.requestSubmit();
}
