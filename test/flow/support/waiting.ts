/** What a person does and sees while a plan waits for a yes. */
import { until } from "./until.ts";
import type { World } from "./world.ts";

export interface ShownPlan {
  readonly hash: string;
  readonly body: string;
  /** of the comment */
  readonly id: number;
}

/** As long as the end of a run is waited for. */
const DEADLINE_MS = 100_000;

/** The task's last run waits, and shows a plan of this version. */
export async function waits(world: World, issue: number, version = 1): Promise<ShownPlan> {
  const shown = await until(
    async () => {
      const task = await world.task(issue);
      const run = task === null ? undefined : (await world.orion.store.runsOf(task.id)).at(-1);
      const rests = run?.status === "waiting" && run.waitsFor === "approval" && run.planShown?.revision === version;
      return rests ? run.planShown : null;
    },
    async () => {
      const told = (await world.project.comments(issue)).map(({ body }) => body);
      return [`version ${version} of the plan`, ...told, ...world.lines].join("\n");
    },
    DEADLINE_MS,
  );
  const comment = (await world.project.comments(issue)).find(({ id }) => id === shown.comment);
  return { hash: shown.hash ?? "", body: comment?.body ?? "", id: comment?.id ?? 0 };
}

/** @returns how often the model was asked as this role */
export const asked = (world: World, role: string) => world.model.requests().filter((one) => one.role === role).length;

/** @returns the id of the comment */
export async function says(world: World, issue: number, words: string, login = "maya"): Promise<number> {
  const { project } = world;
  return (await project.person(login).comment(project.place, issue, words)).id;
}

export const sticky = async (world: World, issue: number) => (await world.project.comments(issue))[0]?.body ?? "";

/** A repository whose settings make every new request wait. */
export const requires = (files: Readonly<Record<string, string>>, more = "") => ({
  project: { files: { ...files, ".github/orion.yml": `approval: required\n${more}` } },
});
