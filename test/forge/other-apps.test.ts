/** Checks that other Apps report, the buttons beside our own, and who is told of what. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeWorld, PLACE } from "./setup.ts";

type World = Awaited<ReturnType<typeof makeWorld>>;
const AT = { owner: "octo", name: "app", by: "ada" } as const;
let world: World;
let sha: string;

beforeEach(async () => {
  world = await makeWorld();
  const { data } = await world.user("ada").rest.repos.getBranch({ ...PLACE, branch: "main" });
  sha = data.commit.sha;
});
afterEach(() => world.close());

const heard = () => world.listener.heard.map(({ event, payload }) => `${event}.${payload.action ?? ""}`);
const suites = async () =>
  (await (await world.asInstallation()).rest.checks.listSuitesForRef({ ...PLACE, ref: sha })).data.check_suites;

describe("another App's check of a commit", () => {
  it("makes a suite of its own, told when its last run ends", async () => {
    await world.forge.reportCheck(AT, { sha: "main", name: "test", status: "in_progress" });
    await world.forge.reportCheck(AT, { sha, name: "lint", conclusion: "success" });
    await world.forge.flush();
    expect(heard().filter((one) => one.startsWith("check_"))).toEqual([
      "check_run.created",
      "check_run.created",
      "check_run.completed",
    ]);
    const annotations = [
      { path: "src/one.txt", start_line: 2, end_line: 2, annotation_level: "failure", message: "is wrong" } as const,
    ];
    const told = { sha, name: "test", conclusion: "failure", title: "1 failed", annotations, log: "so\n" } as const;
    const id = await world.forge.reportCheck(AT, told);
    await world.forge.flush();
    expect(heard().slice(-2)).toEqual(["check_run.completed", "check_suite.completed"]);
    expect(world.listener.heard.at(-1)?.payload.check_suite).toMatchObject({
      conclusion: "failure",
      head_branch: "main",
      app: { slug: "github-actions" },
    });
    const app = await world.asInstallation();
    const { data: run } = await app.rest.checks.get({ ...PLACE, check_run_id: id });
    expect(run).toMatchObject({ name: "test", conclusion: "failure", app: { slug: "github-actions" } });
    const asked = await app.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", { ...PLACE, job_id: id });
    expect(asked.data).toBe("so\n");
    await expect(app.rest.checks.update({ ...PLACE, check_run_id: id, conclusion: "success" })).rejects.toMatchObject({
      status: 403,
    });
    const own = await app.rest.checks.create({ ...PLACE, name: "orion/x", head_sha: sha, conclusion: "success" });
    expect(await suites()).toHaveLength(2);
    const { data } = await app.rest.checks.listForRef({ ...PLACE, ref: sha, app_id: own.data.app?.id ?? 0 });
    expect(data.check_runs.map(({ name }) => name)).toEqual(["orion/x"]);
  });

  it("that is asked for again is a new run, and the wish is told to nobody else", async () => {
    const id = await world.forge.reportCheck(AT, { sha, name: "test", conclusion: "failure" });
    await world.forge.flush();
    world.listener.heard.length = 0;
    await world.user("wendy").rest.checks.rerequestRun({ ...PLACE, check_run_id: id });
    await world.forge.flush();
    expect(heard()).toEqual([]);
    expect(world.forge.wishes(AT)).toEqual([{ name: "test", headSha: sha, by: ["wendy"] }]);
    expect(await world.forge.reportCheck(AT, { sha, name: "test", conclusion: "success" })).not.toBe(id);
    expect(await suites()).toMatchObject([{ conclusion: "success" }]);
  });

  it("is refused where GitHub would refuse it", async () => {
    const refused = { code: "FORGE_CHECK" };
    const { forge } = world;
    await expect(forge.reportCheck(AT, { sha, name: "x", status: "completed" })).rejects.toMatchObject(refused);
    await expect(
      forge.reportCheck(AT, { sha: "0".repeat(40), name: "x", conclusion: "failure" }),
    ).rejects.toMatchObject(refused);
    const own = { app: "orion", sha, name: "x", conclusion: "failure" } as const;
    await expect(forge.reportCheck(AT, own)).rejects.toMatchObject(refused);
  });
});

describe("our App's own runs", () => {
  it("are asked for again by run, by suite and by a button that was offered", async () => {
    const app = await world.asInstallation();
    const actions = [{ label: "Again", description: "Runs it again", identifier: "again" }];
    const { data: run } = await app.rest.checks.create({
      ...{ ...PLACE, name: "orion/red-green", head_sha: sha, conclusion: "success", actions },
    });
    await world.forge.flush();
    world.listener.heard.length = 0;
    const wendy = world.user("wendy");
    await wendy.rest.checks.rerequestRun({ ...PLACE, check_run_id: run.id });
    await wendy.rest.checks.rerequestSuite({ ...PLACE, check_suite_id: run.check_suite?.id ?? 0 });
    world.forge.clickAction({ ...AT, by: "wendy" }, { checkRun: run.id, identifier: "again" });
    await world.forge.flush();
    expect(heard()).toEqual(["check_run.rerequested", "check_suite.rerequested", "check_run.requested_action"]);
    expect(world.listener.heard.at(-1)?.payload).toMatchObject({
      requested_action: { identifier: "again" },
      sender: { login: "wendy" },
    });
    expect(() => world.forge.clickAction(AT, { checkRun: run.id, identifier: "other" })).toThrow("no button");
  });
});

describe("commit statuses", () => {
  it("are told, with the branches that stand at the commit", async () => {
    await world.user("wendy").rest.repos.createCommitStatus({ ...PLACE, sha, state: "failure", context: "ci/old" });
    await world.forge.flush();
    const last = world.listener.heard.at(-1);
    expect(last?.event).toBe("status");
    expect(last?.payload).toMatchObject({ sha, state: "failure", context: "ci/old", branches: [{ name: "main" }] });
    const app = await world.asInstallation();
    const { data } = await app.rest.repos.getCombinedStatusForRef({ ...PLACE, ref: sha });
    expect(data).toMatchObject({ state: "failure", statuses: [{ context: "ci/old", state: "failure" }] });
  });
});
