/* A checkout as shops without Cardseal have it: the card in the page's own inputs, sent about by the page's own scripts. */
const form = document.querySelector("form");
const number = form.elements.namedItem("number");
const echo = document.querySelector("output");

number.addEventListener("input", () => {
  echo.textContent = number.value.replace(/(\d{4})(?=\d)/g, "$1 ");
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const card = { number: number.value, code: form.elements.namedItem("code").value };
  const body = JSON.stringify(card);
  fetch("/control", { method: "POST", body }).catch(() => {});
  const request = new XMLHttpRequest();
  request.open("POST", "/control");
  request.send(body);
  navigator.sendBeacon("/control", body);
  window.postMessage(card, location.origin);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {};
  port2.postMessage(card);
  new BroadcastChannel("card").postMessage(card);
  sessionStorage.setItem("card", body);
  document.querySelector("iframe").contentWindow.postMessage(card, location.origin);
  await crypto.subtle.digest("SHA-256", new TextEncoder().encode(card.number));
});
