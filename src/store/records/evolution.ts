/** Incarnations, the marks they leave on the memory, and deploys. Hashes are made in PostgreSQL, row by row. */
import type {
  Deploy,
  DeployState,
  EvolutionStore,
  Incarnation,
  MemoryVerdict,
} from "../../domain/ports/store/evolution-store.ts";
import type { Database, Transaction } from "../database.ts";
import { Prisma } from "../generated/client.ts";
import type { Sender } from "../queue/sender.ts";
import { predecessorOf } from "./predecessor.ts";
import { document, documentOrNull, storable } from "./values.ts";

/**
 * What of the memory never changes once it is written, as SQL: an id, and the
 * columns that must stay. What a person had forgotten is left out: its loss is wanted.
 */
const KINDS: Readonly<Record<string, { readonly rows: string }>> = {
  tasks: { rows: `SELECT id, concat_ws('|', "repositoryId", "issueNumber", "createdAt") AS words FROM "Task"` },
  runs: {
    rows: `SELECT id, concat_ws('|', "taskId", ordinal, kind, cause, text, "requestedById", "createdAt") AS words FROM "Run"`,
  },
  evidence: { rows: `SELECT "runId" AS id, concat_ws('|', document::text, "createdAt") AS words FROM "Evidence"` },
  user_context: {
    rows: `SELECT id, concat_ws('|', "installationId", "personId", number, kind, text, source, "createdAt") AS words
           FROM "UserContext" WHERE "forgottenAt" IS NULL`,
  },
  facts: {
    rows: `SELECT id, concat_ws('|', "repositoryId", number, kind, text, path, quote, source, "createdAt") AS words
           FROM "RepositoryFact" WHERE "forgottenAt" IS NULL`,
  },
};

/** Rows that were marked and have since been forgotten on purpose. */
const FORGOTTEN = `SELECT id FROM "UserContext" WHERE "forgottenAt" IS NOT NULL
                   UNION ALL SELECT id FROM "RepositoryFact" WHERE "forgottenAt" IS NOT NULL`;

/** Boots that are looked at for the one before. */
const LOOKED_AT = 500;

export function evolutionMethods(database: Database, sender: Sender): EvolutionStore {
  return { ...incarnationMethods(database), ...deployMethods(database, sender) };
}

type IncarnationMethods =
  | "beginIncarnation"
  | "readyIncarnation"
  | "endIncarnation"
  | "incarnation"
  | "readyIncarnationOf"
  | "newestIncarnation"
  | "readyIncarnations"
  | "markMemory";

function incarnationMethods(database: Database): Pick<EvolutionStore, IncarnationMethods> {
  const newest = { bootedAt: "desc" } as const;
  return {
    beginIncarnation: ({ tools, ...facts }) =>
      database.$transaction(async (tx) => {
        const where = { readyAt: { not: null } };
        const boots = await tx.incarnation.findMany({ where, orderBy: newest, take: LOOKED_AT });
        const previousId = predecessorOf(facts, boots);
        const memory = await compare(tx, await markedBy(tx, previousId));
        const data = { ...facts, tools: document(tools), previousId };
        return incarnationFrom(await tx.incarnation.create({ data: { ...data, memory: documentOrNull(memory) } }));
      }),

    readyIncarnation: async (id) => {
      await database.incarnation.updateMany({ where: { id, readyAt: null }, data: { readyAt: new Date() } });
    },

    endIncarnation: async (id) => {
      await database.incarnation.updateMany({ where: { id }, data: { stoppedAt: new Date() } });
    },

    incarnation: async (id) => {
      const row = await database.incarnation.findUnique({ where: { id } });
      return row && incarnationFrom(row);
    },

    readyIncarnationOf: async (commit) => {
      // the first one compared the memory with what the version before had marked
      const where = { commit, readyAt: { not: null } };
      const row = await database.incarnation.findFirst({ where, orderBy: { bootedAt: "asc" } });
      return row && incarnationFrom(row);
    },

    newestIncarnation: async () => {
      const row = await database.incarnation.findFirst({ where: { readyAt: { not: null } }, orderBy: newest });
      return row && incarnationFrom(row);
    },

    readyIncarnations: async (last) => {
      const where = { readyAt: { not: null } };
      return (await database.incarnation.findMany({ where, orderBy: newest, take: last })).map(incarnationFrom);
    },

    markMemory: (id) =>
      database.$transaction(async (tx) => {
        // whoever marks holds the row: two at once would each find the other's marks
        await tx.$queryRaw`SELECT id FROM "Incarnation" WHERE id = ${id} FOR UPDATE`;
        await tx.memoryMark.deleteMany({ where: { incarnationId: id } });
        for (const [kind, { rows }] of Object.entries(KINDS)) {
          await tx.$executeRaw`INSERT INTO "MemoryMark" ("incarnationId", kind, "rowId", hash)
            SELECT ${id}, ${kind}, id, md5(words) FROM (${Prisma.raw(rows)}) AS marked`;
        }
        // what those before it had marked has been compared when it booted
        await tx.$executeRaw`DELETE FROM "MemoryMark" USING "Incarnation" AS other, "Incarnation" AS mine
          WHERE mine.id = ${id} AND other.id = "MemoryMark"."incarnationId" AND other."bootedAt" < mine."bootedAt"`;
      }),
  };
}

/** @returns whose marks tell how the memory was: the one before, else whoever marked last */
async function markedBy(tx: Transaction, previousId: string | null): Promise<string | null> {
  const newest = { incarnation: { bootedAt: "desc" } } as const;
  const select = { incarnationId: true };
  const own =
    previousId === null ? null : await tx.memoryMark.findFirst({ where: { incarnationId: previousId }, select });
  return (own ?? (await tx.memoryMark.findFirst({ orderBy: newest, select })))?.incarnationId ?? null;
}

/** @returns null when nothing was marked */
async function compare(tx: Transaction, incarnationId: string | null): Promise<MemoryVerdict | null> {
  if (incarnationId === null) return null;
  const verdict: Record<string, { kept: number; of: number }> = {};
  for (const [kind, { rows }] of Object.entries(KINDS)) {
    const [found] = await tx.$queryRaw<{ of: number; kept: number }[]>`
      SELECT count(*)::int AS of, (count(*) FILTER (WHERE md5(now.words) = mark.hash))::int AS kept
      FROM "MemoryMark" AS mark LEFT JOIN (${Prisma.raw(rows)}) AS now ON now.id = mark."rowId"
      WHERE mark."incarnationId" = ${incarnationId} AND mark.kind = ${kind}
        AND mark."rowId" NOT IN (${Prisma.raw(FORGOTTEN)})`;
    if (found !== undefined && found.of > 0) verdict[kind] = { kept: found.kept, of: found.of };
  }
  return Object.keys(verdict).length === 0 ? null : verdict;
}

type DeployMethods = "openDeploy" | "deploy" | "deployOf" | "deployOfCommit" | "updateDeploy";

function deployMethods(database: Database, sender: Sender): Pick<EvolutionStore, DeployMethods> {
  return {
    openDeploy: ({ followed, repositoryId, ...deploy }) =>
      database.$transaction(async (tx) => {
        const key = { repositoryId: BigInt(repositoryId), commit: deploy.commit };
        const { count } = await tx.deploy.createMany({ data: [{ ...key, ...deploy }], skipDuplicates: true });
        const row = await tx.deploy.findUniqueOrThrow({ where: { repositoryId_commit: key } });
        if (count === 1 && followed) await sender.deploy(tx, row.id);
        return deployFrom(row);
      }),

    deploy: async (id) => {
      const row = await database.deploy.findUnique({ where: { id } });
      return row && deployFrom(row);
    },

    deployOf: async (taskId) => {
      const row = await database.deploy.findFirst({ where: { taskId }, orderBy: { createdAt: "desc" } });
      return row && deployFrom(row);
    },

    deployOfCommit: async (repositoryId, commit) => {
      const where = { repositoryId_commit: { repositoryId: BigInt(repositoryId), commit } };
      const row = await database.deploy.findUnique({ where });
      return row && deployFrom(row);
    },

    updateDeploy: async (id, { because, ...patch }) => {
      const ended = patch.status === "live" || patch.status === "failed" ? { endedAt: new Date() } : {};
      const words = because === undefined ? {} : { because: storable(because) };
      return deployFrom(await database.deploy.update({ where: { id }, data: { ...patch, ...words, ...ended } }));
    },
  };
}

type Row<Model extends keyof Prisma.TypeMap["model"]> = Prisma.TypeMap["model"][Model]["payload"]["scalars"];

function incarnationFrom(row: Row<"Incarnation">): Incarnation {
  const { id, version, commit, schema, bootedAt, readyAt, previousId } = row;
  const tools = row.tools as readonly string[];
  return {
    id,
    version,
    commit,
    schema,
    bootedAt,
    readyAt,
    previousId,
    tools,
    memory: row.memory as MemoryVerdict | null,
  };
}

function deployFrom({ repositoryId, status, updatedAt: _, hostId: __, ...row }: Row<"Deploy">): Deploy {
  return { ...row, repositoryId: Number(repositoryId), status: status as DeployState };
}
