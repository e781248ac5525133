/** Why work ended, in words for people who have never read our codes. Pure. */

const REASONS: Readonly<Record<string, string>> = {
  ROUNDS_SPENT: "three rounds did not make it right",
  FINISH_REFUSED: "what was handed in was refused too often",
  AGENT_STUCK: "nothing came of it any more",
  LIMIT_USD: "what this task may cost is spent",
  LIMIT_TURNS: "it took more turns than one agent may take",
  LIMIT_MINUTES: "it took longer than one agent may take",
  DEFAULT_BRANCH_UNPROTECTED: "the default branch is not protected",
  NOT_PERMITTED: "that takes a role which somebody here does not have",
  NEEDS_A_PERSON: "a person has to decide",
  PEOPLE_UNDONE: "it would undo what people wrote",
  SECRET_IN_CHANGE: "the change holds what looks like a secret",
  PULL_CLOSED: "the pull request is closed",
  PULL_MERGED: "the pull request is merged already",
  BRANCH_GONE: "the branch is gone",
  BRANCH_MOVED: "people pushed to the branch meanwhile",
  SETUP_FAILED: "what the repository needs could not be installed",
  TEST_COMMAND_UNKNOWN: "I do not know how its tests are run",
  TEST_REPORT_MISSING: "its tests left no report",
  TEST_REPORT_UNREADABLE: "the report of its tests cannot be read",
  MODEL_REFUSED: "the model's server did not take what I asked",
  MODEL_UNREACHABLE: "the model does not answer",
  MODEL_IDLE: "the model fell silent",
  DOCKER_UNREACHABLE: "there is no sandbox to work in",
  IMAGE_MISSING: "there is no sandbox to work in",
  RUN_UNLUCKY: "try after try broke off",
};

/** What is wrong is with the machines of whoever runs this Orion, not with words or code. */
const OPERATORS: readonly string[] = [
  ...["MODEL_REFUSED", "MODEL_UNREACHABLE", "MODEL_IDLE", "DOCKER_UNREACHABLE", "IMAGE_MISSING", "RUN_UNLUCKY"],
  "UNEXPECTED",
];

/** Where a better request may help. */
const OF_THE_WORDS: readonly string[] = [
  ...["ROUNDS_SPENT", "FINISH_REFUSED", "AGENT_STUCK", "LIMIT_USD", "LIMIT_TURNS", "LIMIT_MINUTES"],
  ...["SECRET_IN_CHANGE", "PEOPLE_UNDONE"],
];

/** @returns one clause; null for a code that has none */
export function reasonOf(code: string): string | null {
  return REASONS[code] ?? null;
}

/** @returns true when only the operator can mend it */
export function isOperators(code: string): boolean {
  return OPERATORS.includes(code);
}

/** @returns true when the same asked for in other words may come out better */
export function isOfTheWords(code: string): boolean {
  return OF_THE_WORDS.includes(code);
}

/** @returns the reason without the code that errors begin with */
export function withoutCode(because: string, code: string): string {
  return because.startsWith(`${code}: `) ? because.slice(code.length + 2) : because;
}

/** Of one line in a code block, which does not wrap by itself. */
const LINE_CHARS = 92;

/** Breaks long lines at spaces; what has none stays whole. */
export function wrapped(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      if (line.length <= LINE_CHARS) return line;
      const lines = [""];
      for (const word of line.split(/(?<=\s)(?=\S)/)) {
        const last = lines.at(-1) ?? "";
        if (last !== "" && last.length + word.trimEnd().length > LINE_CHARS) lines.push(word);
        else lines[lines.length - 1] = last + word;
      }
      return lines.map((one) => one.trimEnd()).join("\n");
    })
    .join("\n");
}
