/** The doctor at work: on the forge, and in a real sandbox where an engine answers. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect } from "vitest";
import { engineHere } from "../sandbox/docker-here.ts";
import { PROCESS_ENV } from "../support/process-env.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";
import { until } from "./support/until.ts";

const here = await engineHere();
const ENTRY = new URL("../../src/doctor.ts", import.meta.url).pathname;

async function doctor(variables: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> {
  const env = { ...PROCESS_ENV, ...variables };
  return promisify(execFile)(process.execPath, [ENTRY], { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

describe("the doctor's rounds", () => {
  it("follow an installation, say nothing unasked, and tell people of a repository what they can mend", async ({
    flow,
  }) => {
    const world = await flow.start({ script: [], project: { protected: false } });
    const { project, orion } = world;
    const lab = await world.addProject({ owner: "beta", name: "lab", writer: "noah", protected: false });
    const found = async () => (await orion.store.setting("doctor.findings")) ?? null;
    const kept = await until(found, () => `a round\n${world.lines.join("\n")}`);
    expect(JSON.stringify(kept)).not.toContain(world.variables.WEBHOOK_SECRET);
    // that round may have begun before beta was there, and the next would come in a minute: let it come now
    await orion.store.saveSetting("doctor.turn", null);
    await world.addProject({ owner: "gamma", name: "shop", writer: "omar" });
    const told = () =>
      /doctor: default branch of beta\/lab: main is not protected/.test(world.lines.join("\n")) || null;
    await until(told, () => `a round that sees beta\n${world.lines.join("\n")}`);
    for (const one of [project, lab]) {
      const { owner, repo } = one.place;
      expect(await one.maya.call("GET", `/repos/${owner}/${repo}/issues?state=all`)).toEqual([]);
    }
    const page = await (await fetch(`${orion.url}/`)).text();
    expect(page).toMatch(/^Doctor, \d\d:\d\d UTC: \d+ of \d+ need somebody/m);
    expect(page).not.toMatch(/acme|beta|branch/);

    const issue = await project.asks("A place to talk");
    await project.maya.comment(project.place, issue, "/orion status");
    const answer = await until(
      async () => (await project.comments(issue)).find(({ author }) => author === "orion[bot]")?.body ?? null,
      () => `an answer\n${world.lines.join("\n")}`,
    );
    expect(answer).toMatch(/⚠️ default branch of acme\/math: main is not protected.*1\. Add target/);
    expect(answer.match(/⚠️/g)).toHaveLength(1);
    expect(answer).not.toContain("beta");
    await project.person("rita").comment(project.place, issue, "/orion status");
    await world.settled();
    const refusal = (await project.comments(issue)).at(-1)?.body ?? "";
    expect(refusal).toContain("@rita");
    expect(refusal).not.toContain("protected");
  });
});

describe("npm run doctor", () => {
  it.runIf(here)("finds all well where all is, a real sandbox included", async ({ flow }) => {
    const { project, ended, variables, settled } = await flow.start({ script: STORY });
    await ended(await project.asks(ISSUE));
    await settled();
    const { code, said } = await doctor(variables);
    expect(said).toMatch(/^ok {3}default branch of acme\/math/m);
    expect(said).toMatch(/^ok {3}webhook deliveries/m);
    expect(said).toMatch(/^ok {3}sandbox seccomp: .*yes$/m);
    expect(said).toMatch(/^ok {3}sandbox interfaces: .*yes$/m);
    expect(said.split("\n").filter((line) => line.startsWith("FIX"))).toEqual([]);
    expect(said).toContain("All is well.");
    expect(code).toBe(0);
  });

  it("names every trouble with its remedy, and fails", async ({ flow }) => {
    const { variables } = await flow.start({ script: [], project: { protected: false } });
    const { code, said } = await doctor({ ...variables, DOCKER_HOST: "tcp://127.0.0.1:1", ORION_MODEL_SCRIPT: "" });
    expect(said).toMatch(/^FIX {2}default branch of acme\/math: main is not protected/m);
    expect(said).toContain("1. Add target, Include default branch.");
    expect(said).toMatch(/^FIX {2}Docker engine: does not answer/m);
    expect(said).toMatch(/^FIX {2}model: the model: CONFIG_MISSING/m);
    expect(said).toContain("need you.");
    expect(said).not.toContain(variables.WEBHOOK_SECRET);
    expect(code).toBe(1);
  });

  it("without an App says how to get one", async () => {
    const { code, said } = await doctor({ DOCKER_HOST: "tcp://127.0.0.1:1" });
    expect(said).toMatch(/^FIX {2}GitHub App: is not configured\n {5}register one/m);
    expect(code).toBe(1);
  });
});
