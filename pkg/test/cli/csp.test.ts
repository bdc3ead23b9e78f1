import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { mayLead } from "../../src/cli/address.js";
import { hostHeaders } from "../../src/cli/headers.js";
import { allows, formatPolicy, governing, parsePolicies, withoutNonces } from "../../src/cli/policy.js";
import { VERSION } from "../../src/version.js";
import { cardseal, Site } from "./site.js";

// What is tried again takes seconds.
vi.setConfig({ testTimeout: 30_000 });

const VAULT = "https://vault.example";
const recommended = hostHeaders(VAULT).page;

describe("a policy", () => {
  it("is read directive by directive, the first of a name counting, and written again", () => {
    const [policy, other] = parsePolicies(
      "Script-Src 'self' ;; script-src *;frame-src\thttps://a.example, default-src 'none'",
    );
    expect(policy && formatPolicy(policy)).toBe("script-src 'self'; frame-src https://a.example");
    expect(other && formatPolicy(other)).toBe("default-src 'none'");
    expect(parsePolicies(" , ;")).toEqual([]);
  });

  it.each([
    ["frame-src a; child-src b; default-src c", "frame-src"],
    ["child-src b; default-src c", "child-src"],
    ["default-src c", "default-src"],
    ["img-src a", undefined],
  ])("%s: frames are governed by %s", (text, name) => {
    const [policy] = parsePolicies(text);
    expect(policy && governing(policy, "frame-src")?.name).toBe(name);
  });

  it.each([
    ["https://vault.example", true],
    ["https://VAULT.example:443", true],
    ["https://vault.example/frame/", true],
    ["vault.example", true],
    ["http://vault.example", true],
    ["https://vault.example:*", true],
    ["https://*.example", true],
    ["https:", true],
    ["*", true],
    ["https://vault.example/other/", false],
    ["https://vault.example/frame", false],
    ["https://vault.example:8443", false],
    ["https://vault.example.attacker.example", false],
    ["*.vault.example", false],
    ["'self'", false],
    ["'none'", false],
    ["data:", false],
  ])("the source %s lets the vault's frame in: %s", (source, allowed) => {
    expect(allows([source], new URL(`${VAULT}/frame/`), new URL("https://shop.example/pay"))).toBe(allowed);
  });

  it("is the same with another nonce, and with nothing else changed", () => {
    expect(withoutNonces("script-src 'nonce-abc' 'self'")).toBe(withoutNonces("script-src 'nonce-d+/=' 'self'"));
    expect(withoutNonces("script-src 'nonce-abc'")).not.toBe(withoutNonces("script-src 'nonce-abc' 'self'"));
  });
});

describe("an address", () => {
  it.each([
    ["https://shop.example/", "https://cdn.example/a.js", true],
    ["http://localhost:8788/", "https://cdn.example/a.js", true],
    ["http://localhost:8788/", "http://127.0.0.1:8787/a.js", true],
    ["https://shop.example/", "http://shop.example/", false],
    ["https://shop.example/", "http://127.0.0.1:6379/", false],
    ["https://shop.example/", "https://user@shop.example/", false],
    ["https://shop.example/", "file:///etc/passwd", false],
  ])("%s may lead to %s: %s", (from, to, may) => {
    expect(mayLead(new URL(from), new URL(to))).toBe(may);
  });
});

describe("cardseal csp", () => {
  const policy = recommended["content-security-policy"] as string;

  it("prints headers that allow the vault's frame and nothing unsafe", async () => {
    const { code, out, err } = await cardseal(["csp", "--vault", "https://VAULT.example/"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`\nContent-Security-Policy: ${policy}\n`);
    expect(policy).toContain("frame-src https://vault.example;");
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  it.each([
    ["nginx", `add_header Content-Security-Policy "${policy}" always;`],
    ["apache", `Header always set Content-Security-Policy "${policy}"`],
    ["caddy", `\tContent-Security-Policy "${policy}"`],
    ["meta", `<meta http-equiv="Content-Security-Policy" content="${policy.replace(" frame-ancestors 'none';", "")}">`],
  ])("writes it for %s, and all else in comments", async (format, line) => {
    const { code, out } = await cardseal(["csp", "--vault", VAULT, "--format", format]);
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines).toContain(line);
    const command =
      /^(add_header [\w-]+ "[^"]+" always;|Header always set [\w-]+ "[^"]+"|header \{|\t[\w-]+ "[^"]+"|\}|<meta .*>)$/;
    expect(lines.filter((text) => !command.test(text) && !/^(# .*|<!-- .* -->)$/.test(text))).toEqual([]);
  });

  it("writes JSON, in which a policy that only reports has its own name", async () => {
    const { out } = await cardseal(["csp", "--vault", VAULT, "--format", "json", "--report-only"]);
    const { needed, page, frame } = JSON.parse(out);
    expect(needed).toBe("frame-src https://vault.example");
    expect(page["content-security-policy-report-only"]).toBe(policy);
    expect(page).not.toHaveProperty("content-security-policy");
    expect(frame["content-security-policy"]).toContain("frame-ancestors");
  });

  it.each([
    [["csp"], "arguments_invalid: csp: --vault is missing"],
    [["csp", "--vault"], "arguments_invalid: Option '--vault <value>' argument missing"],
    [["csp", "--vault", "vault.example"], "url_invalid: --vault"],
    [["csp", "--vault", "http://vault.example"], "url_invalid: --vault"],
    [["csp", "--vault", "https://vault.example/path"], "url_invalid: --vault"],
    [["csp", "--vault", "https://user:hunter2@vault.example"], "url_invalid: --vault"],
    [["csp", "--vault", VAULT, "--format", "yaml"], "arguments_invalid: --format"],
    [["csp", "--vault", VAULT, "--format", "meta", "--report-only"], "arguments_invalid: csp"],
    [["csp", "--vault", VAULT, "--colour"], "arguments_invalid: Unknown option '--colour'"],
    [["csp", "--vault", VAULT, "hunter2"], "arguments_invalid: unexpected argument"],
    [["csp", "--vault", VAULT, "--timeout", "5"], "arguments_invalid: csp: --timeout"],
    [["csp", "--vault", VAULT, "--check", "https://shop.example", "--timeout", "0"], "arguments_invalid: --timeout"],
    [["csp", "--vault", VAULT, "--check", "http://shop.example"], "url_invalid: --check"],
    [["csp", "--vault", VAULT, "--check", "file:///etc/passwd"], "url_invalid: --check"],
    [["csp", "--vault", VAULT, "--check", "https://user:hunter2@shop.example"], "url_invalid: --check"],
    [["constructor"], "command_unknown"],
    [["spc", "--vault", VAULT], "command_unknown"],
  ])("%j is refused with %s", async (args, message) => {
    const { code, out, err } = await cardseal(args);
    expect([code, out]).toEqual([3, ""]);
    expect(err).toMatch(/^cardseal: .*\n$/);
    expect(err).toContain(`cardseal: ${message}`);
    expect(err).not.toContain("hunter2");
  });

  it("helps on standard output when asked, and on standard error when nothing was asked", async () => {
    for (const args of [["--help"], ["csp", "--help"], ["csp", "--vault", VAULT, "-h"]]) {
      expect(await cardseal(args)).toMatchObject({ code: 0, err: "", out: expect.stringContaining("cardseal csp") });
    }
    expect(await cardseal([])).toMatchObject({ code: 3, out: "", err: expect.stringContaining("cardseal csp") });
    expect(await cardseal(["--version"])).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
  });
});

describe("cardseal csp --check", () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  beforeEach(() => {
    for (const path of Object.keys(site.answers)) delete site.answers[path];
    site.asked.length = 0;
  });
  afterAll(() => site.stop());

  const check = (path = "/", ...more: string[]) =>
    cardseal(["csp", "--vault", VAULT, "--check", `${site.origin}${path}`, ...more]);

  /** The findings on a page that sends these headers in place of the recommended ones. */
  async function findings(headers: Record<string, string>, body = ""): Promise<string[]> {
    site.answers["/"] = { headers: { ...recommended, ...headers }, body };
    const { out } = await check();
    return out.split("\n").filter(Boolean);
  }

  it("has nothing to say of a page that sends what it prints itself", async () => {
    site.answers["/"] = { headers: recommended };
    expect(await check()).toEqual({ code: 0, out: "", err: "" });
  });

  const strict = recommended["content-security-policy"] as string;
  const csp = (policy: string) => ({ "content-security-policy": policy });

  it.each([
    ["no policy", csp(""), /^missing: Content-Security-Policy: there is none$/],
    [
      "another vault",
      csp(strict.replace("vault.example", "other.example")),
      /^blocked: .*: frame-src: .*frame-src https:\/\/vault\.example$/,
    ],
    ["a second policy without the vault", csp(`${strict}, frame-src 'self'`), /^blocked: .*: frame-src: /],
    [
      "a sandbox that takes the origin",
      csp(`${strict}; sandbox allow-scripts`),
      /^blocked: .*: sandbox: must have allow-same-origin$/,
    ],
    [
      "frames from anywhere",
      csp(strict.replace("frame-src https://vault.example", "frame-src https:")),
      /^wide: .*: frame-src: .*https:$/,
    ],
    [
      "inline script",
      csp(strict.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")),
      /^wide: .*: script-src: .*'unsafe-inline'$/,
    ],
    [
      "eval beside a nonce",
      csp(strict.replace("script-src 'self'", "script-src 'nonce-a' 'unsafe-inline' 'unsafe-eval'")),
      /^wide: .*: script-src: for script-src, allows 'unsafe-eval'$/,
    ],
    [
      "a wildcard host",
      csp(strict.replace("script-src 'self'", "script-src https://*.example")),
      /^wide: .*: script-src: .*https:\/\/\*\.example$/,
    ],
    ["inline style", csp(strict.replace("style-src 'self'", "style-src 'unsafe-inline'")), /^wide: .*: style-src: /],
    ["plug-ins", csp(strict.replace("default-src 'none'; ", "")), /^missing: .*: object-src: /],
    ["any base", csp(strict.replace("base-uri 'none'; ", "")), /^missing: .*: base-uri: /],
    ["being framed", csp(strict.replace("frame-ancestors 'none'; ", "")), /^missing: .*: frame-ancestors: /],
    [
      "no trusted types",
      csp(strict.replace("require-trusted-types-for 'script'; ", "")),
      /^missing: .*: require-trusted-types-for: /,
    ],
    ["a referrer for all", { "referrer-policy": "no-referrer, unsafe-url" }, /^wide: Referrer-Policy: /],
    ["no referrer policy", { "referrer-policy": "" }, /^missing: Referrer-Policy: /],
    ["no permissions policy", { "permissions-policy": "" }, /^missing: Permissions-Policy: /],
    ["guessed types", { "x-content-type-options": "" }, /^missing: X-Content-Type-Options: /],
  ])("finds %s, and nothing else", async (_what, headers, finding) => {
    expect(await findings(headers)).toEqual([expect.stringMatching(finding)]);
  });

  it("lets the strictest of several policies count, and one in the page too", async () => {
    expect(await findings(csp(`${strict}, script-src 'self' 'unsafe-inline'`))).toEqual([]);
    const loose = strict.replace("script-src 'self'", "script-src 'unsafe-inline'");
    const meta = '<meta http-equiv="content-security-policy" content="script-src \'self\'">';
    expect(await findings(csp(loose), meta)).toEqual([]);
    expect(await findings(csp(loose), `<!-- ${meta} -->`)).toHaveLength(1);
  });

  it("says that a policy which only reports stops nothing", async () => {
    const found = await findings({ "content-security-policy": "", "content-security-policy-report-only": strict });
    expect(found).toEqual([expect.stringContaining("only reports")]);
  });

  it("writes findings as JSON and ends with 1", async () => {
    site.answers["/"] = { headers: { ...recommended, "referrer-policy": "unsafe-url" } };
    const { code, out } = await check("/", "--format", "json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      page: `${site.origin}/`,
      findings: [{ kind: "wide", header: "Referrer-Policy", message: expect.any(String) }],
    });
  });

  it("judges the page that a redirect ends at, and tries again what may pass", async () => {
    site.answers["/start"] = { status: 302, headers: { location: "/pay" } };
    site.answers["/pay"] = [{ status: 503, headers: { "retry-after": "0" } }, { headers: recommended }];
    expect(await check("/start")).toMatchObject({ code: 0 });
    expect(site.asked).toEqual(["/start", "/pay", "/start", "/pay"]);
  });

  it.each([
    ["a redirect to plain HTTP", { status: 301, headers: { location: "http://shop.example/" } }, "cannot be followed"],
    [
      "a redirect with a password",
      { status: 301, headers: { location: "https://u:p@shop.example/" } },
      "cannot be followed",
    ],
    ["a circle of redirects", { status: 307, headers: { location: "/" } }, "more than 10 times"],
    ["an error", { status: 404 }, "answers 404"],
    ["what is no HTML", { headers: { "content-type": "application/json" } }, "is no HTML"],
    ["an answer without end", { body: "a".repeat(10 * 1024 * 1024 + 1) }, "more than 10485760 bytes"],
  ])("ends with 4 on %s", async (_what, answer, message) => {
    site.answers["/?session=hunter2"] = answer;
    site.answers["/"] = answer;
    const { code, out, err } = await check("/?session=hunter2");
    expect([code, out]).toEqual([4, ""]);
    expect(err).toContain(message);
    expect(err).not.toContain("hunter2");
  });

  it("gives up on a page that does not answer, after three attempts", async () => {
    site.answers["/"] = { hangs: true };
    const { code, err } = await check("/", "--timeout", "1");
    expect(code).toBe(4);
    expect(err).toContain("page_unreachable");
    expect(err).toContain("no answer within 1000 ms");
    expect(site.asked).toHaveLength(3);
  });

  it("gives up on an answer that never ends", async () => {
    site.answers["/"] = { drips: true };
    const { code, err } = await check("/", "--timeout", "1");
    expect([code, err]).toEqual([4, expect.stringContaining("no answer within 1000 ms")]);
  });

  it("stops waiting when the user ends it", async () => {
    site.answers["/"] = { hangs: true };
    const ended = new AbortController();
    const running = cardseal(["csp", "--vault", VAULT, "--check", `${site.origin}/`], ended.signal);
    await expect.poll(() => site.asked.length).toBe(1);
    ended.abort();
    expect((await running).code).toBe(4);
    expect(site.asked).toHaveLength(1);
  });
});
