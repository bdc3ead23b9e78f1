/** A card element, as the form sees it that it belongs to. */
export interface Part {
  /** It has a card to tokenize, or must have. */
  takesPart(): boolean;
  /** Gets a token and makes it the element's value; says whether it did. */
  prepare(): Promise<boolean>;
  /** The shopper tries once more. */
  retried(): void;
}

/** The card elements of each form. */
const forms = /* @__PURE__ */ new WeakMap<HTMLFormElement, Set<Part>>();

/** Adds a card element to a form; returns what takes it away. */
export function join(form: HTMLFormElement, part: Part): () => void {
  const parts = forms.get(form) ?? guard(form);
  parts.add(part);
  return () => {
    parts.delete(part);
  };
}

/**
 * Holds a form's submissions back until each of its card elements has a token, and then submits it once, by the same
 * button. It listens for as long as there is the form: with no card element in it, it does nothing.
 */
function guard(form: HTMLFormElement): Set<Part> {
  const parts = new Set<Part>();
  forms.set(form, parts);
  let busy = false;
  /** The submission that comes next has its tokens. */
  let open = false;
  const submitted = async (event: SubmitEvent) => {
    const present = [...parts].filter((part) => part.takesPart());
    const passes = open || !present.length;
    open = false;
    if (passes) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) return;
    busy = true;
    const button = event.submitter as HTMLButtonElement | null;
    const prepared = await Promise.all(present.map((part) => part.prepare()));
    busy = false;
    if (!prepared.every(Boolean)) return;
    open = true;
    form.requestSubmit(button?.form === form ? button : null);
    // Where another field has become invalid in the meantime there was no submission.
    open = false;
  };
  // Captured, so that the page's own listeners hear of the submission that has its tokens, and of no other.
  form.addEventListener("submit", submitted, true);
  form.addEventListener("click", () => parts.forEach((part) => void part.retried()), true);
  return parts;
}
