/**
 * Rows as the database has them → nouns as the domain has them. Ids of GitHub
 * become numbers (they stay far below 2^53), plans get the defaults they lack.
 */
import type { FeatureRef } from "../../domain/feature-ref.ts";
import { type Plan, planSchema } from "../../domain/plan.ts";
import type { ActionCall } from "../../domain/ports/model-port.ts";
import type { Remark } from "../../domain/ports/store/waiting-store.ts";
import type { StepRecord, TurnRecord } from "../../domain/ports/store-port.ts";
import type { Stage } from "../../domain/stages.ts";
import type {
  Point,
  Repository,
  Run,
  RunEvent,
  RunKind,
  RunStatus,
  Subject,
  Task,
  TaskStatus,
} from "../../domain/task.ts";
import type { Prisma } from "../generated/client.ts";

type Row<Model extends keyof Prisma.TypeMap["model"]> = Prisma.TypeMap["model"][Model]["payload"]["scalars"];

function planFrom(column: unknown): Plan | null {
  return column === null ? null : planSchema.parse(column);
}

export function repositoryFrom(row: Row<"Repository">): Repository {
  return { id: Number(row.id), installationId: Number(row.installationId), owner: row.owner, name: row.name };
}

export function taskFrom(row: Row<"Task">): Task {
  return {
    id: row.id,
    repositoryId: Number(row.repositoryId),
    issueNumber: row.issueNumber,
    title: row.title,
    request: row.request,
    requester: { id: Number(row.requesterId), login: row.requesterLogin },
    status: row.status as TaskStatus,
    baseBranch: row.baseBranch,
    branch: row.branch as FeatureRef | null,
    pushedSha: row.pushedSha,
    pullRequest: row.pullRequest,
    plan: planFrom(row.plan),
    budgetUsd: row.budgetUsd,
    budgetBy: row.budgetBy,
    adopted: row.adopted,
    createdAt: row.createdAt,
  };
}

export function runFrom(row: Row<"Run">): Run {
  return {
    id: row.id,
    taskId: row.taskId,
    ordinal: row.ordinal,
    // a newer release may have written another, see runs/newer-kind.ts
    kind: row.kind as RunKind,
    cause: row.cause,
    status: row.status as RunStatus,
    waitsFor: row.waitsFor as Run["waitsFor"],
    approval: row.approval as Run["approval"],
    planShown: row.planShown as Run["planShown"],
    stopBy: row.stopBy,
    stage: row.stage as Stage,
    round: row.round,
    attempt: row.attempt,
    text: row.text,
    points: (row.points ?? []) as unknown as readonly Point[],
    subject: { kind: row.subjectKind as Subject["kind"], id: Number(row.subjectId) },
    requestedBy: { id: Number(row.requestedById), login: row.requestedByLogin },
    place: row.place,
    continues: row.continuesId,
    textBy: row.textById === null ? null : { id: Number(row.textById), login: row.textByLogin ?? "" },
    plan: planFrom(row.plan),
    baseSha: row.baseSha,
    headSha: row.headSha,
    failure: row.failureCode === null ? null : { code: row.failureCode, because: row.failureBecause ?? "" },
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}

export function remarkFrom({ id, commentId, personId, login, text, createdAt, takenAt }: Row<"Remark">): Remark {
  const person = { id: Number(personId), login };
  return { id, comment: Number(commentId), person, text, at: createdAt, taken: takenAt !== null };
}

export function stepFrom(row: Row<"Step">): StepRecord {
  const { scope, key, result, createdAt } = row;
  return { scope, key, state: row.state as StepRecord["state"], result, createdAt };
}

export function eventFrom(row: Row<"Event">): RunEvent {
  const { taskId, runId, kind, text, at } = row;
  return { taskId, runId, kind, text, at, ...(row.data === null ? {} : { data: row.data }) };
}

export function turnFrom(row: Row<"Turn">): TurnRecord {
  return {
    runId: row.runId,
    role: row.role,
    thread: row.thread,
    ordinal: row.ordinal,
    text: row.text,
    calls: row.calls as unknown as readonly ActionCall[],
    raw: row.raw,
    results: row.results as readonly string[] | null,
    notes: row.notes as readonly string[],
    usage: { inputTokens: row.inputTokens, cachedTokens: row.cachedTokens, outputTokens: row.outputTokens },
    costUsd: row.costUsd,
    model: row.model,
  };
}
