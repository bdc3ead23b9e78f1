import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { run } from "../../src/cli/run.js";

/** What a site answers at one path. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Never answers. */
  hangs?: boolean;
  /** Begins to answer, and never ends. */
  drips?: boolean;
}

/** A local HTTP server whose pages can be changed while it runs. */
export class Site {
  /** What is at each path; a list is answered one by one, its last for ever. */
  readonly answers: Record<string, Answer | Answer[]> = {};
  /** What was asked for. */
  readonly asked: string[] = [];
  /** The bodies that were posted. */
  readonly posted: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Site> {
    const server = createServer(async (request, response) => {
      const path = request.url ?? "/";
      site.asked.push(path);
      if (request.method === "POST") site.posted.push(await bodyOf(request));
      const listed = site.answers[path] ?? { status: 404, body: "" };
      const answer = Array.isArray(listed) ? (listed.length > 1 ? listed.shift() : listed[0]) : listed;
      if (!answer || answer.hangs) return;
      const type = path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
      response.writeHead(answer.status ?? 200, { "content-type": type, ...answer.headers });
      if (!answer.drips) return response.end(answer.body ?? "");
      const drops = setInterval(() => response.write("."), 50);
      response.on("close", () => clearInterval(drops));
    });
    const site = new Site(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

/** What a command printed and how it ended. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs a command of `cardseal` to its end. */
export async function cardseal(args: string[], signal = new AbortController().signal): Promise<Ended> {
  const ended: Ended = { code: -1, out: "", err: "" };
  ended.code = await run(args, {
    out: (text) => {
      ended.out += text;
    },
    err: (text) => {
      ended.err += text;
    },
    signal,
  });
  return ended;
}
