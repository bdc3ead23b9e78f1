/** Card elements without frames, for what is built upon them, in place of `src/element.js`: they write down what is done to them. */
import type { LoadOptions } from "../src/load.js";
import type { CardEvents, CardOptions, TokenizeResult } from "../src/types.js";
import { ROOTS, VAULT } from "./page.js";

export const settings: LoadOptions = { vault: VAULT, merchant: "mer_demo", roots: ROOTS };

export class FakeCard {
  /** Every card since this was emptied, in the order in which they were made. */
  static readonly made: FakeCard[] = [];

  readonly updates: CardOptions[] = [];
  readonly calls: string[] = [];
  readonly #listeners: [string, (event: never) => void][] = [];
  parent: Element | undefined;
  mounts = 0;
  destroyed = false;

  constructor(
    readonly settings: LoadOptions,
    readonly options: CardOptions,
  ) {
    FakeCard.made.push(this);
  }

  /** The one card that was made. */
  static get only(): FakeCard {
    const [card, ...more] = FakeCard.made;
    if (!card || more.length) throw new Error(`${FakeCard.made.length} cards were made`);
    return card;
  }

  on(type: keyof CardEvents, listener: (event: never) => void): void {
    this.#listeners.push([type, listener]);
  }

  emit<Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]): void {
    for (const [on, listener] of this.#listeners) if (on === type) listener(event as never);
  }

  mount(parent: Element): void {
    this.parent = parent;
    this.mounts += 1;
  }

  update(options: CardOptions): void {
    this.updates.push(options);
  }

  destroy(): void {
    this.destroyed = true;
  }

  clear(): void {
    this.calls.push("clear");
  }

  focus(field?: string): void {
    this.calls.push(`focus ${field}`);
  }

  async tokenize({ order }: { order: string }): Promise<TokenizeResult> {
    this.calls.push(`tokenize ${order}`);
    return {
      ok: true,
      token: "tok_1",
      brand: "visa",
      last4: "4242",
      expMonth: 12,
      expYear: 2034,
      expires: 1_900_000_000,
      envelope: "a.b..c.",
      dualSignature: "a.b.c",
      receipt: "a.b.c",
    };
  }
}
