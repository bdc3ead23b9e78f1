import type { RuleProperty, Variable } from "../src/types.js";
import { isLegible } from "./legible.js";
import { members, Refusal } from "./refusal.js";
import { type Grammar, parseValue } from "./style-value.js";

const colour: Grammar = { colour: true };
const family: Grammar = { families: true, most: 8 };
const weight: Grammar = { number: [100, 900], words: "normal bold" };
const lines = "none solid dashed dotted double";

/** The property that each variable is a value of, and what it may be. In pixels, so that the page can foresee the height. */
const variables: Record<Variable, [property: string, Grammar]> = {
  colorPrimary: ["color", colour],
  colorText: ["color", colour],
  colorTextMuted: ["color", colour],
  colorBackground: ["color", colour],
  colorField: ["color", colour],
  colorBorder: ["color", colour],
  colorDanger: ["color", colour],
  colorSuccess: ["color", colour],
  fontFamily: ["font-family", family],
  fontSize: ["font-size", { length: [12, 28], units: "px" }],
  fontWeight: ["font-weight", weight],
  borderRadius: ["border-radius", { length: [0, 48], units: "px" }],
  spacing: ["padding", { length: [0, 32], units: "px" }],
  fieldHeight: ["height", { length: [48, 120], units: "px" }],
};

const border: Grammar = { length: [0, 8], words: lines, colour: true, most: 3 };
const padding: Grammar = { length: [0, 32], most: 4 };

/** What a rule may set. Nothing here can hide a text or move it: no display, position, opacity, margin, transform. */
const properties: Record<RuleProperty, Grammar> = {
  backgroundColor: colour,
  border,
  borderColor: { colour: true, most: 4 },
  borderRadius: { length: [0, 48], most: 4 },
  borderStyle: { words: lines, most: 4 },
  borderWidth: { length: [0, 8], most: 4 },
  boxShadow: { length: [-24, 24], words: "none inset ,", colour: true, most: 27 },
  caretColor: colour,
  color: colour,
  fontFamily: family,
  fontSize: { length: [12, 28] },
  fontStyle: { words: "normal italic" },
  fontWeight: weight,
  letterSpacing: { length: [-1, 8], units: "px|rem|em", words: "normal" },
  lineHeight: { number: [1, 2.5], length: [16, 48], words: "normal" },
  outline: border,
  padding,
  paddingBlock: padding,
  paddingInline: padding,
  textDecoration: { words: "none underline" },
  textTransform: { words: "none uppercase lowercase capitalize" },
};

/** A part of the form by the name that the page has for it, with the state of the field that it is in. */
const SELECTOR =
  /^(field|input|label|brand|problem|total|help)(?::(focus|hover|invalid|complete|empty|autofill))?(::placeholder)?$/;
const parts: Record<string, string> = {
  field: "",
  input: " :is(:where(.entry) > input, select)",
  label: " > label",
  brand: " :is(.mark, .brands) b",
  problem: ".problem",
  total: ".total",
  help: ".help",
};
const states: Record<string, string> = {
  focus: ":focus-within",
  hover: ":hover",
  invalid: ".wrong",
  complete: ".complete",
  empty: ":not(.filled)",
  autofill: ":has(:autofill)",
};

interface Parsed {
  theme: string;
  variables: Map<string, string>;
  rules: [selector: string, declarations: [property: string, value: string][]][];
}

/** How the document looks: what the page asked for, on the document, and kept legible. */
export class Look {
  readonly #sheet = new CSSStyleSheet();
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  #parsed: Parsed = parseAppearance(undefined);

  constructor() {
    document.adoptedStyleSheets.push(this.#sheet);
    this.#dark.addEventListener("change", () => this.#apply());
  }

  /** Takes another appearance in place of the last; throws a {@link Refusal}, and then nothing has changed. */
  set(appearance: unknown): void {
    this.#parsed = parseAppearance(appearance);
    this.#apply();
  }

  #apply(): void {
    const { theme, variables: chosen, rules } = this.#parsed;
    const root = document.documentElement;
    root.dataset.theme = theme === "auto" ? (this.#dark.matches ? "night" : "plain") : theme;
    for (const name of Object.keys(variables)) root.style.setProperty(`--${name}`, chosen.get(name) ?? "");
    this.#sheet.replaceSync("");
    for (const [selector, declarations] of rules) {
      // The selector is of the tables above; what the page wrote is set as a value only.
      const rule = this.#sheet.cssRules[this.#sheet.insertRule(`${selector}{}`, this.#sheet.cssRules.length)];
      for (const [property, value] of declarations) (rule as CSSStyleRule).style.setProperty(property, value);
    }
    // What is paid, and what is wrong, can be read whatever the page asked for.
    const texts = [...document.querySelectorAll(".total, .problem")];
    for (const text of texts) text.classList.remove("own");
    // The themes are by themselves; and all are judged before one is changed, so that styles are computed once.
    const illegible = chosen.size || rules.length ? texts.filter((text) => !isLegible(text)) : [];
    for (const text of illegible) text.classList.add("own");
  }
}

/** Reads an appearance; throws a {@link Refusal}. */
function parseAppearance(value: unknown): Parsed {
  const given = Object.fromEntries(members(value, "appearance", ["theme", "variables", "rules"]));
  const { theme = "auto" } = given;
  if (!["auto", "plain", "outline", "night"].includes(theme as string)) throw new Refusal("appearance.theme");
  const chosen = members(given.variables, "appearance.variables", Object.keys(variables)).map(
    ([name, text]): [string, string] => {
      const [property, grammar] = variables[name as Variable];
      const parsed = parseValue(property, text, grammar);
      if (parsed === undefined) throw new Refusal(`appearance.variables.${name}`);
      return [name, parsed];
    },
  );
  const rules = members(given.rules, "appearance.rules").map(([name, rule]): Parsed["rules"][number] => {
    const path = `appearance.rules.${name}`;
    const [, part, state = "", placeholder = ""] = SELECTOR.exec(name) ?? [];
    const ours = part === "problem" || part === "total" || part === "help";
    if (!part || (ours && (state || placeholder)) || (placeholder && part !== "input")) throw new Refusal(path);
    const declarations = members(rule, path, Object.keys(properties)).map(([property, text]): [string, string] => {
      const css = property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const parsed = parseValue(css, text, properties[property as RuleProperty]);
      // A shadow would lie between text and ground, and a web font may draw other figures than are meant.
      if (parsed === undefined || (ours && /^(boxShadow|fontFamily)$/.test(property))) {
        throw new Refusal(`${path}.${property}`);
      }
      // Drawn apart from the field: frame.css.
      if (part === "field" && property === "outline") return ["--outline", parsed];
      // iOS zooms in on inputs of smaller text.
      return [css, part === "input" && property === "fontSize" ? `max(var(--leastInput), ${parsed})` : parsed];
    });
    return [`${ours ? "" : `.cell${states[state] ?? ""}`}${parts[part]}${placeholder}`, declarations];
  });
  return { theme: theme as string, variables: new Map(chosen), rules };
}
