/**
 * A forge with one repository, its people, a listening App and real clients,
 * for the tests of this folder. It asserts nothing.
 */
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ProbotOctokit } from "probot";
import { readManifest } from "../../src/github/registration/manifest.ts";
import { asPerson } from "../../src/local/forge/person.ts";
import { type Forge, type ForgeOptions, startForge } from "../../src/local/forge/start-forge.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const manifest = readManifest(readFileSync(new URL("../../app.yml", import.meta.url), "utf8"));

export const SECRET = "a-secret-of-at-least-thirty-two-characters";
export const PRIVATE_KEY = privateKey;
export const APP_ID = 77;
export const PLACE = { owner: "octo", repo: "app" } as const;

export interface Heard {
  readonly event: string;
  readonly guid: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly payload: Record<string, unknown>;
}

/** An App's server that writes down what it hears; `answer` may be changed. */
export async function listenAsApp() {
  const heard: Heard[] = [];
  const app = { answer: 202 };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { headers } = request;
    heard.push({
      event: String(headers["x-github-event"]),
      guid: String(headers["x-github-delivery"]),
      headers,
      body,
      payload: JSON.parse(body),
    });
    response.writeHead(app.answer).end("heard");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = (): Promise<unknown> => new Promise((done) => server.close(done));
  return { heard, app, url, close };
}

export async function makeForge(more: Partial<ForgeOptions> = {}): Promise<Forge & { readonly dir: string }> {
  const dir = more.dir ?? (await mkdtemp(join(tmpdir(), "forge-test-")));
  const events = [...manifest.default_events, "create", "delete"];
  const app = { id: APP_ID, slug: "orion", privateKey, webhookSecret: SECRET, events };
  const forge = await startForge({ webhookUrl: null, ...more, dir, app: { ...app, ...more.app } });
  return { ...forge, dir };
}

export async function makeWorld() {
  const listener = await listenAsApp();
  const forge = await makeForge({ webhookUrl: listener.url });
  const repository = await forge.addRepository({
    owner: "octo",
    name: "app",
    private: true,
    collaborators: { ada: "admin", wendy: "write", tim: "triage", rita: "read" },
    files: { "README.md": "# app\n", "src/one.txt": "one\ntwo\nthree\n" },
  });
  const tokens = Object.fromEntries(
    ["octo", "ada", "wendy", "tim", "rita", "stranger"].map((login) => [login, forge.addUser({ login }).token]),
  );
  const token = (login: string): string => {
    const found = tokens[login];
    if (found === undefined) throw new Error(`no token for ${login}`);
    return found;
  };
  const { installationId } = repository;
  if (installationId === null) throw new Error("the App is not installed");
  return {
    forge,
    repository,
    installationId,
    listener,
    token,
    person: (login: string) => asPerson(forge, token(login)),
    user: (login: string) => new ProbotOctokit({ baseUrl: forge.apiUrl, auth: { token: token(login) }, ...QUIET }),
    asApp: () => appOctokit(forge),
    asInstallation: () => appOctokit(forge, installationId),
    close: async () => {
      await forge.close();
      await listener.close();
      await rm(forge.dir, { recursive: true, force: true });
    },
  };
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const QUIET = { log: silent, retry: { enabled: false }, throttle: { enabled: false } };

export function appOctokit(forge: { readonly apiUrl: string }, installationId?: number): ProbotOctokit {
  return new ProbotOctokit({
    baseUrl: forge.apiUrl,
    auth: { appId: APP_ID, privateKey, ...(installationId === undefined ? {} : { installationId }) },
    ...QUIET,
  });
}

const run = promisify(execFile);

/** Writes a file in a clone and commits it. @returns the commit */
export async function commitIn(
  clone: Awaited<ReturnType<typeof cloneOf>>,
  path: string,
  text: string,
  message = `change ${path}`,
): Promise<string> {
  await mkdir(dirname(join(clone.dir, path)), { recursive: true });
  await writeFile(join(clone.dir, path), text);
  await clone.git("add", ".");
  await clone.git("commit", "-m", message);
  return (await clone.git("rev-parse", "HEAD")).out.trim();
}

export interface GitOutcome {
  readonly code: number;
  readonly out: string;
}

/** A clone to work in, as a person's own git would. */
export async function cloneOf(url: string) {
  const dir = await mkdtemp(join(tmpdir(), "forge-clone-"));
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Tester",
    GIT_AUTHOR_EMAIL: "tester@example.com",
    GIT_COMMITTER_NAME: "Tester",
    GIT_COMMITTER_EMAIL: "tester@example.com",
  };
  const git = async (...args: readonly string[]): Promise<GitOutcome> => {
    try {
      const { stdout, stderr } = await run("git", [...args], { cwd: dir, env, maxBuffer: 16_000_000 });
      return { code: 0, out: `${stdout}${stderr}` };
    } catch (error) {
      const failed = error as { readonly code?: number; readonly stderr?: string };
      return { code: failed.code ?? 1, out: failed.stderr ?? "" };
    }
  };
  const cloned = await git("clone", "--quiet", url, ".");
  return { dir, git, cloned, remove: () => rm(dir, { recursive: true, force: true }) };
}
