/**
 * The card fields without a browser: in a DOM that loads no iframe (happy-dom, jsdom), the vault's frame is played here. The
 * page's side of the package runs unchanged, and so does the WebAssembly module that drives the inputs and seals.
 */
import init, { CardForm, fetchModule } from "../../wasm/cardseal.js";
import { makeDevice } from "../device.js";
import type { ErrorCode } from "../errors.js";
import { failure } from "../failure.js";
import { keepsForm } from "../form-options.js";
import {
  type Connect,
  type FrameMessage,
  type PageMessage,
  PROTOCOL,
  parseConnect,
  parsePageMessage,
} from "../messages.js";
import { isOrigin } from "../server/claims.js";
import type { CardEvent, CardOptions, CardState, Field } from "../types.js";
import type { TypedCard } from "./cards.js";
import type { TestVault } from "./vault.js";

/** What the shopper is shown where the option `showTotal` is on. */
export interface ShownTotal {
  /** The merchant's name. */
  payee: string;
  /** In minor units, of which {@link minorUnits} are decimal places. */
  amount: number;
  /** How many decimal places the currency has. */
  minorUnits: number;
  /** ISO 4217. */
  currency: string;
}

/** The fields of one card element, as a shopper has them. */
export interface CardFields {
  /**
   * Types a card, key by key, in place of what was typed before, and leaves the last field. What the element emits has been
   * heard when this resolves.
   */
  fill(card: Partial<TypedCard>): Promise<void>;
  /** Presses Enter: the element emits `submit`. */
  pressEnter(): Promise<void>;
  /** The state that the page is told. */
  readonly state: CardState;
  /** What the shopper is shown of the order; `null` before there is one, or without `showTotal`. */
  readonly total: ShownTotal | null;
}

type Unversioned<T> = T extends unknown ? Omit<T, "v"> : never;

/** Where to look for a card element, and for how long. */
export interface CardFieldsOptions {
  /** How long the fields may take until they are ready, in milliseconds. Default: 3000. */
  timeout?: number;
}

// As they are before a test puts false ones in their place.
const { setTimeout: wait, performance: clock } = globalThis;
const TIMEOUT = 3_000;
const fields: Field[] = ["number", "expiry", "code", "name", "country", "postalCode"];
/** The options that ask for the fields which are not always there. */
const asked: Partial<Record<Field, keyof CardOptions>> = {
  name: "cardholder",
  country: "country",
  postalCode: "postalCode",
};
/** The fields that are played, by their iframes. */
const played = new WeakMap<Element, PlayedFrame>();
// Not `module`: where Vitest runs this file itself, there is a variable of that name around it.
let loading: Promise<unknown> | undefined;

/**
 * Plays this vault's frame in the present document: from now on, card elements that are mounted with the vault's
 * `options` become ready as in a browser, and everything that is asked of the vault by `fetch` is answered by it.
 *
 * @returns A function that ends it and puts back what was there before.
 * @throws Error: there is no document.
 */
export function serveFrames(vault: TestVault): () => void {
  if (typeof document === "undefined") {
    throw new Error("serveFrames: there is no document; run the test in happy-dom or jsdom.");
  }
  lastFailure = undefined;
  const frames = new Set<PlayedFrame>();
  const { createElement } = document;
  const { fetch } = globalThis;

  document.createElement = ((name: string, ...rest: []) => {
    const element = createElement.call(document, name, ...rest);
    if (name.toLowerCase() === "iframe") play(element as HTMLIFrameElement, vault, frames);
    return element;
  }) as typeof document.createElement;
  globalThis.fetch = (input, init) => {
    const url = typeof input === "object" && "url" in input ? input.url : String(input);
    return url.startsWith(`${vault.url}/`) ? vault.fetch(input, init) : fetch(input, init);
  };
  return () => {
    document.createElement = createElement;
    globalThis.fetch = fetch;
    for (const frame of frames) frame.close();
    // Or another vault at this address would be taken for this one, gone back in time.
    globalThis.localStorage?.removeItem(`cardseal-directory:${vault.url}`);
  };
}

/**
 * The fields of the card element in a container, once they are ready: `container` is what the tests have rendered into, the
 * element's parent, or its iframe. Default: the document.
 *
 * @throws Error (the promise rejects): there is no card element, or it did not load, with the cause.
 */
export async function cardFields(
  container: ParentNode = document,
  { timeout = TIMEOUT }: CardFieldsOptions = {},
): Promise<CardFields> {
  const end = clock.now() + timeout;
  for (;;) {
    const [iframe, ...others] = iframesIn(container);
    if (others.length > 0) {
      throw new Error(
        `There are ${others.length + 1} card elements in this container: give the parent of one of them.`,
      );
    }
    const frame = iframe && played.get(iframe);
    if (frame?.isReady) return frame;
    if (clock.now() >= end) throw iframe ? new Error(explain(frame)) : absent();
    await pause();
  }
}

/** Types a card into the one card element of a container: `cardFields` and `fill` in one. */
export async function fillCard(container: ParentNode, card: Partial<TypedCard>, options?: CardFieldsOptions) {
  await (await cardFields(container, options)).fill(card);
}

function iframesIn(container: ParentNode): Element[] {
  const isIframe = "matches" in container && (container as Element).matches("iframe.cardseal-frame");
  return isIframe ? [container as Element] : [...container.querySelectorAll("iframe.cardseal-frame")];
}

/** Why the last element did not load; `cause` where it is no code of the project's. */
let lastFailure: { code: ErrorCode; cause?: unknown } | undefined;

function absent(): Error {
  if (lastFailure)
    return new Error(`The card element did not load: ${lastFailure.code}.`, { cause: lastFailure.cause });
  return new Error(
    "There is no card element here (no iframe.cardseal-frame). Was card.mount() called, and did loadCardseal() resolve?",
  );
}

function explain(frame: PlayedFrame | undefined): string {
  return frame
    ? "The card element is not ready in time."
    : "The card element here is not of a test vault: call serveFrames(vault) before mount, and give loadCardseal vault.options.";
}

function play(iframe: HTMLIFrameElement, vault: TestVault, frames: Set<PlayedFrame>): void {
  const { setAttribute, focus } = iframe;
  // As in a browser, where to set the one is to set the other.
  Object.defineProperty(iframe, "src", {
    configurable: true,
    get: () => iframe.getAttribute("src") ?? "",
    set: (value) => iframe.setAttribute("src", value),
  });
  // Before any other listener: what the DOM itself thinks of an iframe without a document is nobody's business.
  const ours = new WeakSet<Event>();
  const mute = (event: Event) => {
    if (!ours.has(event)) event.stopImmediatePropagation();
  };
  iframe.setAttribute = (name, value) => {
    if (name !== "src" || !value.startsWith(`${vault.url}/frame/`)) return setAttribute.call(iframe, name, value);
    iframe.addEventListener("load", mute);
    iframe.addEventListener("error", mute);
    // A document of its own goes before an address, so that nothing is fetched.
    setAttribute.call(iframe, "srcdoc", "");
    setAttribute.call(iframe, name, value);
    const frame = new PlayedFrame(vault, new URL(value).searchParams.get("merchant") ?? "");
    frames.add(frame);
    played.set(iframe, frame);
    Object.defineProperty(iframe, "contentWindow", { configurable: true, value: frame });
    // A frame that has the focus keeps it where it is.
    iframe.focus = (options) => frame.hasFocus || focus.call(iframe, options);
    queueMicrotask(() => {
      const load = new Event("load");
      ours.add(load);
      iframe.dispatchEvent(load);
    });
  };
}

/** The vault's frame at work for one card element: what pkg/frame/main.ts is in a browser. */
class PlayedFrame implements CardFields {
  readonly #vault: TestVault;
  readonly #merchant: string;
  #port: MessagePort | undefined;
  #host: HTMLElement | undefined;
  #inputs: Partial<Record<Field, HTMLInputElement>> = {};
  #options: CardOptions = {};
  #roots: string[] = [];
  #form: CardForm | undefined;
  #making: Promise<CardForm> | undefined;
  #isReady = false;
  #isClosed = false;
  #total: ShownTotal | null = null;

  constructor(vault: TestVault, merchant: string) {
    this.#vault = vault;
    this.#merchant = merchant;
  }

  get isReady(): boolean {
    return this.#isReady && !this.#isClosed;
  }

  /** One of the fields has the focus. */
  get hasFocus(): boolean {
    return this.#host?.contains(document.activeElement) === true;
  }

  get state(): CardState {
    return this.#ready().state();
  }

  get total(): ShownTotal | null {
    return this.#total;
  }

  async fill(card: Partial<TypedCard>): Promise<void> {
    this.#ready();
    for (const field of fields) {
      const input = this.#inputs[field];
      const value = card[field];
      if (!input || value === undefined) continue;
      input.focus();
      if (field === "country") {
        // Chosen from a list, not typed.
        input.value = value;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        continue;
      }
      if (input.value) edit(input, "", "deleteContentBackward");
      for (const character of value) edit(input, character, "insertText");
    }
    blur(this.#inputs);
    await delivered();
  }

  async pressEnter(): Promise<void> {
    this.#ready();
    this.#inputs.number?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await delivered();
  }

  /** What the page takes for the frame's window. */
  postMessage(data: unknown, target: string, [port]: [MessagePort]): void {
    const connect = parseConnect(structuredClone(data));
    // As a browser does with a message for another origin.
    if (target !== this.#vault.url || !connect) return;
    this.#port = port;
    port.onmessage = (event: MessageEvent) => {
      const message = parsePageMessage(event.data);
      if (message) this.#receive(message);
    };
    // The page closes its end when the element is unmounted. Node calls its listeners by another way than browsers.
    const node = port as MessagePort & { on?(type: "close", listener: () => void): void };
    if (node.on) node.on("close", () => this.close());
    else port.addEventListener("close", () => this.close());
    this.#connect(connect);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#port?.close();
    this.#form?.free();
    this.#host?.remove();
  }

  async #connect({ roots, options }: Connect): Promise<void> {
    const page = isOrigin(location.origin) ? location.origin : this.#vault.origins[0];
    const failed =
      this.#vault.takeLoadFailure() ?? (this.#vault.knows(this.#merchant, page ?? "") ? undefined : "blocked");
    if (failed) return this.#fail(failed);
    this.#send({ type: "hello" });
    this.#roots = roots;
    this.#options = options;
    try {
      const form = await this.#start(page as string);
      await form.load();
      await this.#show(form);
      this.#send({ type: "ready", state: form.state() });
      this.#send({ type: "resize", height: 150 });
      await delivered();
      this.#isReady = true;
    } catch (cause) {
      this.#fail(codeOf(cause), cause);
    }
  }

  #start(page: string): Promise<CardForm> {
    this.#making = this.#make(page);
    this.#making.catch(() => undefined);
    return this.#making;
  }

  /** Puts a form on fresh inputs, beside the page's body, where the page's own tests do not look. */
  async #make(page: string): Promise<CardForm> {
    await loadModule();
    if (this.#isClosed) throw { code: "destroyed" };
    const { defaultCountry, preferredBrands, showTotal, timeout } = this.#options;
    const names = fields.filter((field) => !asked[field] || this.#options[asked[field]]);
    // Of a name that no query of a page asks for.
    const host = document.createElement("cardseal-fields");
    host.hidden = true;
    const entries = names.map((name) => {
      const input = document.createElement("input");
      input.type = "text";
      host.append(input);
      return [name, input] as const;
    });
    // What happens in a frame does not bubble into its page.
    for (const type of ["beforeinput", "input", "change", "keydown", "focusin", "focusout"]) {
      host.addEventListener(type, (event) => event.stopPropagation());
    }
    document.documentElement.append(host);
    this.#host?.remove();
    this.#host = host;
    const inputs = Object.fromEntries(entries) as unknown as Record<"number" | "expiry" | "code", HTMLInputElement>;
    this.#inputs = inputs;
    const form = new CardForm(
      inputs,
      {
        vault: this.#vault.url,
        merchant: this.#merchant,
        origin: page,
        roots: this.#roots,
        device: makeDevice(),
        ...(defaultCountry && { defaultCountry }),
        ...(preferredBrands && { preferredBrands }),
        ...(showTotal && { showTotal }),
        ...(timeout !== undefined && { timeout }),
      },
      (event) => this.#report(event),
    );
    this.#form?.free();
    this.#form = form;
    return form;
  }

  async #receive(message: PageMessage): Promise<void> {
    if (message.type === "tokenize") {
      const result = await this.#ready()
        .tokenize(message.order)
        .catch((cause: unknown) => failure(codeOf(cause), "The card fields could not be loaded."));
      this.#send({ type: "result", id: message.id, result });
    } else if (message.type === "update") {
      await this.#update(message.options);
    } else if (message.type === "clear") {
      this.#form?.clear();
    } else {
      this.#form?.focus(message.field);
    }
  }

  async #update(options: CardOptions): Promise<void> {
    const before = this.#options;
    this.#options = options;
    if (keepsForm(before, options)) {
      if (this.#form) this.#show(this.#form);
      return;
    }
    const form = await this.#start(isOrigin(location.origin) ? location.origin : (this.#vault.origins[0] as string));
    this.#send({ type: "change", state: form.state() });
    await form.load();
    this.#show(form);
  }

  async #show(form: CardForm): Promise<void> {
    if (!this.#options.order) return;
    try {
      await form.show(this.#options.order);
    } catch {
      // No order of this merchant's for this page: nothing that a shopper should be shown.
    }
  }

  #report(event: CardEvent): void {
    if (event.type === "total") {
      const { payee, amount, minorUnits, currency } = event;
      this.#total = { payee, amount, minorUnits, currency };
    } else this.#send(event);
  }

  #fail(code: ErrorCode, cause?: unknown): void {
    lastFailure = { code, cause };
    this.#send({ type: "failed", code });
  }

  #send(message: Unversioned<FrameMessage>): void {
    if (!this.#isClosed) this.#port?.postMessage({ v: PROTOCOL, ...message });
  }

  #ready(): CardForm {
    if (!this.#form || this.#isClosed) throw new Error("The card element is not ready, or is not there any more.");
    return this.#form;
  }
}

/** Loads the WebAssembly module once: in Node by its file, elsewhere by its address. */
function loadModule(): Promise<unknown> {
  loading ??= (async () => {
    if (typeof process !== "object" || !process.versions?.node) return init(fetchModule());
    // Named by variables, since both are for Node alone: a bundler is not to look for them.
    const [files, path] = ["node:fs/promises", "../../wasm/cardseal_bg.wasm"];
    const { readFile } = await import(/* @vite-ignore */ files);
    return init(await readFile(new URL(path, import.meta.url)));
  })();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

declare const process: { versions?: { node?: string } } | undefined;

/** What a browser does for a key or a paste: in place of all that is there, where it is deleted. */
function edit(input: HTMLInputElement, data: string, inputType: string): void {
  const init = { data: data || null, inputType, bubbles: true };
  input.dispatchEvent(new InputEvent("beforeinput", { ...init, cancelable: true }));
  if (data) input.setRangeText(data, input.value.length, input.value.length, "end");
  else input.value = "";
  input.dispatchEvent(new InputEvent("input", init));
}

/** Leaves whichever of the inputs has the focus. */
function blur(inputs: Partial<Record<Field, HTMLInputElement>>): void {
  for (const input of Object.values(inputs)) if (input === document.activeElement) input.blur();
}

/** Waits until what was sent over ports has arrived. Ports work in real time, whatever a test has done to the timers. */
async function delivered(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  for (let hop = 0; hop < 3; hop++) {
    await new Promise((resolve) => {
      port2.onmessage = resolve;
      port1.postMessage(hop);
    });
  }
  port1.close();
}

function pause(): Promise<void> {
  return new Promise((resolve) => wait(resolve, 5));
}

function codeOf(cause: unknown): ErrorCode {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? (code as ErrorCode) : "internal";
}
