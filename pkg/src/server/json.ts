/**
 * Reads JSON as strictly as the vault does (`protocol/src/json.rs`): one object, in which a member comes once, each string
 * is Unicode and each number an integer that every library keeps exactly (I-JSON, RFC 7493, section 2). `undefined` if the
 * text is anything else. `JSON.parse` alone keeps the last of two members of one name, where another library may keep the
 * first, and so would read something else out of the same signed text.
 */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && isStrict(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string, with the colon behind it if it is a member's name; a number; a brace. */
const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|[{}]/g;

/** Of a text that is JSON. */
function isStrict(json: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of json.matchAll(tokens)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (string === undefined) {
      if (!/^(0|-?[1-9]\d*)$/.test(token) || !Number.isSafeInteger(Number(token))) return false;
    } else {
      // Without its escapes: "a" and "\u0061" are one name.
      const text: string = JSON.parse(string);
      if (/\p{Surrogate}/u.test(text) || (colon && open.at(-1)?.has(text))) return false;
      if (colon) open.at(-1)?.add(text);
    }
  }
  return true;
}
