import { readFileSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The one list of how Chromium is started here; wasm-pack's tests read it too.
const webdriver = readFileSync(new URL("webdriver.json", import.meta.url), "utf8");
const { binary, args } = JSON.parse(webdriver)["goog:chromeOptions"];

const chromium = {
  browserName: "chromium",
  launchOptions: { executablePath: process.env.CHROMIUM ?? binary, args },
} as const;

/** What has a project of its own. */
const others = /(webkit|projects|docs|gallery|editor)\.spec\.ts/;

/** What hangs on the package, the vault or the network more than on the browser. It takes as long in Firefox as all the rest. */
const sameEverywhere =
  /(compatibility|frameworks|hosts|integrity|javascript|outages|process|quick-start|readme|testing|trap|trust)\.spec\.ts/;

/** End-to-end tests: a real browser, the built vault, shop and package. Each test starts a vault and a shop of its own. */
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  snapshotPathTemplate: "{testDir}/{testFileName}-snapshots/{arg}{ext}",
  workers: 2,
  fullyParallel: true,
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  // Not with a trace, which takes half as long again: `--trace retain-on-failure` on the command line keeps it of what fails.
  use: { viewport: { width: 1280, height: 900 }, screenshot: "only-on-failure" },
  projects: [
    { name: "chromium", use: chromium, testIgnore: others },
    { name: "pack", testMatch: "projects.setup.ts" },
    { name: "projects", use: chromium, testMatch: "projects.spec.ts", dependencies: ["pack"] },
    // The documentation, as scripts/docs.sh built it.
    { name: "docs", use: chromium, testMatch: /(docs|editor)\.spec\.ts/ },
    // Compares pictures, so its letters are those of tests/e2e/letters, whatever the machine has.
    {
      name: "gallery",
      testMatch: "gallery.spec.ts",
      snapshotPathTemplate: "{testDir}/gallery/{arg}{ext}",
      expect: {
        // Many fields load at once.
        timeout: 30_000,
        toHaveScreenshot: { animations: "disabled", caret: "hide", scale: "css", threshold: 0.05, maxDiffPixels: 5 },
      },
      use: {
        ...chromium,
        deviceScaleFactor: 1,
        viewport: { width: 1280, height: 2000 },
        launchOptions: {
          ...chromium.launchOptions,
          args: [...args, "--font-render-hinting=none", "--force-color-profile=srgb", "--disable-lcd-text"],
          env: { ...process.env, FONTCONFIG_FILE: new URL("tests/e2e/letters/fonts.conf", import.meta.url).pathname },
        },
      },
    },
    // Starts no browser of Playwright's.
    { name: "webkit", use: chromium, testMatch: "webkit.spec.ts" },
    {
      name: "phone",
      testMatch: /(pay|typing|brands|address|languages|appearance)\.spec\.ts/,
      use: { ...chromium, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    },
    {
      name: "firefox",
      // What Firefox cannot do, or not by WebDriver BiDi, is left out test by test, each with its reason.
      testIgnore: process.env.CARDSEAL_FIREFOX === "all" ? others : [others, sameEverywhere],
      use: {
        browserName: "firefox",
        // The Firefox that people have, over WebDriver BiDi; Playwright's own is a patched one.
        channel: "moz-firefox",
        launchOptions: {
          executablePath: new URL("tests/e2e/firefox.mjs", import.meta.url).pathname,
          firefoxUserPrefs: {
            // Playwright's clicks and keys do not reach a frame that is in a process of its own.
            "fission.autostart": false,
            "fission.webContentIsolationStrategy": 0,
            "dom.events.testing.asyncClipboard": true,
          },
        },
      },
    },
  ],
});
