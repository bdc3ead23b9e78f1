import { members, Refusal } from "./refusal.js";

const names = ["family", "src", "weight", "style", "unicodeRange"];

/** The web fonts that a page brought. The vault's policy for this frame decides from where they may come. */
export class Fonts {
  #given = "";
  #faces: FontFace[] = [];

  /** Takes these fonts in place of the last; throws a {@link Refusal}, and then nothing has changed. */
  set(fonts: unknown = []): void {
    const given = JSON.stringify(fonts);
    if (given === this.#given) return;
    if (!Array.isArray(fonts) || fonts.length > 8) throw new Refusal("fonts");
    const faces = fonts.map(parse);
    for (const face of this.#faces) document.fonts.delete(face);
    for (const face of faces) {
      // Whole, before there is a letter to show in it: fetched when it is needed, a font of one digit would tell its server
      // that this digit was typed. One that does not come changes nothing.
      const add = () => this.#faces.includes(face) && document.fonts.add(face);
      face.load().then(add, () => undefined);
    }
    this.#given = given;
    this.#faces = faces;
  }
}

function parse(font: unknown): FontFace {
  const given = Object.fromEntries(members(font, "fonts", names));
  const wrong = names.find((name) => {
    const value = given[name];
    if (value === undefined) return name === "family" || name === "src";
    const patterns: Record<string, RegExp> = {
      src: /^https?:\/\/[^\s"'\\]{1,2000}$/,
      family: /^[\p{L}\d_ .-]{1,64}$/u,
    };
    const pattern = patterns[name] ?? /^[\w ?,+.-]{1,128}$/;
    return typeof value !== "string" || !pattern.test(value);
  });
  if (wrong) throw new Refusal(`fonts.${wrong}`);
  const { family, src, ...descriptors } = given as Record<string, string>;
  try {
    return new FontFace(family as string, `url("${src}")`, descriptors);
  } catch {
    throw new Refusal("fonts");
  }
}
