/**
 * A model server that plays a script instead of thinking, for one machine
 * without a model key and for tests. It speaks enough of OpenAI's two APIs for
 * their real clients, and keeps no position: that comes with each request.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { OrionError } from "../../domain/errors.ts";
import { chatEvents, chatObject } from "./answer-chat.ts";
import { type Answer, responseEvents, responseObject } from "./answer-responses.ts";
import { type Asked, Refusal, refuseMalformed } from "./asked.ts";
import { askedByChat } from "./asked-chat.ts";
import { askedByResponses } from "./asked-responses.ts";
import { bodyOf, errorOf, headerOf, parseBody, refuse, send } from "./http.ts";
import { lineFor, type Place, placeOf } from "./play.ts";
import { loadScript, type ScriptSource } from "./script-file.ts";
import { type FaultKind, ROLES, type ScriptLine } from "./script-line.ts";
import { type Count, tokenCounter } from "./usage.ts";

/** What became of one request. */
export interface PlayedRequest {
  readonly api: Asked["api"];
  readonly role: string | null;
  /** `<run>.<turn>` as the header said, or as it was counted */
  readonly turn: string | null;
  /** line of the script, or null when the request was refused before one was found */
  readonly line: number | null;
  readonly cacheKey: string | null;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly fault: FaultKind | null;
  /** 200, or what it was refused with */
  readonly status: number;
  /** the words of the refusal, or null */
  readonly refusal: string | null;
}

export interface ScriptedModel {
  /** base URL for a client, ends in `/v1` */
  readonly url: string;
  /** Oldest first; the last 10,000. */
  requests(): readonly PlayedRequest[];
  close(): Promise<void>;
}

export interface ScriptedModelOptions {
  readonly script: ScriptSource;
  /** 127.0.0.1 when absent */
  readonly host?: string;
  /** any free one when absent */
  readonly port?: number;
  /** told of every request as soon as it is judged */
  readonly onLine?: (played: PlayedRequest) => void;
}

interface Stage {
  readonly script: readonly ScriptLine[];
  readonly count: (asked: Asked, line: ScriptLine) => Count;
  /** attempts at a line that has a fault, by request */
  readonly attempts: Map<string, number>;
  readonly record: (played: PlayedRequest) => void;
}

const KEPT = 10_000;
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts the server once the script is loaded.
 * @throws OrionError MODEL_SCRIPT_INVALID naming the line; MODEL_PORT_TAKEN
 */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const played: PlayedRequest[] = [];
  const record = (one: PlayedRequest) => {
    played.push(one);
    if (played.length > KEPT) played.shift();
    options.onLine?.(one);
  };
  const stage: Stage = { script: loadScript(options.script), count: tokenCounter(), attempts: new Map(), record };
  const server = createServer((request, response) => {
    answer(stage, request, response).catch((error: unknown) => refuse(response, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((listening, failed) => {
    server.once("error", (cause) => failed(portTaken(host, options.port, cause)));
    server.listen(options.port ?? 0, host, listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}/v1`,
    requests: () => [...played],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function portTaken(host: string, port: number | undefined, cause: unknown): OrionError {
  const where = `${host}:${port ?? 0}`;
  return new OrionError(
    "MODEL_PORT_TAKEN",
    `the scripted model cannot listen on ${where}; choose another port`,
    { where },
    cause,
  );
}

const READERS = new Map([
  ["/v1/responses", askedByResponses],
  ["/v1/chat/completions", askedByChat],
]);

async function answer(stage: Stage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!/^Bearer \S+$/.test(request.headers.authorization ?? ""))
    throw new Refusal(401, "invalid_api_key", "expected the header Authorization: Bearer <any key>; came none");
  const path = (request.url ?? "").replace(/\?.*$/, "");
  if (request.method === "GET" && path === "/v1/models") return send(response, 200, models());
  const reader = READERS.get(path);
  if (request.method !== "POST" || reader === undefined)
    throw new Refusal(
      404,
      "unknown_url",
      `no ${request.method} ${path} here; there are POST ${[...READERS.keys()].join(", POST ")}, GET /v1/models`,
    );
  const text = await bodyOf(request);
  const told = { role: headerOf(request, "x-orion-role"), turn: headerOf(request, "x-orion-turn") };
  const api = path === "/v1/responses" ? "responses" : "chat";
  let asked: Asked;
  let place: Place | null = null;
  try {
    asked = reader(parseBody(text));
    refuseMalformed(asked);
    place = placeOf(stage.script, asked, told);
    const line = lineFor(stage.script, asked, place);
    await play(stage, { asked, line, place, text }, response);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, message } = error;
    const turn = place === null ? told.turn : `${place.run}.${place.turn}`;
    stage.record({ ...UNPLAYED, api, role: place?.role ?? told.role, turn, status, refusal: message });
    throw error;
  }
}

const UNPLAYED = { line: null, cacheKey: null, inputTokens: 0, cachedTokens: 0, outputTokens: 0, fault: null };

interface Scene {
  readonly asked: Asked;
  readonly line: ScriptLine;
  readonly place: Place;
  readonly text: string;
}

async function play(stage: Stage, { asked, line, place, text }: Scene, response: ServerResponse): Promise<void> {
  const fault = faultNow(stage, line, text);
  const count = stage.count(asked, line);
  stage.record({
    api: asked.api,
    role: place.role,
    turn: `${place.run}.${place.turn}`,
    line: line.at,
    cacheKey: asked.cacheKey,
    inputTokens: count.input,
    cachedTokens: count.cached,
    outputTokens: count.output,
    fault,
    status: fault === "http-500" ? 500 : fault === "http-429" ? 429 : 200,
    refusal: null,
  });
  if (line.delayMs > 0) await sleep(line.delayMs);
  if (fault === "http-500") return send(response, 500, errorOf("server_error", "the script says http-500"));
  if (fault === "http-429")
    return send(response, 429, errorOf("rate_limit_exceeded", "the script says http-429"), { "retry-after-ms": "10" });
  perform({ asked, line, place, count, now: Math.floor(Date.now() / 1000) }, fault, response);
}

/** The same request again is another attempt at the same line. */
function faultNow({ attempts }: Stage, { fault, at }: ScriptLine, text: string): FaultKind | null {
  if (fault === null) return null;
  const key = `${at} ${createHash("sha256").update(text).digest("base64")}`;
  const made = attempts.get(key) ?? 0;
  attempts.set(key, made + 1);
  return made < fault.times ? fault.kind : null;
}

function perform(scene: Answer, fault: FaultKind | null, response: ServerResponse): void {
  const isChat = scene.asked.api === "chat";
  if (!scene.asked.stream && fault === null) {
    send(response, 200, isChat ? chatObject(scene) : responseObject(scene));
    return;
  }
  const events = isChat ? chatEvents(scene) : responseEvents(scene);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  if (fault === null) response.end(events.join(""));
  else if (fault === "stall") response.write(events[0]);
  else response.write(events.slice(0, Math.ceil(events.length / 2)).join(""), () => response.destroy());
}

function models(): object {
  const names = ["scripted", ...ROLES.map((role) => `scripted-${role}`)];
  return { object: "list", data: names.map((id) => ({ id, object: "model", created: 0, owned_by: "script" })) };
}
