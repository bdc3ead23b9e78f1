/**
 * A card element for as long as a framework's component lives.
 *
 * A framework may take a component's effects away and put them back at once: React does in StrictMode and with each hot
 * reload, Svelte whenever what an attachment was made of changes. The frame, and what the shopper typed into it, must
 * outlive that. So `release` waits for the end of the task, and `bind` to the same node before then keeps the frame.
 */
import { Binding, type CardProps, type Sink } from "./binding.js";
import type { LoadOptions } from "./load.js";

export { type CardHandle, type CardProps, type CardSnapshot, NOTHING, type Sink } from "./binding.js";

/** The card element of one component. Making one has no effect; `bind` has. */
export class ComponentBinding extends Binding {
  readonly #watchers: Set<() => void>;
  #node: Element | undefined;
  #released = false;

  constructor(sink: Sink) {
    const watchers = new Set<() => void>();
    super(sink, () => {
      for (const watcher of [...watchers]) watcher();
    });
    this.#watchers = watchers;
  }

  /** Calls a function after each change of the snapshot; returns what ends that. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  };

  override bind(node: Element, settings: LoadOptions, options: CardProps): void {
    this.#node = node;
    this.#released = false;
    super.bind(node, settings, options);
  }

  /** Takes the fields away, unless `bind` puts them back into the same node before the task ends. */
  readonly release = (): void => {
    this.#released = true;
    queueMicrotask(() => {
      if (this.#released) this.drop();
    });
  };

  /** The framework has let go of the node. It may only have hidden it, with what was typed: then the fields stay. */
  leave(): void {
    queueMicrotask(() => {
      if (!this.#node?.isConnected) this.drop();
    });
  }
}
