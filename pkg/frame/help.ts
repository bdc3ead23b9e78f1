import type { Catalogue } from "./catalogue.js";

/** What helps the shopper without being asked for: where the security code is, and what becomes of the card. */
export class Help {
  readonly #button = find(".help");
  readonly #text = find("#help");
  #texts: Catalogue | undefined;
  #codeLength = 3;

  constructor() {
    this.#button.addEventListener("click", () => {
      this.#text.hidden = !this.#text.hidden;
      this.#button.setAttribute("aria-expanded", String(!this.#text.hidden));
    });
  }

  /** Says it in a language. */
  speak(texts: Catalogue): void {
    this.#texts = texts;
    find(".help span").textContent = texts.protection;
    this.#text.textContent = texts.sealed;
    this.#place();
  }

  /** Shows where a code of so many digits is on its card. */
  show(codeLength: number): void {
    if (codeLength === this.#codeLength) return;
    this.#codeLength = codeLength;
    this.#place();
  }

  #place(): void {
    const onFront = this.#codeLength === 4;
    find("#code-place").textContent = this.#texts?.[onFront ? "codeOnFront" : "codeOnBack"] ?? "";
    find(".place use").setAttribute("href", onFront ? "#code-front" : "#code-back");
  }
}

/** An element of index.html, which is there. */
function find(selector: string): HTMLElement {
  return document.querySelector(selector) as HTMLElement;
}
