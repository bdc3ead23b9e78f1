import type { ProblemCode } from "../src/errors.js";
import type { CardEvent, CardOptions, CardState, Field } from "../src/types.js";
import { badges, brandNames, labels, placeholders, problems } from "./texts.js";

const fields: Field[] = ["number", "expiry", "code", "name"];

/** What the shopper sees of one input, besides what is typed in it. */
interface Part {
  cell: HTMLElement;
  label: HTMLElement;
  input: HTMLInputElement;
  problem: HTMLElement;
}

/** The document of the frame: labels, brand, problems. */
export class View {
  readonly #parts = Object.fromEntries(fields.map((field) => [field, part(field)])) as Record<Field, Part>;
  readonly #brand = find("#number-brand");
  readonly #mark = find(".mark svg use");
  readonly #badge = find(".mark b");
  readonly #announcer = find(".announcer");
  readonly #total = find(".total");
  readonly #payee = find(".payee");
  readonly #amount = find(".amount");
  #options: CardOptions = {};
  #codeName = "CVC";
  #shown: Partial<Record<Field, ProblemCode | null>> = {};

  constructor() {
    // Enter is the form's own event; a real submission would leave the page.
    find("form").addEventListener("submit", (event) => event.preventDefault());
  }

  /** The inputs, for the card form alone. */
  get inputs(): Record<Field, HTMLInputElement> {
    const { number, expiry, code, name } = this.#parts;
    return { number: number.input, expiry: expiry.input, code: code.input, name: name.input };
  }

  /** Shows what the page asks for: labels, placeholders, the cardholder's name. */
  configure(options: CardOptions): void {
    this.#options = options;
    for (const field of fields) this.#parts[field].label.textContent = options.labels?.[field] ?? labels[field];
    this.#parts.name.cell.hidden = !options.cardholder;
    if (!options.showTotal) this.#total.hidden = true;
    this.#hint();
  }

  /** Shows the state of the card. */
  show(state: CardState): void {
    this.#codeName = state.codeName;
    this.#hint();
    this.#showBrand(state.brand);
    const news: string[] = [];
    for (const field of fields) {
      const { problem } = state.fields[field];
      if (problem === (this.#shown[field] ?? null)) continue;
      this.#shown[field] = problem;
      const text = problem ? problems[problem] : "";
      const { cell, input, problem: line } = this.#parts[field];
      cell.classList.toggle("wrong", problem !== null);
      // For tests of a checkout, which look for a code in whatever language the text is: `cardseal/testing/playwright`.
      cell.dataset.problem = problem ?? "";
      input.setAttribute("aria-invalid", String(problem !== null));
      line.textContent = text;
      line.hidden = !problem;
      if (text) news.push(text);
    }
    // Once each: a text that stays is not read out again, one that comes back is.
    const isRight = fields.every((field) => state.fields[field].problem === null);
    if (news.length > 0 || isRight) this.#announcer.textContent = news.join(" ");
  }

  /** Shows who is paid how much. */
  showTotal({ payee, amount, minorUnits, currency }: Extract<CardEvent, { type: "total" }>): void {
    this.#payee.textContent = payee;
    const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
    this.#amount.textContent = format.format(amount / 10 ** minorUnits);
    this.#total.hidden = false;
  }

  /** Calls `listener` with the height that the document needs, in CSS pixels, now and whenever it changes. */
  onResize(listener: (height: number) => void): void {
    let last = 0;
    new ResizeObserver(() => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      if (height > 0 && height !== last) listener(height);
      last = height;
    }).observe(document.body);
  }

  #hint(): void {
    const texts = { ...placeholders, code: this.#codeName, ...this.#options.placeholders };
    for (const field of fields) this.#parts[field].input.placeholder = texts[field];
  }

  #showBrand(brand: string | null): void {
    const badge = brand ? badges[brand] : undefined;
    this.#mark.setAttribute("href", `#mark-${brand && !badge ? brand : "card"}`);
    this.#mark.parentElement?.toggleAttribute("hidden", badge !== undefined);
    this.#badge.textContent = badge ?? "";
    this.#badge.hidden = !badge;
    this.#brand.textContent = (brand && brandNames[brand]) ?? "";
  }
}

function part(field: Field): Part {
  const cell = find(`[data-field="${field}"]`);
  return {
    cell,
    label: find("label", cell),
    input: find<HTMLInputElement>("input", cell),
    problem: find(`#${field}-problem`),
  };
}

/** An element of index.html, which is there. */
function find<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  return within.querySelector<T>(selector) as T;
}
