import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const docs = join(import.meta.dirname, "../../../docs");

/** A page of docs/ for which the site has no file of its own. */
export interface OtherPage {
  /** Its path on the site, without slash and ending. */
  page: string;
  title: string;
  content: string;
}

/** Pages that were added to docs/ and not here: they are shown as they are, at the end of the reference. */
export const others: OtherPage[] = readdirSync(docs)
  .filter((file) => file.endsWith(".md") && !existsSync(join(import.meta.dirname, "..", file)))
  .map((file) => {
    const content = readFileSync(join(docs, file), "utf8");
    return { page: file.replace(".md", ""), title: /^# (.*)$/m.exec(content)?.[1] ?? file, content };
  });
