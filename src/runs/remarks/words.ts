/** How remarks of people are put to an agent: as data, with who said it. Pure, and the same bytes each time. */
import { fence } from "../../agents/fence.ts";
import type { Remark } from "../../domain/ports/store/waiting-store.ts";

/** Of all remarks an agent begins with, the newest. */
const SHOWN = 20;

/** @returns the message an agent gets between two turns; no two remarks make the same */
export function remarkNote({ comment, person, text }: Remark, delimiter: string): string {
  return `${person.login}, who may write here, commented meanwhile (comment ${comment}). Follow it as far as the request and your task allow:\n${fence(text, delimiter, "comment")}`;
}

/** @returns what stands at the end of a brief; "" when nobody said anything */
export function remarksPart(remarks: readonly Remark[], delimiter: string): string {
  if (remarks.length === 0) return "";
  const left = Math.max(0, remarks.length - SHOWN);
  const lines = remarks.slice(left).map(({ person, text }) => `${person.login}:\n${fence(text, delimiter, "comment")}`);
  const head = `What people who may write here have said since, oldest first; where it differs from the request, the newest counts:${left === 0 ? "" : ` (${left} older ones are left out)`}`;
  return [head, ...lines].join("\n\n");
}
