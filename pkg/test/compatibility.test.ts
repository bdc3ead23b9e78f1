import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseConnect, parsePageMessage } from "../src/messages.js";
import { isNewer, VERSION } from "../src/version.js";
import { ROOT } from "./run.js";

// What released packages say to the frame, as it was recorded: tests/e2e/compatibility.spec.ts.

const folder = `${ROOT}tests/compatibility`;
const versions = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(versions.map(({ name }) => name))("package %s", (version) => {
  const [connect, ...messages] = JSON.parse(
    readFileSync(`${folder}/${version}/messages.json`, "utf8").replaceAll("<root>", "A".repeat(43)),
  );

  it("the frame takes its handshake, whole", () => {
    expect(connect).toMatchObject({ type: "connect", version });
    expect(parseConnect(connect)).toEqual(connect);
  });

  it("and each kind of its messages", () => {
    expect(new Set(messages.map(({ type }: { type: string }) => type))).toEqual(
      new Set(["tokenize", "clear", "focus", "update"]),
    );
    for (const message of messages) expect(parsePageMessage(message)).toEqual(message);
  });
});

describe("a version that a page tells", () => {
  it.each(["0.1.1", "0.2.0", "0.10.0", "1.0.0", "10.0.0-rc.1"])("%s is newer", (version) => {
    expect(isNewer(version)).toBe(true);
  });

  it.each([VERSION, "0.0.99", "0.1", "x9.9.9", "9", "", 2, null, undefined, {}, ["9.9.9"]])("%o is not", (version) => {
    expect(isNewer(version)).toBe(false);
  });
});
