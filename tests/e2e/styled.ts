import type { Frame, Page } from "@playwright/test";
import type { CardElement, CardOptions, OptionsError } from "cardseal";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import type { Vault } from "./vault.ts";

export { expect };

/** What the page of {@link Styled} puts at hand. */
interface Hosting {
  card: CardElement;
  /** The iframe's height as it was mounted. */
  foreseen: string;
  refused: OptionsError[];
  shifts: number[];
}

/** What a document has posted over ports until now, and what of the other side's it has dealt with. */
interface Messages {
  posted: number;
  heard: number;
}

/** A merchant's page with one card element and a line of text below it. */
export class Styled {
  readonly page: Page;
  readonly #vault: Vault;
  readonly #host: Host;

  constructor(page: Page, vault: Vault, host: Host) {
    this.page = page;
    this.#vault = vault;
    this.#host = host;
  }

  /** Opens the page with a card element of these options, and waits until a card can be typed. */
  async open(options: CardOptions = {}, css = ""): Promise<void> {
    const { merchant, origin } = this.#host;
    const settings = JSON.stringify({ vault: this.#vault.origin, merchant, roots: [this.#vault.root] });
    this.#host.serve(
      `<meta name="viewport" content="width=device-width"><style>body { margin: 16px } ${css}</style><div id="card"></div><script>
       // What a browser shows before the fields are mounted would move when they are; that is for the page to avoid.
       document.body.hidden = true;
       </script><p id="below">What comes after it.</p>`,
      `import { loadCardseal } from "/dist/index.js";
       window.shifts = [];
       new PerformanceObserver((list) => { for (const { value } of list.getEntries()) window.shifts.push(value); })
         .observe({ type: "layout-shift", buffered: true });
       window.refused = [];
       const cardseal = await loadCardseal(${settings});
       window.card = cardseal.card(${JSON.stringify(options)});
       window.card.on("optionserror", (error) => window.refused.push(error));
       window.card.on("ready", () => document.body.classList.add("ready"));
       document.body.hidden = false;
       window.card.mount("#card");
       window.foreseen = document.querySelector("iframe").height;`,
    );
    await this.page.addInitScript(countMessages);
    await this.page.goto(origin);
    await expect(this.page.locator("body")).toHaveClass("ready");
  }

  /** The frame with the fields. */
  get frame(): Frame {
    return this.page.frames().find((frame) => frame.url().startsWith(this.#vault.origin)) as Frame;
  }

  /** A signed order of this page. */
  order(): Promise<string> {
    return this.#host.order("1001");
  }

  /** Changes options of the mounted element; the next call sees them in the frame, and in the page what it answered. */
  async update(options: CardOptions): Promise<void> {
    await this.page.evaluate((options) => (window as unknown as Hosting).card.update(options), options);
    await delivered(this.page.mainFrame(), this.frame);
    await delivered(this.frame, this.page.mainFrame());
  }

  /** The members that were refused until now. */
  refused(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as Hosting).refused.map(({ member }) => member));
  }

  /** The height that the iframe was mounted with. */
  foreseen(): Promise<number> {
    return this.page.evaluate(() => Number((window as unknown as Hosting).foreseen));
  }

  /** The layout shifts of the page until now (web-vitals: CLS), whatever caused them. */
  shifts(): Promise<number[]> {
    return this.page.evaluate(() => (window as unknown as Hosting).shifts);
  }

  /** One computed style of an element in the frame. */
  style(selector: string, property: string): Promise<string> {
    return this.frame
      .locator(selector)
      .first()
      .evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property);
  }
}

/** Runs in every document of the page before its own scripts. */
function countMessages(): void {
  const messages: Messages = { posted: 0, heard: 0 };
  Object.assign(window, { messages });
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown) {
    messages.posted++;
    postMessage.call(this, message);
  };
  const onmessage = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage") as PropertyDescriptor;
  Object.defineProperty(MessagePort.prototype, "onmessage", {
    ...onmessage,
    set(listener: (event: MessageEvent) => void) {
      onmessage.set?.call(this, (event: MessageEvent) => {
        listener(event);
        messages.heard++;
      });
    },
  });
}

/**
 * Waits until `to` has dealt with all that `from` has posted to it until now. They are two processes, and what a test asks of
 * one may overtake what the other has sent there.
 */
async function delivered(from: Frame, to: Frame): Promise<void> {
  const count = (frame: Frame) => frame.evaluate(() => (window as unknown as { messages: Messages }).messages);
  const { posted } = await count(from);
  await expect.poll(async () => (await count(to)).heard, { intervals: [20] }).toBeGreaterThanOrEqual(posted);
}

/** A test with the page, whose site is registered with a vault of its own. */
export const test = base.extend<{ styled: Styled }>({
  styled: async ({ page, vault }, use) => {
    const host = await Host.start(vault);
    await use(new Styled(page, vault, host));
    await host.stop();
  },
});
