/** What habits and facts have in common: whose they are, their numbers, and when words are the same. */
import type { Habit, MemoryKind, Owner } from "../../../domain/ports/store/memory-store.ts";
import type { Transaction } from "../../database.ts";

export interface Row {
  readonly number: number;
  readonly text: string;
  readonly kind: string;
  readonly source: string;
  readonly createdAt: Date;
  readonly agreedAt: Date | null;
}

export function entryFrom({ number, text, kind, source, createdAt, agreedAt }: Row): Habit {
  return { number, text, kind: kind as MemoryKind, source, at: createdAt, agreed: agreedAt !== null };
}

export function ownedBy({ installationId, person }: Owner) {
  return { installationId: BigInt(installationId), personId: BigInt(person.id) };
}

/** Until the transaction ends, whoever draws a number of the same name waits. */
export async function takeTurn(tx: Transaction, name: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

export function nextNumber(rows: readonly { readonly number: number }[]): number {
  return Math.max(0, ...rows.map(({ number }) => number)) + 1;
}
