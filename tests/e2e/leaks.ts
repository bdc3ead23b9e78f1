/** What must not be found: a card's number and security code. */
export interface CardSecrets {
  number: string;
  code: string;
}

/**
 * What texts hold of a card: every run of eight digits of the number, and the code standing by itself. Digits are looked
 * for text by text, in all of them run together (a key at a time is how a skimmer hears a number), and in what they hold
 * in base64.
 */
export function holds(texts: readonly string[], { number, code }: CardSecrets): string[] {
  const digits = number.replaceAll(/\D/g, "");
  const windows = Array.from({ length: digits.length - 7 }, (_, start) => digits.slice(start, start + 8));
  const found = new Set<string>();
  const short = texts.filter((text) => text.length <= 2).join("");
  for (const text of [...texts, short].flatMap((text) => [text, ...decodings(text)])) {
    const run = text.replaceAll(/[\s-]/g, "");
    for (const window of windows) if (run.includes(window)) found.add(window);
    if (new RegExp(`(?<![\\w.-])${code}(?![\\w.-])`).test(text)) found.add(code);
  }
  if (short.replaceAll(/\D/g, "").includes(code)) found.add(code);
  return [...found];
}

/** Whatever base64 or base64url a text holds, decoded. */
function decodings(text: string): string[] {
  return (text.match(/[A-Za-z0-9+/_-]{11,}/g) ?? []).map((run) =>
    Buffer.from(run.replaceAll("-", "+").replaceAll("_", "/"), "base64").toString("latin1"),
  );
}
