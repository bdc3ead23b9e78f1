// Makes messages that are almost right, or wrong in a way that only another script can be: by chance, repeatably.

/** xorshift32: gives a function for whole numbers below a bound. */
export function chance(seed) {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const values = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  3,
  4,
  12,
  13,
  0.5,
  1024,
  4096,
  120_000,
  2 ** 53 - 1,
  2 ** 53,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1n,
  Symbol("x"),
  () => 1,
  "",
  "0",
  "1",
  "true",
  "visa",
  "name",
  "hello",
  "tok_1",
  "CVC",
  "0.1.0",
  "__proto__",
  "constructor",
  "４２４２",
  "4242424242424242",
  "\ud800",
  "\u0000",
  "x".repeat(129),
  "x".repeat(513),
  "x".repeat(16_385),
];

const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "length", "0", "", "then", "toJSON", "extra"];

/** Every object within a value, itself included, with how it is reached. */
function objects(value, found = []) {
  if (typeof value === "object" && value !== null) {
    found.push(value);
    for (const key in value) objects(value[key], found);
  }
  return found;
}

/** A copy of plain data. */
export function copy(value) {
  if (typeof value !== "object" || value === null) return value;
  // Not by map, which would ask an array with a member `constructor` for its kind.
  if (Array.isArray(value)) return Array.from(value, copy);
  const made = {};
  for (const key of Object.keys(value)) put(made, key, copy(value[key]));
  return made;
}

/** Sets a member of one's own, `__proto__` too; an array's length stays its own business. */
function put(object, key, value) {
  if (key === "length" && Array.isArray(object)) return;
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
}

/**
 * A message made of one in the pool: plain data, changed in up to four places. `hostile` ones have getters, proxies,
 * foreign prototypes, symbols, hidden members or cycles besides.
 */
export function mutated(pool, random, hostile) {
  const message = copy(pool[random(pool.length)]);
  for (let count = random(5); count > 0; count--) {
    const within = objects(message);
    if (within.length === 0) return message;
    change(within[random(within.length)], pool, random);
  }
  return hostile ? disguised(message, random) : message;
}

function change(object, pool, random) {
  const keys = Object.keys(object);
  const key = keys[random(keys.length || 1)];
  if (key === undefined) return put(object, names[random(names.length)], values[random(values.length)]);
  switch (random(8)) {
    case 0:
      return delete object[key];
    case 1:
      return put(object, Array.isArray(object) ? key : names[random(names.length)], values[random(values.length)]);
    case 2:
      return put(object, key, values[random(values.length)]);
    case 3: {
      // Another message's part, under its name or under this one's.
      const others = objects(pool[random(pool.length)]);
      const other = others[random(others.length || 1)];
      const theirs = other && Object.keys(other);
      if (!theirs?.length) return undefined;
      const name = theirs[random(theirs.length)];
      return put(object, random(2) && !Array.isArray(object) ? name : key, copy(other[name]));
    }
    case 4:
      return put(object, key, [object[key]].map(copy));
    case 5:
      return Array.isArray(object) && object.length < 40 ? object.push(copy(object[key])) : undefined;
    default:
      return put(object, key, nudged(object[key], random));
  }
}

/** A value of the same type that is a little different. */
function nudged(value, random) {
  if (typeof value === "number") return [value + 1, value - 1, value * 2, -value, value + 0.5, value * 1024][random(6)];
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return value;
  const at = random(value.length + 1);
  const letters = ["", " ", "\n", "_", "-", "a", "Z", "7", "é", "\u2028", "😀"];
  const letter = letters[random(letters.length)];
  switch (random(4)) {
    case 0:
      return value.slice(0, at) + letter + value.slice(at);
    case 1:
      return value.slice(0, at) + letter + value.slice(at + 1);
    case 2:
      return value.slice(0, at);
    default:
      return value.length < 20_000 ? value + value : value;
  }
}

/** The message with one part that is no plain data. */
function disguised(message, random) {
  const within = objects(message);
  if (within.length === 0) return message;
  const object = within[random(within.length)];
  const keys = Object.keys(object);
  const key = keys[random(keys.length || 1)] ?? "extra";
  const value = object[key];
  const refuse = () => {
    throw new Error("hostile");
  };
  const traps = ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"];
  switch (random(12)) {
    case 0:
      Object.defineProperty(object, key, { get: refuse, enumerable: true, configurable: true });
      break;
    case 1: {
      // Another value each time.
      let reads = 0;
      const others = [value, values[random(values.length)], { extra: 1 }];
      const get = () => others[reads++ % others.length];
      Object.defineProperty(object, key, { get, enumerable: true, configurable: true });
      break;
    }
    case 2:
      put(object, key, proxy(value, { [traps[random(traps.length)]]: refuse }));
      break;
    case 3:
      return proxy(message, { [traps[random(traps.length)]]: refuse });
    case 4:
      return proxy(message, {});
    case 5:
      put(object, key, message);
      break;
    case 6:
      object[Symbol("hidden")] = 1;
      break;
    case 7:
      Object.defineProperty(object, "hidden", { value: 1, enumerable: false });
      break;
    case 8:
      Object.setPrototypeOf(object, { [key]: value, extra: 1 });
      break;
    case 9:
      delete object[key];
      Object.setPrototypeOf(object, { [key]: value });
      break;
    case 10:
      put(object, key, { toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse });
      break;
    default:
      put(object, key, [new Map([[key, value]]), new Date(0), /x/, new String("hello"), new Array(3)][random(5)]);
  }
  return message;
}

function proxy(value, traps) {
  return typeof value === "object" && value !== null ? new Proxy(value, traps) : value;
}
