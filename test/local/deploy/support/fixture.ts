/** A repository with a small service in it, real commits, and a deploy host that ships it. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { startTimeOf } from "../../../../src/local/deploy/command.ts";
import { type DeployHost, type DeployHostOptions, startDeployHost } from "../../../../src/local/deploy/deploy-host.ts";
import { PROCESS_ENV } from "../../../support/process-env.ts";

/**
 * Answers /readyz once ready, /version with its own, /slow when told by /go, fails from /fail on; SIGTERM lets what is under way end.
 * What a test wants of it stands in `behaviour.json`.
 */
const SERVICE = `
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const { version, crash, crashLater, unready, deaf } = JSON.parse(readFileSync("behaviour.json", "utf8"));
if (crash) { console.error("cannot start, token " + process.env.APP_TOKEN); process.exit(3); }
const waiting = [];
let failing = false;
const server = createServer((request, response) => {
  if (request.url === "/readyz") return response.writeHead(unready || failing ? 503 : 200).end(unready ? "never" : failing ? "no more" : "ready");
  if (request.url === "/fail") { failing = true; return response.end("from now on"); }
  if (request.url === "/slow") return waiting.push(response);
  if (request.url === "/waiting") return response.end(String(waiting.length));
  if (request.url === "/go") { for (const one of waiting.splice(0)) one.end(version); return response.end("gone"); }
  if (request.url === "/die") { response.end("dying"); return setImmediate(() => process.exit(9)); }
  response.end(JSON.stringify({ version, commit: process.env.RENDER_GIT_COMMIT, pid: process.pid, url: process.env.RENDER_EXTERNAL_URL }));
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => {
  if (deaf) return;
  setTimeout(() => { for (const one of waiting.splice(0)) one.end(version + " to the end"); }, 100);
  server.close(() => process.exit(0));
});
`;

export interface Behaviour {
  readonly version: string;
  readonly crash?: boolean;
  readonly unready?: boolean;
  readonly deaf?: boolean;
}

export interface Fixture {
  readonly repository: string;
  /** @returns the commit */
  commit(files: Readonly<Record<string, string | null>>, message?: string): string;
  behave(behaviour: Behaviour, files?: Readonly<Record<string, string | null>>): string;
  git(...argv: readonly string[]): string;
  host(options?: Partial<DeployHostOptions>): Promise<DeployHost>;
  /** what the host printed */
  readonly lines: string[];
}

export function makeFixture(): Fixture {
  const home = mkdtempSync(join(tmpdir(), "orion-deploy-"));
  const repository = join(home, "source");
  const lines: string[] = [];
  const hosts: DeployHost[] = [];
  mkdirSync(repository);
  const git = (...argv: readonly string[]): string =>
    execFileSync("git", ["-C", repository, "-c", "user.name=maya", "-c", "user.email=maya@example.org", ...argv], {
      encoding: "utf8",
    }).trim();
  git("init", "--quiet", "--initial-branch=master");
  const commit: Fixture["commit"] = (files, message = "change") => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      if (text === null) rmSync(join(repository, path), { recursive: true });
      else writeFileSync(join(repository, path), text);
    }
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  onTestFinished(async (test) => {
    for (const host of hosts) await host.close();
    if (test.task.result?.state !== "fail") rmSync(home, { recursive: true, force: true });
  });
  return {
    repository,
    lines,
    git,
    commit,
    behave: (behaviour, files = {}) =>
      commit(
        { "server.mjs": SERVICE, "behaviour.json": JSON.stringify(behaviour), ...files },
        `version ${behaviour.version}`,
      ),
    host: async (options = {}) => {
      const host = await startDeployHost({
        repository,
        slug: "maya/service",
        branch: "master",
        dataDir: join(home, "host"),
        build: [],
        preDeploy: null,
        start: [process.execPath, "server.mjs"],
        env: { ...PROCESS_ENV, APP_TOKEN: "a-token-of-this-test" },
        onLine: (line) => lines.push(line),
        ...options,
      });
      hosts.push(host);
      return host;
    },
  };
}

export interface Seen {
  readonly version: string;
  readonly commit: string;
  readonly pid: number;
  readonly url: string;
}

export async function seen(host: Pick<DeployHost, "url">): Promise<Seen> {
  const response = await fetch(`${host.url}/version`);
  return (await response.json()) as Seen;
}

export function isAlive(pid: number): boolean {
  return startTimeOf(pid) !== null;
}
