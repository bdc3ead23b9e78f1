import type { Catalogue } from "../catalogue.js";

const french: Catalogue = {
  title: "Informations de la carte",
  labels: {
    number: "Numéro de carte",
    expiry: "Date d’expiration",
    code: "Code de sécurité",
    name: "Nom sur la carte",
    country: "Pays",
    postalCode: "Code postal",
  },
  expiry: "MM / AA",
  problems: {
    number_required: "Saisissez votre numéro de carte.",
    number_incomplete: "Le numéro de carte est incomplet.",
    number_too_long: "Le numéro de carte comporte trop de chiffres.",
    number_invalid: "Le numéro de carte est incorrect. Vérifiez les chiffres.",
    expiry_required: "Saisissez la date d’expiration.",
    expiry_incomplete: "La date d’expiration est incomplète. Indiquez le mois et l’année, comme sur la carte.",
    expiry_invalid: "La date d’expiration est incorrecte. Indiquez le mois et l’année, comme sur la carte.",
    expiry_past: "Cette carte a expiré.",
    expiry_too_far: "L’année d’expiration est trop lointaine.",
    code_required: "Saisissez le code de sécurité.",
    code_incomplete: "Le code de sécurité est incomplet.",
    code_invalid: "Le code de sécurité ne correspond pas à cette carte.",
    name_required: "Saisissez le nom inscrit sur la carte.",
    name_too_long: "Le nom est trop long.",
    name_invalid: "Saisissez le nom tel qu’il figure sur la carte, sans chiffres.",
    country_required: "Choisissez votre pays.",
    postal_code_required: "Saisissez votre code postal.",
    postal_code_incomplete: "Le code postal est incomplet.",
    postal_code_invalid: "Le code postal ne correspond pas à ce pays.",
  },
  codeOnBack: "3 chiffres au dos de votre carte",
  codeOnFront: "4 chiffres au recto de votre carte",
  brandChoice: "Payer avec",
  sealed: "Votre carte est chiffrée dans ce cadre, la boutique ne la voit jamais.",
  protection: "Comment votre carte est protégée",
  loading: "Chargement des champs de carte",
};

export default french;
