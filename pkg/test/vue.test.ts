// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type App, createApp, createSSRApp, defineComponent, h, nextTick, reactive, ref, shallowRef } from "vue";
import { renderToString } from "vue/server-renderer";
import { CardElement, type CardHandle, createCardseal, provideCardseal, useCard } from "../src/vue/index.js";
import { FakeCard, settings } from "./cards.js";
import { state } from "./page.js";

vi.mock("../src/element.js", async () => ({ CardElement: (await import("./cards.js")).FakeCard }));

const settled = () => new Promise((resolve) => setTimeout(resolve));
let place: HTMLElement;
let app: App | undefined;
beforeEach(() => {
  FakeCard.made.length = 0;
  place = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  app?.unmount();
  place.remove();
});

async function mount(render: () => ReturnType<typeof h> | null) {
  app = createApp(render).use(createCardseal(settings));
  app.mount(place);
  await settled();
}

describe("CardElement", () => {
  it("passes options and events on", async () => {
    const heard: unknown[] = [];
    await mount(() =>
      h(CardElement, {
        class: "a",
        options: { cardholder: true },
        onReady: () => heard.push("ready"),
        onLoaderror: ({ cause }) => heard.push(cause),
      }),
    );
    expect(place.innerHTML).toBe('<div class="a"></div>');
    expect(FakeCard.only).toMatchObject({ settings, options: { cardholder: true }, parent: place.firstElementChild });
    FakeCard.only.emit("ready", state);
    FakeCard.only.emit("loaderror", { cause: "offline", code: "offline", message: "" });
    expect(heard).toEqual(["ready", "offline"]);
  });

  it("updates options that change inside a reactive object, and only what says something new", async () => {
    const options = reactive({ labels: { number: "Card" } });
    const other = ref(0);
    await mount(() => h(CardElement, { options: { ...options }, "data-other": other.value }));
    other.value += 1;
    await nextTick();
    expect(FakeCard.only.updates).toEqual([]);
    options.labels.number = "Your card";
    await nextTick();
    expect(FakeCard.only.updates).toEqual([{ labels: { number: "Your card" } }]);
  });

  it("exposes a handle, and takes its card along", async () => {
    const shown = ref(true);
    const handle = shallowRef<CardHandle | null>(null);
    await mount(() => (shown.value ? h(CardElement, { ref: handle }) : null));
    handle.value?.clear();
    handle.value?.focus("code");
    expect(await handle.value?.tokenize({ order: "a.b.c" })).toMatchObject({ ok: true });
    expect(FakeCard.only.calls).toEqual(["clear", "focus code", "tokenize a.b.c"]);
    shown.value = false;
    await settled();
    expect(FakeCard.only.destroyed).toBe(true);
  });

  it("says which call is missing", () => {
    vi.spyOn(console, "warn").mockReturnValue();
    expect(() => createApp(CardElement).mount(place)).toThrow("createCardseal");
    vi.restoreAllMocks();
  });

  it("is an empty container on a server", async () => {
    vi.stubGlobal("window", undefined);
    vi.stubGlobal("document", undefined);
    try {
      const app = createSSRApp(() => [h(CardElement, { class: "a" }), h(Composed)]).use(createCardseal(settings));
      expect(await renderToString(app)).toBe('<!--[--><div class="a"></div><p>loading</p><!--]-->');
    } finally {
      vi.unstubAllGlobals();
    }
    expect(FakeCard.made).toEqual([]);
  });
});

const Composed = defineComponent({
  name: "ComposedCard",
  props: { timeout: { type: Number, default: 1 } },
  setup(props) {
    const { element, snapshot } = useCard(() => ({ timeout: props.timeout }));
    return () => h("p", { ref: element }, snapshot.value.ready ? (snapshot.value.state?.last4 ?? "ready") : "loading");
  },
});

describe("useCard", () => {
  it("renders again with what is known, and follows a getter's options", async () => {
    const timeout = ref(1);
    await mount(() => h(Composed, { timeout: timeout.value }));
    expect(place.textContent).toBe("loading");
    FakeCard.only.emit("change", { ...state, last4: "4242" });
    await nextTick();
    expect(place.textContent).toBe("4242");
    timeout.value = 2;
    await nextTick();
    expect(FakeCard.only.updates).toEqual([{ timeout: 2 }]);
  });

  it("is made for what the nearest provider says", async () => {
    const Provider = defineComponent({
      name: "CardProvider",
      setup() {
        provideCardseal({ ...settings, merchant: "mer_near" });
        return () => h(Composed);
      },
    });
    await mount(() => h(Provider));
    expect(FakeCard.only.settings.merchant).toBe("mer_near");
  });
});
