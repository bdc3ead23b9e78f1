/** The panel "What each party saw": evidence for the shopper, no part of an integration. */
import type { CardState, Tokenized } from "cardseal";
import { byId, element } from "./element.js";
import { brandName } from "./wording.js";

/** Back to a page on which nothing has happened yet. */
export function showNothingYet(): void {
  waiting("seen-page", "Nothing yet. Type into the card form.");
  showNotSentYet();
}

/** Forgets an earlier attempt: a new one has begun. */
export function showNotSentYet(): void {
  waiting("seen-wire", "Nothing has left the browser.");
  waiting("seen-server", "No payment asked for.");
  waiting("seen-vault", "Not asked yet.");
}

/** What the card element tells the page at every change. */
export function showState(state: CardState): void {
  const { number, expiry, code } = state.fields;
  evidence(
    "seen-page",
    element(
      "dl",
      { class: "facts" },
      ...fact("Brand", state.brand ? brandName(state.brand) : "not known yet", Boolean(state.brand)),
      ...fact("Number", progress(number), number.complete),
      ...fact("Last four", state.last4 ? `•••• ${state.last4}` : "not known yet", Boolean(state.last4)),
      ...fact("Expiry", progress(expiry), expiry.complete),
      ...fact(state.codeName, progress(code), code.complete),
    ),
  );
}

function progress({ empty, complete, problem }: CardState["fields"]["number"]): string {
  if (complete) return "complete";
  if (problem) return problem;
  return empty ? "empty" : "being typed";
}

function fact(term: string, value: string, known: boolean): HTMLElement[] {
  return [element("dt", {}, term), element("dd", known ? { class: "known" } : {}, value)];
}

/** What went from the fields frame to the vault, and what the vault signed for it. */
export function showSealed({ envelope, dualSignature, receipt }: Tokenized): void {
  // JWE compact serialisation (RFC 7516 section 3.1); HPKE leaves the third and fifth part empty.
  const [header = "", key = "", , ciphertext = ""] = envelope.split(".");
  evidence(
    "seen-wire",
    element(
      "figure",
      { class: "envelope" },
      expandable(
        "The envelope",
        part("header", header),
        ".",
        part("key", key),
        "..",
        part("ciphertext", ciphertext),
        ".",
      ),
      element(
        "figcaption",
        {},
        part("header", "header"),
        ", ",
        part("key", "one-time public key"),
        ", ",
        part("ciphertext", "the sealed card, padded to 512 bytes"),
      ),
    ),
    element("p", { class: "caption" }, "Its header, which anyone may read:"),
    json("The envelope's header", JSON.parse(decoded(header))),
    element("p", { class: "caption" }, "Beside it, this device's signature for order and card together:"),
    json("What the device signed", claims(dualSignature)),
    element("p", { class: "caption" }, "Back came the vault's signed receipt:"),
    json("What the vault signed", claims(receipt)),
  );
}

/** The claims of a JWS (RFC 7515, section 3.1). */
function claims(jws: string): object {
  const [, payload = ""] = jws.split(".");
  return JSON.parse(decoded(payload));
}

function part(name: string, text: string): HTMLElement {
  return element("span", { class: `part-${name}` }, text);
}

/** What the shop's server says it received, and what the vault answered it. */
export function showServer(seen: { received: unknown; answered: unknown }): void {
  evidence("seen-server", element("p", { class: "caption" }, "POST /api/pay"), json("The request", seen.received));
  evidence("seen-vault", json("The answer", seen.answered));
}

function json(label: string, value: unknown): HTMLElement {
  return expandable(
    label,
    ...Object.entries(value as object).map(([key, member]) =>
      element(
        "span",
        { class: "line" },
        element("span", { class: "key" }, key),
        ` ${typeof member === "string" ? member : JSON.stringify(member)}`,
      ),
    ),
  );
}

/** Evidence too long to show whole: it unfolds while it has the focus, by a press or by Tab. */
function expandable(label: string, ...content: (Node | string)[]): HTMLElement {
  return element("pre", { tabindex: "0", role: "group", "aria-label": label }, ...content);
}

function decoded(base64url: string): string {
  return atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
}

function evidence(id: string, ...content: HTMLElement[]): void {
  const place = byId(id);
  place.classList.remove("waiting");
  place.replaceChildren(...content);
}

function waiting(id: string, text: string): void {
  const place = byId(id);
  place.classList.add("waiting");
  place.textContent = text;
}
