import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Controlli i dati della carta e riprovi.",
  card_expired: "Questa carta è scaduta. Ne usi un’altra.",
  wrong_code: "Il codice di sicurezza non corrisponde a questa carta. Lo controlli e riprovi.",
  no_funds: "Il saldo di questa carta non è sufficiente. Ne usi un’altra.",
  declined: "La sua banca ha rifiutato il pagamento. Usi un’altra carta o contatti la sua banca.",
  total_changed: "Il totale è cambiato. Controlli il nuovo totale e poi paghi.",
  unreachable:
    "Il servizio di pagamento non è raggiungibile. Controlli la connessione e riprovi; non pagherà due volte.",
  too_slow: "Il servizio di pagamento non ha risposto in tempo. Riprovi; non pagherà due volte.",
  offline: "È offline. Si connetta a Internet e riprovi.",
  busy: "Il servizio di pagamento è occupato. Attenda un momento e riprovi; non pagherà due volte.",
  in_progress: "Il pagamento è in corso. Attenda, per favore.",
  not_ready: "Il modulo della carta si sta ancora caricando. Attenda un momento e riprovi.",
  not_loaded:
    "Non è stato possibile caricare il modulo della carta. Ricarichi la pagina o disattivi ciò che blocca i contenuti nel browser.",
  order_expired: "È passato del tempo e questo ordine è scaduto. Ricominci il pagamento.",
  order_paid: "Questo ordine è già stato pagato. Non le è stato addebitato di nuovo.",
  enter_again: "I dati della carta non sono più conservati. Li inserisca di nuovo per pagare.",
  bank_too_slow: "La sua banca non ha risposto in tempo e non è stato addebitato nulla. Riprovi o usi un’altra carta.",
  not_set_up: "Al momento questo negozio non può accettare carte su questa pagina. Per favore, avvisi il negozio.",
  not_safe:
    "Il pagamento è stato fermato per la sua sicurezza e non è stato addebitato nulla. Provi con un’altra rete o avvisi il negozio.",
  wrong_clock: "La data e l’ora del dispositivo sono errate. Le corregga e riprovi.",
  generic: "Qualcosa è andato storto. Riprovi e avvisi il negozio se il problema rimane.",
};
export default texts;
