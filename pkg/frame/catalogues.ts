import type { Catalogue } from "./catalogue.js";

const modules = import.meta.glob<{ default: Catalogue }>(["./locales/*.ts", "!./locales/en.ts"]);

/** Loads a catalogue; `undefined` if there is none of this tag. The build puts a shorter one in its place. */
export async function loadCatalogue(tag: string): Promise<Catalogue | undefined> {
  return (await modules[`./locales/${tag}.ts`]?.())?.default;
}
