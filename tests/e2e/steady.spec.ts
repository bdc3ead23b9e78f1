import type { CardElement, CardOptions } from "cardseal";
import { expect, test } from "./styled.ts";

// Nothing on the page moves from mount to ready, nor when a problem is shown, however the card form looks, and nothing in the
// form sideways.

const looks: Record<string, CardOptions> = {
  "by default": {},
  "with a total and a name": { showTotal: true, cardholder: true },
  "in a line": { layout: "line" },
  "with an address": { country: true, postalCode: true, layout: "line" },
  "stacked, in boxes": { layout: "stacked", appearance: { theme: "outline" }, showTotal: true },
  "in areas and measures of its own": {
    layout: { areas: ["number number", ". code", "expiry code"] },
    appearance: { theme: "outline", variables: { spacing: "6px", fieldHeight: "72px", fontSize: "20px" } },
  },
};

for (const [name, options] of Object.entries(looks)) {
  for (const width of [320, 1280]) {
    test(`the page does not shift while the fields load, ${name}, ${width} wide`, async ({
      styled,
      page,
      browserName,
    }) => {
      test.skip(browserName !== "chromium", "only Chromium reports layout shifts");
      await page.setViewportSize({ width, height: 800 });
      await styled.open({ ...options, ...(options.showTotal ? { order: await styled.order() } : {}) });
      const needed = await styled.frame.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height));
      expect(await styled.foreseen()).toBe(needed);
      expect(await styled.shifts()).toEqual([]);
      const overflow = await styled.frame.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, "the fields scroll sideways").toBe(0);

      // A problem takes the place of the words beside the lock, and moves nothing.
      const below = async () => (await page.locator("#below").boundingBox())?.y ?? 0;
      const before = await below();
      await styled.frame.locator("#number").pressSequentially("4242");
      await styled.frame.locator("#number").press("Tab");
      await expect(styled.frame.locator("#number-problem")).toBeVisible();
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
      expect(await below()).toBe(before);
      expect(await styled.shifts()).toEqual([]);
      // The control: a second pushes what is below it down, and nothing else, and this shift is seen, as others would have been.
      const top = await page.locator("iframe").boundingBox();
      await styled.frame.locator("#expiry").pressSequentially("1");
      await styled.frame.locator("#expiry").press("Tab");
      await expect.poll(below).toBeGreaterThan(before);
      expect((await page.locator("iframe").boundingBox())?.y).toBe(top?.y);
      await expect.poll(async () => (await styled.shifts()).length).toBeGreaterThan(0);
    });
  }
}

test("fields that are mounted again take the place of those before, empty, and nothing moves", async ({
  styled,
  page,
  browserName,
}) => {
  test.skip(browserName !== "chromium", "only Chromium reports layout shifts");
  await styled.open();
  await styled.frame.locator("#number").pressSequentially("4242");
  const seen = await page.evaluate(async () => {
    const card = (window as unknown as { card: CardElement }).card;
    const iframes = () => [...document.querySelectorAll("iframe")];
    const counts = new Set<number>();
    let isReady = false;
    card.on("ready", () => {
      isReady = true;
    });
    card.mount("#card");
    const loading = iframes().length;
    while (!isReady) {
      counts.add(iframes().filter((iframe) => iframe.checkVisibility()).length);
      await new Promise(requestAnimationFrame);
    }
    return { loading, counts: [...counts], ready: iframes().length };
  });
  // The one before is removed last, and is not seen until then.
  expect(seen).toEqual({ loading: 2, counts: [1], ready: 1 });
  await expect.poll(() => page.frames().length).toBe(2);
  await expect(styled.frame.locator("#number")).toHaveValue("");
  expect(await styled.shifts()).toEqual([]);
});

test("at 400 % zoom nothing is cut off sideways", async ({ styled, page }) => {
  // 1280 pixels of a screen at 400 % are 320 CSS pixels; the frame has what the page's margins leave of them.
  await page.setViewportSize({ width: 320, height: 256 });
  await styled.open({ showTotal: true, order: await styled.order(), cardholder: true });
  for (const theme of ["plain", "outline", "night"] as const) {
    for (const layout of ["line", "rows", "stacked"] as const) {
      await styled.update({ appearance: { theme }, layout });
      const cut = await styled.frame.evaluate(() =>
        [...document.querySelectorAll("label, .payee, .amount, .help span, p")]
          .filter((element) => element.checkVisibility() && !element.matches(".unseen"))
          .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
          .map((element) => element.textContent),
      );
      expect(cut, `${theme}, ${layout}`).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      ).toBe(0);
    }
  }
});
