/** A card element in a node of the page, and what is known of it: what the adapters of all frameworks have in common. */
import { CardElement } from "./element.js";
import { CardsealError } from "./errors.js";
import { failure } from "./failure.js";
import { types } from "./listeners.js";
import { type LoadOptions, readSettings } from "./load.js";
import { loadError } from "./load-error.js";
import type { TokenizeRequest } from "./request.js";
import type { CardEvents, CardOptions, CardState, Field, LoadError, TokenizeResult } from "./types.js";

/** {@link CardOptions} as components are given them: a member that is `undefined` is left out. */
export type CardProps = { [Name in keyof CardOptions]?: CardOptions[Name] | undefined };

/** What a page may know of its card at one moment. A new object with each change, and only then. */
export interface CardSnapshot {
  /** What was typed, as far as a page may know; `null` until the fields are ready. */
  readonly state: CardState | null;
  /** The shopper can type. */
  readonly ready: boolean;
  /** Why the fields did not load; `null` if they did, or still may. */
  readonly error: LoadError | null;
}

/** What can be done with the card of a component. Every function may be passed on alone. */
export interface CardHandle {
  /**
   * Seals the card and swaps it for a token that pays `order`, the JWS that the merchant's server signed. Waits for the
   * fields if it must. Always resolves; to `not_ready` where the component is not in the page.
   */
  readonly tokenize: (request: TokenizeRequest) => Promise<TokenizeResult>;
  /** Empties every input. */
  readonly clear: () => void;
  /** Moves the focus to an input: to the given one, or to the first that needs the shopper. */
  readonly focus: (field?: Field) => void;
  /** Loads the fields afresh, after they could not be loaded. */
  readonly reload: () => void;
}

/** Is told of every event, by its type. */
export type Sink = <Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]) => void;

/** Before there are fields, and after. On a server, always. */
export const NOTHING: CardSnapshot = { state: null, ready: false, error: null };

/** One card element, or none yet. Making a binding has no effect; `bind` has. */
export class Binding implements CardHandle {
  readonly #sink: Sink;
  readonly #changed: () => void;
  /** Written here alone. */
  snapshot = NOTHING;
  #node: Element | undefined;
  /** What the element was made with, as JSON: objects that say the same are the same, whoever makes new ones each time. */
  #settings = "";
  #options = "";
  #card: CardElement | undefined;
  /** The present attempt to make an element; another object with each. */
  #loading: Promise<void> | undefined;

  /** `changed` is called after each change of the snapshot, before `sink` is told of the event that it came with. */
  constructor(sink: Sink, changed: () => void) {
    this.#sink = sink;
    this.#changed = changed;
  }

  /** Puts the fields into a node. Where they are in it already, gives them the options, if those say anything new. */
  bind(node: Element, settings: LoadOptions, options: CardProps): void {
    const key = JSON.stringify(settings);
    const before = this.#options;
    this.#options = plain(options);
    if (node === this.#node && key === this.#settings) {
      if (this.#card && this.#options !== before) this.#update(this.#card, JSON.parse(before));
      return;
    }
    this.drop();
    this.#node = node;
    this.#settings = key;
    // In two steps, so that what is released in this task is never made.
    const loading = Promise.resolve(settings)
      .then(readSettings)
      .then((read) => {
        if (this.#loading !== loading) return;
        const card = new CardElement(read, JSON.parse(this.#options));
        for (const type of types) card.on(type, (event) => this.#receive(type, event as never));
        this.#card = card;
        card.mount(node);
      })
      .catch((error) => {
        if (this.#loading === loading) this.#receive("loaderror", mistake(error));
      });
    this.#loading = loading;
  }

  /** Takes the fields away. */
  drop(): void {
    this.#card?.destroy();
    this.#card = this.#node = this.#loading = undefined;
    this.#show(NOTHING);
  }

  readonly tokenize = async (request: TokenizeRequest): Promise<TokenizeResult> => {
    await this.#loading;
    const { error } = this.snapshot;
    if (this.#card) return this.#card.tokenize(request);
    return error ? failure(error.code, error.message) : failure("not_ready", "The card element is not mounted.");
  };

  readonly clear = (): void => this.#card?.clear();

  readonly focus = (field?: Field): void => this.#card?.focus(field);

  readonly reload = (): void => {
    this.#card?.mount(this.#node as Element);
    this.#show(NOTHING);
  };

  /** Gives the element its options; one that is no longer among them has its default again. */
  #update(card: CardElement, before: CardOptions): void {
    const options = JSON.parse(this.#options);
    for (const name in before) options[name] ??= undefined;
    try {
      card.update(options);
    } catch (error) {
      mistake(error);
    }
  }

  #receive<Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]): void {
    if (type === "loaderror") this.#show({ ...NOTHING, error: event as LoadError });
    else if (type === "ready" || type === "change") this.#show({ state: event as CardState, ready: true, error: null });
    this.#sink(type, event);
  }

  #show(snapshot: CardSnapshot): void {
    if (this.snapshot === snapshot) return;
    this.snapshot = snapshot;
    this.#changed();
  }
}

/** As JSON, which also makes plain objects of whatever a framework has wrapped. What is `null` is not given. */
function plain(options: CardProps): string {
  return JSON.stringify(options, (_, value) => value ?? undefined);
}

/** A mistake in the calling program: reported as an uncaught error, so that no component has to fall for it. */
function mistake(error: unknown): LoadError {
  queueMicrotask(() => {
    throw error;
  });
  const code = error instanceof CardsealError ? error.code : "internal";
  return { ...loadError(code), message: (error as Error).message };
}
