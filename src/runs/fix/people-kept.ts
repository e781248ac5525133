/**
 * Looks whether a commit leaves standing what people added to the branch since
 * it left its base. What counts as standing is decided in `kept-lines.ts`, what
 * people asked to have changed in `asked-lines.ts`.
 */

import { hasCode } from "../../domain/errors.ts";
import type { FileDiff } from "../../domain/ports/git-port.ts";
import type { Point } from "../../domain/task.ts";
import { branchTip } from "../mirror/bring.ts";
import { baseOf, type RunContext } from "../run-context.ts";
import { linesInWords, linesOfThread, linesTaken, moved } from "./asked-lines.ts";
import { linesGone } from "./kept-lines.ts";
import { ownCommits } from "./own-commits.ts";

const MAX_TOLD = 8;
const LINE_CHARS = 120;

/**
 * @param head a commit on top of the branch as it was when the fix began
 * @returns which lines of people's are gone, and what to do; null when all stand
 */
export async function peopleUndone(context: RunContext, head: string): Promise<string | null> {
  const { deps, repository, run } = context;
  if (run.kind !== "fix") return null;
  const base = baseOf(context);
  const suspects = (await deps.git.diff(repository.id, base, head)).filter(
    (diff) => diff.deleted > 0 || diff.hunks.length === 0,
  );
  if (suspects.length === 0) return null;
  const since = await baseTip(context);
  const isOwn = await ownCommits(context);
  const told: string[] = [];
  for (const diff of suspects) {
    const origins = await deps.git.lineOrigins(repository.id, { commit: base, path: diff.path, since });
    const people = new Set<number>();
    for (const [index, sha] of origins.entries()) if (sha !== null && !(await isOwn(sha))) people.add(index + 1);
    if (people.size === 0) continue;
    for (const line of await asked(context, diff.path)) people.delete(line);
    told.push(...(await goneIn(context, { diff, people, head })));
  }
  if (told.length === 0) return null;
  const more = told.length > MAX_TOLD ? `\n- and ${told.length - MAX_TOLD} more` : "";
  const lines = told.slice(0, MAX_TOLD).map((one) => `- ${one}`);
  return `people added these lines to the branch, and they are gone or changed:\n${lines.join("\n")}${more}\nPut them back as they were and build around them. They may change only where a person asks for exactly that line, in a comment on it or as path:line`;
}

interface Suspect {
  readonly diff: FileDiff;
  readonly people: ReadonlySet<number>;
  readonly head: string;
}

/** Bytes are compared as they are: text in any encoding, and what is no text at all. */
async function goneIn(context: RunContext, { diff, people, head }: Suspect): Promise<readonly string[]> {
  const { deps, repository } = context;
  const { path } = diff;
  const [was, is] = await Promise.all([
    deps.git.file(repository.id, baseOf(context), path),
    deps.git.file(repository.id, head, path),
  ]);
  if (was === null) return [];
  // no text, or a change of mode
  if (diff.hunks.length === 0) return is !== null && Buffer.from(was).equals(Buffer.from(is)) ? [] : [path];
  const before = linesOf(was);
  const gone = linesGone({ before, after: is === null ? null : linesOf(is), people, taken: linesTaken(diff) });
  const words = (line: number): string => Buffer.from(before[line - 1] ?? "", "latin1").toString("utf8");
  return gone.map((line) => `${path}:${line}: ${words(line).slice(0, LINE_CHARS)}`);
}

function linesOf(bytes: Uint8Array): readonly string[] {
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Where the branch's base is; what came in from there is nobody's on this branch. */
async function baseTip({ deps, repository, task, run, ledger }: RunContext): Promise<readonly string[]> {
  const tip = await ledger.once(`base-tip/${run.baseSha}`, async () => {
    const sha = task.baseBranch === null ? null : await branchTip(deps, repository, task.baseBranch);
    return { sha };
  });
  return tip.sha === null ? [] : [tip.sha];
}

async function asked(context: RunContext, path: string): Promise<readonly number[]> {
  const { run } = context;
  const inWords = linesInWords(run.points).filter((lines) => lines.path === path);
  const inThreads = await Promise.all(run.points.map((point) => askedInThread(context, point, path)));
  return [...inWords.flatMap((lines) => moved(lines, [])), ...inThreads.flat()];
}

/** A comment on a line that has changed since asks for nothing that stands now. */
async function askedInThread(context: RunContext, { thread }: Point, path: string): Promise<readonly number[]> {
  const { deps, repository } = context;
  const lines = thread === null ? null : linesOfThread(thread);
  if (thread === null || lines === null || lines.path !== path) return [];
  try {
    return moved(lines, await deps.git.diff(repository.id, thread.commit, baseOf(context)));
  } catch (error) {
    if (hasCode(error, "UNKNOWN_COMMIT")) return [];
    throw error;
  }
}
