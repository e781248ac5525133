/**
 * The verb table, row by row, as a person sees it: over real webhooks, with the
 * reaction, the answer, and what became of branches, pull requests and checks.
 * A verb without a row here does not type-check; one that has a file of its own
 * for its main way names it.
 */
import { existsSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { VERBS, type Verb, verbFacts } from "../../src/policy/verbs.ts";
import { FIX, FIX_STORY } from "./support/fix-story.ts";
import { it } from "./support/flow-test.ts";
import { STORY } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

interface Walk {
  readonly world: World;
  readonly issue: number;
  /** of Orion's */
  pull: number;
}

/** Which test walks the verb: its main way, or what is answered where there is nothing to do. */
const ROWS: Readonly<Record<Verb, { readonly main: string; readonly here?: (walk: Walk) => Promise<void> }>> = {
  go: { main: "verbs", here: go },
  status: { main: "verbs", here: status },
  help: { main: "verbs", here: help },
  remember: { main: "verbs", here: remember },
  memory: { main: "verbs", here: memory },
  forget: { main: "verbs", here: forget },
  ask: { main: "ask", here: ask },
  fix: { main: "fix", here: fix },
  retry: { main: "retry", here: (walk) => idle(walk, "maya", "retry", "Nothing failed or was stopped here") },
  stop: { main: "pause", here: (walk) => idle(walk, "maya", "stop", "Nothing runs or waits here") },
  budget: { main: "budget", here: budget },
  pause: { main: "pause", here: pause },
  resume: { main: "pause", here: resume },
  "approve-migration": { main: "migrations", here: approveMigration },
  revert: { main: "revert", here: revert },
  plan: { main: "plan" },
  approve: { main: "plan" },
  rebase: { main: "rebase", here: rebase },
};

const TALK: readonly Verb[] = [
  ...(["go", "status", "help", "remember", "memory", "forget", "budget"] as const),
  ...(["retry", "stop", "pause", "resume"] as const),
];
const WORK: readonly Verb[] = ["go", "fix", "ask", "approve-migration", "rebase", "revert"];

it("every verb of the table is walked, here or in the file that is named", () => {
  for (const verb of VERBS) {
    const { main, here } = ROWS[verb];
    const walked = here !== undefined && [...TALK, ...WORK].includes(verb);
    const file = new URL(`${main}.test.ts`, import.meta.url);
    const shown = existsSync(file) && readFileSync(file, "utf8").includes(`/orion ${verb}`);
    expect({ verb, found: walked || shown }).toEqual({ verb, found: true });
  }
});

it("what people say in an issue, verb by verb", async ({ flow }) => {
  await walkAll(await flow.start({ script: STORY }), TALK);
});

it("what people say about a pull request, verb by verb", async ({ flow }) => {
  const finish = { answer: "It adds.", references: [{ file: "src/math.js", line: 1 }] };
  const answer: ScriptEntry = { role: "ask", run: 3, finish };
  await walkAll(await flow.start({ script: [...STORY, ...FIX_STORY, answer] }), WORK);
});

async function walkAll(world: World, verbs: readonly Verb[]): Promise<void> {
  const issue = await world.project.asks("Add multiply(a, b)");
  const walk: Walk = { world, issue, pull: 0 };
  for (const verb of verbs) await ROWS[verb].here?.(walk);
}

/** Says it and waits for the end of it. @returns Orion's newest comment there */
async function says(walk: Walk, login: string, words: string, place: number, end: "rocket" | "confused") {
  const { project } = walk.world;
  const { id } = await project.person(login).comment(project.place, place, words);
  const ended = async () => ((await project.reactionsTo(id)).some((one) => one !== "eyes") ? true : null);
  await until(ended, () => `an end of ${words}\n${walk.world.lines.join("\n")}`, 100_000);
  expect({ words, reactions: await project.reactionsTo(id) }).toEqual({ words, reactions: ["eyes", end] });
  await walk.world.settled();
  const own = (await project.comments(place)).filter(({ author }) => author === "orion[bot]");
  return own.at(-1)?.body ?? "";
}

const branches = async ({ world }: Walk) => Object.keys(await world.project.branches()).toSorted();

/** Answers, and leaves branches, pull requests and runs as they were. */
async function idle(walk: Walk, login: string, words: string, answer: string | RegExp, place = walk.issue) {
  const before = [await branches(walk), (await walk.world.project.pulls()).length];
  expect(await says(walk, login, `/orion ${words}`, place, "confused")).toMatch(answer);
  expect([await branches(walk), (await walk.world.project.pulls()).length]).toEqual(before);
}

async function go(walk: Walk): Promise<void> {
  const { world, issue } = walk;
  const ready = await says(walk, "maya", "/orion go", issue, "rocket");
  expect(ready).toContain("@maya Feature implemented and pushed. Please verify: pull request #");
  const [pull] = await world.project.pulls();
  expect(pull).toMatchObject({ state: "open", draft: false, head: { ref: "feature/multiply" } });
  const sha = pull?.head.sha ?? "";
  for (const name of ["orion/red-green", "orion/scope"])
    expect(await world.project.checksNamed(name, sha)).toMatchObject([{ status: "completed", conclusion: "success" }]);
  await world.ended(issue);
  walk.pull = pull?.number ?? 0;
}

async function status(walk: Walk): Promise<void> {
  const said = await says(walk, "maya", "/orion status", walk.issue, "rocket");
  expect(said).toMatch(/Run 1 is \*\*done\*\*, after \d+(s|m)\./);
  expect(said).toContain(`pull request #${walk.pull} · \`feature/multiply\``);
  const living = (await walk.world.project.comments(walk.issue)).find(({ body }) => body.includes("orion:task="));
  expect(said).toContain(`/acme/math/issues/${walk.issue}#issuecomment-${living?.id})`);
}

async function help(walk: Walk): Promise<void> {
  const said = await says(walk, "maya", "/orion help", walk.issue, "rocket");
  for (const verb of VERBS) expect(said).toContain(`| \`/orion ${verbFacts(verb).usage}\``);
}

async function remember(walk: Walk): Promise<void> {
  expect(await says(walk, "maya", "/orion remember I like tabs", walk.issue, "rocket")).toContain("I will remember");
}

async function memory(walk: Walk): Promise<void> {
  expect(await says(walk, "maya", "/orion memory", walk.issue, "rocket")).toMatch(/1\. I like tabs/);
}

async function forget(walk: Walk): Promise<void> {
  expect(await says(walk, "maya", "/orion forget 1", walk.issue, "rocket")).toContain("1 is forgotten.");
}

async function ask(walk: Walk): Promise<void> {
  const said = await says(walk, "maya", "/orion ask what does add do?", walk.pull, "rocket");
  expect(said).toContain("It adds.");
  expect(said).toContain("src/math.js");
}

async function fix(walk: Walk): Promise<void> {
  const { project } = walk.world;
  const before = (await project.pulls())[0]?.head.sha;
  expect(await says(walk, "maya", FIX, walk.pull, "rocket")).toContain("@maya Done and pushed.");
  const [pull] = await project.pulls();
  expect(pull?.head.sha).not.toBe(before);
  expect(await project.checksNamed("orion/red-green", pull?.head.sha ?? "")).toMatchObject([{ conclusion: "success" }]);
  await walk.world.ended(walk.issue, { run: 2 });
}

async function budget(walk: Walk): Promise<void> {
  const said = await says(walk, "mara", "/orion budget 8", walk.issue, "rocket");
  expect(said).toContain("This task may now cost $8.00 (it was $5.00)");
  await idle(walk, "mara", "budget plenty", "/orion budget 8");
}

async function pause(walk: Walk): Promise<void> {
  expect(await says(walk, "acme", "/orion pause", walk.issue, "rocket")).toContain("⏸ Paused by acme.");
  expect(await walk.world.orion.store.pauseOf(walk.world.project.repository.id)).toMatchObject({ by: "acme" });
}

async function resume(walk: Walk): Promise<void> {
  expect(await says(walk, "acme", "/orion resume", walk.issue, "rocket")).toContain("▶ This repository is not paused.");
  expect(await walk.world.orion.store.pauseOf(walk.world.project.repository.id)).toBeNull();
}

function approveMigration(walk: Walk): Promise<void> {
  return idle(walk, "mara", "approve-migration", "This pull request touches no migration.", walk.pull);
}

/** On the issue there is nothing to bring up to date. */
async function rebase(walk: Walk): Promise<void> {
  if (existsSync(new URL("rebase.test.ts", import.meta.url))) return;
  await idle(walk, "maya", "rebase", "is not in yet", walk.pull);
}

async function revert(walk: Walk): Promise<void> {
  const { project } = walk.world;
  await project.person("acme").merge(project.place, walk.pull);
  await project.peopleMovedMain();
  await walk.world.settled();
  const said = await says(walk, "mara", "/orion revert", walk.pull, "rocket");
  expect(said).toContain(`undoes #${walk.pull}; merge it to go back.`);
  const opened = (await project.pulls()).find(({ title }) => title.startsWith("revert:"));
  expect(opened).toMatchObject({ state: "open", base: { ref: "main" } });
  expect(await branches(walk)).toContain(opened?.head.ref);
  expect((await project.branches()).main).toBe(project.mainSha);
}
