/** What people added to the branch stands, whoever would rather have it gone, until one of them asks for that line. */
import { rm } from "node:fs/promises";
import { expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { clone, git, pushCommit } from "./support/clone.ts";
import { FIX, FIX_STORY, FIXED } from "./support/fix-story.ts";
import { it } from "./support/flow-test.ts";
import { CODE_PATH, ISSUE, RIGHT, STORY } from "./support/story.ts";
import { threadsOf } from "./support/threads.ts";

const BRANCH = "feature/multiply";
const NOTE = "// by hand: keep\n";
const TWICE = "export const twice = (a) => a + a;\n";

const [plan, red, , review] = FIX_STORY;
const UNDOING: readonly ScriptEntry[] = [
  {
    role: "green",
    run: 2,
    edit: { path: CODE_PATH, old: `${NOTE}${RIGHT}`, new: FIXED },
    finish: { summary: "Refuses texts, and tidies up." },
  },
  {
    role: "green",
    run: 2,
    expect: { last_result_contains: ["people added these lines", `${CODE_PATH}:1: ${NOTE.trim()}`] },
    edit: { path: CODE_PATH, old: TWICE, new: `${TWICE}${NOTE}` },
    finish: { summary: "Refuses texts; the note is at the end." },
  },
  {
    role: "green",
    run: 2,
    expect: { last_result_contains: "people added these lines" },
    edit: { path: CODE_PATH, old: `${FIXED}${TWICE}${NOTE}`, new: `${NOTE}${FIXED}${TWICE}` },
    finish: { summary: "Refuses texts." },
  },
];
const DROPPING: readonly ScriptEntry[] = [
  {
    role: "plan",
    run: 3,
    finish: {
      ...{ title: "Drop a note", goal: "The note is gone.", kind: "fix", files: [CODE_PATH] },
      criteria: [{ text: "multiply works as before", proof: "behaviour-preserving" }],
    },
  },
  { role: "green", run: 3, edit: { path: CODE_PATH, old: NOTE, new: "" }, finish: { summary: "Drops it." } },
  { role: "review", run: 3, finish: { findings: [] } },
];

it("keeps a person's line though Devon takes it away or moves it, and takes it away once its line is commented on", async ({
  flow,
}) => {
  if (plan === undefined || red === undefined || review === undefined) throw new TypeError();
  const script = [...STORY, plan, red, ...UNDOING, review, ...DROPPING];
  const { project, ended } = await flow.start({ script });
  const issue = await project.asks(ISSUE);
  await ended(issue);
  const folder = await clone(project.cloneUrl);
  try {
    const byMaya = await pushCommit(folder, BRANCH, { [CODE_PATH]: `${NOTE}${RIGHT}${TWICE}` }, "note by hand");
    await project.maya.comment(project.place, 2, FIX);
    expect(await ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null, baseSha: byMaya });
    await git(folder, ["fetch", "--quiet", "origin"]);
    expect(await git(folder, ["show", `origin/${BRANCH}:${CODE_PATH}`])).toBe(`${NOTE}${FIXED}${TWICE}`.trimEnd());

    const [pull] = await project.pulls();
    await project.maya.call("POST", `/repos/acme/math/pulls/2/comments`, {
      ...{ body: "/orion fix drop this note", path: CODE_PATH, line: 1, side: "RIGHT", commit_id: pull?.head.sha },
    });
    expect(await ended(issue, { run: 3 })).toMatchObject({ status: "done", failure: null });
    await git(folder, ["fetch", "--quiet", "origin"]);
    expect(await git(folder, ["show", `origin/${BRANCH}:${CODE_PATH}`])).toBe(`${FIXED}${TWICE}`.trimEnd());
    expect(await threadsOf(project, 2)).toMatchObject([
      { resolved: true, said: [expect.any(String), expect.stringContaining("Done in")] },
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
