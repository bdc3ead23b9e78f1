import type { Catalogue } from "../catalogue.js";

const italian: Catalogue = {
  title: "Dati della carta",
  labels: {
    number: "Numero della carta",
    expiry: "Data di scadenza",
    code: "Codice di sicurezza",
    name: "Nome sulla carta",
    country: "Paese",
    postalCode: "Codice postale",
  },
  expiry: "MM / AA",
  problems: {
    number_required: "Inserisci il numero della carta.",
    number_incomplete: "Il numero della carta è incompleto.",
    number_too_long: "Il numero della carta ha troppe cifre.",
    number_invalid: "Il numero della carta non è corretto. Controlla le cifre.",
    expiry_required: "Inserisci la data di scadenza.",
    expiry_incomplete: "La data di scadenza è incompleta. Indica mese e anno, come sulla carta.",
    expiry_invalid: "La data di scadenza non è corretta. Indica mese e anno, come sulla carta.",
    expiry_past: "Questa carta è scaduta.",
    expiry_too_far: "L’anno di scadenza è troppo lontano.",
    code_required: "Inserisci il codice di sicurezza.",
    code_incomplete: "Il codice di sicurezza è incompleto.",
    code_invalid: "Il codice di sicurezza non corrisponde a questa carta.",
    name_required: "Inserisci il nome riportato sulla carta.",
    name_too_long: "Il nome è troppo lungo.",
    name_invalid: "Inserisci il nome come riportato sulla carta, senza numeri.",
    country_required: "Seleziona il tuo Paese.",
    postal_code_required: "Inserisci il tuo codice postale.",
    postal_code_incomplete: "Il codice postale è incompleto.",
    postal_code_invalid: "Il codice postale non corrisponde a questo Paese.",
  },
  codeOnBack: "3 cifre sul retro della carta",
  codeOnFront: "4 cifre sul fronte della carta",
  brandChoice: "Paga con",
  sealed: "La tua carta viene cifrata in questo riquadro; il negozio non la vede mai.",
  protection: "Come è protetta la tua carta",
  loading: "Caricamento dei campi carta",
};

export default italian;
