import type { Catalogue } from "../catalogue.js";

const english: Catalogue = {
  title: "Card details",
  labels: {
    number: "Card number",
    expiry: "Expiry date",
    code: "Security code",
    name: "Name on card",
    country: "Country",
    postalCode: "Postal code",
  },
  expiry: "MM / YY",
  problems: {
    number_required: "Enter your card number.",
    number_incomplete: "The card number is not complete.",
    number_too_long: "The card number has too many digits.",
    number_invalid: "The card number is not right. Check the digits.",
    expiry_required: "Enter the expiry date.",
    expiry_incomplete: "The expiry date is not complete. Use month and year, as on the card.",
    expiry_invalid: "The expiry date is not right. Use month and year, as on the card.",
    expiry_past: "This card has expired.",
    expiry_too_far: "The expiry year is too far ahead.",
    code_required: "Enter the security code.",
    code_incomplete: "The security code is not complete.",
    code_invalid: "The security code is not right for this card.",
    name_required: "Enter the name on the card.",
    name_too_long: "The name is too long.",
    name_invalid: "Enter the name as it is on the card, without numbers.",
    country_required: "Choose your country.",
    postal_code_required: "Enter your postal code.",
    postal_code_incomplete: "The postal code is not complete.",
    postal_code_invalid: "The postal code is not right for this country.",
  },
  codeOnBack: "3 digits on the back of your card",
  codeOnFront: "4 digits on the front of your card",
  brandChoice: "Pay with",
  sealed: "Your card is sealed in this box; the shop never sees it.",
  protection: "How your card is protected",
  loading: "Loading card fields",
};

export default english;
