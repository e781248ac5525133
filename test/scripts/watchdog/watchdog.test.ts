import { readFile } from "node:fs/promises";
import { expect, it, vi } from "vitest";
import { parse } from "yaml";
import { watchdog } from "../../../scripts/watchdog.ts";
import type { DeployHost } from "../../../src/local/deploy/deploy-host.ts";
import { renderHost } from "../../../src/render/render-host.ts";
import { until } from "../../flow/support/until.ts";
import { type Fixture, makeFixture, seen } from "../../local/deploy/support/fixture.ts";
import { type IssueServer, startIssues, TOKEN } from "./issue-server.ts";

vi.setConfig({ testTimeout: 60_000 });

interface Scene {
  readonly fixture: Fixture;
  readonly host: DeployHost;
  readonly github: IssueServer;
  readonly lines: string[];
  /** ships a version and lets its /readyz lie, then fail */
  shipSick(version: string): Promise<string>;
  look(env?: Readonly<Record<string, string>>): Promise<number>;
}

async function scene(): Promise<Scene> {
  const fixture = makeFixture();
  const first = fixture.behave({ version: "1" });
  const host = await fixture.host();
  await host.waitFor(first, ["live"]);
  const github = await startIssues("maya/service");
  const lines: string[] = [];
  return {
    ...{ fixture, host, github, lines },
    shipSick: async (version) => {
      const commit = fixture.behave({ version });
      await renderHost(host).startDeploy(commit);
      await host.waitFor(commit, ["live"]);
      await fetch(`${host.url}/fail`);
      return commit;
    },
    look: (env = {}) =>
      watchdog(["--once", "--seconds", "0.05", "--url", host.url], around({ host, github, lines }, env)),
  };
}

function around({ host, github, lines }: Pick<Scene, "host" | "github" | "lines">, env = {}) {
  const variables = {
    ...{ RENDER_API_URL: host.apiUrl, RENDER_API_KEY: host.apiKey, RENDER_SERVICE_ID: host.serviceId },
    ...{ GITHUB_API_URL: github.url, GITHUB_REPOSITORY: "maya/service", GITHUB_TOKEN: TOKEN, ...env },
  };
  return { env: variables, onLine: (line: string) => void lines.push(line) };
}

const serves = (host: DeployHost, version: string) =>
  until(
    async () => ((await seen(host)).version === version ? true : null),
    () => `version ${version} to serve`,
  );

it("takes a deploy back whose readiness lied, tells it once, and leaves the next one to a person", async () => {
  const { host, github, lines, shipSick, look } = await scene();
  expect(await look()).toBe(0);
  const sick = await shipSick("2");
  github.loseAnswer();
  expect(await look(), lines.join("\n")).toBe(1);
  await serves(host, "1");
  expect(await renderHost(host).autoDeploy()).toBe(false);
  const [issue, ...others] = github.issues;
  expect(others).toEqual([]);
  expect(issue?.title).toBe(`The watchdog rolled ${sick.slice(0, 7)} back to ${(await seen(host)).commit.slice(0, 7)}`);
  expect(issue?.body).toContain("503 no more");
  expect(issue?.body).toContain("autoDeployTrigger");
  expect(await look()).toBe(0);

  const worse = await shipSick("3");
  const deploys = host.deploys().length;
  expect(await look()).toBe(1);
  expect(await look()).toBe(1);
  expect(host.deploys()).toHaveLength(deploys);
  expect(await seen(host)).toMatchObject({ version: "3" });
  expect(github.issues).toHaveLength(1);
  expect(issue?.comments).toHaveLength(1);
  expect(issue?.comments[0]?.body).toContain(worse);
});

it("goes on by itself, and rolls back while nobody can be told", async () => {
  const { host, github, lines, shipSick } = await scene();
  await shipSick("2");
  const stop = new AbortController();
  const running = watchdog(["--seconds", "0.05", "--url", host.url], {
    ...around({ host, github, lines }, { GITHUB_TOKEN: "expired" }),
    signal: stop.signal,
  });
  await serves(host, "1");
  stop.abort();
  expect(await running).toBe(0);
  expect(github.issues).toEqual([]);
  expect(lines.join("\n")).toContain("GitHub refused");
});

it("rolls nothing back when the host does not take its key", async () => {
  const { host, lines, shipSick, look } = await scene();
  await shipSick("2");
  const deploys = host.deploys().length;
  expect(await look({ RENDER_API_KEY: "another" })).toBe(1);
  expect(host.deploys()).toHaveLength(deploys);
  expect(lines.at(-1)).toContain("the deploy host does not say");
});

it("says how to use it instead of guessing a service", async () => {
  const lines: string[] = [];
  expect(await watchdog(["--once"], { env: {}, onLine: (line) => lines.push(line) })).toBe(2);
  expect(lines.join("\n")).toContain("RENDER_SERVICE_ID");
});

it("has a workflow to copy that may open issues and nothing else", async () => {
  const workflow = parse(await readFile("docs/watchdog-workflow.yml", "utf8"));
  expect(workflow.permissions).toEqual({ contents: "read", issues: "write" });
  expect(workflow.on.schedule).toEqual([{ cron: "*/5 * * * *" }]);
  expect(Object.keys(workflow.on)).toContain("deployment_status");
  expect(JSON.stringify(workflow.jobs)).toContain("scripts/watchdog.ts --once");
});
