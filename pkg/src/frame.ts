import type { ErrorCode } from "./errors.js";
import { type Connect, type FrameMessage, type PageMessage, PROTOCOL, parseFrameMessage } from "./messages.js";
import type { parseVaultOptions } from "./options.js";
import type { CardOptions } from "./types.js";
import { VERSION } from "./version.js";

/** What the element that owns a frame hears from it. */
export interface FrameOwner {
  /** The options to connect with. */
  options(): CardOptions;
  /** A checked message; `ready` among them. */
  received(message: FrameMessage): void;
  /** The frame's document was replaced: whatever was typed or under way in it is gone. */
  reloaded(): void;
  /** The frame did not load. It is closed already. */
  failed(cause: ErrorCode): void;
}

/** Where the frame is, and how long it may take to load, in milliseconds. */
export type FrameSettings = ReturnType<typeof parseVaultOptions> & { timeout: number };

/** `Omit` that keeps a union a union. */
type Unversioned<T> = T extends unknown ? Omit<T, "v"> : never;

/** What can be sent to a frame: a {@link PageMessage}, to which the version is added. */
export type Sent = Unversioned<PageMessage>;

/** One iframe on the vault's origin, from mount to unmount, and the port through which it is spoken to. */
export class Frame {
  readonly #settings: FrameSettings;
  readonly #owner: FrameOwner;
  readonly #iframe: HTMLIFrameElement;
  #port: MessagePort | undefined;
  /** What is to be sent once the frame is ready; `undefined` when it is. */
  #queue: Sent[] | undefined = [];
  #loading: ReturnType<typeof setTimeout> | undefined;
  #greeting: ReturnType<typeof setTimeout> | undefined;

  /** Appends the iframe to `parent` and starts to load it. */
  constructor(parent: Element, settings: FrameSettings, owner: FrameOwner) {
    this.#settings = settings;
    this.#owner = owner;
    const iframe = document.createElement("iframe");
    this.#iframe = iframe;
    // Attributes only: a strict `style-src` of the page refuses style attributes.
    const attributes = {
      title: "Card details",
      class: "cardseal-frame",
      allow: "",
      referrerpolicy: "no-referrer",
      width: "100%",
      height: "150",
      frameborder: "0",
      scrolling: "no",
      src: `${settings.vault}/frame/?merchant=${settings.merchant}`,
    };
    for (const [name, value] of Object.entries(attributes)) iframe.setAttribute(name, value);
    iframe.addEventListener("load", this.#connect);
    document.addEventListener("securitypolicyviolation", this.#violated);
    this.#startLoading();
    parent.append(iframe);
  }

  /** The iframe is still in the document. */
  get connected(): boolean {
    return this.#iframe.isConnected;
  }

  /** The frame has said that it is ready. */
  get ready(): boolean {
    return !this.#queue;
  }

  /** Sends now, or as soon as the frame is ready. */
  send(message: Sent): void {
    if (this.#queue) this.#queue.push(message);
    else this.#port?.postMessage({ v: PROTOCOL, ...message });
  }

  /** Moves the focus into the iframe: a browser lets a frame take it only from within the frame that has it. */
  focus(): void {
    this.#iframe.focus();
  }

  /** Removes the iframe and forgets everything. */
  close(): void {
    this.#stopTimers();
    this.#port?.close();
    this.#port = undefined;
    this.#iframe.removeEventListener("load", this.#connect);
    document.removeEventListener("securitypolicyviolation", this.#violated);
    this.#iframe.remove();
  }

  /** A document has loaded in the iframe: hands it a fresh port, if it is of the vault's origin. */
  readonly #connect = (): void => {
    if (this.#port) {
      this.#port.close();
      this.#queue = [];
      this.#startLoading();
      this.#owner.reloaded();
    }
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event) => {
      const message = parseFrameMessage(event.data);
      if (message && this.#port === port1) this.#receive(message);
    };
    // In two steps, so that a page whose script was busy for seconds still hears a greeting that waits in its queue.
    clearTimeout(this.#greeting);
    this.#greeting = setTimeout(() => {
      this.#greeting = setTimeout(this.#fail, 1000, "blocked");
    }, 1000);
    const connect: Connect = {
      cardseal: PROTOCOL,
      type: "connect",
      version: VERSION,
      roots: this.#settings.roots,
      options: this.#owner.options(),
    };
    // The exact origin: a document of any other never sees the message or the port.
    this.#iframe.contentWindow?.postMessage(connect, this.#settings.vault, [port2]);
  };

  #receive(message: FrameMessage): void {
    if (message.type === "hello") {
      clearTimeout(this.#greeting);
    } else if (message.type === "resize") {
      this.#iframe.setAttribute("height", String(message.height));
    } else if (message.type === "failed") {
      this.#fail(message.code);
    } else {
      if (message.type === "ready") {
        this.#stopTimers();
        const queue = this.#queue ?? [];
        this.#queue = undefined;
        for (const waiting of queue) this.send(waiting);
      }
      this.#owner.received(message);
    }
  }

  readonly #violated = (event: SecurityPolicyViolationEvent): void => {
    const { blockedURI, disposition, effectiveDirective } = event;
    const ours = blockedURI === this.#settings.vault || blockedURI.startsWith(`${this.#settings.vault}/`);
    if (ours && disposition === "enforce" && effectiveDirective === "frame-src") this.#fail("csp");
  };

  readonly #fail = (cause: ErrorCode): void => {
    const unexplained = cause === "blocked" || cause === "load_timeout";
    this.close();
    this.#owner.failed(unexplained && !navigator.onLine ? "offline" : cause);
  };

  #startLoading(): void {
    clearTimeout(this.#loading);
    // A sandboxed page has no origin that a vault could know. Its frame would be blocked, and nobody could say why.
    const cause = window.origin === "null" ? "origin_refused" : "load_timeout";
    this.#loading = setTimeout(this.#fail, cause === "load_timeout" ? this.#settings.timeout : 0, cause);
  }

  #stopTimers(): void {
    clearTimeout(this.#loading);
    clearTimeout(this.#greeting);
  }
}
