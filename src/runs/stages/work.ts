/**
 * What the stages share: an agent at work in its sandbox, a witness on a
 * commit, and what earlier stages stored.
 */
import type { AgentEvent, AgentOutcome, AgentRole, Judgement } from "../../agents/agent-task.ts";
import { runAgent } from "../../agents/run-agent.ts";
import { storedTurn } from "../../agents/stored-turn.ts";
import { hasCode } from "../../domain/errors.ts";
import type { TestReport } from "../../domain/evidence.ts";
import type { FileChange } from "../../domain/ports/git-port.ts";
import type { PreparedSetup, Sandbox } from "../../domain/ports/sandbox-port.ts";
import type { Outcome } from "../../domain/stages.ts";
import { chooseModel } from "../choose-model.ts";
import { maySpend } from "../day-budget.ts";
import { type Recipe, readRecipe, requireTest } from "../recipe/read-recipe.ts";
import { hear } from "../remarks/hear.ts";
import { baseOf, type RunContext } from "../run-context.ts";
import { witness } from "../witness/run-tests.ts";
import { limitsFor } from "./bounds.ts";

const NAMED = 3;

/** The recipe of a commit, judged by the run's base. */
export function recipeOf(context: RunContext, commit: string): Promise<Recipe> {
  const base = baseOf(context);
  // Which project of several is meant is known with the plan.
  const planned = context.run.plan?.files ?? [];
  const key = [commit, base, ...planned].join(" ");
  const known = context.recipes.get(key);
  if (known !== undefined) return known;
  const reading = readRecipe(context.deps.git, context.repository.id, { commit, judge: base, planned });
  context.recipes.set(key, reading);
  // What could not be read now may be read by a later try.
  reading.catch(() => context.recipes.delete(key));
  return reading;
}

/** What the agent's workspace changes against a commit, or what it must undo before that can be told. */
export async function exported(
  context: RunContext,
  commit: string,
  sandbox: Sandbox | null,
): Promise<readonly FileChange[] | string> {
  if (sandbox === null) return [];
  try {
    return await context.deps.git.changes(context.repository.id, commit, sandbox.export());
  } catch (error) {
    if (hasCode(error, "EXPORT_REFUSED")) return error.message;
    throw error;
  }
}

/** The dependencies a commit needs; set up once and kept. */
export async function prepare(context: RunContext, commit: string): Promise<PreparedSetup> {
  const { deps, repository, signal } = context;
  const { setup } = await recipeOf(context, commit);
  return deps.home.prepare(setup, () => deps.git.archive(repository.id, commit), signal);
}

/** The whole suite on one commit in a clean sandbox; stored, so that it is seen once. */
export function witnessCommit(context: RunContext, commit: string): Promise<TestReport> {
  const { deps, repository, run, signal } = context;
  return context.ledger.once(`witness/${commit}`, async () => {
    const test = requireTest(await recipeOf(context, commit));
    const prepared = await prepare(context, commit);
    const report = await witness(deps.home, {
      name: `${run.id}-witness-${commit.slice(0, 12)}`,
      runId: run.id,
      commit,
      content: () => deps.git.archive(repository.id, commit),
      prepared,
      test,
      signal,
    });
    await context.tell("witness", `${witnessLine(report)} on ${commit.slice(0, 7)}`);
    return redactReport(report, deps.redact);
  });
}

/** Text by text, so that the report stays a report; ids that look the same afterwards are told apart again. */
function redactReport(report: TestReport, redact: (text: string) => string): TestReport {
  const seen = new Map<string, number>();
  const tests = report.tests.map((test) => {
    const id = redact(test.id);
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return {
      ...test,
      id: count === 1 ? id : `${id} (${count})`,
      name: redact(test.name),
      failure: test.failure === null ? null : redact(test.failure),
    };
  });
  const unloadable = report.unloadable.map((one) => ({ ...one, failure: redact(one.failure) }));
  return { ...report, tests, unloadable, output: redact(report.output) };
}

function witnessLine({ tests, unloadable }: TestReport): string {
  const failing = [
    ...unloadable.map((one) => one.file),
    ...tests.flatMap((one) => (one.outcome === "failed" ? [one.id] : [])),
  ];
  const passed = tests.filter((one) => one.outcome === "passed").length;
  const named =
    failing.length === 0 ? "" : `, red: ${failing.slice(0, NAMED).join("; ")}${failing.length > NAMED ? " …" : ""}`;
  return `${passed === 1 ? "1 test passes" : `${passed} tests pass`}${named}`;
}

export interface AgentWork<F> {
  readonly role: AgentRole<F>;
  readonly thread: string;
  readonly brief: string;
  /** what the workspace holds at first */
  readonly commit: string;
  /** false: the repository as it is, nothing installed */
  readonly installed: boolean;
  /** the commit whose dependencies are installed; `commit` when missing */
  readonly dependencies?: string;
  /** @param sandbox null when the agent never needed one */
  judge(finish: F, sandbox: Sandbox | null): Promise<Judgement>;
}

/**
 * Lets an agent work until it finishes or stops. A sandbox of this thread that
 * still lives is used on; else a fresh one is brought to the same state.
 */
export async function letWork<F>(
  context: RunContext,
  work: AgentWork<F>,
): Promise<Exclude<AgentOutcome<F>, { kind: "asked" }>> {
  const { deps, repository, run, fence, signal } = context;
  const name = `${run.id}-${work.thread}`;
  const { settings } = await recipeOf(context, baseOf(context));
  const heard = await hear(context, work.thread);
  let sandbox = await deps.home.find(name);
  const replay = sandbox === null;
  const open = async (): Promise<Sandbox> => {
    sandbox ??= await deps.home.open({
      name,
      runId: run.id,
      prepared: work.installed ? await prepare(context, work.dependencies ?? work.commit) : null,
      content: () => deps.git.archive(repository.id, work.commit),
    });
    return sandbox;
  };
  let answers: readonly string[] = [];
  let paused = false;
  try {
    for (;;) {
      const earlier = (await deps.store.turns(run.id)).filter((turn) => turn.role === work.role.name);
      const notes = answers;
      answers = [];
      const outcome = await runAgent<F>({
        role: work.role,
        brief: heard.part === "" ? work.brief : `${work.brief}\n\n${heard.part}`,
        thread: work.thread,
        run: { id: run.id, ordinal: run.ordinal },
        cacheKey: `${work.role.name}:${repository.id}`,
        model: chooseModel(deps, settings.model).model,
        sandbox: open,
        replay: replay && sandbox === null,
        turns: {
          earlier,
          save: (turn) => deps.store.saveTurn(fence, storedTurn(turn, deps.redact)).then(() => heard.saved(turn)),
        },
        judge: (finish) => work.judge(finish, sandbox),
        limits: limitsFor(deps.limits, context.task, settings),
        leftUsd: () => leftUsd(context),
        notes: async (after) =>
          after === "question" && notes.length === 0 ? [] : [...notes, ...(await heard.notes())],
        beforeTurn: async () => {
          await context.mayGoOn();
          await maySpend(context);
        },
        signal,
        onEvent: (event) => follow(context, work.role.name, event),
      });
      if (outcome.kind !== "asked") return outcome;
      await context.tell(
        "agent.asked",
        `${work.role.name} asked: ${outcome.question} (default taken: ${outcome.default})`,
      );
      answers = [`Nobody is here to answer. Go on with your default: ${outcome.default}`];
    }
  } catch (error) {
    paused = hasCode(error, "PAUSED");
    throw error;
  } finally {
    // A worker that shuts down or is paused leaves the sandbox to whoever resumes; one that lost the run has no say in it.
    if (!signal.aborted && !paused && (await holds(context))) await sandbox?.close();
  }
}

/** What the task's budget holds now: people change it, and questions beside the work spend from it. */
async function leftUsd({ deps, task }: RunContext): Promise<number> {
  const [now, spent] = await Promise.all([deps.store.task(task.id), deps.store.spent(task.id)]);
  return (now ?? task).budgetUsd - spent.usd;
}

/** True while no newer worker holds the run. */
async function holds({ deps, run, fence }: RunContext): Promise<boolean> {
  return (await deps.store.run(run.id))?.attempt === fence.attempt;
}

function follow(context: RunContext, role: string, event: AgentEvent): void {
  const line = eventLine(role, event);
  if (line !== null)
    context.tell(`agent.${event.kind}`, line).catch((error: unknown) => context.deps.log(String(error)));
}

function eventLine(role: string, event: AgentEvent): string | null {
  switch (event.kind) {
    case "action.started":
      return `${role}: ${event.action} ${event.summary}`;
    case "finish.refused":
      return `${role}: finish refused: ${event.because}`;
    case "nudge":
    case "steer":
      return `${role}: ${event.text}`;
    case "ended":
      return event.outcome === "stopped" ? `${role} stopped: ${event.summary}` : null;
    default:
      return null;
  }
}

/** What the round began with: without it, a person cannot know what the agent was to mend. */
async function findingsBefore({ run, ledger }: RunContext): Promise<string> {
  if (run.round === 1) return "";
  const found =
    (await ledger.read<string>(`findings-${run.round - 1}`)) ??
    (await ledger.read<string>(`contradiction-${run.round - 1}`));
  return found === null ? "" : `\n\nThis was round ${run.round}; the round before was sent back because ${found}`;
}

/** An agent that stopped ends the run; the last refusal, and what the round began with, are what a person must know. */
export async function gaveUp(
  context: RunContext,
  role: string,
  stopped: { readonly code: Uppercase<string>; readonly because: string; readonly lastRefusal?: string },
): Promise<Outcome> {
  const last =
    stopped.lastRefusal === undefined || stopped.because.includes(stopped.lastRefusal)
      ? ""
      : `\n\nThe last \`finish\` was refused: ${stopped.lastRefusal}`;
  const before = await findingsBefore(context);
  return { kind: "give-up", code: stopped.code, because: `${role} stopped: ${stopped.because}${last}${before}` };
}
