import type { Frame, Page } from "@playwright/test";
import type { CardElement, TokenizeResult } from "cardseal";
import type { DirectCard } from "cardseal/direct";
import type { Vault } from "./vault.ts";

declare global {
  interface Window {
    card: CardElement & DirectCard;
    events: [string, unknown][];
    violations: string[];
  }
}

/** A page's script that mounts a card element and writes down what it emits. */
export const mounts = (vault: Vault, merchant: string, options = "") => `
  import { loadCardseal } from "/dist/index.js";
  window.events = [];
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective + " " + event.blockedURI));
  const cardseal = await loadCardseal({ vault: "${vault.origin}", merchant: "${merchant}", roots: ["${vault.root}"] ${options} });
  window.card = cardseal.card();
  for (const type of ["ready", "loaderror"]) card.on(type, (event) => events.push([type, event.cause]));
  card.mount("#card");
`;

/** What the element of a page, or of a frame in it, has emitted. */
export const events = (page: Page | Frame) => page.evaluate(() => window.events);

export async function tokenize(page: Page | Frame, order: string): Promise<TokenizeResult> {
  return page.evaluate((order) => window.card.tokenize({ order }), order);
}
