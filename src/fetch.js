// One HTTP request of the module's, as the browser sends it.

/** Sends a request; with `json` it is a POST of that. Nothing of the shopper goes along: no cookies with a card, no referrer. */
export function begin(url, cache, json) {
  const controller = new AbortController();
  return { answer: exchange(url, cache, json, controller.signal), controller };
}

/** The promise of what comes back. */
export function answer({ answer }) {
  return answer;
}

/** Gives the request up. */
export function abort({ controller }) {
  controller.abort();
}

async function exchange(url, cache, json, signal) {
  const post = json && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: json,
    credentials: "omit",
  };
  const response = await fetch(url, { signal, redirect: "error", referrerPolicy: "no-referrer", cache, ...post });
  const body = await response.text();
  const { status, headers } = response;
  return { status, body, date: headers.get("date"), retryAfter: headers.get("retry-after") };
}
