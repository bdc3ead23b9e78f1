// Checks that what the Markdown pages point to is there: relative links, and paths of this repository in backticks. A page
// that names a file that was moved misleads whoever looks for it. It first checks a page with one mistake of each kind.

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
  for (const { index, 1: link } of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (!/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link))) say(index, `no such file: ${link}`);
  }
  // Only what begins with one of the repository's folders is a path of it. What is built is not there before a build.
  for (const { index, 1: path } of text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)) {
    const built = /^pkg\/(dist|wasm)\b|^www\/dist\b/.test(path);
    if (folders.has(path.split("/")[0]) && !built && !existsSync(join(root, path))) say(index, `no such path: ${path}`);
  }
  return found;
}

function selfTest() {
  const page = "[a](no/such/file.md) `protocol/no-such-file.rs` [b](README.md) `protocol/` `pkg/dist/` `text/plain`";
  if (check("page.md", page).length !== 2) throw new Error("the check itself is broken");
}
