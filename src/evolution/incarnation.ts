/**
 * One life of Orion: recorded at boot, ready when it serves, and leaving marks on
 * the memory by which the next one knows that nothing was lost.
 */
import type { EvolutionStore, Incarnation, IncarnationFacts } from "../domain/ports/store/evolution-store.ts";
import { changeBetween, memoryWords } from "./what-changed.ts";

export interface Life {
  readonly incarnation: Incarnation;
  /** It serves now. */
  ready(): Promise<void>;
  /** Marks the memory as it is: before a change of Orion's own goes live. */
  mark(): Promise<void>;
  end(): Promise<void>;
}

/** @param onLine told who woke, and how the memory was found */
export async function wake(
  store: EvolutionStore,
  facts: IncarnationFacts,
  onLine: (line: string) => void,
): Promise<Life> {
  const incarnation = await store.beginIncarnation(facts);
  const before = incarnation.previousId === null ? null : await store.incarnation(incarnation.previousId);
  if (before !== null && before.commit !== facts.commit) {
    const { gained, lost } = changeBetween(before, incarnation);
    const tools = [...gained.map((tool) => `+${tool}`), ...lost.map((tool) => `-${tool}`)].join(" ");
    onLine(
      `v${facts.version} after v${before.version}: ${memoryWords(incarnation.memory)}${tools === "" ? "" : `, tools ${tools}`}`,
    );
  }
  return {
    incarnation,
    ready: async () => {
      await store.readyIncarnation(incarnation.id);
      await store.markMemory(incarnation.id);
    },
    mark: () => store.markMemory(incarnation.id),
    end: async () => {
      await store.markMemory(incarnation.id);
      await store.endIncarnation(incarnation.id);
    },
  };
}
