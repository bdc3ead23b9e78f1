import type { Catalogue } from "../catalogue.js";

const polish: Catalogue = {
  title: "Dane karty",
  labels: {
    number: "Numer karty",
    expiry: "Data ważności",
    code: "Kod zabezpieczający",
    name: "Imię i nazwisko na karcie",
    country: "Kraj",
    postalCode: "Kod pocztowy",
  },
  expiry: "MM / RR",
  problems: {
    number_required: "Podaj numer karty.",
    number_incomplete: "Numer karty jest niepełny.",
    number_too_long: "Numer karty ma za dużo cyfr.",
    number_invalid: "Numer karty jest nieprawidłowy. Sprawdź cyfry.",
    expiry_required: "Podaj datę ważności.",
    expiry_incomplete: "Data ważności jest niepełna. Podaj miesiąc i rok, tak jak na karcie.",
    expiry_invalid: "Data ważności jest nieprawidłowa. Podaj miesiąc i rok, tak jak na karcie.",
    expiry_past: "Ta karta straciła ważność.",
    expiry_too_far: "Rok ważności jest zbyt odległy.",
    code_required: "Podaj kod zabezpieczający.",
    code_incomplete: "Kod zabezpieczający jest niepełny.",
    code_invalid: "Kod zabezpieczający nie pasuje do tej karty.",
    name_required: "Podaj imię i nazwisko z karty.",
    name_too_long: "Imię i nazwisko są za długie.",
    name_invalid: "Podaj imię i nazwisko tak jak na karcie, bez cyfr.",
    country_required: "Wybierz kraj.",
    postal_code_required: "Podaj kod pocztowy.",
    postal_code_incomplete: "Kod pocztowy jest niepełny.",
    postal_code_invalid: "Kod pocztowy nie pasuje do tego kraju.",
  },
  codeOnBack: "3 cyfry na odwrocie karty",
  codeOnFront: "4 cyfry z przodu karty",
  brandChoice: "Płatność kartą",
  sealed: "Twoja karta jest szyfrowana w tym polu; sklep nigdy jej nie widzi.",
  protection: "Jak chroniona jest Twoja karta",
  loading: "Ładowanie pól karty",
};

export default polish;
