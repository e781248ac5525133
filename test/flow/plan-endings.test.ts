/** Plans at their edges: a worker that dies, a yes that comes five times or too late, a fix, and no waiting at all. */
import { describe, expect } from "vitest";
import { FIX_CRITERIA, FIX_STORY } from "./support/fix-story.ts";
import { it } from "./support/flow-test.ts";
import { FILES } from "./support/project.ts";
import { ISSUE, plans, reviews, STORY, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";
import { asked, requires, says, sticky, waits } from "./support/waiting.ts";

const QUESTION = { text: "What does multiply of a text do?", default: "It gives NaN." };

describe.concurrent("a plan", () => {
  it("is shown once though its worker dies before it learns that, and one yes counts however often it comes", async ({
    flow,
  }) => {
    const world = await flow.start({ script: STORY, role: "web", ...requires(FILES) });
    const { project, forge } = world;
    const gate = await flow.gate(world);
    const shown = gate.keepAnswer(({ method, body }) => method === "POST" && body.includes("orion:plan="));
    const worker = await flow.worker(world, gate);
    const issue = await project.asks(ISSUE);
    await shown;
    await worker.end("SIGKILL");
    await world.missHeartbeats();
    await world.startAnother({ ORION_ROLE: "worker" });
    await waits(world, issue);
    expect((await project.comments(issue)).filter(({ body }) => body.includes("orion:plan="))).toHaveLength(1);
    await says(world, issue, "/orion approve");
    await forge.flush();
    const delivery = forge.deliveries().findLast((one) => one.event === "issue_comment");
    for (let time = 0; time < 4; time += 1) forge.redeliver(delivery?.guid ?? "");
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    await world.settled();
    expect(asked(world, "plan")).toBe(1);
    expect(await project.pulls()).toHaveLength(1);
    expect((await project.comments(issue)).filter(({ author }) => author === "orion[bot]")).toHaveLength(3);
  });

  it("is not worked on when who approved it has lost the right before the work begins", async ({ flow }) => {
    const world = await flow.start({ script: STORY, ...requires(FILES) });
    const { project, forge, orion } = world;
    const issue = await project.asks(ISSUE);
    await waits(world, issue);
    await orion.store.pauseRepository(project.repository.id, { id: 1, login: "acme" });
    await says(world, issue, "/orion approve", "mara");
    await world.settled();
    const { owner, repo: name } = project.place;
    await forge.addRepository({ owner, name, collaborators: { maya: "write", mara: "read" } });
    await orion.store.resumeRepository(project.repository.id);
    const last = await until(
      async () => (await project.comments(issue)).find(({ body }) => body.includes("The plan still waits")) ?? null,
      () => `the news\n${world.lines.join("\n")}`,
    );
    expect(last.body).toContain("the yes of mara does not count any more: their role is read");
    await waits(world, issue);
    expect(asked(world, "red")).toBe(0);
    await says(world, issue, "/orion approve");
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    expect(await sticky(world, issue)).toContain("Plan, approved by maya");
  });

  it("of a fix is shown and approved on its pull request", async ({ flow }) => {
    const world = await flow.start({ script: [...STORY, ...FIX_STORY] });
    const { project } = world;
    const issue = await project.asks(ISSUE);
    await world.ended(issue);
    const [pull] = await project.pulls();
    const place = pull?.number ?? 0;
    await says(world, place, "/orion plan refuse texts, leave add alone, and name it in the README");
    const shown = await until(
      async () => (await project.comments(place)).find(({ body }) => body.includes("orion:plan=")) ?? null,
      () => `the plan\n${world.lines.join("\n")}`,
    );
    for (const criterion of FIX_CRITERIA) expect(shown.body).toContain(criterion);
    expect(asked(world, "red")).toBe(1);
    await says(world, place, "/orion approve");
    expect(await world.ended(issue, { run: 2 })).toMatchObject({ kind: "fix", status: "done" });
    expect(asked(world, "plan")).toBe(2);
  });

  it("that nobody waits for is worked on with the defaults of its questions, and shows them", async ({ flow }) => {
    const decided = { expect: { contains: `- ${QUESTION.text} ${QUESTION.default}` } };
    const script = [
      plans({ questions: [QUESTION] }),
      writesTest(undefined, decided),
      writesCode(undefined, decided),
      reviews(),
    ];
    const world = await flow.start({ script });
    const issue = await world.project.asks(ISSUE);
    expect(await world.ended(issue)).toMatchObject({ status: "done" });
    expect(await sticky(world, issue)).toContain(`- ${QUESTION.text} → ${QUESTION.default}`);
    expect((await world.project.comments(issue)).some(({ body }) => body.includes("orion:plan="))).toBe(false);
  });
});
