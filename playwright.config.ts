import { readFileSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The one list of how Chromium is started here; wasm-pack's tests read it too.
const webdriver = readFileSync(new URL("webdriver.json", import.meta.url), "utf8");
const { binary, args } = JSON.parse(webdriver)["goog:chromeOptions"];

/** End-to-end tests: a real browser, the built vault, shop and package. Each test starts a vault and a shop of its own. */
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: true,
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 900 },
    trace: "retain-on-failure",
    launchOptions: { executablePath: process.env.CHROMIUM ?? binary, args },
  },
});
