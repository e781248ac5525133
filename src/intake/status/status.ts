/** `status`: gathers what is known of a task, and says it in one comment. */
import { openLedger } from "../../domain/ledger.ts";
import type { Repository, Run, RunStatus, Task } from "../../domain/task.ts";
import { doctorLines, KEPT_AS } from "../../policy/doctor/kept.ts";
import type { IntakeDeps } from "../effects.ts";
import { held, noTask } from "../replies.ts";
import { type Permitted, reply, workOf } from "../verbs/permitted.ts";
import { type StatusFacts, statusText } from "./status-text.ts";

const LIVING: readonly RunStatus[] = ["queued", "running", "waiting"];

export async function status(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { task, repository } = permitted;
  const pausedBy = await whoPaused(deps, repository);
  const doctor = doctorLines(await deps.store.setting(KEPT_AS), repository.id, Date.now());
  const say = (words: string) => reply(deps, permitted, [words, ...doctor].join("\n\n"), "rocket");
  if (task === null) {
    const none = noTask(permitted.request);
    return say(pausedBy === undefined ? none : `${none}\n\n${held(pausedBy)}`);
  }
  const facts = await factsOf(deps, repository, task);
  return say(statusText({ ...facts, pausedBy }));
}

/** @returns undefined when nothing is paused; null when the operator paused everything */
async function whoPaused({ store, settings }: IntakeDeps, { id }: Repository): Promise<string | null | undefined> {
  if (settings.paused) return null;
  return (await store.pauseOf(id))?.by;
}

async function factsOf(deps: IntakeDeps, repository: Repository, task: Task): Promise<Omit<StatusFacts, "pausedBy">> {
  const { store, links } = deps;
  const runs = await store.runsOf(task.id);
  const run = workOf(runs).at(-1) ?? null;
  const [spent, before, living] = await Promise.all([
    store.spent(task.id),
    placeOf(deps, run),
    openLedger(store, null, `task:${task.id}`).read<number>("sticky"),
  ]);
  const { owner, name } = repository;
  const issue = `${links.web}/${owner}/${name}/issues/${task.issueNumber}`;
  return {
    ...{ task, run, spent, before, now: new Date() },
    questions: runs.filter(({ kind, status: now }) => kind === "ask" && LIVING.includes(now)).length,
    livingComment: living === null ? null : `${issue}#issuecomment-${living}`,
    runPage: run === null ? null : links.runPage(run.id),
  };
}

function placeOf({ store }: IntakeDeps, run: Run | null): Promise<number | null> {
  return run?.status === "queued" ? store.waitingBefore(run.id) : Promise.resolve(null);
}
