/** Makes an element. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
  text = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.textContent = text;
  return made;
}

let labels = 0;

/** An input with its label, in a box of their own. */
export function labelled(text: string, input: HTMLElement): HTMLElement {
  labels += 1;
  input.id = `editor-input-${labels}`;
  const box = element("div", { class: "editor-field" });
  box.append(element("label", { for: input.id }, text), input);
  return box;
}
