import { CardElement } from "./element.js";
import { CardsealError } from "./errors.js";
import type { FrameSettings } from "./frame.js";
import { parseTimeout, parseVaultOptions, type VaultOptions } from "./options.js";
import type { CardOptions } from "./types.js";

/** What {@link loadCardseal} needs to know. */
export interface LoadOptions extends VaultOptions {
  /** How long the card fields may take to load, in milliseconds, 1 to 120000. Default: 10000. */
  timeout?: number;
}

/** A merchant's access to a vault, from a page. */
export interface Cardseal {
  /**
   * Makes a card element; `mount` puts it into the page.
   *
   * @throws CardsealError `options_invalid`.
   */
  card(options?: CardOptions): CardElement;
}

const loaded = new Map<string, Cardseal>();

/**
 * Gives access to a vault; `null` on a server, where there is no page. The same options give the same object.
 *
 * Nothing is fetched until a card element is mounted.
 *
 * @throws CardsealError (the promise rejects) `options_invalid`: `vault` is not an `https` origin (or `http` on
 * localhost), or is the page's own, where the page's scripts could read the fields; `merchant` or `timeout` is malformed.
 */
export async function loadCardseal(options: LoadOptions): Promise<Cardseal | null> {
  if (typeof window === "undefined") return null;
  const settings = readSettings(options);
  const key = Object.values(settings).join();
  const cardseal = loaded.get(key) ?? { card: (card = {}) => new CardElement(settings, card) };
  loaded.set(key, cardseal);
  return cardseal;
}

/** Checks what a page says of its vault; throws `options_invalid`. */
export function readSettings(options: LoadOptions): FrameSettings {
  const settings = { ...parseVaultOptions(options), timeout: parseTimeout(options.timeout, 10_000) };
  if (settings.vault === location.origin) {
    throw new CardsealError("options_invalid", "vault: must be another origin than the page's");
  }
  return settings;
}
