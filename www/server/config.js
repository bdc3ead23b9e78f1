import { readFileSync } from "node:fs";

/**
 * What the shop has to be told. Two of these are secrets, and neither is ever logged or sent to a browser: `apiKey`
 * lets its holder pay with the shop's tokens, `orderKey` lets its holder sign orders in the shop's name.
 *
 * @typedef {object} ShopConfig
 * @property {string} vault The vault's origin, for the page's frame and for the server's own calls.
 * @property {string} merchant The shop's public id at the vault.
 * @property {string[]} roots The thumbprints of the vault's root keys: `cardseal-vault root init` prints one.
 * @property {string} apiKey The shop's API key at the vault.
 * @property {import("cardseal/server").OrderPrivateKey} orderKey The private JWK that signs orders; the vault knows its public half.
 * @property {string} origin Where the shop's pages are: a card sealed on any other page cannot pay this shop's orders.
 */

/**
 * Reads the configuration from the environment.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Omit<ShopConfig, "origin"> & { port: number, host: string, origin: string | undefined }}
 * @throws {Error} if a setting is missing or the key file cannot be read. The message names the setting, not its value.
 */
export function configFrom(env) {
  return {
    port: Number(env.PORT ?? 8788),
    host: env.HOST ?? "127.0.0.1",
    origin: env.SHOP_ORIGIN,
    vault: env.CARDSEAL_VAULT ?? "http://localhost:8787",
    merchant: env.CARDSEAL_MERCHANT ?? "mer_demo",
    roots: required(env, "CARDSEAL_ROOTS").split(/[\s,]+/),
    apiKey: required(env, "CARDSEAL_API_KEY"),
    orderKey: keyFile(required(env, "CARDSEAL_ORDER_KEY_FILE")),
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 */
function required(env, name) {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/**
 * @param {string} path
 * @returns {import("cardseal/server").OrderPrivateKey}
 */
function keyFile(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // The cause is left out on purpose: a JSON error quotes the text it stumbled over, and that text is the key.
    throw new Error(`CARDSEAL_ORDER_KEY_FILE: ${path} is not a readable JWK file`);
  }
}
