/**
 * A job of the queue `runs` is a turn of its task, not of one run: whichever job
 * comes first conducts the oldest run that is due. So a later run never passes
 * an earlier one that waits for its retry. This file only looks.
 */
import type { Database } from "../database.ts";
import type { RunJob } from "./queues.ts";

const ENDED = ["done", "failed", "stopped"];

/** @returns the id of the run to conduct; null when there is nothing left to do */
export async function runOfTurn(database: Database, { taskId, runId, aside }: RunJob): Promise<string | null> {
  const due =
    aside === true
      ? null
      : await database.run.findFirst({
          where: { taskId, kind: { not: "ask" }, status: { in: ["queued", "running"] } },
          orderBy: { ordinal: "asc" },
          select: { id: true },
        });
  if (due !== null) return due.id;
  // its own run may wait for a person, and its handler have failed only after that was stored
  const own = await database.run.findFirst({ where: { id: runId, status: { notIn: ENDED } }, select: { id: true } });
  return own === null ? null : own.id;
}
