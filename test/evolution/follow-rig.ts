/** A follower on a real store, with a host, a GitHub and a history that say what the test says. */
import { OrionError } from "../../src/domain/errors.ts";
import type { DeployHost, HostDeploy, HostStatus } from "../../src/domain/ports/deploy-port.ts";
import type { GitHub } from "../../src/domain/ports/github-port.ts";
import type { Deploy } from "../../src/domain/ports/store/evolution-store.ts";
import type { Store } from "../../src/domain/ports/store-port.ts";
import { type EvolutionDeps, followDeploy } from "../../src/evolution/follow-deploy.ts";
import { openTask, REPOSITORY } from "../store/fixtures.ts";

export interface Told {
  readonly issue: number;
  body: string;
}

export function openRig(store: Store) {
  const comments: Told[] = [];
  const notified: string[] = [];
  const reverted: number[] = [];
  let deploys: readonly HostDeploy[] = [];
  /** thrown by the next call of that name, once */
  const fails = new Map<string, Error>();
  const stumble = (name: string): void => {
    const error = fails.get(name);
    fails.delete(name);
    if (error !== undefined) throw error;
  };
  const github = {
    findComment: async (_: unknown, issue: number, marker: string) => {
      const index = comments.findIndex((one) => one.issue === issue && one.body.includes(marker));
      return index === -1 ? null : index;
    },
    createComment: async (_: unknown, issue: number, body: string) => {
      stumble("createComment");
      return comments.push({ issue, body }) - 1;
    },
    editComment: async (_: unknown, comment: number, body: string) => {
      const found = comments[comment];
      if (found !== undefined) found.body = body;
    },
  } as unknown as GitHub;
  const host = {
    deploys: async () => {
      stumble("host");
      return deploys;
    },
  } as unknown as DeployHost;
  const deps: EvolutionDeps = {
    ...{ store, github, host, lookMs: 5, redact: (text) => text, log: () => undefined },
    // commits are named by what they hold: `ab` was built on `a`
    holds: async (_, commit, within) => within.startsWith(commit),
    openRevert: async ({ pullRequest }) => {
      stumble("revert");
      reverted.push(pullRequest);
      return { number: 90 + pullRequest, url: "" };
    },
    refresh: async () => stumble("refresh"),
    notify: async ({ deploy }) => {
      stumble("notify");
      notified.push(`#${deploy.pullRequest}`);
    },
  };
  return {
    ...{ comments, notified, reverted, fails, deps },
    /** @param told `commit status trigger`, newest first */
    hostTells(...told: readonly string[]): void {
      deploys = told.map((line) => {
        const [commit = "", status = "", trigger = "new_commit"] = line.split(" ");
        const at = { createdAt: new Date(), finishedAt: null };
        return { id: line, commit, status: status as HostStatus, hostStatus: status, trigger, ...at };
      });
    },
    async boots(commit: string): Promise<void> {
      const facts = { version: `1.0.${commit.length}`, commit, tools: [], schema: "s" };
      await store.readyIncarnation((await store.beginIncarnation(facts)).id);
    },
    async merges(commit: string, pullRequest: number): Promise<Deploy> {
      const task = await openTask(store, pullRequest);
      const deploy = { repositoryId: REPOSITORY.id, commit, taskId: task.id, pullRequest, followed: false };
      return store.openDeploy(deploy);
    },
    /** One turn of the queue. @returns the code it was thrown with, or null when nothing is left to do */
    async follow({ id }: Deploy, more: Partial<EvolutionDeps> = {}): Promise<string | null> {
      const soon = AbortSignal.timeout(400);
      try {
        await followDeploy({ ...deps, ...more }, id, soon);
        return null;
      } catch (error) {
        if (error instanceof OrionError) return error.code;
        return soon.aborted ? "LOOKS_ON" : String(error);
      }
    },
  };
}
