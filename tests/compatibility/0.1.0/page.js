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
// pkg/src/height.ts
/**
* The height that the frame will need, in CSS pixels, so that nothing moves when it has loaded: frame.css adds up to it.
* Where a page's rules make fields higher than `fieldHeight`, the frame's own word corrects it.
*/
function foreseeHeight(options, width) {
	const { appearance: { theme, variables: { spacing = "14", fieldHeight = "60" } = {} } = {}, layout } = options;
	const { cardholder = false, country = false, postalCode = false, showTotal } = options;
	const gap = theme === "outline" ? parseFloat(spacing) : 0;
	const rows = layout?.areas?.length ?? (layout === "stacked" ? 3 + Number(country) + Number(postalCode) : (layout === "line" && width > 479 ? 1 : 2) + Number(country || postalCode)) + Number(cardholder);
	return 44 - gap + rows * (parseFloat(fieldHeight) + gap) + (showTotal ? 41 + gap : 0);
}
// pkg/src/request.ts
/** A signed order at its longest, in characters: the vault's own limit. */
var MAX_ORDER = 16384;
/** The order, if it may be one; whether it is one is judged where the card is. */
function readOrder(request) {
	const order = request?.order;
	if (typeof order !== "string" || !order) return failure("order_malformed", "order: not a signed order.");
	if (order.length > 16384) return failure("order_too_large", "order: longer than 16 KiB.");
	return {
		ok: true,
		order
	};
}
/** Reads what a frame sent over the port; `undefined` if it is not a {@link FrameMessage}. */
function parseFrameMessage(data) {
	return attempt(frameMessage, data);
}
/** Reads the options of a card form; `undefined` if one is unknown or malformed. */
function parseCardOptions(data) {
	return attempt(cardOptions, data);
}
function attempt(parser, data) {
	try {
		return parser(data);
	} catch {
		return;
	}
}
function refuse$1() {
	throw new TypeError();
}
/** An object with these members and no others, own ones only. */
/* @__NO_SIDE_EFFECTS__ */
function object(members) {
	return (value) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) refuse$1();
		if (Reflect.ownKeys(value).some((key) => !Object.hasOwn(members, key))) refuse$1();
		const copy = {};
		for (const [key, parser] of Object.entries(members)) {
			const member = parser(Object.hasOwn(value, key) ? value[key] : void 0);
			if (member !== void 0) copy[key] = member;
		}
		return copy;
	};
}
/** One of several objects, told apart by the member `name`. */
/* @__NO_SIDE_EFFECTS__ */
function union(name, variants) {
	return (value) => {
		const key = String(value[name]);
		const parser = Object.hasOwn(variants, key) ? variants[key] : void 0;
		return parser ? parser(value) : refuse$1();
	};
}
/* @__NO_SIDE_EFFECTS__ */
function message(type, members = {}) {
	return /* @__PURE__ */ object({
		v: /* @__PURE__ */ literal(1),
		type: /* @__PURE__ */ literal(type),
		...members
	});
}
/* @__NO_SIDE_EFFECTS__ */
function literal(...allowed) {
	return (value) => allowed.includes(value) ? value : refuse$1();
}
/* @__NO_SIDE_EFFECTS__ */
function optional(parser) {
	return (value) => value === void 0 ? value : parser(value);
}
/* @__NO_SIDE_EFFECTS__ */
function nullable(parser) {
	return (value) => value === null ? value : parser(value);
}
/* @__NO_SIDE_EFFECTS__ */
function list(parser, most) {
	return (value) => Array.isArray(value) && value.length <= most ? Array.from(value, parser) : refuse$1();
}
/* @__NO_SIDE_EFFECTS__ */
function integer(least, most) {
	return (value) => Number.isInteger(value) && value >= least && value <= most ? value : refuse$1();
}
/* @__NO_SIDE_EFFECTS__ */
function text(pattern) {
	return (value) => typeof value === "string" && pattern.test(value) ? value : refuse$1();
}
/* @__NO_SIDE_EFFECTS__ */
function upTo(length) {
	return (value) => typeof value === "string" && value.length <= length ? value : refuse$1();
}
/** Texts, in lists and objects. What they say the frame reads, and answers what it cannot. */
function data(value) {
	return typeof value === "string" ? (/* @__PURE__ */ upTo(2048))(value) : Array.isArray(value) ? (/* @__PURE__ */ list(data, 16))(value) : (/* @__PURE__ */ object(Object.fromEntries(Object.keys(value).map((key) => [name(key), data]))))(value);
}
/** A code or a brand by its shape, not by a list: a newer vault may know more of them than this version. No digits. */
/* @__NO_SIDE_EFFECTS__ */
function identifier() {
	return /* @__PURE__ */ text(/^[a-z_]{1,48}$/);
}
var name = /* @__PURE__ */ text(/^[a-z:.]{1,99}$/i);
var boolean = /* @__PURE__ */ literal(true, false);
var fields = [
	"number",
	"expiry",
	"code",
	"name",
	"country",
	"postalCode"
];
var field = /* @__PURE__ */ literal(...fields);
var brand = /* @__PURE__ */ identifier();
var last4 = /* @__PURE__ */ text(/^\d{4}$/);
var callId = /* @__PURE__ */ integer(1, Number.MAX_SAFE_INTEGER);
/** An object with a member for each field. */
/* @__NO_SIDE_EFFECTS__ */
function ofEachField(parser) {
	return /* @__PURE__ */ object(Object.fromEntries(fields.map((name) => [name, parser])));
}
var fieldTexts = /* @__PURE__ */ ofEachField(/* @__PURE__ */ optional(/* @__PURE__ */ upTo(128)));
/** "auto", or a tag of BCP 47 by its form: at what else there is, Intl throws. */
var locale = (value) => (value === "auto" || new Intl.Locale((/* @__PURE__ */ upTo(64))(value)), value);
var cardOptions = /* @__PURE__ */ object({
	appearance: /* @__PURE__ */ optional(data),
	fonts: /* @__PURE__ */ optional(/* @__PURE__ */ list(data, 8)),
	layout: /* @__PURE__ */ optional(data),
	cardholder: /* @__PURE__ */ optional(boolean),
	country: /* @__PURE__ */ optional(boolean),
	postalCode: /* @__PURE__ */ optional(boolean),
	defaultCountry: /* @__PURE__ */ optional(/* @__PURE__ */ text(/^[A-Z]{2}$/)),
	preferredBrands: /* @__PURE__ */ optional(/* @__PURE__ */ list(brand, 16)),
	labels: /* @__PURE__ */ optional(fieldTexts),
	placeholders: /* @__PURE__ */ optional(fieldTexts),
	showTotal: /* @__PURE__ */ optional(boolean),
	order: /* @__PURE__ */ optional(/* @__PURE__ */ upTo(MAX_ORDER)),
	timeout: /* @__PURE__ */ optional(/* @__PURE__ */ integer(1, 12e4)),
	locale: /* @__PURE__ */ optional(locale)
});
var cardState = /* @__PURE__ */ object({
	complete: boolean,
	empty: boolean,
	brand: /* @__PURE__ */ nullable(brand),
	brands: /* @__PURE__ */ list(brand, 16),
	brandChoices: /* @__PURE__ */ list(brand, 16),
	chosenBrand: /* @__PURE__ */ nullable(brand),
	codeName: /* @__PURE__ */ text(/^[A-Z]{1,8}[1-9]?$/),
	codeLength: /* @__PURE__ */ integer(3, 4),
	last4: /* @__PURE__ */ nullable(last4),
	fields: /* @__PURE__ */ ofEachField(/* @__PURE__ */ object({
		empty: boolean,
		complete: boolean,
		length: /* @__PURE__ */ integer(0, 1024),
		problem: /* @__PURE__ */ nullable(/* @__PURE__ */ identifier())
	}))
});
var frameMessage = /* @__PURE__ */ union("type", {
	hello: /* @__PURE__ */ message("hello"),
	ready: /* @__PURE__ */ message("ready", { state: cardState }),
	failed: /* @__PURE__ */ object({
		v: /* @__PURE__ */ integer(1, Number.MAX_SAFE_INTEGER),
		type: /* @__PURE__ */ literal("failed"),
		code: /* @__PURE__ */ identifier()
	}),
	change: /* @__PURE__ */ message("change", { state: cardState }),
	focus: /* @__PURE__ */ message("focus", { field }),
	blur: /* @__PURE__ */ message("blur", { field }),
	submit: /* @__PURE__ */ message("submit"),
	progress: /* @__PURE__ */ message("progress", { step: /* @__PURE__ */ literal("verifying", "sealing", "sending", "checking") }),
	resize: /* @__PURE__ */ message("resize", { height: /* @__PURE__ */ integer(1, 4096) }),
	title: /* @__PURE__ */ message("title", { title: /* @__PURE__ */ text(/^\P{Nd}{1,64}$/u) }),
	optionserror: /* @__PURE__ */ message("optionserror", { member: name }),
	result: /* @__PURE__ */ message("result", {
		id: callId,
		result: /* @__PURE__ */ union("ok", {
			true: /* @__PURE__ */ object({
				ok: /* @__PURE__ */ literal(true),
				token: /* @__PURE__ */ text(/^tok_[\w-]{1,128}$/),
				brand: /* @__PURE__ */ nullable(brand),
				last4,
				expMonth: /* @__PURE__ */ integer(1, 12),
				expYear: /* @__PURE__ */ integer(2e3, 9999),
				expires: /* @__PURE__ */ integer(0, Number.MAX_SAFE_INTEGER),
				envelope: /* @__PURE__ */ upTo(4096),
				dualSignature: /* @__PURE__ */ upTo(1024),
				receipt: /* @__PURE__ */ upTo(4096)
			}),
			false: /* @__PURE__ */ object({
				ok: /* @__PURE__ */ literal(false),
				error: /* @__PURE__ */ object({
					code: /* @__PURE__ */ identifier(),
					message: /* @__PURE__ */ upTo(512),
					retryable: boolean,
					field: /* @__PURE__ */ optional(field)
				})
			})
		})
	})
});
// pkg/src/version.ts
/** The package's version, as in package.json (a test compares them). */
var VERSION = "0.1.0";
// pkg/src/frame.ts
/** How often the iframe is made anew where the vault's document does not come. */
var RETRIES = 2;
/** Pause before the iframe is made anew, in milliseconds; doubled for the second time. */
var BACKOFF = 300;
/** One iframe on the vault's origin, from mount to unmount, and the port through which it is spoken to. */
var Frame = class {
	#settings;
	#owner;
	#iframe;
	#port;
	/** What is to be sent once the frame is ready; `undefined` when it is. */
	#queue = [];
	/** The load time-out. */
	#loading;
	/** What the iframe is given time for: to load, to greet, or to be made anew. */
	#waiting;
	/** When the load time-out ends, by `performance.now()`. */
	#end = 0;
	#retries = 0;
	/** The vault's frame was there: whatever happens now, what may have been typed in it is not thrown away for a retry. */
	#greeted = false;
	/** Why the iframe had to be made anew. */
	#missed;
	/** Appends the iframe to `parent` and starts to load it. */
	constructor(parent, settings, owner) {
		this.#settings = settings;
		this.#owner = owner;
		this.#startLoading();
		document.addEventListener("securitypolicyviolation", this.#violated);
		this.#iframe = this.#make();
		parent.append(this.#iframe);
		this.#size();
		this.#waiting = setTimeout(this.#retry, settings.timeout / 2, "load_timeout");
	}
	/** The iframe is still in the document. */
	get connected() {
		return this.#iframe.isConnected;
	}
	/** The frame has said that it is ready. */
	get ready() {
		return !this.#queue;
	}
	/** Sends now, or as soon as the frame is ready. */
	send(message) {
		if (this.#queue) this.#queue.push(message);
		else this.#port?.postMessage({
			v: 1,
			...message
		});
	}
	/** Moves the focus into the iframe: a browser lets a frame take it only from within the frame that has it. */
	focus() {
		this.#iframe.focus();
	}
	/** Removes the iframe and forgets everything. */
	close() {
		this.#stopTimers();
		this.#disconnect();
		document.removeEventListener("securitypolicyviolation", this.#violated);
		this.#iframe.remove();
	}
	/** Gives the iframe, which is in the page, the height that its fields will need. */
	#size() {
		this.#iframe.setAttribute("height", `${foreseeHeight(this.#owner.options(), this.#iframe.clientWidth)}`);
	}
	#make() {
		const { fonts, locale } = this.#owner.options();
		const origins = fonts?.map((font) => `${font?.src}`.split("/", 3).join("/"));
		const iframe = document.createElement("iframe");
		const attributes = {
			title: "Card details",
			class: "cardseal-frame",
			allow: "",
			referrerpolicy: "no-referrer",
			width: "100%",
			frameborder: "0",
			align: "top",
			scrolling: "no",
			src: `${this.#settings.vault}/frame/?merchant=${this.#settings.merchant}${origins ? `&fonts=${origins}` : ""}${locale ? `&locale=${locale}` : ""}`
		};
		for (const [name, value] of Object.entries(attributes)) iframe.setAttribute(name, value);
		iframe.addEventListener("load", this.#connect);
		return iframe;
	}
	/** A document has loaded in the iframe: hands it a fresh port, if it is of the vault's origin. */
	#connect = () => {
		if (this.#port) {
			this.#port.close();
			if (this.ready) this.#startLoading();
			this.#queue = [];
			this.#owner.reloaded();
		}
		const { port1, port2 } = new MessageChannel();
		this.#port = port1;
		port1.onmessage = (event) => {
			const message = parseFrameMessage(event.data);
			if (message && this.#port === port1) this.#receive(message);
		};
		clearTimeout(this.#waiting);
		this.#waiting = setTimeout(() => {
			this.#waiting = setTimeout(this.#retry, 1e3, "blocked");
		}, 1e3);
		const connect = {
			cardseal: 1,
			type: "connect",
			version: VERSION,
			roots: this.#settings.roots,
			options: this.#owner.options()
		};
		this.#iframe.contentWindow?.postMessage(connect, this.#settings.vault, [port2]);
	};
	#receive(message) {
		if (message.type === "hello") {
			this.#greeted = true;
			clearTimeout(this.#waiting);
		} else if (message.type === "resize") this.#iframe.setAttribute("height", String(message.height));
		else if (message.type === "title") this.#iframe.setAttribute("title", message.title);
		else if (message.type === "failed") this.#fail(message.code);
		else {
			if (message.type === "ready") {
				this.#stopTimers();
				const queue = this.#queue ?? [];
				this.#queue = void 0;
				for (const waiting of queue) this.send(waiting);
			}
			this.#owner.received(message);
		}
	}
	#violated = (event) => {
		const { blockedURI, disposition, effectiveDirective } = event;
		if ((blockedURI === this.#settings.vault || blockedURI.startsWith(`${this.#settings.vault}/`)) && disposition === "enforce" && effectiveDirective === "frame-src") this.#fail("csp");
	};
	/**
	* The vault's document did not come: makes the iframe anew, after a pause, if that may help and there is time for it.
	* Not by loading the same iframe again, which would put an entry into the history that Back goes through.
	*/
	#retry = (code) => {
		const pause = BACKOFF * 2 ** this.#retries * (.5 + Math.random());
		const isLate = performance.now() + pause >= this.#end;
		if (this.#greeted || this.#retries === RETRIES || isLate || !navigator.onLine) {
			this.#fail(code);
			return;
		}
		this.#retries++;
		this.#missed = code;
		this.#disconnect();
		this.#waiting = setTimeout(() => {
			const old = this.#iframe;
			this.#iframe = this.#make();
			old.replaceWith(this.#iframe);
			this.#size();
		}, pause);
	};
	#fail = (code) => {
		this.close();
		this.#owner.failed(code);
	};
	#disconnect() {
		this.#iframe.removeEventListener("load", this.#connect);
		this.#port?.close();
		this.#port = void 0;
	}
	#startLoading() {
		clearTimeout(this.#loading);
		this.#end = performance.now() + this.#settings.timeout;
		const isSandboxed = window.origin === "null";
		const expire = () => this.#fail(isSandboxed ? "origin_refused" : this.#missed ?? "load_timeout");
		this.#loading = setTimeout(expire, isSandboxed ? 0 : this.#settings.timeout);
	}
	#stopTimers() {
		clearTimeout(this.#loading);
		clearTimeout(this.#waiting);
	}
};
// pkg/src/listeners.ts
/** Every event, by its name. */
var types = [
	"ready",
	"change",
	"focus",
	"blur",
	"submit",
	"progress",
	"optionserror",
	"loaderror"
];
/** The listeners of one card form. */
var Listeners = class {
	#all = /* @__PURE__ */ new Set();
	/** Adds a listener; gives the function that takes it away again. Throws `options_invalid`. */
	on(type, listener) {
		if (!types.includes(type) || typeof listener !== "function") throw new CardsealError("options_invalid", `on: the events are ${types.join(", ")}`);
		const entry = {
			type,
			listener
		};
		this.#all.add(entry);
		return () => {
			this.#all.delete(entry);
		};
	}
	/** Calls the listeners of an event. One that throws is reported as an uncaught error and does not stop the others. */
	emit(type, event) {
		for (const entry of [...this.#all]) {
			if (entry.type !== type) continue;
			try {
				entry.listener(event);
			} catch (error) {
				queueMicrotask(() => {
					throw error;
				});
			}
		}
	}
	clear() {
		this.#all.clear();
	}
};
// pkg/src/load-error.ts
/** Why nothing came, where all that is seen is that nothing came. */
var unexplained = [
	"blocked",
	"load_timeout",
	"network"
];
/** What is told of fields that did not load: the code as it was seen, or what the page itself knows to explain it. */
function loadError(seen) {
	const code = unexplained.includes(seen) && !navigator.onLine ? "offline" : seen;
	return {
		cause: causeOf(code),
		code,
		message: messageOf(code)
	};
}
/** The cause that a code falls under. The catalogue of errors says the same for each (a test compares them). */
function causeOf(code) {
	switch (code) {
		case "csp":
		case "offline": return code;
		case "load_timeout":
		case "timeout": return "timeout";
		case "version_unsupported":
		case "suite_unsupported": return "version";
		case "origin_refused":
		case "origin_not_allowed": return "origin";
		default: return "blocked";
	}
}
function messageOf(code) {
	switch (code) {
		case "blocked": return "The card fields did not load: vault down, merchant unknown, or page not among the merchant's origins.";
		case "csp": return "The page's Content-Security-Policy must allow the vault in frame-src.";
		case "offline": return "The browser is offline.";
		case "load_timeout": return "The card fields did not load in time.";
		case "origin_refused": return "The page has no origin of its own: a sandbox needs \"allow-same-origin\".";
		default: return `The card fields reported ${code}.`;
	}
}
// pkg/src/element.ts
/** How long the frame may take for `tokenize` where the options do not say, in milliseconds. */
var TOKENIZE_TIMEOUT = 15e3;
/** How much longer the page waits than the frame was told to, so that the frame's own answer comes first. */
var GRACE = 2e3;
/** How often a call under way looks whether its frame is still there, in milliseconds. */
var WATCH = 250;
/** The card fields on a page: one iframe on the vault's origin, which alone holds what the shopper types. */
var CardElement = class {
	#settings;
	#listeners = new Listeners();
	#options;
	#frame;
	/** Why there is no frame though `mount` was called. */
	#failed;
	#destroyed = false;
	#call;
	#calls = 0;
	/** @internal Made by `cardseal.card()`. */
	constructor(settings, options) {
		this.#settings = settings;
		this.#options = checked(options);
	}
	/**
	* Listens to an event and returns the function that stops listening.
	*
	* @throws CardsealError `options_invalid`: no such event.
	*/
	on(type, listener) {
		return this.#listeners.on(type, listener);
	}
	/**
	* Puts the fields into the page, as the last child of an element given itself or by a CSS selector. Emits `ready`, or
	* within the load time-out `loaderror`. Called again, it starts afresh there.
	*
	* The iframe has class `cardseal-frame`, fills its parent's width and keeps its own height.
	*
	* @throws CardsealError `options_invalid`: there is no such element; `destroyed`.
	*/
	mount(target) {
		if (this.#destroyed) throw new CardsealError("destroyed", "The card element was destroyed.");
		const parent = find(target);
		this.unmount();
		this.#frame = new Frame(parent, this.#settings, {
			options: () => this.#options,
			received: (message) => this.#receive(message),
			reloaded: () => this.#settle("not_ready", "The card fields were reloaded; the card has to be typed again."),
			failed: (code) => {
				const error = loadError(code);
				this.#frame = void 0;
				this.#failed = failure(error.code, error.message).error;
				this.#settle(error.code, error.message);
				this.#listeners.emit("loaderror", error);
			}
		});
	}
	/** Takes the fields, and what was typed, out of the page. `mount` puts empty ones back. */
	unmount() {
		this.#frame?.close();
		this.#frame = void 0;
		this.#failed = void 0;
		this.#settle("destroyed", "The card fields were removed.");
	}
	/**
	* Seals the card and swaps it for a token that pays `order`, the JWS that the merchant's server signed.
	*
	* Waits for `ready` if it must. Always resolves, at the latest after the load time-out and the tokenize time-out, and
	* two seconds. Emits `progress` on the way. In a browser that is offline it resolves to `offline` at once, and nothing
	* is kept for later.
	*
	* May be called again after `timeout` or `network`: should there be two tokens of one order then, only one can pay it.
	*/
	tokenize(request) {
		const read = readOrder(request);
		const frame = this.#frame;
		if (this.#destroyed) return refuse("destroyed", "The card element was destroyed.");
		if (!read.ok) return Promise.resolve(read);
		if (this.#call) return refuse("tokenize_in_progress", "The card is being tokenized already.", true);
		if (this.#failed) return Promise.resolve({
			ok: false,
			error: this.#failed
		});
		if (!frame) return refuse("not_ready", "The card element is not mounted.");
		if (!navigator.onLine) return refuse("offline", "The browser is offline.", true);
		const id = ++this.#calls;
		const wait = (frame.ready ? 0 : this.#settings.timeout) + (this.#options.timeout ?? TOKENIZE_TIMEOUT) + GRACE;
		const end = performance.now() + wait;
		return new Promise((resolve) => {
			const watch = setInterval(() => {
				if (!frame.connected) this.#settle("destroyed", "The card fields were removed.");
				else if (performance.now() >= end) this.#settle("timeout", "The card fields did not answer in time.", true);
			}, WATCH);
			this.#call = {
				id,
				settle: (result) => {
					clearInterval(watch);
					this.#call = void 0;
					resolve(result);
				}
			};
			frame.send({
				type: "tokenize",
				id,
				order: read.order
			});
		});
	}
	/** Empties every input. */
	clear() {
		this.#frame?.send({ type: "clear" });
	}
	/** Moves the focus to an input: to the given one, or to the first that needs the shopper. */
	focus(field) {
		this.#frame?.focus();
		this.#frame?.send(field ? {
			type: "focus",
			field
		} : { type: "focus" });
	}
	/**
	* Changes some of the options, at once where the fields are mounted.
	*
	* @throws CardsealError `options_invalid`.
	*/
	update(options) {
		this.#options = checked({
			...this.#options,
			...options
		});
		this.#frame?.send({
			type: "update",
			options: this.#options
		});
	}
	/** Takes the fields out of the page for good. A call under way resolves with `destroyed`. */
	destroy() {
		this.unmount();
		this.#destroyed = true;
		this.#listeners.clear();
	}
	#receive(message) {
		switch (message.type) {
			case "ready":
			case "change":
				this.#listeners.emit(message.type, message.state);
				break;
			case "focus":
			case "blur":
				this.#listeners.emit(message.type, { field: message.field });
				break;
			case "submit":
				this.#listeners.emit("submit", void 0);
				break;
			case "progress":
				if (this.#call) this.#listeners.emit("progress", { step: message.step });
				break;
			case "optionserror":
				this.#listeners.emit(message.type, {
					cause: "options_invalid",
					member: message.member
				});
				break;
			case "result": if (message.id === this.#call?.id) this.#call.settle(message.result);
		}
	}
	#settle(code, message, retryable) {
		this.#call?.settle(failure(code, message, retryable));
	}
};
function refuse(code, message, retryable) {
	return Promise.resolve(failure(code, message, retryable));
}
function checked(options) {
	const parsed = parseCardOptions(options);
	if (!parsed) throw new CardsealError("options_invalid", "An option of the card is unknown or malformed.");
	return parsed;
}
function find(target) {
	let found = null;
	try {
		found = typeof target === "string" ? document.querySelector(target) : target;
	} catch {}
	if (found?.nodeType !== 1) throw new CardsealError("options_invalid", `mount: no element ${String(target)}`);
	return found;
}
// pkg/src/options.ts
/** Checks all members; throws `options_invalid`. */
function parseVaultOptions(options) {
	return {
		vault: parseOrigin(options?.vault, "vault"),
		merchant: parseMerchant(options.merchant),
		roots: parseRoots(options.roots)
	};
}
/** Thumbprints of root keys, copied; throws `options_invalid`. */
function parseRoots(value) {
	const isThumbprint = (root) => typeof root === "string" && /^[\w-]{43}$/.test(root);
	if (!Array.isArray(value) || value.length < 1 || value.length > 8 || !value.every(isThumbprint)) throw new CardsealError("options_invalid", "roots: not 1 to 8 thumbprints of root keys");
	return [...value];
}
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
// pkg/src/load.ts
var loaded = /* @__PURE__ */ new Map();
/**
* Gives access to a vault; `null` on a server, where there is no page. The same options give the same object.
*
* Nothing is fetched until a card element is mounted.
*
* @throws CardsealError (the promise rejects) `options_invalid`: `vault` is not an `https` origin (or `http` on
* localhost), or is the page's own, where the page's scripts could read the fields; `merchant` or `timeout` is malformed.
*/
async function loadCardseal(options) {
	if (typeof window === "undefined") return null;
	const settings = {
		...parseVaultOptions(options),
		timeout: parseTimeout(options.timeout, 1e4)
	};
	if (settings.vault === location.origin) throw new CardsealError("options_invalid", "vault: must be another origin than the page's");
	const key = Object.values(settings).join();
	const cardseal = loaded.get(key) ?? { card: (card = {}) => new CardElement(settings, card) };
	loaded.set(key, cardseal);
	return cardseal;
}
export { CardsealError, formatAmount, loadCardseal };
