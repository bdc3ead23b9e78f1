import { getEventListeners } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { cardseal, Site } from "./site.js";

// What is tried again takes seconds.
vi.setConfig({ testTimeout: 30_000 });

let site: Site;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cardseal-watch-"));
  file = join(folder, "inventory.json");
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  site = await Site.start();
  site.answers["/pay"] = {
    headers: { "content-security-policy": "script-src 'self' 'nonce-1'" },
    body: '<script src="/a.js"></script><script src="/b.js"></script><script>one()</script>',
  };
  site.answers["/a.js"] = { body: "a()" };
  site.answers["/b.js"] = { body: "b()" };
  await rm(file, { force: true });
  await cardseal(["inventory", `${site.origin}/pay`, "--out", file]);
});
afterEach(() => site.stop());

const watch = (...more: string[]) => cardseal(["watch", `${site.origin}/pay`, "--inventory", file, ...more]);
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("cardseal watch --once", () => {
  it("says that it has looked, and ends with 0, when nothing but a nonce is otherwise", async () => {
    Object.assign(site.answers["/pay"] as object, {
      headers: { "content-security-policy": "script-src 'self' 'nonce-2'" },
    });
    const { code, out, err } = await watch("--once");
    expect([code, err]).toEqual([0, ""]);
    expect(linesOf(out)).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        page: `${site.origin}/pay`,
        type: "checked",
        scripts: 3,
        changes: 0,
      },
    ]);
  });

  it("reports headers, and scripts that were added, removed and changed, and ends with 2", async () => {
    site.answers["/pay"] = {
      headers: { "content-security-policy": "script-src *", "x-frame-options": "DENY" },
      body: `<meta http-equiv="content-security-policy" content="img-src *">
        <script src="/a.js"></script><script src="/new.js"></script><script>two()</script>`,
    };
    site.answers["/a.js"] = { body: "a(); skim()" };
    site.answers["/new.js"] = { body: "new_()" };
    const { code, out } = await watch("--once");
    expect(code).toBe(2);
    const url = (path: string) => `${site.origin}${path}`;
    expect(linesOf(out)).toMatchObject([
      { type: "header", name: "content-security-policy", was: "script-src 'self' 'nonce-*'", is: "script-src *" },
      { type: "header", name: "x-frame-options", was: null, is: "DENY" },
      { type: "policies", was: [], is: ["img-src *"] },
      { type: "changed", script: { url: url("/a.js"), hash: expect.any(String) }, was: { hash: expect.any(String) } },
      { type: "added", script: { kind: "external", url: url("/new.js") } },
      { type: "added", script: { kind: "inline" } },
      { type: "removed", script: { kind: "external", url: url("/b.js") } },
      { type: "removed", script: { kind: "inline" } },
      { type: "checked", changes: 8 },
    ]);
    const [, , , changed] = linesOf(out);
    expect(changed.script.hash).not.toBe(changed.was.hash);
  });

  it("reports a script that stops being served, and an integrity attribute that is taken away", async () => {
    site.answers["/pay"] = { ...site.answers["/pay"], body: '<script src="/a.js" integrity="sha384-x"></script>' };
    await cardseal(["inventory", `${site.origin}/pay`, "--out", file]);
    site.answers["/pay"] = { ...site.answers["/pay"], body: '<script src="/a.js"></script>' };
    expect(linesOf((await watch("--once")).out)).toMatchObject([
      { type: "changed", was: { integrity: "sha384-x", notes: ["integrity_mismatch"] } },
      { type: "checked", changes: 1 },
    ]);
    delete site.answers["/a.js"];
    expect(linesOf((await watch("--once")).out)).toMatchObject([
      { type: "changed", script: { notes: ["not_served"] } },
      { type: "checked", changes: 1 },
    ]);
  });

  it("follows a redirect to the page, and tries what may pass again", async () => {
    const answer = { ...site.answers["/pay"] };
    site.answers["/pay"] = [{ status: 503 }, { status: 302, headers: { location: "/pay2" } }];
    site.answers["/pay2"] = answer;
    expect(await watch("--once")).toMatchObject({ code: 0 });
  });

  it("reports a page that does not answer, in bounded time, and ends with 4", async () => {
    site.answers["/pay"] = { hangs: true };
    const { code, out } = await watch("--once", "--timeout", "1");
    expect(code).toBe(4);
    expect(linesOf(out)).toMatchObject([{ type: "failed", code: "page_unreachable" }]);
  });

  it("posts its lines to a receiver and prints none", async () => {
    site.answers["/alerts?key=hunter2"] = [{ status: 502 }, { status: 204 }];
    site.answers["/a.js"] = { body: "a(); skim()" };
    const { code, out, err } = await watch("--once", "--report", `${site.origin}/alerts?key=hunter2`);
    expect([code, out, err]).toEqual([2, "", ""]);
    // The second time is after the receiver's 502.
    expect(site.posted).toHaveLength(2);
    expect(site.posted[1]).toBe(site.posted[0]);
    expect(linesOf(site.posted[1] as string)).toMatchObject([{ type: "changed" }, { type: "checked", changes: 1 }]);
  });

  it("ends with 4 when the receiver refuses", async () => {
    const { code, err } = await watch("--once", "--report", `${site.origin}/alerts?key=hunter2`);
    expect(code).toBe(4);
    expect(err).toBe(`cardseal: report_unreachable: ${site.origin}/alerts: answers 404\n`);
  });
});

describe("cardseal watch", () => {
  it("looks again and again, sends what did not arrive with the next, and ends with 0 when it is ended", async () => {
    site.answers["/alerts"] = [{ status: 404 }, { status: 204 }];
    const ended = new AbortController();
    const args = ["watch", `${site.origin}/pay`, "--inventory", file, "--interval", "1s"];
    const running = cardseal([...args, "--report", `${site.origin}/alerts`], ended.signal);
    await expect.poll(() => site.posted.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    site.answers["/a.js"] = { body: "a(); skim()" };
    await expect.poll(() => site.posted.at(-1), { timeout: 15_000 }).toContain('"type":"changed"');
    // However long it runs, it leaves nothing behind on what can end it: at most a look and its answer, or a pause, is there.
    expect(getEventListeners(ended.signal, "abort").length).toBeLessThanOrEqual(1);
    ended.abort();
    expect(await running).toMatchObject({ code: 0, out: "" });
    expect(getEventListeners(ended.signal, "abort")).toEqual([]);
    expect(linesOf(site.posted[0] as string)).toHaveLength(1);
    expect(linesOf(site.posted[1] as string)).toMatchObject([{ type: "checked" }, { type: "checked" }]);
    expect(linesOf(site.posted[2] as string).length).toBeLessThanOrEqual(2);
  });

  it("goes on when the page fails once", async () => {
    const answer = site.answers["/pay"] as object;
    site.answers["/pay"] = { status: 404 };
    const ended = new AbortController();
    site.answers["/alerts"] = { status: 204 };
    const args = ["watch", `${site.origin}/pay`, "--inventory", file, "--interval", "1s"];
    const running = cardseal([...args, "--report", `${site.origin}/alerts`], ended.signal);
    await expect.poll(() => site.posted.join(""), { timeout: 15_000 }).toContain('"type":"failed"');
    site.answers["/pay"] = answer;
    await expect.poll(() => site.posted.join(""), { timeout: 15_000 }).toContain('"type":"checked"');
    ended.abort();
    expect((await running).code).toBe(0);
  });

  it.each([
    [["--once", "--interval", "1h"], "either --once or --interval"],
    [["--interval", "8d"], "--interval"],
    [["--interval", "0s"], "--interval"],
    [["--interval", "soon"], "--interval"],
    [["--report", "http://receiver.example/"], "url_invalid: --report"],
    [["--report", "https://u:hunter2@receiver.example/"], "url_invalid: --report"],
    [["--report", "file.jsonl"], "url_invalid: --report"],
    [["--timeout", "121"], "--timeout"],
  ])("refuses %j", async (more, message) => {
    const { code, out, err } = await watch(...more);
    expect([code, out]).toEqual([3, ""]);
    expect(err).toContain(message);
    expect(err).not.toContain("hunter2");
  });

  it("refuses an inventory that is not there, is malformed, or is another page's", async () => {
    const other = (...args: string[]) => cardseal(["watch", `${site.origin}/pay`, "--once", ...args]);
    expect(await other()).toMatchObject({ code: 3, err: expect.stringContaining("--inventory is missing") });
    expect(await other("--inventory", join(folder, "none.json"))).toMatchObject({
      code: 3,
      err: expect.stringContaining("file_unreadable"),
    });
    expect(await cardseal(["watch", `${site.origin}/`, "--inventory", file])).toMatchObject({
      code: 3,
      err: expect.stringContaining("another page"),
    });
    await writeFile(file, "{}");
    expect(await watch("--once")).toMatchObject({ code: 3, err: expect.stringContaining("inventory_malformed") });
  });
});
