/**
 * Judges what a change does to one folder of migrations: the files themselves
 * against the branch they go to, and the statements of those that are new.
 */
import { verdictOf } from "../judge.ts";
import { type FileFinding, type Hashes, judgeFiles, toJudge } from "./base-rules.ts";
import type { TouchedFolder } from "./discover.ts";
import { type FileVerdict, judgeFolder } from "./folder.ts";

/**
 * @param tip the folder as the target branch has it now; `base` is where the change began
 * @param texts every file of the changed folder
 */
export function judgeChange(
  { base, head }: Pick<TouchedFolder, "base" | "head">,
  tip: Hashes,
  texts: ReadonlyMap<string, string>,
): readonly FileVerdict[] {
  const { files } = judgeFolder(texts, new Set(toJudge(base, head)));
  // what the branch gained since the change began was not removed by it
  const late = judgeFiles(tip, head).filter(({ finding }) => finding.rule === "out-of-order");
  const own = judgeFiles(base, head).filter(({ finding }) => finding.rule !== "out-of-order");
  return withFileFindings(files, [...own, ...late.filter(({ file }) => !base.has(file))]);
}

/** Puts what is wrong with a file itself before what its statements do. */
export function withFileFindings(
  files: readonly FileVerdict[],
  findings: readonly FileFinding[],
): readonly FileVerdict[] {
  const names = [...new Set([...files.map(({ file }) => file), ...findings.map(({ file }) => file)])];
  return names.map((file) => {
    const own = files.find((each) => each.file === file)?.verdict;
    const more = findings.filter((each) => each.file === file).map(({ finding }) => finding);
    return { file, verdict: verdictOf([...more, ...(own?.findings ?? []), ...(own?.notes ?? [])]) };
  });
}
