import type { Catalogue } from "../catalogue.js";

const czech: Catalogue = {
  title: "Údaje o kartě",
  labels: {
    number: "Číslo karty",
    expiry: "Platnost do",
    code: "Bezpečnostní kód",
    name: "Jméno na kartě",
    country: "Země",
    postalCode: "PSČ",
  },
  expiry: "MM / RR",
  problems: {
    number_required: "Zadejte číslo karty.",
    number_incomplete: "Číslo karty není úplné.",
    number_too_long: "Číslo karty má příliš mnoho číslic.",
    number_invalid: "Číslo karty není správné. Zkontrolujte číslice.",
    expiry_required: "Zadejte datum platnosti.",
    expiry_incomplete: "Datum platnosti není úplné. Zadejte měsíc a rok podle karty.",
    expiry_invalid: "Datum platnosti není správné. Zadejte měsíc a rok podle karty.",
    expiry_past: "Platnost této karty vypršela.",
    expiry_too_far: "Rok platnosti je příliš vzdálený.",
    code_required: "Zadejte bezpečnostní kód.",
    code_incomplete: "Bezpečnostní kód není úplný.",
    code_invalid: "Bezpečnostní kód neodpovídá této kartě.",
    name_required: "Zadejte jméno uvedené na kartě.",
    name_too_long: "Jméno je příliš dlouhé.",
    name_invalid: "Zadejte jméno tak, jak je na kartě, bez číslic.",
    country_required: "Vyberte zemi.",
    postal_code_required: "Zadejte PSČ.",
    postal_code_incomplete: "PSČ není úplné.",
    postal_code_invalid: "PSČ neodpovídá této zemi.",
  },
  codeOnBack: "3 číslice na zadní straně karty",
  codeOnFront: "4 číslice na přední straně karty",
  brandChoice: "Zaplatit kartou",
  sealed: "Karta se zašifruje přímo v tomto poli; obchod ji nikdy neuvidí.",
  protection: "Jak je vaše karta chráněna",
  loading: "Načítání polí karty",
};

export default czech;
