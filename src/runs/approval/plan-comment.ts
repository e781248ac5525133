/**
 * The comment that shows a plan for approval. Pure. A yes is a yes to these
 * words, so every word that later stages go by stands here, and none is dropped.
 */
import { needsTests, type Plan } from "../../domain/plan.ts";
import { stripInvisible } from "../../policy/words/characters.ts";
import { fenced, quietLines, quietText } from "../../policy/words/quiet.ts";
import { codeSpan, safe } from "../words/safe.ts";

/** Of one sentence of a plan that people must read. */
const MOST_CHARS = 1_000;
const REQUEST_CHARS = 4_000;
/** What Markdown could swallow or draw. */
const LETTER_BY_LETTER = /[[\]<>&$\\!]/;
const PLAIN_PATH = /^[\w@./+-]{1,200}$/;

export interface Adopted {
  readonly words: string;
  /** true when content was left out that readers of the page do not see */
  readonly hidden: boolean;
}

export interface PlanFacts {
  readonly plan: Plan;
  readonly hash: string;
  readonly requester: string;
  /** the words of somebody who may not write, as they were read; null when everybody's words may be acted upon */
  readonly adopted: Adopted | null;
  readonly revision: number;
}

/** @returns the mark by which the comment is found again */
export function planMarker(hash: string): string {
  return `<!-- orion:plan=${hash} -->`;
}

/** @returns what keeps people from seeing the whole plan; null when nothing does */
export function unseenParts(plan: Plan): string | null {
  const words = wordsOf(plan);
  const long = words.find((text) => text.length > MOST_CHARS);
  if (long !== undefined)
    return `a person must read and approve this plan: at most ${MOST_CHARS} characters in each of its texts, but one is longer and begins "${long.slice(0, 60)}"`;
  if (words.some((text) => stripInvisible(text).hidden))
    return "a person must read and approve this plan, and it holds characters that nobody sees; write it without them";
  return null;
}

function wordsOf(plan: Plan): readonly string[] {
  const { title, goal, files, modules, later, risks, outOfScope, verificationReason = "" } = plan;
  const questions = plan.questions.flatMap((one) => [one.text, one.default]);
  return [title, goal, verificationReason, ...plan.criteria.map(({ text }) => text), ...files, ...modules]
    .concat(later, risks, outOfScope)
    .concat(questions);
}

/** @returns Markdown; what a person is to do about it is not in it */
export function planComment(facts: PlanFacts): string {
  const { plan, hash, requester, revision } = facts;
  return [
    planMarker(hash),
    `### Plan${revision === 1 ? "" : `, version ${revision}`} · ${shown(plan.title)}`,
    `@${requester} ${shown(plan.goal)}`,
    criteria(plan),
    facets(plan).join("\n"),
    ...questions(plan),
    ...adoptedPart(facts.adopted),
  ].join("\n\n");
}

/** @returns what lets work begin, and how to change the plan */
export function whatToType({ hash, must }: { readonly hash: string; readonly must: boolean }): string {
  const go = must ? "" : " or `/orion go`";
  return `\`/orion approve\`${go} lets me work on exactly this (\`${hash.slice(0, 10)}\`). An answer in an ordinary comment, or \`/orion plan <text>\`, makes me plan again; \`/orion stop\` ends it.`;
}

function criteria(plan: Plan): string {
  const lines = plan.criteria.map(
    ({ text, proof }, index) =>
      `${index + 1}. ${shown(text)}${proof === "test-first" ? "" : ` *(${proof.replace("-", " ")})*`}`,
  );
  return ["**Acceptance criteria**", "", ...lines].join("\n");
}

function facets(plan: Plan): readonly string[] {
  const { estimate } = plan;
  const list = (name: string, texts: readonly string[]): readonly string[] =>
    texts.length === 0 ? [] : [`- **${name}:** ${texts.map((text) => shown(text)).join("; ")}`];
  const spans = plan.files.map((file) => (PLAIN_PATH.test(file) ? codeSpan(file) : shown(file))).join(", ");
  return [
    ...(plan.files.length === 0 ? [] : [`- **Files:** ${spans}`]),
    ...list("New", plan.modules),
    `- **Migration:** ${plan.migration ? "yes, one that only adds" : "no"}`,
    ...list("Left for later", plan.later),
    ...list("Risks", plan.risks),
    ...list("Out of scope", plan.outOfScope),
    ...(needsTests(plan) ? [] : list("No new test", [plan.verificationReason ?? "existing tests must stay green"])),
    `- **Estimate:** ${estimate === undefined ? "none given" : `${estimate.turns} turns, $${estimate.usd.toFixed(2)}`}`,
  ];
}

function questions({ questions: asked }: Plan): readonly string[] {
  if (asked.length === 0) return [];
  const lines = asked.map((one, index) => `${index + 1}. ${shown(one.text)} Without an answer: ${shown(one.default)}`);
  return [["**Questions**", "", ...lines].join("\n")];
}

function adoptedPart(adopted: Adopted | null): readonly string[] {
  if (adopted === null) return [];
  const { words, hidden } = adopted;
  const cut = words.length > REQUEST_CHARS ? `${words.slice(0, REQUEST_CHARS)} …` : words;
  return [
    "The request is by somebody who may not write here. I planned from these words and from nothing written since; whoever works on it is given this plan and not them.",
    ...(hidden ? ["⚠️ It held content that readers of the page do not see; I have not read that."] : []),
    `<details><summary>the words I read</summary>\n\n${fenced(cut, "text")}\n\n</details>`,
  ];
}

/** Markdown where it is harmless, else letter by letter: nothing of a plan may go unseen. */
function shown(text: string): string {
  if (!LETTER_BY_LETTER.test(text)) return safe(text, MOST_CHARS);
  return quietLines(quietText(text.replace(/\s+/g, " ").trim().slice(0, MOST_CHARS)));
}
