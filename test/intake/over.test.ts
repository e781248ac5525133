/** Whether a pull request of Orion's is over: what the task remembers, and what GitHub says now. */
import { expect, it } from "vitest";
import type { Task } from "../../src/domain/task.ts";
import type { IntakeDeps } from "../../src/intake/effects.ts";
import type { Permitted } from "../../src/intake/verbs/permitted.ts";
import { whyOver } from "../../src/intake/verbs/work.ts";

/** @param pull as GitHub has it; null when it must not be asked */
async function over(status: Task["status"], pull: object | null) {
  const patches: object[] = [];
  const updateTask = async (_: string, patch: object) => patches.push(patch);
  const asked = async () => {
    if (pull === null) throw new Error("nobody needs to ask");
    return { number: 31, ...pull };
  };
  const deps = { store: { updateTask }, github: { pull: asked } } as unknown as IntakeDeps;
  const task = { id: "t", status, pullRequest: 31 } as Task;
  return [await whyOver(deps, { repository: {} } as Permitted, task), patches] as const;
}

it("a closed one is, until somebody reopens it, and the task follows", async () => {
  expect(await over("closed", { state: "closed", merged: false })).toEqual([expect.stringContaining("reopen it"), []]);
  expect(await over("closed", { state: "open", merged: false })).toEqual([null, [{ status: "proposed" }]]);
});

it("a merged one is for good, also when the task has not heard of it", async () => {
  expect(await over("merged", null)).toEqual([expect.stringContaining("merged"), []]);
  expect(await over("closed", { state: "closed", merged: true })).toEqual([expect.stringContaining("merged"), []]);
});

it("an open one is not", async () => {
  expect(await over("proposed", null)).toEqual([null, []]);
});
