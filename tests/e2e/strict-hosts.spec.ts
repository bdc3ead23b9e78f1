import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BrowserContext, chromium, type Frame, type Page, type Request } from "@playwright/test";
import { verifyDualSignature } from "cardseal/server";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Host } from "./host.ts";
import { events, mounts, tokenize } from "./mount.ts";

// Every way in which a page, or the browser around it, can be strict. Each restriction is asked whether it is in force, on
// the page that has it and on one that has not: a header that does nothing would show nothing.

type Headers = Record<string, string>;

/** A page of the site, and the request for its script. */
interface Visit {
  page: Page;
  script: Request;
}

interface Restriction {
  /** The headers, for a vault and the names of all features that a Permissions-Policy can deny. */
  headers(vault: string, features: string[]): Headers;
  /** Whether the page is held to them. Asked last: it tries what is forbidden. */
  inForce(visit: Visit): Promise<boolean>;
}

const policy = (vault: string) => `script-src 'self'; style-src 'self'; frame-src ${vault}`;
const trusted = "require-trusted-types-for 'script'; trusted-types 'none'";

/** What `cardseal csp` prints for a vault. */
const printed = (vault: string, format: "json" | "meta") => {
  const program = join(import.meta.dirname, "../../pkg/dist/cli.js");
  return execFileSync(process.execPath, [program, "csp", "--vault", vault, "--format", format], { encoding: "utf8" });
};

const isolated = ({ page }: Visit) => page.evaluate(() => crossOriginIsolated);

const restrictions: Record<string, Restriction> = {
  "a policy without any unsafe keyword": {
    headers: (vault) => ({ "content-security-policy": policy(vault) }),
    inForce: ({ page }) => page.evaluate(runsNothingInline),
  },
  "trusted types, of which there are none": {
    headers: () => ({ "content-security-policy": trusted }),
    inForce: ({ page }) => page.evaluate(refusesStrings),
  },
  "a referrer policy that tells nothing": {
    headers: () => ({ "referrer-policy": "no-referrer" }),
    inForce: async ({ script }) => !("referer" in (await script.allHeaders())),
  },
  "isolation that requires CORP": {
    headers: () => ({ "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }),
    inForce: isolated,
  },
  "isolation without credentials": {
    headers: () => ({ "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "credentialless" }),
    inForce: isolated,
  },
  "a permissions policy that denies everything": {
    headers: (_vault, features) => ({ "permissions-policy": denying(features) }),
    inForce: async ({ page }) => (await features(page)).allowed.length === 0,
  },
  "the headers that cardseal csp prints": {
    headers: (vault) => JSON.parse(printed(vault, "json")).page,
    inForce: async ({ page }) => (await page.evaluate(refusesStrings)) && page.evaluate(runsNothingInline),
  },
  "all of them": {
    headers: (vault, features) => ({
      "content-security-policy": `default-src 'none'; ${policy(vault)}; ${trusted}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      // Isolation is a feature, too.
      "permissions-policy": denying(features.filter((name) => name !== "cross-origin-isolated")),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    }),
    inForce: async (visit) => {
      const { page, script } = visit;
      const held = [
        await isolated(visit),
        !("referer" in (await script.allHeaders())),
        (await features(page)).allowed.every((name) => name === "cross-origin-isolated"),
        await page.evaluate(refusesStrings),
        await page.evaluate(runsNothingInline),
      ];
      return held.every(Boolean);
    },
  },
};

const test = base.extend<{ host: Host }>({
  host: async ({ vault }, use) => {
    // By this name it is of another site than the vault, as a merchant's page is.
    const host = await Host.start(vault, { name: "localhost" });
    await use(host);
    await host.stop();
  },
});

for (const [name, { headers, inForce }] of Object.entries(restrictions)) {
  test(`a card is sealed under ${name}`, async ({ vault, host, page, browserName }) => {
    test.skip(browserName === "firefox" && name.includes("permissions"), "it has no Permissions-Policy");
    const script = mounts(vault, host.merchant);
    host.serve('<div id="card"></div>', script);
    const free = await visit(page, host);
    const { known } = await features(page);
    expect(known.length).toBeGreaterThan(10);
    expect(await inForce(free)).toBe(false);

    host.serve('<div id="card"></div>', script, headers(vault.origin, known));
    const strict = await visit(page, host);
    await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
    await new Checkout(page).type(approvedCard);
    expect(await tokenize(page, await host.order("strict"))).toMatchObject({ ok: true, brand: "visa", last4: "4242" });
    expect(await page.evaluate(() => window.violations)).toEqual([]);
    expect(await inForce(strict)).toBe(true);
  });
}

test("a card is sealed under the meta elements that cardseal csp prints", async ({ vault, host, page }) => {
  host.serve(`${printed(vault.origin, "meta")}<div id="card"></div>`, mounts(vault, host.merchant));
  await visit(page, host);
  await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
  await new Checkout(page).type(approvedCard);
  expect(await tokenize(page, await host.order("meta"))).toMatchObject({ ok: true, last4: "4242" });
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  expect(await page.evaluate(refusesStrings)).toBe(true);
  expect(await page.evaluate(runsNothingInline)).toBe(true);
});

test("the vault sends with the frame what cardseal csp says that it sends", async ({ vault, host, request }) => {
  const response = await request.get(`${vault.origin}/frame/?merchant=${host.merchant}`);
  const { frame } = JSON.parse(printed(vault.origin, "json"));
  const registered = Object.entries<string>(frame).map(([name, value]) => [
    name,
    value.replace("<the merchant's registered origins>", host.origin),
  ]);
  expect(response.headers()).toMatchObject(Object.fromEntries(registered));
});

test.describe("with storage", () => {
  test.skip(({ browserName }) => browserName !== "chromium", "what is allowed is said in Chromium's profile");

  const cookies = { allowed: 1, blocked: 2 };

  /** How a shopper's browser keeps what pages store. */
  interface Storage {
    cookies: number;
    thirdParties: boolean;
    partitioned: boolean;
  }

  /** A browser of a shopper's, which keeps what it stores for as long as it runs. */
  async function browse(name: string, { cookies, thirdParties, partitioned }: Storage): Promise<BrowserContext> {
    const { launchOptions } = test.info().project.use;
    const folder = test.info().outputPath(name);
    await mkdir(join(folder, "Default"), { recursive: true });
    const profile = {
      default_content_setting_values: { cookies },
      block_third_party_cookies: !thirdParties,
      cookie_controls_mode: thirdParties ? 0 : 1,
    };
    await writeFile(join(folder, "Default/Preferences"), JSON.stringify({ profile }));
    // Playwright switches off what Chromium does by itself: the last such switch is the one that counts.
    const args = [...(launchOptions?.args ?? []), ...(partitioned ? ["--disable-features=HttpsUpgrades"] : [])];
    return chromium.launchPersistentContext(folder, { ...launchOptions, args });
  }

  /** Pays once on a freshly opened page; gives the thumbprint of the device that signed. */
  async function device(page: Page, host: Host, order: string): Promise<string> {
    await page.goto(host.origin);
    await expect.poll(() => events(page)).toEqual([["ready", undefined]]);
    await new Checkout(page).type(approvedCard);
    const result = await tokenize(page, await host.order(order));
    if (!result.ok) throw new Error(result.error.code);
    const verified = await verifyDualSignature(result.dualSignature);
    if (!verified.ok) throw new Error(verified.error.code);
    return verified.dualSignature.device;
  }

  /** What a document may keep. */
  const stores = (document: Page | Frame) =>
    document.evaluate(async () => {
      const local = (() => {
        try {
          return Boolean(localStorage);
        } catch {
          return false;
        }
      })();
      const database = await new Promise<boolean>((resolve) => {
        try {
          const opening = indexedDB.open("control");
          opening.onsuccess = () => resolve(true);
          opening.onerror = () => resolve(false);
        } catch {
          resolve(false);
        }
      });
      return { local, database };
    });

  const frameOf = (page: Page) => page.frames()[1] as Frame;

  for (const [name, storage] of Object.entries({
    "that all sites share": { cookies: cookies.allowed, thirdParties: true, partitioned: false },
    "that is partitioned": { cookies: cookies.allowed, thirdParties: true, partitioned: true },
    "that is partitioned, and no cookies of third parties": {
      cookies: cookies.allowed,
      thirdParties: false,
      partitioned: true,
    },
  })) {
    test(`${name}, a device keeps its key`, async ({ vault, host }) => {
      host.serve('<div id="card"></div>', mounts(vault, host.merchant));
      const context = await browse("profile", storage);
      const [page = await context.newPage()] = context.pages();
      const first = await device(page, host, "first");
      expect(await stores(frameOf(page))).toEqual({ local: true, database: true });
      // The controls: what the frame keeps is, or is not, what the vault's own pages find; likewise its cookies.
      const cookie = await frameOf(page).evaluate(() => {
        // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is for first parties.
        document.cookie = "control=kept; SameSite=None; Secure";
        return document.cookie;
      });
      expect(cookie).toBe(storage.thirdParties ? "control=kept" : "");
      await frameOf(page).evaluate(() => localStorage.setItem("control", "kept"));
      await page.goto(`${vault.origin}/frame/?merchant=${host.merchant}`);
      expect(await page.evaluate(() => localStorage.getItem("control"))).toBe(storage.partitioned ? null : "kept");

      expect(await device(page, host, "second")).toBe(first);
      await context.close();
    });
  }

  test("that the browser refuses, each visit has a fresh key and is paid all the same, under all headers, too", async ({
    vault,
    host,
  }) => {
    const headers = restrictions["all of them"]?.headers(vault.origin, ["camera", "storage-access"]);
    host.serve('<div id="card"></div>', mounts(vault, host.merchant), headers);
    const context = await browse("profile", { cookies: cookies.blocked, thirdParties: false, partitioned: true });
    const [page = await context.newPage()] = context.pages();
    const first = await device(page, host, "refused-1");
    expect(await stores(frameOf(page))).toEqual({ local: false, database: false });
    expect(await page.evaluate(refusesStrings)).toBe(true);
    expect(await device(page, host, "refused-2")).not.toBe(first);
    await context.close();
  });
});

test.describe("in a sandbox", () => {
  test("that leaves the page its origin, a card is sealed", async ({ vault, host, page }) => {
    host.serve('<div id="card"></div>', mounts(vault, host.merchant));
    await page.goto(host.surround('sandbox="allow-scripts allow-same-origin allow-forms"'));
    const inner = await framed(page);
    await expect.poll(() => events(inner)).toEqual([["ready", undefined]]);
    // The control: what the sandbox does not allow, here a dialogue, does not come up.
    expect(await inner.evaluate(() => [origin, confirm("?")])).toEqual([host.origin, false]);
    const frame = inner.childFrames()[0] as Frame;
    await frame.locator("#number").pressSequentially(approvedCard.number);
    await frame.locator("#expiry").pressSequentially(approvedCard.expiry);
    await frame.locator("#code").pressSequentially(approvedCard.code);
    expect(await tokenize(inner, await host.order("sandbox"))).toMatchObject({ ok: true, last4: "4242" });
  });

  test("that takes the page's origin away, the cause is named at once", async ({ vault, host, page }) => {
    host.serve('<div id="card"></div>', mounts(vault, host.merchant));
    await page.goto(host.surround('sandbox="allow-scripts allow-forms"'));
    const inner = await framed(page);
    await expect.poll(() => events(inner), { timeout: 1000 }).toEqual([["loaderror", "origin"]]);
    expect(await inner.evaluate(() => origin)).toBe("null");
    expect(await tokenize(inner, await host.order("null"))).toMatchObject({
      ok: false,
      error: { code: "origin_refused" },
    });
    await expect(page.frameLocator("iframe").locator("iframe")).toHaveCount(0);
  });
});

async function visit(page: Page, host: Host): Promise<Visit> {
  const asked = page.waitForRequest(`${host.origin}/main.js`);
  await page.goto(host.origin);
  return { page, script: await asked };
}

/** The site's page in the frame of another, when its script has run. */
async function framed(page: Page): Promise<Frame> {
  const inner = page.frames()[1] as Frame;
  await expect.poll(() => inner.evaluate(() => Boolean(window.events))).toBe(true);
  return inner;
}

/** The features that a Permissions-Policy is about: all that the browser knows, and those that the page may use. */
async function features(page: Page): Promise<{ known: string[]; allowed: string[] }> {
  const told = await page.evaluate(() => {
    const { featurePolicy } = document as unknown as {
      featurePolicy?: { features(): string[]; allowedFeatures(): string[] };
    };
    return featurePolicy && { known: featurePolicy.features(), allowed: featurePolicy.allowedFeatures() };
  });
  // A browser without the policy does not say what it knows, and is sent the header all the same.
  return told ?? { known: common, allowed: [] };
}

const common =
  "accelerometer autoplay camera fullscreen geolocation gyroscope hid microphone midi payment serial usb web-share".split(
    " ",
  );

const denying = (features: string[]) => features.map((name) => `${name}=()`).join(", ");

/** In the page: whether a string is refused where only a trusted type may stand, and no policy can be made. */
function refusesStrings(): boolean {
  const throws = (act: () => unknown) => {
    try {
      act();
      return false;
    } catch {
      return true;
    }
  };
  const { trustedTypes } = window as unknown as {
    trustedTypes: { createPolicy(name: string, rules: object): unknown };
  };
  return (
    throws(() => {
      document.createElement("div").innerHTML = "<b>text</b>";
    }) && throws(() => trustedTypes.createPolicy("mine", {}))
  );
}

/** In the page: whether inline script, inline style and frames of others are all refused. */
async function runsNothingInline(): Promise<boolean> {
  const button = document.createElement("button");
  try {
    button.setAttribute("onclick", "this.title = 'ran'");
  } catch {
    // Trusted types forbid it, where they are required.
  }
  button.setAttribute("style", "position: fixed");
  document.body.append(button);
  button.click();
  const blocked = new Promise<boolean>((resolve) => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
      if (effectiveDirective === "frame-src") resolve(true);
    });
    setTimeout(resolve, 1000, false);
  });
  const frame = document.createElement("iframe");
  frame.src = "data:text/html,";
  document.body.append(frame);
  return button.title === "" && getComputedStyle(button).position === "static" && (await blocked);
}
