/**
 * Fills a list with the countries of these codes (two letters each, one behind the other), by name in a language and in its
 * order; the browser knows the names. What was chosen stays chosen.
 */
export function listCountries(select: HTMLSelectElement, codes: string, language: string): void {
  const names = new Intl.DisplayNames(language, { type: "region" });
  const order = new Intl.Collator(language);
  const options = (codes.match(/../g) ?? [])
    .map((code) => new Option(names.of(code), code))
    .sort((one, other) => order.compare(one.text, other.text));
  const { value } = select;
  select.replaceChildren(new Option(), ...options);
  select.value = value;
}
