/**
 * The comment that ends a run, well or not, said once. Where the pull request's
 * conversation is locked, its issue hears it; where that is locked, too, the
 * living comment must do: a run ends as it ends, for want of words, too.
 */
import { hasCode } from "../../domain/errors.ts";
import type { RunContext } from "../run-context.ts";
import { told } from "../told.ts";

export interface LastWord {
  /** of the ledger's step */
  readonly key: string;
  /** by which the comment is found again, unique within the run */
  readonly mark: string;
  /** number of the issue or pull request */
  readonly where: number;
  /** Markdown */
  readonly words: string;
}

export async function lastWord(context: RunContext, { key, mark, where, words }: LastWord): Promise<void> {
  const { deps, repository, run, task, ledger } = context;
  const marker = `<!-- orion:run=${run.id}:${mark} -->`;
  const places = [...new Set([where, task.issueNumber])];
  const find = async (): Promise<number | null> => {
    for (const place of places) {
      const found = await deps.github.findComment(repository, place, marker);
      if (found !== null) return found;
    }
    return null;
  };
  const say = (place: number): Promise<number> =>
    deps.github.createComment(repository, place, deps.redact(`${marker}\n${words}`));
  const act = async (): Promise<number> => {
    try {
      return await say(where);
    } catch (error) {
      if (!hasCode(error, "GITHUB_FORBIDDEN") || where === task.issueNumber) throw error;
      await context.tell("closed-conversation", `#${where} takes no comment; its news stand on #${task.issueNumber}`);
      return say(task.issueNumber);
    }
  };
  await told(deps, run, mark, () => ledger.effect(key, { find, act }));
}
