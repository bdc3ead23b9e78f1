import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Patience } from "./answer.js";
import { within } from "./deadline.js";
import { Refusal } from "./refusal.js";

/** The longest that one look at a page may take, scripts and retries included, in milliseconds. */
const DEADLINE = 180_000;
/** What an interval's letters mean, in milliseconds. */
const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** PCI DSS 4.0.1, requirement 11.6.1: at least once every seven days. */
const LONGEST_INTERVAL = 7 * units.d;

/** Reads a command's arguments; what Node refuses is a refusal of ours. */
export function parse<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    const known = cause instanceof Error && "code" in cause && String(cause.code).startsWith("ERR_PARSE_ARGS");
    if (!known) throw cause;
    // The first sentence names the option. What was given in a wrong place is not repeated: it may be a secret.
    const [sentence = ""] = cause.message.split(/\. |\n/);
    throw new Refusal("arguments_invalid", sentence.replace(/Unexpected argument.*/, "unexpected argument"));
  }
}

/** The one argument that is no option: the page's address. */
export function onlyPage(positionals: string[], command: string): string {
  const [page, ...more] = positionals;
  if (page === undefined || more.length > 0) {
    throw new Refusal("arguments_invalid", `${command}: takes one address, that of the page`);
  }
  return page;
}

/** One of several words. */
export function oneOf<Word extends string>(words: readonly Word[], text: string, option: string): Word {
  const found = words.find((word) => word === text);
  if (!found) throw new Refusal("arguments_invalid", `${option}: not one of ${words.join(", ")}`);
  return found;
}

/** `--timeout` in seconds, 1 to 120, as milliseconds; ten seconds where it is not given. */
export function timeoutOf(text: string | undefined): number {
  const seconds = text === undefined ? 10 : Number(text);
  if (!(seconds >= 1 && seconds <= 120)) {
    throw new Refusal("arguments_invalid", "--timeout: not a number of seconds from 1 to 120");
  }
  return seconds * 1000;
}

/** `--interval`: a number with `s`, `m`, `h` or `d`, from one second to seven days, as milliseconds. */
export function intervalOf(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const interval = Number(number) * units[(unit ?? "s") as keyof typeof units];
  if (!(interval >= units.s && interval <= LONGEST_INTERVAL)) {
    throw new Refusal("arguments_invalid", "--interval: not a time such as 30m, 1h or 7d, which is the longest");
  }
  return interval;
}

/** Looks at a page, or does as much, within the deadline; each answer has its own time-out. */
export function patiently<Result>(
  timeout: number,
  signal: AbortSignal,
  look: (patience: Patience) => Promise<Result>,
): Promise<Result> {
  return within(DEADLINE, signal, (ends) => look({ timeout, signal: ends }));
}
