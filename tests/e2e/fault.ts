// Faults planted in the built module: traps, as a panic is one, which a test sets off at the moment it chooses.

/** Where the module traps: as it goes on with a task, as it handles an event, as it is called to tokenize. */
export const FAULTS = ["task", "event", "call"] as const;

export type Fault = (typeof FAULTS)[number];

const EXTERNREF = 0x6f;

/**
 * The module with an exported global `fault`: while it is 1 + the index of a fault in {@link FAULTS}, the functions through
 * which JavaScript has the module do that trap.
 */
export function plantFaults(module: Buffer): Buffer {
  const sections = readSections(module);
  const body = (id: number) => sections.find((section) => section.id === id)?.body ?? Buffer.alloc(0);
  const types = readTypes(body(1));
  const imports = readImports(body(2));
  const functions = readList(body(3), (reader) => reader.number());
  const exports = readExports(body(7));
  const global = imports.globals + new Reader(body(6)).number();

  const planted = new Map<number, number>();
  for (const { name, kind, index } of exports) {
    if (kind !== 0 || index < imports.functions) continue;
    const fault = faultOf(name, types[functions[index - imports.functions] as number] as Type);
    if (fault) planted.set(index - imports.functions, FAULTS.indexOf(fault) + 1);
  }
  if (new Set(planted.values()).size < FAULTS.length)
    throw new Error("the module has other exports than were expected");

  const code = readList(body(10), (reader) => reader.bytes(reader.number())).map((code, at) => {
    const fault = planted.get(at);
    return fault ? trapWhile(global, fault, code) : code;
  });
  const changed = new Map([
    [6, append(body(6), Buffer.from([0x7f, 1, 0x41, 0, 0x0b]))],
    [7, append(body(7), Buffer.concat([sized(Buffer.from("fault")), Buffer.from([3]), leb(global)]))],
    [10, Buffer.concat([leb(code.length), ...code.map(sized)])],
  ]);
  const written = sections.map(({ id, body }) => [Buffer.from([id]), sized(changed.get(id) ?? body)]);
  return Buffer.concat([module.subarray(0, 8), ...written.flat()]);
}

/**
 * By what is exported: methods by their names, and one function for each kind of closure, whose name was shortened, and which has
 * two parameters more than the closure.
 */
function faultOf(name: string, { params, results }: Type): Fault | undefined {
  if (name === "cardform_tokenize") return "call";
  if (!/^_[\da-z]+$/.test(name)) return undefined;
  return params === 2 && results[0] === EXTERNREF ? "task" : params === 4 && results.length === 0 ? "event" : undefined;
}

/** A function's code with `if (global === fault) trap` before it. */
function trapWhile(global: number, fault: number, code: Buffer): Buffer {
  const reader = new Reader(code);
  for (let groups = reader.number(); groups > 0; groups--) {
    reader.number();
    reader.bytes(1);
  }
  const trap = Buffer.from([0x23, ...leb(global), 0x41, fault, 0x46, 0x04, 0x40, 0x00, 0x0b]);
  return Buffer.concat([code.subarray(0, reader.at), trap, code.subarray(reader.at)]);
}

interface Type {
  params: number;
  results: number[];
}

function readSections(module: Buffer): { id: number; body: Buffer }[] {
  const reader = new Reader(module, 8);
  const sections = [];
  while (reader.at < module.length) sections.push({ id: reader.byte(), body: reader.bytes(reader.number()) });
  return sections;
}

function readTypes(body: Buffer): Type[] {
  return readList(body, (reader) => {
    if (reader.byte() !== 0x60) throw new Error("a type that is no function");
    return { params: reader.bytes(reader.number()).length, results: [...reader.bytes(reader.number())] };
  });
}

/** How many functions and globals are imported: they come first in the numbering of all. */
function readImports(body: Buffer): { functions: number; globals: number } {
  const kinds = readList(body, (reader) => {
    reader.bytes(reader.number());
    reader.bytes(reader.number());
    const kind = reader.byte();
    if (kind === 0) reader.number();
    else if (kind === 3) reader.bytes(2);
    else throw new Error("an import that is neither function nor global");
    return kind;
  });
  return { functions: kinds.filter((kind) => kind === 0).length, globals: kinds.filter((kind) => kind === 3).length };
}

function readExports(body: Buffer): { name: string; kind: number; index: number }[] {
  return readList(body, (reader) => ({
    name: reader.bytes(reader.number()).toString(),
    kind: reader.byte(),
    index: reader.number(),
  }));
}

function readList<T>(body: Buffer, read: (reader: Reader) => T): T[] {
  const reader = new Reader(body);
  return Array.from({ length: reader.number() }, () => read(reader));
}

/** A list of the binary format with one more entry. */
function append(list: Buffer, entry: Buffer): Buffer {
  const reader = new Reader(list);
  const count = reader.number();
  return Buffer.concat([leb(count + 1), list.subarray(reader.at), entry]);
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([leb(bytes.length), bytes]);
}

function leb(value: number): Buffer {
  const bytes = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

class Reader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes(1)[0] as number;
  }

  bytes(length: number): Buffer {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** An unsigned LEB128. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}

/**
 * The same in the module as JavaScript: while the global `fault` is the name of a fault, the functions do what a panic does
 * there.
 */
export function plantFaultsInJavaScript(module: string): string {
  const trap = /function ([\w$]+)\(\)\s*\{\s*throw (?:new )?Error\([`'"]abort[`'"]\)/.exec(module)?.[1];
  const planted = new Set<Fault>();
  const changed = module.replaceAll(/(["`']?)([\w$]+)\1:\s*([\w$]+)(?=[,}\s])/g, (whole, quote, name, code) => {
    const fault =
      name === "cardform_tokenize"
        ? "call"
        : !/closures.*invoke/.test(name)
          ? undefined
          : // One takes a value and gives none, the other gives one.
            /JsValue_{6}true_$/.test(name)
            ? "event"
            : "task";
    if (!fault) return whole;
    planted.add(fault);
    return `${quote}${name}${quote}:(...values)=>(globalThis.fault===${JSON.stringify(fault)}&&${trap}(),${code}(...values))`;
  });
  if (!trap || planted.size < FAULTS.length) throw new Error("the module has other exports than were expected");
  return changed;
}
