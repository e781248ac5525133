/** What the living comment says. Pure: facts in, Markdown out. */
import type { OntoBase } from "../../domain/evidence.ts";
import { needsTests } from "../../domain/plan.ts";
import type { Deploy } from "../../domain/ports/store/evolution-store.ts";
import { STAGES, type Stage } from "../../domain/stages.ts";
import type { Run, RunEvent, Task } from "../../domain/task.ts";
import { whatToType } from "../approval/plan-comment.ts";
import { commitOfRound } from "../ci/cause.ts";
import type { CiNote } from "../ci/note.ts";
import { baseNeeds, baseWords, rebaseChecklist } from "../rebase/words.ts";
import { retryWords } from "./retry-words.ts";
import { codeSpan, safe } from "./safe.ts";
import { details } from "./sticky-details.ts";

export interface StickyFacts {
  readonly task: Task;
  readonly run: Run;
  readonly events: readonly RunEvent[];
  readonly spent: { readonly usd: number; readonly inputTokens: number; readonly outputTokens: number };
  readonly redTests: number | null;
  readonly scripted: boolean;
  readonly runPage: string | null;
  /** who paused it, while it waits for that */
  readonly pausedBy: string | null;
  /** who said yes to the plan, where that was waited for */
  readonly approvedBy: string | null;
  /** what everybody must know for as long as it is so; null when there is nothing */
  readonly warning: string | null;
  readonly now: Date;
  /** what the repository's CI says of what was pushed; null before it says anything */
  readonly ci: Pick<CiNote, "passes" | "text" | "needsYou"> | null;
  /** of what was merged; null before */
  readonly deploy: Pick<Deploy, "status" | "commit"> | null;
  /** false when no reviewer finished; null where there is nothing for one to read */
  readonly reviewed: boolean | null;
  /** on which base the run's evidence holds; null before there is any */
  readonly onto: OntoBase | null;
  /** the default branch's commit with which the pull request conflicts; null when it merges */
  readonly conflict: string | null;
}

/** GitHub takes 65,536; what redaction may add later is kept free. */
const MAX_CHARS = 59_000;
const SHOWN_FILES = 3;

/** The title of the request, without calling Orion once more. */
function unaddressed(title: string): string {
  const rest = title.replace(/^\s*(?:orion\s*[,:]|@[\w-]+[,:]?)\s*/i, "");
  return rest === "" ? title : rest;
}

/** @returns the mark by which a task's comment is found again */
export function stickyMarker(taskId: string): string {
  return `<!-- orion:task=${taskId} -->`;
}

/** @returns the comment's Markdown, at most 60,000 characters */
export function stickyText(facts: StickyFacts): string {
  const { task, run } = facts;
  const step = STAGES.indexOf(run.stage) + 1;
  const before = [
    stickyMarker(task.id),
    `### Orion · ${safe(task.plan?.title ?? unaddressed(task.title))}: ${headline(facts, step)}`,
    stageTable(facts),
    checklist(facts),
    `**Needs you:** ${needsYou(facts)}`,
    ...(facts.warning === null ? [] : [`⚠️ ${safe(facts.warning, 1_000)}`]),
  ].join("\n\n");
  const after = footer(facts);
  return [before, details(facts, MAX_CHARS - before.length - after.length), after].join("\n\n");
}

function headline({ run, task, deploy, pausedBy, ci }: StickyFacts, step: number): string {
  if (task.status === "closed") return "✖ closed without a merge";
  if (task.status === "merged") return mergedHeadline(deploy);
  if (run.status === "waiting" && run.waitsFor === "pause")
    return `⏸ paused${pausedBy === null ? "" : ` by ${pausedBy}`}`;
  switch (run.status) {
    case "done":
      return ci?.needsYou ? "⚠️ ready, but the repository's CI fails" : "🚀 ready for you";
    case "failed":
      return "😕 stopped";
    case "stopped":
      return "⏹ stopped by a person";
    case "waiting":
      return "✋ the plan waits for your yes";
    default:
      return `⏳ ${run.kind === "first" ? "" : `${run.kind}: `}${run.stage} (${step}/7)`;
  }
}

function mergedHeadline(deploy: StickyFacts["deploy"]): string {
  switch (deploy?.status) {
    case "deploying":
      return "⏳ deploying";
    case "live":
      return "🚀 live";
    case "failed":
      return "😕 merged, but its deploy failed";
    default:
      return "🎉 merged";
  }
}

function stageTable(facts: StickyFacts): string {
  const cells = STAGES.map((stage) => stageCell(facts, stage));
  return [
    "| Plan | Red | Green | Verify | Propose | Merge | Deploy |",
    "|---|---|---|---|---|---|---|",
    `| ${[...cells, ...afterCells(facts)].join(" | ")} |`,
  ].join("\n");
}

/** Merge and Deploy. */
function afterCells({ task, deploy }: StickyFacts): readonly string[] {
  if (task.status === "closed") return ["✖ closed", "–"];
  if (task.status !== "merged") return ["–", "–"];
  if (deploy === null) return ["✅", "–"];
  const at = `\`${deploy.commit.slice(0, 7)}\``;
  const cells = { merged: "–", deploying: `⏳ ${at}`, live: `✅ ${at}`, failed: `❌ ${at}` } as const;
  return ["✅", cells[deploy.status]];
}

function stageCell({ run, redTests }: StickyFacts, stage: Stage): string {
  const at = STAGES.indexOf(run.stage);
  const mine = STAGES.indexOf(stage);
  const tests = stage === "red" && redTests !== null ? ` ${redTests} ${redTests === 1 ? "fails" : "fail"}` : "";
  if (run.status === "done" || mine < at)
    return stage === "red" && run.plan !== null && !needsTests(run.plan) ? "none" : `✅${tests}`;
  if (mine > at) return "–";
  if (run.failure !== null) return "❌";
  if (run.status === "stopped") return "⏹";
  if (run.status === "waiting") return run.waitsFor === "pause" ? "⏸" : "✋";
  return stage === "green" || stage === "verify" ? `⏳ round ${run.round}/3` : "⏳";
}

function checklist({ run, task, redTests, events, reviewed, approvedBy, ci, onto }: StickyFacts): string {
  const done = (stage: Stage): string =>
    run.status === "done" || STAGES.indexOf(run.stage) > STAGES.indexOf(stage) ? "x" : " ";
  const base = run.baseSha?.slice(0, 7) ?? "the base";
  const tara =
    redTests === null
      ? "Tara: tests that fail for the right reason"
      : `Tara: ${redTests === 1 ? "1 test fails" : `${redTests} tests fail`} on \`${base}\` for the right reason`;
  const now = events.at(-1);
  return [
    ...(run.kind === "rebase"
      ? rebaseChecklist({ task, run, done })
      : [
          `- [${done("plan")}] ${planned(run, task, approvedBy)}`,
          ...(run.plan !== null && !needsTests(run.plan) ? [] : [`- [${done("red")}] ${tara}`]),
          `- [${done("green")}] Devon: ${devonPart(run)}`,
        ]),
    `- [${done("verify")}] The host runs the whole suite on the exact commit${reviewPart(run, reviewed)}${baseWords(onto, task.baseBranch)}`,
    `- [${done("propose")}] Pull request${task.pullRequest === null ? "" : ` #${task.pullRequest}`}`,
    ...(ci === null ? [] : [`- [${ci.passes ? "x" : " "}] ${ci.text}`]),
    ...(run.status === "running" && now !== undefined ? ["", `Now: ${safe(now.text, 200)}`] : []),
  ].join("\n");
}

/** Whose wish it is; a plan that waited says instead who agreed to it. */
function planned(run: Run, task: Task, approvedBy: string | null): string {
  const what = run.kind === "fix" ? "Plan of the fix" : "Plan";
  if (approvedBy !== null) return `${what}, approved by ${safe(approvedBy)}`;
  const commit = commitOfRound(run);
  if (commit !== null) return `${what}, since the repository's CI failed on \`${commit.slice(0, 7)}\``;
  return `${what}, asked for by ${safe(run.kind === "fix" ? run.requestedBy.login : task.requester.login)}`;
}

/** Of a merge only what somebody decided in it. */
function reviewPart({ kind }: Run, reviewed: boolean | null): string {
  if (reviewed === null) return "";
  if (!reviewed) return "; no review took place";
  return kind === "rebase" ? "; a reviewer reads what Devon decided" : "; a reviewer reads it";
}

/** Where he works, and what came of it. */
function devonPart({ plan, headSha }: Run): string {
  const files = plan?.files ?? [];
  const named = files.slice(0, SHOWN_FILES).map((file) => codeSpan(file));
  const rest = files.length - named.length;
  const where = named.length === 0 ? "the change" : `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return headSha === null ? where : `${where} in \`${headSha.slice(0, 7)}\``;
}

function needsYou({ run, task, deploy, ci, conflict, onto }: StickyFacts): string {
  if (task.status === "closed") return "nothing";
  if (task.status === "merged")
    return deploy?.status === "failed" ? "read on the pull request what puts it right" : "nothing";
  if (run.status === "waiting" && run.waitsFor === "pause") return "nothing; it goes on here when the pause is lifted";
  const { planShown } = run;
  if (run.status === "waiting" && planShown !== null && planShown.hash !== null)
    return `read the plan in the comment below. ${whatToType({ hash: planShown.hash, must: planShown.must })}`;
  if (run.status === "stopped") return "nothing; what was done is kept, and `/orion retry` goes on from there";
  if (run.failure !== null)
    return `read why in ${run.kind === "first" ? "the comment below" : "the comment on the pull request"}. ${retryWords(run, run.failure)}`;
  if (run.status === "done" && ci?.needsYou) return ci.needsYou;
  if (run.status === "done")
    return (
      baseNeeds(conflict, onto) ??
      `review pull request #${task.pullRequest ?? "?"} and merge it, or comment \`/orion fix …\` there`
    );
  return "nothing";
}

function footer({ task, run, spent, scripted, runPage, now }: StickyFacts): string {
  const from = run.startedAt ?? run.createdAt;
  const seconds = Math.max(0, Math.round(((run.endedAt ?? now).getTime() - from.getTime()) / 1_000));
  const elapsed =
    seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
  const tokens = spent.inputTokens + spent.outputTokens;
  const parts = [
    `⏱ ${elapsed}`,
    `${tokens < 1_000 ? tokens : `${Math.round(tokens / 1_000)}k`} tokens`,
    `$${spent.usd.toFixed(2)} of $${task.budgetUsd.toFixed(2)}`,
  ];
  if (task.branch !== null) parts.push(`\`${task.branch}\``);
  if (runPage !== null) parts.push(`[run page](${runPage})`);
  if (scripted) parts.push("**a script played the model**");
  return parts.join(" · ");
}
