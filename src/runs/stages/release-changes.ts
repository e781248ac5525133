/**
 * A change of Orion's to itself is a version of its own: the host raises it and
 * writes the changelog, whatever Devon did to either. A fix belongs to the
 * version its branch has already.
 */
import type { FileChange } from "../../domain/ports/git-port.ts";
import { release, versionIn } from "../../policy/release.ts";
import { isOwn } from "../../policy/scope/own-repository.ts";
import { baseOf, planOf, type RunContext } from "../run-context.ts";

export const CHANGELOG = "docs/changelog.md";
const MANIFEST = "package.json";
const LOCK = "package-lock.json";

/** @returns the changes with the release's files put in; the same ones elsewhere and in a fix */
export async function withRelease(
  context: RunContext,
  parent: string,
  changes: readonly FileChange[],
): Promise<readonly FileChange[]> {
  const { deps, repository, run, task } = context;
  if (run.kind !== "first" || !isOwn(repository, deps.ownRepository)) return changes;
  const text = async (path: string, commit: string): Promise<string | null> => {
    const bytes = await deps.git.file(repository.id, commit, path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  const now = async (path: string): Promise<string | null> => {
    const change = changes.find((one) => one.path === path);
    if (change === undefined) return text(path, parent);
    return change.kind === "write" ? new TextDecoder().decode(change.bytes) : null;
  };
  const base = await text(MANIFEST, baseOf(context));
  const [manifest, baseVersion] = [await now(MANIFEST), base === null ? null : versionIn(base)];
  if (manifest === null || baseVersion === null) return changes;
  const plan = planOf(context);
  const made = release({
    ...{ manifest, baseVersion },
    lock: await now(LOCK),
    changelog: await text(CHANGELOG, baseOf(context)),
    entry: `${plan.kind}: ${deps.redact(plan.title)} (asked for in ${task.issueNumber})`,
    date: run.createdAt.toISOString().slice(0, 10),
  });
  if (made === null) return changes;
  const files = [
    [MANIFEST, made.manifest],
    [CHANGELOG, made.changelog],
    ...(made.lock === null ? [] : [[LOCK, made.lock] as const]),
  ] as const;
  return [
    ...changes.filter((change) => files.every(([path]) => path !== change.path)),
    ...files.map(
      ([path, words]): FileChange => ({ kind: "write", path, mode: "100644", bytes: new TextEncoder().encode(words) }),
    ),
  ];
}
