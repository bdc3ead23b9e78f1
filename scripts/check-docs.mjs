// Checks that what the Markdown pages point to is there: relative links with their headings, paths of this repository in
// backticks, and tests, written `path: name of the test`. A page that names a file that was moved misleads whoever looks for
// it; a claim whose test is gone is no more than a claim. It first checks a page with mistakes of each kind.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
const folders = new Set(tracked.filter((path) => path.includes("/")).map((path) => path.split("/")[0]));

selfTest();

const findings = tracked
  .filter((path) => path.endsWith(".md") && existsSync(join(root, path)))
  .flatMap((path) => check(path, readFileSync(join(root, path), "utf8")));
for (const finding of findings) console.error(finding);
process.exitCode = findings.length ? 1 : 0;

/** What is wrong with one page, as `path:line: what`. */
function check(page, text) {
  const found = [];
  const say = (index, what) => found.push(`${page}:${text.slice(0, index).split("\n").length}: ${what}`);
  for (const { index, 1: link, 2: heading } of text.matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const target = join(root, dirname(page), link);
    // What is built is not there before a build; the site's own build looks after these links.
    if (target.startsWith(join(root, "www/docs/api/"))) continue;
    if (!existsSync(target)) say(index, `no such file: ${link}`);
    else if (heading && !headings(link ? readFileSync(target, "utf8") : text).includes(heading)) {
      say(index, `no such heading: ${link}#${heading}`);
    }
  }
  // Only what begins with one of the repository's folders is a path of it. What is built is not there before a build.
  for (const { index, 1: path } of text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)) {
    const built = /^pkg\/(dist|wasm|javascript)\b|^www\/(docs\/)?dist\b/.test(path);
    if (folders.has(path.split("/")[0]) && !built && !existsSync(join(root, path))) say(index, `no such path: ${path}`);
  }
  for (const { index, 1: path, 2: name } of text.matchAll(/`([\w./-]+\.(?:rs|ts)): ([^`]+)`/g)) {
    const isThere = existsSync(join(root, path)) && hasTest(path, readFileSync(join(root, path), "utf8"), name);
    if (!isThere) say(index, `no such test: ${path}: ${name}`);
  }
  return found;
}

/** The headings of a page, as links name them. */
function headings(text) {
  const lines = text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm);
  return Array.from(lines, ([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Whether a file has this test: a function with an attribute of the kind in Rust, a title in TypeScript. */
function hasTest(path, text, name) {
  const literal = name.replaceAll(/[^\w ]/g, "\\$&");
  const inRust = `#\\[(?:\\w+::)?(?:wasm_bindgen_)?test\\b[^\\]]*\\]\\s*(?:#\\[[^\\]]*\\]\\s*)*(?:async )?fn ${literal}\\(`;
  // The first of several arguments: of `test`, of `it.each([…])`, of an extended `test` by another name.
  const inTypeScript = `\\(\\s*(["'\`])${literal}\\1,`;
  return new RegExp(path.endsWith(".rs") ? inRust : inTypeScript).test(text);
}

function selfTest() {
  const wrong = [
    "[a](no/such/file.md)",
    "[a](README.md#no-such-heading)",
    "[a](#no-such-heading)",
    "`protocol/no-such-file.rs`",
    "`protocol/no-such-file.rs: a_test`",
    "`protocol/src/json.rs: no_such_test`",
    // A function, and text, that are no tests.
    "`protocol/src/json.rs: read_object`",
    "`tests/e2e/once.spec.ts: a double click`",
  ];
  const right = [
    "[a](README.md) [a](README.md#see-it) [a](#a-heading-of-it) `protocol/` `pkg/dist/` `text/plain`",
    "`protocol/src/json.rs: every_truncation_is_malformed` `tests/web.rs: no_digits_stay_in_memory`",
    "`tests/e2e/once.spec.ts: a double click on Pay pays once` `pkg/test/readme.test.ts: a block that is wrong is found`",
  ];
  const lines = ["# A heading, of it", ...right, ...wrong];
  const found = check("page.md", lines.join("\n")).map((finding) => Number(finding.split(":")[1]));
  const expected = wrong.map((_, index) => index + right.length + 2);
  if (found.toSorted((a, b) => a - b).join() !== expected.join())
    throw new Error(`the check itself is broken: ${found}`);
}
