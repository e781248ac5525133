/** Shows intake what stands on a default branch now: the proof of a fact, and whether it still holds. */
import type { Git } from "../domain/ports/git-port.ts";
import type { GitHub } from "../domain/ports/github-port.ts";
import type { Repository } from "../domain/task.ts";
import type { IntakeDeps } from "../intake/effects.ts";
import { holdsAt } from "../runs/memory/recall.ts";
import { bring } from "../runs/mirror/bring.ts";

const QUOTE_CHARS = 300;

export function openProof(github: GitHub, git: Git): Pick<IntakeDeps, "proof" | "holds"> {
  async function head(repository: Repository): Promise<string> {
    const { sha } = await github.defaultBranch(repository);
    await bring({ git, github }, repository, [sha]);
    return sha;
  }
  return {
    async proof(repository, path, line) {
      const commit = await head(repository);
      const bytes = await git.file(repository.id, commit, path);
      if (bytes === null) return null;
      const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
      const quote = line === null ? lines.find((one) => one.trim() !== "") : lines[line - 1];
      const words = quote?.trim().slice(0, QUOTE_CHARS) ?? "";
      return words === "" ? null : { quote: words, commit };
    },
    holds: async (repository, fact) => holdsAt(git, repository.id, await head(repository), fact),
  };
}
