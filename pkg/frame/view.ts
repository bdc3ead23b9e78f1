import { formatMinorUnits } from "../src/amount.js";
import type { ProblemCode } from "../src/errors.js";
import type { Brand, CardEvent, CardOptions, CardState, Field } from "../src/types.js";
import { BrandChoice } from "./brand-choice.js";
import { listCountries } from "./countries.js";
import { Help } from "./help.js";
import type { Language } from "./language.js";
import { badges, brandNames, placeholders } from "./texts.js";

const fields: Field[] = ["number", "expiry", "code", "name", "country", "postalCode"];

/** The options that ask for the inputs which are not always there. */
const asked = { name: "cardholder", country: "country", postalCode: "postalCode" } as const;

/** What the shopper sees of one input, besides what is typed in it. */
interface Part {
  cell: HTMLElement;
  label: HTMLElement;
  input: HTMLInputElement;
  problem: HTMLElement;
}

/** What of an input's state the document shows. */
interface Shown {
  empty: boolean;
  complete?: boolean;
  problem?: ProblemCode | null;
}

/** The document of the frame: labels, brand, problems. */
export class View {
  readonly #parts = Object.fromEntries(fields.map((field) => [field, part(field)])) as Record<Field, Part>;
  readonly #brand = find("#number-brand");
  readonly #choice: BrandChoice;
  readonly #mark = find(".mark svg use");
  readonly #badge = find(".mark b");
  readonly #announcer = find(".announcer");
  readonly #help = new Help();
  readonly #total = find(".total");
  readonly #payee = find(".payee");
  readonly #amount = find(".amount");
  #options: CardOptions = {};
  #language: Language | undefined;
  #countries = "";
  #paid: Extract<CardEvent, { type: "total" }> | undefined;
  #codeName = "CVC";
  /** What the document shows from the start: no brand. */
  #drawn: string | null = null;
  readonly #shown = Object.fromEntries(fields.map((field) => [field, { empty: true }])) as Record<Field, Shown>;

  /** `choose` hears which brand of a co-badged card the shopper chose. */
  constructor(choose: (brand: Brand) => void) {
    this.#choice = new BrandChoice(find(".brands"), choose);
    // Enter is the form's own event; a real submission would leave the page.
    const form = find<HTMLFormElement>("form");
    form.addEventListener("submit", (event) => event.preventDefault());
    // A browser may have kept what was typed before the frame was loaded anew; the page has been told that it is gone.
    form.reset();
  }

  /** The inputs, for the card form alone. */
  get inputs(): Record<Field, HTMLInputElement> {
    return Object.fromEntries(fields.map((field) => [field, this.#parts[field].input])) as never;
  }

  /** Fills the list of countries: codes of two letters, one behind the other. */
  listCountries(codes: string): void {
    this.#countries = codes;
    listCountries(find("select"), codes, document.documentElement.lang);
  }

  /** Shows what the page asks for: labels, placeholders, the inputs that are not always there. */
  configure(options: CardOptions): void {
    this.#options = options;
    for (const [field, option] of Object.entries(asked)) this.#parts[field as Field].cell.hidden = !options[option];
    // Its place is kept, so that nothing moves when the total comes.
    this.#total.hidden = !options.showTotal;
    this.#total.classList.toggle("waiting", !this.#paid);
    this.#label();
  }

  /** Writes all texts in a language. Inputs stay as they are, and problems are not read out anew. */
  speak(language: Language): void {
    const { tag, texts } = language;
    this.#language = language;
    document.title = texts.title;
    document.documentElement.lang = tag;
    document.documentElement.dir = texts.direction ?? "ltr";
    this.#help.speak(texts);
    find(".brands legend").textContent = texts.brandChoice;
    this.#label();
    for (const field of fields) this.#parts[field].problem.textContent = this.#problem(field);
    if (this.#countries) this.listCountries(this.#countries);
    if (this.#paid) this.showTotal(this.#paid);
  }

  /** Shows the state of the card. */
  show(state: CardState): void {
    // With each key: what is written again, though it is the same, would be laid out again.
    if (state.codeName !== this.#codeName) {
      this.#codeName = state.codeName;
      this.#hint("code");
    }
    this.#help.show(state.codeLength);
    const brand = state.chosenBrand ?? state.brand;
    if (brand !== this.#drawn) this.#showBrand(brand);
    if (this.#choice.show(state.brandChoices, state.chosenBrand)) {
      find(".mark").hidden = state.brandChoices.length > 0;
    }
    const news: string[] = [];
    for (const field of fields) {
      const { problem, empty, complete } = state.fields[field];
      const { cell, input, problem: line } = this.#parts[field];
      const before = this.#shown[field];
      this.#shown[field] = state.fields[field];
      if (empty !== before.empty) {
        cell.classList.toggle("filled", !empty);
        this.#hint(field);
      }
      if (complete !== before.complete) cell.classList.toggle("complete", complete);
      if (problem === (before.problem ?? null)) continue;
      const text = this.#problem(field);
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
    const said = news.join(" ");
    if (said || (isRight && this.#announcer.textContent)) this.#announcer.textContent = said;
  }

  /** Shows who is paid how much. */
  showTotal(paid: Extract<CardEvent, { type: "total" }>): void {
    this.#paid = paid;
    this.#payee.textContent = paid.payee;
    this.#amount.textContent = formatMinorUnits(paid.amount, paid.minorUnits, paid.currency, this.#language?.region);
    this.#total.classList.remove("waiting");
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

  #label(): void {
    const labels = this.#language && { ...this.#language.texts.labels, ...this.#options.labels };
    if (labels) for (const field of fields) this.#parts[field].label.textContent = labels[field];
    for (const field of fields) this.#hint(field);
  }

  #problem(field: Field): string {
    const { problem } = this.#shown[field];
    return (problem && this.#language?.texts.problems[problem]) ?? "";
  }

  #hint(field: Field): void {
    const { input } = this.#parts[field];
    const expiry = this.#language?.texts.expiry ?? "";
    const texts = { ...placeholders, expiry, code: this.#codeName, ...this.#options.placeholders };
    // Only while it is seen: beside one, Chromium styles and lays out an input twice with each key.
    if (this.#shown[field].empty) input.placeholder = texts[field];
    else input.removeAttribute("placeholder");
  }

  #showBrand(brand: string | null): void {
    this.#drawn = brand;
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
    // Of a select, which is the country's, nothing is used but what an input has too.
    input: find<HTMLInputElement>("input, select", cell),
    problem: find(`#${field}-problem`),
  };
}

/** An element of index.html, which is there. */
function find<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  return within.querySelector<T>(selector) as T;
}
