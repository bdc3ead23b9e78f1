import type { CardOptions } from "./types.js";

/**
 * The height that the frame will need, in CSS pixels, so that nothing moves when it has loaded: frame.css adds up to it.
 * Where a page's rules make fields higher than `fieldHeight`, the frame's own word corrects it.
 */
export function foreseeHeight(options: CardOptions, width: number): number {
  const { appearance: { theme, variables: { spacing = "14", fieldHeight = "60" } = {} } = {}, layout } = options;
  const { cardholder = false, country = false, postalCode = false, showTotal } = options;
  const gap = theme === "outline" ? parseFloat(spacing) : 0;
  const rows =
    (layout as { areas?: string[] } | undefined)?.areas?.length ??
    (layout === "stacked"
      ? 3 + Number(country) + Number(postalCode)
      : (layout === "line" && width > 479 ? 1 : 2) + Number(country || postalCode)) + Number(cardholder);
  return 44 - gap + rows * (parseFloat(fieldHeight) + gap) + (showTotal ? 41 + gap : 0);
}
