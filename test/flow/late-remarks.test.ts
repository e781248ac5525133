/** What people say when nobody is at work on it any more: it is named when the work is shown, and a bare `fix` takes it up. */
import { expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { FIX_STORY } from "./support/fix-story.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { asked, says } from "./support/waiting.ts";
import type { World } from "./support/world.ts";

/** The same fix, asked for in two points. */
const [planned, ...built] = FIX_STORY;
const points = [
  { point: 1, criteria: [1, 2] },
  { point: 2, criteria: [3] },
];
const TAKEN_UP = [{ ...planned, finish: { ...planned?.finish, points } } as ScriptEntry, ...built];

const last = async ({ project }: World, place: number) =>
  (await project.comments(place)).filter(({ author }) => author === "orion[bot]").at(-1)?.body ?? "";

it("comments that came too late are counted where the work is shown, and `/orion fix` alone works on them, once", async ({
  flow,
}) => {
  const world = await flow.start({ script: [...STORY, ...TAKEN_UP], role: "web" });
  const { project, forge, orion } = world;
  const gate = await flow.gate(world);
  const opened = gate.holdAnswer(({ method, path }) => method === "POST" && path.endsWith("/pulls"));
  await flow.worker(world, gate);
  const issue = await project.asks(ISSUE);
  const release = await opened;
  const late = [
    await says(world, issue, "Please refuse texts, leave add alone"),
    await says(world, issue, "and name it in the README", "mara"),
  ];
  const others = [await says(world, issue, "Nice, thanks!"), await says(world, issue, "drop add", "rita")];
  await world.settled();
  release();
  expect(await world.ended(issue)).toMatchObject({ status: "done" });
  expect(await last(world, issue)).toContain(
    "\n\n2 comments came after the work was done: `/orion fix` on pull request #2 takes them up.",
  );
  for (const id of [...late, ...others]) expect(await project.reactionsTo(id)).toEqual([]);
  const fix = await says(world, 2, "/orion fix");
  const run = await world.ended(issue, { run: 2 });
  expect(run).toMatchObject({ status: "done", kind: "fix", requestedBy: { login: "maya" } });
  expect(run.points).toMatchObject([
    { id: 1, words: "Please refuse texts, leave add alone", thread: null },
    { id: 2, words: "and name it in the README", by: { login: "mara" } },
  ]);
  for (const { guid, event } of forge.deliveries())
    if (event === "issue_comment") for (let time = 0; time < 5; time += 1) forge.redeliver(guid);
  await world.settled();
  expect(await project.reactionsTo(fix)).toEqual(["eyes", "rocket"]);
  for (const id of late) expect(await project.reactionsTo(id)).toEqual(["eyes"]);
  expect(await orion.store.runsOf(run.taskId)).toHaveLength(2);
  expect([asked(world, "plan"), asked(world, "red")]).toEqual([2, 2]);
  expect(await last(world, 2)).toContain("@maya Done and pushed.");
  expect(await last(world, 2)).not.toContain("came after the work");
  const again = await says(world, 2, "/orion fix");
  await world.settled();
  expect(await project.reactionsTo(again)).toEqual(["eyes", "confused"]);
  expect(await last(world, 2)).toContain("Say what to change");
});
