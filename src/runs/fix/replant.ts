/**
 * Puts Tara's and Devon's commits on top of what people pushed, by plumbing,
 * where no file meets. The host then sees the tests fail there before anything
 * counts as red; whether all of it works together is for verify to say.
 */
import { OrionError } from "../../domain/errors.ts";
import type { FileChange } from "../../domain/ports/git-port.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";
import type { GreenResult, RedResult } from "../stages/results.ts";
import { witnessCommit } from "../stages/work.ts";
import { droppedTests, judgeRed } from "../witness/judge-red.ts";
import { commitMessage, DEVON, TARA } from "../words/commits.ts";

export interface Replanted {
  readonly red: RedResult | null;
  readonly green: GreenResult & { readonly testSha: string | null };
}

export interface Work {
  /** the commit to stand on */
  readonly onto: string;
  readonly red: RedResult | null;
  readonly green: GreenResult;
}

/** @returns null when it has to be done again there */
export async function replant(context: RunContext, { onto, red, green }: Work): Promise<Replanted | null> {
  const { deps, repository, run } = context;
  const from = baseOf(context);
  const paths = async (to: string): Promise<readonly string[]> =>
    (await deps.git.diff(repository.id, from, to)).map(({ path }) => path);
  if (meet(await paths(onto), await paths(green.headSha))) return null;
  const title = deps.redact(planOf(context).title);
  const put = async (facts: {
    kind: string;
    parent: string;
    before: string;
    after: string;
    author: typeof TARA | typeof DEVON;
  }) => {
    const changes = await changesBetween(context, facts.before, facts.after);
    if (changes === null) return null;
    return deps.git.commit({
      ...{ repositoryId: repository.id, parent: facts.parent, changes, author: facts.author },
      message: commitMessage({ kind: facts.kind, title, task: context.task, run }),
      at: await context.ledger.intendedAt(`moved-${run.round + 1}/${facts.kind}`),
    });
  };
  const testSha =
    red === null ? null : await put({ kind: "test", parent: onto, before: from, after: red.testSha, author: TARA });
  if (red !== null && testSha === null) return null;
  const kind = planOf(context).kind;
  const headSha = await put({
    kind,
    parent: testSha ?? onto,
    before: red?.testSha ?? from,
    after: green.headSha,
    author: DEVON,
  });
  if (headSha === null) return null;
  const onHead: RunContext = { ...context, run: { ...run, baseSha: onto } };
  const seen = red === null || testSha === null ? null : await redThere(onHead, red, testSha);
  if (red !== null && seen === null) return null;
  return { red: seen, green: { headSha, summary: green.summary, testSha } };
}

/** True when both change a file, or one changes a file where the other has a folder. */
export function meet(some: readonly string[], others: readonly string[]): boolean {
  const within = (one: string, other: string): boolean => one === other || one.startsWith(`${other}/`);
  return some.some((one) => others.some((other) => within(one, other) || within(other, one)));
}

/** What one commit changes against another, to be built again elsewhere; null when it holds more than plain files. */
async function changesBetween(
  context: RunContext,
  before: string,
  after: string,
): Promise<readonly FileChange[] | null> {
  const { deps, repository } = context;
  const modes = new Map((await deps.git.tree(repository.id, after)).map(({ path, mode }) => [path, mode]));
  const changes: FileChange[] = [];
  for (const { path } of await deps.git.diff(repository.id, before, after)) {
    const mode = modes.get(path);
    if (mode === undefined) changes.push({ kind: "delete", path });
    else if (mode !== "100644" && mode !== "100755") return null;
    else {
      const bytes = await deps.git.file(repository.id, after, path);
      if (bytes === null) return null;
      changes.push({ kind: "write", path, mode, bytes });
    }
  }
  return changes;
}

/** @returns the same tests red on the new base; null when they are not, as when people have done the work themselves */
async function redThere(onHead: RunContext, red: RedResult, testSha: string): Promise<RedResult | null> {
  try {
    const baseline = await witnessCommit(onHead, baseOf(onHead));
    const report = await witnessCommit(onHead, testSha);
    const testFiles = red.frozen;
    const verdict = judgeRed({ plan: planOf(onHead), claims: red.rows, testFiles, baseline, red: report });
    if (verdict.kind === "refused") return null;
    return {
      testSha,
      frozen: testFiles,
      rows: verdict.rows,
      dropped: droppedTests({ baseline, red: report, testFiles }),
    };
  } catch (error) {
    if (error instanceof OrionError && error.code.startsWith("TEST_")) return null;
    throw error;
  }
}
