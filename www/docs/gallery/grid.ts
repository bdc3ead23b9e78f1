import type { Field } from "cardseal";
import { foreseeHeight } from "../../../pkg/src/height.js";
import { Specimen } from "../specimen/specimen.ts";
import { type Exhibit, themes } from "./exhibits.ts";

/** How far outside of what is seen fields are mounted, so that they are there when they are scrolled to. */
const AHEAD = "800px";
/** How many load at the same time. */
const AT_ONCE = 4;
/** What is on both sides of an exhibit, in pixels. */
const PADDING = 18;

/**
 * Shows exhibits in `place`, each once it is nearly seen, and takes those that are far away out again: a phone has not the
 * memory for all at once. Returns what ends it.
 */
export function showExhibits(place: Element, exhibits: readonly Exhibit[]): () => void {
  const rooms = new Map(exhibits.map((exhibit) => [place.appendChild(frameOf(exhibit)), new Room(exhibit)]));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const stand = target.lastElementChild as HTMLElement;
        if (isIntersecting) rooms.get(target as HTMLElement)?.open(stand);
        else rooms.get(target as HTMLElement)?.close(stand);
      }
    },
    { rootMargin: AHEAD },
  );
  for (const [figure, { exhibit }] of rooms) {
    // The place is kept, so that nothing moves when the fields come.
    const stand = figure.lastElementChild as HTMLElement;
    stand.style.minHeight = `${foreseeHeight(exhibit.options, stand.clientWidth - PADDING) + PADDING}px`;
    observer.observe(figure);
  }
  return () => {
    observer.disconnect();
    for (const [figure, room] of rooms) room.close(figure.lastElementChild as HTMLElement);
    place.replaceChildren();
  };
}

function frameOf({ title, options }: Exhibit): HTMLElement {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const stand = document.createElement("div");
  figure.className = "exhibit";
  caption.textContent = title;
  stand.className = "stand";
  stand.dataset.ground = themes[options.appearance?.theme ?? "auto"];
  figure.append(caption, stand);
  return figure;
}

/** One exhibit: there while it is open. */
class Room {
  readonly exhibit: Exhibit;
  #isOpen = false;
  #work: Promise<Specimen | undefined> = Promise.resolve(undefined);

  constructor(exhibit: Exhibit) {
    this.exhibit = exhibit;
  }

  open(stand: HTMLElement): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    // After what is under way, so that quick scrolling leaves nothing behind.
    this.#work = this.#work.then(() => inTurn(() => this.#show(stand)));
  }

  async #show(stand: HTMLElement): Promise<Specimen | undefined> {
    if (!this.#isOpen) return undefined;
    try {
      const specimen = await Specimen.mount(stand, this.exhibit.options);
      stand.style.minHeight = "";
      pose(specimen, this.exhibit);
      stand.dataset.shown = "";
      return specimen;
    } catch (cause) {
      stand.textContent = `These card fields did not load: ${(cause as Error).message}`;
      return undefined;
    }
  }

  close(stand: HTMLElement): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#work = this.#work.then((specimen) => {
      stand.style.minHeight = `${stand.offsetHeight}px`;
      delete stand.dataset.shown;
      specimen?.close();
      return undefined;
    });
  }
}

let loading = 0;
const waiting: (() => void)[] = [];

/** Loads no more than {@link AT_ONCE}: all at once, none would be there in time. */
async function inTurn<T>(load: () => Promise<T>): Promise<T> {
  while (loading >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  loading += 1;
  try {
    return await load();
  } finally {
    loading -= 1;
    waiting.shift()?.();
  }
}

/** Brings an exhibit into its state. */
function pose(specimen: Specimen, { typed = {}, isTyping, pretended, opened, isLoading }: Exhibit): void {
  for (const [field, text] of Object.entries(typed) as [Field, string][]) {
    specimen.fill(field, text);
    if (!isTyping) specimen.leave(field);
  }
  if (pretended) specimen.pretend(pretended.state, pretended.selector);
  if (opened) specimen.document.querySelector<HTMLElement>(".help")?.click();
  if (isLoading) {
    const { documentElement, body } = specimen.document;
    // Nothing has a height while it loads; a shop's page keeps the place of the fields free.
    body.style.minHeight = `${body.offsetHeight}px`;
    documentElement.classList.add("loading");
  }
}
