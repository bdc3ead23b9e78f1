import type { Catalogue } from "../catalogue.js";

const dutch: Catalogue = {
  title: "Kaartgegevens",
  labels: {
    number: "Kaartnummer",
    expiry: "Vervaldatum",
    code: "Beveiligingscode",
    name: "Naam op kaart",
    country: "Land",
    postalCode: "Postcode",
  },
  expiry: "MM / JJ",
  problems: {
    number_required: "Vul je kaartnummer in.",
    number_incomplete: "Het kaartnummer is niet volledig.",
    number_too_long: "Het kaartnummer heeft te veel cijfers.",
    number_invalid: "Het kaartnummer klopt niet. Controleer de cijfers.",
    expiry_required: "Vul de vervaldatum in.",
    expiry_incomplete: "De vervaldatum is niet volledig. Vul maand en jaar in zoals op de kaart.",
    expiry_invalid: "De vervaldatum klopt niet. Vul maand en jaar in zoals op de kaart.",
    expiry_past: "Deze kaart is verlopen.",
    expiry_too_far: "Het vervaljaar ligt te ver in de toekomst.",
    code_required: "Vul de beveiligingscode in.",
    code_incomplete: "De beveiligingscode is niet volledig.",
    code_invalid: "De beveiligingscode klopt niet voor deze kaart.",
    name_required: "Vul de naam op de kaart in.",
    name_too_long: "De naam is te lang.",
    name_invalid: "Vul de naam in zoals op de kaart, zonder cijfers.",
    country_required: "Kies je land.",
    postal_code_required: "Vul je postcode in.",
    postal_code_incomplete: "De postcode is niet volledig.",
    postal_code_invalid: "De postcode klopt niet voor dit land.",
  },
  codeOnBack: "3 cijfers op de achterkant van je kaart",
  codeOnFront: "4 cijfers op de voorkant van je kaart",
  brandChoice: "Betalen met",
  sealed: "Je kaart wordt in dit vak versleuteld; de winkel krijgt hem nooit te zien.",
  protection: "Zo is je kaart beschermd",
  loading: "Kaartvelden worden geladen",
};

export default dutch;
