/**
 * Card fields as a React component, for React 18 and 19. On a server it renders an empty container.
 *
 * @packageDocumentation
 */
import {
  type CSSProperties,
  createContext,
  createElement,
  type ForwardRefExoticComponent,
  forwardRef,
  type ReactElement,
  type ReactNode,
  type RefAttributes,
  useCallback,
  useContext,
  useEffect,
  useImperativeHandle,
  useInsertionEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { type CardHandle, type CardProps, type CardSnapshot, ComponentBinding, NOTHING } from "../component-binding.js";
import { type Cardseal, type LoadOptions, loadCardseal } from "../load.js";
import type { CardEvents } from "../types.js";

export type { CardHandle, CardProps, CardSnapshot } from "../component-binding.js";

/** A listener for each event of the card. The newest is called, so a function made in each render is fine. */
export type CardListeners = {
  [Type in keyof CardEvents as Type extends "loaderror" ? "onLoadError" : `on${Capitalize<Type>}`]?:
    | ((event: CardEvents[Type]) => void)
    | undefined;
};

/** What {@link useCard} takes: the card's options and listeners, all of which may change. */
export type UseCardProps = CardProps & CardListeners;

/** What {@link CardElement} takes: what `useCard` does, and what its container is to be given. */
export interface CardElementProps extends CardProps, CardListeners {
  /** Of the `div`. */
  id?: string | undefined;
  /** Of the `div`. */
  className?: string | undefined;
  /** Of the `div`. */
  style?: CSSProperties | undefined;
  [attribute: `data-${string}` | `aria-${string}`]: unknown;
}

/** A card, where it is shown, and what is known of it. */
export interface Card extends CardHandle, CardSnapshot {
  /** For the element that is to hold the fields: `<div ref={card.ref} />`. Always the same function. */
  readonly ref: (node: Element | null) => void;
}

const Settings = /* @__PURE__ */ createContext<LoadOptions | undefined>(undefined);

/** Says which vault and merchant the card elements below are for. */
export function CardsealProvider({ options, children }: { options: LoadOptions; children?: ReactNode }): ReactElement {
  return createElement(Settings.Provider, { value: options }, children);
}

/**
 * Access to the vault of the nearest provider, for what the components here do not cover; `null` on a server and until
 * the first effect has run.
 */
export function useCardseal(): Cardseal | null {
  const options = useSettings();
  const key = JSON.stringify(options);
  const [cardseal, setCardseal] = useState<Cardseal | null>(null);
  useEffect(() => {
    let current = true;
    loadCardseal(JSON.parse(key)).then((loaded) => {
      if (current) setCardseal(loaded);
    });
    return () => {
      current = false;
    };
  }, [key]);
  return cardseal;
}

/**
 * A card for an element of your own, with what is known of it: the component renders again with each change of that.
 *
 * Options that change are given to the fields where they are; the fields are made anew only for another vault or merchant.
 */
export function useCard(props: UseCardProps = {}): Card {
  const { binding, handle } = useBinding(props);
  const snapshot = useSyncExternalStore(
    binding.watch,
    () => binding.snapshot,
    () => NOTHING,
  );
  return useMemo(() => ({ ...handle, ...snapshot }), [handle, snapshot]);
}

/** The card fields in a `div`. Its `ref` is a {@link CardHandle}, on which `tokenize` is called. */
export const CardElement: ForwardRefExoticComponent<CardElementProps & RefAttributes<CardHandle>> =
  /* @__PURE__ */ forwardRef<CardHandle, CardElementProps>(function CardElement(props, forwarded) {
    const attributes: Record<string, unknown> = {};
    const rest: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(props)) {
      const isAttribute = /^(id|className|style)$|-/.test(name);
      (isAttribute ? attributes : rest)[name] = value;
    }
    const { handle } = useBinding(rest);
    useImperativeHandle(forwarded, () => handle, [handle]);
    return createElement("div", { ...attributes, ref: handle.ref });
  });

function useSettings(): LoadOptions {
  const settings = useContext(Settings);
  if (!settings) throw new Error("cardseal: there is no <CardsealProvider> around this component");
  return settings;
}

/** A binding that lives as long as the component's effects. */
function useBinding(props: UseCardProps) {
  const settings = useSettings();
  const newest = useRef({ settings, ...split(props) });
  // Before any ref is attached and any effect has run, and without a warning on a server.
  useInsertionEffect(() => {
    newest.current = { settings, ...split(props) };
  });

  const [binding] = useState(() => new ComponentBinding((type, event) => newest.current.listeners[type]?.(event)));
  const place = useRef<Element | null>(null);
  const bind = useCallback(() => {
    if (place.current) binding.bind(place.current, newest.current.settings, newest.current.options);
  }, [binding]);
  const ref = useCallback(
    (node: Element | null) => {
      place.current = node;
      if (node) bind();
      else binding.leave();
    },
    [binding, bind],
  );
  useEffect(bind);
  useEffect(() => binding.release, [binding]);

  const { tokenize, clear, focus, reload } = binding;
  const handle = useMemo(() => ({ ref, tokenize, clear, focus, reload }), [ref, tokenize, clear, focus, reload]);
  return { binding, handle };
}

/** Listeners, by the type of their event, and options. */
function split(props: UseCardProps) {
  const listeners: Record<string, ((event: unknown) => void) | undefined> = {};
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(props)) {
    if (/^on[A-Z]/.test(name)) listeners[name.slice(2).toLowerCase()] = value as () => void;
    else options[name] = value;
  }
  return { listeners, options: options as CardProps };
}
