import type { Brand } from "../src/types.js";
import { badges, brandNames } from "./texts.js";

/** The choice between the brands of a co-badged card: radio buttons in the place of the brand's mark. */
export class BrandChoice {
  readonly #group: HTMLElement;
  readonly #choose: (brand: Brand) => void;
  #shown = "";
  #chosen: Brand | null = null;

  /** Fills `group`, a fieldset; `choose` hears what the shopper chose. */
  constructor(group: HTMLElement, choose: (brand: Brand) => void) {
    this.#group = group;
    this.#choose = choose;
  }

  /** Shows these brands, of which one may be chosen; without any, nothing. Says whether others were shown before. */
  show(brands: Brand[], chosen: Brand | null): boolean {
    const shown = brands.join();
    const isNew = shown !== this.#shown;
    if (isNew) {
      this.#shown = shown;
      for (const label of this.#group.querySelectorAll("label")) label.remove();
      this.#group.append(...brands.map((brand) => this.#option(brand)));
      this.#group.hidden = brands.length === 0;
    }
    if (isNew || chosen !== this.#chosen) {
      this.#chosen = chosen;
      for (const radio of this.#group.querySelectorAll("input")) radio.checked = radio.value === chosen;
    }
    return isNew;
  }

  #option(brand: Brand): HTMLElement {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "brand", value: brand, ariaLabel: brandNames[brand] ?? brand });
    radio.addEventListener("change", () => this.#choose(brand));
    label.append(radio, mark(brand));
    return label;
  }
}

/** A brand's drawn mark, or its name as a badge. */
function mark(brand: Brand): Element {
  const badge = badges[brand];
  if (badge !== undefined) {
    const name = document.createElement("b");
    name.textContent = badge;
    return name;
  }
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.ariaHidden = "true";
  svg.append(document.createElementNS(svg.namespaceURI, "use"));
  svg.firstElementChild?.setAttribute("href", `#mark-${brand}`);
  return svg;
}
