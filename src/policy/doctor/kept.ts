/**
 * What the last round found, as it is kept, and what of it is said where: to the
 * people of a repository what they can mend, to everybody only how many. Pure.
 */
import { z } from "zod";
import { quietText } from "../words/quiet.ts";
import type { Finding } from "./findings.ts";

/** Name of the setting that holds the last round. */
export const KEPT_AS = "doctor.findings";

/** Rounds are an hour apart; what is older than a few of them is no news. */
const STALE_MS = 3 * 3_600_000;

const keptSchema = z.object({
  /** ms since 1970 */
  at: z.number(),
  findings: z.array(
    z.object({
      what: z.string(),
      well: z.boolean(),
      says: z.string(),
      remedy: z.string().nullable(),
      repositories: z.array(z.number()).optional(),
    }),
  ),
});

/**
 * @param kept the setting as it is stored; null when there was no round yet
 * @param repositoryId whose people read it
 * @returns one line a finding that they can mend, with the remedy; [] when there is none or it is old
 */
export function doctorLines(kept: unknown, repositoryId: number, nowMs: number): readonly string[] {
  const round = freshRound(kept, nowMs);
  if (round === null) return [];
  return round.findings
    .filter(({ well, repositories }) => !well && repositories?.includes(repositoryId) === true)
    .map(({ what, says, remedy }) => {
      const words = `${what}: ${says}${remedy === null ? "" : `. ${remedy}`}`.replace(/\s+/g, " ");
      return `⚠️ ${quietText(words)} (seen ${timeOf(round.at)})`;
    });
}

/** @returns one line for a page that anybody may read: how many, and never what; null when nothing is known */
export function doctorSummary(kept: unknown, nowMs: number): string | null {
  const round = freshRound(kept, nowMs);
  if (round === null) return null;
  const ill = round.findings.filter(({ well }) => !well).length;
  const says = ill === 0 ? "all is well" : `${ill} of ${round.findings.length} need somebody; npm run doctor says what`;
  return `Doctor, ${timeOf(round.at)}: ${says}`;
}

/** @returns a line for the operator for each finding that is ill now and was not, or said something else */
export function newlyIll(kept: unknown, findings: readonly Finding[]): readonly string[] {
  const before = new Set((keptSchema.safeParse(kept).data?.findings ?? []).map(lineOf));
  return findings
    .filter(({ well }) => !well)
    .map(lineOf)
    .filter((line) => !before.has(line));
}

function lineOf({ what, says, remedy }: Pick<Finding, "what" | "says" | "remedy">): string {
  return `${what}: ${says}${remedy === null ? "" : ` (${remedy.replace(/\s+/g, " ")})`}`;
}

function freshRound(kept: unknown, nowMs: number): z.output<typeof keptSchema> | null {
  const parsed = keptSchema.safeParse(kept);
  return parsed.success && nowMs - parsed.data.at < STALE_MS ? parsed.data : null;
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
