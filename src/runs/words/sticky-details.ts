/** What the living comment folds away: the plan as far as it fits, and what happened last. Pure. */
import type { Plan } from "../../domain/plan.ts";
import type { Run, RunEvent, Task } from "../../domain/task.ts";
import { codeSpan, safe } from "./safe.ts";

const SHOWN_EVENTS = 20;

/**
 * @param room characters there are for it: events first, then as much of the plan as fits
 */
export function details(
  { task, run, events }: { readonly task: Task; readonly run: Run; readonly events: readonly RunEvent[] },
  room: number,
): string {
  const plan = run.kind === "rebase" ? task.plan : (run.plan ?? task.plan);
  const open = "<details><summary>acceptance criteria · files · last events</summary>";
  const lines = events
    .slice(-SHOWN_EVENTS)
    .map((event) => `- ${event.at.toISOString().slice(11, 19)} ${safe(event.text, 200)}`)
    .join("\n");
  const close = "</details>";
  const left = room - [open, lines, WHO, close, LEFT_OUT].join("\n\n").length - SEPARATORS;
  const told = lines === "" ? "" : `**Last events** (UTC)\n\n${lines}`;
  const parts = [open, plan === null ? "" : fitting(planLines(plan), left), told, WHO, close];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Headings and blank lines between what is measured alone. */
const SEPARATORS = 60;
const WHO = "*Tara writes the tests, Devon the code; the host, no model, runs both.*";
const LEFT_OUT = "*(the rest of the plan is on the run page)*";

/** Whole lines only: half a line could open what nothing closes. */
function fitting(lines: readonly string[], room: number): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > room) return [...kept, "", LEFT_OUT].join("\n");
    kept.push(line);
  }
  return kept.join("\n");
}

function planLines(plan: Plan): readonly string[] {
  return [
    safe(plan.goal),
    "",
    ...plan.criteria.map((criterion, index) => `${index + 1}. ${safe(criterion.text)}`),
    "",
    ...(plan.questions.length === 0
      ? []
      : [
          "Questions, and what I take without an answer:",
          "",
          ...plan.questions.map((one) => `- ${safe(one.text)} → ${safe(one.default)}`),
          "",
        ]),
    ...(plan.files.length === 0 ? [] : ["**Files**", "", ...plan.files.map((file) => `- ${codeSpan(file)}`)]),
  ];
}
