/**
 * Two changes of Orion's to itself that were made at once carry the same version
 * and write the changelog at the same place. The host sets both aside before it
 * merges, and puts them back above what the default branch has: no model decides
 * about a version.
 */
import type { FileChange } from "../../domain/ports/git-port.ts";
import { atVersion, entryOf, release, versionIn, withoutEntry } from "../../policy/release.ts";
import { isOwn } from "../../policy/scope/own-repository.ts";
import type { RunContext } from "../run-context.ts";
import { CHANGELOG } from "../stages/release-changes.ts";

const MANIFEST = "package.json";
const LOCK = "package-lock.json";

export interface OwnRelease {
  /** what the pull request brings, as its changelog says */
  readonly entry: string;
  /** the branch's files without its release: the version it began with, no entry of its own */
  readonly aside: { readonly changes: readonly FileChange[] };
}

/** @returns null on any other repository, and where the branch raised no version */
export async function ownRelease(
  context: RunContext,
  { head, since }: { readonly head: string; readonly since: string },
): Promise<OwnRelease | null> {
  if (!isOwn(context.repository, context.deps.ownRepository)) return null;
  const [manifest, lock, changelog, before] = await Promise.all([
    textOf(context, head, MANIFEST),
    textOf(context, head, LOCK),
    textOf(context, head, CHANGELOG),
    textOf(context, since, MANIFEST),
  ]);
  const [mine, old] = [versionOf(manifest), versionOf(before)];
  const entry = changelog === null || mine === null ? null : entryOf(changelog, mine);
  if (manifest === null || changelog === null || mine === null || old === null || entry === null) return null;
  if (mine === old) return null;
  const plain = atVersion({ manifest, lock }, old);
  const rest = withoutEntry(changelog, mine);
  const files = [
    ...(plain === null ? [] : [written(MANIFEST, plain.manifest)]),
    ...(plain === null || plain.lock === null ? [] : [written(LOCK, plain.lock)]),
    // the branch's run made the file: without its entry there is none yet
    (await textOf(context, since, CHANGELOG)) === null ? removed(CHANGELOG) : written(CHANGELOG, rest),
  ];
  return { entry, aside: { changes: files } };
}

/** The next version after the default branch's, and the entry above its own. */
export async function releaseFiles(
  context: RunContext,
  facts: { readonly tip: string; readonly release: OwnRelease; readonly from: string },
): Promise<readonly FileChange[]> {
  const [manifest, lock, changelog, base] = await Promise.all([
    textOf(context, facts.from, MANIFEST),
    textOf(context, facts.from, LOCK),
    textOf(context, facts.from, CHANGELOG),
    textOf(context, facts.tip, MANIFEST),
  ]);
  const baseVersion = versionOf(base);
  if (manifest === null || baseVersion === null) return [];
  const date = context.run.createdAt.toISOString().slice(0, 10);
  const made = release({ manifest, lock, changelog, baseVersion, entry: facts.release.entry, date });
  if (made === null) return [];
  return [
    written(MANIFEST, made.manifest),
    written(CHANGELOG, made.changelog),
    ...(made.lock === null ? [] : [written(LOCK, made.lock)]),
  ];
}

function versionOf(manifest: string | null): string | null {
  return manifest === null ? null : versionIn(manifest);
}

async function textOf({ deps, repository }: RunContext, commit: string, path: string): Promise<string | null> {
  const bytes = await deps.git.file(repository.id, commit, path);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

function written(path: string, text: string): FileChange {
  return { kind: "write", path, mode: "100644", bytes: new TextEncoder().encode(text) };
}

function removed(path: string): FileChange {
  return { kind: "delete", path };
}
