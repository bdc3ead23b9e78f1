import { defineComponent, h, onBeforeUnmount, onMounted, ref } from "vue";

/** `<StylingEditor />`: chooses the look of card fields that are shown beside it. */
export const StylingEditor = defineComponent({
  setup() {
    const place = ref<HTMLElement>();
    let end: (() => void) | undefined;
    let isGone = false;
    onMounted(async () => {
      const { startEditor } = await import("../../editor/editor.ts");
      if (!isGone && place.value) end = startEditor(place.value);
    });
    onBeforeUnmount(() => {
      isGone = true;
      end?.();
    });
    return () => h("div", { ref: place, class: "editor" }, [h("noscript", "The editor needs JavaScript.")]);
  },
});
