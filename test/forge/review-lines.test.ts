/** Review comments follow their lines through pushes, and are outdated where the difference no longer shows them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lineAfter } from "../../src/local/forge/git/lines.ts";
import { cloneOf, commitIn, makeWorld, PLACE } from "./setup.ts";

let world: Awaited<ReturnType<typeof makeWorld>>;
let clone: Awaited<ReturnType<typeof cloneOf>>;
beforeAll(async () => {
  world = await makeWorld();
  clone = await cloneOf(world.repository.cloneUrl(world.token("ada")));
});
afterAll(async () => {
  await clone.remove();
  await world.close();
});

const text = (lines: readonly (string | number)[]): string => lines.map((line) => `${line}\n`).join("");
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A pull request that changes one file, and what people do to it. */
async function proposed(path: string, before: string | null, after: string) {
  await clone.git("checkout", "--quiet", "-B", "main", "origin/main");
  if (before !== null) {
    await commitIn(clone, path, before);
    await clone.git("push", "--quiet", "origin", "main");
  }
  const name = `feature/${path.replaceAll("/", "-")}`;
  await clone.git("checkout", "--quiet", "-B", name, "main");
  const push = async (words: string): Promise<string> => {
    const sha = await commitIn(clone, path, words);
    await clone.git("push", "--quiet", "origin", name);
    return sha;
  };
  const sha = await push(after);
  const app = world.asInstallation();
  const { data } = await app.rest.pulls.create({ ...PLACE, head: name, base: "main", title: name });
  const place = { ...PLACE, pull_number: data.number };
  const comment = async (lines: { line: number; start_line?: number; side?: "LEFT" | "RIGHT" }, commit = sha) => {
    const made = { ...place, commit_id: commit, path, body: "hm", side: "RIGHT" as const, ...lines };
    return (await world.user("wendy").rest.pulls.createReviewComment(made)).data.id;
  };
  const seen = async () =>
    (await app.rest.pulls.listReviewComments(place)).data.map((one) => ({
      ...{ line: one.line, start: one.start_line, position: one.position, commit: one.commit_id },
      ...{ was: [one.original_start_line, one.original_line, one.original_commit_id], hunk: one.diff_hunk },
    }));
  const threads = async () => {
    const query = `query($id: ID!) { node(id: $id) { ... on PullRequest {
      reviewThreads(first: 9) { nodes { isOutdated line originalLine comments(first: 9) { nodes { outdated line } } } } } } }`;
    const answer = await app.graphql<{ node: { reviewThreads: { nodes: unknown } } }>(query, { id: data.node_id });
    return answer.node.reviewThreads.nodes;
  };
  return { place, sha, push, comment, seen, threads, app };
}

describe("a comment on a line", () => {
  it("stands where the line stands after a push, and nowhere once it has changed", async () => {
    const pull = await proposed("src/moved.txt", null, text(upTo(6)));
    const gone = await pull.comment({ line: 2 });
    await pull.comment({ start_line: 4, line: 5 });
    await pull.comment({ line: 3, start_line: 2 });
    expect(await pull.seen()).toMatchObject([{ line: 2 }, { start: 4, line: 5 }, { start: 2, line: 3 }]);
    const head = await pull.push(text(["new", 1, "two", 3, 4, 5, 6]));
    const was = pull.sha;
    expect(await pull.seen()).toEqual([
      ...[
        { line: null, start: null, position: null, commit: was, was: [null, 2, was], hunk: "@@ -0,0 +1,6 @@\n+1\n+2" },
      ],
      { line: 6, start: 5, position: 6, commit: head, was: [4, 5, was], hunk: expect.stringMatching(/\+4\n\+5$/) },
      { line: null, start: null, position: null, commit: was, was: [2, 3, was], hunk: expect.any(String) },
    ]);
    await pull.app.rest.pulls.createReplyForReviewComment({ ...pull.place, comment_id: gone, body: "done" });
    const nowhere = { outdated: true, line: null };
    expect(await pull.threads()).toMatchObject([
      { isOutdated: true, line: null, originalLine: 2, comments: { nodes: [nowhere, nowhere] } },
      { isOutdated: false, line: 6, originalLine: 5, comments: { nodes: [{ outdated: false, line: 6 }] } },
      { isOutdated: true },
    ]);
    await pull.comment({ line: 2 });
    expect((await pull.seen()).at(-1)).toMatchObject({ line: null, was: [null, 2, was] });
  });

  it("stands nowhere when the difference no longer shows it, on either side", async () => {
    const before = text(upTo(30));
    const pull = await proposed("src/shown.txt", before, text(["one", ...upTo(30).slice(2)]));
    await pull.comment({ line: 3 });
    await pull.comment({ line: 2, side: "LEFT" });
    await pull.push(text(["one", "two", ...upTo(30).slice(2)]));
    expect(await pull.seen()).toMatchObject([{ line: 4 }, { line: 2 }]);
    await pull.push(text([...upTo(29), "thirty"]));
    expect(await pull.seen()).toMatchObject([{ line: null }, { line: null }]);
  });

  it("is refused on a commit that is not the pull request's", async () => {
    const pull = await proposed("src/foreign.txt", null, "1\n");
    await expect(pull.comment({ line: 1 }, "0".repeat(40))).rejects.toThrow("not part of the pull request");
  });
});

describe("a line", () => {
  const patch =
    "@@ -1,3 +1,4 @@\n one\n-two\n+TWO\n three\n+new\n@@ -7,0 +9,2 @@\n+a\n+b\n@@ -9,2 +11,0 @@\n-nine\n-ten";
  it.each([
    [1, 1],
    [2, null],
    [3, 3],
    [4, 5],
    [7, 8],
    [8, 11],
    [9, null],
    [11, 12],
  ])("%i of the old state is %j of the new one", (line, now) => {
    expect(lineAfter(patch, line)).toBe(now);
  });
});
