import { shown } from "./address.js";
import { fetchAnswer, type Patience } from "./answer.js";
import { type Markup, readMarkup } from "./markup.js";
import { Refusal } from "./refusal.js";

/** A payment page as it was received. */
export interface Page {
  /** Where it came from in the end. */
  url: URL;
  headers: Headers;
  markup: Markup;
}

/** Fetches a page and reads it. */
export async function fetchPage(url: URL, patience: Patience): Promise<Page> {
  const accept = "text/html,application/xhtml+xml";
  const answer = await fetchAnswer(url, patience, { code: "page_unreachable", accept });
  if (answer.status < 200 || answer.status >= 300) {
    throw new Refusal("page_unreachable", `${shown(answer.url)}: answers ${answer.status}`);
  }
  const type = answer.headers.get("content-type") ?? "";
  if (!/^(text\/html|application\/xhtml\+xml)\b/i.test(type)) {
    throw new Refusal("page_unreachable", `${shown(answer.url)}: is no HTML`);
  }
  const text = decoded(answer.body, /charset="?([\w-]+)/i.exec(type)?.[1]);
  return { url: answer.url, headers: answer.headers, markup: readMarkup(text, answer.url) };
}

/** Text in the named encoding; in UTF-8 where none is named, or none that is known. */
export function decoded(bytes: Uint8Array, encoding = "utf-8"): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
