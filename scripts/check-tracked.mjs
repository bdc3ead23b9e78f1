// Checks the files that git tracks: no card number but published test numbers, no secret, no download address in the npm
// lock file. It first plants one of each and must find it, since a check that cannot fail is worse than none.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const published = new Set(
  readFileSync(join(root, "scripts/published-test-cards.txt"), "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean),
);

const secrets = [
  ["a private key in PEM", /-----BEGIN [A-Z ]*PRIVATE KEY-----/g],
  ["an API key of a vault", /\bsk_[A-Za-z0-9_-]{24,}/g],
  [
    "a token of GitHub, npm or AWS",
    /\b(ghp_[A-Za-z0-9]{36}|github_pat_\w{22,}|npm_[A-Za-z0-9]{36}|AKIA[A-Z0-9]{16})\b/g,
  ],
];
// Private keys in JWK form are in published test vectors too; those are in this folder, each file with its source.
const privateJwk = /"(?:d|priv)"\s*:\s*"[A-Za-z0-9_-]{43}"/g;
const vectors = "tests/vectors/";

selfTest();

const findings = [];
for (const path of execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter(Boolean)) {
  const text = read(path);
  if (text !== undefined) findings.push(...check(path, text));
}
for (const finding of findings) console.error(finding);
process.exitCode = findings.length ? 1 : 0;

/** What is wrong with one file, as `path:line: what`. Never with the text found: logs are kept too. */
function check(path, text) {
  const found = [];
  const say = (index, what) => found.push(`${path}:${text.slice(0, index).split("\n").length}: ${what}`);
  for (const [what, pattern] of secrets) for (const match of text.matchAll(pattern)) say(match.index, what);
  if (!path.startsWith(vectors)) for (const match of text.matchAll(privateJwk)) say(match.index, "a private JWK");
  for (const { index, digits } of cardNumbers(text)) {
    if (!published.has(digits)) say(index, `a card number, ${digits.length} digits, that is no published test number`);
  }
  if (path.endsWith("package-lock.json")) {
    for (const match of text.matchAll(/"resolved": "https?:/g))
      say(match.index, "an address: npm ci must use the reader's own registry");
  }
  return found;
}

/**
 * Runs of 13 to 19 digits, also in groups divided by one space or dash, that pass Luhn and begin as a payment card does
 * (2 to 6, 8 or 9). Runs inside a longer word (hashes, base64) are left alone.
 */
function* cardNumbers(text) {
  for (const match of text.matchAll(/(?<![\w.+/=-])[2-689](?:[ -]?\d){12,18}(?![\w+/=])/g)) {
    const digits = match[0].replace(/\D/g, "");
    if (luhn(digits)) yield { index: match.index, digits };
  }
}

/** Whether the last digit is the check digit of ISO/IEC 7812-1. */
function luhn(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** The file's text, or undefined for a binary file or one deleted but not yet committed. */
function read(path) {
  try {
    const bytes = readFileSync(join(root, path));
    return bytes.includes(0) ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}

function selfTest() {
  // Put together here, so that this file itself is clean.
  const unpublished = ["4539", "1488", "0343", "6467"];
  const planted = [
    ["a.txt", `card ${unpublished.join(" ")}.`],
    ["a.txt", `"${unpublished.join("")}"`],
    ["a.txt", ["-----BEGIN", "PRIVATE KEY-----"].join(" ")],
    ["a.json", `{"d": "${"A".repeat(43)}"}`],
    ["a.json", `{"priv": "${"A".repeat(43)}"}`],
    ["a.env", `KEY=sk_${"a".repeat(32)}`],
    ["package-lock.json", ['"resolved":', '"https://registry.example/a.tgz"'].join(" ")],
  ];
  for (const [path, text] of planted) {
    if (check(path, text).length !== 1)
      throw new Error(`the check itself is broken: it misses what is planted in ${path}`);
  }
  if (check("a.txt", "4242 4242 4242 4242").length)
    throw new Error("the check itself is broken: it refuses a test number");
}
