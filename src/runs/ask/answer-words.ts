/** What the answer to a question looks like, and which references may stand in it. Pure. */
import type { AskFinish } from "../../agents/roles.ts";
import type { TreeEntry } from "../../domain/ports/git-port.ts";
import { neutralise } from "../../policy/neutralise.ts";
import { codeSpan } from "../words/safe.ts";

/** A place in the commit that was read; line 0 stands for the whole file. */
export interface Reference {
  readonly file: string;
  readonly line: number;
}

/** @returns the references, each once, in the order they were given */
export function referencesOf({ references }: AskFinish): readonly Reference[] {
  const all = references.map(({ file, line }) => ({ file: file.replace(/^\.?\//, ""), line: line ?? 0 }));
  return all.filter(
    (one, index) => all.findIndex((other) => other.file === one.file && other.line === one.line) === index,
  );
}

/**
 * @param tree every file of the commit
 * @param lines how many lines each referenced file has
 * @returns why the references do not hold; null when they do
 */
export function judgeReferences(
  references: readonly Reference[],
  tree: readonly Pick<TreeEntry, "path">[],
  lines: ReadonlyMap<string, number>,
): string | null {
  const paths = new Set(tree.map((entry) => entry.path));
  const faults = references.flatMap(({ file, line }) => {
    if (!paths.has(file)) return [`the commit has no file ${file}`];
    const count = lines.get(file) ?? 0;
    return line > count ? [`${file} has ${count} lines, not ${line}`] : [];
  });
  return faults.length === 0 ? null : `${faults.join("; ")}. Name only files and lines that you read.`;
}

export interface AnswerFacts {
  readonly login: string;
  readonly answer: string;
  readonly references: readonly Reference[];
  readonly commit: string;
  /** web address of the repository, without a slash at its end */
  readonly repositoryUrl: string;
}

/** @returns Markdown, safe to post once secrets are taken out */
export function answerComment({ login, answer, references, commit, repositoryUrl }: AnswerFacts): string {
  const places = references.map(({ file, line }) => {
    const path = file.split("/").map(encodeURIComponent).join("/");
    const anchor = line === 0 ? "" : `#L${line}`;
    return `- [${codeSpan(line === 0 ? file : `${file}:${line}`)}](${repositoryUrl}/blob/${commit}/${path}${anchor})`;
  });
  const seen = places.length === 0 ? [] : [[`Seen in \`${commit.slice(0, 7)}\`:`, ...places].join("\n")];
  return [`@${login}`, neutralise(answer, { repositoryUrl }), ...seen].join("\n\n");
}
