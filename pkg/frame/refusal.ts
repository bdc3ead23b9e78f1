/** Says which member of the options is none: the message is its path, such as `appearance.variables.colorText`. */
export class Refusal extends Error {}

/** The members of an object that may have these and no others; throws a {@link Refusal}. */
export function members(value: unknown, path: string, allowed?: readonly string[]): [name: string, member: unknown][] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refusal(path);
  const entries = Object.entries(value);
  const unknown = allowed && entries.find(([name]) => !allowed.includes(name));
  if (unknown) throw new Refusal(`${path}.${unknown[0]}`);
  return entries;
}
