/** Who commits and what the message says. Pure. */
import type { Run, Task } from "../../domain/task.ts";

export const TARA = { name: "Tara (CodeMaestro)", email: "tara@codemaestro.invalid" } as const;
export const DEVON = { name: "Devon (CodeMaestro)", email: "devon@codemaestro.invalid" } as const;

const SUBJECT_MAX = 100;

/**
 * @param facts.kind conventional commit type, e.g. `test`, `feat`
 * @returns subject, why, and trailers that name the requester and the task
 */
export function commitMessage(facts: {
  readonly kind: string;
  readonly title: string;
  readonly task: Task;
  readonly run: Run;
}): string {
  const { kind, title, task, run } = facts;
  // a commit that reaches the default branch closes what its subject says it closes, and calls whom it names
  const subject = `${kind}: ${title}`
    .replace(/\s+/g, " ")
    .replace(/#(?=\d)|@/g, "")
    .slice(0, SUBJECT_MAX);
  const person = run.requestedBy;
  return [
    subject,
    "",
    `Asked for in #${task.issueNumber}.`,
    "",
    `Co-authored-by: ${person.login} <${person.id}+${person.login}@users.noreply.github.com>`,
    `Orion-Task: ${task.id}`,
    "",
  ].join("\n");
}
