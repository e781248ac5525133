/** An agent in the middle of its work: a command of Devon's that ends when the test says so. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CODE_PATH, RIGHT } from "./story.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** Names of the sandboxes there are. */
export const boxesOf = (world: World) => readdir(join(world.dataDir, "sandboxes", "boxes"));

/** Devon's first turn does not end before the test lets it: `goes` says when. */
export const works = {
  role: "green",
  edit: { path: CODE_PATH, new: RIGHT },
  bash: 'touch "$HOME/waits"; until [ -e "$HOME/goes" ]; do sleep 0.1; done',
} as const;
/** His next turn. */
export const handsIn = { role: "green", say: "Done.", finish: { summary: "Adds multiply()." } } as const;

/** Waits until that turn is under way. @returns what lets it end */
export async function underWay(world: World): Promise<() => Promise<void>> {
  const homes = async () => (await boxesOf(world)).map((box) => join(world.dataDir, "sandboxes", "boxes", box, "home"));
  const home = await until(
    async () => {
      // a sandbox may be gone between the two looks
      const seen = async (one: string) => (await readdir(one).catch((): string[] => [])).includes("waits");
      for (const one of await homes().catch(() => [])) if (await seen(one)) return one;
      return null;
    },
    () => `the command to run\n${world.lines.join("\n")}`,
  );
  return () => writeFile(join(home, "goes"), "");
}
