/** Facts about one repository, each with the place that proves it. */
import { type MemoryStore, MOST_ENTRIES, type RepositoryFact } from "../../../domain/ports/store/memory-store.ts";
import { sameWords } from "../../../domain/same-words.ts";
import type { Database } from "../../database.ts";
import { onceIn } from "../once-in.ts";
import { storable } from "../values.ts";
import { entryFrom, nextNumber, takeTurn } from "./entries.ts";

export function factMethods(database: Database): Pick<MemoryStore, "rememberFact" | "facts" | "forgetFact"> {
  return {
    rememberFact: (repositoryId, { person, kind, text, source, path, quote, commit }) =>
      database.$transaction(async (tx) => {
        const [words, proof] = [storable(text), storable(quote)];
        await takeTurn(tx, `facts ${repositoryId}`);
        const where = { repositoryId: BigInt(repositoryId) };
        const all = await tx.repositoryFact.findMany({ where });
        const kept = all.filter((one) => one.forgottenAt === null);
        const same = kept.filter((one) => one.path === path && sameWords(one.text, words));
        const stands = same.find((one) => kind === "proposed" || (one.agreedAt !== null && one.quote === proof));
        if (stands !== undefined) return stands.number;
        if (kept.length - same.length >= MOST_ENTRIES) return null;
        // a statement takes the place of what was only proposed, or has lost its proof
        const replaced = { id: { in: same.map(({ id }) => id) } };
        await tx.repositoryFact.updateMany({ where: replaced, data: gone() });
        const number = nextNumber(all);
        const whose = { personId: BigInt(person.id), login: person.login };
        const agreedAt = kind === "stated" ? new Date() : null;
        const what = { source, path, commit, quote: proof, number, kind, text: words, agreedAt };
        await tx.repositoryFact.create({ data: { ...where, ...whose, ...what } });
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

    forgetFact: (repositoryId, number, cause) =>
      database.$transaction((tx) =>
        onceIn(tx, cause, "forget", async () => {
          const where = { repositoryId: BigInt(repositoryId), number, forgottenAt: null };
          const { count } = await tx.repositoryFact.updateMany({ where, data: gone() });
          return count > 0;
        }),
      ),
  };
}

function gone() {
  return { text: "", quote: "", forgottenAt: new Date() };
}
