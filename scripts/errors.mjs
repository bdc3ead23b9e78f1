// Writes what is made of the catalogue of errors, docs/errors.json: the page docs/errors.md, the types of codes in
// pkg/src/errors.ts and src/card_form.d.ts, and what `cardseal/errors` tells shoppers. With `--check` it writes nothing and
// fails where one of them is not up to date. The codes and their meanings are those of protocol/src/code.rs, which a
// test there compares with the catalogue.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { causes, sections, declines, shopper } = JSON.parse(read("docs/errors.json"));
const entries = sections.flatMap(({ codes }) => codes);
const problems = sections[0].codes.map(({ code }) => code);

check();

const made = {
  "docs/errors.md": page(),
  "pkg/src/errors.ts": lists(read("pkg/src/errors.ts")),
  "src/card_form.d.ts": unions(read("src/card_form.d.ts")),
  "pkg/src/shopper/texts.ts": texts(),
};
const stale = Object.entries(made).filter(([path, text]) => read(path) !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale) console.error(`${path} is not what docs/errors.json says: run node scripts/errors.mjs`);
  process.exitCode = stale.length ? 1 : 0;
} else {
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
}

/** Refuses a catalogue in which a name is not one of its list, or a member is missing. */
function check() {
  const places = ["element", "frame", "vault", "server"];
  for (const { code, meaning, advice, from, retryable, cause, shopper: text } of entries) {
    const fits =
      /^[a-z][a-z0-9_]*$/.test(code) &&
      /\.$/.test(meaning) &&
      (problems.includes(code) || advice) &&
      from.length > 0 &&
      from.every((place) => places.includes(place)) &&
      typeof retryable === "boolean" &&
      Object.hasOwn(causes, cause) &&
      Object.hasOwn(shopper, text);
    if (!fits) throw new Error(`docs/errors.json: ${code}: a member is missing or not one of its list`);
  }
  for (const [code, text] of Object.entries(declines)) {
    if (!Object.hasOwn(shopper, text)) throw new Error(`docs/errors.json: ${code}: no such text`);
  }
}

function page() {
  const head = `# Error codes

<!-- Made of docs/errors.json: change that, then run node scripts/errors.mjs. -->

Each failure has one stable code: it keeps its meaning, new ones may come with a minor version, none is used again. The list is
[\`protocol/src/code.rs\`](../protocol/src/code.rs), the catalogue with everything that is said of each is [errors.json](errors.json);
this page and the package's types are made of it.

Where it stands: \`result.error.code\` of every call of the package that resolves to \`{ ok: false }\`; \`code\` of a thrown \`CardsealError\`;
\`code\` of \`loaderror\`; \`code\` of the vault's \`application/problem+json\` answers (RFC 9457), with the status given here.

In the tables, *from* is where a code arises: the \`element\` in the page, the \`frame\` with the fields (and \`cardseal/direct\`), the \`vault\`, or
\`cardseal/server\`. *Again* says that the same call may succeed if it is simply made again; \`error.retryable\` says so of the call at hand.
`;
  const tables = sections.map(({ title, intro, codes }) => {
    const columns = [
      ["code", ({ code }) => `\`${code}\``],
      codes.some(({ status }) => status) && ["status", ({ status }) => status ?? "-"],
      ["meaning", ({ meaning }) => meaning],
      codes.some(({ advice }) => advice) && ["what to do", ({ advice }) => advice],
      ["from", ({ from }) => from.join(", ")],
      codes.some(({ retryable }) => retryable) && ["again", ({ retryable }) => (retryable ? "yes" : "")],
    ].filter(Boolean);
    return [title && `## ${title}\n`, intro && `${intro}\n`, table(columns, codes)].filter(Boolean).join("\n");
  });
  const bullets = Object.entries(causes).map(([cause, { meaning, advice }]) => ({
    cause,
    meaning,
    advice,
    codes:
      cause === "blocked"
        ? "every other code"
        : quoted(entries.filter((entry) => entry.cause === cause).map(({ code }) => code)),
  }));
  const told = Object.entries(shopper).map(([key, text]) => ({
    text,
    codes:
      key === "generic"
        ? "every other code"
        : quoted([
            ...entries.filter((entry) => entry.shopper === key).map(({ code }) => code),
            ...Object.keys(declines).filter((code) => declines[code] === key),
          ]),
  }));
  return `${head}
${tables.join("\n")}
## Causes of loaderror

\`loaderror\` has one of six words as \`cause\`, for a page to act by, beside the precise \`code\`.

${table(
  [
    ["cause", ({ cause }) => cause],
    ["meaning", ({ meaning }) => meaning],
    ["what to do", ({ advice }) => advice],
    ["codes", ({ codes }) => codes],
  ],
  bullets,
)}
## What to tell the shopper

\`cardseal/errors\` has these texts in 16 languages, also for the \`decline_code\` of a payment. Each fits wherever its codes may come: it
promises that nothing was charged only where that is certain.

${table(
  [
    ["text", ({ text }) => text],
    ["for", ({ codes }) => codes],
  ],
  told,
)}`;
}

/** A Markdown table: columns as pairs of a title and what is in a cell. */
function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
  ].join("");
}

function quoted(codes) {
  return codes.map((code) => `\`${code}\``).join(", ");
}

/** The two lists of errors.ts. */
function lists(source) {
  const others = sections
    .slice(1)
    .flatMap(({ title, codes }) => [...(title ? [`  // ${title}.`] : []), ...codes.map(({ code }) => `  "${code}",`)]);
  const list = (name, lines) => [
    new RegExp(`(^export const ${name} = \\[\n)[^\\]]*(\\] as const;$)`, "m"),
    `${lines.join("\n")}\n`,
  ];
  return put(source, [
    list(
      "problemCodes",
      problems.map((code) => `  "${code}",`),
    ),
    list("errorCodes", ["  ...problemCodes,", ...others]),
  ]);
}

/** The two unions of card_form.d.ts. */
function unions(source) {
  const union = (name, members) => [
    new RegExp(`(^export type ${name} =\n)[^;]*(;$)`, "m"),
    members.map((member) => `  | ${member}`).join("\n"),
  ];
  const others = entries.map(({ code }) => code).filter((code) => !problems.includes(code));
  const literal = (code) => `"${code}"`;
  return put(source, [
    union("ProblemCode", problems.map(literal)),
    union("ErrorCode", ["ProblemCode", ...others.map(literal)]),
  ]);
}

/** Puts something between what two groups of each pattern match. */
function put(source, replacements) {
  return replacements.reduce((text, [pattern, between]) => {
    if (!pattern.test(text)) throw new Error(`nothing matches ${pattern}`);
    return text.replace(pattern, (_, before, after) => `${before}${between}${after}`);
  }, source);
}

/** The module with the English texts. */
function texts() {
  const member = ([key, text]) => {
    const line = `  ${key}: ${JSON.stringify(text)},`;
    // As the formatter breaks it.
    return line.length <= 120 ? line : `  ${key}:\n    ${JSON.stringify(text)},`;
  };
  const codes = [
    ...entries.filter(({ shopper: key }) => key !== "generic").map(({ code, shopper: key }) => [code, key]),
    ...Object.entries(declines),
  ];
  return `// Made of docs/errors.json: change that, then run node scripts/errors.mjs.

/** What shoppers are told, in English. The other languages are in locales/, with the same members. */
export const english = {
${Object.entries(shopper).map(member).join("\n")}
};

/** The texts of one language. */
export type ShopperTexts = Record<keyof typeof english, string>;

/** Which text belongs to a code, or to the \`decline_code\` of a payment; to every other belongs \`generic\`. */
export const textOf: Readonly<Record<string, keyof ShopperTexts | undefined>> = {
${codes.map(([code, key]) => `  ${code}: "${key}",`).join("\n")}
};
`;
}

function read(path) {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch (error) {
    // Not made yet.
    if (error.code === "ENOENT") return "";
    throw error;
  }
}
