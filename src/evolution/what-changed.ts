/**
 * What is said of a deploy: pure, from what the incarnations and the host told.
 */
import type { Incarnation, MemoryVerdict } from "../domain/ports/store/evolution-store.ts";
import { ROLLED_BACK } from "./deploy-state.ts";

export interface Change {
  /** tools the new one has and the one before had not */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly before: Incarnation | null;
}

/** @param before the incarnation before; null at the first boot ever */
export function changeBetween(before: Incarnation | null, now: Incarnation): Change {
  const [had, has] = [before?.tools ?? now.tools, now.tools];
  return {
    gained: has.filter((tool) => !had.includes(tool)),
    lost: had.filter((tool) => !has.includes(tool)),
    before,
  };
}

/** @returns `memory intact (tasks 214/214, user_context 37/37)`, or what is missing, loudly */
export function memoryWords(memory: MemoryVerdict | null): string {
  if (memory === null) return "memory not compared: the version before had marked nothing";
  const entries = Object.entries(memory);
  const counts = entries.map(([kind, { kept, of }]) => `${kind} ${kept}/${of}`).join(", ");
  const lost = entries.some(([, { kept, of }]) => kept < of);
  return lost ? `**memory NOT intact** (${counts})` : `memory intact (${counts})`;
}

/** @returns the one line of a live deploy */
export function liveWords(now: Incarnation, { gained, lost, before }: Change): string {
  const from = before !== null && before.version !== now.version ? ` (before: v${before.version})` : "";
  const parts = [
    `Live: v${now.version} (${short(now.commit)})${from}, healthy`,
    memoryWords(now.memory),
    ...(gained.length === 0 ? [] : [`new tool${gained.length > 1 ? "s" : ""}: ${gained.join(", ")}`]),
    ...(lost.length === 0 ? [] : [`tool${lost.length > 1 ? "s" : ""} gone: ${lost.join(", ")}`]),
  ];
  return parts.join(", ");
}

export function deployingWords(commit: string): string {
  return `deploying ${short(commit)} …`;
}

export interface UnseenFacts {
  readonly commit: string;
  /** the host calls it live */
  readonly live: boolean;
  /** why the host tells nothing; null when it answers */
  readonly because: string | null;
  /** false where nobody deploys for Orion */
  readonly host: boolean;
}

/** @returns what has not been seen of a merge for long, and where to look */
export function unseenWords({ commit, live, because, host }: UnseenFacts): string {
  const at = short(commit);
  if (because !== null) return `I cannot see whether ${at} is deployed: ${because}. I go on looking.`;
  if (live) return `The host calls ${at} live, but no Orion of it has reached its memory yet; its log says why.`;
  if (!host) return `No Orion that holds ${at} has started yet. Deploy it; I say here when it is live.`;
  return `The host has begun no deploy of ${at} yet. Is auto-deploy off? Then deploy it there; I say here when it is live.`;
}

export interface FailedFacts {
  readonly commit: string;
  /** the host's own word, e.g. `pre_deploy_failed` */
  readonly hostStatus: string;
  /** the one that keeps serving; null when nobody knows */
  readonly serving: Pick<Incarnation, "version" | "commit"> | null;
  /** the pull request that undoes it, or why there is none */
  readonly revert: { readonly number: number } | { readonly refused: string };
}

/** @returns what failed, what was kept, and the one thing that puts it right */
export function failedWords({ commit, hostStatus, serving, revert }: FailedFacts): string {
  const kept =
    serving === null
      ? "What served before keeps serving"
      : `v${serving.version} (${short(serving.commit)}) keeps serving`;
  const mend =
    "number" in revert
      ? `I opened #${revert.number}, which undoes it: merge that, or push a mend. On your own machine \`npm run kill-switch\` does the same.`
      : `${revert.refused} Put it right on your own machine with \`npm run kill-switch\`.`;
  const back = serving === null ? "an older version" : `v${serving.version} (${short(serving.commit)})`;
  return [
    hostStatus === ROLLED_BACK
      ? `${short(commit)} is not live any more: the host went back to ${back}. The default branch still holds it.`
      : `Deploy of ${short(commit)} failed (\`${hostStatus}\`). ${kept}, and a migration that failed left nothing behind.`,
    mend,
  ].join("\n\n");
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
