import init, { CardForm, fetchModule } from "../../wasm/cardseal.js";
import { CardsealError } from "../errors.js";
import { parseTimeout, parseVaultOptions, type VaultOptions } from "../options.js";
import { type AttachOptions, type CardInputs, DirectCard } from "./card.js";

/** What {@link loadDirect} needs to know. */
export interface DirectOptions extends VaultOptions {
  /** How long the module may take to load, in milliseconds, 1 to 120000. Default: 10000. */
  timeout?: number;
}

/** A merchant's access to a vault, from a page with inputs of its own. */
export interface Direct {
  /**
   * Takes the page's inputs in hand: formats and judges what is typed, and seals it. Emits `ready`, or `loaderror` where
   * the vault's keys could not be fetched; `tokenize` then tries again.
   *
   * @throws CardsealError `options_invalid`: an input is missing or is not an input; `origin_not_allowed`: the page has
   * no origin that a vault can be told; `internal`.
   */
  attach(inputs: CardInputs, options?: AttachOptions): DirectCard;
}

/** By no name that CommonJS has: some tools, Vitest among them, wrap a module in a function that has those already. */
let loading: Promise<typeof CardForm> | undefined;

/**
 * Loads the module that seals: WebAssembly or, in a browser without it, the same as JavaScript. `null` on a server, where there is
 * no page.
 *
 * @throws CardsealError (the promise rejects) `options_invalid`; `csp`: the page's policy does not allow WebAssembly;
 * `network`; `load_timeout`. It may be called again then.
 */
export async function loadDirect(options: DirectOptions): Promise<Direct | null> {
  if (typeof window === "undefined") return null;
  const vault = parseVaultOptions(options);
  const Form = await within(parseTimeout(options.timeout, 10_000), loadModule());
  return {
    attach: (inputs, { timeout, preferredBrands = [], defaultCountry = "" } = {}) =>
      new DirectCard(
        inputs,
        { ...vault, preferredBrands, defaultCountry, timeout: parseTimeout(timeout, 15_000) },
        Form,
      ),
  };
}

/** Loads the module once. A failure is not kept. */
async function loadModule(): Promise<typeof CardForm> {
  loading ??= typeof WebAssembly === "object" ? init(fetchModule()).then(() => CardForm) : loadJavaScript();
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    const { name } = error as Error;
    // A policy without 'wasm-unsafe-eval' shows as a CompileError, an unreachable file as a TypeError.
    const code = name === "CompileError" ? "csp" : name === "TypeError" ? "network" : "internal";
    throw new CardsealError(code, "The module that seals could not be loaded.");
  }
}

async function loadJavaScript(): Promise<typeof CardForm> {
  const { CardForm } = await import("../../javascript/cardseal.js");
  return CardForm;
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new CardsealError("load_timeout", "The module that seals did not load in time.")),
      milliseconds,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
