/** Trouble that nobody asked for: a model that is down, a living comment that somebody deletes. */
import { describe, expect } from "vitest";
import { ask } from "./support/database.ts";
import { it } from "./support/flow-test.ts";
import { expectStopped } from "./support/stopped.ts";
import { ISSUE, plans, reviews, STORY, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";
import { says, sticky } from "./support/waiting.ts";

/** More often than the client tries within one claim of a run. */
const A_WHILE = 6;

describe.concurrent("in trouble", () => {
  it("a model that is down for a while only delays the pull request", async ({ flow }) => {
    const down = { fault: { kind: "http-500", times: A_WHILE } } as const;
    const script = [plans(), writesTest(), writesCode(undefined, down), reviews()];
    const { project, ended, model } = await flow.start({ script });
    const issue = await project.asks(ISSUE);
    expect(await ended(issue)).toMatchObject({ status: "done", attempt: 2 });
    expect(model.requests().filter(({ fault }) => fault === "http-500")).toHaveLength(A_WHILE);
    expect(await project.pulls()).toMatchObject([{ draft: false }]);
    expect(await project.comments(issue)).toHaveLength(2);
    expect(await project.reactions(issue)).toEqual(["eyes", "rocket"]);
  });

  it("a model that stays away ends the run with a comment that says so", async ({ flow }) => {
    const away = { fault: { kind: "http-429", times: 1_000 } } as const;
    const world = await flow.start({ script: [plans({}, away)] });
    const issue = await world.project.asks(ISSUE);
    const impatience = setInterval(() => void world.skipPauses(), 500);
    try {
      expect(await world.ended(issue)).toMatchObject({ status: "failed" });
    } finally {
      clearInterval(impatience);
    }
    await expectStopped(world, issue, ["**plan**", "MODEL_UNREACHABLE", "the script says http-429"]);
  });

  it("a run that waits an hour for its next try is ended at once by `/orion stop`", async ({ flow }) => {
    const world = await flow.start({ script: [plans({}, { fault: { kind: "http-429", times: 1_000 } })] });
    const issue = await world.project.asks(ISSUE);
    const later = `UPDATE pgboss.job SET start_after = now() + interval '1 hour'
      WHERE name = 'runs' AND state = 'retry' RETURNING id`;
    await until(
      async () => ((await ask(world.variables.DATABASE_URL ?? "", later)).length > 0 ? true : null),
      () => `the run to be tried again later\n${world.lines.join("\n")}`,
    );
    const command = await says(world, issue, "/orion stop");
    expect(await world.ended(issue)).toMatchObject({ status: "stopped", failure: null });
    await world.settled();
    expect(await world.project.reactionsTo(command)).toEqual(["eyes", "rocket"]);
    expect(await sticky(world, issue)).toContain("⏹ stopped by a person");
  });

  it("work goes on when somebody deletes the living comment", async ({ flow }) => {
    const script = [plans({}, { delay_ms: 2_000 }), ...STORY.slice(1)];
    const { project, orion, task } = await flow.start({ script });
    const issue = await project.asks(ISSUE);
    const sticky = await until(
      async () => (await project.comments(issue))[0] ?? null,
      () => "the living comment",
    );
    await project.maya.call("DELETE", `/repos/acme/math/issues/comments/${sticky.id}`);
    const run = await until(
      async () => {
        const [only] = await orion.store.runsOf((await task(issue))?.id ?? "");
        return only === undefined || only.endedAt === null ? null : only;
      },
      () => "the end of the run",
      60_000,
    );
    expect(run.status).toBe("done");
    const comments = await project.comments(issue);
    expect(comments.map(({ body }) => body.includes("Please verify"))).toEqual([true]);
    expect(await project.pulls()).toMatchObject([{ draft: false }]);
  });
});
