import { setTimeout as sleep } from "node:timers/promises";
import { VERSION } from "../version.js";
import { mayLead, shown } from "./address.js";
import { within } from "./deadline.js";
import { Refusal, type RefusalCode } from "./refusal.js";

/** How long and how often something is tried. */
export interface Patience {
  /** For one answer, redirects included, in milliseconds. */
  timeout: number;
  /** Ends everything, waiting included. */
  signal: AbortSignal;
}

/** What came back. */
export interface Answer {
  /** Where it came from in the end. */
  url: URL;
  status: number;
  headers: Headers;
  /** As a browser sees it: with any compression undone. */
  body: Uint8Array;
}

const ATTEMPTS = 3;
/** Before the second attempt, in milliseconds; twice as long before the third. */
const BACKOFF = 500;
/** The longest wait that a server may ask for (`Retry-After`), in milliseconds. */
const LONGEST_WAIT = 10_000;
const REDIRECTS = 10;
/** Of one answer, in bytes. */
const LARGEST = 10 * 1024 * 1024;

/** What may be another time: the network, and a server that says so. */
class Passing extends Error {
  readonly wait: number;

  constructor(message: string, wait = 0) {
    super(message);
    this.wait = wait;
  }
}

/**
 * Fetches with GET, or sends JSON lines with POST. Redirects are followed, but never to where others can read along; what may pass is
 * tried again. Any status but those that may pass is an answer.
 */
export async function fetchAnswer(
  url: URL,
  { timeout, signal }: Patience,
  { code, accept = "*/*", body }: { code: RefusalCode; accept?: string; body?: string },
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await within(timeout, signal, (ends) => attempted(url, ends, code, accept, body));
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      const message = cause instanceof Passing ? cause.message : reasonOf(cause, timeout);
      if (attempt === ATTEMPTS || signal.aborted) throw new Refusal(code, `${shown(url)}: ${message}`);
      const wait = Math.max(BACKOFF * 2 ** (attempt - 1), cause instanceof Passing ? cause.wait : 0);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw new Refusal(code, `${shown(url)}: ${message}`);
    }
  }
}

async function attempted(
  start: URL,
  signal: AbortSignal,
  code: RefusalCode,
  accept: string,
  body: string | undefined,
): Promise<Answer> {
  let url = start;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const response = await fetch(url, {
      signal,
      redirect: "manual",
      ...(body === undefined ? {} : { method: "POST", body }),
      headers: {
        accept,
        "user-agent": `cardseal/${VERSION}`,
        ...(body === undefined ? {} : { "content-type": "application/x-ndjson" }),
      },
    });
    const { status, headers } = response;
    const location = headers.get("location");
    if (status >= 300 && status < 400 && location !== null && body === undefined) {
      await response.body?.cancel();
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (!next || !mayLead(url, next)) {
        throw new Refusal(code, `${shown(url)}: redirects to where it cannot be followed`);
      }
      url = next;
      continue;
    }
    if (status === 429 || (status >= 500 && status !== 501)) {
      await response.body?.cancel();
      throw new Passing(`answers ${status}`, retryAfter(headers));
    }
    return { url, status, headers, body: await read(response, url) };
  }
  throw new Refusal(code, `${shown(start)}: redirects more than ${REDIRECTS} times`);
}

async function read(response: Response, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LARGEST) throw new Refusal("page_too_large", `${shown(url)}: more than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The wait that a server asks for in seconds, bounded; a date is taken as no wish. */
function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0) * 1000, LONGEST_WAIT) : 0;
}

/** Why fetch rejected. Its own message says nothing, and its cause's code says enough. */
function reasonOf(cause: unknown, timeout: number): string {
  if (!(cause instanceof Error)) return "cannot be reached";
  if (cause.name === "TimeoutError") return `no answer within ${timeout} ms`;
  const inner = cause.cause;
  const code = typeof inner === "object" && inner !== null && "code" in inner ? ` (${inner.code})` : "";
  return `cannot be reached${code}`;
}
