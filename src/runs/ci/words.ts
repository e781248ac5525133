/**
 * What is said of the repository's CI, and what an agent is told of a failure.
 * The checks' own words are a stranger's: visible text only, cut, in no comment. Pure.
 */
import type { CiCheck, CiWords } from "../../domain/ports/ci-port.ts";
import type { Task } from "../../domain/task.ts";
import type { CiCause } from "../../policy/ci/judge-failure.ts";
import { visibleText } from "../../policy/markdown.ts";
import { stripInvisible, visibleLine } from "../../policy/words/characters.ts";
import { counted } from "../../policy/words/counted.ts";
import { codeSpan } from "../words/safe.ts";
import { MOST_ROUNDS } from "./cause.ts";
import type { CiNote } from "./note.ts";

const MOST_NAMED = 5;
const MOST_CHECKS = 8;
const MOST_ANNOTATIONS = 20;
const WORDS_CHARS = 2_000;
const LOG_CHARS = 8_000;
const TEXT_CHARS = 24_000;

export interface Failure {
  readonly commit: string;
  readonly pullRequest: number;
  readonly failed: readonly { readonly check: CiCheck; readonly words: CiWords }[];
}

type Said = Omit<CiNote, "pushedSha">;

function at(commit: string): string {
  return `\`${commit.slice(0, 7)}\``;
}

/** @returns names of checks as code, a few of them */
export function namesOf(checks: readonly Pick<CiCheck, "name">[]): string {
  const names = [...new Set(checks.map(({ name }) => codeSpan(name.slice(0, 60))))];
  const rest = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

export function passed(commit: string, checks: number): Said {
  return {
    commit,
    passes: true,
    text: `The repository's CI passes on ${at(commit)} (${counted(checks, "check")})`,
    needsYou: null,
  };
}

export function looking(commit: string, failed: readonly CiCheck[]): Said {
  const text = `The repository's CI failed on ${at(commit)} (${namesOf(failed)}); I run the tests here and on the base to see whose doing it is`;
  return { commit, passes: false, text, needsYou: null };
}

/** What became of a failure that starts no work. @param asked whether the checks were asked for again */
export function noRound(
  cause: Exclude<CiCause, "ours" | "unseen">,
  { commit, failed, asked }: { readonly commit: string; readonly failed: readonly CiCheck[]; readonly asked: boolean },
): Said {
  const what = `The repository's CI failed on ${at(commit)} (${namesOf(failed)})`;
  switch (cause) {
    case "base":
      return said(commit, `${what}, as it does on the base without this change: not mended here`, null);
    case "flake":
      return said(
        commit,
        `${what}, but what it names passes here on this commit and on its base: it looks like chance, so nothing was changed${asked ? ", and I asked for it again" : ""}`,
        asked ? null : "run the failed checks again on the pull request",
      );
    case "stubborn":
      return said(
        commit,
        `${what} a second time, and it could not be reproduced here: nothing was changed`,
        "look at the failed checks; `/orion fix <what>` has me change something",
      );
  }
}

export function round(commit: string, failed: readonly CiCheck[], number: number): Said {
  const text = `The repository's CI failed on ${at(commit)} (${namesOf(failed)}); I mend it, round ${number} of ${MOST_ROUNDS}`;
  return said(commit, text, null);
}

export function spent(commit: string, failed: readonly CiCheck[]): Said {
  const text = `The repository's CI failed on ${at(commit)} (${namesOf(failed)}); I mended it ${MOST_ROUNDS} times by myself and stop here`;
  return said(commit, text, "look at the failed checks; `/orion fix <what>` has me go on");
}

/** @param login of whoever asked for the work */
export function notPermitted(commit: string, failed: readonly CiCheck[], login: string): Said {
  const text = `The repository's CI failed on ${at(commit)} (${namesOf(failed)}); ${login}, for whom I worked, may no longer write here, so I change nothing`;
  return said(commit, text, "somebody who may write asks with `/orion fix <what>`");
}

export function notJudged(commit: string, code: string): Said {
  const text = `The repository's CI failed on ${at(commit)}; I could not find out why (\`${code}\`)`;
  return said(commit, text, "look at the failed checks; `/orion fix <what>` has me change something");
}

function said(commit: string, text: string, needsYou: string | null): Said {
  return { commit, passes: false, text, needsYou };
}

/** The comment that ends the automatic rounds of a pull request. */
export function spentComment(task: Task, commit: string, failed: readonly CiCheck[]): string {
  return `@${task.requester.login} The repository's CI fails on ${at(commit)}: ${namesOf(failed)}. I mended it ${MOST_ROUNDS} times by myself and stop here, so that this does not go round in circles. Look at the failed checks; \`/orion fix <what>\` has me go on.`;
}

/** What the round is about, for the agents: every word but the frame is a stranger's. */
export function ciText(commit: string, failed: Failure["failed"]): string {
  const parts = failed.slice(0, MOST_CHECKS).map(({ check, words }) => checkText(check, words));
  const rest = failed.length - MOST_CHECKS;
  const more = rest > 0 ? `\n\nand ${rest} more failed checks` : "";
  return `${`CI failed on ${commit}.\n\n${parts.join("\n\n")}`.slice(0, TEXT_CHARS)}${more}`;
}

function checkText(check: CiCheck, words: CiWords): string {
  const marks = words.annotations.slice(0, MOST_ANNOTATIONS).map(({ path, line, message }) => {
    return `- ${visibleLine(path).text}:${line}: ${visibleLine(message).text.slice(0, 300)}`;
  });
  const log = words.log === null ? "" : stripInvisible(plain(words.log)).text.trim().slice(-LOG_CHARS);
  return [
    `Failed check: ${visibleLine(check.name).text.slice(0, 100)}`,
    visibleLine(words.title).text.slice(0, 300),
    visibleText(words.summary).text.slice(0, WORDS_CHARS),
    visibleText(words.text).text.slice(0, WORDS_CHARS),
    marks.join("\n"),
    log === "" ? "" : `The end of its log:\n${log}`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** Colours, and the time in front of each line. */
export function plain(log: string): string {
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");
  return log.replace(colours, "").replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /gm, "");
}
