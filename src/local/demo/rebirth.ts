/**
 * The second half of the story: the old Orion cannot reach Slack; a person
 * merges by hand; the host ships; the new Orion wakes on the same memory, says
 * so, and sends the message.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OrionError } from "../../domain/errors.ts";
import type { Incarnation } from "../../domain/ports/store/evolution-store.ts";
import type { Run } from "../../domain/task.ts";
import { asPerson } from "../forge/person.ts";
import type { DemoWorld, Reborn } from "./demo-world.ts";
import { cloneUrl, type Ending, git, placeOf } from "./story.ts";

const REQUEST = "Orion, tell #general that we are live";
const HABIT = "say the version when you announce something";
const POLL_MS = 100;
const WITHIN_MS = 120_000;

type Service = DemoWorld & { readonly service: NonNullable<DemoWorld["service"]> };

/** Merges what was proposed, and sees it live and used. */
export async function rebirth(
  world: Service,
  issue: number,
  { task }: Ending,
  print: (line: string) => void,
): Promise<Reborn> {
  const { service, store, stage } = world;
  const { pullRequest, branch } = task;
  if (pullRequest === null || branch === null) throw new TypeError("there is nothing to merge");
  const { login } = stage.person;
  print(`\n${login} asks the Orion that is live: ${REQUEST}`);
  const refusal = await ask(world, issue, REQUEST);
  print(`  ${refusal}`);
  print(`${login} says: /orion remember ${HABIT}`);
  await say(world, issue, `/orion remember ${HABIT}`);
  const before = await newest(world);
  print(`\nBefore: v${before.version} (${before.commit.slice(0, 7)}), tools: ${before.tools.join(", ")}\n`);

  print(`${login} merges by hand:`);
  const mergeSha = await mergeByHand(world, branch, print);
  service.host.poke();
  const shipped = await service.host.waitFor(mergeSha, ["live"], WITHIN_MS);
  if (shipped.status !== "live")
    throw new OrionError("DEPLOY_FAILED", `the deploy of ${mergeSha.slice(0, 7)} ended with ${shipped.status}`);
  const announcement = await until("the announcement", () => commentWith(world, pullRequest, "Live: v"));
  const after = await newest(world);
  print(`\nOn pull request #${pullRequest}: ${announcement}`);
  print(`After:  v${after.version} (${after.commit.slice(0, 7)}), tools: ${after.tools.join(", ")}`);
  for (const [kind, { kept, of }] of Object.entries(after.memory ?? {}))
    print(`  memory, ${kind}: ${of} rows before, ${kept} of them as they were`);

  print(`\n${login} asks the new Orion: ${REQUEST}`);
  const answer = await ask(world, issue, REQUEST);
  print(`  ${answer}`);
  const slack = await service.slack.messages();
  print(`\nSlack's #general: ${slack.length === 0 ? "nothing" : slack.join(" | ")}`);
  const kept = Object.values(after.memory ?? {}).every((kind) => kind.kept === kind.of);
  const habits = after.memory?.user_context?.of === 1;
  const complete =
    after.commit === mergeSha &&
    kept &&
    habits &&
    slack.length === 1 &&
    (await store.deployOf(task.id))?.status === "live";
  return { complete, mergeSha, before, after, announcement, refusal, answer, slack };
}

/** The specification's own lines, in a plain clone. @returns what the default branch is at afterwards */
async function mergeByHand({ forge, stage }: Service, branch: string, print: (line: string) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "orion-merge-"));
  const { login } = stage.person;
  const identity = ["-c", `user.name=${login}`, "-c", `user.email=${login}@example.org`];
  const main = stage.defaultBranch;
  try {
    await git(["clone", "--quiet", cloneUrl(forge, stage), folder]);
    for (const line of [
      ["fetch"],
      ["checkout", branch],
      ["checkout", main],
      ["merge", branch],
      ["push", "origin", main],
    ]) {
      print(`  git ${line.join(" ")}`);
      await git(["-C", folder, ...identity, ...line]);
    }
    return await git(["-C", folder, "rev-parse", "HEAD"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the first line of what Orion answered */
async function ask(world: Service, issue: number, words: string): Promise<string> {
  const comment = await say(world, issue, words);
  const run = await until("an answer", async () => {
    const task = await world.store.taskByIssue(world.stage.repositoryId, issue);
    const runs: readonly Run[] = task === null ? [] : await world.store.runsOf(task.id);
    return runs.find((one) => one.subject.id === comment && one.endedAt !== null) ?? null;
  });
  const body = await commentWith(world, issue, `orion:run=${run.id}`);
  return (body ?? "no answer").replace(/^@\S+\s*/, "").split("\n")[0] ?? "";
}

/** Comments as the person, and waits until Orion has reacted. @returns the comment's id */
async function say({ forge, stage }: Service, issue: number, words: string): Promise<number> {
  const person = asPerson(forge, stage.person.token);
  const { id } = await person.comment(placeOf(stage), issue, words);
  const path = `/repos/${stage.owner}/${stage.name}/issues/comments/${id}/reactions`;
  await until("a reaction", async () => ((await person.call("GET", path)) as readonly unknown[])[1] ?? null);
  return id;
}

/** @returns the visible words of Orion's newest comment that contains `words`, or null */
async function commentWith({ forge, stage }: Service, issue: number, words: string): Promise<string | null> {
  const path = `/repos/${stage.owner}/${stage.name}/issues/${issue}/comments?per_page=100`;
  const comments = (await asPerson(forge, stage.person.token).call("GET", path)) as readonly {
    readonly body: string;
  }[];
  const found = comments.filter(({ body }) => body.includes(words)).at(-1);
  return found === undefined ? null : found.body.replace(/<!--[\s\S]*?-->/g, "").trim();
}

async function newest({ store }: Service): Promise<Incarnation> {
  const incarnation = await store.newestIncarnation();
  if (incarnation === null) throw new OrionError("NOBODY_LIVES", "no Orion has said that it is ready");
  return incarnation;
}

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new OrionError("DEMO_TIMEOUT", `waited ${WITHIN_MS / 1_000} s for ${what}`);
    await sleep(POLL_MS);
  }
}
