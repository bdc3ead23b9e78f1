import { createHash } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./vault.ts";

/** What can go wrong with a request on its way to the vault, or with the answer on its way back. */
export const faults = [
  "cut before it arrived",
  "cut before the answer",
  "cut amid the answer",
  "repeated",
  "repeated at once",
  "delayed",
  "overtaken",
  "flipped",
  "answer flipped",
] as const;

export type Fault = (typeof faults)[number];

/** How long a request is held for a later one to overtake it, in milliseconds. */
const HOLD = 700;
/** The longest delay, in milliseconds. */
const DELAY = 2000;

/** An answer of the vault. */
interface Answer {
  status: number;
  headers: string[];
  body: Buffer;
}

/**
 * Stands between browsers and a vault: they know its origin as the vault's. Which request it spoils, and how, follows from
 * a seed, from the order that the request is about, and from how many requests there were about it before.
 */
export class FaultyProxy {
  readonly origin: string;
  /** How often each fault was brought about. */
  readonly injected = new Map<Fault, number>();
  /** How many requests came, and how many went on to the vault. */
  readonly traffic = { received: 0, forwarded: 0 };
  readonly #seed: number;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #counts = new Map<string, number>();
  readonly #spared = new Set<string>();
  readonly #held = new Set<() => void>();
  #target = "";
  #faults: readonly Fault[] = [];
  #rate = 0;

  private constructor(port: number, seed: number) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#seed = seed;
    this.#server = createServer((incoming, response) => {
      // Whoever cut a connection hears of it here, too.
      this.#serve(incoming, response).catch(() => incoming.socket.destroy());
    }).listen(port, "127.0.0.1");
  }

  static async start(seed: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(await freePort(), seed);
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** Passes requests on to the vault that listens at this address. */
  lead(target: string): void {
    this.#target = target;
  }

  /** From now on, spoils requests at this rate, each by one of these faults. */
  spoil(faults: readonly Fault[], rate: number): void {
    this.#faults = faults;
    this.#rate = rate;
  }

  /** From now on, leaves requests about this order alone. */
  spare(order: string): void {
    this.#spared.add(order);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    this.traffic.received += 1;
    const { fault, chance } = this.#choose(incoming, body);
    switch (fault) {
      case "cut before it arrived":
        this.#count(fault);
        return cut(incoming.socket, chance(0));
      case "cut before the answer":
        await this.#forward(incoming, body);
        this.#count(fault);
        return cut(incoming.socket, chance(0));
      case "cut amid the answer": {
        const answer = await this.#forward(incoming, body);
        this.#count(fault);
        response.writeHead(answer.status, answer.headers);
        response.write(answer.body.subarray(0, answer.body.length / 2), () => cut(incoming.socket, chance(0)));
        return;
      }
      case "repeated": {
        const first = await this.#forward(incoming, body);
        const second = await this.#forward(incoming, body);
        this.#count(fault);
        return reply(response, chance(0) < 0.5 ? first : second);
      }
      case "repeated at once": {
        const answers = await Promise.all([this.#forward(incoming, body), this.#forward(incoming, body)]);
        this.#count(fault);
        return reply(response, answers[chance(0) < 0.5 ? 0 : 1]);
      }
      case "delayed":
        await sleep(chance(0) * DELAY);
        this.#count(fault);
        break;
      case "overtaken":
        if (await this.#hold()) this.#count(fault);
        break;
      case "flipped":
        this.#count(fault);
        return reply(response, await this.#forward(incoming, flip(body, chance)));
      case "answer flipped": {
        const answer = await this.#forward(incoming, body);
        this.#count(fault);
        return reply(response, { ...answer, body: flip(answer.body, chance) });
      }
    }
    reply(response, await this.#forward(incoming, body));
  }

  /** The fault that this request is to have, if any, and its source of numbers from 0 to 1. */
  #choose({ method, url = "/" }: IncomingMessage, body: Buffer) {
    const order = orderOf(body);
    const about = order ?? `${method} ${url}`;
    const count = this.#counts.get(about) ?? 0;
    this.#counts.set(about, count + 1);
    const hash = createHash("sha256").update(`${this.#seed} ${about} ${count}`).digest();
    const chance = (index: number) => hash.readUInt32LE(4 * (index + 2)) / 2 ** 32;
    const isSpoiled = hash.readUInt32LE(0) / 2 ** 32 < this.#rate && !(order && this.#spared.has(order));
    const chosen = this.#faults[hash.readUInt32LE(4) % this.#faults.length];
    // Files of the frame are not flipped: what a changed script does cannot be foreseen, and TLS keeps it from running.
    const isFlip = chosen === "flipped" || chosen === "answer flipped";
    const canFlip = url.startsWith("/v1/") && (chosen === "answer flipped" || body.length > 0);
    // A frame without its style sheet works, but it grows, and moves the page's buttons away from under the mouse.
    const canBe = (!isFlip || canFlip) && !url.endsWith(".css");
    return { fault: isSpoiled && canBe ? chosen : undefined, chance };
  }

  #count(fault: Fault): void {
    this.injected.set(fault, (this.injected.get(fault) ?? 0) + 1);
  }

  /** Waits for a later request to be answered, for a while; whether one was. */
  async #hold(): Promise<boolean> {
    let pass = () => {};
    const overtaken = new Promise<boolean>((resolve) => {
      pass = () => resolve(true);
    });
    this.#held.add(pass);
    const was = await Promise.race([overtaken, sleep(HOLD, false)]);
    this.#held.delete(pass);
    return was;
  }

  async #forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    this.traffic.forwarded += 1;
    const outgoing = request(`${this.#target}${incoming.url}`, {
      method: incoming.method,
      headers: incoming.rawHeaders as unknown as Record<string, string>,
      agent: this.#agent,
    });
    outgoing.end(body);
    const [answer]: [IncomingMessage] = (await once(outgoing, "response")) as [IncomingMessage];
    const received = Buffer.concat(await answer.toArray());
    for (const pass of this.#held) pass();
    return { status: answer.statusCode ?? 502, headers: answer.rawHeaders, body: received };
  }
}

/** The id of the order that comes with a request. */
function orderOf(body: Buffer): string | undefined {
  try {
    const { order } = JSON.parse(body.toString());
    return JSON.parse(Buffer.from(order.split(".")[1], "base64url").toString()).jti;
  } catch {
    return undefined;
  }
}

/** Ends a connection as a reset, or as if all were well. */
function cut(socket: Socket, chance: number): void {
  if (chance < 0.5) socket.resetAndDestroy();
  else socket.destroy();
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

/** Alters one to three bits. */
function flip(body: Buffer, chance: (index: number) => number): Buffer {
  const flipped = Buffer.from(body);
  for (let count = 0; count <= Math.floor(chance(0) * 3); count++) {
    const at = Math.floor(chance(count + 1) * flipped.length * 8);
    flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7));
  }
  return flipped;
}
