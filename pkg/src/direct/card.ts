import type { CardForm } from "../../wasm/cardseal.js";
import { loadDevice } from "../device.js";
import { CardsealError, type ErrorCode } from "../errors.js";
import { failure } from "../failure.js";
import { Listeners } from "../listeners.js";
import { loadError } from "../load-error.js";
import type { parseVaultOptions } from "../options.js";
import { readOrder, type TokenizeRequest } from "../request.js";
import type { Brand, CardEvent, CardEvents, Field, TokenizeResult } from "../types.js";

/** The inputs of a card, which the page made: `type="text"`, in a document. */
export interface CardInputs {
  /** The card number; formatted in groups as it is typed. */
  number: HTMLInputElement;
  /** Month and year in one; formatted as `MM / YY`. */
  expiry: HTMLInputElement;
  /** The security code. */
  code: HTMLInputElement;
  /** Only where the cardholder's name is asked for. */
  name?: HTMLInputElement;
  /** Only where the country is asked for; its value is a code of ISO 3166-1, two capitals, or empty. */
  country?: HTMLSelectElement | HTMLInputElement;
  /** Only where the postal code is asked for. Disabled as long as the country has none: hide it then. */
  postalCode?: HTMLInputElement;
}

/** How a direct card behaves. */
export interface AttachOptions {
  /** How long loading the keys, and `tokenize`, may take over the network, in milliseconds, 1 to 120000. Default: 15000. */
  timeout?: number;
  /** The schemes to preselect on a co-badged card, most preferred first. Default: none is preselected. */
  preferredBrands?: Brand[];
  /** The country that is chosen from the start, or holds where none is asked for: an ISO 3166-1 code. Default: none. */
  defaultCountry?: string;
}

/** The card form on a page's own inputs. */
export class DirectCard {
  readonly #listeners = new Listeners();
  readonly #form: CardForm;
  #destroyed = false;
  /** Ends whatever is under way. */
  #end: (result: TokenizeResult) => void = () => {};
  readonly #ended = new Promise<TokenizeResult>((resolve) => {
    this.#end = resolve;
  });

  /** @internal Made by `direct.attach()`. */
  constructor(
    inputs: CardInputs,
    options: ReturnType<typeof parseVaultOptions> & AttachOptions,
    Form: typeof CardForm,
  ) {
    const device = loadDevice(options.merchant);
    device.catch(() => undefined);
    const all = { ...options, origin: location.origin, device };
    this.#form = typed(() => new Form(inputs, all, (event) => this.#report(event)), "attach");
    this.#load();
  }

  /**
   * Listens to an event and returns the function that stops listening.
   *
   * @throws CardsealError `options_invalid`: no such event.
   */
  on<Type extends keyof CardEvents>(type: Type, listener: (event: CardEvents[Type]) => void): () => void {
    return this.#listeners.on(type, listener);
  }

  /** Seals the card and swaps it for a token that pays the order. Always resolves, at the latest after the time-out. */
  async tokenize(request: TokenizeRequest): Promise<TokenizeResult> {
    const read = readOrder(request);
    if (this.#destroyed) return this.#ended;
    if (!read.ok) return read;
    if (!navigator.onLine) return failure("offline", "The browser is offline.", true);
    try {
      return await Promise.race([this.#form.tokenize(read.order), this.#ended]);
    } catch {
      return failure("internal", "The card could not be sealed.");
    }
  }

  /**
   * Chooses the scheme of a co-badged card, one of the state's `brandChoices`; without one, leaves it to `preferredBrands`.
   * Where the state has choices, show them: the choice is the shopper's (Regulation (EU) 2015/751, article 8(6)).
   */
  choose(brand?: Brand): void {
    if (!this.#destroyed) typed(() => this.#form.choose(brand), "choose");
  }

  /** Empties every input. */
  clear(): void {
    if (!this.#destroyed) typed(() => this.#form.clear(), "clear");
  }

  /** Moves the focus to an input: to the given one, or to the first that is not complete. */
  focus(field?: Field): void {
    if (!this.#destroyed) typed(() => this.#form.focus(field), "focus");
  }

  /** Lets go of the inputs and wipes what was typed from memory. A call under way resolves with `destroyed`. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#end(failure("destroyed", "The card form was destroyed."));
    this.#listeners.clear();
    this.#form.free();
  }

  async #load(): Promise<void> {
    try {
      await this.#form.load();
      if (!this.#destroyed) this.#listeners.emit("ready", this.#form.state());
    } catch (error) {
      this.#listeners.emit("loaderror", loadError(codeOf(error)));
    }
  }

  #report(event: CardEvent): void {
    if (event.type === "change") this.#listeners.emit("change", event.state);
    else if (event.type === "submit") this.#listeners.emit("submit", undefined);
    else if (event.type === "progress") this.#listeners.emit("progress", { step: event.step });
    else if (event.type !== "total") this.#listeners.emit(event.type, { field: event.field });
  }
}

/** Makes an error of the package of what the WebAssembly module throws, which is a plain object. */
function typed<T>(call: () => T, name: string): T {
  try {
    return call();
  } catch (cause) {
    const code = codeOf(cause);
    throw new CardsealError(code, `${name}: ${code}`);
  }
}

/** The code of a failure that the WebAssembly module threw. */
function codeOf(cause: unknown): ErrorCode {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? (code as ErrorCode) : "internal";
}
