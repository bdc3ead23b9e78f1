import { approvedCard, Checkout } from "./checkout.ts";
import { test as base, expect } from "./fixtures.ts";
import { Project, type ProjectName, projects } from "./project.ts";

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
