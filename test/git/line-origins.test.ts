/** Who brought which line, read out of the mirror. */
import { expect, it } from "vitest";
import { seed } from "./support/backend.ts";
import { AT, AUTHOR, REPOSITORY, refusal, useRoom, write } from "./support/room.ts";

const room = useRoom();

it("names the commit of each line, nobody for what was there before, and nothing for a file that is not", async () => {
  const { origin, git, remote } = room();
  const base = seed(origin, "main", { "a.txt": "one\ntwo\nthree\n", "sub/b.txt": "b\n" });
  await git.fetch(remote);
  const common = { repositoryId: REPOSITORY, author: AUTHOR, at: AT };
  const first = await git.commit({
    ...{ ...common, parent: base, message: "first" },
    changes: [write("a.txt", "one\nboundary\nthree\nfour"), write("c.txt", "c\n")],
  });
  const changes = [write("a.txt", "zero\none\nboundary\nthree\nfour")];
  const second = await git.commit({ ...common, parent: first, message: "second", changes });
  const origins = (path: string, since: readonly string[]) =>
    git.lineOrigins(REPOSITORY, { commit: second, path, since });
  expect(await origins("a.txt", [base])).toEqual([second, null, first, null, first]);
  expect(await origins("c.txt", [base])).toEqual([first]);
  expect(await origins("sub/b.txt", [])).toEqual([base]);
  expect(await origins("none.txt", [base])).toEqual([]);
  expect((await refusal(origins("a.txt", ["1".repeat(40)]))).code).toBe("UNKNOWN_COMMIT");
});
