/** A pull request that is there while people go on with the default branch. */
import { rm } from "node:fs/promises";
import { clone, git } from "./clone.ts";
import { CODE_PATH, ISSUE } from "./story.ts";
import type { World } from "./world.ts";

export const BRANCH = "feature/multiply";
export const CONFLICTING = "export const multiply = () => undefined; // by people\n";

/** Files by which people's change conflicts with the story's. */
export const CONFLICT = { [CODE_PATH]: CONFLICTING };

/** What Devon leaves when he resolves it: both lines' sense, the people's remark kept. */
export function resolves(text: string, finish: Readonly<Record<string, unknown>> = {}) {
  return {
    role: "green",
    run: 2,
    bash: `cat > ${CODE_PATH} <<'END'\n${text}END`,
    finish: { summary: "multiply keeps the product; the remark stays.", ...finish },
  } as const;
}

/** @returns the number of the issue, whose pull request is there */
export async function proposed(world: World): Promise<{ issue: number; pull: number; head: string }> {
  const issue = await world.project.asks(ISSUE);
  const run = await world.ended(issue);
  if (run.status !== "done") throw new Error(`the first run ended ${run.status}: ${run.failure?.because}`);
  const [pull] = await world.project.pulls();
  return { issue, pull: pull?.number ?? 0, head: pull?.head.sha ?? "" };
}

export interface SeenCommit {
  readonly parents: readonly string[];
  readonly subject: string;
  /** text of a file at the commit; null when it is not there */
  file(path: string): Promise<string | null>;
}

/** The head of a branch as a plain clone sees it; the clone is gone when `look` ends. */
export async function atHead<T>(world: World, branch: string, look: (commit: SeenCommit) => Promise<T>): Promise<T> {
  const folder = await clone(world.project.cloneUrl);
  try {
    const [parents = "", subject = ""] = (
      await git(folder, ["log", "-1", "--format=%P%n%s", `origin/${branch}`])
    ).split("\n");
    return await look({
      parents: parents.split(" "),
      subject,
      file: (path) => git(folder, ["show", `origin/${branch}:${path}`]).catch(() => null),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
