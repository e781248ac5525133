/**
 * What is remembered, as the prompts and the MemoryTool take it: habits of one
 * person, and facts of one repository that still hold at a commit.
 */
import type { Git } from "../../domain/ports/git-port.ts";
import type { MemoryStore, Owner, RepositoryFact } from "../../domain/ports/store/memory-store.ts";

/** @returns true when the words that prove the fact still stand in its file at the commit */
export async function holdsAt(
  git: Pick<Git, "file">,
  repositoryId: number,
  commit: string,
  fact: Pick<RepositoryFact, "path" | "quote">,
): Promise<boolean> {
  const bytes = await git.file(repositoryId, commit, fact.path);
  return bytes !== null && fact.quote.trim() !== "" && new TextDecoder().decode(bytes).includes(fact.quote);
}

/** @returns a line each; nothing that was only proposed, nothing that no longer holds */
export async function recall(
  deps: { readonly store: Pick<MemoryStore, "habits" | "facts">; readonly git: Pick<Git, "file"> },
  owner: Owner,
  at: { readonly repositoryId: number; readonly commit: string },
): Promise<readonly string[]> {
  const habits = (await deps.store.habits(owner)).filter((one) => one.agreed).map((one) => one.text);
  const facts: string[] = [];
  for (const fact of await deps.store.facts(at.repositoryId)) {
    if (fact.agreed && (await holdsAt(deps.git, at.repositoryId, at.commit, fact)))
      facts.push(`${fact.text} (${fact.path})`);
  }
  return [
    ...habits.map((text) => `${owner.person.login}: ${text}`),
    ...facts.map((text) => `this repository: ${text}`),
  ];
}
