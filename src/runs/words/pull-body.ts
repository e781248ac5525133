/**
 * The pull request's text, built from the ledger, never from a model's prose
 * alone: why, evidence, what changed, what is not verified, how to try and undo.
 */
import { cleanTexts } from "../../domain/clean-texts.ts";
import type { Evidence, EvidenceRow } from "../../domain/evidence.ts";
import type { FileDiff } from "../../domain/ports/git-port.ts";
import type { ScopeVerdict } from "../../policy/scope/judge-scope.ts";
import { chooseModel } from "../choose-model.ts";
import { migrationsPart } from "../migrations/words.ts";
import { baseLine } from "../rebase/words.ts";
import { baseOf, type RunContext } from "../run-context.ts";
import { scopeSection } from "../scope/words.ts";
import { recipeOf } from "../stages/work.ts";
import { doubts } from "./doubts.ts";
import { codeSpan, safe } from "./safe.ts";

const MAX_LISTED = 8;
const MAX_ROWS = 40;
/** GitHub takes 65,536 characters; what is over is left out of the hidden part first. */
const MAX_HIDDEN = 20_000;
const CELL_CHARS = 200;

/** @returns Markdown; ends with the evidence as JSON in an HTML comment */
export async function pullBody(context: RunContext, proof: Evidence, judged: ScopeVerdict): Promise<string> {
  const { deps, repository } = context;
  // before any of it is cut and made safe, which may break a secret apart
  const clean = <T>(value: T): T => cleanTexts(value, deps.redact);
  const [task, evidence, scope] = [clean(context.task), clean(proof), clean(judged)];
  const all = clean(await allEvidence(context, proof));
  // what came in by a merge with the default branch is no change of this pull request's
  const since = evidence.onto?.since ?? all[0]?.baseSha ?? evidence.baseSha;
  const diffs = await deps.git.diff(repository.id, since, evidence.headSha);
  return [
    `${safe(task.plan?.goal ?? evidence.plan.goal)}\n\nCloses #${task.issueNumber}`,
    `### Evidence\n\n${evidenceTable(all)}\n\n${suiteLine(evidence)}${ontoPart(context, evidence)}`,
    `### What changed\n\n${changed(diffs)}`,
    `### Migrations\n\n${migrationsPart(evidence.migrations)}`,
    ...laterPart(evidence),
    `### Scope\n\n${scopeSection(scope)}`,
    `### Not verified\n\n${doubts(all)}`,
    `### Try it\n\n${await tryIt(context)}`,
    `### Undo\n\nBefore a merge: close this pull request; nothing else was touched. After it: comment \`/orion revert\` here, or \`git revert -m 1 <merge commit>\` and push.`,
    await costLine(context),
    `<!-- orion:evidence ${embed(all)} -->`,
  ].join("\n\n");
}

function ontoPart({ task }: RunContext, { onto, headSha }: Evidence): string {
  const line = baseLine(onto, task.baseBranch ?? "the default branch", headSha);
  return line === "" ? "" : `\n\n${line}`;
}

/** A schema that must shrink does so in steps; whoever merges this one must know of the rest. */
function laterPart({ plan }: Evidence): readonly string[] {
  // plans that older releases stored have no such list
  const later = plan.later ?? [];
  if (later.length === 0) return [];
  const steps = later.map((one, index) => `${index + 2}. ${safe(one)}`);
  return [
    `### Next steps\n\nThis is step 1 (expand); the schema shrinks only after these, each a pull request of its own:\n\n${steps.join("\n")}`,
  ];
}

/** A fix adds to what the runs before it showed. */
async function allEvidence(context: RunContext, evidence: Evidence): Promise<readonly Evidence[]> {
  const runs = await context.deps.store.runsOf(context.task.id);
  const earlier: Evidence[] = [];
  for (const run of runs.filter((one) => one.ordinal < context.run.ordinal)) {
    const found = await context.deps.store.evidence(run.id);
    if (found !== null) earlier.push(found);
  }
  return [...earlier, evidence];
}

function evidenceTable(all: readonly Evidence[]): string {
  const lines = all.flatMap((evidence) => evidence.rows.map((row) => tableRow(evidence, row, greenAgain(all, row))));
  if (lines.length === 0) return "No new test belongs to this change; see *Not verified*.";
  const shown = lines.slice(0, MAX_ROWS);
  const rest =
    lines.length > MAX_ROWS
      ? `\n\nand ${lines.length - MAX_ROWS} more tests; all of them are in the check run's evidence`
      : "";
  return `${["| criterion | test | red on base | green on head |", "|---|---|---|---|", ...shown].join("\n")}${rest}`;
}

/** The newest merge with the default branch on which the test was seen green; "" when there was none. */
function greenAgain(all: readonly Evidence[], row: EvidenceRow): string {
  const seen = all.findLast(({ onto }) => onto?.green.some(({ file, test }) => file === row.file && test === row.test));
  return seen?.onto?.merge ? `, merged \`${seen.onto.merge.slice(0, 7)}\`` : "";
}

/** For somebody who has never seen such a table. */
const RED_WORDS: Readonly<Record<EvidenceRow["red"]["reason"], string>> = {
  assertion: "an assertion fails",
  "missing-symbol": "the feature is missing",
  "not-loadable": "does not load: the feature is missing",
};

function tableRow(evidence: Evidence, row: EvidenceRow, again: string): string {
  const criterion = evidence.plan.criteria[row.criterion - 1]?.text ?? "";
  const red = `❌ \`${evidence.baseSha.slice(0, 7)}\` ${RED_WORDS[row.red.reason]}`;
  const green = row.green === null ? "not seen" : `✅ \`${row.green.commit.slice(0, 7)}\`${again}`;
  return `| ${row.criterion}. ${cell(criterion)} | ${codeSpan(row.file)} ${cell(row.test)} | ${red} | ${green} |`;
}

function cell(text: string): string {
  return safe(text, CELL_CHARS).replaceAll("|", "\\|");
}

function suiteLine({ suite, hunks }: Evidence): string {
  if (Object.values({ ...suite.before, ...suite.after }).every((count) => count === 0)) return "No test ran.";
  const { before, after } = suite;
  const tried =
    hunks.tried === 0
      ? ""
      : ` To see whether the tests notice the change, pieces of it were taken back one at a time: ${hunks.noticed} of ${hunks.tried} noticed.`;
  return `Whole suite: ${before.passed} passed, ${before.failed} failed before; ${after.passed} passed, ${after.failed} failed after.${tried}`;
}

function changed(diffs: readonly FileDiff[]): string {
  const lines = diffs.map((diff) => `- ${codeSpan(diff.path)} ${diff.status} (+${diff.added} −${diff.deleted})`);
  if (lines.length <= MAX_LISTED) return lines.join("\n");
  return [...lines.slice(0, MAX_LISTED - 1), `- and ${lines.length - MAX_LISTED + 1} more files`].join("\n");
}

/** From the repository's own scripts, so that the line works as it stands. */
async function tryIt({ deps, repository, task, run }: RunContext): Promise<string> {
  const manifest = run.baseSha === null ? null : await deps.git.file(repository.id, run.baseSha, "package.json");
  const text = manifest === null ? "" : new TextDecoder().decode(manifest);
  const script = ["dev", "start", "test"].find((name) => new RegExp(`"${name}"\\s*:`).test(text));
  const then = script === undefined ? "" : ` && npm run ${script}`;
  return `\`\`\`\ngit fetch && git checkout ${task.branch}${then}\n\`\`\``;
}

async function costLine(context: RunContext): Promise<string> {
  const { deps, task, run } = context;
  const spent = await deps.store.spent(task.id);
  const page = deps.runPage(run.id);
  const { settings } = await recipeOf(context, baseOf(context));
  const { model } = chooseModel(deps, settings.model);
  const who = model.scripted ? "a script played the model" : `model ${model.name}`;
  const cost = `$${spent.usd.toFixed(2)}, ${spent.inputTokens + spent.outputTokens} tokens (${spent.cachedTokens} cached)`;
  return `${cost} · ${who} · sandbox: ${deps.home.kind}${deps.home.kind === "process" ? " (no isolation)" : ""}${page === null ? "" : ` · [run page](${page})`}`;
}

/** JSON that cannot end the comment it stands in; without excerpts, and without older runs, where it would grow too long. */
function embed(all: readonly Evidence[]): string {
  const facts = all.map(({ plan, baseSha, testSha, headSha, rows, suite, hunks, onto, notVerified }) => ({
    criteria: plan.criteria.map((criterion) => ({ text: criterion.text, proof: criterion.proof })),
    baseSha,
    testSha,
    headSha,
    rows: rows.map((row) => ({
      ...row,
      red: { commit: row.red.commit, reason: row.red.reason },
    })),
    suite,
    hunks,
    onto: onto ?? null,
    notVerified,
  }));
  const write = (value: unknown): string =>
    JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("--", "\\u002d\\u002d");
  const forms = [
    facts,
    facts.slice(-1),
    facts.slice(-1).map(({ baseSha, testSha, headSha, suite }) => ({ baseSha, testSha, headSha, suite })),
  ];
  return forms.map(write).find((text) => text.length <= MAX_HIDDEN) ?? write([]);
}
