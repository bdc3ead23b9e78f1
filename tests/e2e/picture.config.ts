import config from "../../playwright.config.ts";

/** Takes the README's picture of the shop anew: npx playwright test --config tests/e2e/picture.config.ts */
export default { ...config, testDir: ".", outputDir: "../../test-results", testMatch: "picture.ts" };
