/**
 * The address that stays: an HTTP proxy to whichever release is live. A request
 * keeps the release it reached, so a switch cuts nobody off.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const HOST = "127.0.0.1";

export interface Front {
  readonly url: string;
  readonly port: number;
  /** @param port of the live release; null while there is none */
  point(port: number | null): void;
  close(): Promise<void>;
}

/** @param port 0 for any */
export async function openFront(port: number): Promise<Front> {
  let target: number | null = null;
  const server = createServer((request, response) => {
    if (target === null) return refuse(response, 503, "nothing is live here");
    pass(request, response, target);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${taken}`,
    port: taken,
    point(next) {
      target = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function pass(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request;
  const onward = httpRequest({ host: HOST, port, method, path: url, headers, agent: false }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
    reply.once("error", () => response.destroy());
  });
  onward.once("error", () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, "the live release does not answer");
  });
  response.once("close", () => onward.destroy());
  request.pipe(onward);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${text}\n`);
}
