/**
 * `/setup` over HTTP: token, GitHub's form, back with a code, and the secrets
 * shown once to the browser that began it. It is served only while no App is
 * configured; what GitHub and the disk do stands behind the options.
 */
import type { IncomingMessage } from "node:http";
import { describeError } from "../../domain/errors.ts";
import { type Reply, WEBHOOK_PATH } from "../server.ts";
import type { Door, Visit } from "./door.ts";
import { type Handover, handoverPage, plainPage, type Registered, registeredPage, tokenPage } from "./pages.ts";

export const SETUP_PATH = "/setup";
export const DONE_PATH = "/setup/registered";

const FORM_MAX_BYTES = 4_096;
const COOKIE = "orion_setup";
const COOKIE_SECONDS = 3_600;
/** @source GitHub: letters, digits and single hyphens, at most 39 characters */
const LOGIN = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;

export interface SetupOptions {
  readonly door: Door;
  /** base of GitHub's pages, e.g. `https://github.com` */
  readonly githubUrl: string;
  readonly manifest: Pick<Handover, "manifest" | "permissions">;
  /** true when people reach this over https: the cookie then travels over nothing else */
  readonly secure: boolean;
  /** Takes the App over from GitHub and keeps what is to be kept. */
  readonly register: (code: string) => Promise<Registered>;
  /** one line for the operator; never a secret */
  readonly onLine: (line: string) => void;
}

/** @returns what answers every request to `/setup`; null for all others */
export function setupDesk(options: SetupOptions): (request: IncomingMessage) => Promise<Reply | null> {
  return async (request) => {
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    if (path === WEBHOOK_PATH) return { status: 503, text: "no App is configured yet" };
    if (path !== SETUP_PATH && path !== DONE_PATH) return null;
    if (options.door.isShut())
      return html(410, plainPage("The App is registered. Set its variables and start Orion again."));
    if (path === DONE_PATH)
      return request.method === "GET" ? comeBack(options, request, new URLSearchParams(query)) : notAllowed();
    if (request.method === "POST") return handOver(options, request);
    return request.method === "GET" || request.method === "HEAD"
      ? html(200, tokenPage(SETUP_PATH, null))
      : notAllowed();
  };
}

async function handOver(options: SetupOptions, request: IncomingMessage): Promise<Reply> {
  const form = await readForm(request);
  if (form === null) return html(413, tokenPage(SETUP_PATH, "That was no form of this page."));
  const organization = (form.get("organization") ?? "").trim();
  if (organization !== "" && !LOGIN.test(organization))
    return html(400, tokenPage(SETUP_PATH, "That is no organisation's name on GitHub."));
  const visit = options.door.enter((form.get("token") ?? "").trim());
  if (visit === null) return html(403, tokenPage(SETUP_PATH, "That is not the token this process was started with."));
  const owner = organization === "" ? null : organization;
  const place = owner === null ? "settings/apps/new" : `organizations/${owner}/settings/apps/new`;
  const action = `${options.githubUrl}/${place}?state=${visit.state}`;
  const reply = html(200, handoverPage({ ...options.manifest, action, owner }));
  return {
    ...reply,
    headers: { ...reply.headers, ...leavingFor(options.githubUrl), "set-cookie": cookie(visit, options) },
  };
}

async function comeBack(options: SetupOptions, request: IncomingMessage, query: URLSearchParams): Promise<Reply> {
  const { door, onLine } = options;
  const visit = { session: sessionOf(request), state: query.get("state") ?? "" };
  if (!door.comeBack(visit))
    return html(403, plainPage("This browser did not begin this set-up within the last hour. Begin again at /setup."));
  try {
    const registered = await options.register(query.get("code") ?? "");
    onLine(`the GitHub App ${registered.name} is registered: set its variables and start Orion again`);
    return html(200, registeredPage(registered));
  } catch (error) {
    door.reopen();
    onLine(`set-up: ${describeError(error)}`);
    return html(
      502,
      plainPage(
        "GitHub did not hand the App over. Delete it under Developer settings, if it is there, and begin again at /setup.",
      ),
    );
  }
}

/** @returns null for what is no form or is too large */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers["content-type"] ?? "")) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > FORM_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function sessionOf(request: IncomingMessage): string {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? "";
}

/** Lax: it must come along when GitHub sends the person back. */
function cookie({ session }: Visit, { secure }: SetupOptions): string {
  const parts = [`${COOKIE}=${session}`, `Path=${SETUP_PATH}`, `Max-Age=${COOKIE_SECONDS}`, "HttpOnly", "SameSite=Lax"];
  return [...parts, ...(secure ? ["Secure"] : [])].join("; ");
}

/** GitHub's form is the only place this page may lead to, and learns which site sent it. */
function leavingFor(githubUrl: string): Readonly<Record<string, string>> {
  return { ...policy(`'self' ${new URL(githubUrl).origin}`), "referrer-policy": "strict-origin" };
}

function policy(forms: string): Readonly<Record<string, string>> {
  return {
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
  };
}

function html(status: number, body: string): Reply {
  return { status, text: body, contentType: "text/html; charset=utf-8", headers: policy("'self'") };
}

function notAllowed(): Reply {
  return { status: 405, text: "GET or POST only" };
}
