/** What is kept about people and repositories. A forgotten entry keeps its number and loses its words. */
import type { MemoryStore, Owner } from "../../../domain/ports/store/memory-store.ts";
import type { Database, Transaction } from "../../database.ts";
import { onceIn } from "../once-in.ts";
import { ownedBy } from "./entries.ts";
import { factMethods } from "./facts.ts";
import { habitMethods } from "./habits.ts";

export function memoryMethods(database: Database): MemoryStore {
  return {
    ...habitMethods(database),
    ...factMethods(database),
    agree: (owner, repositoryId, cause) =>
      database.$transaction((tx) => onceIn(tx, cause, "agree", () => agree(tx, owner, repositoryId))),
  };
}

async function agree(tx: Transaction, owner: Owner, repositoryId: number): Promise<readonly string[]> {
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
}
