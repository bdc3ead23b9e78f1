// What the module has the browser remember from one visit to the next. Where storage is blocked, reading the property
// throws; where it is full, writing does. Then nothing is remembered.

export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {}
}

export function remember(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {}
}
