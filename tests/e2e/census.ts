import type { CDPSession, Page } from "@playwright/test";

/** What a page holds at one moment, as far as a component could leave it behind. */
export interface Census {
  /** Iframes in the document and in the shadow trees that are open. */
  iframes: number;
  /** Listeners on window and document. */
  listeners: number;
  /** Ports of channels that were made and not closed. */
  ports: number;
  /** Timers that have yet to fire. */
  timers: number;
  /** As the browser counts them, after it has collected what nothing refers to any more. */
  documents: number;
  frames: number;
  eventListeners: number;
  nodes: number;
}

declare global {
  interface Window {
    census(): Pick<Census, "iframes" | "listeners" | "ports" | "timers">;
  }
}

/** Counts what is made and undone in the page, from its first script on. To be called before the page is opened. */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (window !== window.top) return;
    const listeners = new Set<string>();
    const ids = new WeakMap<object, number>();
    let last = 0;
    const id = (object: object) => {
      if (!ids.has(object)) ids.set(object, ++last);
      return ids.get(object);
    };
    const key = (target: object, [type, listener, options]: unknown[]) => {
      const capture = typeof options === "object" && options ? (options as { capture?: boolean }).capture : options;
      return [id(target), type, listener && id(listener as object), Boolean(capture)].join();
    };
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    for (const target of [window, document]) {
      target.addEventListener = (...given: never[]) => {
        listeners.add(key(target, given));
        return Reflect.apply(addEventListener, target, given);
      };
      target.removeEventListener = (...given: never[]) => {
        listeners.delete(key(target, given));
        return Reflect.apply(removeEventListener, target, given);
      };
    }

    const ports = new Set<MessagePort>();
    window.MessageChannel = class extends MessageChannel {
      constructor() {
        super();
        // The other port is handed to the frame.
        ports.add(this.port1);
      }
    };
    const { close } = MessagePort.prototype;
    MessagePort.prototype.close = function () {
      ports.delete(this);
      Reflect.apply(close, this, []);
    };

    const timers = new Set<number>();
    const { setTimeout, clearTimeout, setInterval, clearInterval } = window;
    const start =
      (begin: typeof setTimeout, once: boolean) =>
      (run: TimerHandler, time?: number, ...given: unknown[]) => {
        const id = begin(() => {
          if (once) timers.delete(id);
          if (typeof run === "function") run(...given);
        }, time) as never as number;
        timers.add(id);
        return id;
      };
    const stop = (end: typeof clearTimeout) => (id?: number) => {
      if (id !== undefined) timers.delete(id);
      end(id);
    };
    Object.assign(window, {
      setTimeout: start(setTimeout, true),
      clearTimeout: stop(clearTimeout),
      setInterval: start(setInterval as never, false),
      clearInterval: stop(clearInterval),
    });

    const iframes = (root: ParentNode): number =>
      [...root.querySelectorAll("*")].reduce(
        (sum, { localName, shadowRoot }) =>
          sum + Number(localName === "iframe") + (shadowRoot ? iframes(shadowRoot) : 0),
        0,
      );
    window.census = () => ({
      iframes: iframes(document),
      listeners: listeners.size,
      ports: ports.size,
      timers: timers.size,
    });
  });
}

/** Counts, after the browser has collected its garbage. */
export async function takeCensus(page: Page, session: CDPSession): Promise<Census> {
  // What was referred to from a collected object of another kind goes with the second round.
  for (let round = 0; round < 3; round++) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const metric = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return {
    ...(await page.evaluate(() => window.census())),
    documents: metric("Documents"),
    frames: metric("Frames"),
    eventListeners: metric("JSEventListeners"),
    nodes: metric("Nodes"),
  };
}
