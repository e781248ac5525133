/** Repositories and the tasks in them. */
import type { Store, TaskPatch } from "../../domain/ports/store-port.ts";
import type { Database } from "../database.ts";
import type { Prisma } from "../generated/client.ts";
import { isDuplicate } from "../store-error.ts";
import { repositoryFrom, taskFrom } from "./rows.ts";
import { documentOrNull, storable } from "./values.ts";

type TaskMethods =
  | "saveRepository"
  | "repository"
  | "openTask"
  | "task"
  | "taskByIssue"
  | "taskByPullRequest"
  | "taskByBranch"
  | "proposedTasks"
  | "reserveBranch"
  | "updateTask";

export function taskMethods(database: Database): Pick<Store, TaskMethods> {
  return {
    ...repositoryMethods(database),

    openTask: async (task) => {
      const { repositoryId, issueNumber, requester, budgetUsd } = task;
      const data = {
        repositoryId: BigInt(repositoryId),
        issueNumber,
        title: storable(task.title),
        request: storable(task.request),
        requesterId: BigInt(requester.id),
        requesterLogin: requester.login,
        budgetUsd,
        adopted: task.adopted ?? false,
      };
      // of two openers at once one inserts; both then read the same row
      await database.task.createMany({ data: [data], skipDuplicates: true });
      return taskFrom(await database.task.findUniqueOrThrow({ where: byIssue(repositoryId, issueNumber) }));
    },

    task: async (id) => {
      const row = await database.task.findUnique({ where: { id } });
      return row && taskFrom(row);
    },

    taskByIssue: async (repositoryId, issueNumber) => {
      const row = await database.task.findUnique({ where: byIssue(repositoryId, issueNumber) });
      return row && taskFrom(row);
    },

    taskByPullRequest: async (repositoryId, pullRequest) => {
      const row = await database.task.findFirst({ where: { repositoryId: BigInt(repositoryId), pullRequest } });
      return row && taskFrom(row);
    },

    taskByBranch: async (repositoryId, branch) => {
      const row = await database.task.findFirst({ where: { repositoryId: BigInt(repositoryId), branch } });
      return row && taskFrom(row);
    },

    proposedTasks: async (repositoryId) => {
      const where = { repositoryId: BigInt(repositoryId), status: "proposed", pullRequest: { not: null } };
      return (await database.task.findMany({ where, orderBy: { createdAt: "asc" } })).map(taskFrom);
    },

    reserveBranch: async (id, branch) => {
      try {
        await database.task.update({ where: { id }, data: { branch } });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    updateTask: async (id, patch) => taskFrom(await database.task.update({ where: { id }, data: taskData(patch) })),
  };
}

function repositoryMethods(database: Database): Pick<Store, "saveRepository" | "repository"> {
  return {
    saveRepository: async (repository, account) => {
      const id = BigInt(repository.id);
      const installationId = BigInt(repository.installationId);
      const { owner, name } = repository;
      // both are single statements with ON CONFLICT; an installation without repositories does no harm
      await database.installation.upsert({
        where: { id: installationId },
        create: { id: installationId, account },
        update: { account },
      });
      await database.repository.upsert({
        where: { id },
        create: { id, installationId, owner, name },
        update: { installationId, owner, name },
      });
    },

    repository: async (id) => {
      const row = await database.repository.findUnique({ where: { id: BigInt(id) } });
      return row && repositoryFrom(row);
    },
  };
}

function byIssue(repositoryId: number, issueNumber: number) {
  return { repositoryId_issueNumber: { repositoryId: BigInt(repositoryId), issueNumber } };
}

function taskData({ plan, title, request, requester, budget, ...columns }: TaskPatch): Prisma.TaskUpdateInput {
  return {
    ...columns,
    ...(plan !== undefined && { plan: documentOrNull(plan) }),
    ...(budget !== undefined && { budgetUsd: budget.usd, budgetBy: budget.by }),
    ...(title !== undefined && { title: storable(title) }),
    ...(request !== undefined && { request: storable(request) }),
    ...(requester !== undefined && { requesterId: BigInt(requester.id), requesterLogin: requester.login }),
  };
}
