import type { ErrorCode } from "./errors.js";
import { foreseeHeight } from "./height.js";
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
  failed(code: ErrorCode): void;
}

/** Where the frame is, and how long it may take to load, in milliseconds. */
export type FrameSettings = ReturnType<typeof parseVaultOptions> & { timeout: number };

/** `Omit` that keeps a union a union. */
type Unversioned<T> = T extends unknown ? Omit<T, "v"> : never;

/** What can be sent to a frame: a {@link PageMessage}, to which the version is added. */
export type Sent = Unversioned<PageMessage>;

/** How often the iframe is made anew where the vault's document does not come. */
const RETRIES = 2;
/** Pause before the iframe is made anew, in milliseconds; doubled for the second time. */
const BACKOFF = 300;

/** One iframe on the vault's origin, from mount to unmount, and the port through which it is spoken to. */
export class Frame {
  readonly #settings: FrameSettings;
  readonly #owner: FrameOwner;
  #iframe: HTMLIFrameElement;
  #port: MessagePort | undefined;
  /** What is to be sent once the frame is ready; `undefined` when it is. */
  #queue: Sent[] | undefined = [];
  /** The load time-out. */
  #loading: ReturnType<typeof setTimeout> | undefined;
  /** What the iframe is given time for: to load, to greet, or to be made anew. */
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** When the load time-out ends, by `performance.now()`. */
  #end = 0;
  #retries = 0;
  /** The vault's frame was there: whatever happens now, what may have been typed in it is not thrown away for a retry. */
  #greeted = false;
  /** Why the iframe had to be made anew. */
  #missed: ErrorCode | undefined;
  /** The iframe whose place this one takes: in the page, but out of sight, until this one is ready. */
  readonly #before: HTMLIFrameElement | undefined;

  /** Appends the iframe to `parent` and starts to load it. Closes the frame whose place it takes, if there is one. */
  constructor(parent: Element, settings: FrameSettings, owner: FrameOwner, before: Frame | undefined) {
    this.#settings = settings;
    this.#owner = owner;
    this.#startLoading();
    document.addEventListener("securitypolicyviolation", this.#violated);
    this.#iframe = this.#make();
    parent.append(this.#iframe);
    // Not removed yet: a browser loads this one in the process of that, in half the time as long as there is one, and would
    // first clear away what was in it.
    this.#before = before?.retire();
    this.#size();
    // A connection that hangs must leave time for another.
    this.#waiting = setTimeout(this.#retry, settings.timeout / 2, "load_timeout");
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
    this.retire().remove();
  }

  /** Hears nothing of the iframe any more, and takes it out of sight. It is still to be removed. */
  retire(): HTMLIFrameElement {
    this.#loaded();
    this.#disconnect();
    document.removeEventListener("securitypolicyviolation", this.#violated);
    if (!this.ready) this.#iframe.remove();
    // Whoever looks for the fields finds those that are seen.
    this.#iframe.className = "";
    this.#iframe.style.display = "none";
    return this.#iframe;
  }

  /** Gives the iframe, which is in the page, the height that its fields will need. */
  #size(): void {
    this.#iframe.height = `${foreseeHeight(this.#owner.options(), this.#iframe.clientWidth)}`;
  }

  #make(): HTMLIFrameElement {
    const { fonts, locale } = this.#owner.options();
    const origins = fonts?.map((font) => `${font?.src}`.split("/", 3).join("/"));
    const iframe = document.createElement("iframe");
    // No style attribute: a strict `style-src` of the page refuses it, but not what a script sets.
    Object.assign(iframe, {
      title: "Card details",
      className: "cardseal-frame",
      allow: "",
      referrerPolicy: "no-referrer",
      width: "100%",
      frameBorder: "0",
      // Or the line that it stands on would be some pixels higher than the fields.
      align: "top",
      scrolling: "no",
      src: `${this.#settings.vault}/frame/?merchant=${this.#settings.merchant}${origins ? `&fonts=${origins}` : ""}${locale ? `&locale=${locale}` : ""}`,
    } satisfies Partial<HTMLIFrameElement>);
    iframe.addEventListener("load", this.#connect);
    return iframe;
  }

  /** A document has loaded in the iframe: hands it a fresh port, if it is of the vault's origin. */
  readonly #connect = (): void => {
    if (this.#port) {
      this.#port.close();
      // One that reloads over and over without getting ready is not given more time each time.
      if (this.ready) this.#startLoading();
      this.#queue = [];
      this.#owner.reloaded();
    }
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event) => {
      const message = parseFrameMessage(event.data);
      if (message && this.#port === port1) this.#receive(message);
    };
    // In two steps, so that a page whose script was busy for seconds still hears a greeting that waits in its queue.
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      this.#waiting = setTimeout(this.#retry, 1000, "blocked");
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
      this.#greeted = true;
      clearTimeout(this.#waiting);
    } else if (message.type === "resize") {
      this.#iframe.height = `${message.height}`;
    } else if (message.type === "title") {
      this.#iframe.title = message.title;
    } else if (message.type === "failed") {
      this.#fail(message.code);
    } else {
      if (message.type === "ready") {
        this.#loaded();
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

  /**
   * The vault's document did not come: makes the iframe anew, after a pause, if that may help and there is time for it.
   * Not by loading the same iframe again, which would put an entry into the history that Back goes through.
   */
  readonly #retry = (code: ErrorCode): void => {
    // Spread out, so that all shoppers do not come back to a restarted vault at the same instant.
    const pause = BACKOFF * 2 ** this.#retries * (0.5 + Math.random());
    const isLate = performance.now() + pause >= this.#end;
    if (this.#greeted || this.#retries === RETRIES || isLate || !navigator.onLine) {
      this.#fail(code);
      return;
    }
    this.#retries++;
    this.#missed = code;
    this.#disconnect();
    this.#waiting = setTimeout(() => {
      const old = this.#iframe;
      this.#iframe = this.#make();
      // In its place, and not at all where the page has taken it out.
      old.replaceWith(this.#iframe);
      this.#size();
    }, pause);
  };

  readonly #fail = (code: ErrorCode): void => {
    this.close();
    this.#owner.failed(code);
  };

  #disconnect(): void {
    this.#iframe.removeEventListener("load", this.#connect);
    this.#port?.close();
    this.#port = undefined;
  }

  #startLoading(): void {
    clearTimeout(this.#loading);
    this.#end = performance.now() + this.#settings.timeout;
    // A sandboxed page has no origin that a vault could know. Its frame would be blocked, and nobody could say why.
    const isSandboxed = window.origin === "null";
    const expire = () => this.#fail(isSandboxed ? "origin_refused" : (this.#missed ?? "load_timeout"));
    this.#loading = setTimeout(expire, isSandboxed ? 0 : this.#settings.timeout);
  }

  /** Ends the loading, however it went. */
  #loaded(): void {
    clearTimeout(this.#loading);
    clearTimeout(this.#waiting);
    this.#before?.remove();
  }
}
