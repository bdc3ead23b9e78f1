/**
 * As much of a browser as the page's side of the package touches, so that its logic can be tested in Node, whose
 * MessageChannel is a browser's. The real thing is tested end to end in a real browser.
 */
import { vi } from "vitest";
import { type Connect, type FrameMessage, type PageMessage, parseConnect, parsePageMessage } from "../src/messages.js";
import type { CardState } from "../src/types.js";

export const VAULT = "https://vault.example";
/** A thumbprint by its form; nothing is verified in this half of the package. */
export const ROOTS = ["A".repeat(43)];

const field = { empty: true, complete: false, length: 0, problem: null };
const absent = { ...field, complete: true };
export const state: CardState = {
  complete: false,
  empty: true,
  brand: null,
  brands: [],
  brandChoices: [],
  chosenBrand: null,
  codeName: "CVC",
  codeLength: 3,
  last4: null,
  fields: { number: field, expiry: field, code: field, name: absent, country: absent, postalCode: absent },
};

type Unversioned<T> = T extends unknown ? Omit<T, "v"> : never;

/** The frame's side of one handshake. */
export class Peer {
  readonly received: PageMessage[] = [];

  constructor(
    readonly connect: Connect,
    readonly port: MessagePort,
  ) {
    port.onmessage = ({ data }) => {
      const message = parsePageMessage(data);
      if (!message) throw new Error(`the page sent ${JSON.stringify(data)}`);
      this.received.push(message);
    };
  }

  send(message: Unversioned<FrameMessage>): void {
    this.port.postMessage({ v: 1, ...message });
  }

  /** What the page has sent of a type. */
  async got<Type extends PageMessage["type"]>(type: Type): Promise<Extract<PageMessage, { type: Type }>[]> {
    await delivered();
    return this.received.filter((message) => message.type === type) as never;
  }
}

export class FakeIframe extends EventTarget {
  readonly nodeType = 1;
  readonly style = { display: "" };
  title = "";
  className = "";
  src = "";
  height = "";
  /** Every message that the page has posted to the iframe's window: who may read it, and what. */
  readonly posted: { target: string; data: unknown; ports: MessagePort[] }[] = [];
  /** The origin of the document that is loaded in it. */
  origin = VAULT;
  isConnected = false;
  clientWidth = 0;
  focused = 0;

  readonly contentWindow = {
    postMessage: (data: unknown, target: string, ports: MessagePort[]) => {
      this.posted.push({ target, data: structuredClone(data), ports });
    },
  };

  /** Whether a shopper sees it. */
  get isShown(): boolean {
    return this.isConnected && this.style.display !== "none";
  }

  remove(): void {
    this.isConnected = false;
  }

  replaceWith(other: FakeIframe): void {
    other.isConnected = this.isConnected;
    this.isConnected = false;
  }

  focus(): void {
    this.focused += 1;
  }

  /** Loads a document; gives the frame's side if it is one that the page's message reaches. */
  load(): Peer | undefined {
    this.dispatchEvent(new Event("load"));
    const last = this.posted.at(-1);
    const connect = parseConnect(last?.data);
    const [port] = last?.ports ?? [];
    return connect && port && last?.target === this.origin ? new Peer(connect, port) : undefined;
  }
}

export class FakePage extends EventTarget {
  readonly iframes: FakeIframe[] = [];
  readonly navigator = { onLine: true };
  /** How wide the place is that the page gives its iframes. */
  iframeWidth = 400;
  readonly place = {
    nodeType: 1,
    append: (iframe: FakeIframe) => {
      iframe.isConnected = true;
      iframe.clientWidth = this.iframeWidth;
    },
  };

  constructor() {
    super();
    vi.stubGlobal("window", globalThis);
    vi.stubGlobal("document", this);
    vi.stubGlobal("navigator", this.navigator);
    vi.stubGlobal("location", { origin: "https://shop.example" });
  }

  createElement(name: string): FakeIframe {
    if (name !== "iframe") throw new Error(`the page made a ${name}`);
    const iframe = new FakeIframe();
    this.iframes.push(iframe);
    return iframe;
  }

  querySelector(selector: string): unknown {
    if (selector === "][") throw new SyntaxError("not a selector");
    return selector === "#card" ? this.place : null;
  }

  /** The iframe made last. */
  get iframe(): FakeIframe {
    const iframe = this.iframes.at(-1);
    if (!iframe) throw new Error("the page made no iframe");
    return iframe;
  }

  /** Loads the vault's frame up to `ready`. */
  async ready(): Promise<Peer> {
    const peer = this.iframe.load();
    if (!peer) throw new Error("the page's message does not reach the frame");
    peer.send({ type: "hello" });
    peer.send({ type: "ready", state });
    await delivered();
    return peer;
  }

  violate(violation: { blockedURI: string; disposition?: string; effectiveDirective?: string }): void {
    const event = new Event("securitypolicyviolation");
    this.dispatchEvent(Object.assign(event, { disposition: "enforce", effectiveDirective: "frame-src", ...violation }));
  }
}

/** Waits until what was sent over ports has arrived. Ports work in real time, whatever the timers do. */
export async function delivered(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  for (let hop = 0; hop < 3; hop++) {
    await new Promise((resolve) => {
      port2.onmessage = resolve;
      port1.postMessage(hop);
    });
  }
  port1.close();
}
