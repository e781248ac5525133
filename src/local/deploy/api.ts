/**
 * The host's API over HTTP, shaped like Render's, so that one adapter drives
 * both. It translates; what happens is the host's.
 * @source Render API reference, "Services" and "Deploys"
 */
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { hasCode } from "../../domain/errors.ts";
import { type DeployRecord, shown } from "./deploy-record.ts";

const MOST_LISTED = 100;
const BODY_BYTES = 64 * 1024;

export interface ApiActions {
  readonly serviceId: string;
  readonly name: string;
  readonly branch: string;
  deploys(): readonly DeployRecord[];
  autoDeploy(): boolean;
  setAutoDeploy(on: boolean): void;
  /** @throws OrionError COMMIT_UNKNOWN */
  start(commit: string | null): Promise<DeployRecord>;
  /** @throws OrionError RELEASE_GONE */
  rollback(deployId: string): Promise<DeployRecord>;
}

export interface Api {
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const patchSchema = z.object({ autoDeploy: z.enum(["yes", "no"]) });
const startSchema = z.object({ commitId: z.string().min(1).optional() });
const rollbackSchema = z.object({ deployId: z.string().min(1) });

/** @param port 0 for any; loopback only */
export async function openApi(actions: ApiActions, key: string, port: number): Promise<Api> {
  const server = createServer((request, response) => {
    const send = ({ status, body }: Answer): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    answer(actions, key, request).then(send, (error: unknown) => send(told(500, String(error))));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function answer(actions: ApiActions, key: string, request: IncomingMessage): Promise<Answer> {
  if (!isKey(request.headers.authorization, key)) return told(401, "unauthorized");
  const url = new URL(request.url ?? "/", "http://host");
  const [, version, services, service, what, deployId] = url.pathname.split("/");
  if (version !== "v1" || services !== "services" || service !== actions.serviceId) return told(404, "not found");
  const route = `${request.method} ${[what, deployId === undefined ? undefined : "{id}"].filter(Boolean).join("/")}`;
  switch (route) {
    case "GET ":
      return { status: 200, body: serviceOf(actions) };
    case "PATCH ":
      return withBody(request, patchSchema, async ({ autoDeploy }) => {
        actions.setAutoDeploy(autoDeploy === "yes");
        return { status: 200, body: serviceOf(actions) };
      });
    case "GET deploys":
      return { status: 200, body: listed(actions.deploys(), url.searchParams.get("limit")) };
    case "GET deploys/{id}": {
      const found = actions.deploys().find((one) => one.id === deployId);
      return found === undefined ? told(404, "no such deploy") : { status: 200, body: shown(found) };
    }
    case "POST deploys":
      return withBody(request, startSchema, ({ commitId }) => begun(actions.start(commitId ?? null)));
    case "POST rollback":
      return withBody(request, rollbackSchema, ({ deployId: id }) => begun(actions.rollback(id)));
    default:
      return told(404, "not found");
  }
}

async function begun(starting: Promise<DeployRecord>): Promise<Answer> {
  try {
    return { status: 201, body: shown(await starting) };
  } catch (error) {
    if (hasCode(error, "COMMIT_UNKNOWN") || hasCode(error, "RELEASE_GONE")) return told(400, error.message);
    throw error;
  }
}

function serviceOf(actions: ApiActions): object {
  const { serviceId: id, name, branch } = actions;
  return {
    id,
    name,
    branch,
    type: "web_service",
    autoDeploy: actions.autoDeploy() ? "yes" : "no",
    autoDeployTrigger: actions.autoDeploy() ? "commit" : "off",
    suspended: "not_suspended",
  };
}

function listed(deploys: readonly DeployRecord[], limit: string | null): readonly object[] {
  const most = Math.min(MOST_LISTED, Math.max(1, Number(limit ?? 20) || 20));
  return deploys.slice(0, most).map((deploy) => ({ deploy: shown(deploy), cursor: deploy.id }));
}

async function withBody<T>(
  request: IncomingMessage,
  schema: z.ZodType<T>,
  act: (body: T) => Promise<Answer>,
): Promise<Answer> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_BYTES) return told(413, "the body is too long");
  }
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    return told(400, "the body is not JSON");
  }
  const parsed = schema.safeParse(body);
  return parsed.success ? act(parsed.data) : told(400, z.prettifyError(parsed.error));
}

function isKey(header: string | undefined, key: string): boolean {
  const given = Buffer.from(header ?? "");
  const wanted = Buffer.from(`Bearer ${key}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function told(status: number, message: string): Answer {
  return { status, body: { message } };
}
