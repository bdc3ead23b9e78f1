// The pages in docs/ and SECURITY.md are read on the forge and, included by pages here, on the site. Their links are those of
// the repository; here they become links of the site, and to what the site has no page for, links to the forge.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import type { MarkdownEnv, MarkdownOptions } from "vitepress";
import { others } from "./others.ts";

type MarkdownIt = Parameters<NonNullable<MarkdownOptions["config"]>>[0];

const site = join(import.meta.dirname, "..");
const root = join(site, "../..");
const forge = "https://github.com/cardseal/cardseal/blob/main/";

/** Files of the repository that a page of the site shows, each with that page: those of the same name in docs/, and others. */
const pages = new Map(
  readdirSync(site)
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) => {
      const [, file] = /^<!--@include: (\S+\.md)-->$/m.exec(readFileSync(join(site, page), "utf8")) ?? [];
      return [`docs/${page}`, ...(file ? [posix.join("www/docs", file)] : [])].map((path) => [path, page] as const);
    }),
);

/** Turns the links of the repository's pages into the site's. */
export function links(md: MarkdownIt): void {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === "link_open" && token.attrGet("href");
        if (href) token.attrSet("href", onSite(href, env));
      }
    }
  });
}

function onSite(href: string, { path, includes = [] }: MarkdownEnv): string {
  const [, target = "", heading = ""] = /^([^#?]*)(.*)$/.exec(href) ?? [];
  if (!target || /^[a-z]+:|^\//.test(target)) return href;
  // What is written on the page itself goes before what it includes, and before what is shown as it stands in docs/.
  for (const from of [path, ...includes, join(root, "docs/page.md")]) {
    const file = join(dirname(from), decodeURI(target));
    if (!existsSync(file)) continue;
    const other = others.find(({ page }) => file === join(root, "docs", `${page}.md`));
    const page = other?.page ?? pages.get(relative(root, file)) ?? (file.startsWith(site) && relative(site, file));
    return page ? posix.join("/", page) + heading : forge + relative(root, file) + heading;
  }
  return href;
}

/** The fragment that the forge gives a heading. */
export function slugify(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
