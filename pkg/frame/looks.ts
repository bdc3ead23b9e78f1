import type { CardOptions } from "../src/types.js";
import { Look } from "./appearance.js";
import { Fonts } from "./fonts.js";
import { arrange } from "./layout.js";
import { Refusal } from "./refusal.js";

/** All that a page can say of how the card form looks. */
export class Looks {
  readonly #fonts = new Fonts();
  readonly #look = new Look();

  /** Makes the form look so; gives the path of each member that is none, and leaves that side of the look as it was. */
  set(options: CardOptions): string[] {
    const sides = [
      () => this.#fonts.set(options.fonts),
      () => this.#look.set(options.appearance),
      () => arrange(options),
    ];
    return sides.flatMap((side) => {
      try {
        side();
        return [];
      } catch (cause) {
        if (cause instanceof Refusal) return cause.message.slice(0, 99);
        throw cause;
      }
    });
  }
}
