/** Habits of one person in one installation. */
import { type MemoryStore, MOST_ENTRIES } from "../../../domain/ports/store/memory-store.ts";
import { sameWords } from "../../../domain/same-words.ts";
import type { Database } from "../../database.ts";
import { onceIn } from "../once-in.ts";
import { storable } from "../values.ts";
import { entryFrom, nextNumber, ownedBy, takeTurn } from "./entries.ts";

export function habitMethods(database: Database): Pick<MemoryStore, "remember" | "habits" | "forgetHabit"> {
  return {
    remember: (owner, { kind, text, source }) =>
      database.$transaction(async (tx) => {
        const words = storable(text);
        await takeTurn(tx, `habits ${owner.installationId} ${owner.person.id}`);
        const mine = await tx.userContext.findMany({
          where: ownedBy(owner),
          select: { id: true, number: true, text: true, agreedAt: true, forgottenAt: true },
        });
        const kept = mine.filter((one) => one.forgottenAt === null);
        const known = kept.find((one) => sameWords(one.text, words));
        const agreedAt = kind === "stated" ? new Date() : null;
        if (known !== undefined) {
          // who says it themselves has agreed to it
          if (agreedAt !== null && known.agreedAt === null)
            await tx.userContext.update({ where: { id: known.id }, data: { agreedAt } });
          return known.number;
        }
        if (kept.length >= MOST_ENTRIES) return null;
        const number = nextNumber(mine);
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

    forgetHabit: (owner, number, cause) =>
      database.$transaction((tx) =>
        onceIn(tx, cause, "forget", async () => {
          const where = { ...ownedBy(owner), number, forgottenAt: null };
          const { count } = await tx.userContext.updateMany({ where, data: { text: "", forgottenAt: new Date() } });
          return count > 0;
        }),
      ),
  };
}
