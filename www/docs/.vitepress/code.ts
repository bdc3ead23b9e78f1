// How code and check lists are shown: whatever is in backticks is text, a block has the name of its file or of whose it is, and
// an item that begins with [ ] has a box.

import type { MarkdownOptions } from "vitepress";

type MarkdownIt = Parameters<NonNullable<MarkdownOptions["config"]>>[0];

/** Changes how code is rendered. */
export function code(md: MarkdownIt): void {
  const { code_inline: inline, fence } = md.renderer.rules;
  if (!inline || !fence) throw new Error("VitePress renders code in another way than it did");
  // Vue would otherwise take two braces in a row for an expression of its own.
  md.renderer.rules.code_inline = (...args) => inline(...args).replace("<code", "<code v-pre");
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    // VitePress takes the title away as it renders.
    const [, title] = /\[(.+)\]/.exec(tokens[index]?.info ?? "") ?? [];
    const block = fence(tokens, index, ...rest);
    if (!title || isTab(tokens, index)) return block;
    return `<figure class="titled"><figcaption>${md.utils.escapeHtml(title)}</figcaption>${block}</figure>`;
  };
}

/** Gives the items of a check list a class in place of their brackets. */
export function checkLists(md: MarkdownIt): void {
  md.core.ruler.push("check-lists", ({ tokens }) => {
    for (const [index, { type, content, children }] of tokens.entries()) {
      const [first] = children ?? [];
      if (type !== "inline" || !content.startsWith("[ ] ") || !first) continue;
      first.content = first.content.slice(4);
      tokens[index - 2]?.attrJoin("class", "check");
    }
  });
}

/** Whether a block is one of a code group, which shows the titles itself. */
function isTab(tokens: { type: string }[], index: number): boolean {
  const before = tokens.slice(0, index).findLast(({ type }) => type.startsWith("container_code-group"));
  return before?.type === "container_code-group_open";
}
