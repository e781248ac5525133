/** What is kept, for how long, and what is asked again. */
import { expect, it } from "vitest";
import { remember } from "../../src/git/remember.ts";

function counted(most: number, fits?: (answer: string) => boolean) {
  const made: string[] = [];
  const kept = remember<string>(most, fits);
  const ask = (key: string): Promise<string> =>
    kept(key, async () => {
      made.push(key);
      return `${key}!`;
    });
  return { ask, made };
}

it("makes an answer once, also for those who ask at the same time", async () => {
  const { ask, made } = counted(2);
  expect(await Promise.all([ask("a"), ask("a")])).toEqual(["a!", "a!"]);
  await ask("a");
  expect(made).toEqual(["a"]);
});

it("lets go of what was used longest ago", async () => {
  const { ask, made } = counted(2);
  for (const key of ["a", "b", "a", "c", "a", "b"]) await ask(key);
  expect(made).toEqual(["a", "b", "c", "b"]);
});

it("keeps nothing that is too large, and no failure", async () => {
  const { ask, made } = counted(2, (answer) => answer !== "large!");
  await ask("large");
  await ask("large");
  expect(made).toEqual(["large", "large"]);
  const kept = remember<string>(2);
  await expect(kept("x", async () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await kept("x", async () => "back")).toBe("back");
});
