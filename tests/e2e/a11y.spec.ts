import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { CardOptions } from "cardseal";
import { expect, type Styled, test } from "./styled.ts";

// axe-core in the frame, in every theme, layout, direction and state, contrast of colours included.

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const themes = ["plain", "outline", "night"] as const;
const layouts: CardOptions["layout"][] = [
  "line",
  "rows",
  "stacked",
  { areas: ["number number", "code expiry", "name name", "country postalCode"] },
];

/** Runs axe in the frame as it is, and gives what it found, in short. */
async function violations(styled: Styled): Promise<string[]> {
  const { violations, passes } = await styled.frame.evaluate(async () => {
    // The transition of a field's ground would be measured halfway.
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
    const { axe } = window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } };
    // Rules about whole pages are for the page around the frame.
    return axe.run({
      resultTypes: ["violations"],
      rules: {
        region: { enabled: false },
        "page-has-heading-one": { enabled: false },
        "landmark-one-main": { enabled: false },
      },
    });
  });
  expect(
    passes.some(({ id }) => id === "color-contrast"),
    "contrast was measured",
  ).toBe(true);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${target} ${any[0]?.message ?? ""}`),
  );
}

test("axe finds nothing in any theme, layout, direction and state, and a planted violation", async ({
  styled,
  browserName,
}) => {
  test.setTimeout(240_000);
  test.skip(browserName !== "chromium", "what axe reads is the same in every browser");
  await styled.open({ cardholder: true, country: true, postalCode: true, defaultCountry: "DE" });
  // The frame's own policy allows no script of another's: this one comes in by the debugger's door.
  await styled.frame.evaluate(axe);
  const order = await styled.order();
  const number = styled.frame.locator("#number");
  const states: Record<string, () => Promise<void>> = {
    empty: async () => undefined,
    "with a total, help open": async () => {
      await styled.frame.locator(".help").click();
      await styled.update({ showTotal: true, order });
      await expect(styled.frame.locator(".amount")).toHaveText(/42\.00/);
    },
    "a field focused": () => number.focus(),
    "with problems": async () => {
      await number.fill("4242");
      await styled.frame.locator("#expiry").fill("01/20");
      await styled.frame.locator("#code").focus();
      await styled.frame.locator("#name").focus();
      await expect(styled.frame.locator(".problem:visible")).not.toHaveCount(0);
    },
    complete: async () => {
      for (const [field, value] of Object.entries({
        number: "4242424242424242",
        expiry: "12/34",
        code: "123",
        name: "Ada Lovelace",
        postalCode: "10115",
      })) {
        await styled.frame.locator(`#${field}`).fill(value);
      }
      await expect(styled.frame.locator(".complete:visible")).toHaveCount(6);
    },
  };
  const found: string[] = [];
  for (const [state, reach] of Object.entries(states)) {
    await reach();
    for (const theme of themes) {
      for (const layout of layouts) {
        await styled.update({ appearance: { theme }, layout: layout as NonNullable<typeof layout> });
        for (const dir of ["ltr", "rtl"]) {
          // Direction is no part of how axe judges contrast or names: once a theme and state is enough.
          if (dir === "rtl" && layout !== "rows") continue;
          await styled.frame.evaluate((dir) => document.documentElement.setAttribute("dir", dir), dir);
          found.push(
            ...(await violations(styled)).map(
              (text) => `${state}, ${theme}, ${JSON.stringify(layout)}, ${dir}: ${text}`,
            ),
          );
        }
      }
    }
  }
  expect(found).toEqual([]);
  expect(await styled.refused()).toEqual([]);

  // The control: labels too pale to be read, and an input without a name, are found.
  await styled.update({ appearance: { theme: "plain", rules: { label: { color: "#ccc" } } } });
  await styled.frame.locator("#expiry").evaluate((input) => {
    for (const name of ["id", "placeholder"]) input.removeAttribute(name);
  });
  const planted = await violations(styled);
  expect(planted.some((text) => text.startsWith("color-contrast: label"))).toBe(true);
  expect(planted.some((text) => text.startsWith("label: "))).toBe(true);
});

test("what becomes of the card is said by a button of the keyboard's too", async ({ styled, page }) => {
  await styled.open();
  const button = styled.frame.getByRole("button", { name: "How your card is protected" });
  await styled.frame.locator("#code").focus();
  await page.keyboard.press("Tab");
  await expect(button).toBeFocused();
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("Space");
  await expect(button).toHaveAttribute("aria-expanded", "true");
  await expect(styled.frame.getByText("the shop never sees it")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await expect(styled.frame.getByText("the shop never sees it")).toBeHidden();
});

test("the picture and its words say where the code of this card is", async ({ styled }) => {
  await styled.open();
  const code = styled.frame.getByRole("textbox", { name: "Security code" });
  await expect(code).toHaveAccessibleDescription(/3 digits on the back of your card/);
  await expect(styled.frame.locator(".place use")).toHaveAttribute("href", "#code-back");
  await styled.frame.locator("#number").pressSequentially("3782");
  await expect(code).toHaveAccessibleDescription(/4 digits on the front of your card/);
  await expect(styled.frame.locator(".place use")).toHaveAttribute("href", "#code-front");
});

test("in right-to-left scripts fields begin at the right, and numbers still run from the left", async ({ styled }) => {
  await styled.open({ layout: "rows" });
  const at = async (selector: string) =>
    (await styled.frame.locator(selector).boundingBox()) as { x: number; width: number };
  const ltr = await Promise.all(["[data-field=expiry]", "[data-field=code]"].map(at));
  expect(ltr[0]?.x).toBeLessThan(ltr[1]?.x ?? 0);
  await styled.frame.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  const [expiry, code, mark] = await Promise.all(
    ["[data-field=expiry]", "[data-field=code]", ".mark >> nth=0"].map(at),
  );
  expect(expiry?.x).toBeGreaterThan(code?.x ?? 0);
  expect(mark?.x).toBeLessThan((code?.x ?? 0) + 30);
  expect(await styled.style("#number", "direction")).toBe("ltr");
  expect(await styled.style("#number", "text-align")).toBe("right");
});
