/**
 * Tells people through Orion's tools, as `notify:` on the default branch orders:
 * each tool once for each thing that is told. A tool that fails fails nothing else.
 */
import type { Person, Repository } from "../domain/task.ts";
import { bring } from "./mirror/bring.ts";
import { readSettings } from "./recipe/read-recipe.ts";
import type { RunDeps } from "./run-context.ts";

export interface News {
  readonly repository: Repository;
  /** for whom it is done; stored with the call */
  readonly person: Person;
  /** what it is about, e.g. `run:<id>` or `deploy:<id>`; the same news of the same thing is told once */
  readonly scope: string;
  /** one line, secrets taken out */
  readonly message: string;
  readonly signal: AbortSignal;
  /** told how each call ended, a line for people */
  readonly tell: (line: string) => Promise<void>;
}

/** Settings are read from the default branch as it is now: what a feature branch says orders nothing. */
export async function notify(
  deps: Pick<RunDeps, "github" | "git" | "toolbox">,
  { repository, person, scope, message, signal, tell }: News,
): Promise<void> {
  const { sha } = await deps.github.defaultBranch(repository);
  await bring(deps, repository, [sha]);
  const { notify: notices } = await readSettings(deps.git, repository.id, sha);
  for (const [index, { tool, input }] of notices.entries()) {
    const outcome = await deps.toolbox.call({
      ...{ tool, scope, person, signal },
      key: `notify-${index + 1}`,
      input: withMessage(input, message),
      // whoever may write the default branch has said so there
      mayAct: async () => true,
    });
    await tell(`${tool}: ${outcome.kind === "done" ? outcome.text : `${outcome.kind}, ${outcome.because}`}`);
  }
}

function withMessage(value: unknown, message: string): unknown {
  if (typeof value === "string") return value.replaceAll("{message}", () => message);
  if (Array.isArray(value)) return value.map((one) => withMessage(one, message));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withMessage(one, message)]));
}
