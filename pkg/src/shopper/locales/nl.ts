import type { ShopperTexts } from "../texts.js";

const texts: ShopperTexts = {
  check_card: "Controleer uw kaartgegevens en probeer het opnieuw.",
  card_expired: "Deze kaart is verlopen. Gebruik een andere kaart.",
  wrong_code: "De beveiligingscode hoort niet bij deze kaart. Controleer de code en probeer het opnieuw.",
  no_funds: "Er staat niet genoeg geld op deze kaart. Gebruik een andere kaart.",
  declined: "Uw bank heeft de betaling geweigerd. Gebruik een andere kaart of vraag het uw bank.",
  total_changed: "Het totaalbedrag is veranderd. Controleer het nieuwe bedrag en betaal daarna.",
  unreachable:
    "De betaaldienst is niet bereikbaar. Controleer uw verbinding en probeer het opnieuw; u betaalt niet dubbel.",
  too_slow: "De betaaldienst heeft niet op tijd geantwoord. Probeer het opnieuw; u betaalt niet dubbel.",
  offline: "U bent offline. Maak verbinding met internet en probeer het opnieuw.",
  busy: "De betaaldienst is druk bezet. Wacht even en probeer het opnieuw; u betaalt niet dubbel.",
  in_progress: "Uw betaling wordt verwerkt. Een ogenblik geduld.",
  not_ready: "Het kaartformulier wordt nog geladen. Wacht even en probeer het opnieuw.",
  not_loaded:
    "Het kaartformulier kon niet worden geladen. Laad de pagina opnieuw of schakel uit wat in uw browser inhoud blokkeert.",
  order_expired: "Er is enige tijd verstreken en deze bestelling is verlopen. Begin opnieuw met betalen.",
  order_paid: "Deze bestelling is al betaald. Er is niet nog een keer afgeschreven.",
  enter_again: "Uw kaartgegevens worden niet meer bewaard. Voer ze opnieuw in om te betalen.",
  bank_too_slow:
    "Uw bank heeft niet op tijd geantwoord en er is niets afgeschreven. Probeer het opnieuw of gebruik een andere kaart.",
  not_set_up: "Deze winkel kan op deze pagina op dit moment geen kaarten aannemen. Laat het de winkel weten.",
  not_safe:
    "De betaling is voor uw veiligheid gestopt en er is niets afgeschreven. Probeer een ander netwerk of laat het de winkel weten.",
  wrong_clock: "De datum en tijd van uw apparaat kloppen niet. Zet ze goed en probeer het opnieuw.",
  generic: "Er is iets misgegaan. Probeer het opnieuw en laat het de winkel weten als het zo blijft.",
};
export default texts;
