import { CardsealError } from "./errors.js";
import type { CardEvents } from "./types.js";

/** Every event, by its name. */
export const types: readonly (keyof CardEvents)[] = [
  "ready",
  "change",
  "focus",
  "blur",
  "submit",
  "progress",
  "optionserror",
  "loaderror",
];

/** The listeners of one card form. */
export class Listeners {
  readonly #all = new Set<{ type: string; listener: (event: never) => void }>();

  /** Adds a listener; gives the function that takes it away again. Throws `options_invalid`. */
  on<Type extends keyof CardEvents>(type: Type, listener: (event: CardEvents[Type]) => void): () => void {
    if (!types.includes(type) || typeof listener !== "function") {
      throw new CardsealError("options_invalid", `on: the events are ${types.join(", ")}`);
    }
    const entry = { type, listener };
    this.#all.add(entry);
    return () => {
      this.#all.delete(entry);
    };
  }

  /** Calls the listeners of an event. One that throws is reported as an uncaught error and does not stop the others. */
  emit<Type extends keyof CardEvents>(type: Type, event: CardEvents[Type]): void {
    for (const entry of [...this.#all]) {
      if (entry.type !== type) continue;
      try {
        entry.listener(event as never);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
