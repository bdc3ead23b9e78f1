import type { Card } from "cardseal/svelte";
import { flushSync, mount } from "svelte";
import { writable } from "svelte/store";
import { container } from "./page.ts";
import Stage from "./Stage.svelte";

window.heard = [];
let rendering = 1;
let card: Card | undefined;
const props = writable({
  shown: false,
  both: new URLSearchParams(location.search).has("both"),
  options: {} as { labels?: { number: string } },
});
mount(Stage, {
  target: container(),
  props: {
    props,
    heard: (type: "ready") => window.heard.push([type, rendering]),
    expose: (made: Card) => {
      card = made;
    },
  },
});

function set(changed: Partial<{ shown: boolean; options: { labels?: { number: string } } }>) {
  flushSync(() => props.update((before) => ({ ...before, ...changed })));
}

window.fields = {
  mount: () => set({ shown: true }),
  unmount: () => set({ shown: false }),
  render(options) {
    rendering += 1;
    set({ options: options ?? {} });
  },
  tokenize: async (order) => {
    if (!card) throw new Error("there is no card");
    return card.tokenize({ order });
  },
};
