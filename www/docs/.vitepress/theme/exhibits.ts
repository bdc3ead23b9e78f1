import { defineComponent, h, onBeforeUnmount, onMounted, ref } from "vue";

/** `<Exhibits theme="plain" layout="rows" />`, or `<Exhibits languages />`: a part of the gallery. */
export const Exhibits = defineComponent({
  props: { theme: String, layout: String, languages: Boolean },
  setup(props) {
    const place = ref<HTMLElement>();
    let end: (() => void) | undefined;
    let isGone = false;
    onMounted(async () => {
      const [{ exhibitsOf, exhibitsOfLanguages }, { showExhibits }] = await Promise.all([
        import("../../gallery/exhibits.ts"),
        import("../../gallery/grid.ts"),
      ]);
      if (isGone || !place.value) return;
      const exhibits = props.languages ? exhibitsOfLanguages : exhibitsOf(props.theme as never, props.layout as never);
      end = showExhibits(place.value, exhibits);
    });
    onBeforeUnmount(() => {
      isGone = true;
      end?.();
    });
    return () =>
      h(
        "div",
        {
          ref: place,
          class: ["exhibits", props.languages && "languages"],
          "data-theme": props.theme,
          "data-layout": props.layout,
        },
        [h("noscript", "This part needs JavaScript.")],
      );
  },
});
