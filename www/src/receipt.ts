import type { Receipt } from "./api.js";
import { money } from "./basket.js";
import { element } from "./element.js";
import { brandName } from "./wording.js";

/** Fills the receipt of a paid order and returns its heading, to move the focus to. */
export function showReceipt(section: HTMLElement, receipt: Receipt, again: () => void): HTMLElement {
  const paidAt = new Date(receipt.paidAt * 1000);
  const heading = element("h2", { id: "receipt-title", tabindex: "-1" }, "Paid, thank you");
  const button = element("button", { type: "button", class: "again" }, "Start another order");
  button.addEventListener("click", again);
  section.replaceChildren(
    element(
      "header",
      {},
      element(
        "div",
        {},
        heading,
        element("p", {}, `${money(receipt.amount, receipt.currency)}. Your parcel leaves with the next mail plane.`),
      ),
      postmark(paidAt),
    ),
    facts({
      Card: `${brandName(receipt.brand)} ending in ${receipt.last4}`,
      Amount: money(receipt.amount, receipt.currency),
      "Authorisation code": receipt.authorizationCode,
      Order: receipt.order,
      Token: receipt.token,
    }),
    button,
  );
  section.hidden = false;
  return heading;
}

function facts(entries: Record<string, string>): HTMLElement {
  return element(
    "dl",
    {},
    ...Object.entries(entries).map(([term, fact]) =>
      element("div", {}, element("dt", {}, term), element("dd", {}, fact)),
    ),
  );
}

/** A postmark with the day on it: decoration, so screen readers are not told. */
function postmark(date: Date): SVGSVGElement {
  const svg = svgElement("svg", { viewBox: "0 0 168 96", class: "postmark", "aria-hidden": "true" });
  const day = date.toLocaleDateString("en-GB", { day: "2-digit", month: "short", year: "numeric" }).toUpperCase();
  const ring = svgElement("g", { fill: "none", stroke: "currentColor" });
  ring.append(
    svgElement("circle", { cx: "48", cy: "48", r: "44", "stroke-width": "2.5" }),
    svgElement("circle", { cx: "48", cy: "48", r: "30", "stroke-width": "1.2" }),
    ...[28, 41, 54, 67].map((y) =>
      svgElement("path", { d: `M${y === 28 || y === 67 ? 90 : 94} ${y}q9-6 18 0t18 0 18 0 18 0`, "stroke-width": "2" }),
    ),
  );
  const arc = svgElement("path", { id: "postmark-arc", d: "M12.5 48a35.5 35.5 0 0 1 71 0", fill: "none" });
  const under = svgElement("path", { id: "postmark-under", d: "M8 48a40 40 0 0 0 80 0", fill: "none" });
  svg.append(arc, under, ring, around("postmark-arc", "PAR AVION"), around("postmark-under", "CARDSEAL"));
  svg.append(middle("PAID", 47, "15"), middle(day, 60, "7.5"));
  return svg;
}

function around(path: string, text: string): SVGElement {
  const along = svgElement("textPath", { href: `#${path}`, startOffset: "50%", "text-anchor": "middle" });
  along.append(text);
  const line = svgElement("text", { "font-size": "9.5", "letter-spacing": "1.5", fill: "currentColor" });
  line.append(along);
  return line;
}

function middle(text: string, y: number, size: string): SVGElement {
  const line = svgElement("text", {
    x: "48",
    y: String(y),
    "text-anchor": "middle",
    "font-size": size,
    fill: "currentColor",
  });
  line.append(text);
  return line;
}

function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
