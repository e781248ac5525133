/** A fix asked for on a line that has changed since: it is told as it was, and its thread is answered. */
import { rm } from "node:fs/promises";
import { expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { clone, pushCommit } from "./support/clone.ts";
import { it } from "./support/flow-test.ts";
import { CODE_PATH, ISSUE, RIGHT, STORY } from "./support/story.ts";
import { threadsOf } from "./support/threads.ts";

const BY_HAND = RIGHT.replace("a * b", "b * a");
const AS_IT_WAS = [
  `Point 1, on ${CODE_PATH}, line 1 as of `,
  "(changed since)",
  `+${RIGHT.trimEnd()}`,
  "maya: Say what this is for.",
];
const EXPLAINS: readonly ScriptEntry[] = [
  {
    ...{ role: "plan", run: 2, expect: { contains: AS_IT_WAS } },
    finish: {
      ...{ title: "Explain multiply", goal: "multiply says what it is for.", kind: "docs", files: [CODE_PATH] },
      criteria: [{ text: "multiply works as before", proof: "behaviour-preserving" }],
    },
  },
  {
    ...{ role: "green", run: 2, expect: { contains: AS_IT_WAS } },
    edit: { path: CODE_PATH, old: BY_HAND, new: `// the product of two numbers\n${BY_HAND}` },
    finish: { summary: "Says what it is for." },
  },
  { role: "review", run: 2, finish: { findings: [] } },
];

it("gives Devon file, line and code as they were commented on, and answers in that thread", async ({ flow }) => {
  const { project, ended, ...world } = await flow.start({ script: [...STORY, ...EXPLAINS] });
  const issue = await project.asks(ISSUE);
  await ended(issue);
  const [first] = await project.pulls();
  const was = first?.head.sha ?? "";
  const { id } = (await project.maya.call("POST", "/repos/acme/math/pulls/2/comments", {
    ...{ body: "Say what this is for.", path: CODE_PATH, line: 1, side: "RIGHT", commit_id: was },
  })) as { id: number };
  const folder = await clone(project.cloneUrl);
  const byMaya = await pushCommit(folder, "feature/multiply", { [CODE_PATH]: BY_HAND }, "turn it round");
  await rm(folder, { recursive: true, force: true });
  expect(await threadsOf(project, 2)).toMatchObject([{ id, outdated: true }]);
  await project.maya.reply(project.place, 2, id, "/orion fix");
  expect(await ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null, baseSha: byMaya });
  const [, fix] = await world.orion.store.runsOf((await world.task(issue))?.id ?? "");
  expect(fix?.points).toMatchObject([{ thread: { comment: id, line: 1, commit: was, outdated: true } }]);
  const [pull] = await project.pulls();
  const done = `orion: Done in ${pull?.head.sha.slice(0, 7)}. Behaviour stays as it was: all 2 tests are green.`;
  expect(await threadsOf(project, 2)).toEqual([
    {
      ...{ id, path: CODE_PATH, resolved: true, outdated: true },
      said: ["maya: Say what this is for.", "maya: /orion fix", done],
    },
  ]);
});
