/**
 * Card fields for Svelte 5, as an attachment and a store. Nothing in here needs Svelte's compiler, nor Svelte.
 *
 * @packageDocumentation
 */
import { type CardHandle, type CardProps, type CardSnapshot, ComponentBinding } from "../component-binding.js";
import type { LoadOptions } from "../load.js";
import type { CardEvents } from "../types.js";

export type { CardHandle, CardProps, CardSnapshot } from "../component-binding.js";

/** A listener for each event of the card. */
export type CardListeners = {
  [Type in keyof CardEvents as `on${Type}`]?: ((event: CardEvents[Type]) => void) | undefined;
};

/** A card, and a store (`$card`) of what is known of it. */
export interface Card extends CardHandle {
  /**
   * Puts the fields into an element: `<div {@attach card.attach({ order })}></div>`. Options that change are given to the
   * fields where they are.
   */
  readonly attach: (options?: CardProps) => (node: Element) => () => void;
  /** The same as an action: `<div use:card.action={{ order }}></div>`. */
  readonly action: (
    node: Element,
    options?: CardProps,
  ) => { update: (options?: CardProps) => void; destroy: () => void };
  /** Svelte's contract of a readable store. */
  readonly subscribe: (run: (snapshot: CardSnapshot) => void) => () => void;
}

/** Makes a card for a vault and a merchant. Has no effect until it is attached, so it may be made on a server. */
export function createCard(settings: LoadOptions, listeners: CardListeners = {}): Card {
  const binding = new ComponentBinding((type, event) => listeners[`on${type}`]?.(event as never));
  const { tokenize, clear, focus, reload, release } = binding;
  const bind = (node: Element, options: CardProps = {}) => binding.bind(node, settings, options);
  return {
    tokenize,
    clear,
    focus,
    reload,
    attach: (options) => (node) => {
      bind(node, options);
      return release;
    },
    action: (node, options) => {
      bind(node, options);
      return { update: (changed) => bind(node, changed), destroy: release };
    },
    subscribe: (run) => {
      const tell = () => run(binding.snapshot);
      tell();
      return binding.watch(tell);
    },
  };
}
