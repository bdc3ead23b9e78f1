import type { CardOptions, Field, Variable } from "cardseal";
import { themes as grounds } from "../gallery/exhibits.ts";
import { Specimen } from "../specimen/specimen.ts";
import {
  type Choices,
  codeOf,
  colours,
  initial,
  isLook,
  layouts,
  locales,
  optionsOf,
  readFragment,
  sizes,
  themes,
  writeFragment,
} from "./choices.ts";
import { element, labelled } from "./element.ts";

/** What the preview can be filled in with. */
const fillings = {
  Empty: {},
  "A card": { number: "4242424242424242", expiry: "12/34", code: "123", name: "Ada Lovelace", postalCode: "10115" },
  "A problem": { number: "4242424242424241", expiry: "12/34", code: "12", name: "Ada Lovelace" },
} satisfies Record<string, Partial<Record<Field, string>>>;

/** Puts the editor into `place`; returns what ends it. */
export function startEditor(place: Element): () => void {
  const editor = new Editor(place);
  return () => editor.end();
}

class Editor {
  #choices: Choices = readFragment(location.hash);
  #specimen: Specimen | undefined;
  #isEnded = false;
  #asked = 0;
  readonly #form = element("form", { class: "editor-form", "aria-label": "The look of the card fields" });
  readonly #stand = element("div", { class: "stand" });
  readonly #code = element("code", {});
  readonly #status = element("p", { class: "editor-status", role: "status" });
  /** The lines that say what is wrong, by the paths that they are for. */
  readonly #problems = new Map<string, HTMLElement>();
  #filling: keyof typeof fillings = "Empty";
  readonly #changed = () => {
    // Other parts of the address are headings of the page.
    if (!isLook(location.hash)) return;
    this.#choices = readFragment(location.hash);
    this.#draw();
    this.#show();
  };

  constructor(place: Element) {
    place.replaceChildren(this.#form, this.#sight());
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", this.#changed);
    this.#draw();
    this.#show();
    this.#mount();
  }

  end(): void {
    this.#isEnded = true;
    removeEventListener("hashchange", this.#changed);
    this.#specimen?.close();
  }

  /** The side that shows what comes of the choices. */
  #sight(): HTMLElement {
    const fill = element("select", {});
    for (const name of Object.keys(fillings)) fill.append(new Option(name));
    fill.addEventListener("change", () => {
      this.#filling = fill.value as keyof typeof fillings;
      this.#fill();
    });
    const pre = element("pre", {
      class: "editor-code",
      tabindex: "0",
      role: "region",
      "aria-label": "Your options as code",
    });
    pre.append(this.#code);
    const sight = element("div", { class: "editor-sight" });
    const buttons = element("div", { class: "editor-buttons" });
    buttons.append(
      this.#button("Copy the code", () => this.#copy(this.#code.textContent ?? "", "The code is copied.")),
      this.#button("Copy a link to this look", () => this.#copy(location.href, "The link is copied.")),
      this.#button("Start again", () => {
        this.#choices = structuredClone(initial);
        this.#draw();
        this.#show();
        this.#status.textContent = "As at first.";
      }),
    );
    sight.append(labelled("Typed in", fill), this.#stand, pre, buttons, this.#status);
    return sight;
  }

  #button(text: string, press: () => void): HTMLElement {
    const button = element("button", { type: "button", class: "editor-button" }, text);
    button.addEventListener("click", press);
    return button;
  }

  async #copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#status.textContent = done;
    } catch {
      this.#status.textContent = "The browser does not let this page copy: mark the text and copy it yourself.";
    }
  }

  /** Writes the form as the choices are. */
  #draw(): void {
    this.#problems.clear();
    const { theme, layout, locale, areas, rules, fonts, variables } = this.#choices;
    const general = this.#group("General");
    general.append(
      labelled(
        "Theme",
        this.#select(themes, theme, (value) => this.#set({ theme: value })),
      ),
      labelled(
        "Layout",
        this.#select(layouts, layout, (value) => {
          this.#set({ layout: value });
          rows.hidden = value !== "areas";
        }),
      ),
      labelled(
        "Language",
        this.#select(["auto", ...locales], locale, (value) => this.#set({ locale: value })),
      ),
    );
    const rows = this.#text("Areas, a row each line", "layout", areas, 4, (value) => this.#set({ areas: value }));
    rows.hidden = layout !== "areas";
    const asks = element("div", { class: "editor-asks" });
    asks.append(
      this.#checkbox("Total", "showTotal"),
      this.#checkbox("Name", "cardholder"),
      this.#checkbox("Country and postal code", "address"),
    );
    general.append(rows, asks);

    const colour = this.#group("Colours");
    for (const name of colours) colour.append(this.#variable(name, this.#colourInput(name)));
    const measure = this.#group("Sizes and letters");
    for (const [name, [min, max]] of Object.entries(sizes) as [keyof typeof sizes, readonly [number, number]][]) {
      const range = element("input", { type: "range", min: `${min}`, max: `${max}` });
      measure.append(this.#variable(name, range, "px"));
    }
    measure.append(
      this.#variable("fontWeight", element("input", { type: "range", min: "100", max: "900", step: "100" })),
    );
    const family = element("input", { type: "text", spellcheck: "false", value: variables.fontFamily ?? "" });
    family.addEventListener("input", () => this.#setVariable("fontFamily", family.value.trim() || undefined));
    measure.append(labelled("fontFamily", family), this.#problem("appearance.variables"));

    const further = this.#group("Rules and fonts");
    further.append(
      this.#text("Rules, as JSON", "appearance.rules", rules, 8, (value) => this.#set({ rules: value })),
      this.#text("Fonts, as JSON", "fonts", fonts, 4, (value) => this.#set({ fonts: value })),
    );
    this.#form.replaceChildren(general, colour, measure, further);
  }

  #group(title: string): HTMLElement {
    const group = element("fieldset", { class: "editor-group" });
    group.append(element("legend", {}, title));
    return group;
  }

  #select<T extends string>(list: readonly T[], value: T, choose: (value: T) => void): HTMLSelectElement {
    const select = element("select", {});
    for (const item of list) select.append(new Option(item, item, false, item === value));
    select.addEventListener("change", () => choose(select.value as T));
    return select;
  }

  #checkbox(text: string, name: "showTotal" | "cardholder" | "address"): HTMLElement {
    const box = element("input", { type: "checkbox" });
    box.checked = this.#choices[name];
    box.addEventListener("change", () => this.#set({ [name]: box.checked }));
    const label = element("label", { class: "editor-check" });
    label.append(box, text);
    return label;
  }

  #text(title: string, path: string, value: string, rows: number, choose: (value: string) => void): HTMLElement {
    const area = element("textarea", { rows: `${rows}`, spellcheck: "false", autocapitalize: "off" });
    area.value = value;
    area.addEventListener("input", () => choose(area.value));
    const problem = this.#problem(path);
    area.setAttribute("aria-describedby", problem.id);
    const box = labelled(title, area);
    box.classList.add("editor-whole");
    box.append(problem);
    return box;
  }

  #problem(path: string): HTMLElement {
    const line = element("p", { class: "editor-problem", role: "alert", id: `editor-${path.replaceAll(".", "-")}` });
    this.#problems.set(path, line);
    return line;
  }

  #colourInput(name: Variable): HTMLInputElement {
    const input = element("input", { type: "color" });
    input.dataset.variable = name;
    return input;
  }

  /** An input for a variable, and a button that gives it back to the theme. */
  #variable(name: Variable, input: HTMLInputElement, unit = ""): HTMLElement {
    const box = labelled(name, input);
    const shown = element("output", {});
    const own = element("button", { type: "button", class: "editor-own" }, "reset");
    own.setAttribute("aria-label", `reset ${name}`);
    const refresh = () => {
      const value = this.#choices.variables[name];
      own.hidden = value === undefined;
      if (value !== undefined) input.value = unit ? value.replace(unit, "") : value;
      shown.textContent = value ?? "theme's";
    };
    input.addEventListener("input", () => {
      this.#setVariable(name, `${input.value}${unit}`);
      refresh();
    });
    own.addEventListener("click", () => {
      this.#setVariable(name, undefined);
      refresh();
      this.#readTheme();
      input.focus();
    });
    input.dataset.variable = name;
    refresh();
    box.classList.add("editor-variable");
    const end = element("span", { class: "editor-end" });
    end.append(shown, own);
    box.append(end);
    return box;
  }

  #setVariable(name: Variable, value: string | undefined): void {
    const { [name]: _, ...variables } = this.#choices.variables;
    this.#set({ variables: value === undefined ? variables : { ...variables, [name]: value } });
  }

  #set(change: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...change };
    this.#status.textContent = "";
    this.#show();
  }

  /** Shows what the choices come to: in the address, as code, and in the preview. */
  #show(): void {
    const fragment = writeFragment(this.#choices);
    // Not an entry of its own in the history for each move of a slider.
    if (fragment || isLook(location.hash)) {
      history.replaceState(history.state, "", fragment ? `#${fragment}` : location.pathname + location.search);
    }
    const { options, wrong } = optionsOf(this.#choices);
    for (const [path, line] of this.#problems) line.textContent = wrong.get(path) ?? "";
    this.#code.textContent = codeOf(options);
    this.#stand.dataset.ground = grounds[this.#choices.theme];
    this.#restyle(options);
  }

  async #mount(): Promise<void> {
    try {
      const { options } = optionsOf(this.#choices);
      const specimen = await Specimen.mount(this.#stand, this.#whole(options), ({ member }) => this.#refuse(member));
      if (this.#isEnded) return specimen.close();
      this.#specimen = specimen;
      this.#show();
    } catch (cause) {
      this.#stand.textContent = `There is no preview: ${(cause as Error).message} The code is as it would be.`;
    }
  }

  /** All options that the editor knows, so that one which is not asked for any more is as if it never was. */
  #whole(options: CardOptions): CardOptions {
    return {
      appearance: {},
      fonts: [],
      layout: "rows",
      locale: "auto",
      ...{ showTotal: false, cardholder: false, country: false, postalCode: false },
      ...options,
    };
  }

  async #restyle(options: CardOptions): Promise<void> {
    const specimen = this.#specimen;
    if (!specimen) return;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      await specimen.update(this.#whole(options));
    } catch {
      // What the package itself refuses, before the frame sees it.
      this.#refuse("fonts");
    }
    // The frame answers in a task of its own.
    setTimeout(() => {
      if (asked === this.#asked) this.#readTheme();
    }, 50);
    if (this.#filling !== "Empty") this.#fill();
  }

  /** Says of a member that the frame could not read it. */
  #refuse(member: string): void {
    const [path = "appearance.rules"] = [...this.#problems.keys()].filter((path) => member.startsWith(path));
    const line = this.#problems.get(path);
    if (line && !line.textContent) line.textContent = `The fields refuse ${member}: that is no value for it.`;
  }

  /** Shows on the inputs of variables that are the theme's what they are there. */
  #readTheme(): void {
    const root = this.#specimen?.document.documentElement;
    if (!root) return;
    const style = getComputedStyle(root);
    for (const input of this.#form.querySelectorAll<HTMLInputElement>("input[data-variable]")) {
      const name = input.dataset.variable as Variable;
      if (this.#choices.variables[name] !== undefined) continue;
      const value = style.getPropertyValue(`--${name}`).trim();
      // The input knows colours of six digits only.
      input.value = input.type === "color" ? (opaque(value) ?? "#ffffff") : value.replace("px", "");
    }
  }

  #fill(): void {
    const specimen = this.#specimen;
    if (!specimen) return;
    for (const field of ["number", "expiry", "code", "name", "postalCode"] as const) {
      const text = (fillings[this.#filling] as Partial<Record<Field, string>>)[field] ?? "";
      specimen.fill(field, text);
      if (text) specimen.leave(field);
    }
  }
}

/** A colour in the six digits that an input of colours takes, where it is one without transparency. */
function opaque(colour: string): string | undefined {
  const short = /^#(.)(.)(.)$/.exec(colour);
  if (short)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join("")}`;
  return /^#[\da-f]{6}$/i.test(colour) ? colour : undefined;
}
