/** Orion's own checks, asked for again by people: the tests run anew, no model takes part, and nobody else's click counts. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { evidenceIn } from "./support/evidence.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, plans, reviews, STORY, TEST, TEST_NAME, writesCode, writesTest } from "./support/story.ts";
import { until } from "./support/until.ts";
import type { World } from "./support/world.ts";

const AT = { owner: "acme", name: "math" } as const;

async function proposed(world: World) {
  const issue = await world.project.asks(ISSUE);
  expect(await world.ended(issue)).toMatchObject({ status: "done" });
  const [pull] = await world.project.pulls();
  if (pull === undefined) throw new Error("there is no pull request");
  return { issue, number: pull.number, head: pull.head.sha };
}

const shown = async (world: World, sha: string) => {
  const [check, ...others] = (await world.project.checksNamed("orion/red-green", sha)) as readonly (Awaited<
    ReturnType<World["project"]["checks"]>
  >[number] & { readonly id: number })[];
  expect(others).toEqual([]);
  if (check === undefined) throw new Error("there is no check");
  return check;
};

const becomes = (world: World, sha: string, state: string, title: string) =>
  until(
    async () => {
      const check = await shown(world, sha);
      return (check.conclusion ?? check.status) === state && check.output.title?.includes(title) === true
        ? check
        : null;
    },
    async () => `${state}: ${title}; it is ${JSON.stringify(await shown(world, sha))}\n${world.lines.join("\n")}`,
    60_000,
  );

const runsOf = async (world: World, issue: number) => world.orion.store.runsOf((await world.task(issue))?.id ?? "");

/** Tara's test waits while `hold` is there, and fails while `off` is. */
function heldTest(folder: string): string {
  const body = `async () => {
  while (existsSync(${JSON.stringify(join(folder, "hold"))})) await new Promise((go) => setTimeout(go, 50));
  assert.equal(multiply(2, 3), existsSync(${JSON.stringify(join(folder, "off"))}) ? 7 : 6);
}`;
  const text = TEST.replace(/test\("[^\n]*/, `test("${TEST_NAME}", ${body});`);
  return `import { existsSync } from "node:fs";\n${text}`;
}

describe("orion/red-green", () => {
  it("is verified again by a click: in progress, then what was seen now, once however often the webhook comes", async ({
    flow,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), "orion-held-"));
    const world = await flow.start({ script: [plans(), writesTest(heldTest(folder)), writesCode(), reviews()] });
    const { issue, head } = await proposed(world);
    const asked = world.model.requests().length;
    const { id } = await shown(world, head);

    await writeFile(join(folder, "hold"), "");
    world.forge.clickAction({ ...AT, by: "maya" }, { checkRun: id, identifier: "verify-again" });
    const during = await becomes(world, head, "in_progress", "verifying again");
    expect(during.output.summary).toContain("Asked for by maya");
    await world.project.maya.call("POST", `/repos/acme/math/check-runs/${id}/rerequest`);
    await world.settled();
    await rm(join(folder, "hold"));
    const after = await becomes(world, head, "success", "1 test: red on base, green on head, seen again");
    expect(after.id).toBe(id);
    await world.ended(issue, { run: 2 });
    const click = world.forge.deliveries().find(({ action }) => action === "requested_action");
    world.forge.redeliver(click?.guid ?? "");
    await world.settled();
    expect(await runsOf(world, issue)).toMatchObject([{ kind: "first" }, { kind: "check", status: "done" }]);
    expect(world.model.requests()).toHaveLength(asked);
    expect(await world.project.comments(issue)).toHaveLength(2);

    await writeFile(join(folder, "off"), "");
    await world.project.maya.call("POST", `/repos/acme/math/check-runs/${id}/rerequest`);
    const failed = await becomes(world, head, "failure", "1 thing no longer holds");
    expect(failed.output.summary).toContain(TEST_NAME);
    await world.ended(issue, { run: 3 });
    const [pull] = await world.project.pulls();
    expect(evidenceIn(pull?.body ?? "")).toMatchObject([{ headSha: head, rows: [{ green: null }] }]);
    await rm(folder, { recursive: true });
    await world.project.maya.call("POST", `/repos/acme/math/check-runs/${id}/rerequest`);
    await becomes(world, head, "success", "seen again");
    expect((await world.project.pulls())[0]?.body).toContain(`✅ \`${head.slice(0, 7)}\``);
    await world.ended(issue, { run: 4 });
  });

  it("leaves a click by who may not write, and has scope judged again with the whole suite", async ({ flow }) => {
    const world = await flow.start({ script: STORY });
    const { issue, head } = await proposed(world);
    const { id } = await shown(world, head);
    world.forge.clickAction({ ...AT, by: "rita" }, { checkRun: id, identifier: "verify-again" });
    await world.settled();
    expect(await runsOf(world, issue)).toHaveLength(1);
    const at = `/repos/acme/math/commits/${head}/check-suites`;
    const { check_suites } = (await world.project.maya.call("GET", at)) as { check_suites: { id: number }[] };
    await world.project.maya.call("POST", `/repos/acme/math/check-suites/${check_suites[0]?.id}/rerequest`);
    await becomes(world, head, "success", "seen again");
    await world.ended(issue, { run: 2 });
    expect(await world.project.checksNamed("orion/scope", head)).toMatchObject([{ conclusion: "success" }]);
  });
});
