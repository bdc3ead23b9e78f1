import type { CardEvents, LoadOptions, TokenizeResult } from "cardseal";

/** What each of the pages in this folder lets its test do, on `window`. */
export interface FrameworkPage {
  /** Shows the component with the card fields. */
  mount(): void | Promise<void>;
  /** Takes it away, without waiting for anything. */
  /** Mounts anew what is there. */
  mountAgain?(): void;
  unmount(): void | Promise<void>;
  tokenize(order: string): Promise<TokenizeResult>;
  /** Renders once more, with new objects that say the same, or with other options. */
  render?(options?: { labels?: { number: string } }): void | Promise<void>;
}

declare global {
  interface Window {
    settings: LoadOptions;
    fields: FrameworkPage;
    /** What the component was told of, and in which rendering its listener was made. */
    heard: [type: keyof CardEvents, rendering: number][];
  }
}

/** An element to render into. */
export function container(): HTMLElement {
  return document.body.appendChild(document.createElement("main"));
}
