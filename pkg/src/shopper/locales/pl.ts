import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Sprawdź dane karty i spróbuj ponownie.",
  card_expired: "Ta karta straciła ważność. Użyj innej.",
  wrong_code: "Kod zabezpieczający nie pasuje do tej karty. Sprawdź go i spróbuj ponownie.",
  no_funds: "Na tej karcie jest za mało środków. Użyj innej.",
  declined: "Bank odrzucił płatność. Użyj innej karty lub skontaktuj się z bankiem.",
  total_changed: "Kwota się zmieniła. Sprawdź nową kwotę, a potem zapłać.",
  unreachable:
    "Nie można połączyć się z usługą płatniczą. Sprawdź połączenie i spróbuj ponownie; nie zapłacisz dwa razy.",
  too_slow: "Usługa płatnicza nie odpowiedziała na czas. Spróbuj ponownie; nie zapłacisz dwa razy.",
  offline: "Brak połączenia. Połącz się z internetem i spróbuj ponownie.",
  busy: "Usługa płatnicza jest przeciążona. Poczekaj chwilę i spróbuj ponownie; nie zapłacisz dwa razy.",
  in_progress: "Twoja płatność jest przetwarzana. Proszę czekać.",
  not_ready: "Formularz karty jeszcze się ładuje. Poczekaj chwilę i spróbuj ponownie.",
  not_loaded: "Nie udało się wczytać formularza karty. Odśwież stronę lub wyłącz to, co blokuje treści w przeglądarce.",
  order_expired: "Minęło trochę czasu i zamówienie straciło ważność. Rozpocznij płatność od nowa.",
  order_paid: "To zamówienie jest już opłacone. Nie pobrano opłaty ponownie.",
  enter_again: "Dane karty nie są już przechowywane. Wpisz je ponownie, aby zapłacić.",
  bank_too_slow: "Bank nie odpowiedział na czas i nic nie pobrano. Spróbuj ponownie lub użyj innej karty.",
  not_set_up: "Ten sklep nie może teraz przyjmować kart na tej stronie. Prosimy powiadomić sklep.",
  not_safe:
    "Płatność zatrzymano dla Twojego bezpieczeństwa i nic nie pobrano. Spróbuj w innej sieci lub powiadom sklep.",
  wrong_clock: "Data i godzina na Twoim urządzeniu są nieprawidłowe. Popraw je i spróbuj ponownie.",
  generic: "Coś poszło nie tak. Spróbuj ponownie, a jeśli problem się powtórzy, powiadom sklep.",
};
export default texts;
