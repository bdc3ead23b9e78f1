import { CardElement, type CardHandle, createCardseal, useCard } from "cardseal/vue";
import { createApp, defineComponent, h, KeepAlive, nextTick, reactive, shallowRef } from "vue";
import { container } from "./page.ts";

window.heard = [];
const state = reactive({ shown: false, kept: false, rendering: 1, options: {} as { labels?: { number: string } } });
const handle = shallowRef<CardHandle | null>(null);

/** Uses the component. */
const Checkout = defineComponent({
  name: "CheckoutForm",
  setup() {
    const heard = (type: "ready" | "change" | "focus" | "blur" | "submit") => () => {
      window.heard.push([type, state.rendering]);
    };
    return () =>
      h(CardElement, {
        ref: handle,
        class: "card",
        "data-testid": "card",
        options: { ...state.options, placeholders: { code: "123" } },
        onReady: heard("ready"),
        onChange: heard("change"),
        onFocus: heard("focus"),
        onBlur: heard("blur"),
        onSubmit: heard("submit"),
      });
  },
});

/** Uses the composable, on an element of its own. */
const Composed = defineComponent({
  name: "ComposedForm",
  setup() {
    const { element, snapshot } = useCard({ cardholder: true });
    const text = () => (snapshot.value.ready ? (snapshot.value.state?.last4 ?? "ready") : "loading");
    return () => h("section", [h("div", { ref: element }), h("output", text())]);
  },
});

const params = new URLSearchParams(location.search);
createApp(() => [
  params.has("kept") ? h(KeepAlive, () => (state.shown ? h(Checkout) : null)) : state.shown ? h(Checkout) : null,
  state.shown && params.has("both") ? h(Composed) : null,
])
  .use(createCardseal(window.settings))
  .mount(container());

window.fields = {
  async mount() {
    state.shown = true;
    await nextTick();
  },
  async unmount() {
    state.shown = false;
    await nextTick();
  },
  async render(changed) {
    state.rendering += 1;
    state.options = changed ?? {};
    await nextTick();
  },
  tokenize: async (order) => {
    if (!handle.value) throw new Error("there is no card element");
    return handle.value.tokenize({ order });
  },
};
