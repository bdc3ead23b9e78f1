/**
 * A card element for as long as a component lives: what the adapters of all frameworks have in common.
 *
 * A framework may take a component's effects away and put them back at once: React does in StrictMode and with each hot
 * reload, Svelte whenever what an attachment was made of changes. The frame, and what the shopper typed into it, must
 * outlive that. So `release` waits for the end of the task, and `bind` to the same node before then keeps the frame.
 */
import type { CardElement } from "./element.js";
import { CardsealError } from "./errors.js";
import { failure } from "./failure.js";
import { types } from "./listeners.js";
import { type LoadOptions, loadCardseal } from "./load.js";
import { causeOf } from "./load-error.js";
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

/** The card element of one component. Making one has no effect; `bind` has. */
export class Binding implements CardHandle {
  readonly #sink: Sink;
  readonly #watchers = new Set<() => void>();
  #snapshot = NOTHING;
  #node: Element | undefined;
  /** What the element was made with, as JSON: objects that say the same are the same, whoever makes new ones each time. */
  #settings = "";
  #options = "";
  #card: CardElement | undefined;
  /** The present attempt to make an element; another object with each. */
  #loading: Promise<void> | undefined;
  #released = true;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  readonly snapshot = (): CardSnapshot => this.#snapshot;

  /** Calls a function after each change of the snapshot; returns what ends that. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  };

  /** Puts the fields into a node. Where they are in it already, gives them the options and no more. */
  bind(node: Element, settings: LoadOptions, options: CardProps): void {
    this.#released = false;
    const key = JSON.stringify(settings);
    if (node === this.#node && key === this.#settings) {
      this.update(options);
      return;
    }
    this.drop();
    this.#released = false;
    this.#node = node;
    this.#settings = key;
    this.#options = plain(options);
    const loading = Promise.resolve(settings)
      .then(loadCardseal)
      .then((cardseal) => {
        if (!cardseal || this.#loading !== loading) return;
        const card = cardseal.card(JSON.parse(this.#options));
        for (const type of types) card.on(type, (event) => this.#receive(type, event as never));
        this.#card = card;
        card.mount(node);
      })
      .catch((error) => {
        if (this.#loading === loading) this.#receive("loaderror", mistake(error));
      });
    this.#loading = loading;
  }

  /** Changes the options, if they say anything new; one that is no longer given has its default again. */
  update(options: CardProps): void {
    const before = this.#options;
    this.#options = plain(options);
    if (!this.#card || this.#options === before) return;
    const gone = Object.keys(JSON.parse(before)).map((name) => [name, undefined]);
    try {
      this.#card.update({ ...Object.fromEntries(gone), ...JSON.parse(this.#options) });
    } catch (error) {
      mistake(error);
    }
  }

  /** Takes the fields away, unless `bind` puts them back into the same node before the task ends. */
  readonly release = (): void => {
    this.#released = true;
    queueMicrotask(() => {
      if (this.#released) this.drop();
    });
  };

  /** The framework has let go of the node. It may only have hidden it, with what was typed: then the fields stay. */
  leave(): void {
    queueMicrotask(() => {
      if (!this.#node?.isConnected) this.drop();
    });
  }

  /** Takes the fields away now. */
  drop(): void {
    this.#released = true;
    this.#card?.destroy();
    this.#card = this.#node = this.#loading = undefined;
    this.#show(NOTHING);
  }

  readonly tokenize = async (request: TokenizeRequest): Promise<TokenizeResult> => {
    await this.#loading;
    const { error } = this.#snapshot;
    if (this.#card) return this.#card.tokenize(request);
    return error ? failure(error.code, error.message) : failure("not_ready", "The card element is not mounted.");
  };

  readonly clear = (): void => this.#card?.clear();

  readonly focus = (field?: Field): void => this.#card?.focus(field);

  readonly reload = (): void => {
    if (this.#node) this.#card?.mount(this.#node);
    this.#show(NOTHING);
  };

  #receive<Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]): void {
    if (type === "loaderror") this.#show({ ...NOTHING, error: event as LoadError });
    else if (type === "ready" || type === "change") this.#show({ state: event as CardState, ready: true, error: null });
    this.#sink(type, event);
  }

  #show(snapshot: CardSnapshot): void {
    if (this.#snapshot === snapshot) return;
    this.#snapshot = snapshot;
    for (const watcher of [...this.#watchers]) watcher();
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
  return { cause: causeOf(code), code, message: String((error as Error).message) };
}
