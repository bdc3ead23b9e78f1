import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Prüfen Sie Ihre Kartendaten und versuchen Sie es noch einmal.",
  card_expired: "Diese Karte ist abgelaufen. Verwenden Sie eine andere.",
  wrong_code: "Die Prüfnummer passt nicht zu dieser Karte. Prüfen Sie sie und versuchen Sie es noch einmal.",
  no_funds: "Auf dieser Karte ist nicht genug Geld. Verwenden Sie eine andere.",
  declined: "Ihre Bank hat die Zahlung abgelehnt. Verwenden Sie eine andere Karte oder fragen Sie Ihre Bank.",
  total_changed: "Der Gesamtbetrag hat sich geändert. Prüfen Sie den neuen Betrag und bezahlen Sie dann.",
  unreachable:
    "Der Zahlungsdienst ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal; Sie zahlen nicht doppelt.",
  too_slow:
    "Der Zahlungsdienst hat nicht rechtzeitig geantwortet. Versuchen Sie es noch einmal; Sie zahlen nicht doppelt.",
  offline: "Sie sind offline. Verbinden Sie sich mit dem Internet und versuchen Sie es noch einmal.",
  busy: "Der Zahlungsdienst ist ausgelastet. Warten Sie einen Moment und versuchen Sie es noch einmal; Sie zahlen nicht doppelt.",
  in_progress: "Ihre Zahlung wird bearbeitet. Bitte warten Sie.",
  not_ready: "Das Kartenformular wird noch geladen. Warten Sie einen Moment und versuchen Sie es noch einmal.",
  not_loaded:
    "Das Kartenformular konnte nicht geladen werden. Laden Sie die Seite neu oder schalten Sie aus, was in Ihrem Browser Inhalte blockiert.",
  order_expired:
    "Es ist einige Zeit vergangen, und diese Bestellung ist abgelaufen. Beginnen Sie die Zahlung von vorn.",
  order_paid: "Diese Bestellung ist schon bezahlt. Es wurde nicht noch einmal abgebucht.",
  enter_again: "Ihre Kartendaten sind nicht mehr gespeichert. Geben Sie sie noch einmal ein, um zu bezahlen.",
  bank_too_slow:
    "Ihre Bank hat nicht rechtzeitig geantwortet, und es wurde nichts abgebucht. Versuchen Sie es noch einmal oder verwenden Sie eine andere Karte.",
  not_set_up: "Dieser Shop kann auf dieser Seite zurzeit keine Karten annehmen. Bitte sagen Sie dem Shop Bescheid.",
  not_safe:
    "Die Zahlung wurde zu Ihrer Sicherheit angehalten, und es wurde nichts abgebucht. Versuchen Sie es in einem anderen Netz oder sagen Sie dem Shop Bescheid.",
  wrong_clock:
    "Datum und Uhrzeit Ihres Geräts sind falsch. Stellen Sie sie richtig ein und versuchen Sie es noch einmal.",
  generic:
    "Etwas ist schiefgegangen. Versuchen Sie es noch einmal, und sagen Sie dem Shop Bescheid, wenn es so bleibt.",
};
export default texts;
