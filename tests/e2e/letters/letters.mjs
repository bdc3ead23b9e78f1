import { readdirSync, readFileSync } from "node:fs";

// Prints the letters of which the fonts of this folder are made: ASCII, and what the languages of the card fields need.

const folder = new URL("../../../pkg/frame/locales/", import.meta.url);
let text = [...Array(95)].map((_, index) => String.fromCharCode(index + 32)).join("");
// Of numbers and amounts, of the pages around the fields, and the dots of what is cut short.
text += "\u00a0\u202f\u200e\u200f€£¥‘’“”„«»–—…·×−°→←↑↓✓•٠١٢٣٤٥٦٧٨٩٫٬";
for (const file of readdirSync(folder)) {
  const tag = file.replace(/\.ts$/, "");
  text += readFileSync(new URL(file, folder), "utf8");
  text += new Intl.DisplayNames(tag, { type: "region" }).of("DE");
  text += new Intl.DisplayNames(tag, { type: "language" }).of(tag);
}
console.log([...new Set(text.replaceAll("\n", ""))].sort().join(""));
