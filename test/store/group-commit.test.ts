/** Which writes share a commit, and what becomes of the others when one is bad. */
import { expect, it } from "vitest";
import { groupCommit } from "../../src/store/group-commit.ts";

it("commits what arrives meanwhile together, in the order it came", async () => {
  const groups: (readonly number[])[] = [];
  const write = groupCommit<number, string>(async (items) => {
    groups.push(items);
    return items.map((item) => `stored ${item}`);
  });
  expect(await Promise.all([1, 2, 3].map(write))).toEqual(["stored 1", "stored 2", "stored 3"]);
  expect(groups).toEqual([[1], [2, 3]]);
  expect(await write(4)).toBe("stored 4");
});

it("bounds a group", async () => {
  const sizes: number[] = [];
  const write = groupCommit<number, number>(async (items) => {
    sizes.push(items.length);
    return items;
  });
  await Promise.all(Array.from({ length: 70 }, (_, index) => write(index)));
  expect(sizes).toEqual([1, 32, 32, 5]);
});

it("lets a bad item fail by itself", async () => {
  const write = groupCommit<string, string>(async (items) => {
    if (items.includes("bad")) throw new Error("refused");
    return items;
  });
  const settled = await Promise.allSettled(["first", "good", "bad", "fine"].map(write));
  expect(settled.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)))).toEqual([
    "first",
    "good",
    "Error: refused",
    "fine",
  ]);
});
