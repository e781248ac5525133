/**
 * A door between Orion and the forge: everything passes through unchanged, but
 * a test may keep one request, or the answer to it, from arriving.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}
type Fits = (passing: Passing) => boolean;

export interface Gate {
  /** base URL of the API behind the door; git goes through it, too */
  readonly apiUrl: string;
  /** The next request that fits never reaches the forge. Resolves when it came. */
  keepRequest(fits: Fits): Promise<void>;
  /** The next request that fits is carried out, and nobody learns of it. Resolves when it was carried out. */
  keepAnswer(fits: Fits): Promise<void>;
  /** The next request that fits is carried out, and its answer waits. Resolves then, with what lets it arrive. */
  holdAnswer(fits: Fits): Promise<() => void>;
  close(): Promise<void>;
}

interface Watch {
  readonly fits: Fits;
  readonly what: "request" | "answer" | "held";
  readonly met: (release: () => void) => void;
}

export async function openGate(forgeUrl: string): Promise<Gate> {
  const watches = new Set<Watch>();
  const server = createServer((incoming, outgoing) => {
    pass(forgeUrl, watches, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const watch = (what: Watch["what"], fits: Fits): Promise<() => void> =>
    new Promise((met) => {
      watches.add({ fits, what, met });
    });
  const keep = async (what: Watch["what"], fits: Fits): Promise<void> => {
    await watch(what, fits);
  };
  return {
    apiUrl: `http://127.0.0.1:${port}/api/v3`,
    keepRequest: (fits) => keep("request", fits),
    keepAnswer: (fits) => keep("answer", fits),
    holdAnswer: (fits) => watch("held", fits),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function pass(
  forgeUrl: string,
  watches: Set<Watch>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = "GET", url: path = "/", headers } = incoming;
  const bytes = await buffer(incoming);
  const passing = { method, path, body: bytes.toString("utf8") };
  const watch = [...watches].find(({ fits }) => fits(passing));
  if (watch !== undefined) watches.delete(watch);
  if (watch?.what === "request") return watch.met(() => undefined);
  const answer = await new Promise<IncomingMessage>((answered, failed) => {
    const { host: _, "transfer-encoding": __, ...rest } = headers;
    const forwarded = request(`${forgeUrl}${path}`, {
      method,
      headers: { ...rest, "content-length": bytes.byteLength },
    });
    forwarded.once("response", answered);
    forwarded.once("error", failed);
    forwarded.end(bytes);
  });
  const body = await buffer(answer);
  if (watch?.what === "answer") return watch.met(() => undefined);
  if (watch?.what === "held") await new Promise<void>(watch.met);
  const { "transfer-encoding": ___, connection: ____, ...answerHeaders } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, { ...answerHeaders, "content-length": body.byteLength });
  outgoing.end(body);
}
