/**
 * Tells the App what happened: builds the payload, signs it, delivers it in
 * order for each repository, once, and keeps a record. As on GitHub, nothing is
 * retried by itself.
 */
import { createHmac, randomUUID } from "node:crypto";
import { userShape } from "../rest/shape/account.ts";
import { repositoryShape } from "../rest/shape/repository.ts";
import { nodeId } from "../state/node-id.ts";
import type { DeliveryRecord } from "../state/records.ts";
import { type Happening, now, queuePerKey, type World } from "../world.ts";

export interface Webhooks {
  readonly tell: (world: World, happening: Happening) => void;
  /** Queues what has this delivery id once more, under the same GUID. */
  readonly attempt: (world: World, deliveryId: number) => void;
  /** Delivers what an earlier process recorded and did not send. */
  readonly resume: (world: World) => void;
  /** Resolves when nothing is waiting or under way. */
  readonly flush: () => Promise<void>;
  /** Breaks off deliveries under way. */
  readonly close: () => Promise<void>;
}

const TIME_LIMIT_MS = 10_000;
const ANSWER_KEPT = 10_000;

/**
 * @param targetUrl where deliveries go now; null: they are recorded as undeliverable
 * @param onLine is told of deliveries that got no good answer
 */
export function createWebhooks(targetUrl: () => string | null, onLine: (line: string) => void): Webhooks {
  const inOrder = queuePerKey();
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();
  const enqueue = (world: World, delivery: DeliveryRecord): void => {
    const work = inOrder(delivery.repositoryId ?? 0, async () => {
      const outcome = await post(world, delivery, targetUrl(), closing.signal);
      if (outcome === null) return;
      world.state.deliveries.put({ ...delivery, outcome });
      const good = outcome.status === "OK";
      if (!good) onLine(`forge: webhook ${delivery.event} ${delivery.guid}: ${outcome.status}`);
    });
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const flush = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    tell: (world, happening) => {
      if (!happening.repository.installed || closing.signal.aborted || !isToldOf(world, happening.event)) return;
      enqueue(world, record(world, happening));
    },
    attempt: (world, deliveryId) => {
      const earlier = world.state.deliveries.get(deliveryId);
      if (earlier === undefined) return;
      const again = { ...earlier, id: world.state.nextId(), redelivery: true, createdAt: now(), outcome: null };
      enqueue(world, world.state.deliveries.put(again));
    },
    resume: (world) => {
      for (const waiting of world.state.deliveries.where((one) => one.outcome === null)) enqueue(world, waiting);
    },
    flush,
    close: async () => {
      closing.abort();
      await flush();
    },
  };
}

/** Apps hear of their own installations unasked, and of nothing else. */
function isToldOf(world: World, event: string): boolean {
  return event.startsWith("installation") || world.app.events.includes(event);
}

function record(world: World, happening: Happening): DeliveryRecord {
  const { event, action, repository, sender, parts } = happening;
  const installation = world.state.installations.find((one) => one.accountId === repository.ownerId);
  const payload = {
    ...(action === null ? {} : { action }),
    ...parts,
    ...(Object.hasOwn(parts, "repository") ? {} : { repository: repositoryShape(world, repository) }),
    sender: userShape(world, sender),
    ...(installation === undefined || Object.hasOwn(parts, "installation")
      ? {}
      : { installation: { id: installation.id, node_id: nodeId("installation", installation.id) } }),
  };
  return world.state.deliveries.put({
    id: world.state.nextId(),
    guid: randomUUID(),
    event,
    action,
    repositoryId: repository.id,
    installationId: installation?.id ?? null,
    body: JSON.stringify(payload),
    redelivery: false,
    createdAt: now(),
    outcome: null,
  });
}

/** @returns `sha256=` and the signature GitHub would send */
export function signature(secret: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** @returns null when the forge closed before an answer came: the delivery stays waiting */
async function post(
  world: World,
  delivery: DeliveryRecord,
  url: string | null,
  closing: AbortSignal,
): Promise<DeliveryRecord["outcome"]> {
  if (closing.aborted) return null;
  const requestHeaders = headersOf(world, delivery);
  const startedAt = performance.now();
  const outcome = (
    status: string,
    statusCode: number,
    responseHeaders: Record<string, string>,
    responseBody: string,
  ) => {
    const durationMs = Math.round(performance.now() - startedAt);
    return { url: url ?? "", status, statusCode, durationMs, requestHeaders, responseHeaders, responseBody };
  };
  if (url === null) return outcome("no webhook URL is set", 0, {}, "");
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(TIME_LIMIT_MS), closing]);
    const response = await fetch(url, { method: "POST", headers: requestHeaders, body: delivery.body, signal });
    const text = (await response.text()).slice(0, ANSWER_KEPT);
    const status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
    return outcome(status, response.status, Object.fromEntries(response.headers), text);
  } catch (error) {
    if (closing.aborted) return null;
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    return outcome(timedOut ? "timed out" : "failed to connect to host", timedOut ? 504 : 502, {}, String(error));
  }
}

function headersOf(world: World, delivery: DeliveryRecord): Record<string, string> {
  return {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/forge",
    "x-github-delivery": delivery.guid,
    "x-github-event": delivery.event,
    "x-github-hook-id": String(world.app.id),
    "x-github-hook-installation-target-id": String(world.app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature-256": signature(world.app.webhookSecret, delivery.body),
  };
}
