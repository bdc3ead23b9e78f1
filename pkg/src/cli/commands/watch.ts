import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress, shown } from "../address.js";
import { fetchAnswer, type Patience } from "../answer.js";
import { intervalOf, onlyPage, parse, patiently, timeoutOf } from "../arguments.js";
import { changesOf } from "../changes.js";
import { readInventory } from "../file.js";
import { type Inventory, makeInventory } from "../inventory.js";
import { fetchPage } from "../page.js";
import { exitCodes, Refusal } from "../refusal.js";
import { collectScripts } from "../scripts.js";
import type { Terminal } from "../terminal.js";

/** How many lines wait for a receiver that does not answer; the oldest are left out. */
const MOST_WAITING = 10_000;

/** `cardseal watch`: compares a payment page with its inventory (PCI DSS 4.0.1, requirement 11.6.1). */
export async function watch(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: {
      inventory: { type: "string" },
      interval: { type: "string" },
      once: { type: "boolean", default: false },
      report: { type: "string", default: "stdout" },
      timeout: { type: "string" },
    },
  });
  const url = parseAddress(onlyPage(positionals, "watch"), "watch");
  const timeout = timeoutOf(values.timeout);
  if (values.once && values.interval !== undefined) {
    throw new Refusal("arguments_invalid", "watch: either --once or --interval");
  }
  const interval = intervalOf(values.interval ?? "1h");
  const receiver = values.report === "stdout" ? undefined : parseAddress(values.report, "--report");
  if (values.inventory === undefined) throw new Refusal("arguments_invalid", "watch: --inventory is missing");
  const known = await readInventory(values.inventory);
  if (!known) throw new Refusal("file_unreadable", `${values.inventory}: there is no such file`);
  if (known.page !== url.href) {
    throw new Refusal("arguments_invalid", `watch: ${values.inventory} is the inventory of another page`);
  }
  const report = new Report(terminal, receiver);
  for (;;) {
    const code = await patiently(timeout, terminal.signal, (patience) => look(url, known, patience, report));
    // Ended by the user while it looked: that is no failure of the page's.
    if (terminal.signal.aborted) return exitCodes.fine;
    const sent = await patiently(timeout, terminal.signal, (patience) => report.send(patience));
    if (values.once) return sent ? code : exitCodes.network;
    await sleep(interval, undefined, { signal: terminal.signal }).catch(() => undefined);
    if (terminal.signal.aborted) return exitCodes.fine;
  }
}

/** Looks at the page once, and reports what is otherwise, then that it has looked. */
async function look(url: URL, known: Inventory, patience: Patience, report: Report): Promise<number> {
  const line = (what: object) => report.add({ time: new Date().toISOString(), page: url.href, ...what });
  try {
    const page = await fetchPage(url, patience);
    const changes = changesOf(known, makeInventory(url, page, await collectScripts(page, patience), known));
    for (const change of changes) line(change);
    line({ type: "checked", scripts: known.scripts.length, changes: changes.length });
    return changes.length > 0 ? exitCodes.changed : exitCodes.fine;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    line({ type: "failed", code: cause.code, message: cause.message });
    return cause.exitCode;
  }
}

/** JSON lines on their way to standard output, or to a receiver. */
class Report {
  readonly #terminal: Terminal;
  readonly #receiver: URL | undefined;
  #waiting: string[] = [];

  constructor(terminal: Terminal, receiver: URL | undefined) {
    this.#terminal = terminal;
    this.#receiver = receiver;
  }

  add(line: object): void {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    this.#waiting.splice(0, this.#waiting.length - MOST_WAITING);
  }

  /** Sends what waits; whether it arrived. What did not is sent with the next. */
  async send(patience: Patience): Promise<boolean> {
    const body = this.#waiting.join("");
    try {
      if (this.#receiver) await post(this.#receiver, body, patience);
      else this.#terminal.out(body);
      this.#waiting = [];
      return true;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#terminal.err(`cardseal: ${cause.code}: ${cause.message}\n`);
      return false;
    }
  }
}

async function post(receiver: URL, body: string, patience: Patience): Promise<void> {
  const { status } = await fetchAnswer(receiver, patience, { code: "report_unreachable", body });
  if (status < 200 || status >= 300) throw new Refusal("report_unreachable", `${shown(receiver)}: answers ${status}`);
}
