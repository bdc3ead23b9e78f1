import { parseAddress, parseVault } from "../address.js";
import { oneOf, parse, patiently, timeoutOf } from "../arguments.js";
import { canReportOnly, formatHeaders, formats } from "../formats.js";
import { hostHeaders } from "../headers.js";
import { fetchPage } from "../page.js";
import { exitCodes, Refusal } from "../refusal.js";
import { review } from "../review.js";
import type { Terminal } from "../terminal.js";

/** `cardseal csp`: the headers for a page, or what is wrong with those of one. */
export async function csp(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parse({
    args,
    options: {
      vault: { type: "string" },
      "report-only": { type: "boolean", default: false },
      format: { type: "string", default: "header" },
      check: { type: "string" },
      timeout: { type: "string" },
    },
  });
  if (values.vault === undefined) throw new Refusal("arguments_invalid", "csp: --vault is missing");
  const vault = parseVault(values.vault);
  const reportOnly = values["report-only"];
  if (values.check !== undefined) {
    if (reportOnly) throw new Refusal("arguments_invalid", "csp: --report-only is not for --check");
    const format = oneOf(["header", "json"], values.format, "--format");
    const address = parseAddress(values.check, "--check");
    const page = await patiently(timeoutOf(values.timeout), terminal.signal, (patience) =>
      fetchPage(address, patience),
    );
    const findings = review(page.url, page.headers, page.markup, vault);
    if (format === "json") terminal.out(`${JSON.stringify({ page: page.url.href, findings }, null, 2)}\n`);
    else for (const { kind, header, message } of findings) terminal.out(`${kind}: ${header}: ${message}\n`);
    return findings.length > 0 ? exitCodes.findings : exitCodes.fine;
  }
  if (values.timeout !== undefined) throw new Refusal("arguments_invalid", "csp: --timeout is for --check");
  const format = oneOf(formats, values.format, "--format");
  if (reportOnly && !canReportOnly(format)) {
    throw new Refusal("arguments_invalid", "csp: browsers ignore a policy that only reports in a meta element");
  }
  terminal.out(formatHeaders(hostHeaders(vault, { reportOnly }), format));
  return exitCodes.fine;
}
