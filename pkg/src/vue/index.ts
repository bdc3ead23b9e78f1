/**
 * Card fields as a Vue 3 component. On a server it renders an empty container.
 *
 * @packageDocumentation
 */
import {
  defineComponent,
  h,
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  onActivated,
  onBeforeUnmount,
  onDeactivated,
  type PropType,
  provide,
  type ShallowRef,
  shallowRef,
  toValue,
  watchEffect,
} from "vue";
import {
  type CardHandle,
  type CardProps,
  type CardSnapshot,
  ComponentBinding,
  NOTHING,
  type Sink,
} from "../component-binding.js";
import { types } from "../listeners.js";
import type { LoadOptions } from "../load.js";
import type { CardEvents } from "../types.js";

export type { CardHandle, CardProps, CardSnapshot } from "../component-binding.js";

/** A listener for each event of the card. */
export type CardListeners = {
  [Type in keyof CardEvents as `on${Capitalize<Type>}`]?: ((event: CardEvents[Type]) => void) | undefined;
};

/** A card, where it is shown, and what is known of it. */
export interface Card extends CardHandle {
  /** The template ref of the element that is to hold the fields. */
  readonly element: ShallowRef<Element | null>;
  /** What is known of the card. */
  readonly snapshot: Readonly<ShallowRef<CardSnapshot>>;
}

const key: InjectionKey<MaybeRefOrGetter<LoadOptions>> = /* @__PURE__ */ Symbol("cardseal");

/** A plugin for `app.use`, which says which vault and merchant the card elements of the app are for. */
export function createCardseal(settings: MaybeRefOrGetter<LoadOptions>) {
  return {
    install: (app: { provide(name: typeof key, value: typeof settings): unknown }) => void app.provide(key, settings),
  };
}

/** Says the same for the components below this one; for `setup`. */
export function provideCardseal(settings: MaybeRefOrGetter<LoadOptions>): void {
  provide(key, settings);
}

/**
 * A card for an element of your own. Options may be a ref or a function that reads what may change; they are given to the
 * fields where they are. Within `<KeepAlive>` the fields are taken away and put back empty: a frame that leaves the
 * document loses what was typed.
 */
export function useCard(options: MaybeRefOrGetter<CardProps> = {}, listeners: CardListeners = {}): Card {
  const called = new Map(Object.entries(listeners).map(([name, listener]) => [name.slice(2).toLowerCase(), listener]));
  return makeCard(options, (type, event) => called.get(type)?.(event as never));
}

/** The card fields in a `div`. Its template ref is a {@link CardHandle}, on which `tokenize` is called. */
export const CardElement = /* @__PURE__ */ defineComponent({
  name: "CardElement",
  props: {
    /** The card's options. */
    options: Object as PropType<CardProps>,
  },
  emits: types as unknown as { [Type in keyof CardEvents]: (event: CardEvents[Type]) => void },
  setup(props, { emit, expose }) {
    const { element, tokenize, clear, focus, reload } = makeCard(
      () => props.options ?? {},
      (type, event) => emit(type as "change", event as CardEvents["change"]),
    );
    expose({ tokenize, clear, focus, reload } satisfies CardHandle);
    return () => h("div", { ref: element });
  },
});

function makeCard(options: MaybeRefOrGetter<CardProps>, sink: Sink): Card {
  const settings = inject(key);
  if (!settings)
    throw new Error("cardseal: neither createCardseal nor provideCardseal was called above this component");
  const binding = new ComponentBinding(sink);
  const element = shallowRef<Element | null>(null);
  const snapshot = shallowRef(NOTHING);
  binding.watch(() => {
    snapshot.value = binding.snapshot;
  });
  let active = true;
  const bind = () => {
    const node = element.value;
    if (node && active) binding.bind(node, toValue(settings), toValue(options));
    else binding.release();
  };
  // Never on a server, where nothing is run after rendering.
  watchEffect(bind, { flush: "post" });
  onActivated(() => {
    active = true;
    bind();
  });
  onDeactivated(() => {
    active = false;
    bind();
  });
  onBeforeUnmount(binding.release);
  const { tokenize, clear, focus, reload } = binding;
  return { element, snapshot, tokenize, clear, focus, reload };
}
