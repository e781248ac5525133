/**
 * A question on its way to one comment. It reads the code at one commit, may
 * call Orion's tools, and changes neither the repository nor the task.
 */

import { toolAction } from "../../agents/actions/tool-action.ts";
import { askRole } from "../../agents/roles.ts";
import { describeError, hasCode, OrionError } from "../../domain/errors.ts";
import type { ToolOutcome } from "../../domain/ports/toolbox-port.ts";
import type { Asker } from "../../domain/tool.ts";
import { judgePermission } from "../../policy/permission.ts";
import { urlsIn } from "../../policy/urls.ts";
import { bring } from "../mirror/bring.ts";
import { refusedNow } from "../permission.ts";
import type { RunContext } from "../run-context.ts";
import { letWork } from "../stages/work.ts";
import { told } from "../told.ts";
import { codeOf, isPassing } from "../trouble.ts";
import { askBrief } from "../words/briefs.ts";
import { noAnswerComment } from "../words/comments.ts";
import { answerComment, judgeReferences, type Reference, referencesOf } from "./answer-words.ts";

/**
 * Takes a claimed question to its end: one comment and one reaction, whatever came of it.
 * @throws what a later try may mend
 */
export async function conductAsk(context: RunContext): Promise<void> {
  const { deps, fence, run, repository, ledger, signal } = context;
  try {
    await context.mayGoOn();
    await answerQuestion(context);
    await told(deps, run, "reaction", () => deps.github.react(repository, run.subject, "rocket"));
    await deps.store.updateRun(fence, { status: "done" });
  } catch (error) {
    if (signal.aborted || hasCode(error, "FENCED") || isPassing(error, run, deps.maxTries)) throw error;
    if (hasCode(error, "PAUSED")) {
      const parked = await deps.store.parkRun(fence, { repositoryId: repository.id, everywhere: deps.paused });
      return parked ? undefined : conductAsk(context);
    }
    if (hasCode(error, "STOPPED")) {
      await told(deps, run, "reaction", () => deps.github.react(repository, run.subject, "confused"));
      await deps.store.updateRun(fence, { status: "stopped" });
      return;
    }
    const failure = { code: codeOf(error), because: deps.redact(describeError(error)) };
    await deps.store.updateRun(fence, { failure });
    const marker = `<!-- orion:run=${run.id}:failed -->`;
    const words = deps.redact(`${marker}\n${noAnswerComment(context, failure)}`);
    await told(deps, run, "failure comment", () =>
      ledger.effect("failure-comment", {
        find: () => deps.github.findComment(repository, placeOf(context), marker),
        act: () => deps.github.createComment(repository, placeOf(context), words),
      }),
    );
    await told(deps, run, "reaction", () => deps.github.react(repository, run.subject, "confused"));
    await deps.store.updateRun(fence, { status: "failed" });
  }
}

/** @throws what a later try may mend, and OrionError NOT_PERMITTED or the agent's own stop */
async function answerQuestion(context: RunContext): Promise<void> {
  const { deps, repository, run, ledger } = context;
  const refused = await refusedNow(context);
  if (refused !== null) throw new OrionError(refused.code, refused.because);
  const commit = await findCommit(context);
  const based: RunContext = { ...context, run: await deps.store.updateRun(context.fence, { baseSha: commit }) };
  const outcome = await letWork(based, {
    role: askRole(toolActions(based)),
    thread: "ask",
    brief: await askBrief(based, commit),
    commit,
    installed: false,
    judge: async (finish) => {
      const because = await faultsOf(based, commit, referencesOf(finish));
      return because === null ? { accepted: true } : { accepted: false, because };
    },
  });
  if (outcome.kind === "stopped") throw new OrionError(outcome.code, outcome.because);
  const { url } = await deps.github.remote(repository, "read");
  const words = answerComment({
    login: run.requestedBy.login,
    // made safe, a secret may be broken apart, and nobody would know it again
    answer: deps.redact(outcome.value.answer),
    references: referencesOf(outcome.value),
    commit,
    repositoryUrl: url.replace(/\.git$/, ""),
  });
  const marker = `<!-- orion:run=${run.id}:answer -->`;
  const place = placeOf(context);
  await ledger.effect("answer", {
    find: () => deps.github.findComment(repository, place, marker),
    act: () => deps.github.createComment(repository, place, `${marker}\n${deps.redact(words)}`),
  });
  await context.tell("answer", outcome.value.answer);
}

/** @returns the number of the issue or pull request the question stands in */
function placeOf({ run, task }: RunContext): number {
  return run.place ?? task.issueNumber;
}

/** The default branch as it is now; once found, the same for every try. */
async function findCommit({ deps, repository, ledger }: RunContext): Promise<string> {
  const commit = await ledger.once("base", async () => (await deps.github.defaultBranch(repository)).sha);
  await bring(deps, repository, [commit]);
  return commit;
}

async function faultsOf(context: RunContext, commit: string, references: readonly Reference[]): Promise<string | null> {
  const { git } = context.deps;
  const lines = new Map<string, number>();
  for (const { file } of references) {
    const bytes = await git.file(context.repository.id, commit, file);
    if (bytes !== null) lines.set(file, new TextDecoder().decode(bytes).split("\n").length);
  }
  return judgeReferences(references, await git.tree(context.repository.id, commit), lines);
}

async function mayAsk({ deps, repository, run }: RunContext): Promise<boolean> {
  const role = await deps.github.role(repository, run.requestedBy.login);
  return judgePermission({ verb: "ask", actor: role, textAuthor: role }).kind === "allow";
}

function toolActions(context: RunContext) {
  const { deps, run } = context;
  const asker = askerOf(context);
  return deps.toolbox.tools
    .filter(({ missing }) => missing.length === 0)
    .map((tool) =>
      toolAction(tool, async (input, key, signal) => {
        const scope = `run:${run.id}`;
        const call = { tool: tool.name, input, scope, key, person: run.requestedBy, asker, signal };
        return inWords(await deps.toolbox.call({ ...call, mayAct: () => mayAsk(context) }));
      }),
    );
}

function askerOf({ deps, repository, run }: RunContext): Asker {
  return {
    person: run.requestedBy,
    urls: urlsIn(run.text),
    recall: () => deps.recall(run.requestedBy, repository),
    search: (kind, words) => deps.github.search(repository, kind, words),
  };
}

function inWords(outcome: ToolOutcome): string {
  switch (outcome.kind) {
    case "done":
      return outcome.text;
    case "refused":
    case "failed":
      return `error: ${outcome.because}`;
    case "unknown":
      return `error: ${outcome.because}. Tell the person so; do not call it again.`;
  }
}
