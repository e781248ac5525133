/**
 * What a repository's own settings keep a run from: files out of reach, more
 * money, turns or time than it grants. Pure; they narrow what Orion allows and
 * never widen it.
 */
import type { AgentLimits } from "../../agents/agent-task.ts";
import type { FileChange } from "../../domain/ports/git-port.ts";
import type { Task } from "../../domain/task.ts";
import { outOfBounds } from "../../policy/test-paths.ts";
import type { RepositorySettings } from "../recipe/settings.ts";

/** @returns which changed files are out of reach, in words; null when none is */
export function judgeBounds(changes: readonly FileChange[], { paths }: RepositorySettings): string | null {
  const outside = outOfBounds(
    changes.map((change) => change.path),
    paths,
  );
  if (outside.length === 0) return null;
  return `.github/orion.yml (paths) keeps these files from being changed, undo: ${outside.join(", ")}`;
}

/** A cap that a maintainer set for this one task counts in place of what the repository grants every agent. */
export function limitsFor(
  limits: AgentLimits,
  { budgetBy }: Pick<Task, "budgetBy">,
  { budgets = {} }: RepositorySettings,
): AgentLimits {
  return {
    ...limits,
    usd: budgetBy === null ? Math.min(limits.usd, budgets.usd ?? limits.usd) : limits.usd,
    turns: Math.min(limits.turns, budgets.turns ?? limits.turns),
    minutes: Math.min(limits.minutes, budgets.minutes ?? limits.minutes),
  };
}
