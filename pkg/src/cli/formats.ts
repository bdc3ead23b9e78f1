import { CSP, type HeaderValues, type HostHeaders, title } from "./headers.js";
import { formatPolicy, parsePolicies } from "./policy.js";

/** How headers are written: for whom. */
export const formats = ["header", "meta", "nginx", "apache", "caddy", "json"] as const;
export type Format = (typeof formats)[number];

/** Writes the headers, with remarks where the format has comments. */
export function formatHeaders(headers: HostHeaders, format: Format): string {
  if (format === "json") return `${JSON.stringify(headers, null, 2)}\n`;
  const remark = format === "meta" ? (line: string) => `<!-- ${line} -->` : (line: string) => `# ${line}`;
  const lines = [
    remark(`The card fields need no more of the policy than: ${headers.needed}`),
    ...writers[format](headers.page),
    remark("The vault sends with the frame, by itself:"),
    ...Object.entries(headers.frame).map(([name, value]) => remark(`${title(name)}: ${value}`)),
  ];
  return `${lines.join("\n")}\n`;
}

const writers: Record<Exclude<Format, "json">, (headers: HeaderValues) => string[]> = {
  header: (headers) => each(headers, (name, value) => `${name}: ${value}`),
  meta: metaElements,
  nginx: (headers) => each(headers, (name, value) => `add_header ${name} "${value}" always;`),
  apache: (headers) => each(headers, (name, value) => `Header always set ${name} "${value}"`),
  caddy: (headers) => ["header {", ...each(headers, (name, value) => `\t${name} "${value}"`), "}"],
};

function each(headers: HeaderValues, write: (name: string, value: string) => string): string[] {
  return Object.entries(headers).map(([name, value]) => write(title(name), value));
}

/** A page can give itself a policy and a referrer policy; the rest has to come from its server. */
function metaElements(headers: HeaderValues): string[] {
  const [policy] = parsePolicies(headers[CSP] ?? "");
  policy?.delete("frame-ancestors");
  const left = Object.keys(headers).filter((name) => name !== CSP && name !== "referrer-policy");
  return [
    ...(policy ? [`<meta http-equiv="Content-Security-Policy" content="${formatPolicy(policy)}">`] : []),
    `<meta name="referrer" content="${headers["referrer-policy"]}">`,
    `<!-- Only a server can send: ${["frame-ancestors 'none'", ...left.map(title)].join(", ")} -->`,
  ];
}

/** Whether a format can say what is asked. */
export function canReportOnly(format: Format): boolean {
  // A policy in a page that only reports is ignored (HTML Standard, "Content security policy state").
  return format !== "meta";
}
