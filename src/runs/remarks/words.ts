/** How remarks of people are put to an agent: as data, with who said it. Pure, and the same bytes each time. */
import { fence } from "../../agents/fence.ts";
import type { Remark } from "../../domain/ports/store/waiting-store.ts";
import type { Run } from "../../domain/task.ts";

/** Of all remarks an agent begins with, the newest. */
const SHOWN = 20;
const EARLIER =
  "People who may write here said earlier on this task, oldest first; it holds unless what is asked now says otherwise:";
const SINCE =
  "People who may write here have said since, oldest first; where it differs from the request, the newest counts:";

const WORKERS: readonly (readonly [string, string])[] = [
  ["plan", "Orion"],
  ["red", "Tara"],
  ["green", "Devon"],
  ["review", "the reviewer"],
];

/** @returns who speaks in a conversation, as people know them */
export function worker(thread: string): string {
  return WORKERS.find(([name]) => thread.startsWith(name))?.[1] ?? "Devon";
}

/** @returns one line for whoever is told that the work is done; "" when nothing came late */
export function lateLine(count: number, pullRequest: number): string {
  if (count === 0) return "";
  const [came, them] = count === 1 ? ["1 comment came", "it"] : [`${count} comments came`, "them"];
  return `${came} after the work was done: \`/orion fix\` on pull request #${pullRequest} takes ${them} up.`;
}

/** @returns the message an agent gets between two turns; no two remarks make the same */
export function remarkNote({ comment, person, text }: Remark, delimiter: string): string {
  return `${person.login}, who may write here, commented meanwhile (comment ${comment}). Follow it as far as the request and your task allow:\n${fence(text, delimiter, "comment")}`;
}

/**
 * @param run what it was asked for came between the remarks before it and those since
 * @returns what stands at the end of a brief; "" when nobody said anything
 */
export function remarksPart(
  remarks: readonly Remark[],
  delimiter: string,
  run: Pick<Run, "kind" | "createdAt">,
): string {
  const recent = remarks.slice(-SHOWN);
  const group = (head: string, those: readonly Remark[]): readonly string[] =>
    those.length === 0 ? [] : [head, ...those.map((remark) => spoken(remark, delimiter))];
  // a first run that is started again was asked for no later than they were made
  const isEarlier = ({ at }: Remark): boolean => run.kind !== "first" && at < run.createdAt;
  return [
    ...group(EARLIER, recent.filter(isEarlier)),
    ...group(
      SINCE,
      recent.filter((remark) => !isEarlier(remark)),
    ),
  ].join("\n\n");
}

function spoken({ person, text }: Remark, delimiter: string): string {
  return `${person.login}:\n${fence(text, delimiter, "comment")}`;
}
