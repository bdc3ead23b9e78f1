import { formatAmount, loadCardseal } from "cardseal";

const button = document.querySelector("#pay");
const outcome = document.querySelector("#outcome");

const { options, order } = await (await fetch("/api/checkout")).json();
button.textContent = `Pay ${formatAmount(4200, "EUR", "en")}`;

const cardseal = await loadCardseal(options);
const card = cardseal.card({ showTotal: true, order });
card.on("ready", () => {
  button.disabled = false;
});
card.on("loaderror", ({ message }) => {
  outcome.value = message;
});
card.mount("#card");

button.addEventListener("click", async () => {
  const result = await card.tokenize({ order });
  if (!result.ok) {
    outcome.value = result.error.code;
    return;
  }
  const { token, receipt, dualSignature } = result;
  const body = JSON.stringify({ order, token, receipt, dualSignature });
  const paid = await (await fetch("/api/pay", { method: "POST", body })).json();
  outcome.value = `${paid.status} ${paid.last4 ?? paid.code}`;
});
