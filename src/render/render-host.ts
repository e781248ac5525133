/**
 * Render's API as a DeployHost, and of whatever is shaped like it. One call a
 * method; what a deploy means to Orion is decided elsewhere.
 * @source Render API reference, "Services", "Deploys"; Render documentation, "Rollbacks": a rollback by API leaves auto-deploy on
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { OrionError } from "../domain/errors.ts";
import type { DeployHost, HostDeploy, HostStatus } from "../domain/ports/deploy-port.ts";

export interface RenderOptions {
  /** e.g. `https://api.render.com` */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** `srv-…` */
  readonly serviceId: string;
  /** waits between the tries of a call that changes nothing twice, ms; its length is the number of retries */
  readonly retryDelaysMs?: readonly number[];
  /** one HTTP exchange may take this long */
  readonly timeoutMs?: number;
}

const STATUSES: Readonly<Record<string, HostStatus>> = {
  created: "building",
  queued: "building",
  build_in_progress: "building",
  pre_deploy_in_progress: "building",
  update_in_progress: "building",
  live: "live",
  deactivated: "replaced",
  build_failed: "failed",
  pre_deploy_failed: "failed",
  update_failed: "failed",
  canceled: "canceled",
};

const deploySchema = z.object({
  id: z.string(),
  // image-backed services have none
  commit: z.object({ id: z.string() }).nullish(),
  status: z.string(),
  trigger: z.string().nullish(),
  createdAt: z.string(),
  finishedAt: z.string().nullish(),
});
const listSchema = z.array(z.object({ deploy: deploySchema }));
/** null where the answer is empty: the deploy was only queued */
const startedSchema = deploySchema.nullable();
const serviceSchema = z.object({ autoDeploy: z.enum(["yes", "no"]) });

const RETRY_DELAYS_MS: readonly number[] = [250, 1_000, 3_000];
/** Deploys that are looked through for a queued one. */
const LOOKED_AT = 20;

/** Waits longer than this are left to whoever asks again. */
const LONGEST_WAIT_MS = 10_000;

type Method = "GET" | "POST" | "PATCH";

/** @throws OrionError from every method: HOST_UNAVAILABLE (no answer, 5xx, too many requests), HOST_REFUSED */
export function renderHost(options: RenderOptions): DeployHost {
  const at = `/v1/services/${encodeURIComponent(options.serviceId)}`;
  const ask = <T>(method: Method, path: string, schema: z.ZodType<T>, body?: object): Promise<T> =>
    call(options, { method, path: `${at}${path}`, ...(body === undefined ? {} : { body }) }, schema);
  const list = async (last: number): Promise<readonly HostDeploy[]> =>
    (await ask("GET", `/deploys?limit=${last}`, listSchema)).map(({ deploy }) => deployFrom(deploy));
  return {
    deploys: list,
    async deploy(id) {
      try {
        return deployFrom(await ask("GET", `/deploys/${encodeURIComponent(id)}`, deploySchema));
      } catch (error) {
        if (error instanceof OrionError && error.facts.status === 404) return null;
        throw error;
      }
    },
    async startDeploy(commit) {
      const begun = await ask("POST", "/deploys", startedSchema, { commitId: commit });
      return begun === null ? queuedOf(options, list, commit) : deployFrom(begun);
    },
    rollback: async (deployId) => deployFrom(await ask("POST", "/rollback", deploySchema, { deployId })),
    autoDeploy: async () => (await ask("GET", "", serviceSchema)).autoDeploy === "yes",
    async setAutoDeploy(on) {
      const wanted = on ? "yes" : "no";
      // both names: services made from a blueprint follow the second
      const body = { autoDeploy: wanted, autoDeployTrigger: on ? "commit" : "off" };
      const { autoDeploy } = await ask("PATCH", "", serviceSchema, body);
      if (autoDeploy !== wanted)
        throw new OrionError("HOST_REFUSED", `the host left auto-deploy at ${autoDeploy}; set it by hand`, { wanted });
    },
  };
}

/** One that waits for another is told without its id; the list knows it, perhaps a moment later. */
async function queuedOf(
  { retryDelaysMs = RETRY_DELAYS_MS }: RenderOptions,
  list: (last: number) => Promise<readonly HostDeploy[]>,
  commit: string,
): Promise<HostDeploy> {
  for (const delayMs of [0, ...retryDelaysMs]) {
    await sleep(delayMs);
    const found = (await list(LOOKED_AT)).find((one) => one.status === "building" && one.commit.startsWith(commit));
    if (found !== undefined) return found;
  }
  throw new OrionError(
    "HOST_UNAVAILABLE",
    `the deploy host queued ${commit} and does not list it; look there before you ask again`,
    { commit },
  );
}

function deployFrom(deploy: z.output<typeof deploySchema>): HostDeploy {
  return {
    id: deploy.id,
    commit: deploy.commit?.id ?? "",
    // a state that Render adds later is one to wait in
    status: STATUSES[deploy.status] ?? "building",
    hostStatus: deploy.status,
    trigger: deploy.trigger ?? "unknown",
    createdAt: new Date(deploy.createdAt),
    finishedAt: deploy.finishedAt ? new Date(deploy.finishedAt) : null,
  };
}

interface Call {
  readonly method: Method;
  readonly path: string;
  readonly body?: object;
}

async function call<T>(options: RenderOptions, asked: Call, schema: z.ZodType<T>): Promise<T> {
  // a POST may have taken effect though nobody answered: it is sent once
  const delaysMs = asked.method === "POST" ? [] : (options.retryDelaysMs ?? RETRY_DELAYS_MS);
  for (const delayMs of delaysMs) {
    const answer = await exchange(options, asked);
    if (answer.kind === "reply") return read(asked, answer, schema);
    await sleep(Math.min(Math.max(delayMs, answer.retryAfterMs), LONGEST_WAIT_MS));
  }
  const last = await exchange(options, asked);
  if (last.kind === "reply") return read(asked, last, schema);
  throw new OrionError(
    "HOST_UNAVAILABLE",
    `the deploy host ${last.because} when asked to ${asked.method} ${asked.path}; look whether it was done, then try again`,
    { path: asked.path },
    last.cause,
  );
}

type Exchange =
  | { readonly kind: "reply"; readonly status: number; readonly text: string }
  | { readonly kind: "away"; readonly because: string; readonly retryAfterMs: number; readonly cause?: unknown };

async function exchange({ apiUrl, apiKey, timeoutMs = 20_000 }: RenderOptions, asked: Call): Promise<Exchange> {
  try {
    const response = await fetch(`${apiUrl.replace(/\/+$/, "")}${asked.path}`, {
      method: asked.method,
      headers: { authorization: `Bearer ${apiKey}`, accept: "application/json", "content-type": "application/json" },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    const { status } = response;
    if (status < 500 && status !== 429) return { kind: "reply", status, text };
    const seconds = Number(response.headers.get("retry-after") ?? 0);
    return {
      kind: "away",
      because: `answered ${status}`,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : 0,
    };
  } catch (cause) {
    return { kind: "away", because: "did not answer", retryAfterMs: 0, cause };
  }
}

function read<T>(asked: Call, reply: Extract<Exchange, { kind: "reply" }>, schema: z.ZodType<T>): T {
  const { status, text } = reply;
  const facts = { path: asked.path, status };
  if (status === 401 || status === 403)
    throw new OrionError(
      "HOST_REFUSED",
      `the deploy host does not accept the key (${status}); check RENDER_API_KEY`,
      facts,
    );
  if (status === 404)
    throw new OrionError("HOST_REFUSED", `the deploy host knows no ${asked.path}; check RENDER_SERVICE_ID`, facts);
  if (status >= 300)
    throw new OrionError("HOST_REFUSED", `the deploy host refused: ${status} ${text.slice(0, 500)}`, facts);
  let document: unknown;
  try {
    document = status === 202 && text === "" ? null : JSON.parse(text);
  } catch (cause) {
    throw new OrionError("HOST_REFUSED", "the deploy host did not answer in JSON; check RENDER_API_URL", facts, cause);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const why = z.prettifyError(parsed.error);
  throw new OrionError("HOST_REFUSED", `the deploy host answered in another shape: ${why}`, facts, parsed.error);
}
