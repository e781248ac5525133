/** Who may ask for a rebase, where there is nothing to rebase, and what survives a killed worker. */
import { describe, expect } from "vitest";
import { it } from "./support/flow-test.ts";
import type { Passing } from "./support/gate.ts";
import { mergedPull } from "./support/merged.ts";
import { atHead, BRANCH, proposed, resolves } from "./support/rebase-story.ts";
import { CODE_PATH, RIGHT, reviews, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const REBASE = "/orion rebase";
const README = [{ "README.md": "# math by people\n" }];
const pushes = ({ method, path }: Passing) => method === "POST" && /\/git-receive-pack$/.test(path);

describe("/orion rebase", () => {
  it("by an outsider, on a pull request that is closed, merged or not Orion's does nothing but say so", async ({
    flow,
  }) => {
    const world = await flow.start({ script: STORY });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    const answerTo = async (at: number, by = project.maya): Promise<{ reactions: readonly string[]; said: string }> => {
      const { id } = await by.comment(project.place, at, REBASE);
      await world.settled();
      const said = (await project.comments(at)).at(-1)?.body ?? "";
      return { reactions: await project.reactionsTo(id), said };
    };
    const theirs = await mergedPull(world, "people/readme", README, "squash");

    const outsider = await answerTo(pull, project.person("rita"));
    expect(outsider.reactions).toEqual(["-1"]);
    expect(outsider.said).toContain("@rita");
    expect(await answerTo(theirs)).toMatchObject({
      reactions: ["eyes", "confused"],
      said: expect.stringContaining("This pull request is not mine"),
    });
    await project.maya.call("PATCH", `/repos/acme/math/pulls/${pull}`, { state: "closed" });
    await world.settled();
    expect(await answerTo(pull)).toMatchObject({
      reactions: ["eyes", "confused"],
      said: expect.stringContaining("This pull request is closed"),
    });
    await project.maya.call("PATCH", `/repos/acme/math/pulls/${pull}`, { state: "open" });
    await project.person("acme").merge(project.place, pull);
    await project.peopleMovedMain();
    await world.settled();
    expect(await answerTo(pull)).toMatchObject({
      reactions: ["eyes", "confused"],
      said: expect.stringContaining("This task is merged"),
    });
    const none = await project.maya.fileIssue(project.place, { title: "no work here" });
    expect(await answerTo(none.number ?? 0)).toMatchObject({ reactions: ["eyes", "confused"] });
    const task = await world.task(issue);
    expect(await world.orion.store.runsOf(task?.id ?? "")).toHaveLength(1);
    expect((await project.branches())[BRANCH]).toBe(head);
  });

  /** One merge commit on the branch, told once. */
  async function expectOnce(world: World, seen: { issue: number; pull: number; head: string; comment: number }) {
    const { project } = world;
    const { issue, pull, head, comment } = seen;
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "done", failure: null, attempt: 2 });
    await atHead(world, BRANCH, async ({ parents }) => expect(parents).toEqual([head, project.mainSha]));
    const merge = (await project.branches())[BRANCH] ?? "";
    const answers = (await project.comments(pull)).filter(({ body }) => body.includes("Merged `main`"));
    expect(answers).toHaveLength(1);
    expect(await project.checksNamed("orion/red-green", merge)).toHaveLength(1);
    expect(await project.reactionsTo(comment)).toEqual(["eyes", "rocket"]);
    expect(await world.orion.store.runsOf((await world.task(issue))?.id ?? "")).toHaveLength(2);
  }

  it("whose worker is killed between the merge commit and the push is ended by another, which pushes", async ({
    flow,
  }) => {
    const world = await flow.start({ script: STORY, role: "web" });
    const { project } = world;
    const gate = await flow.gate(world);
    const worker = await flow.worker(world, gate);
    const seen = await proposed(world);
    await mergedPull(world, "people/readme", README, "merge");
    const unsent = gate.keepRequest(pushes);
    const { id: comment } = await project.maya.comment(project.place, seen.pull, REBASE);
    await unsent;
    await worker.end("SIGKILL");
    expect((await project.branches())[BRANCH]).toBe(seen.head);
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    await expectOnce(world, { ...seen, comment });
  });

  it("whose worker is killed before it learns of its push is ended by another, however often the webhook comes", async ({
    flow,
  }) => {
    const world = await flow.start({ script: STORY, role: "web" });
    const { project, forge } = world;
    const gate = await flow.gate(world);
    const worker = await flow.worker(world, gate);
    const seen = await proposed(world);
    await mergedPull(world, "people/readme", README, "merge");
    const unheard = gate.keepAnswer(pushes);
    const { id: comment } = await project.maya.comment(project.place, seen.pull, REBASE);
    await unheard;
    await worker.end("SIGKILL");
    const merge = (await project.branches())[BRANCH];
    expect(merge).not.toBe(seen.head);
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    const asked = forge
      .deliveries()
      .findLast(({ event, payload }) => event === "issue_comment" && JSON.stringify(payload).includes(REBASE));
    for (let again = 0; again < 5; again += 1) forge.redeliver(asked?.guid ?? "");
    await world.settled();
    await expectOnce(world, { ...seen, comment });
    expect((await project.branches())[BRANCH]).toBe(merge);
  });

  it("is shown while it works, ended by /orion stop, and begun again by /orion retry", async ({ flow }) => {
    const waits = { role: "green", run: 2, bash: "true", delay_ms: 6_000 } as const;
    const again = { ...resolves(`${RIGHT}export const half = (a) => a / 2;\n`), run: 3 };
    const world = await flow.start({ script: [...STORY, waits, again, reviews([], { run: 3 })] });
    const { project } = world;
    const { issue, pull, head } = await proposed(world);
    await mergedPull(world, "people/half", [{ [CODE_PATH]: "export const half = (a) => a / 2;\n" }], "squash");
    await project.maya.comment(project.place, pull, REBASE);
    const shown = async () => ((await project.comments(issue))[0]?.body.includes("⏳ rebase: green") ? true : null);
    await until(shown, () => `Devon at work\n${world.lines.join("\n")}`, 60_000);
    await project.maya.comment(project.place, pull, "/orion stop");
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ status: "stopped" });
    expect((await project.branches())[BRANCH]).toBe(head);
    await project.maya.comment(project.place, pull, "/orion retry");
    expect(await world.ended(issue, { run: 3 })).toMatchObject({ kind: "rebase", status: "done", failure: null });
    await atHead(world, BRANCH, async ({ parents }) => expect(parents).toEqual([head, project.mainSha]));
  });
});
