import type { CardOptions } from "../src/types.js";
import { members, Refusal } from "./refusal.js";

/** Puts the fields where the page asks for; throws a {@link Refusal}, and then they stay where they are. */
export function arrange({ cardholder, country, layout = "rows", postalCode }: CardOptions): void {
  const cells = document.querySelector<HTMLElement>(".cells") as HTMLElement;
  if (layout === "line" || layout === "rows" || layout === "stacked") {
    place(cells, layout, "", "");
    return;
  }
  const given = Object.fromEntries(members(layout, "layout", ["areas", "columns"]));
  const rows = words(given.areas, "layout.areas", 8).map((row) => row.split(" "));
  const width = rows[0]?.length ?? 0;
  // Each field that is asked for, once: the browser refuses areas that are no rectangles.
  const optional = { name: cardholder, country, postalCode };
  const asked = ["number", "expiry", "code", ...Object.entries(optional).flatMap(([name, on]) => (on ? name : []))];
  const placed = new Set(rows.flat());
  placed.delete(".");
  const areas = rows.map((row) => `"${row.join(" ")}"`).join(" ");
  const isWhole = placed.size === asked.length && asked.every((field) => placed.has(field));
  if (!isWhole || width > 4 || !CSS.supports("grid-template-areas", areas)) throw new Refusal("layout.areas");
  const columns = given.columns === undefined ? rows[0]?.map(() => "1fr") : words(given.columns, "layout.columns", 4);
  if (columns?.length !== width) throw new Refusal("layout.columns");
  const tracks = columns.map((text) => {
    if (!/^(?=.*[1-9])\d{1,3}(\.\d{1,3})?(fr|px)$/.test(text)) throw new Refusal("layout.columns");
    return `minmax(0,${text})`;
  });
  place(cells, "areas", areas, tracks.join(" "));
}

function place(cells: HTMLElement, name: string, areas: string, columns: string): void {
  cells.dataset.layout = name;
  cells.style.setProperty("grid-template-areas", areas);
  cells.style.setProperty("grid-template-columns", columns);
}

function words(value: unknown, path: string, most: number): string[] {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= most;
  if (!isList || !value.every((word) => typeof word === "string")) throw new Refusal(path);
  return value;
}
