/**
 * What Orion keeps about people and repositories. A habit belongs to one person
 * in one installation; a fact to one repository. What was only proposed counts
 * for nothing until the person agrees.
 */
import type { Person } from "../../task.ts";

export type MemoryKind = "stated" | "proposed";

export interface Habit {
  /** the n of `/orion forget <n>`; never given twice to the same person */
  readonly number: number;
  readonly text: string;
  readonly kind: MemoryKind;
  /** where it was learned, e.g. `acme/web#7` */
  readonly source: string;
  readonly at: Date;
  /** true when it may be used */
  readonly agreed: boolean;
}

export interface RepositoryFact extends Habit {
  /** the file that proves it, and words that stand in it */
  readonly path: string;
  readonly quote: string;
  /** where those words were last seen */
  readonly commit: string;
  /** who stated it, or was asked whether it holds */
  readonly person: Person;
}

/** A person in an installation: the owner of habits. */
export interface Owner {
  readonly installationId: number;
  readonly person: Person;
}

/** Most entries a person, or a repository, may have. */
export const MOST_ENTRIES = 50;
/** Most characters of one entry. */
export const MOST_CHARS = 500;

export interface MemoryStore {
  /**
   * The same words are kept once; stated, what was only proposed counts from now on.
   * @returns their number; null when there are MOST_ENTRIES
   */
  remember(
    owner: Owner,
    habit: { readonly kind: MemoryKind; readonly text: string; readonly source: string },
  ): Promise<number | null>;
  /** What is kept now, proposals included, oldest first. */
  habits(owner: Owner): Promise<readonly Habit[]>;
  /**
   * @param cause scope of the ledger; asked again with the same one it answers the same
   * @returns true when there was such an entry; its words are gone then
   */
  forgetHabit(owner: Owner, number: number, cause: string): Promise<boolean>;
  /** As `remember`; a statement takes the place of the same words about the same file that lack its proof. */
  rememberFact(
    repositoryId: number,
    fact: Pick<RepositoryFact, "kind" | "text" | "source" | "path" | "quote" | "commit" | "person">,
  ): Promise<number | null>;
  facts(repositoryId: number): Promise<readonly RepositoryFact[]>;
  forgetFact(repositoryId: number, number: number, cause: string): Promise<boolean>;
  /**
   * Agrees to everything proposed to this person and open: habits here, facts of this repository.
   * @param cause as for `forgetHabit`
   * @returns their words
   */
  agree(owner: Owner, repositoryId: number, cause: string): Promise<readonly string[]>;
}
