import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Vérifiez les données de votre carte et réessayez.",
  card_expired: "Cette carte a expiré. Utilisez-en une autre.",
  wrong_code: "Le code de sécurité ne correspond pas à cette carte. Vérifiez-le et réessayez.",
  no_funds: "Il n’y a pas assez d’argent sur cette carte. Utilisez-en une autre.",
  declined: "Votre banque a refusé le paiement. Utilisez une autre carte ou contactez votre banque.",
  total_changed: "Le total a changé. Vérifiez le nouveau total, puis payez.",
  unreachable:
    "Le service de paiement est injoignable. Vérifiez votre connexion et réessayez ; vous ne paierez pas deux fois.",
  too_slow: "Le service de paiement n’a pas répondu à temps. Réessayez ; vous ne paierez pas deux fois.",
  offline: "Vous êtes hors ligne. Connectez-vous à Internet et réessayez.",
  busy: "Le service de paiement est très sollicité. Patientez un instant et réessayez ; vous ne paierez pas deux fois.",
  in_progress: "Votre paiement est en cours de traitement. Veuillez patienter.",
  not_ready: "Le formulaire de carte est encore en cours de chargement. Patientez un instant et réessayez.",
  not_loaded:
    "Le formulaire de carte n’a pas pu être chargé. Rechargez la page ou désactivez ce qui bloque des contenus dans votre navigateur.",
  order_expired: "Un certain temps s’est écoulé et cette commande a expiré. Recommencez le paiement.",
  order_paid: "Cette commande est déjà payée. Vous n’avez pas été débité une seconde fois.",
  enter_again: "Les données de votre carte ne sont plus conservées. Saisissez-les de nouveau pour payer.",
  bank_too_slow: "Votre banque n’a pas répondu à temps et rien n’a été débité. Réessayez ou utilisez une autre carte.",
  not_set_up:
    "Cette boutique ne peut pas accepter de carte sur cette page pour le moment. Veuillez le signaler à la boutique.",
  not_safe:
    "Le paiement a été arrêté pour votre sécurité et rien n’a été débité. Essayez un autre réseau ou prévenez la boutique.",
  wrong_clock: "La date et l’heure de votre appareil sont incorrectes. Corrigez-les et réessayez.",
  generic: "Un problème est survenu. Réessayez et prévenez la boutique s’il persiste.",
};
export default texts;
