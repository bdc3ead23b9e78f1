import { mkdir } from "node:fs/promises";
import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Project, type ProjectName, projects, runOffline } from "./project.ts";

// The packed package in fresh projects, each as its framework's own starter makes it, built for production: each pays.

const test = base.extend<{ build: (name: ProjectName) => Promise<Project> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
  build: async ({}, use, testInfo) => {
    const built: Project[] = [];
    await use(async (name) => {
      const project = await Project.build(name);
      built.push(project);
      return project;
    });
    for (const project of built) {
      await project.stop();
      if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach("server.log", { body: project.log });
    }
  },
});

/** Those whose page is rendered on the server. */
const rendered: ProjectName[] = ["next", "nuxt", "sveltekit"];

test.describe.configure({ timeout: 240_000 });

for (const name of projects) {
  test(`${name}: the built project pays`, async ({ build, vault, page }) => {
    const project = await build(name);
    await project.serve(vault);
    const problems: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));

    const html = await (await page.request.get(project.origin)).text();
    if (rendered.includes(name)) {
      // The container and what is around it, and the order with its three parts, from the server.
      expect(html).toMatch(/<div id="card"[^>]*>(<!--.*?-->)?<\/div>/);
      expect(html).toMatch(/<button id="pay"[^>]* disabled[^>]*>Pay (<!-- -->)?€42\.00/);
    }
    expect(html).not.toContain("<iframe");
    await page.goto(project.origin);
    await expect(page.locator("#pay")).toBeEnabled();
    await expect(page.locator("#pay")).toHaveText("Pay €42.00");
    await new Checkout(page).type(approvedCard);
    await page.locator("#pay").click();
    await expect(page.locator("#outcome")).toHaveText("approved 4242");
    expect([...(await vault.ledger()).values()]).toEqual([{ tokens: 1, approved: 1 }]);
    expect(problems).toEqual([]);
  });
}

test("plain: a file that is not what was published is not run", async ({ build, vault, page }) => {
  const project = await build("plain");
  await project.serve(vault);
  const problems: string[] = [];
  page.on("console", (message) => problems.push(message.text()));
  // One that no script element names: only the import map says what it must be.
  const file = "**/node_modules/cardseal/dist/shared/load.js";
  await page.route(file, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\nskim();` });
  });
  await page.goto(project.origin);
  await expect.poll(() => problems.join()).toContain("integrity");
  await expect(page.locator("iframe")).toHaveCount(0);

  await page.unroute(file);
  await page.goto(project.origin);
  await expect(page.locator("#pay")).toBeEnabled();
});

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs.
test("a build that asks a host for something is found", async ({}, { outputDir }) => {
  await mkdir(outputDir, { recursive: true });
  const node = (script: string) => runOffline(outputDir, process.execPath, "--eval", script);
  await node('console.log("nothing is asked")');
  await node('fetch("http://localhost:1").catch(() => {})');
  const quiet = "catch(() => {})";
  for (const address of ["https://fonts.example/a.woff2", "http://192.0.2.1/telemetry"]) {
    await expect(node(`fetch("${address}").${quiet}`), address).rejects.toThrow(new URL(address).hostname);
  }
  await expect(node('require("net").connect(443, "binaries.example")')).rejects.toThrow("asked binaries.example");
});
