/**
 * The fields frame: takes the page's port, runs the card form, and passes on what the page may know.
 *
 * What the shopper types stays between the inputs and the module that seals; this script never reads an input.
 */
import { loadDevice } from "../src/device.js";
import type { ErrorCode } from "../src/errors.js";
import { failure } from "../src/failure.js";
import { keepsForm } from "../src/form-options.js";
import {
  type Connect,
  type FrameMessage,
  type PageMessage,
  PROTOCOL,
  parseConnect,
  parsePageMessage,
} from "../src/messages.js";
import type { Brand, CardEvent, CardOptions, CardState, Field } from "../src/types.js";
import { isNewer } from "../src/version.js";
import { english, type Language, loadLanguage } from "./language.js";
import { Looks } from "./looks.js";
import { type CardForm, module } from "./module.js";
import { View } from "./view.js";

type Unversioned<T> = T extends unknown ? Omit<T, "v"> : never;

/** How long an input that was given the focus may lose it to the frame itself, in milliseconds: a busy machine takes a second. */
const FOCUS_SETTLES = 2000;

/** How long the fields wait to be ready before they are shown anyway, in milliseconds: what comes within that comes at once. */
const SHOW_WAIT = 100;

/** How long what came of a key waits for the picture of its digit, in milliseconds. */
const PICTURE_WAIT = 100;

/** How long labels wait for the shopper's language before they are in English, in milliseconds. */
const LANGUAGE_WAIT = 1000;

const query = new URLSearchParams(location.search);
const merchant = query.get("merchant") ?? "";
// Needed as soon as the form is made; asked for only then, they would cost a round trip more.
const preload = document.createElement("link");
Object.assign(preload, { rel: "preload", as: "fetch", crossOrigin: "", href: `/v1/merchants/${merchant}/keys` });

// Asked for while the page is still to say hello. Not before: a browser may wait for it with the event itself, by which the page
// knows that the frame is there.
addEventListener("load", () => {
  document.head.append(preload);
  loadLanguage(query.get("locale") ?? undefined);
});

addEventListener("message", connect);

/** Takes the first proper handshake of the embedding page, and from then on hears nothing but its port. */
function connect(event: MessageEvent): void {
  // Without its style sheet the frame does not answer, and is loaded anew: nobody should be asked for a card like that.
  if (!document.styleSheets[0]?.cssRules.length) return;
  const [port] = event.ports;
  if (!event.isTrusted || event.source !== window.parent || !port || event.ports.length > 1) return;
  const message = parseConnect(event.data);
  const refusal = message ? refuseOrigin(event.origin) : refuseVersion(event.data);
  if (refusal) port.postMessage({ v: PROTOCOL, type: "failed", code: refusal } satisfies FrameMessage);
  else if (message) new Session(port, event.origin, message);
  else return;
  removeEventListener("message", connect);
}

/** A sandboxed page has the origin "null", which says nothing about who it is. */
function refuseOrigin(origin: string): ErrorCode | undefined {
  return origin === "null" ? "origin_refused" : undefined;
}

/**
 * A handshake of another version of the messages, or with what only a newer package can say, is answered, so that its page need
 * not wait in vain: docs/compatibility.md.
 */
function refuseVersion(data: unknown): ErrorCode | undefined {
  const { cardseal, version } = Object(data);
  const isOther = typeof cardseal === "number" && (cardseal !== PROTOCOL || isNewer(version));
  return isOther ? "version_unsupported" : undefined;
}

/** The card form at work for one page. */
class Session {
  readonly #port: MessagePort;
  readonly #origin: string;
  readonly #roots: string[];
  // Not before there is a page to make it for: Chromium keeps a document for ever that goes while it opens a database.
  readonly #device = loadDevice(merchant);
  readonly #view = new View((brand) => this.#choose(brand));
  /** What the shopper chose of a co-badged card's brands. */
  #chosen: Brand | undefined;
  readonly #looks = new Looks();
  #options: CardOptions;
  /** What came of a key, until its digit is drawn. */
  #changes: CardState[] = [];
  /** Whether an input is just being typed in. */
  #isTyping = false;
  #form: Promise<CardForm>;
  #language: Promise<Language | undefined> | undefined;

  constructor(port: MessagePort, origin: string, { roots, options }: Connect) {
    this.#port = port;
    this.#origin = origin;
    this.#roots = roots;
    this.#options = options;
    this.#device.catch(() => undefined);
    this.#configure();
    this.#form = this.#start();
    port.onmessage = (event) => {
      const message = parsePageMessage(event.data);
      if (message) this.#receive(message);
      // With an option that only a newer package knows.
      else if (Object(event.data).type === "update") this.#send({ type: "optionserror", member: "options" });
    };
    // Before the module hears of it, and behind.
    for (const isTyping of [true, false]) {
      addEventListener("input", () => (this.#isTyping = isTyping), isTyping);
    }
    this.#send({ type: "hello" });
    // Laying out takes as long as verifying the keys, and would keep that waiting.
    Promise.race([this.#load(), pause(SHOW_WAIT)]).then(() => this.#show());
  }

  /** Shows the fields in place of what stands for them while they load. */
  #show(): void {
    this.#speak();
    document.documentElement.classList.remove("loading");
    this.#view.onResize((height) => this.#send({ type: "resize", height }));
  }

  /** Shows what the page asks for, and tells it what is no look. */
  #configure(): void {
    this.#view.configure(this.#options);
    for (const member of this.#looks.set(this.#options)) this.#send({ type: "optionserror", member });
  }

  /** Puts the form on the inputs, as soon as the module is there. */
  async #start(): Promise<CardForm> {
    const { CardForm, countries } = await module;
    const { cardholder, country, postalCode, defaultCountry, preferredBrands, showTotal, timeout } = this.#options;
    const inputs = this.#view.inputs;
    if (country) this.#view.listCountries(countries());
    const form = new CardForm(
      {
        number: inputs.number,
        expiry: inputs.expiry,
        code: inputs.code,
        ...(cardholder && { name: inputs.name }),
        ...(country && { country: inputs.country }),
        ...(postalCode && { postalCode: inputs.postalCode }),
      },
      {
        vault: location.origin,
        merchant,
        origin: this.#origin,
        roots: this.#roots,
        device: this.#device,
        ...(defaultCountry && { defaultCountry }),
        ...(preferredBrands && { preferredBrands }),
        ...(showTotal && { showTotal }),
        ...(timeout === undefined ? {} : { timeout }),
      },
      (event) => this.#report(event),
    );
    // A form that takes another's place finds in the inputs what was typed; what was chosen it has to be told.
    form.choose(this.#chosen);
    this.#tellChanges();
    this.#view.show(form.state());
    return form;
  }

  /** Fetches the vault's keys; only with them is the form ready. */
  async #load(): Promise<void> {
    try {
      const form = await this.#form;
      await form.load();
      await this.#showTotal(form);
      this.#send({ type: "ready", state: form.state() });
      // What tests of a checkout wait for: `cardseal/testing/playwright`.
      document.body.dataset.ready = "";
    } catch (cause) {
      this.#send({ type: "failed", code: codeOf(cause) });
    }
  }

  /** Changes to the language that the options ask for, as soon as it is there. */
  async #speak(): Promise<void> {
    const loading = loadLanguage(this.#options.locale);
    // The first only: from then on there is a language to stay with.
    const late = this.#language ? undefined : setTimeout(() => this.#view.speak(english), LANGUAGE_WAIT);
    this.#language = loading;
    const loaded = await loading;
    clearTimeout(late);
    if (loading !== this.#language) return;
    if (!loaded) this.#send({ type: "optionserror", member: "locale" });
    // The fields stay in the language that they are in, once they are in one.
    const language = loaded ?? (late && english);
    if (!language) return;
    this.#view.speak(language);
    this.#send({ type: "title", title: language.texts.title });
  }

  /** Shows the total of the page's order, if there is one that verifies; `tokenize` says what is wrong with another. */
  async #showTotal(form: CardForm): Promise<void> {
    const { order } = this.#options;
    if (!order) return;
    try {
      await form.show(order);
    } catch {
      // No order of this merchant's for this page: nothing that a shopper should be shown.
    }
  }

  async #choose(brand: Brand): Promise<void> {
    this.#chosen = brand;
    (await this.#form).choose(brand);
  }

  #report(event: CardEvent): void {
    if (event.type === "change") {
      this.#changes.push(event.state);
      // The digit first: it need not wait for what comes of it.
      if (!this.#isTyping) this.#tellChanges();
      else if (this.#changes.length === 1) afterPicture(() => this.#tellChanges());
    } else if (event.type === "total") this.#view.showTotal(event);
    else this.#send(event);
  }

  /** Shows what has changed, and tells the page of each change. */
  #tellChanges(): void {
    const states = this.#changes;
    this.#changes = [];
    for (const state of states) {
      this.#view.show(state);
      // The number that had the choice is gone, and the choice with it.
      if (state.brandChoices.length === 0) this.#chosen = undefined;
      this.#send({ type: "change", state });
    }
  }

  async #receive(message: PageMessage): Promise<void> {
    if (message.type === "tokenize") {
      const result = await this.#form.then((form) => form.tokenize(message.order)).catch(failed);
      this.#send({ type: "result", id: message.id, result });
      if (!result.ok && result.error.field) this.#keepFocus(result.error.field);
    } else if (message.type === "update") {
      await this.#update(message.options);
    } else {
      // A form that could not be made has been reported as failed.
      const form = await this.#form.catch(() => undefined);
      if (message.type === "clear") form?.clear();
      else if (form) {
        form.focus(message.field);
        this.#keepFocus(message.field);
      }
    }
  }

  /**
   * Which input has the focus is decided here, that this frame has it, by the page; and what the page had it on before may come
   * behind both. In whatever order a browser carries that out: where the frame has it and no input, the input is given it again.
   */
  #keepFocus(field: Field | undefined): void {
    const settled = new AbortController();
    const lost = async () => {
      await pause();
      const isNowhere = document.hasFocus() && document.activeElement === document.body;
      if (isNowhere && !settled.signal.aborted) (await this.#form).focus(field);
    };
    for (const type of ["focus", "focusout"]) addEventListener(type, lost, { signal: settled.signal });
    setTimeout(() => settled.abort(), FOCUS_SETTLES);
  }

  async #update(options: CardOptions): Promise<void> {
    const before = this.#options;
    this.#options = options;
    this.#configure();
    if (options.locale !== before.locale) this.#speak();
    if (keepsForm(before, options)) return this.#form.then((form) => this.#showTotal(form)).catch(() => undefined);
    // Inputs and time-out of a form are fixed when it is made, so another takes its place.
    const old = await this.#form.catch(() => undefined);
    old?.free();
    this.#form = this.#start();
    const form = await this.#form;
    this.#send({ type: "change", state: form.state() });
    await form.load();
    this.#showTotal(form);
  }

  /** Sends a message, behind all changes that came before it. */
  #send(message: Unversioned<FrameMessage>): void {
    this.#tellChanges();
    this.#port.postMessage({ v: PROTOCOL, ...message });
  }
}

/** Calls once the browser has drawn, and once more after a tenth of a second: a document out of sight is not drawn. */
function afterPicture(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act));
  setTimeout(act, PICTURE_WAIT);
}

function pause(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The result of a `tokenize` that had no form to run on. */
function failed(cause: unknown) {
  return failure(codeOf(cause), "The card fields could not be loaded.");
}

/** The code that the form rejects with; the module itself fails to load only over the network. */
function codeOf(cause: unknown): ErrorCode {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string") {
    return cause.code as ErrorCode;
  }
  return cause instanceof TypeError ? "network" : "internal";
}
