import { parseArgs } from "node:util";
import { VERSION } from "../version.js";
import { parseAddress, parseVault } from "./address.js";
import type { Patience } from "./answer.js";
import { canReportOnly, type Format, formatHeaders, formats } from "./formats.js";
import { hostHeaders } from "./headers.js";
import { commandHelp, help } from "./help.js";
import { fetchPage } from "./page.js";
import { exitCodes, Refusal } from "./refusal.js";
import { review } from "./review.js";

/** Where a command's words go, and what ends it. */
export interface Terminal {
  /** Results: what another program may read. */
  out(text: string): void;
  /** Remarks and errors. */
  err(text: string): void;
  /** Aborts when the user ends the program. */
  signal: AbortSignal;
}

/** Options that several commands have. */
const common = {
  help: { type: "boolean", short: "h" },
  timeout: { type: "string" },
} as const;

/** The longest that one look at a page may take, scripts and retries included, in milliseconds. */
const DEADLINE = 180_000;

const commands: Record<string, (args: string[], terminal: Terminal) => Promise<number>> = { csp };

/** Runs the program; resolves to its exit code. */
export async function run(args: string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      (name === undefined ? terminal.err : terminal.out)(help);
      return name === undefined ? exitCodes.input : exitCodes.fine;
    }
    if (name === "--version" || name === "-v") {
      terminal.out(`${VERSION}\n`);
      return exitCodes.fine;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new Refusal("command_unknown", "no such command; see: cardseal --help");
    if (rest.some((arg) => arg === "--help" || arg === "-h")) {
      terminal.out(commandHelp(name));
      return exitCodes.fine;
    }
    return await command(rest, terminal);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    terminal.err(`cardseal: ${cause.code}: ${cause.message}\n`);
    return cause.exitCode;
  }
}

/** `cardseal csp`: the headers for a page, or what is wrong with those of one. */
async function csp(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parsed(() =>
    parseArgs({
      args,
      options: {
        ...common,
        vault: { type: "string" },
        "report-only": { type: "boolean" },
        format: { type: "string", default: "header" },
        check: { type: "string" },
      },
    }),
  );
  if (values.vault === undefined) throw new Refusal("arguments_invalid", "csp: --vault is missing");
  const vault = parseVault(values.vault);
  const format = parseFormat(values.format);
  const reportOnly = values["report-only"] ?? false;
  if (reportOnly && !canReportOnly(format)) {
    throw new Refusal("arguments_invalid", "csp: browsers ignore a policy that only reports in a meta element");
  }
  if (values.check === undefined) {
    if (values.timeout !== undefined) throw new Refusal("arguments_invalid", "csp: --timeout is for --check");
    terminal.out(formatHeaders(hostHeaders(vault, { reportOnly }), format));
    return exitCodes.fine;
  }
  if (reportOnly) throw new Refusal("arguments_invalid", "csp: --report-only is not for --check");
  const page = await fetchPage(parseAddress(values.check, "--check"), patience(values.timeout, terminal.signal));
  const findings = review(page.url, page.headers, page.markup, vault);
  if (format === "json") terminal.out(`${JSON.stringify({ page: page.url.href, findings }, null, 2)}\n`);
  else for (const { kind, header, message } of findings) terminal.out(`${kind}: ${header}: ${message}\n`);
  return findings.length > 0 ? exitCodes.findings : exitCodes.fine;
}

/** Reads arguments; what Node refuses is a refusal of ours. */
function parsed<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const known = cause instanceof Error && "code" in cause && String(cause.code).startsWith("ERR_PARSE_ARGS");
    if (!known) throw cause;
    // The first sentence names the option; never what was given for it.
    throw new Refusal(
      "arguments_invalid",
      (cause.message.split(/\. |\n/)[0] ?? "").replace(/Unexpected argument.*/, "unexpected argument"),
    );
  }
}

function parseFormat(text: string): Format {
  const format = formats.find((name) => name === text);
  if (!format) throw new Refusal("arguments_invalid", `--format: not one of ${formats.join(", ")}`);
  return format;
}

/** `--timeout` in seconds, 1 to 120; 10 where it is not given. */
function patience(timeout: string | undefined, signal: AbortSignal): Patience {
  const seconds = timeout === undefined ? 10 : Number(timeout);
  if (!(seconds >= 1 && seconds <= 120)) {
    throw new Refusal("arguments_invalid", "--timeout: not a number of seconds from 1 to 120");
  }
  return { timeout: seconds * 1000, signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]) };
}
