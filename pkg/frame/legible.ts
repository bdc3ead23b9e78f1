/** The least contrast of text that WCAG 2.2 asks for at level AA (1.4.3). */
const LEAST = 4.5;

/** Red, green, blue and alpha, each 0 to 1. */
type Colour = [number, number, number, number];

/** Whether an element's text stands out from what the frame paints behind it. */
export function isLegible(element: Element): boolean {
  // What the page paints behind the frame is not known here: white, or in the dark theme black.
  const night = document.documentElement.dataset.theme === "night";
  let ground: Colour = night ? [0, 0, 0, 1] : [1, 1, 1, 1];
  const grounds: Colour[] = [];
  for (let box: Element | null = element; box; box = box.parentElement) {
    grounds.unshift(read(getComputedStyle(box).backgroundColor));
  }
  for (const colour of grounds) ground = over(colour, ground);
  const text = over(read(getComputedStyle(element).color), ground);
  const [dark = 0, light = 0] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05) >= LEAST;
}

/** What was read, by notation: for each the browser has to compute a style anew. */
const known = new Map<string, Colour>();

/**
 * A colour in any notation, by way of color-mix(), which browsers give back as shares of red, green and blue. On the head,
 * of which nothing is shown: on the root, each would make the browser compute the whole document's styles.
 */
function read(colour: string): Colour {
  let shares = known.get(colour);
  if (!shares) {
    const { head } = document;
    head.style.color = `color-mix(in srgb, ${colour}, ${colour})`;
    const mixed = getComputedStyle(head).color;
    const [red = 0, green = 0, blue = 0, alpha = 1] = (mixed.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map((figure) =>
      Math.min(1, Math.max(0, Number(figure))),
    );
    shares = [red, green, blue, alpha];
    known.set(colour, shares);
  }
  return shares;
}

function over([red, green, blue, alpha]: Colour, ground: Colour): Colour {
  const mix = (share: number, below: number) => share * alpha + below * (1 - alpha);
  return [mix(red, ground[0]), mix(green, ground[1]), mix(blue, ground[2]), 1];
}

/** Relative luminance as WCAG defines it. */
function luminance([red, green, blue]: Colour): number {
  const linear = (share: number) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
