import type { Appearance, CardOptions, Layout, Locale, Variable } from "cardseal";

/** The languages of the card fields, by the tags that pages name them by. */
export const locales: Locale[] = [
  ...["en", "ar", "cs", "de", "es", "fr", "he", "hi", "it", "ja", "ko", "nl", "pl", "pt", "sv", "tr"],
  ...["zh-Hans", "zh-Hant"],
];

export const themes = ["auto", "plain", "outline", "night"] as const;
export const layouts = ["rows", "line", "stacked", "areas"] as const;

/** The variables that are colours. */
export const colours = [
  "colorPrimary",
  "colorText",
  "colorTextMuted",
  "colorBackground",
  "colorField",
  "colorBorder",
  "colorDanger",
  "colorSuccess",
] as const satisfies Variable[];

/** The variables that are sizes, in pixels, and between what. */
export const sizes = {
  fontSize: [12, 28],
  borderRadius: [0, 48],
  spacing: [0, 32],
  fieldHeight: [48, 120],
} as const satisfies Partial<Record<Variable, [number, number]>>;

/** What is chosen in the editor. Texts are as they were typed, whether or not they can be read. */
export interface Choices {
  theme: (typeof themes)[number];
  layout: (typeof layouts)[number];
  /** A row of areas each line, where `layout` is `areas`. */
  areas: string;
  locale: string;
  /** Those that are not the theme's. */
  variables: Partial<Record<Variable, string>>;
  /** JSON. */
  rules: string;
  /** JSON. */
  fonts: string;
  showTotal: boolean;
  cardholder: boolean;
  address: boolean;
}

export const initial: Choices = {
  theme: "outline",
  layout: "rows",
  areas: "number number\ncode expiry",
  locale: "auto",
  variables: { colorPrimary: "#7a2ff2", borderRadius: "6px" },
  rules:
    '{\n  "label": { "fontWeight": "600" },\n  "field:focus": { "boxShadow": "0 0 0 3px rgb(122 47 242 / 25%)" }\n}',
  fonts: "",
  showTotal: false,
  cardholder: false,
  address: false,
};

/** The options that are asked for, and what cannot be read: by the path of the member, why. */
export function optionsOf(choices: Choices): { options: CardOptions; wrong: Map<string, string> } {
  const wrong = new Map<string, string>();
  const rules = readJson(choices.rules, "appearance.rules", wrong);
  const fonts = readJson(choices.fonts, "fonts", wrong);
  const { theme, variables, locale, showTotal, cardholder, address } = choices;
  const appearance: Appearance = {
    ...(theme !== "auto" && { theme }),
    ...(Object.keys(variables).length > 0 && { variables }),
    ...(rules !== undefined && { rules: rules as NonNullable<Appearance["rules"]> }),
  };
  const layout: Layout =
    choices.layout === "areas"
      ? {
          areas: choices.areas
            .split("\n")
            .map((row) => row.trim().replace(/\s+/g, " "))
            .filter(Boolean),
        }
      : choices.layout;
  const options: CardOptions = {
    ...(Object.keys(appearance).length > 0 && { appearance }),
    ...(fonts !== undefined && { fonts: fonts as NonNullable<CardOptions["fonts"]> }),
    ...(layout !== "rows" && { layout }),
    ...(locale !== "auto" && { locale }),
    ...(showTotal && { showTotal }),
    ...(cardholder && { cardholder }),
    ...(address && { country: true, postalCode: true }),
  };
  return { options, wrong };
}

function readJson(text: string, path: string, wrong: Map<string, string>): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    wrong.set(path, `This is no JSON: ${(cause as Error).message}`);
    return undefined;
  }
}

/** Choices as the part of an address behind `#`; what is as at first is left out. */
export function writeFragment(choices: Choices): string {
  const changed = Object.entries(choices).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(initial[name as keyof Choices]),
  );
  if (changed.length === 0) return "";
  const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(changed)));
  return `look=${btoa(String.fromCharCode(...bytes))
    .replace(/=+$/, "")
    .replaceAll("+", "-")
    .replaceAll("/", "_")}`;
}

/** Whether the part of an address behind `#` is one of choices. */
export const isLook = (fragment: string): boolean => fragment.startsWith("#look=");

/** Reads them back. An address may come from anybody: what is not as it should be is as at first. */
export function readFragment(fragment: string): Choices {
  let given: Record<string, unknown>;
  try {
    const base64 = /^#?look=([\w-]+)$/.exec(fragment)?.[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    given = Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return structuredClone(initial);
  }
  const text = (name: "areas" | "rules" | "fonts") => {
    const value = given[name];
    return typeof value === "string" ? value.slice(0, 10_000) : initial[name];
  };
  const one = <T extends string>(value: unknown, list: readonly T[], otherwise: T): T =>
    list.includes(value as T) ? (value as T) : otherwise;
  const names: readonly string[] = [...colours, ...Object.keys(sizes), "fontFamily", "fontWeight"];
  const isVariable = ([name, value]: [string, unknown]) => names.includes(name) && typeof value === "string";
  return {
    theme: one(given.theme, themes, initial.theme),
    layout: one(given.layout, layouts, initial.layout),
    areas: text("areas"),
    locale: one(given.locale, ["auto", ...locales], initial.locale),
    variables: given.variables
      ? Object.fromEntries(Object.entries(Object(given.variables)).filter(isVariable))
      : { ...initial.variables },
    rules: text("rules"),
    fonts: text("fonts"),
    showTotal: given.showTotal === true,
    cardholder: given.cardholder === true,
    address: given.address === true,
  };
}

/** The options as they are written in a page's script. */
export function codeOf(options: CardOptions): string {
  return [
    'import type { CardOptions } from "cardseal";',
    "",
    `export const options: CardOptions = ${write(options, "")};`,
    "",
  ].join("\n");
}

const WIDTH = 80;

function write(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => write(item, inner))
    : Object.entries(value).map(([name, item]) => {
        return `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${write(item, inner)}`;
      });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (parts.length === 0) return open + close;
  const line = isList ? `[${parts.join(", ")}]` : `{ ${parts.join(", ")} }`;
  const isShort = indent.length + line.length <= WIDTH && !line.includes("\n");
  // The outermost is always one member a line: it is where the next is added.
  if (isShort && indent !== "") return line;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}
