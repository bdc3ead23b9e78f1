/**
 * A shopper's hands for Playwright: fills in the card fields of a checkout in a real browser.
 *
 * It works with whichever version of Playwright the tests have, from 1.43 on, and imports none.
 *
 * @packageDocumentation
 */
import type { ProblemCode } from "../errors.js";
import type { Field } from "../types.js";
import type { TypedCard } from "./cards.js";

export { type TestCard, type TestPayment, type TypedCard, testCards } from "./cards.js";

/** As much of Playwright's `Locator` as is used here. */
export interface LocatorLike {
  locator(selector: string): LocatorLike;
  first(): LocatorLike;
  and(locator: LocatorLike): LocatorLike;
  or(locator: LocatorLike): LocatorLike;
  contentFrame(): FrameLocatorLike;
  count(): Promise<number>;
  isVisible(): Promise<boolean>;
  getAttribute(name: string): Promise<string | null>;
  waitFor(options: { state: "attached" | "detached" | "visible"; timeout: number }): Promise<void>;
  click(): Promise<void>;
  clear(): Promise<void>;
  pressSequentially(text: string): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  evaluate(script: string): Promise<unknown>;
}

/** As much of Playwright's `FrameLocator` as is used here. */
export interface FrameLocatorLike {
  locator(selector: string): LocatorLike;
}

/** As much of Playwright's `Page`, or of its `Frame`, as is used here. */
export interface PageLike {
  locator(selector: string): LocatorLike;
  evaluate(expression: string): Promise<unknown>;
  /** Asked why the fields did not load; a `Frame` has none. */
  request?: {
    get(url: string): Promise<{ status(): number; headers(): Record<string, string>; text(): Promise<string> }>;
  };
}

/** A locator of whichever Playwright the tests have. */
type LocatorOf<Page extends PageLike> = ReturnType<Page["locator"]>;

/** What is inside an iframe, in whichever Playwright the tests have. */
type FrameOf<Page extends PageLike> = LocatorOf<Page> extends { contentFrame(): infer Frame } ? Frame : never;

/** Which card element is meant, and how long to wait for it. */
export interface CardElementOptions {
  /**
   * The element that the card element is mounted in, or its iframe: a selector or a locator. Only needed where the page has
   * several card elements.
   */
  element?: string | LocatorLike;
  /** How long the fields may take until they are ready, in milliseconds. Default: 15000. */
  timeout?: number;
}

const IFRAME = "iframe.cardseal-frame";
const TIMEOUT = 15_000;
/** How soon another iframe has to come where one was taken out, in milliseconds: frameworks mount twice in development. */
const REMOUNT = 1_000;
/**
 * Evaluated in the fields' document and in the page's: waits for two pictures. What comes of a key, such as a problem that goes and
 * the height that it took, is drawn after the key itself. A document out of sight is not drawn.
 */
const drawn = `new Promise((resolve) => {
  const next = (act) => requestAnimationFrame(() => setTimeout(act));
  next(() => next(resolve));
  setTimeout(resolve, 500);
})`;
/** In the order in which a shopper comes to them. Which postal code is asked for may depend on the country. */
const fields = ["number", "expiry", "code", "name", "country", "postalCode"] as const;

/**
 * Fills in the card fields as a shopper does, key by key, in place of what was typed before. Waits until they are ready.
 * Of name, country and postal code only those are filled in that the fields show and the card has. What comes of it is drawn
 * when this resolves, so that a button below the fields lies still.
 *
 * @throws Error: there is no card element, there are several, or it did not load, with the cause as far as it can be told.
 */
export async function fillCard(page: PageLike, card: TypedCard, options: CardElementOptions = {}): Promise<void> {
  const frame = await findFrame(page, options);
  for (const field of fields) {
    const value = card[field];
    const cell = frame.locator(`[data-field="${field}"]`);
    if (value === undefined || !(await cell.isVisible())) continue;
    const choice = cell.locator("select");
    if (await choice.count()) {
      await choice.selectOption(value);
      continue;
    }
    const input = cell.locator("input").first();
    await input.clear();
    await input.click();
    await input.pressSequentially(value);
  }
  await frame.locator("body").evaluate(drawn);
  await page.evaluate(drawn);
}

/**
 * What is inside the card element's iframe, once it is ready: `(await cardFrame(page)).locator('[data-field="number"] input')`.
 * `data-field` is the same in every language.
 *
 * @throws Error as {@link fillCard}.
 */
export async function cardFrame<Page extends PageLike>(
  page: Page,
  options: CardElementOptions = {},
): Promise<FrameOf<Page>> {
  return (await findFrame(page, options)) as FrameOf<Page>;
}

/**
 * Waits until a field tells the shopper that something is wrong with it: anything, or what this code means.
 *
 * @throws Error: it says nothing, or something else, until the time is over; and as {@link fillCard}.
 */
export async function expectCardError(
  page: PageLike,
  field: Field,
  code?: ProblemCode,
  options: CardElementOptions = {},
): Promise<void> {
  const frame = await findFrame(page, options);
  const cell = `[data-field="${field}"]`;
  const problem = code ? `[data-problem="${code}"]` : '[data-problem]:not([data-problem=""])';
  const wrong = frame.locator(cell + problem);
  if (await holds(wrong, "visible", options.timeout ?? TIMEOUT)) return;
  const shown = await frame.locator(cell).getAttribute("data-problem");
  throw new Error(
    `The card field "${field}" should show ${code ?? "a problem"}; it shows ${shown || "none"}. ` +
      "A field that is empty or incomplete says so once the shopper has left it.",
  );
}

/** The inside of the one iframe that is meant, ready to be typed into. */
async function findFrame(
  page: PageLike,
  { element, timeout = TIMEOUT }: CardElementOptions,
): Promise<FrameLocatorLike> {
  const iframes = find(page, element);
  const end = Date.now() + timeout;
  let isSeen = false;
  for (;;) {
    const left = Math.max(1, end - Date.now());
    const isThere = await holds(iframes.first(), "attached", isSeen ? Math.min(left, REMOUNT) : left);
    if (!isThere) throw new Error(await explainAbsence(page, element));
    isSeen = true;
    const count = await iframes.count();
    if (count > 1) {
      throw new Error(
        `There are ${count} card elements ${where(element)}: say which by the option \`element\`, ` +
          'for example { element: "#card" }.',
      );
    }
    const frame = iframes.contentFrame();
    const wait = Math.max(1, end - Date.now());
    // Whichever comes first: where fields fail to load, the page takes their iframe away.
    const isReady = await Promise.race([
      holds(frame.locator("[data-ready]"), "attached", wait),
      holds(iframes, "detached", wait).then((isGone) => (isGone ? undefined : false)),
    ]);
    if (isReady) return frame;
    if (isReady === false) throw new Error(`The card element ${where(element)} is not ready within ${timeout} ms.`);
  }
}

function find(page: PageLike, element: string | LocatorLike | undefined): LocatorLike {
  if (element === undefined) return page.locator(IFRAME);
  const given = typeof element === "string" ? page.locator(element) : element;
  return given.locator(IFRAME).or(given.and(page.locator(IFRAME)));
}

function where(element: string | LocatorLike | undefined): string {
  if (element === undefined) return "in the page";
  return `in ${typeof element === "string" ? element : String(element)}`;
}

function holds(locator: LocatorLike, state: "attached" | "detached" | "visible", timeout: number): Promise<boolean> {
  return locator.waitFor({ state, timeout }).then(
    () => true,
    () => false,
  );
}

/** What a page tells of card fields that were in it. */
interface Traces {
  isOnline: boolean;
  origin: string;
  /** The address of the iframe that was asked for last. */
  frame: string | null;
  /** What the page's content security policy blocked. */
  blocked: string[];
}

/** Evaluated in the page: as text, so that the page's own content security policy and build have no say in it. */
const readTraces = `(async () => {
  const frames = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /\\/frame\\/\\?merchant=/.test(name));
  const blocked = [];
  if (typeof ReportingObserver === "function") {
    const note = (reports) => blocked.push(...reports.filter(({ body }) => /frame-src/.test(body.effectiveDirective)).map(({ body }) => body.blockedURL));
    const observer = new ReportingObserver(note, { types: ["csp-violation"], buffered: true });
    observer.observe();
    for (let task = 0; task < 3; task++) {
      await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(0);
      });
    }
    note(observer.takeRecords());
    observer.disconnect();
  }
  return { isOnline: navigator.onLine, origin: location.origin, frame: frames.at(-1) ?? null, blocked };
})()`;

/** Why there is no iframe, in words. */
async function explainAbsence(page: PageLike, element: string | LocatorLike | undefined): Promise<string> {
  const elsewhere = await page.locator(IFRAME).count();
  if (elsewhere > 0) return `There is no card element ${where(element)}; ${elsewhere} elsewhere in the page.`;
  const traces = (await page.evaluate(readTraces)) as Traces;
  const [blocked] = traces.blocked;
  if (blocked) {
    return failed("csp", `the page's Content-Security-Policy must allow ${originOf(blocked)} in frame-src`);
  }
  if (!traces.frame) {
    const hint = "Was card.mount() called, and did loadCardseal() resolve?";
    return `There is no card element ${where(element)} (no ${IFRAME}). ${hint}`;
  }
  if (!traces.isOnline) return failed("offline", "the browser is offline");
  return explainRefusal(page, traces.frame, traces.origin);
}

/** Asks for the frame as the browser did. */
async function explainRefusal(page: PageLike, frame: string, origin: string): Promise<string> {
  const unknown = "listen to the element's event loaderror, which has the cause";
  if (!page.request) return failed("blocked", unknown);
  let answer: Awaited<ReturnType<NonNullable<PageLike["request"]>["get"]>>;
  try {
    answer = await page.request.get(frame);
  } catch (error) {
    const [reason = ""] = String((error as { message?: unknown }).message).split("\n");
    return failed("blocked", `the vault cannot be reached at ${frame}: ${reason}`);
  }
  if (answer.status() >= 400) {
    const code = /"code":\s*"(\w+)"/.exec(await answer.text())?.[1];
    return failed("blocked", `the vault answers ${answer.status()}${code ? ` ${code}` : ""} to ${frame}`);
  }
  const [, ancestors] = /frame-ancestors ([^;]*)/.exec(answer.headers()["content-security-policy"] ?? "") ?? [];
  if (ancestors !== undefined && !ancestors.split(" ").includes(origin)) {
    return failed("blocked", `the vault does not list ${origin} among the merchant's origins (${ancestors})`);
  }
  return failed("load_timeout", `the vault serves ${frame}, but its fields did not become ready; ${unknown}`);
}

function failed(cause: string, why: string): string {
  return `The card element did not load (${cause}): ${why}.`;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
