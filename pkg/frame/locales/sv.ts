import type { Catalogue } from "../catalogue.js";

const swedish: Catalogue = {
  title: "Kortuppgifter",
  labels: {
    number: "Kortnummer",
    expiry: "Utgångsdatum",
    code: "Säkerhetskod",
    name: "Namn på kortet",
    country: "Land",
    postalCode: "Postnummer",
  },
  expiry: "MM / ÅÅ",
  problems: {
    number_required: "Ange ditt kortnummer.",
    number_incomplete: "Kortnumret är inte fullständigt.",
    number_too_long: "Kortnumret har för många siffror.",
    number_invalid: "Kortnumret stämmer inte. Kontrollera siffrorna.",
    expiry_required: "Ange utgångsdatumet.",
    expiry_incomplete: "Utgångsdatumet är inte fullständigt. Ange månad och år som på kortet.",
    expiry_invalid: "Utgångsdatumet stämmer inte. Ange månad och år som på kortet.",
    expiry_past: "Kortet har gått ut.",
    expiry_too_far: "Utgångsåret ligger för långt fram.",
    code_required: "Ange säkerhetskoden.",
    code_incomplete: "Säkerhetskoden är inte fullständig.",
    code_invalid: "Säkerhetskoden stämmer inte för det här kortet.",
    name_required: "Ange namnet på kortet.",
    name_too_long: "Namnet är för långt.",
    name_invalid: "Ange namnet som det står på kortet, utan siffror.",
    country_required: "Välj land.",
    postal_code_required: "Ange ditt postnummer.",
    postal_code_incomplete: "Postnumret är inte fullständigt.",
    postal_code_invalid: "Postnumret stämmer inte för det här landet.",
  },
  codeOnBack: "3 siffror på kortets baksida",
  codeOnFront: "4 siffror på kortets framsida",
  brandChoice: "Betala med",
  sealed: "Ditt kort krypteras i den här rutan; butiken ser det aldrig.",
  protection: "Så skyddas ditt kort",
  loading: "Kortfälten laddas",
};

export default swedish;
