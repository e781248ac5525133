/** The doctor at work: on the forge, and in a real sandbox where an engine answers. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect } from "vitest";
import { engineHere } from "../sandbox/docker-here.ts";
import { it } from "./support/flow-test.ts";
import { ISSUE, STORY } from "./support/story.ts";

const here = await engineHere();
const ENTRY = new URL("../../src/doctor.ts", import.meta.url).pathname;

async function doctor(variables: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env.PATH ?? "", ...variables };
  return promisify(execFile)(process.execPath, [ENTRY], { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

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
