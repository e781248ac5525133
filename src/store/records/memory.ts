/** What is kept about people and repositories. A forgotten entry keeps its number and loses its words. */
import type { Habit, MemoryKind, MemoryStore, Owner, RepositoryFact } from "../../domain/ports/store/memory-store.ts";
import { MOST_ENTRIES } from "../../domain/ports/store/memory-store.ts";
import type { Database, Transaction } from "../database.ts";
import { storable } from "./values.ts";

export function memoryMethods(database: Database): MemoryStore {
  return {
    ...habitMethods(database),
    ...factMethods(database),
    agree: (owner, repositoryId) => agree(database, owner, repositoryId),
  };
}

function habitMethods(database: Database): Pick<MemoryStore, "remember" | "habits" | "forgetHabit"> {
  return {
    remember: (owner, { kind, text, source }) =>
      database.$transaction(async (tx) => {
        const words = storable(text);
        await takeTurn(tx, `habits ${owner.installationId} ${owner.person.id}`);
        const mine = await tx.userContext.findMany({
          where: ownedBy(owner),
          select: { number: true, text: true, source: true, forgottenAt: true },
        });
        const known = mine.find((one) => one.text === words && one.source === source);
        if (known !== undefined) return known.number;
        if (mine.filter((one) => one.forgottenAt === null).length >= MOST_ENTRIES) return null;
        const number = Math.max(0, ...mine.map((one) => one.number)) + 1;
        const agreedAt = kind === "stated" ? new Date() : null;
        const data = { ...ownedBy(owner), login: owner.person.login, number, kind, text: words, source, agreedAt };
        await tx.userContext.create({ data });
        return number;
      }),

    habits: async (owner) => {
      const rows = await database.userContext.findMany({
        where: { ...ownedBy(owner), forgottenAt: null },
        orderBy: { number: "asc" },
      });
      return rows.map(entryFrom);
    },

    forgetHabit: async (owner, number) => {
      const where = { ...ownedBy(owner), number, forgottenAt: null };
      const { count } = await database.userContext.updateMany({ where, data: { text: "", forgottenAt: new Date() } });
      return count > 0;
    },
  };
}

function factMethods(database: Database): Pick<MemoryStore, "rememberFact" | "facts" | "forgetFact"> {
  return {
    rememberFact: (repositoryId, { person, kind, text, source, path, quote, commit }) =>
      database.$transaction(async (tx) => {
        const words = storable(text);
        await takeTurn(tx, `facts ${repositoryId}`);
        const where = { repositoryId: BigInt(repositoryId) };
        const all = await tx.repositoryFact.findMany({
          where,
          select: { number: true, text: true, source: true, forgottenAt: true },
        });
        const known = all.find((one) => one.text === words && one.source === source);
        if (known !== undefined) return known.number;
        if (all.filter((one) => one.forgottenAt === null).length >= MOST_ENTRIES) return null;
        const number = Math.max(0, ...all.map((one) => one.number)) + 1;
        const whose = { personId: BigInt(person.id), login: person.login };
        const agreedAt = kind === "stated" ? new Date() : null;
        const data = {
          ...where,
          ...whose,
          source,
          path,
          commit,
          quote: storable(quote),
          number,
          kind,
          text: words,
          agreedAt,
        };
        await tx.repositoryFact.create({ data });
        return number;
      }),

    facts: async (repositoryId) => {
      const where = { repositoryId: BigInt(repositoryId), forgottenAt: null };
      const rows = await database.repositoryFact.findMany({ where, orderBy: { number: "asc" } });
      return rows.map((row): RepositoryFact => {
        const { path, quote, commit } = row;
        return { ...entryFrom(row), path, quote, commit, person: { id: Number(row.personId), login: row.login } };
      });
    },

    forgetFact: async (repositoryId, number) => {
      const where = { repositoryId: BigInt(repositoryId), number, forgottenAt: null };
      const gone = { text: "", quote: "", forgottenAt: new Date() };
      const { count } = await database.repositoryFact.updateMany({ where, data: gone });
      return count > 0;
    },
  };
}

function agree(database: Database, owner: Owner, repositoryId: number): Promise<readonly string[]> {
  return database.$transaction(async (tx) => {
    const open = { kind: "proposed", agreedAt: null, forgottenAt: null };
    const habits = { ...ownedBy(owner), ...open };
    const facts = { repositoryId: BigInt(repositoryId), personId: BigInt(owner.person.id), ...open };
    const agreed = [
      ...(await tx.userContext.findMany({ where: habits, orderBy: { number: "asc" } })),
      ...(await tx.repositoryFact.findMany({ where: facts, orderBy: { number: "asc" } })),
    ];
    await tx.userContext.updateMany({ where: habits, data: { agreedAt: new Date() } });
    await tx.repositoryFact.updateMany({ where: facts, data: { agreedAt: new Date() } });
    return agreed.map((row) => row.text);
  });
}

function ownedBy({ installationId, person }: Owner) {
  return { installationId: BigInt(installationId), personId: BigInt(person.id) };
}

/** Until the transaction ends, whoever draws a number of the same name waits. */
async function takeTurn(tx: Transaction, name: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

interface Row {
  readonly number: number;
  readonly text: string;
  readonly kind: string;
  readonly source: string;
  readonly createdAt: Date;
  readonly agreedAt: Date | null;
}

function entryFrom({ number, text, kind, source, createdAt, agreedAt }: Row): Habit {
  return { number, text, kind: kind as MemoryKind, source, at: createdAt, agreed: agreedAt !== null };
}
