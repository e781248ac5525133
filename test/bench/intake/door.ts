/** What both doors are told when they start, and what is knocked on them with. */
import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

export interface DoorFacts {
  readonly connectionString: string;
  readonly secret: string;
}

/** @throws TypeError without the two arguments the bench starts a door with */
export function doorFacts(): DoorFacts {
  const [, , connectionString, secret] = process.argv;
  if (connectionString === undefined || secret === undefined) throw new TypeError("<door>.ts <database URL> <secret>");
  return { connectionString, secret };
}

export interface Knocked {
  readonly perSecond: number;
  /** milliseconds from sending to the whole answer, in no order */
  readonly latenciesMs: readonly number[];
}

/** A comment on an issue as GitHub sends it: what is read of it, and what makes its size. */
const PAYLOAD_BYTES = 12_000;
const BODY = JSON.stringify({
  action: "created",
  repository: { id: 1, name: "house", filler: "x".repeat(PAYLOAD_BYTES) },
  comment: { id: 1, body: "hello" },
});

/** @param count deliveries, each with a GUID of its own @throws Error at any answer but 202 */
export async function knock(
  port: number,
  { secret, connections, count }: { readonly secret: string; readonly connections: number; readonly count: number },
): Promise<Knocked> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const signature = `sha256=${createHmac("sha256", secret).update(BODY).digest("hex")}`;
  const latenciesMs: number[] = [];
  let begun = 0;
  const visitor = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const from = performance.now();
      await deliver(agent, port, signature);
      latenciesMs.push(performance.now() - from);
    }
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, visitor));
  const seconds = (performance.now() - from) / 1000;
  agent.destroy();
  return { perSecond: count / seconds, latenciesMs };
}

function deliver(agent: Agent, port: number, signature: string): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(BODY),
    "x-github-event": "issue_comment",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": signature,
  };
  const options = { agent, host: "127.0.0.1", port, method: "POST", path: "/api/github/webhooks", headers };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      response.resume();
      response.once("end", () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`the door answered ${response.statusCode}`)),
      );
    });
    sent.once("error", reject);
    sent.end(BODY);
  });
}
