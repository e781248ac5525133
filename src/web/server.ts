/**
 * The HTTP face: webhooks, health, and one plain page. It decides nothing about
 * work; every fact it shows is asked for when it is shown.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, answerWebhook, type Webhooks } from "./webhooks.ts";

export type { ReceivedWebhook, Webhooks } from "./webhooks.ts";

export interface Readiness {
  readonly ready: boolean;
  /** what was looked at and how it stands, e.g. `{ database: "ok" }` */
  readonly checks: Readonly<Record<string, string>>;
  readonly version?: string;
  /** full sha of what runs, or that it is not known */
  readonly commit?: string;
}

/** A further GET route, e.g. the run page; null when nothing is there. */
export type Page = (path: string) => Promise<{ readonly contentType: string; readonly body: string } | null>;

export interface WebOptions {
  readonly host: string;
  /** 0 picks a free one */
  readonly port: number;
  readonly webhooks: Webhooks;
  readonly readiness: () => Promise<Readiness>;
  /** lines of the plain page at `/` */
  readonly status: () => Promise<readonly string[]>;
  /** asked, in order, for every GET no fixed route takes */
  readonly pages?: readonly Page[];
  /** asked before every fixed route; null leaves the request to them */
  readonly desk?: (request: IncomingMessage) => Promise<Reply | null>;
  /** told of every error that was answered with a 5xx */
  readonly onError: (error: unknown) => void;
}

export interface Web {
  readonly url: string;
  readonly port: number;
  /** From now on `/readyz` answers 503; everything else goes on. */
  drain(): void;
  /** Takes no new connection, lets what is under way end, then closes; after graceMs it cuts. */
  stop(graceMs: number): Promise<void>;
}

export const WEBHOOK_PATH = "/api/github/webhooks";

/** @throws the listen error (EADDRINUSE, EACCES) as node gives it */
export async function startWeb(options: WebOptions): Promise<Web> {
  const state = { draining: false };
  const server = createServer((request, response) => {
    answer(request, options, state.draining).then(
      (reply) => send(request, response, reply),
      (error: unknown) => {
        options.onError(error);
        send(request, response, { status: 500, text: "internal error" });
      },
    );
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    port,
    drain: () => {
      state.draining = true;
    },
    stop: (graceMs) => close(server, graceMs),
  };
}

export interface Reply extends Answer {
  readonly contentType?: string;
  /** in place of, or beside, those every answer has; in lower case */
  readonly headers?: Readonly<Record<string, string>>;
}

async function answer(request: IncomingMessage, options: WebOptions, draining: boolean): Promise<Reply> {
  const [path = "/"] = (request.url ?? "/").split("?");
  const atDesk = await options.desk?.(request);
  if (atDesk) return atDesk;
  if (path === WEBHOOK_PATH) {
    if (request.method !== "POST") return { status: 405, text: "POST only" };
    const reply = await answerWebhook(request, options.webhooks);
    if (reply.error !== undefined) options.onError(reply.error);
    return reply;
  }
  if (request.method !== "GET" && request.method !== "HEAD") return { status: 405, text: "GET only" };
  return answerGet(path, options, draining);
}

async function answerGet(path: string, options: WebOptions, draining: boolean): Promise<Reply> {
  if (path === "/livez") return { status: 200, text: "alive" };
  if (path === "/readyz") return draining ? { status: 503, text: "stopping" } : readyz(options);
  if (path === "/") return { status: 200, text: (await options.status()).join("\n") };
  for (const page of options.pages ?? []) {
    const found = await page(path);
    if (found !== null) return { status: 200, text: found.body, contentType: found.contentType };
  }
  return { status: 404, text: "nothing here" };
}

async function readyz(options: WebOptions): Promise<Reply> {
  const { ready, version, commit, checks } = await options.readiness();
  const text = JSON.stringify({ ready, version, commit, checks });
  return { status: ready ? 200 : 503, text, contentType: "application/json" };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(`${reply.text}\n`);
  response.writeHead(reply.status, {
    "content-type": reply.contentType ?? "text/plain; charset=utf-8",
    "content-length": body.length,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    // a body that was refused is not read to its end, so the connection cannot be used again
    ...(request.complete ? {} : { connection: "close" }),
    ...reply.headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function close(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  try {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  } finally {
    clearTimeout(cut);
  }
}
