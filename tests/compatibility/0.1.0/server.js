/**
* A mistake in the calling program (a malformed option, a missing mount target, a key that is not a key), thrown or
* rejected with. Conditions of run time are never thrown: they come back as `{ ok: false, error }`.
*/
var CardsealError = class extends Error {
	/** The stable code; `message` is for people and may change. */
	code;
	constructor(code, message) {
		super(message);
		this.name = "CardsealError";
		this.code = code;
	}
};
// pkg/src/amount.ts
/**
* Minor units of ISO 4217 that are not hundredths, by how many decimal places they are. The currencies among them that cards
* are charged in are those of `protocol/src/order/currency.rs` (a test compares them). Intl's own figures will not do: they
* say what is customary, and leave out the cents of a Hungarian price or the fils of an Iraqi one.
*/
var decimals = {
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	3: "BHD IQD JOD KWD LYD OMR TND",
	4: "CLF UYW"
};
/**
* An amount as the people of a language write it: `formatAmount(4200, "EUR", "de")` is "42,00 €".
*
* @param amount In minor units of the currency, as in an order: an integer, cents for EUR, yen for JPY.
* @param currency The alphabetic code of ISO 4217. All of its decimal places are shown.
* @param locale A language tag of BCP 47. Default: the language of browser or process.
* @throws CardsealError `options_invalid`: one of them is not that.
*/
function formatAmount(amount, currency, locale) {
	const places = Object.keys(decimals).find((places) => decimals[Number(places)]?.split(" ").includes(currency));
	try {
		if (Number.isSafeInteger(amount) && /^[A-Z]{3}$/.test(currency)) return formatMinorUnits(amount, Number(places ?? 2), currency, locale);
	} catch {}
	throw new CardsealError("options_invalid", "formatAmount: not an integer, a currency's code and a language tag");
}
/** An amount of a currency whose minor unit has this many decimal places. */
function formatMinorUnits(amount, places, currency, locale) {
	const style = {
		style: "currency",
		currency,
		minimumFractionDigits: places,
		maximumFractionDigits: places
	};
	const digits = `${Math.abs(amount)}`.padStart(places + 1, "0");
	const point = digits.length - places;
	const decimal = `${amount < 0 ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
	return new Intl.NumberFormat(locale, style).format(decimal);
}
// pkg/src/options.ts
/**
* The ASCII serialization (RFC 6454, section 6.2) of an `https` origin, or an `http` one on the local machine. A single
* trailing slash, capitals and a default port are forgiven. Throws `options_invalid` naming the option.
*/
function parseOrigin(value, option) {
	let url;
	try {
		url = new URL(value);
	} catch {}
	const local = url && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
	if (!url || url.href !== `${url.origin}/` || !(url.protocol === "https:" || url.protocol === "http:" && local)) throw new CardsealError("options_invalid", `${option}: not an https origin such as "https://vault.example"`);
	return url.origin;
}
/** A merchant id; throws `options_invalid`. */
function parseMerchant(value) {
	if (typeof value !== "string" || !/^[\w.-]{1,64}$/.test(value)) throw new CardsealError("options_invalid", "merchant: not a merchant id");
	return value;
}
/** A time in milliseconds, 1 to 120000, or the default; throws `options_invalid`. */
function parseTimeout(value, fallback) {
	if (value === void 0) return fallback;
	if (typeof value !== "number" || !(value >= 1 && value <= 12e4)) throw new CardsealError("options_invalid", "timeout: not a number of milliseconds from 1 to 120000");
	return value;
}
// pkg/src/server/base64url.ts
/** base64url without padding (RFC 4648, section 5). */
function encode(bytes) {
	return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
/** The bytes of canonical base64url without padding; `undefined` if the text is anything else. */
function decode(text) {
	if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return void 0;
	const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
	return encode(bytes) === text ? bytes : void 0;
}
/** base64url of a value's JSON in UTF-8. */
function encodeJson(value) {
	return encode(new TextEncoder().encode(JSON.stringify(value)));
}
// pkg/src/server/json.ts
/**
* Reads JSON as strictly as the vault does (`protocol/src/json.rs`): one object, in which a member comes once, each string
* is Unicode and each number an integer that every library keeps exactly (I-JSON, RFC 7493, section 2). `undefined` if the
* text is anything else. `JSON.parse` alone keeps the last of two members of one name, where another library may keep the
* first, and so would read something else out of the same signed text.
*/
function parseObject(text) {
	try {
		const value = JSON.parse(text);
		return isObject(value) && isStrict(text) ? value : void 0;
	} catch {
		return;
	}
}
/** Whether a value is what JSON calls an object. */
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** A string, with the colon behind it if it is a member's name; a number; a brace. */
var tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|[{}]/g;
/** Of a text that is JSON. */
function isStrict(json) {
	const open = [];
	for (const [token, string, colon] of json.matchAll(tokens)) if (token === "{") open.push(/* @__PURE__ */ new Set());
	else if (token === "}") open.pop();
	else if (string === void 0) {
		if (!/^(0|-?[1-9]\d*)$/.test(token) || !Number.isSafeInteger(Number(token))) return false;
	} else {
		const text = JSON.parse(string);
		if (/\p{Surrogate}/u.test(text) || colon && open.at(-1)?.has(text)) return false;
		if (colon) open.at(-1)?.add(text);
	}
	return true;
}
// pkg/src/server/claims.ts
/** What claims consist of: the types of `protocol/` as they stand in JSON. */
/** Whether a value is an object with all required members, perhaps some of the optional ones, and no other. */
function isOf(value, required, optional = {}) {
	if (!isObject(value) || !Object.keys(required).every((name) => Object.hasOwn(value, name))) return false;
	const known = new Map(Object.entries({
		...required,
		...optional
	}));
	return Object.entries(value).every(([name, member]) => known.get(name)?.(member));
}
/** 1 to 64 of `A-Z a-z 0-9 _ . -`: the id of a merchant, an order or a token. */
function isId(value) {
	return typeof value === "string" && /^[\w.-]{1,64}$/.test(value);
}
/** base64url of 32 bytes: a SHA-256 hash, a thumbprint, a coordinate. */
function isDigest(value) {
	return typeof value === "string" && value.length === 43 && decode(value) !== void 0;
}
/** A whole number that is kept exactly. */
function isWhole(value, least) {
	return Number.isSafeInteger(value) && value >= least;
}
/** Unix seconds. */
function isTime(value) {
	return isWhole(value, 0);
}
/** Scheme, host (an IPv6 address in brackets, or labels) and port of an origin, all in lower case. */
var origins = /^(https?):\/\/(\[[\da-f:]{2,39}\]|[a-z\d_-]{1,63}(?:\.[a-z\d_-]{1,63})*)(?::([1-9]\d{0,4}))?$/;
/**
* A web origin exactly as browsers report it (RFC 6454, section 6.2), by the rules of `protocol/src/origin.rs`: without a
* default port, and without TLS only on the same machine.
*/
function isOrigin(value) {
	const [, scheme, host = "", port] = typeof value === "string" && origins.exec(value) || [];
	if (!scheme || host.length > 253 || host.startsWith("[") && !host.includes(":")) return false;
	const secure = scheme === "https";
	if (!secure && ![
		"localhost",
		"127.0.0.1",
		"[::1]"
	].includes(host)) return false;
	return port === void 0 || Number(port) <= 65535 && port !== (secure ? "443" : "80");
}
// pkg/src/server/clock.ts
/** The server's time, in Unix seconds. */
function unixNow() {
	return Math.floor(Date.now() / 1e3);
}
// pkg/src/server/digest.ts
/** base64url of SHA-256 over a text in UTF-8: what names a key, an order, an envelope, a receipt, a directory. */
async function digest(text) {
	return encode(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
// pkg/src/failure.ts
/** The failed half of every result of the package. */
function failure(code, message, retryable = false) {
	return {
		ok: false,
		error: {
			code,
			message,
			retryable
		}
	};
}
// pkg/src/server/http.ts
/** How often a request is sent at most. */
var ATTEMPTS = 3;
/** How long to wait before the second one, in milliseconds, where the vault does not say; doubled for each further one. */
var PAUSE = 250;
/**
* Asks the vault. A request that it could not take (connection lost, 502, 503, 504) is sent again, at most three times in
* all, as far as the time-out allows, which is in milliseconds.
*/
async function request(send, url, { headers, ...init }, timeout) {
	const end = performance.now() + timeout;
	for (let attempt = 1;; attempt++) {
		const signal = AbortSignal.timeout(Math.max(1, Math.ceil(end - performance.now())));
		const whole = {
			...init,
			headers: {
				accept: "application/json",
				...headers
			},
			signal,
			redirect: "error"
		};
		const answer = await exchange(() => send(url, whole), signal);
		if (answer.ok || answer.again === void 0 || attempt === ATTEMPTS) return answer;
		const pause = Math.max(answer.again, PAUSE * 2 ** (attempt - 1) * (1 + Math.random()));
		if (performance.now() + pause >= end) return answer;
		await new Promise((resolve) => setTimeout(resolve, pause));
	}
}
/** The answer is none that a vault gives. */
function invalid$2() {
	return failure("response_invalid", "The answer is not one that a vault gives.");
}
/** One request and its answer. `again` in a failure: it may be sent again, after so many milliseconds at least. */
async function exchange(send, signal) {
	let response;
	let text;
	try {
		response = await send();
		text = await response.text();
	} catch (error) {
		if (signal.aborted) return failure("timeout", "The vault did not answer in time.", true);
		return {
			...failure("network", `The vault could not be reached${reason(error)}.`, true),
			again: 0
		};
	}
	const body = parseJson(text);
	if (response.ok) return response.status === 204 || body !== void 0 ? {
		ok: true,
		body
	} : invalid$2();
	const problem = readProblem(body);
	const again = [
		502,
		503,
		504
	].includes(response.status) && problem?.code !== "acquirer_timeout";
	const { code, title } = problem ?? {
		code: again ? "unavailable" : "response_invalid",
		title: `The vault answered with status ${response.status}.`
	};
	const refusal = failure(code, title, again);
	return again ? {
		...refusal,
		again: retryAfter(response)
	} : refusal;
}
/** Retry-After in milliseconds; only its form in seconds, which is what the vault sends. */
function retryAfter(response) {
	const seconds = response.headers.get("retry-after") ?? "";
	return /^\d{1,4}$/.test(seconds) ? Number(seconds) * 1e3 : 0;
}
/** What a connection failed of (`ECONNREFUSED`), if the runtime says; nothing else of its error, which may be long. */
function reason(error) {
	const code = error?.cause?.code;
	return typeof code === "string" && /^\w{1,40}$/.test(code) ? ` (${code})` : "";
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
function readProblem(body) {
	const { code, title } = body ?? {};
	if (typeof code !== "string" || !/^[a-z][a-z0-9_]{0,47}$/.test(code)) return void 0;
	return {
		code,
		title: typeof title === "string" ? title.slice(0, 512) : code
	};
}
// pkg/src/server/keys.ts
/** How such a key signs (RFC 7518, section 3.4), in WebCrypto's words. */
var es256 = {
	name: "ECDSA",
	hash: "SHA-256"
};
var algorithm = {
	name: "ECDSA",
	namedCurve: "P-256"
};
/** Makes a key to sign orders with. Register `publicKey` at the vault; keep `privateKey` on the merchant's server. */
async function generateOrderKey() {
	const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
	const { x, y, d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
	const bare = {
		kty: "EC",
		crv: "P-256",
		x,
		y
	};
	const publicKey = {
		...bare,
		kid: await thumbprint(bare),
		alg: "ES256",
		use: "sig"
	};
	return {
		publicKey,
		privateKey: {
			...publicKey,
			d
		}
	};
}
/** The RFC 7638 thumbprint: base64url of SHA-256 over the key's required members. */
async function thumbprint({ x, y }) {
	return digest(JSON.stringify({
		crv: "P-256",
		kty: "EC",
		x,
		y
	}));
}
/** Whether a value is a JWK of those members; what they say is judged by {@link readPublicKey}. */
function isEmbeddedKey(value) {
	const isString = (member) => typeof member === "string";
	return isOf(value, { kty: isString }, {
		crv: isString,
		x: isString,
		y: isString
	});
}
/**
* Reads a JWK that came from elsewhere; `undefined` unless it is a key for ES256 whose `kid`, if any, is its thumbprint and
* whose point is on the curve.
*/
async function readPublicKey(value) {
	try {
		const bare = parsePublicKey(value);
		const kid = await thumbprint(bare);
		const named = value.kid;
		if (named !== void 0 && named !== kid) return void 0;
		return {
			key: await importPublicKey(bare),
			kid,
			jwk: {
				...bare,
				kid,
				alg: "ES256",
				use: "sig"
			}
		};
	} catch {
		return;
	}
}
/** Keys that a caller gave, by their thumbprints. Throws `key_malformed` naming the option. */
async function parsePublicKeys(keys, option) {
	const bare = [keys].flat().map((key) => parsePublicKey(key, option));
	return new Map(await Promise.all(bare.map(async (key) => [await thumbprint(key), key])));
}
/** Checks that a JWK is of the shape of a private order key. Throws `key_malformed`; the message never holds the key. */
function parsePrivateKey(jwk) {
	const bare = parsePublicKey(jwk, "privateKey");
	if (!isDigest(jwk.d)) throw malformed$1("privateKey", "without a private scalar d of 32 bytes");
	return {
		...bare,
		d: jwk.d
	};
}
/** Checks that a JWK is of the shape of such a key and keeps its public half. Throws `key_malformed`. */
function parsePublicKey(jwk, option = "publicKey") {
	if (jwk?.kty !== "EC" || jwk.crv !== "P-256") throw malformed$1(option, "not a JWK of kty EC and crv P-256");
	if (!isDigest(jwk.x) || !isDigest(jwk.y)) throw malformed$1(option, "without coordinates x and y of 32 bytes");
	if (jwk.alg !== void 0 && jwk.alg !== "ES256") throw malformed$1(option, "for another alg than ES256");
	if (jwk.use !== void 0 && jwk.use !== "sig") throw malformed$1(option, "for another use than sig");
	return {
		kty: "EC",
		crv: "P-256",
		x: jwk.x,
		y: jwk.y
	};
}
/** A key to sign with; throws `key_malformed` if it is not on the curve, or its halves do not belong together. */
async function importPrivateKey(jwk) {
	return importKey({ ...jwk }, "sign", "privateKey");
}
/** A key to verify with; throws `key_malformed` if it is not on the curve. */
async function importPublicKey(jwk, option = "publicKey") {
	return importKey({ ...jwk }, "verify", option);
}
async function importKey(jwk, usage, option) {
	try {
		return await crypto.subtle.importKey("jwk", jwk, algorithm, false, [usage]);
	} catch {
		throw malformed$1(option, "not a point of P-256");
	}
}
function malformed$1(option, how) {
	return new CardsealError("key_malformed", `${option}: ${how}`);
}
// pkg/src/server/jws.ts
/** Takes a JWS apart whose header names the key by `kid` (RFC 7515, section 4.1.4). No cryptography runs. */
function parseWithKid(kind, jws) {
	return parse(kind, jws, "kid", isDigest);
}
/** Takes a JWS apart whose header holds the key as `jwk` (RFC 7515, section 4.1.3). No cryptography runs. */
function parseWithJwk(kind, jws) {
	return parse(kind, jws, "jwk", isEmbeddedKey);
}
/** Signs claims with the key of this thumbprint. */
async function sign(typ, kid, claims, key) {
	const input = `${encodeJson({
		alg: "ES256",
		typ,
		kid
	})}.${encodeJson(claims)}`;
	return `${input}.${encode(await crypto.subtle.sign(es256, key, new TextEncoder().encode(input)))}`;
}
/** Whether the key has signed this. */
async function isBy({ input, signature }, key) {
	return crypto.subtle.verify(es256, key, signature, new TextEncoder().encode(input));
}
/**
* What names a JWS: the hash of what is signed. The signature is left out, since it can be altered and still verify.
* `undefined` for what is no JWS.
*/
async function hashOf(jws) {
	return typeof jws === "string" && jws.includes(".") ? digest(jws.slice(0, jws.lastIndexOf("."))) : void 0;
}
/** Refuses an object of this kind. */
function refuse(name, code, why) {
	return failure(code, `The ${name} is ${why}.`);
}
function parse(kind, jws, member, isSigner) {
	if (typeof jws !== "string") return refuse(kind.name, kind.malformed, "not a text");
	if (jws.length > kind.maxLength) return refuse(kind.name, kind.tooLarge, `longer than ${kind.maxLength / 1024} KiB`);
	const parts = jws.split(".");
	const [header, claims] = parts.slice(0, 2).map(decodeObject);
	const signature = decode(parts[2] ?? "");
	if (parts.length !== 3 || !header || !signature) return refuse(kind.name, kind.malformed, "not a compact JWS");
	const { alg, typ, [member]: signer, ...others } = header;
	if (typeof alg === "string" && alg !== "ES256") return refuse(kind.name, kind.algorithmUnsupported, "signed by another algorithm than ES256");
	if (alg !== "ES256" || typ !== kind.typ || !isSigner(signer) || Object.keys(others).length > 0) return refuse(kind.name, kind.malformed, `not a JWS with the header of ${kind.typ}`);
	if (!claims || !kind.isClaims(claims)) return refuse(kind.name, kind.malformed, `not a JWS with the claims of ${kind.typ}`);
	return {
		ok: true,
		signed: {
			input: jws.slice(0, jws.lastIndexOf(".")),
			signature,
			signer,
			claims
		}
	};
}
/** The object whose JSON in UTF-8 is encoded; `undefined` if there is none. */
function decodeObject(part) {
	const bytes = decode(part);
	if (!bytes) return void 0;
	try {
		return parseObject(new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes));
	} catch {
		return;
	}
}
// pkg/src/server/directory.ts
var DAY$1 = 86400;
var MAX_DELEGATION_LIFE = 90 * DAY$1;
var MAX_DIRECTORY_LIFE = DAY$1;
/** How far ahead of this clock the signer's may be, in seconds. */
var LEEWAY$1 = 60;
var codes$1 = {
	malformed: "directory_malformed",
	tooLarge: "directory_malformed",
	algorithmUnsupported: "directory_algorithm_unsupported"
};
var delegationKind = {
	name: "delegation",
	typ: "cardseal-delegation+jwt",
	maxLength: 2048,
	isClaims: (claims) => isOf(claims, {
		iss: isDigest,
		sub: isOrigin,
		iat: isTime,
		exp: isTime,
		cnf: (cnf) => isOf(cnf, { jwk: isEmbeddedKey })
	}),
	...codes$1
};
var directoryKind = {
	name: "key directory",
	typ: "cardseal-keys+jwt",
	maxLength: 65536,
	isClaims: (claims) => isOf(claims, {
		iss: isOrigin,
		iat: isTime,
		exp: isTime,
		seq: (seq) => isWhole(seq, 1),
		keys: (keys) => Array.isArray(keys) && keys.length <= 64 && keys.every(isPublishedKey),
		revoked: (revoked) => Array.isArray(revoked) && revoked.length <= 512 && revoked.every(isDigest)
	}, { prev: isDigest }) && claims.seq === 1 === (claims.prev === void 0) && livesAtMost(claims, MAX_DIRECTORY_LIFE),
	...codes$1
};
/**
* Fetches a vault's key directory and verifies it as {@link verifyDirectory} does. Also fails with `network`, `timeout`,
* `unavailable` and `response_invalid`.
*
* @throws CardsealError (the promise rejects) `options_invalid`.
*/
async function fetchDirectory(options) {
	const trust = parseTrust(options);
	const timeout = parseTimeout(options.timeout, 3e4);
	const url = `${trust.vault}/.well-known/cardseal/keys`;
	const answer = await request(options.fetch ?? fetch, url, { method: "GET" }, timeout);
	return answer.ok ? verify(answer.body, trust, unixNow()) : {
		ok: false,
		error: answer.error
	};
}
/**
* Verifies the whole chain: one of the pinned root keys speaks for this vault through this delegation and this directory,
* now, and nobody has gone back to an older one than was seen. Fails with the codes `directory_*`. Asks nobody.
*
* @throws CardsealError (the promise rejects) `options_invalid`.
*/
async function verifyDirectory(published, options) {
	return verify(published, parseTrust(options), options.now ?? unixNow());
}
async function verify(published, { vault, roots, seen }, now) {
	const { delegation, directory } = isObject(published) ? published : {};
	const delegated = parseWithJwk(delegationKind, delegation);
	if (!delegated.ok) return delegated;
	const listed = parseWithKid(directoryKind, directory);
	if (!listed.ok) return listed;
	const by = await verifyDelegation(delegated.signed, vault, roots, now);
	if (!by.ok) return by;
	const { claims, signer } = listed.signed;
	if (signer !== by.kid || claims.iss !== vault || !await isBy(listed.signed, by.key)) return untrusted("key directory", "not signed, for this vault, by the key that was delegated to");
	if (!isCurrent(claims, now)) return expired("key directory");
	const next = {
		delegated: delegated.signed.claims.iat,
		sequence: claims.seq,
		hash: await digest(listed.signed.input)
	};
	if (seen && !isLater(next, seen)) return refuse("key directory", "directory_rolled_back", "older than one that was seen, or another of its number");
	const { iat, exp, seq, keys, revoked } = claims;
	return {
		ok: true,
		directory: {
			vault,
			sequence: seq,
			issued: iat,
			expires: Math.min(exp, delegated.signed.claims.exp),
			receiptKeys: await readReceiptKeys(keys, revoked),
			revoked,
			seen: formatSeen(next)
		}
	};
}
/** The key that a pinned root key has delegated to. */
async function verifyDelegation(signed, vault, roots, now) {
	const { claims, signer } = signed;
	const root = await readPublicKey(signer);
	if (!root || !roots.includes(root.kid) || claims.iss !== root.kid) return untrusted("delegation", "not by a root key that is pinned");
	if (!await isBy(signed, root.key)) return untrusted("delegation", "not signed by the root key that it names");
	if (claims.sub !== vault) return untrusted("delegation", "for another vault");
	const online = await readPublicKey(claims.cnf.jwk);
	if (!online) return refuse("delegation", codes$1.malformed, "for a key that is none");
	if (!livesAtMost(claims, MAX_DELEGATION_LIFE)) return refuse("delegation", codes$1.malformed, "not for a time of at most 90 days");
	if (!isCurrent(claims, now)) return expired("delegation");
	return {
		ok: true,
		key: online.key,
		kid: online.kid
	};
}
/** Keys of other kinds are passed over (RFC 7517, section 5), so that a vault can publish newer ones beside them. */
async function readReceiptKeys(keys, revoked) {
	return (await Promise.all(keys.filter(({ alg }) => alg === "ES256").map(readPublicKey))).flatMap((key) => key && !revoked.includes(key.kid) ? [key.jwk] : []);
}
/** A JWK of any kind: its own members are strings, a private one is refused, and what others it has are of no matter. */
function isPublishedKey(value) {
	if (!isObject(value) || typeof value.kty !== "string") return false;
	return Object.entries(value).every(([name, member]) => {
		if (name === "d" || name === "priv") return false;
		if ([
			"kty",
			"crv",
			"x",
			"y",
			"kid",
			"alg",
			"use"
		].includes(name)) return typeof member === "string";
		if (name === "nbf" || name === "exp") return isTime(member);
		return typeof member === "string" || Number.isSafeInteger(member);
	});
}
/** Whether something ends after it begins, and within so many seconds. */
function livesAtMost({ iat, exp }, seconds) {
	return exp > iat && exp <= iat + seconds;
}
function isCurrent({ iat, exp }, now) {
	return iat <= now + LEEWAY$1 && now < exp;
}
/**
* Whether `next` is `seen` again or a later one. The root key has the last word: under a later delegation the numbers may
* begin anew, so that a vault which had to be restored from a backup is not locked out.
*/
function isLater(next, seen) {
	if (next.delegated !== seen.delegated) return next.delegated > seen.delegated;
	return next.sequence > seen.sequence || next.sequence === seen.sequence && next.hash === seen.hash;
}
function formatSeen({ delegated, sequence, hash }) {
	return `${delegated}.${sequence}.${hash}`;
}
function parseTrust({ vault, roots, seen }) {
	if (!Array.isArray(roots) || roots.length < 1 || roots.length > 8 || !roots.every(isDigest)) throw new CardsealError("options_invalid", "roots: not 1 to 8 thumbprints, each of 43 characters");
	return {
		vault: parseOrigin(vault, "vault"),
		roots,
		seen: parseSeen(seen)
	};
}
/** Throws where it is not what was given to keep: to go on without would be to take any older directory. */
function parseSeen(seen) {
	if (seen === void 0 || seen === null) return void 0;
	const [, delegated, sequence, hash] = /^(\d{1,16})\.(\d{1,16})\.(.*)$/.exec(String(seen)) ?? [];
	if (!isDigest(hash)) throw new CardsealError("options_invalid", "seen: not what a directory had as seen");
	return {
		delegated: Number(delegated),
		sequence: Number(sequence),
		hash
	};
}
function untrusted(name, why) {
	return refuse(name, "directory_untrusted", why);
}
function expired(name) {
	return refuse(name, "directory_expired", "not valid at this time");
}
// pkg/src/server/dual-signature.ts
var kind$2 = {
	name: "dual signature",
	typ: "cardseal-dual-signature+jwt",
	maxLength: 1024,
	isClaims: (claims) => isOf(claims, {
		iat: isTime,
		order: isDigest,
		card: isDigest
	}),
	malformed: "dual_signature_malformed",
	tooLarge: "dual_signature_malformed",
	algorithmUnsupported: "dual_signature_malformed"
};
/**
* Verifies a dual signature by the key that it carries, and that it joins what is given: `dual_signature_malformed`, or
* `dual_signature_invalid`. Whose key it is says the receipt, which names the device: see `verifyReceipt`.
*/
async function verifyDualSignature(dualSignature, options = {}) {
	const parsed = parseWithJwk(kind$2, dualSignature);
	if (!parsed.ok) return parsed;
	const { signed } = parsed;
	const device = await readPublicKey(signed.signer);
	if (!device || !await isBy(signed, device.key)) return invalid$1("not signed by the key that it carries");
	const { iat, order, card } = signed.claims;
	if (Object.hasOwn(options, "order") && order !== await hashOf(options.order)) return invalid$1("for another order");
	if (Object.hasOwn(options, "card") && card !== options.card) return invalid$1("for another card");
	if (Object.hasOwn(options, "envelope") && card !== await digest(options.envelope ?? "")) return invalid$1("for another envelope");
	return {
		ok: true,
		dualSignature: {
			issued: iat,
			order,
			card,
			device: device.kid
		}
	};
}
function invalid$1(why) {
	return refuse("dual signature", "dual_signature_invalid", why);
}
// pkg/src/request.ts
/** A signed order at its longest, in characters: the vault's own limit. */
var MAX_ORDER = 16384;
// pkg/src/server/currency.ts
/**
* The currencies that cards are charged in, by their ISO 4217 codes: those of `protocol/src/order/currency.rs` (a test
* compares them), so that an order which the vault would refuse is refused where it is made.
*/
var codes = new Set("AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ".trim().split(" "));
/** Whether a value is the code of such a currency: three capitals. */
function isCurrency(value) {
	return codes.has(value);
}
// pkg/src/server/order.ts
var DAY = 86400;
/** How far apart the clocks of merchant and vault may be, in seconds. */
var LEEWAY = 60;
var kind$1 = {
	name: "order",
	typ: "cardseal-order+jwt",
	maxLength: MAX_ORDER,
	isClaims: (claims) => findWrong(claims) === void 0,
	malformed: "order_malformed",
	tooLarge: "order_too_large",
	algorithmUnsupported: "order_algorithm_unsupported"
};
/**
* Makes a signer of orders. `privateKey` is the JWK that `generateOrderKey` made; it stays on the merchant's server.
*
* @throws CardsealError `options_invalid`: `merchant`; `key_malformed`: not a private P-256 JWK.
*/
function createOrderSigner(options) {
	const iss = parseMerchant(options.merchant);
	const jwk = parsePrivateKey(options.privateKey);
	let signing;
	return { async sign({ id, amount, currency, origins, expiresIn = 3600, notBefore, description, items }) {
		const iat = unixNow();
		const claims = {
			iss,
			jti: id,
			iat,
			...notBefore !== void 0 && { nbf: notBefore },
			exp: iat + expiresIn,
			amount,
			currency,
			origins: Array.isArray(origins) ? origins.map((origin) => parseOrigin(origin, "origins")) : origins,
			...description !== void 0 && { description },
			...items !== void 0 && { items: copyItems(items) }
		};
		const wrong = findWrong(claims);
		if (wrong) throw new CardsealError("order_malformed", `order: ${wrong}`);
		signing ??= prepareSigning(jwk).catch((error) => {
			signing = void 0;
			throw error;
		});
		const { key, kid } = await signing;
		const jws = await sign(kind$1.typ, kid, claims, key);
		if (jws.length > 16384) throw new CardsealError("order_too_large", "order: longer than 16 KiB when signed");
		return jws;
	} };
}
/**
* Verifies an order that came back from a page: its form, its signature, then merchant and time. `publicKey` may be
* several, while keys are changed.
*
* @throws CardsealError (the promise rejects) `key_malformed`: `publicKey` is not a P-256 JWK.
*/
async function verifyOrder(jws, publicKey, { merchant, now = unixNow() } = {}) {
	const keys = await parsePublicKeys(publicKey, "publicKey");
	const parsed = parseWithKid(kind$1, jws);
	if (!parsed.ok) return parsed;
	const { signed } = parsed;
	const { claims } = signed;
	const key = keys.get(signed.signer);
	if (!key) return refuse("order", "order_key_unknown", "signed by a key that is not given");
	if (!await isBy(signed, await importPublicKey(key))) return refuse("order", "order_signature_invalid", "not signed as it stands: its signature is wrong");
	if (merchant !== void 0 && claims.iss !== merchant) return refuse("order", "order_wrong_merchant", "of another merchant");
	if (now >= claims.exp) return refuse("order", "order_expired", "expired");
	if (Math.max(claims.iat, claims.nbf ?? 0) > now + LEEWAY) return refuse("order", "order_not_yet_valid", "not valid yet");
	const { iss, jti, iat, exp, nbf, ...rest } = claims;
	return {
		ok: true,
		order: {
			merchant: iss,
			id: jti,
			issued: iat,
			expires: exp,
			...nbf !== void 0 && { notBefore: nbf },
			...rest
		}
	};
}
async function prepareSigning(jwk) {
	const [key, publicKey] = await Promise.all([importPrivateKey(jwk), importPublicKey(parsePublicKey(jwk))]);
	const probe = /* @__PURE__ */ new Uint8Array(1);
	if (!await crypto.subtle.verify(es256, publicKey, await crypto.subtle.sign(es256, key, probe), probe)) throw new CardsealError("key_malformed", "privateKey: d does not belong to x and y");
	return {
		key,
		kid: await thumbprint(jwk)
	};
}
/** Only the members that an item has: the vault refuses others. */
function copyItems(items) {
	return Array.isArray(items) ? items.map((item) => ({
		name: item?.name,
		quantity: item?.quantity,
		amount: item?.amount
	})) : items;
}
/** What is wrong with the claims of an order, in words for the merchant; `undefined` if nothing is. */
function findWrong(claims) {
	const { iss, jti, iat, nbf, exp, amount, currency, origins, description, items, ...others } = claims;
	if (Object.keys(others).length > 0) return "has a member that is not known";
	if (!isId(iss)) return "merchant is not 1 to 64 of A-Z a-z 0-9 _ . -";
	if (!isId(jti)) return "id is not 1 to 64 of A-Z a-z 0-9 _ . -";
	if (!isTime(iat)) return "issued is not a time in whole seconds";
	if (!isWhole(exp, iat + 1) || exp > iat + DAY) return "expiresIn is not 1 to 86400 whole seconds";
	if (nbf !== void 0 && !(isTime(nbf) && nbf < exp)) return "notBefore is not a time in whole seconds before it expires";
	if (!isWhole(amount, 1)) return "amount is not a whole number of minor units from 1 to 2^53-1";
	if (!isCurrency(currency)) return "currency is not the ISO 4217 code, in capitals, of a currency that cards are charged in";
	if (!isList(origins, isOrigin, 1, 16)) return "origins are not 1 to 16 origins";
	if (description !== void 0 && !isText(description)) return "description is not a text of at most 256 bytes";
	if (items === void 0) return void 0;
	if (!isList(items, isItem, 0, 100)) return "items are not at most 100 of name, quantity and amount";
	return items.length === 0 || sum(items) === amount ? void 0 : "items do not add up to amount";
}
function isText(value) {
	return typeof value === "string" && !/\p{Surrogate}/u.test(value) && new TextEncoder().encode(value).length <= 256;
}
function isItem(value) {
	return isOf(value, {
		name: (name) => name !== "" && isText(name),
		quantity: (quantity) => isWhole(quantity, 1),
		amount: Number.isSafeInteger
	});
}
function isList(value, holds, least, most) {
	return Array.isArray(value) && value.length >= least && value.length <= most && value.every(holds);
}
/** In minor units; `undefined` beyond what a number holds exactly. */
function sum(items) {
	const total = items.reduce((total, { quantity, amount }) => total + BigInt(quantity) * BigInt(amount), 0n);
	return Number.isSafeInteger(Number(total)) ? Number(total) : void 0;
}
// pkg/src/server/receipt.ts
var kind = {
	name: "receipt",
	typ: "cardseal-receipt+jwt",
	maxLength: 4096,
	isClaims: (claims) => isOf(claims, {
		iss: isOrigin,
		sub: isId,
		aud: isId,
		iat: isTime,
		exp: isTime,
		last4: matches(/^\d{4}$/),
		order: isDigest,
		card: isDigest,
		device: isDigest,
		origin: isOrigin,
		suite: matches(/^HPKE-[\w-]{1,32}$/),
		key: isDigest
	}, {
		brand: matches(/^[a-z_]{1,32}$/),
		prev: isDigest
	}) && claims.exp > claims.iat,
	malformed: "receipt_malformed",
	tooLarge: "receipt_malformed",
	algorithmUnsupported: "receipt_malformed"
};
/**
* Verifies a receipt: that the vault has signed it, and that it is about what is given. Refusals are `receipt_malformed`
* and `receipt_invalid`, and for a dual signature that is wrong in itself `dual_signature_malformed` and
* `dual_signature_invalid`. A receipt stays true after its token has expired, so its times are not judged.
*
* @throws CardsealError (the promise rejects) `key_malformed`: `keys` are not P-256 JWKs.
*/
async function verifyReceipt(receipt, options) {
	const keys = await parsePublicKeys(options.keys, "keys");
	const parsed = parseWithKid(kind, receipt);
	if (!parsed.ok) return parsed;
	const { signed } = parsed;
	const key = keys.get(signed.signer);
	if (!key) return invalid("signed by a key that is not given");
	if (!await isBy(signed, await importPublicKey(key, "keys"))) return invalid("not signed as it stands");
	const { claims } = signed;
	const given = (option) => Object.hasOwn(options, option);
	if (given("vault") && claims.iss !== options.vault) return invalid("of another vault");
	if (given("merchant") && claims.aud !== options.merchant) return invalid("for another merchant");
	if (given("token") && claims.sub !== options.token) return invalid("for another token");
	if (given("order") && claims.order !== await hashOf(options.order)) return invalid("for another order");
	if (given("envelope") && claims.card !== await digest(options.envelope ?? "")) return invalid("for another envelope");
	if (given("dualSignature")) {
		const dual = await verifyDualSignature(options.dualSignature);
		if (!dual.ok) return dual;
		const { order, card, device } = dual.dualSignature;
		if (order !== claims.order) return invalid("for another order than the dual signature");
		if (card !== claims.card) return invalid("for another card than the dual signature");
		if (device !== claims.device) return invalid("for another device than the dual signature's");
	}
	return {
		ok: true,
		receipt: read(claims, await digest(signed.input))
	};
}
function read(claims, hash) {
	const { iss, sub, aud, iat, exp, brand = null, prev = null, last4, order, card, device, origin, suite, key } = claims;
	return {
		vault: iss,
		token: sub,
		merchant: aud,
		issued: iat,
		expires: exp,
		brand,
		last4,
		order,
		card,
		device,
		origin,
		suite,
		key,
		previous: prev,
		hash
	};
}
function matches(pattern) {
	return (value) => typeof value === "string" && pattern.test(value);
}
function invalid(why) {
	return refuse("receipt", "receipt_invalid", why);
}
// pkg/src/server/vault.ts
/**
* Makes a client of the vault's HTTP interface. A request that the vault could not take (connection lost, 502, 503, 504)
* is sent again, at most three times in all, as far as the time-out allows.
*
* @throws CardsealError `options_invalid`.
*/
function createVaultClient(options) {
	const vault = parseOrigin(options.vault, "vault");
	const timeout = parseTimeout(options.timeout, 3e4);
	const { apiKey } = options;
	if (typeof apiKey !== "string" || !/^sk_[\w-]+$/.test(apiKey)) throw new CardsealError("options_invalid", "apiKey: does not look like \"sk_…\"");
	const send = options.fetch ?? fetch;
	function call(method, path, body, idempotencyKey) {
		const headers = {
			authorization: `Bearer ${apiKey}`,
			...body !== void 0 && { "content-type": "application/json" },
			...idempotencyKey !== void 0 && { "idempotency-key": idempotencyKey }
		};
		return request(send, `${vault}${path}`, {
			method,
			headers,
			...body !== void 0 && { body }
		}, timeout);
	}
	return {
		async pay({ token, order }) {
			if (!isToken(token)) return malformed("token");
			if (typeof order !== "string" || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(order)) return malformed("order");
			if (order.length > 16384) return failure("order_too_large", "The order is longer than 16 KiB.");
			const key = await digest(`${token}.${order}`);
			const answer = await call("POST", "/v1/payments", JSON.stringify({
				token,
				order
			}), key);
			return answer.ok ? readPayment(answer.body) ?? invalid$2() : refused(answer);
		},
		async token(id) {
			if (!isToken(id)) return malformed("token");
			const answer = await call("GET", `/v1/tokens/${id}`);
			return answer.ok ? readToken(answer.body) ?? invalid$2() : refused(answer);
		},
		async deleteToken(id) {
			if (!isToken(id)) return malformed("token");
			const answer = await call("DELETE", `/v1/tokens/${id}`);
			return answer.ok ? { ok: true } : refused(answer);
		},
		async receipts(after = 0) {
			if (!Number.isSafeInteger(after) || after < 0) return malformed("number of a receipt");
			const answer = await call("GET", `/v1/receipts?after=${after}`);
			return answer.ok ? readReceipts(answer.body) ?? invalid$2() : refused(answer);
		}
	};
}
function readReceipts(body) {
	const { receipts } = body ?? {};
	if (!Array.isArray(receipts)) return void 0;
	const kept = [];
	for (const wire of receipts) {
		const { seq, receipt, dual_signature: dualSignature } = wire ?? {};
		if (!Number.isSafeInteger(seq) || !isFilled(receipt) || !isFilled(dualSignature)) return void 0;
		kept.push({
			seq,
			receipt,
			dualSignature
		});
	}
	return {
		ok: true,
		receipts: kept
	};
}
function readPayment(body) {
	const wire = body ?? {};
	const { payment, status, order, amount, currency, token, brand, last4, created } = wire;
	const { authorization_code: authorizationCode, decline_code: declineCode } = wire;
	if (![
		payment,
		order,
		currency,
		token,
		last4
	].every(isFilled) || !isBrand(brand) || ![amount, created].every(Number.isSafeInteger)) return void 0;
	const members = {
		ok: true,
		payment,
		order,
		amount,
		currency,
		token,
		brand,
		last4,
		created
	};
	if (status === "approved" && isFilled(authorizationCode)) return {
		...members,
		status,
		authorizationCode
	};
	if (status === "declined" && isFilled(declineCode)) return {
		...members,
		status,
		declineCode
	};
}
function readToken(body) {
	const wire = body ?? {};
	const { token, status, brand, last4, order, amount, currency, created, expires } = wire;
	const { exp_month: expMonth, exp_year: expYear } = wire;
	const { receipt = null, dual_signature: dualSignature = null } = wire;
	const known = [
		"active",
		"spent",
		"expired",
		"deleted"
	].includes(status) && isBrand(brand);
	const numbers = [
		expMonth,
		expYear,
		amount,
		created,
		expires
	];
	if (![receipt, dualSignature].every((jws) => jws === null || isFilled(jws))) return void 0;
	if (!known || ![
		token,
		last4,
		order,
		currency
	].every(isFilled) || !numbers.every(Number.isSafeInteger)) return;
	const card = {
		brand,
		last4,
		expMonth,
		expYear
	};
	const signed = {
		receipt,
		dualSignature
	};
	return {
		ok: true,
		token,
		status,
		...card,
		order,
		amount,
		currency,
		created,
		expires,
		...signed
	};
}
function isBrand(value) {
	return value === null || isFilled(value);
}
function isFilled(value) {
	return typeof value === "string" && value !== "";
}
function isToken(value) {
	return typeof value === "string" && /^tok_[\w-]{1,128}$/.test(value);
}
/** Not thrown: tokens and orders come from pages, so that a malformed one is no mistake of the merchant's program. */
function malformed(member) {
	return failure("request_malformed", `The ${member} is not of the form that Cardseal makes.`);
}
function refused({ error }) {
	return {
		ok: false,
		error
	};
}
export { CardsealError, createOrderSigner, createVaultClient, fetchDirectory, formatAmount, generateOrderKey, verifyDirectory, verifyDualSignature, verifyOrder, verifyReceipt };
