import type { Catalogue } from "../catalogue.js";

const german: Catalogue = {
  title: "Kartendaten",
  labels: {
    number: "Kartennummer",
    expiry: "Gültig bis",
    code: "Prüfnummer",
    name: "Name auf der Karte",
    country: "Land",
    postalCode: "Postleitzahl",
  },
  expiry: "MM / JJ",
  problems: {
    number_required: "Bitte geben Sie Ihre Kartennummer ein.",
    number_incomplete: "Die Kartennummer ist noch nicht vollständig.",
    number_too_long: "Die Kartennummer hat zu viele Ziffern.",
    number_invalid: "Die Kartennummer stimmt nicht. Bitte prüfen Sie die Ziffern.",
    expiry_required: "Bitte geben Sie das Ablaufdatum ein.",
    expiry_incomplete: "Das Ablaufdatum ist nicht vollständig. Bitte Monat und Jahr angeben, wie auf der Karte.",
    expiry_invalid: "Das Ablaufdatum stimmt nicht. Bitte Monat und Jahr angeben, wie auf der Karte.",
    expiry_past: "Diese Karte ist abgelaufen.",
    expiry_too_far: "Das Ablaufjahr liegt zu weit in der Zukunft.",
    code_required: "Bitte geben Sie die Prüfnummer ein.",
    code_incomplete: "Die Prüfnummer ist noch nicht vollständig.",
    code_invalid: "Die Prüfnummer passt nicht zu dieser Karte.",
    name_required: "Bitte geben Sie den Namen auf der Karte ein.",
    name_too_long: "Der Name ist zu lang.",
    name_invalid: "Bitte geben Sie den Namen wie auf der Karte ein, ohne Ziffern.",
    country_required: "Bitte wählen Sie Ihr Land.",
    postal_code_required: "Bitte geben Sie Ihre Postleitzahl ein.",
    postal_code_incomplete: "Die Postleitzahl ist noch nicht vollständig.",
    postal_code_invalid: "Die Postleitzahl passt nicht zu diesem Land.",
  },
  codeOnBack: "3 Ziffern auf der Rückseite Ihrer Karte",
  codeOnFront: "4 Ziffern auf der Vorderseite Ihrer Karte",
  brandChoice: "Bezahlen mit",
  sealed: "Ihre Karte wird in diesem Feld verschlüsselt; der Shop sieht sie nie.",
  protection: "So ist Ihre Karte geschützt",
  loading: "Kartenfelder werden geladen",
};

export default german;
