import type { ErrorCode } from "../errors.js";
import { failure } from "../failure.js";
import type { Failure } from "../types.js";

/** How often a request is sent at most. */
const ATTEMPTS = 3;
/** How long to wait before the second one, in milliseconds, where the vault does not say; doubled for each further one. */
const PAUSE = 250;

/** What came of a request: the JSON of the answer, if it has any. `again`: see {@link exchange}. */
export type Answer = { ok: true; body: unknown } | { ok: false; error: Failure; again?: number };

/**
 * Asks the vault. A request that it could not take (connection lost, 502, 503, 504) is sent again, at most three times in
 * all, as far as the time-out allows, which is in milliseconds.
 */
export async function request(
  send: typeof fetch,
  url: string,
  { headers, ...init }: { method: string; headers?: Record<string, string>; body?: string },
  timeout: number,
): Promise<Answer> {
  const end = performance.now() + timeout;
  for (let attempt = 1; ; attempt++) {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(end - performance.now())));
    // No redirects: an API key goes to the vault and nowhere else, and only the vault itself is asked for its keys.
    const whole = { ...init, headers: { accept: "application/json", ...headers }, signal, redirect: "error" } as const;
    const answer = await exchange(() => send(url, whole), signal);
    if (answer.ok || answer.again === undefined || attempt === ATTEMPTS) return answer;
    const pause = Math.max(answer.again, PAUSE * 2 ** (attempt - 1) * (1 + Math.random()));
    if (performance.now() + pause >= end) return answer;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The answer is none that a vault gives. */
export function invalid(): { ok: false; error: Failure } {
  return failure("response_invalid", "The answer is not one that a vault gives.");
}

/** One request and its answer. `again` in a failure: it may be sent again, after so many milliseconds at least. */
async function exchange(send: () => Promise<Response>, signal: AbortSignal): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await send();
    text = await response.text();
  } catch (error) {
    if (signal.aborted) return failure("timeout", "The vault did not answer in time.", true);
    return { ...failure("network", `The vault could not be reached${reason(error)}.`, true), again: 0 };
  }
  const body = parseJson(text);
  if (response.ok) return response.status === 204 || body !== undefined ? { ok: true, body } : invalid();
  const problem = readProblem(body);
  // An acquirer that did not answer is final, unlike a gateway on the way to the vault.
  const again = [502, 503, 504].includes(response.status) && problem?.code !== "acquirer_timeout";
  const { code, title } = problem ?? {
    code: again ? "unavailable" : "response_invalid",
    title: `The vault answered with status ${response.status}.`,
  };
  const refusal = failure(code, title, again);
  return again ? { ...refusal, again: retryAfter(response) } : refusal;
}

/** Retry-After in milliseconds; only its form in seconds, which is what the vault sends. */
function retryAfter(response: Response): number {
  const seconds = response.headers.get("retry-after") ?? "";
  return /^\d{1,4}$/.test(seconds) ? Number(seconds) * 1000 : 0;
}

/** What a connection failed of (`ECONNREFUSED`), if the runtime says; nothing else of its error, which may be long. */
function reason(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return typeof code === "string" && /^\w{1,40}$/.test(code) ? ` (${code})` : "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readProblem(body: unknown): { code: ErrorCode; title: string } | undefined {
  const { code, title } = (body ?? {}) as Record<string, unknown>;
  if (typeof code !== "string" || !/^[a-z][a-z0-9_]{0,47}$/.test(code)) return undefined;
  return { code: code as ErrorCode, title: typeof title === "string" ? title.slice(0, 512) : code };
}
