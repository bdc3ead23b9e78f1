import { CardsealError, type ErrorCode } from "./errors.js";
import { failure } from "./failure.js";
import { Frame, type FrameOwner, type FrameSettings } from "./frame.js";
import { Listeners } from "./listeners.js";
import { loadError } from "./load-error.js";
import { type FrameMessage, parseCardOptions } from "./messages.js";
import { readOrder, type TokenizeRequest } from "./request.js";
import type { CardEvents, CardOptions, Failure, Field, TokenizeResult } from "./types.js";

/** How long the frame may take for `tokenize` where the options do not say, in milliseconds. */
const TOKENIZE_TIMEOUT = 15_000;
/** How much longer the page waits than the frame was told to, so that the frame's own answer comes first. */
const GRACE = 2_000;
/** How often a call under way looks whether its frame is still there, in milliseconds. */
const WATCH = 250;

/** The card fields on a page: one iframe on the vault's origin, which alone holds what the shopper types. */
export class CardElement {
  readonly #settings: FrameSettings;
  readonly #listeners = new Listeners();
  #options: CardOptions;
  #frame: Frame | undefined;
  /** Why there is no frame though `mount` was called. */
  #failed: Failure | undefined;
  #destroyed = false;
  #call: { id: number; settle(result: TokenizeResult): void } | undefined;
  #calls = 0;

  /** @internal Made by `cardseal.card()`. */
  constructor(settings: FrameSettings, options: CardOptions) {
    this.#settings = settings;
    this.#options = checked(options);
  }

  /**
   * Listens to an event and returns the function that stops listening.
   *
   * @throws CardsealError `options_invalid`: no such event.
   */
  on<Type extends keyof CardEvents>(type: Type, listener: (event: CardEvents[Type]) => void): () => void {
    return this.#listeners.on(type, listener);
  }

  /**
   * Puts the fields into the page, as the last child of an element given itself or by a CSS selector. Emits `ready`, or
   * within the load time-out `loaderror`. Called again, it starts afresh there: the fields before are out of sight at once, and gone
   * with what was typed in them when one of the two is emitted.
   *
   * The iframe has class `cardseal-frame`, fills its parent's width and keeps its own height.
   *
   * @throws CardsealError `options_invalid`: there is no such element; `destroyed`.
   */
  mount(target: string | Element): void {
    if (this.#destroyed) throw new CardsealError("destroyed", "The card element was destroyed.");
    const parent = find(target);
    const owner: FrameOwner = {
      options: () => this.#options,
      received: (message) => this.#receive(message),
      reloaded: () => this.#settle("not_ready", "The card fields were reloaded; the card has to be typed again."),
      failed: (code) => {
        const error = loadError(code);
        this.#frame = undefined;
        this.#failed = failure(error.code, error.message).error;
        this.#settle(error.code, error.message);
        this.#listeners.emit("loaderror", error);
      },
    };
    this.#replace(new Frame(parent, this.#settings, owner, this.#frame));
  }

  /** Takes the fields, and what was typed, out of the page. `mount` puts empty ones back. */
  unmount(): void {
    this.#frame?.close();
    this.#replace(undefined);
  }

  /**
   * Seals the card and swaps it for a token that pays `order`, the JWS that the merchant's server signed.
   *
   * Waits for `ready` if it must. Always resolves, at the latest after the load time-out and the tokenize time-out, and
   * two seconds. Emits `progress` on the way. In a browser that is offline it resolves to `offline` at once, and nothing
   * is kept for later.
   *
   * May be called again after `timeout` or `network`: should there be two tokens of one order then, only one can pay it.
   */
  async tokenize(request: TokenizeRequest): Promise<TokenizeResult> {
    const read = readOrder(request);
    const frame = this.#frame;
    if (this.#destroyed) return failure("destroyed", "The card element was destroyed.");
    if (!read.ok) return read;
    if (this.#call) return failure("tokenize_in_progress", "The card is being tokenized already.", true);
    if (this.#failed) return { ok: false, error: this.#failed };
    if (!frame) return failure("not_ready", "The card element is not mounted.");
    if (!navigator.onLine) return failure("offline", "The browser is offline.", true);

    const id = ++this.#calls;
    const wait = (frame.ready ? 0 : this.#settings.timeout) + (this.#options.timeout ?? TOKENIZE_TIMEOUT) + GRACE;
    const end = performance.now() + wait;
    return new Promise((resolve) => {
      const watch = setInterval(() => {
        if (!frame.connected) this.#settle("destroyed", "The card fields were removed.");
        else if (performance.now() >= end) this.#settle("timeout", "The card fields did not answer in time.", true);
      }, WATCH);
      this.#call = {
        id,
        settle: (result) => {
          clearInterval(watch);
          this.#call = undefined;
          resolve(result);
        },
      };
      frame.send({ type: "tokenize", id, order: read.order });
    });
  }

  /** Empties every input. */
  clear(): void {
    this.#frame?.send({ type: "clear" });
  }

  /** Moves the focus to an input: to the given one, or to the first that needs the shopper. */
  focus(field?: Field): void {
    this.#frame?.focus();
    this.#frame?.send({ type: "focus", field });
  }

  /**
   * Changes some of the options, at once where the fields are mounted.
   *
   * @throws CardsealError `options_invalid`.
   */
  update(options: CardOptions): void {
    this.#options = checked({ ...this.#options, ...options });
    this.#frame?.send({ type: "update", options: this.#options });
  }

  /** Takes the fields out of the page for good. A call under way resolves with `destroyed`. */
  destroy(): void {
    this.unmount();
    this.#destroyed = true;
    this.#listeners.clear();
  }

  #receive(message: FrameMessage): void {
    switch (message.type) {
      case "ready":
      case "change":
        this.#listeners.emit(message.type, message.state);
        break;
      case "focus":
      case "blur":
        this.#listeners.emit(message.type, { field: message.field });
        break;
      case "submit":
        this.#listeners.emit("submit", undefined);
        break;
      case "progress":
        // What is still heard of a call that was given up is no progress of the next.
        if (this.#call) this.#listeners.emit("progress", { step: message.step });
        break;
      case "optionserror":
        this.#listeners.emit(message.type, { cause: "options_invalid", member: message.member });
        break;
      case "result":
        if (message.id !== this.#call?.id) break;
        // To where the frame has its own: it can seldom take it by itself, and what the page's button had may come behind that.
        if (!message.result.ok && message.result.error.field) this.#frame?.focus();
        this.#call.settle(message.result);
    }
  }

  #replace(frame: Frame | undefined): void {
    this.#frame = frame;
    this.#failed = undefined;
    this.#settle("destroyed", "The card fields were removed.");
  }

  #settle(code: ErrorCode, message: string, retryable?: boolean): void {
    this.#call?.settle(failure(code, message, retryable));
  }
}

function checked(options: CardOptions): CardOptions {
  const parsed = parseCardOptions(options);
  if (!parsed) throw new CardsealError("options_invalid", "An option of the card is unknown or malformed.");
  return parsed;
}

function find(target: string | Element): Element {
  let found: Element | null = null;
  try {
    found = typeof target === "string" ? document.querySelector(target) : target;
  } catch {
    // Not a selector: refused below.
  }
  if (found?.nodeType !== 1) throw new CardsealError("options_invalid", `mount: no element ${String(target)}`);
  return found;
}
